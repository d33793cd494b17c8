//! `chatcal creds disconnect`: ends somebody's link, here and at Google.

use clap::Args as ClapArgs;

use super::super::look::{Ink, Look, piece};
use super::{Answer, One, Order};
use crate::domain::words::credentials::disconnected;

#[derive(ClapArgs)]
pub(super) struct Args {
    #[command(flatten)]
    meant: One,
    /// Do it, instead of saying what would be done
    #[arg(long)]
    apply: bool,
}

impl Args {
    pub fn order(self) -> Order {
        let Self { meant, apply } = self;
        Order::Disconnect { who: meant.who, apply }
    }
}

pub(super) fn show(answer: &Answer, look: Look) -> String {
    match answer {
        Answer::Disconnected(ended) => look.flow(&[piece(Ink::Plain, &disconnected(ended).plain())], 0) + "\n",
        _ => String::new(),
    }
}

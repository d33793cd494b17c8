//! `chatcal creds disconnect`: ends somebody's link, here and at Google.

use clap::Args as ClapArgs;

use super::super::look::{Ink, Look, piece};
use super::{Answer, Order, Who};
use crate::domain::words::credentials::disconnected;

#[derive(ClapArgs)]
pub(super) struct Args {
    /// An e-mail address, or an id
    #[arg(value_name = "WHO", value_parser = Who::parse)]
    who: Who,
    /// Do it, instead of saying what would be done
    #[arg(long)]
    apply: bool,
}

impl Args {
    pub fn order(self) -> Order {
        let Self { who, apply } = self;
        Order::Disconnect { who, apply }
    }
}

pub(super) fn show(answer: &Answer, look: Look) -> String {
    match answer {
        Answer::Disconnected(ended) => look.flow(&[piece(Ink::Plain, &disconnected(ended).plain())], 0) + "\n",
        _ => String::new(),
    }
}

//! `chatcal creds clear`: records that can't be used go, and nothing else does.

use clap::Args as ClapArgs;

use super::super::look::{Ink, Look, piece};
use super::{Answer, One, Order};
use crate::domain::words::credentials::clearing;

#[derive(ClapArgs)]
pub(super) struct Args {
    #[command(flatten)]
    meant: One,
    /// Only in this tier; a record under an unknown key goes only so
    #[arg(long, value_name = "TIER")]
    tier: Option<String>,
    /// Also a record that may be all that is left of the grant: the person has to connect again then
    #[arg(long)]
    even_the_last: bool,
    /// Do it, instead of saying what would be done
    #[arg(long)]
    apply: bool,
}

impl Args {
    pub fn order(self) -> Order {
        let Self {
            meant,
            tier,
            even_the_last,
            apply,
        } = self;
        Order::Clear {
            who: meant.who,
            tier,
            apply,
            even_the_last,
        }
    }
}

pub(super) fn show(answer: &Answer, look: Look) -> String {
    let Answer::Cleared(cleared) = answer else {
        return String::new();
    };
    let lines = clearing(cleared).into_iter();
    lines
        .map(|line| look.flow(&[piece(Ink::Plain, &line)], 0) + "\n")
        .collect()
}

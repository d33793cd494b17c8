//! `chatcal creds refresh`: asks Google for another access token, to see that it works.

use clap::Args as ClapArgs;

use super::super::Failed;
use super::super::look::{Ink, Look, piece};
use super::{Answer, Order, Who};
use crate::domain::admin::{Refresh, Refreshed};
use crate::domain::words::credentials::refreshed;

#[derive(ClapArgs)]
pub(super) struct Args {
    /// An e-mail address, or an id
    #[arg(value_name = "WHO", value_parser = Who::parse)]
    who: Who,
}

impl Args {
    pub fn order(self) -> Order {
        Order::Refresh { who: self.who }
    }
}

pub(super) fn show(answer: &Answer, look: Look) -> String {
    match answer {
        Answer::Refreshed(end) => look.flow(&[piece(Ink::Plain, &refreshed(end).plain())], 0) + "\n",
        _ => String::new(),
    }
}

pub(super) fn verdict(end: &Refreshed) -> Result<(), Failed> {
    match end.end {
        Refresh::Fresh { .. } => Ok(()),
        Refresh::Failed { .. } => Err("No access token was got.".into()),
    }
}

//! `chatcal creds refresh`: asks Google for another access token, to see that it works.

use super::super::Failed;
use super::super::look::{Ink, Look, piece};
use super::Answer;
use crate::domain::admin::{Refresh, Refreshed};
use crate::domain::words::credentials::refreshed;

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

//! `chatcal creds cost`: what keeping credentials costs in a month, from what was counted.

use super::super::look::Look;
use super::Answer;

pub(super) fn show(answer: &Answer, _look: Look) -> String {
    match answer {
        Answer::Cost(costs) => format!("{}\n", costs.table),
        _ => String::new(),
    }
}

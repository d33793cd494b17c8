//! `chatcal creds verify`: does every record open, and is the audit log whole?

use super::super::Failed;
use super::super::look::{Ink, Look, Table, piece};
use super::Answer;
use crate::domain::admin::{Chain, Verified};
use crate::domain::words::credentials::{audit, trouble_of, verdict as opening};

pub(super) fn show(answer: &Answer, look: Look) -> String {
    let Answer::Verified(verified) = answer else {
        return String::new();
    };
    let mut out = format!("{}\n", opening(verified));
    if !verified.troubled.is_empty() {
        let mut table = Table::new(&["person", "name", "trouble"], &[]);
        for one in &verified.troubled {
            table.row(
                vec![piece(Ink::Bold, one.person.as_str()), piece(Ink::Plain, &one.name)],
                vec![piece(Ink::Red, &trouble_of(one))],
            );
        }
        out.push_str(&look.table(&table));
    }
    if let Some(chain) = &verified.audit {
        let ink = match chain {
            Chain::Whole { .. } => Ink::Plain,
            Chain::Broken { .. } => Ink::Red,
        };
        out.push_str(&look.flow(&[piece(ink, &audit(chain))], 0));
        out.push('\n');
    }
    out
}

pub(super) fn verdict(verified: &Verified) -> Result<(), Failed> {
    if let Some(Chain::Broken { .. }) = verified.audit {
        return Err("The audit log was tampered with.".into());
    }
    match verified.troubled.len() {
        0 => Ok(()),
        1 => Err("One person's records are not all well: chatcal creds inspect tells more.".into()),
        some => Err(format!("The records of {some} people are not all well: chatcal creds inspect tells more.").into()),
    }
}

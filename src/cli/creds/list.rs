//! `chatcal creds list`: everybody, from the database alone.

use super::super::look::{Ink, Look, Table, piece};
use super::{Answer, cell, inked};
use crate::domain::inspection::Listing;
use crate::domain::words::credentials::{beside, health, minute};

pub(super) fn show(answer: &Answer, look: Look) -> String {
    match answer {
        Answer::Listed(listing) if listing.people.is_empty() => "Nobody has connected an account yet.\n".to_owned(),
        Answer::Listed(listing) => table(listing, look),
        _ => String::new(),
    }
}

/// People, one a line.
pub(super) fn table(listing: &Listing, look: Look) -> String {
    let mut table = Table::new(&["person", "name", "account", "written (UTC)", "state"], &[]);
    for one in &listing.people {
        let mut state = inked(&health(&one.health));
        let known = health(&one.health).text(" ");
        if let Some(more) = beside(one).strip_prefix(&known) {
            state.push(piece(Ink::Red, more));
        }
        table.row(
            vec![
                piece(Ink::Bold, one.person.as_str()),
                piece(Ink::Plain, &one.name),
                cell(one.account.as_ref()),
                cell(one.written_at.map(minute)),
            ],
            state,
        );
    }
    let mut out = look.table(&table);
    let more = listing.total - listing.people.len() as i64;
    if more > 0 {
        out.push_str(&format!("… and {more} more\n"));
    }
    out
}

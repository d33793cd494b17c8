//! `chatcal creds inspect`: one person, everywhere.

use super::super::look::{Ink, Look, Piece, Table, piece};
use super::{Answer, cell, inked};
use crate::domain::inspection::Inspection;
use crate::domain::words::credentials::{Surface, headline, minute, remedy, set_aside, state};

pub(super) fn show(answer: &Answer, look: Look) -> String {
    let Answer::Inspected(found) = answer else {
        return String::new();
    };
    let mut out = look.flow(&head(found), 0);
    out.push('\n');
    out.push_str(&look.table(&tiers(found)));
    for advice in &found.advice {
        let remedy = remedy(advice, found, Surface::Terminal);
        let mut pieces = vec![piece(Ink::Dim, "advice  ")];
        if let Some(command) = &remedy.command {
            pieces.push(piece(Ink::Bold, command));
            pieces.push(piece(Ink::Plain, "        "));
        }
        pieces.push(piece(Ink::Plain, &remedy.remark));
        out.push_str(&look.flow(&pieces, 0));
        out.push('\n');
    }
    out
}

fn head(found: &Inspection) -> Vec<Piece> {
    let mut pieces = vec![piece(Ink::Bold, &found.name)];
    for fact in headline(found) {
        pieces.push(piece(Ink::Dim, "  ·  "));
        pieces.extend(inked(&fact));
    }
    pieces
}

fn tiers(found: &Inspection) -> Table {
    let mut table = Table::new(&["tier", "version", "written (UTC)", "key", "state"], &[1]);
    for line in &found.tiers {
        table.row(
            vec![
                piece(Ink::Plain, &line.tier),
                cell(line.version),
                cell(line.written_at.map(minute)),
                cell(line.key.as_ref()),
            ],
            inked(&state(line, found.seen_at)),
        );
    }
    for aside in &found.set_aside {
        table.row(
            vec![
                piece(Ink::Plain, &aside.tier),
                cell(aside.version),
                cell(None::<String>),
                cell(aside.key.as_ref()),
            ],
            inked(&set_aside(aside)),
        );
    }
    table
}

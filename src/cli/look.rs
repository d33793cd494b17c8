//! How commands dress what they print: colours where a person looks on, columns, and lines that end before the eighty-first.

use std::io::{self, IsTerminal};

use super::parse::width::width;
use crate::console::clean;
use crate::settings::Environment;

/// Lines are broken between words before they grow longer, unless `COLUMNS` says otherwise.
const WIDTH: usize = 80;
/// Between two columns.
const GAP: &str = "  ";

/// Styles by their SGR parameters (ECMA-48, section 8.3.117).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Ink {
    #[default]
    Plain,
    Bold,
    Dim,
    Green,
    Yellow,
    Red,
}

/// A stretch of text in one style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    ink: Ink,
    text: String,
}

/// The rendering of one command's output. The default, plain and unbroken, is for pipes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    pub colour: bool,
    /// How long lines may be; pipes have no end.
    pub width: Option<usize>,
}

/// Columns under their heads; the last one is broken into lines under its own head.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    heads: Vec<&'static str>,
    /// Columns of numbers stand at their right edge.
    numbers: Vec<usize>,
    rows: Vec<(Vec<Piece>, Vec<Piece>)>,
}

/// Text in a style. What comes from outside can't steer the terminal.
pub(super) fn piece(ink: Ink, text: &str) -> Piece {
    Piece {
        ink,
        text: clean(text).replace('\n', " "),
    }
}

impl Look {
    /// As standard output and the environment want it (<https://no-color.org>).
    pub fn of(env: &Environment) -> Self {
        let terminal = io::stdout().is_terminal();
        let columns = env.get("COLUMNS").and_then(|text| text.parse().ok());
        Self {
            colour: terminal && env.get("NO_COLOR").is_none() && env.get("TERM") != Some("dumb"),
            width: terminal.then(|| columns.unwrap_or(WIDTH).max(40)),
        }
    }

    fn dressed(self, ink: Ink, text: &str) -> String {
        let style = match ink {
            Ink::Plain => return text.to_owned(),
            Ink::Bold => "1",
            Ink::Dim => "2",
            Ink::Green => "32",
            Ink::Yellow => "33",
            Ink::Red => "1;31",
        };
        if self.colour && !text.is_empty() {
            format!("\x1b[{style}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// `pieces` one behind the other, from column `indent` on; further lines begin there too.
    pub fn flow(self, pieces: &[Piece], indent: usize) -> String {
        let mut out = String::new();
        let mut column = indent;
        for piece in pieces {
            let mut words = Vec::new();
            for (n, word) in piece.text.split(' ').enumerate() {
                let long = width(word);
                let breaks = self.width.is_some_and(|most| column + 1 + long > most) && column > indent;
                if n > 0 && breaks {
                    out.push_str(&self.dressed(piece.ink, &words.join(" ")));
                    words.clear();
                    out.push('\n');
                    out.push_str(&" ".repeat(indent));
                    column = indent;
                } else if n > 0 {
                    column += 1;
                }
                words.push(word);
                column += long;
            }
            out.push_str(&self.dressed(piece.ink, &words.join(" ")));
        }
        out.trim_end().to_owned()
    }

    /// The table's lines, each one ended.
    pub fn table(self, table: &Table) -> String {
        let columns = table.heads.len() - 1;
        let widths: Vec<usize> = (0..columns)
            .map(|n| {
                let cells = table.rows.iter().map(|(cells, _)| width(&cells[n].text));
                cells.chain([width(table.heads[n])]).max().unwrap_or_default()
            })
            .collect();
        let indent = widths.iter().map(|width| width + GAP.len()).sum();
        let mut out = String::new();
        let heads: Vec<_> = table.heads[..columns]
            .iter()
            .map(|head| piece(Ink::Dim, head))
            .collect();
        let last = [piece(Ink::Dim, table.heads[columns])];
        let rows = table.rows.iter().map(|(cells, tail)| (cells, tail.as_slice()));
        for (cells, tail) in std::iter::once((&heads, last.as_slice())).chain(rows) {
            for (n, cell) in cells.iter().enumerate() {
                let blank = " ".repeat(widths[n] - width(&cell.text));
                let text = self.dressed(cell.ink, &cell.text);
                let (before, behind) = if table.numbers.contains(&n) {
                    (blank, String::new())
                } else {
                    (String::new(), blank)
                };
                out.extend([before.as_str(), &text, &behind, GAP]);
            }
            out.push_str(&self.flow(tail, indent));
            out.truncate(out.trim_end().len());
            out.push('\n');
        }
        out
    }
}

impl Table {
    pub fn new(heads: &[&'static str], numbers: &[usize]) -> Self {
        Self {
            heads: heads.to_vec(),
            numbers: numbers.to_vec(),
            rows: Vec::new(),
        }
    }

    /// A row: a cell for each column but the last, and what stands in that.
    pub fn row(&mut self, cells: Vec<Piece>, tail: Vec<Piece>) {
        self.rows.push((cells, tail));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Table {
        let mut table = Table::new(&["tier", "version", "state"], &[1]);
        table.row(
            vec![piece(Ink::Plain, "redis"), piece(Ink::Plain, "7")],
            vec![piece(Ink::Green, "ok")],
        );
        let bad = vec![
            piece(Ink::Red, "POISONED"),
            piece(Ink::Plain, "  the client is not the one that is configured here"),
        ];
        table.row(vec![piece(Ink::Plain, "secret-manager"), piece(Ink::Plain, "12")], bad);
        table
    }

    #[test]
    fn columns_stand_under_their_heads_and_the_last_one_breaks_there() {
        let look = Look {
            colour: false,
            width: Some(50),
        };
        assert_eq!(
            look.table(&sample()),
            "\
tier            version  state
redis                 7  ok
secret-manager       12  POISONED  the client is
                         not the one that is
                         configured here
"
        );
        let pipe = Look::default().table(&sample());
        assert_eq!(pipe.lines().count(), 3);
    }

    #[test]
    fn colours_change_no_words_and_nothing_from_outside_steers_the_terminal() {
        let look = Look {
            colour: true,
            width: Some(50),
        };
        let mut bare = look.table(&sample());
        assert!(bare.contains("\x1b[1;31mPOISONED\x1b[0m"), "{bare:?}");
        for style in ["1;31", "32", "2", "0"] {
            bare = bare.replace(&format!("\x1b[{style}m"), "");
        }
        assert_eq!(bare, Look { colour: false, ..look }.table(&sample()));
        assert!(
            !look
                .flow(&[piece(Ink::Plain, "a\u{1b}[2Jb\nc")], 0)
                .contains(['\u{1b}', '\n'])
        );
    }
}

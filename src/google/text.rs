//! Foreign text made harmless: one line, no control characters, no tricks with direction, nothing that looks like a credential.

/// Google cuts a title at 1,024 characters.
const LONGEST_TITLE: usize = 1024;
const LONGEST_REASON: usize = 200;

/// `text` as plain data on one line: control characters and line breaks become spaces, marks that turn or hide text are dropped.
pub fn plain(text: &str) -> String {
    one_line(text, LONGEST_TITLE)
}

/// Words of Google's that people may see: as [`plain`], short, and with everything left out that could be a credential.
pub fn reason(text: &str) -> String {
    let shown: Vec<&str> = text
        .split_whitespace()
        .map(|word| if secret_like(word) { "•••" } else { word })
        .collect();
    one_line(&shown.join(" "), LONGEST_REASON)
}

fn one_line(text: &str, longest: usize) -> String {
    let mut line = String::with_capacity(text.len().min(longest));
    let shown = text
        .chars()
        .filter(|&c| !hidden(c))
        .map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c });
    for (count, c) in shown.enumerate() {
        if count == longest {
            break;
        }
        if c != ' ' || !(line.is_empty() || line.ends_with(' ')) {
            line.push(c);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// Marks that change the order of what is read or can't be seen (Unicode Standard Annex 9, and the zero-width space and mark).
/// Joiners stay: many scripts and emoji need them.
fn hidden(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The beginnings of Google's access tokens, refresh tokens, codes, client secrets, and of any JWT.
fn secret_like(word: &str) -> bool {
    ["ya29.", "1//", "4/", "GOCSPX-", "eyJ"]
        .iter()
        .any(|start| word.contains(start))
        || word.len() > 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_one_plain_line() {
        for (text, expected) in [
            ("Lunch with Bo", "Lunch with Bo"),
            ("  a\r\nBcc:\tb\0c ", "a Bcc: b c"),
            ("\u{202e}evil\u{2066}\u{200b}", "evil"),
            ("👩\u{200d}💻 ok", "👩\u{200d}💻 ok"),
            ("", ""),
        ] {
            assert_eq!(plain(text), expected);
        }
        assert_eq!(plain(&"x".repeat(5000)).len(), LONGEST_TITLE);
    }

    #[test]
    fn reasons_are_short_and_hold_no_credentials() {
        let told = reason("Bad token ya29.canary and code=4/canary, see\nthe \"1//canary\" eyJcanary GOCSPX-canary");
        assert_eq!(told, "Bad token ••• and ••• see the ••• ••• •••");
        assert!(reason(&"word ".repeat(500)).chars().count() <= LONGEST_REASON);
    }
}

//! How a letter looks in a terminal.

use crate::domain::letter::{Message, Span};

/// The rendering of letters. The default, plain and unbroken, is for pipes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    pub colour: bool,
    /// Break lines between words, for a terminal of 80 columns: narrow ones are rare, and wide lines are hard to read.
    pub wrap: bool,
}

const BOT: &str = "bot> ";
const YOU: &str = "you> ";
/// Between a letter's words and its buttons.
const GAP: &str = "   ";
/// Later lines of a letter stand under its first word.
const INDENT: &str = "     ";
/// Lines of letters are broken, and buttons go on a line of their own, before a line grows longer than this many characters.
const WIDTH: usize = 80;

/// Styles by their SGR parameters (ECMA-48, section 8.3.117).
const BOLD: &str = "1";
const DIM: &str = "2";
const UNDERLINED: &str = "4";
const CYAN: &str = "36";
const GREEN: &str = "32";

impl Look {
    /// What stands before the person's own words.
    pub fn prompt(self) -> String {
        self.styled(GREEN, YOU)
    }

    /// `message` as lines, the last one ended.
    pub fn letter(self, message: &Message) -> String {
        let words: String = message.spans.iter().map(|span| self.span(span)).collect();
        let words = indented(words.trim_end());
        let mut out = self.styled(CYAN, BOT) + &if self.wrap { wrapped(&words) } else { words };
        let labels: Vec<String> = message
            .buttons
            .iter()
            .map(|button| format!("[{}]", clean(&button.label)))
            .collect();
        if !labels.is_empty() {
            let row = labels.join(" ");
            let fits = !out.contains('\n') && visible(&out) + GAP.len() + visible(&row) <= WIDTH;
            out.push_str(if fits { GAP } else { "\n" });
            out.push_str(if fits { "" } else { INDENT });
            out.push_str(&self.styled(BOLD, &row));
        }
        out.push('\n');
        out
    }

    /// A remark of the program itself, not of the bot.
    pub fn remark(self, text: &str) -> String {
        self.styled(DIM, text) + "\n"
    }

    fn span(self, span: &Span) -> String {
        let text = clean(text_of(span));
        match span {
            Span::Text(_) => text,
            Span::SignIn(_) => self.styled(DIM, &text),
            Span::Strong(_) | Span::Code(_) => self.styled(BOLD, &text),
            Span::Link(_) => self.styled(UNDERLINED, &text),
        }
    }

    fn styled(self, style: &str, text: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("\x1b[{style}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

fn text_of(span: &Span) -> &str {
    match span {
        Span::Text(text) | Span::Strong(text) | Span::Code(text) | Span::Link(text) => text,
        // The app fills sign-in links in before it sends a letter.
        Span::SignIn(_) => "(private link)",
    }
}

fn indented(text: &str) -> String {
    text.replace('\n', &format!("\n{INDENT}"))
}

/// Breaks lines between words. The first line stands behind [`BOT`], the others are indented already.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut column = BOT.len();
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
            column = 0;
        }
        for (place, word) in line.split(' ').enumerate() {
            let long = visible(word);
            if place > 0 && column + 1 + long > WIDTH && column > INDENT.len() {
                out.push('\n');
                out.push_str(INDENT);
                column = INDENT.len();
            } else if place > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += long;
        }
    }
    out
}

/// How many characters of `text` are seen: those of styles are not.
fn visible(text: &str) -> usize {
    let mut styles = text.split("\x1b[");
    let before = styles.next().map_or(0, |plain| plain.chars().count());
    before
        + styles
            .map(|rest| rest.split_once('m').map_or(0, |(_, plain)| plain.chars().count()))
            .sum::<usize>()
}

/// Text from outside (a title, a name) must not steer the terminal, nor turn the reading direction of what follows.
pub fn clean(text: &str) -> String {
    let steers =
        |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::choice::Choice;
    use crate::domain::letter::{Button, Tone};

    const PLAIN: Look = Look {
        colour: false,
        wrap: false,
    };
    const FULL: Look = Look {
        colour: true,
        wrap: true,
    };

    fn message(spans: Vec<Span>, labels: &[&str]) -> Message {
        let button = |label: &&str| Button {
            label: (*label).to_owned(),
            choice: Choice::Help,
            tone: Tone::Plain,
        };
        Message {
            spans,
            buttons: labels.iter().map(button).collect(),
            ..Message::default()
        }
    }

    fn text(text: &str) -> Span {
        Span::Text(text.to_owned())
    }

    #[test]
    fn buttons_stand_behind_a_short_line_and_under_a_long_one() {
        let short = message(vec![text("Connected a•••@example.org.  Not you?")], &["Disconnect"]);
        assert_eq!(
            PLAIN.letter(&short),
            "bot> Connected a•••@example.org.  Not you?   [Disconnect]\n"
        );
        let long = message(vec![text(&"x".repeat(70))], &["Undo", "Change zone"]);
        assert_eq!(
            PLAIN.letter(&long),
            format!("bot> {}\n     [Undo] [Change zone]\n", "x".repeat(70))
        );
    }

    #[test]
    fn later_lines_are_indented() {
        let link = Span::Link("http://127.0.0.1:1/connect/t".to_owned());
        let letter = PLAIN.letter(&message(
            vec![text("Connect once.\n"), link, text("   (private)\n")],
            &[],
        ));
        assert_eq!(
            letter,
            "bot> Connect once.\n     http://127.0.0.1:1/connect/t   (private)\n"
        );
    }

    #[test]
    fn words_from_outside_cant_steer_the_terminal() {
        let hostile = message(vec![text("a\u{1b}[2Jb\u{7}c\u{202e}d\re")], &["\u{1b}[1m"]);
        for look in [PLAIN, FULL] {
            let letter = look.letter(&hostile);
            assert!(
                letter.contains("a\u{fffd}[2Jb\u{fffd}c\u{fffd}d\u{fffd}e"),
                "{letter:?}"
            );
            assert!(!letter.contains("\u{1b}[1m]"));
        }
    }

    #[test]
    fn colours_change_no_words() {
        let said = message(vec![text("Booked: "), Span::Strong("Tue".to_owned())], &["Undo"]);
        let coloured = FULL.letter(&said);
        assert!(coloured.contains("\x1b[1mTue\x1b[0m"));
        let mut bare = coloured;
        for style in [BOLD, DIM, UNDERLINED, CYAN, GREEN, "0"] {
            bare = bare.replace(&format!("\x1b[{style}m"), "");
        }
        assert_eq!(bare, PLAIN.letter(&said));
    }

    #[test]
    fn a_terminals_lines_break_between_words_and_never_inside_a_link() {
        let look = Look { wrap: true, ..PLAIN };
        let words = "word ".repeat(30);
        let link = format!("https://meet.google.com/{}", "x".repeat(80));
        let letter = look.letter(&message(
            vec![text(&words), Span::Link(link.clone()), text("\nend")],
            &["Undo"],
        ));
        let lines: Vec<&str> = letter.lines().collect();
        assert_eq!(lines[0], format!("bot> {}", "word ".repeat(15).trim_end()));
        assert_eq!(lines[1], format!("     {}", "word ".repeat(15).trim_end()));
        assert_eq!(lines[2..], [format!("     {link}").as_str(), "     end", "     [Undo]"]);
        let coloured = FULL.letter(&message(vec![Span::Strong(words)], &[]));
        assert!(coloured.lines().all(|line| visible(line) <= WIDTH));
    }
}

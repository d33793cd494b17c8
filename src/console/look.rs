//! How a letter looks in a terminal.

use crate::domain::letter::{Message, Span};

/// The rendering of letters: with colours or as plain text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    pub colour: bool,
}

const BOT: &str = "bot> ";
const YOU: &str = "you> ";
/// Later lines of a letter stand under its first word.
const INDENT: &str = "     ";
/// Buttons go on a line of their own when the letter's line would grow longer than this many characters.
const WIDTH: usize = 100;

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
        let plain: String = message.spans.iter().map(|span| clean(text_of(span))).collect();
        let styled: String = message.spans.iter().map(|span| self.span(span)).collect();
        let mut out = self.styled(CYAN, BOT);
        out.push_str(&indented(styled.trim_end()));
        let labels: Vec<String> = message
            .buttons
            .iter()
            .map(|button| format!("[{}]", clean(&button.label)))
            .collect();
        if !labels.is_empty() {
            let row = labels.join(" ");
            let words = plain.trim_end();
            let length = BOT.len() + words.chars().count() + row.chars().count();
            let fits = !words.contains('\n') && length < WIDTH;
            out.push_str(if fits { "   " } else { "\n     " });
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

/// Text from outside (a title, a name) must not steer the terminal, nor turn the reading direction of what follows.
fn clean(text: &str) -> String {
    let steers =
        |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::choice::Choice;
    use crate::domain::letter::{Button, Tone};

    const PLAIN: Look = Look { colour: false };

    fn message(spans: Vec<Span>, labels: &[&str]) -> Message {
        let button = |label: &&str| Button {
            label: (*label).to_owned(),
            choice: Choice::Help,
            tone: Tone::Plain,
        };
        Message {
            spans,
            buttons: labels.iter().map(button).collect(),
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
        let long = message(vec![text(&"x".repeat(90))], &["Undo", "Change zone"]);
        assert_eq!(
            PLAIN.letter(&long),
            format!("bot> {}\n     [Undo] [Change zone]\n", "x".repeat(90))
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
        for look in [PLAIN, Look { colour: true }] {
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
        let coloured = Look { colour: true }.letter(&said);
        assert!(coloured.contains("\x1b[1mTue\x1b[0m"));
        let mut bare = coloured;
        for style in [BOLD, DIM, UNDERLINED, CYAN, GREEN, "0"] {
            bare = bare.replace(&format!("\x1b[{style}m"), "");
        }
        assert_eq!(bare, PLAIN.letter(&said));
    }
}

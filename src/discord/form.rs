//! How a letter looks on Discord: its text with everything escaped that would be markup, and its buttons in rows.

use serde::Serialize;
use serenity::builder::{
    CreateActionRow, CreateAllowedMentions, CreateButton, CreateInteractionResponseFollowup, CreateMessage,
    EditInteractionResponse, EditMessage,
};
use serenity::model::application::ButtonStyle;
use serenity::model::channel::{MessageFlags, MessageReference, MessageReferenceKind};
use sha2::{Digest, Sha256};

use super::address::Spot;
use crate::domain::letter::{Button, LetterKey, Message, Parcel, Span, Tone};

/// Discord's limits (<https://discord.com/developers/docs/resources/message#create-message>).
const LONGEST_TEXT: usize = 2000;
const LONGEST_LABEL: usize = 80;
const BUTTONS_PER_ROW: usize = 5;
const ROWS: usize = 5;

/// `custom_id`s that start so belong to a [Show me] button; what follows is the letter's key.
const SHOW_ME: &str = "show:";

/// What the channel is told when a mention was answered by direct message.
const ANSWERED_PRIVATELY: &str = "Answered privately.";
/// What stands where the answer was awaited, when it took so long that nobody looks there any more.
const COMES_ANEW: &str = "This took a while: the answer comes as a new message.";
const WAITS_FOR_YOU: &str = "Your answer is ready, for you alone to see.";
const SHOW_ME_LABEL: &str = "Show me";

/// A new message in a channel. A second one with the same letter's key is none: Discord answers with the first.
pub(super) fn post(parcel: &Parcel) -> CreateMessage {
    let mut flags = MessageFlags::SUPPRESS_EMBEDS;
    if parcel.silent {
        flags |= MessageFlags::SUPPRESS_NOTIFICATIONS;
    }
    bare(text(&parcel.message), &nonce("letter", &parcel.key.to_string()))
        .components(rows(&parcel.message.buttons))
        .flags(flags)
}

/// The public button behind which the letter waits: to be sent as a reply to the mention, see [`replying`].
pub(super) fn show_me(parcel: &Parcel) -> CreateMessage {
    let button = CreateButton::new(format!("{SHOW_ME}{}", parcel.key))
        .label(SHOW_ME_LABEL)
        .style(ButtonStyle::Primary);
    bare(WAITS_FOR_YOU.to_owned(), &nonce("show", &parcel.key.to_string()))
        .components(vec![CreateActionRow::Buttons(vec![button])])
}

/// What the channel is told, once for each mention: to be sent as a reply to it, see [`replying`].
pub(super) fn answered_privately(at: Spot) -> CreateMessage {
    bare(ANSWERED_PRIVATELY.to_owned(), &nonce("note", &at.message.to_string()))
        .flags(MessageFlags::SUPPRESS_NOTIFICATIONS)
}

/// The message as a reply to `at`.
pub(super) fn replying(message: CreateMessage, at: Spot) -> CreateMessage {
    let reference = MessageReference::new(MessageReferenceKind::Default, at.channel)
        .message_id(at.message)
        // The mention may have been deleted since; that is no reason to say nothing.
        .fail_if_not_exists(false);
    message.reference_message(reference)
}

/// The letter in place of a message.
pub(super) fn edit(message: &Message) -> EditMessage {
    EditMessage::new()
        .content(text(message))
        .components(rows(&message.buttons))
        .allowed_mentions(nobody())
        .flags(MessageFlags::SUPPRESS_EMBEDS)
}

/// The letter in place of an interaction's answer.
pub(super) fn answer(message: &Message) -> EditInteractionResponse {
    EditInteractionResponse::new()
        .content(text(message))
        .components(rows(&message.buttons))
        .allowed_mentions(nobody())
        .flags(MessageFlags::SUPPRESS_EMBEDS)
}

/// Says, in place of an interaction's answer, that it comes as a message of its own.
pub(super) fn comes_anew() -> EditInteractionResponse {
    answer(&Message::text(COMES_ANEW))
}

/// A further answer to an interaction, for its person alone.
pub(super) fn follow_up(parcel: &Parcel) -> CreateInteractionResponseFollowup {
    let mut flags = MessageFlags::SUPPRESS_EMBEDS | MessageFlags::EPHEMERAL;
    if parcel.silent {
        flags |= MessageFlags::SUPPRESS_NOTIFICATIONS;
    }
    CreateInteractionResponseFollowup::new()
        .content(text(&parcel.message))
        .components(rows(&parcel.message.buttons))
        .allowed_mentions(nobody())
        .flags(flags)
}

/// The key of the letter that a button's `custom_id` shows, if it is a [Show me].
pub(super) fn shown_by(custom_id: &str) -> Option<LetterKey> {
    let (person, seq) = custom_id.strip_prefix(SHOW_ME)?.rsplit_once('#')?;
    Some(LetterKey {
        person: crate::domain::person::PersonId::parse(person).ok()?,
        seq: seq.parse().ok()?,
    })
}

fn bare(content: String, nonce: &str) -> CreateMessage {
    CreateMessage::new()
        .content(content)
        .allowed_mentions(nobody())
        .nonce(serenity::model::channel::Nonce::String(nonce.to_owned()))
        .enforce_nonce(true)
}

/// Nothing that we say pings anyone, whatever stands in it.
fn nobody() -> CreateAllowedMentions {
    CreateAllowedMentions::new().replied_user(false)
}

/// At most 25 characters that are the same for the same thing said, and for nothing else.
fn nonce(kind: &str, key: &str) -> String {
    let hash = Sha256::digest(format!("{kind}|{key}").as_bytes());
    data_encoding::BASE64URL_NOPAD.encode(&hash[..18])
}

/// Action rows; a button that says the same as one before it is left out, since Discord refuses such twins.
fn rows(buttons: &[Button]) -> Vec<CreateActionRow> {
    let mut seen = std::collections::HashSet::new();
    let fresh: Vec<_> = buttons
        .iter()
        .filter(|button| seen.insert(button.choice.to_string()))
        .take(ROWS * BUTTONS_PER_ROW)
        .map(|button| {
            let style = match button.tone {
                Tone::Plain => ButtonStyle::Secondary,
                Tone::Primary => ButtonStyle::Primary,
                Tone::Danger => ButtonStyle::Danger,
            };
            CreateButton::new(button.choice.to_string())
                .label(cut(&button.label, LONGEST_LABEL))
                .style(style)
        })
        .collect();
    let rows = fresh.chunks(BUTTONS_PER_ROW);
    rows.map(|row| CreateActionRow::Buttons(row.to_vec())).collect()
}

/// The whole text in Discord's markup, at most 2,000 characters. What is too long loses the end of its longest words: links
/// and codes stay whole.
pub(super) fn text(message: &Message) -> String {
    let mut spans = message.spans.clone();
    loop {
        let written: Vec<String> = spans.iter().map(write).collect();
        let excess = written
            .iter()
            .map(|text| length(text))
            .sum::<usize>()
            .saturating_sub(LONGEST_TEXT);
        if excess == 0 {
            return tidy(&written.concat());
        }
        let longest = spans
            .iter_mut()
            .filter_map(|span| match span {
                Span::Text(text) | Span::Strong(text) if text.chars().count() > 1 => Some(text),
                _ => None,
            })
            .max_by_key(|text| text.len());
        match longest {
            // Escaping can double a text, so half the excess is always safe to take, and one more for the ellipsis.
            Some(text) => {
                *text = cut(
                    text,
                    (text.chars().count() - 1).saturating_sub(excess.div_ceil(2)).max(1),
                );
            }
            None => return cut(&written.concat(), LONGEST_TEXT),
        }
    }
}

/// Discord refuses a message of nothing but blanks.
fn tidy(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        "…".to_owned()
    } else {
        text.to_owned()
    }
}

fn write(span: &Span) -> String {
    match span {
        Span::Text(text) => escape(text),
        Span::Strong(text) => format!("**{}**", escape(text)),
        Span::Code(text) => format!("`{}`", text.replace('`', "ˋ").replace('\n', " ")),
        // Angle brackets keep a link a link and its preview away.
        Span::Link(url) if is_link(url) => format!("<{url}>"),
        Span::Link(other) => escape(other),
        Span::SignIn(_) => "(private link)".to_owned(),
    }
}

fn is_link(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://"))
        && url.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>'))
}

/// Words shown as they are: a backslash before everything that Discord would take for markup, a mention or a link, and
/// nothing that turns the direction of the text or hides in it.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut line_start = true;
    let visible: Vec<char> = text.chars().filter(|c| !is_hidden(*c)).collect();
    for (at, c) in visible.iter().copied().enumerate() {
        let next = |n: usize| visible.get(at + n).copied();
        let special = match c {
            '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '[' | ']' | '@' => true,
            // Headings, quotes and lists.
            '#' | '>' | '-' | '+' => line_start,
            '.' => {
                at > 0
                    && visible[at - 1].is_ascii_digit()
                    && matches!(next(1), Some(' '))
                    && digits_only_before(&visible[..at])
            }
            ':' => next(1) == Some('/') && next(2) == Some('/'),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
        line_start = c == '\n' || (line_start && c == ' ');
    }
    out
}

/// From the last line break on there are only digits: with a full stop and a blank it would be a list.
fn digits_only_before(text: &[char]) -> bool {
    text.iter()
        .rev()
        .take_while(|c| **c != '\n')
        .all(|c| c.is_ascii_digit() || *c == ' ')
}

fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// The first `most` characters, the last of them an ellipsis where something was cut.
fn cut(text: &str, most: usize) -> String {
    if length(text) <= most {
        return text.to_owned();
    }
    let mut kept = 1;
    let fits = |c: &char| {
        kept += c.len_utf16();
        kept <= most
    };
    let mut short: String = text.chars().take_while(fits).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// In UTF-16 units: whichever way Discord counts, it is no more than this.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Whether what Discord holds is what `body` would write there.
pub(super) fn is_same(held: &serde_json::Value, body: &impl Serialize) -> bool {
    let wanted = serde_json::to_value(body).unwrap_or_default();
    let buttons = |value: &serde_json::Value| {
        let rows = value["components"].as_array().cloned().unwrap_or_default();
        let all = rows
            .iter()
            .flat_map(|row| row["components"].as_array().cloned().unwrap_or_default());
        all.map(|button| button["custom_id"].clone()).collect::<Vec<_>>()
    };
    held["content"] == wanted["content"] && buttons(held) == buttons(&wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::choice::Choice;

    fn said(text: &str) -> Message {
        Message::text(text)
    }

    #[test]
    fn words_are_shown_as_they_are() {
        for (words, written) in [
            (
                "Booked: Tue 24 Nov, 14:00–14:30 (Europe/Berlin)",
                "Booked: Tue 24 Nov, 14:00–14:30 (Europe/Berlin)",
            ),
            ("*a* _b_ ~~c~~ `d` ||e||", r"\*a\* \_b\_ \~\~c\~\~ \`d\` \|\|e\|\|"),
            ("@everyone <@123> <#4>", r"\@everyone \<\@123> \<#4>"),
            ("[x](javascript:alert(1))", r"\[x\](javascript:alert(1))"),
            ("see https://evil.example/", r"see https\://evil.example/"),
            (
                "# big\n> quote\n- list\n1. one",
                "\\# big\n\\> quote\n\\- list\n1\\. one",
            ),
            ("well-known at 2.5 h. 3. Stock", "well-known at 2.5 h. 3. Stock"),
            (r"back\slash", r"back\\slash"),
            ("a\u{202E}b\u{0}c\u{200B}d", "abcd"),
            ("   ", "…"),
        ] {
            assert_eq!(text(&said(words)), written, "{words:?}");
        }
    }

    #[test]
    fn a_text_that_is_too_long_keeps_its_links() {
        let link = "https://meet.google.com/abc-defg-hij";
        for filler in ["x".repeat(40_000), "*".repeat(40_000), "😀".repeat(4_000)] {
            let message = Message {
                spans: vec![
                    Span::Text(filler),
                    Span::Text(" · ".to_owned()),
                    Span::Link(link.to_owned()),
                ],
                ..Message::default()
            };
            let text = text(&message);
            assert!(
                length(&text) <= LONGEST_TEXT && length(&text) > 1000,
                "{}",
                length(&text)
            );
            assert!(text.ends_with(&format!("… · <{link}>")), "{text}");
        }
    }

    #[test]
    fn a_link_that_is_none_is_only_words() {
        let message = Message {
            spans: vec![
                Span::Link("javascript:alert(1)".to_owned()),
                Span::Code("connect `1`".to_owned()),
            ],
            ..Message::default()
        };
        assert_eq!(text(&message), "javascript:alert(1)`connect ˋ1ˋ`");
    }

    #[test]
    fn buttons_stand_in_rows_of_five_without_twins() {
        let button = |choice| Button {
            label: "L".repeat(90),
            choice,
            tone: Tone::Plain,
        };
        let mut buttons: Vec<_> = (0..7)
            .map(|request| button(Choice::Answer(request, crate::domain::choice::Answer::Cancel)))
            .collect();
        buttons.push(button(Choice::Help));
        buttons.push(button(Choice::Help));
        let rows = serde_json::to_value(rows(&buttons)).unwrap();
        let row = |at: usize| rows[at]["components"].as_array().unwrap().len();
        assert_eq!((row(0), row(1), rows.as_array().unwrap().len()), (5, 3, 2));
        assert_eq!(rows[0]["components"][0]["label"].as_str().unwrap().chars().count(), 80);
    }

    #[test]
    fn nonces_fit_and_differ() {
        assert_eq!(nonce("letter", "discord:1#1").len(), 24);
        assert_ne!(nonce("letter", "discord:1#1"), nonce("letter", "discord:1#2"));
        assert_ne!(nonce("letter", "discord:1#1"), nonce("show", "discord:1#1"));
    }

    #[test]
    fn a_show_me_button_names_its_letter() {
        let key = LetterKey {
            person: crate::domain::person::PersonId::discord(7),
            seq: 12,
        };
        assert_eq!(shown_by(&format!("{SHOW_ME}{key}")), Some(key));
        for other in ["show:", "show:discord:7", "show:nobody#1", "help", "show:discord:7#x"] {
            assert_eq!(shown_by(other), None, "{other}");
        }
    }
}

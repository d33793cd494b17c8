//! A message in Slack's form: rich text, in which words can be neither markup nor mention, and buttons.
//!
//! Limits are those of Slack's Block Kit reference.

use slack_morphism::SlackMessageContent;
use slack_morphism::blocks::{
    SlackActionBlockElement, SlackActionsBlock, SlackBlock, SlackBlockButtonElement, SlackBlockButtonStyle,
    SlackRichTextBlock, SlackRichTextElement, SlackRichTextInlineElement, SlackRichTextLink, SlackRichTextSection,
    SlackRichTextText,
};

use super::markup;
use crate::domain::letter::{Button, Message, Span, Tone};

/// The most characters of one piece of text.
const PIECE: usize = 3000;
/// The most characters of a message: Slack refuses blocks that are longer than about 13,200 together.
const WHOLE: usize = 12_000;
/// The most characters on a button.
const LABEL: usize = 75;
/// The most buttons in a row.
const ROW: usize = 25;

/// `message` as blocks, and as the plain text that notifications and screen readers give.
pub(super) fn content(message: &Message) -> SlackMessageContent {
    let mut blocks = Vec::with_capacity(2);
    let words = inline(&message.spans);
    if !words.is_empty() {
        let section = SlackRichTextElement::Section(SlackRichTextSection::new(words));
        blocks.push(SlackBlock::RichText(SlackRichTextBlock::new(vec![section])));
    }
    let mut buttons = message.buttons.iter().enumerate().map(button).peekable();
    while buttons.peek().is_some() {
        let row = buttons.by_ref().take(ROW).collect();
        blocks.push(SlackBlock::Actions(SlackActionsBlock::new(row)));
    }
    let text = markup::escaped(&shortened(&message.plain(), WHOLE));
    SlackMessageContent::new().with_text(text).with_blocks(blocks)
}

fn inline(spans: &[Span]) -> Vec<SlackRichTextInlineElement> {
    let mut left = WHOLE;
    let mut elements = Vec::with_capacity(spans.len());
    for span in spans {
        let words = match span {
            Span::Text(words) | Span::Strong(words) | Span::Code(words) | Span::Link(words) => words.as_str(),
            Span::SignIn(_) => "(private link)",
        };
        if matches!(span, Span::Link(_)) && is_web(words) {
            elements.push(SlackRichTextInlineElement::Link(SlackRichTextLink::new(
                words.to_owned().into(),
            )));
            continue;
        }
        let words = shortened(words, left);
        left -= words.chars().count();
        elements.extend(pieces(&words).map(|piece| {
            let text = SlackRichTextText::new(piece.to_owned());
            SlackRichTextInlineElement::Text(match span {
                Span::Strong(_) => text.bold(),
                Span::Code(_) => text.code(),
                _ => text,
            })
        }));
    }
    elements
}

fn button((n, button): (usize, &Button)) -> SlackActionBlockElement {
    let element = SlackBlockButtonElement::new(shortened(&button.label, LABEL).into_owned().into())
        .with_action_id(n.to_string().into())
        .with_value(button.choice.to_string());
    SlackActionBlockElement::Button(match button.tone {
        Tone::Plain => element,
        Tone::Primary => element.with_style(SlackBlockButtonStyle::Primary),
        Tone::Danger => element.with_style(SlackBlockButtonStyle::Danger),
    })
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// At most `most` characters, the last one "…" where some are missing.
fn shortened(text: &str, most: usize) -> std::borrow::Cow<'_, str> {
    // Bytes are never fewer than characters: the common case counts nothing.
    if text.len() <= most || text.chars().count() <= most {
        return text.into();
    }
    text.chars()
        .take(most.saturating_sub(1))
        .chain((most > 0).then_some('…'))
        .collect()
}

/// Cuts `text` into pieces that Slack takes.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest.char_indices().nth(PIECE).map_or(rest.len(), |(at, _)| at);
        let (piece, after) = rest.split_at(end);
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

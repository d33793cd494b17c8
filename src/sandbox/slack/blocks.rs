//! What a message's blocks may be, and what people see of them (<https://docs.slack.dev/reference/block-kit>).

use serde_json::{Map, Value};

/// What is seen of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    pub text: String,
    pub buttons: Vec<Button>,
    /// Whom it pings.
    pub pings: Vec<String>,
}

/// A button as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Button {
    pub label: String,
    pub value: String,
    pub action_id: String,
    pub block_id: String,
}

type Checked<T = ()> = Result<T, String>;

/// Checks `blocks`, or `text` where there are none.
pub(super) fn show(text: &str, blocks: &Value) -> Checked<Shown> {
    let mut shown = Shown::default();
    mrkdwn_pings(text, &mut shown);
    match blocks {
        Value::Null => shown.text = unescaped(text),
        Value::Array(blocks) if blocks.len() > 50 => return Err("more than 50 blocks".to_owned()),
        Value::Array(blocks) => {
            for (n, block) in blocks.iter().enumerate() {
                check_block(n, block, &mut shown).map_err(|why| format!("{why} [json-pointer:/blocks/{n}]"))?;
            }
        }
        _ => return Err("blocks must be an array".to_owned()),
    }
    let ids = shown.buttons.iter().map(|button| &button.action_id);
    let distinct: std::collections::HashSet<_> = ids.collect();
    if distinct.len() < shown.buttons.len() {
        return Err("`action_id` of two elements is the same".to_owned());
    }
    Ok(shown)
}

fn check_block(n: usize, block: &Value, shown: &mut Shown) -> Checked {
    let block_id = block["block_id"]
        .as_str()
        .map_or_else(|| format!("b{n}"), str::to_owned);
    match kind(block)? {
        "section" => {
            only(block, &["type", "block_id", "text", "fields", "accessory", "expand"])?;
            newline_before(shown);
            text_object(&block["text"], 3000, shown)
        }
        "rich_text" => {
            only(block, &["type", "block_id", "elements"])?;
            for section in elements(block, 1..=usize::MAX)? {
                only(section, &["type", "elements"])?;
                if kind(section)? != "rich_text_section" {
                    return Err(format!("unsupported here: {section}"));
                }
                newline_before(shown);
                for element in elements(section, 0..=usize::MAX)? {
                    rich_text(element, shown)?;
                }
            }
            Ok(())
        }
        "actions" => {
            only(block, &["type", "block_id", "elements"])?;
            elements(block, 1..=25)?
                .iter()
                .try_for_each(|element| button(element, &block_id, shown))
        }
        other => Err(format!("unsupported block type: {other}")),
    }
}

fn rich_text(element: &Value, shown: &mut Shown) -> Checked {
    match kind(element)? {
        "text" => {
            only(element, &["type", "text", "style"])?;
            style(&element["style"])?;
            shown.text += string(element, "text", 1..=3000)?;
        }
        "link" => {
            only(element, &["type", "url", "text", "unsafe", "style"])?;
            style(&element["style"])?;
            let url = web_address(string(element, "url", 1..=3000)?)?;
            shown.text += element["text"].as_str().unwrap_or(url);
        }
        who @ ("user" | "usergroup" | "broadcast") => shown.pings.push(format!("{who} {element}")),
        other => return Err(format!("unsupported rich text element: {other}")),
    }
    Ok(())
}

fn button(element: &Value, block_id: &str, shown: &mut Shown) -> Checked {
    if kind(element)? != "button" {
        return Err(format!("unsupported action: {element}"));
    }
    only(
        element,
        &[
            "type",
            "text",
            "action_id",
            "url",
            "value",
            "style",
            "confirm",
            "accessibility_label",
        ],
    )?;
    if !matches!(element["style"].as_str(), None | Some("primary" | "danger")) || element["style"].is_boolean() {
        return Err("`style` must be primary or danger".to_owned());
    }
    if !element["url"].is_null() {
        web_address(string(element, "url", 1..=3000)?)?;
    }
    let label = &element["text"];
    only(label, &["type", "text", "emoji"])?;
    if kind(label)? != "plain_text" {
        return Err("a button's text must be plain_text".to_owned());
    }
    shown.buttons.push(Button {
        label: string(label, "text", 1..=75)?.to_owned(),
        value: string(element, "value", 1..=2000)?.to_owned(),
        action_id: string(element, "action_id", 1..=255)?.to_owned(),
        block_id: block_id.to_owned(),
    });
    Ok(())
}

fn text_object(text: &Value, longest: usize, shown: &mut Shown) -> Checked {
    only(text, &["type", "text", "emoji", "verbatim"])?;
    let words = string(text, "text", 1..=longest)?;
    match kind(text)? {
        "plain_text" => shown.text += words,
        "mrkdwn" => {
            mrkdwn_pings(words, shown);
            shown.text += &unescaped(words);
        }
        other => return Err(format!("unsupported text type: {other}")),
    }
    Ok(())
}

/// Mentions and commands in markup.
fn mrkdwn_pings(text: &str, shown: &mut Shown) {
    for bracketed in text.split('<').skip(1) {
        if bracketed.starts_with(['@', '!']) {
            shown.pings.push(format!("<{bracketed}"));
        }
    }
}

fn newline_before(shown: &mut Shown) {
    if !shown.text.is_empty() {
        shown.text.push('\n');
    }
}

fn style(style: &Value) -> Checked {
    let known = [
        "bold",
        "italic",
        "strike",
        "code",
        "underline",
        "highlight",
        "client_highlight",
        "unlink",
    ];
    match style {
        Value::Null => Ok(()),
        Value::Object(flags)
            if flags
                .iter()
                .all(|(name, flag)| known.contains(&&**name) && flag.is_boolean()) =>
        {
            Ok(())
        }
        other => Err(format!("no such style: {other}")),
    }
}

fn kind(value: &Value) -> Checked<&str> {
    value["type"].as_str().ok_or_else(|| format!("no type: {value}"))
}

fn fields(value: &Value) -> Checked<&Map<String, Value>> {
    value.as_object().ok_or_else(|| format!("not an object: {value}"))
}

fn only(value: &Value, known: &[&str]) -> Checked {
    match fields(value)?.keys().find(|name| !known.contains(&&***name)) {
        Some(unknown) => Err(format!("unknown field `{unknown}`")),
        None => Ok(()),
    }
}

fn elements(value: &Value, number: std::ops::RangeInclusive<usize>) -> Checked<&Vec<Value>> {
    let elements = value["elements"].as_array().ok_or("no elements")?;
    let good = number.contains(&elements.len());
    good.then_some(elements)
        .ok_or_else(|| format!("{} elements: must be {number:?}", elements.len()))
}

fn string<'a>(value: &'a Value, name: &str, length: std::ops::RangeInclusive<usize>) -> Checked<&'a str> {
    let text = value[name]
        .as_str()
        .ok_or_else(|| format!("`{name}` must be a string"))?;
    let good = length.contains(&text.chars().count());
    good.then_some(text)
        .ok_or_else(|| format!("`{name}` must be {length:?} characters long"))
}

fn web_address(url: &str) -> Checked<&str> {
    let web = url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto"));
    web.then_some(url).ok_or_else(|| format!("not a web address: {url}"))
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

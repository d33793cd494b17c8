//! What a request's body must look like. Discord ignores unknown fields; here they are refused, since ours never are on purpose.

use serde_json::{Map, Value};

use super::rest::Refusal;

/// The fields that each body may have.
pub(super) const MESSAGE: &[&str] = &[
    "content",
    "nonce",
    "enforce_nonce",
    "tts",
    "embeds",
    "allowed_mentions",
    "message_reference",
    "components",
    "sticker_ids",
    "attachments",
    "flags",
];
pub(super) const EDIT: &[&str] = &[
    "content",
    "embeds",
    "flags",
    "allowed_mentions",
    "components",
    "attachments",
];
pub(super) const FOLLOW_UP: &[&str] = &[
    "content",
    "tts",
    "embeds",
    "allowed_mentions",
    "components",
    "attachments",
    "flags",
];
const COMMAND: &[&str] = &[
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "options",
    "type",
    "contexts",
    "integration_types",
    "nsfw",
];

/// A message that stands the checks.
#[derive(Debug)]
pub(super) struct Checked {
    pub content: Option<String>,
    pub components: Option<Value>,
    pub flags: u64,
    pub nonce: Option<String>,
}

/// Reads the body of a message, an edit or a follow-up.
pub(super) fn message(body: &Value, fields: &[&str], new: bool) -> Result<Checked, Refusal> {
    let body = object(body, fields)?;
    let content = match body.get("content") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if text.chars().count() <= 2000 => Some(text.clone()),
        Some(_) => return Err(form("content: must be a text of 2000 or fewer in length")),
    };
    if body.get("tts").is_some_and(|tts| tts != false) {
        return Err(form("tts: ours never speak aloud"));
    }
    for list in ["embeds", "sticker_ids", "attachments"] {
        if body
            .get(list)
            .is_some_and(|list| list.as_array().is_none_or(|list| !list.is_empty()))
        {
            return Err(form(&format!("{list}: ours are always empty")));
        }
    }
    let components = body.get("components").filter(|value| !value.is_null()).cloned();
    rows(components.as_ref())?;
    let parse = body
        .get("allowed_mentions")
        .and_then(|mentions| mentions["parse"].as_array());
    if parse.is_none_or(|parse| !parse.is_empty()) {
        return Err(form("allowed_mentions: ours never ping, and say so"));
    }
    if new && content.as_deref().unwrap_or_default().trim().is_empty() {
        return Err(Refusal::new(400, 50006, "Cannot send an empty message"));
    }
    let nonce = match body.get("nonce") {
        None => None,
        Some(Value::String(nonce)) if nonce.len() <= 25 => Some(nonce.clone()),
        Some(_) => return Err(form("nonce: must be a text of 25 or fewer in length")),
    };
    Ok(Checked {
        content,
        components,
        flags: body.get("flags").and_then(Value::as_u64).unwrap_or_default(),
        nonce: nonce.filter(|_| body.get("enforce_nonce") == Some(&Value::Bool(true))),
    })
}

/// Action rows of buttons: at most 5 rows of 5, each `custom_id` once
/// (<https://discord.com/developers/docs/components/reference#button>).
fn rows(components: Option<&Value>) -> Result<(), Refusal> {
    let Some(components) = components else { return Ok(()) };
    let rows = components
        .as_array()
        .ok_or_else(|| form("components: must be a list"))?;
    if rows.len() > 5 {
        return Err(form("components: must be 5 or fewer in length"));
    }
    let mut seen = std::collections::BTreeSet::new();
    for row in rows {
        let row = object(row, &["type", "components"])?;
        let buttons = row
            .get("components")
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        if row.get("type") != Some(&Value::from(1)) || !(1..=5).contains(&buttons.len()) {
            return Err(form("components: an action row holds 1 to 5 buttons"));
        }
        for button in buttons {
            let button = object(button, &["type", "style", "custom_id", "label", "disabled"])?;
            let text = |name| button.get(name).and_then(Value::as_str).unwrap_or_default();
            let style = button.get("style").and_then(Value::as_u64).unwrap_or_default();
            if button.get("type") != Some(&Value::from(2)) || !(1..=4).contains(&style) {
                return Err(form("components: a button has type 2 and a style from 1 to 4"));
            }
            if !(1..=80).contains(&text("label").chars().count()) {
                return Err(form("components: a label has 1 to 80 characters"));
            }
            if !(1..=100).contains(&text("custom_id").chars().count()) {
                return Err(form("components: a custom_id has 1 to 100 characters"));
            }
            if !seen.insert(text("custom_id").to_owned()) {
                return Err(form("components: Component custom id cannot be duplicated"));
            }
        }
    }
    Ok(())
}

/// The list of all global commands.
pub(super) fn commands(body: &Value) -> Result<Vec<Value>, Refusal> {
    let list = body.as_array().ok_or_else(|| form("a list of commands is expected"))?;
    for command in list {
        let command = object(command, COMMAND)?;
        let text = |name| command.get(name).and_then(Value::as_str).unwrap_or_default();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if !(1..=32).contains(&text("name").len()) || !text("name").chars().all(plain) {
            return Err(form("name: must match ^[-_a-z0-9]{1,32}$"));
        }
        if !(1..=100).contains(&text("description").chars().count()) {
            return Err(form("description: must be between 1 and 100 in length"));
        }
    }
    Ok(list.clone())
}

/// The object, if it has no field but those.
pub(super) fn object<'a>(value: &'a Value, fields: &[&str]) -> Result<&'a Map<String, Value>, Refusal> {
    let object = value.as_object().ok_or_else(|| form("an object is expected"))?;
    match object.keys().find(|key| !fields.contains(&key.as_str())) {
        Some(unknown) => Err(form(&format!("{unknown}: unknown field"))),
        None => Ok(object),
    }
}

pub(super) fn form(what: &str) -> Refusal {
    Refusal::new(400, 50035, "Invalid Form Body").about(what)
}

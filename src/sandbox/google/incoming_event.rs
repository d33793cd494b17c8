//! The body of an insert or a patch, read strictly: a field that the stand-in does not know is refused, and so is a wrong type.

use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::event_time;
use super::refusal::Refusal;

enum Kind {
    Text,
    Flag,
    Time,
    Attendees,
    Conference,
    /// `private` and `shared` maps of text to text.
    Extended,
    Reminders,
    /// An object of text fields of these names.
    Texts(&'static [&'static str]),
    OneOf(&'static [&'static str]),
}

const FIELDS: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("summary", Kind::Text),
    ("description", Kind::Text),
    ("location", Kind::Text),
    ("colorId", Kind::Text),
    ("start", Kind::Time),
    ("end", Kind::Time),
    ("attendees", Kind::Attendees),
    ("conferenceData", Kind::Conference),
    ("extendedProperties", Kind::Extended),
    ("reminders", Kind::Reminders),
    ("source", Kind::Texts(&["title", "url"])),
    ("status", Kind::OneOf(&["confirmed", "tentative", "cancelled"])),
    ("transparency", Kind::OneOf(&["opaque", "transparent"])),
    (
        "visibility",
        Kind::OneOf(&["default", "public", "private", "confidential"]),
    ),
    ("eventType", Kind::OneOf(&["default"])),
    ("guestsCanInviteOthers", Kind::Flag),
    ("guestsCanModify", Kind::Flag),
    ("guestsCanSeeOtherGuests", Kind::Flag),
    ("anyoneCanAddSelf", Kind::Flag),
];

/// Reads a body. `null` takes a field away in a patch and says nothing in an insert.
pub fn read(body: &[u8], calendar: &TimeZone) -> Result<Map<String, Value>, Refusal> {
    let Ok(Value::Object(mut event)) = serde_json::from_slice(body) else {
        return Err(Refusal::invalid("Parse Error"));
    };
    for (name, value) in &mut event {
        let Some((_, kind)) = FIELDS.iter().find(|(known, _)| known == name) else {
            return Err(match name.as_str() {
                "recurrence" => Refusal::not_modelled("recurring events"),
                _ => Refusal::unknown_field(name),
            });
        };
        if !value.is_null() {
            *value = check(name, kind, value, calendar)?;
        }
    }
    Ok(event)
}

fn check(name: &str, kind: &Kind, value: &Value, calendar: &TimeZone) -> Result<Value, Refusal> {
    let wrong = || Refusal::invalid(format!("Invalid value for: {name}"));
    let good = match kind {
        Kind::Text => value.is_string(),
        Kind::Flag => value.is_boolean(),
        Kind::OneOf(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        Kind::Time => return event_time::read(value, name, calendar),
        Kind::Attendees => return attendees(value),
        Kind::Conference => conference(value),
        Kind::Texts(names) => object_of(value, |key, value| names.contains(&key) && value.is_string()),
        Kind::Extended => object_of(value, |key, value| {
            matches!(key, "private" | "shared") && object_of(value, |_, value| value.is_string() || value.is_null())
        }),
        Kind::Reminders => object_of(value, |key, value| match key {
            "useDefault" => value.is_boolean(),
            "overrides" => value.as_array().is_some_and(|all| all.iter().all(reminder)),
            _ => false,
        }),
    };
    if good { Ok(value.clone()) } else { Err(wrong()) }
}

fn object_of(value: &Value, good: impl Fn(&str, &Value) -> bool) -> bool {
    value
        .as_object()
        .is_some_and(|object| object.iter().all(|(key, value)| good(key, value)))
}

fn reminder(value: &Value) -> bool {
    object_of(value, |key, value| match key {
        "method" => matches!(value.as_str(), Some("email" | "popup")),
        "minutes" => value.as_u64().is_some_and(|minutes| minutes <= 40_320),
        _ => false,
    })
}

fn attendees(value: &Value) -> Result<Value, Refusal> {
    let list = value
        .as_array()
        .ok_or_else(|| Refusal::invalid("Invalid value for: attendees"))?;
    if list.len() > 200 {
        return Err(Refusal::invalid("The event has too many attendees."));
    }
    let mut checked = Vec::new();
    for attendee in list {
        let good = object_of(attendee, |key, value| match key {
            "email" | "displayName" | "comment" => value.is_string(),
            "optional" => value.is_boolean(),
            "additionalGuests" => value.is_u64(),
            "responseStatus" => matches!(
                value.as_str(),
                Some("needsAction" | "declined" | "tentative" | "accepted")
            ),
            _ => false,
        });
        if !good || !attendee["email"].as_str().is_some_and(is_address) {
            return Err(Refusal::invalid("Invalid attendee email."));
        }
        let mut attendee = attendee.clone();
        if attendee["responseStatus"].is_null() {
            attendee["responseStatus"] = json!("needsAction");
        }
        checked.push(attendee);
    }
    Ok(Value::Array(checked))
}

fn is_address(text: &str) -> bool {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b',' | b';' | b'<' | b'>' | b'"'));
    plain
        && text.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty()
                && host.contains('.')
                && !host.contains('@')
                && !host.starts_with('.')
                && !host.ends_with('.')
        })
}

/// Only a request for a new Meet conference; copying an existing one in is not modelled.
fn conference(value: &Value) -> bool {
    let request = &value["createRequest"];
    object_of(value, |key, _| key == "createRequest")
        && object_of(request, |key, _| matches!(key, "requestId" | "conferenceSolutionKey"))
        && request["requestId"].as_str().is_some_and(|id| !id.is_empty())
        && object_of(&request["conferenceSolutionKey"], |key, value| {
            key == "type" && *value == "hangoutsMeet"
        })
        && request["conferenceSolutionKey"]["type"].is_string()
}

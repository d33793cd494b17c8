//! An event's `start` and `end`: read from any form that Google takes, kept in one, shown in any zone, compared as instants.

use std::sync::LazyLock;

use jiff::civil;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, Zoned};
use serde_json::{Map, Value, json};

use super::refusal::Refusal;

/// The machine's own database may be years old.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Reads a zone's name.
pub fn zone(name: &str) -> Result<TimeZone, Refusal> {
    ZONES
        .get(name)
        .map_err(|_| Refusal::invalid(format!("Invalid time zone definition: {name}")))
}

/// Reads an instant with an offset, as `timeMin` and `timeMax` need it (RFC 3339).
pub fn instant(text: &str) -> Option<Timestamp> {
    let at = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    Timestamp::from_millisecond(at.timestamp_millis()).ok()
}

/// Reads a `start` or `end` into the form that is kept: `{date}`, or `{dateTime with offset, timeZone}`.
pub fn read(value: &Value, which: &str, calendar: &TimeZone) -> Result<Value, Refusal> {
    let object = value
        .as_object()
        .ok_or_else(|| Refusal::invalid(format!("Invalid value for {which}.")))?;
    for name in object.keys() {
        if !matches!(name.as_str(), "date" | "dateTime" | "timeZone") {
            return Err(Refusal::unknown_field(&format!("{which}.{name}")));
        }
    }
    let named = text(object, "timeZone").map(zone).transpose()?;
    match (text(object, "date"), text(object, "dateTime")) {
        (Some(date), None) => {
            let date = civil::Date::strptime("%Y-%m-%d", date)
                .map_err(|_| Refusal::invalid(format!("Invalid {which} date.")))?;
            Ok(json!({ "date": date.to_string() }))
        }
        (None, Some(at)) => {
            let shown_in = named.clone().unwrap_or_else(|| calendar.clone());
            let at =
                match instant(at) {
                    Some(at) => at.to_zoned(shown_in),
                    None => wall(at, which)?
                        .to_zoned(named.ok_or_else(|| {
                            Refusal::missing(format!("Missing time zone definition for {which} time."))
                        })?)
                        .map_err(|_| Refusal::invalid(format!("Invalid {which} time.")))?,
                };
            Ok(kept(&at))
        }
        (Some(_), Some(_)) => Err(Refusal::invalid(
            "Start and end times must either both be date or both be dateTime.",
        )),
        (None, None) => Err(Refusal::missing(format!("Missing {which} time."))),
    }
}

fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str)
}

fn wall(text: &str, which: &str) -> Result<civil::DateTime, Refusal> {
    civil::DateTime::strptime("%Y-%m-%dT%H:%M:%S%.f", text)
        .map_err(|_| Refusal::invalid(format!("Invalid {which} time.")))
}

fn kept(at: &Zoned) -> Value {
    json!({ "dateTime": rfc3339(at), "timeZone": at.time_zone().iana_name().unwrap_or("UTC") })
}

fn rfc3339(at: &Zoned) -> String {
    let text = at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    match text.strip_suffix("+00:00") {
        Some(utc) => format!("{utc}Z"),
        None => text,
    }
}

/// A kept `start` or `end` as the wire shows it in `zone`: the offset changes, the instant and the event's own zone do not.
pub fn shown(value: &Value, zone: &TimeZone) -> Value {
    match value["dateTime"].as_str().and_then(instant) {
        Some(at) => json!({ "dateTime": rfc3339(&at.to_zoned(zone.clone())), "timeZone": value["timeZone"] }),
        None => value.clone(),
    }
}

/// From when to when an event lasts; whole days run from midnight to midnight of the calendar's zone.
pub fn span(event: &Value, calendar: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    Some((moment(&event["start"], calendar)?, moment(&event["end"], calendar)?))
}

fn moment(value: &Value, calendar: &TimeZone) -> Option<Timestamp> {
    match value["date"].as_str() {
        Some(date) => {
            let date = civil::Date::strptime("%Y-%m-%d", date).ok()?;
            Some(date.to_zoned(calendar.clone()).ok()?.timestamp())
        }
        None => instant(value["dateTime"].as_str()?),
    }
}

//! What happens to an account's events: made, got, changed, deleted. Pure state over [`World`].

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::event_time;
use super::meet;
use super::refusal::Refusal;
use super::world::{Account, Mail, MailKind, World};

/// One account's calendar at one moment.
pub struct Calendar<'a> {
    pub world: &'a mut World,
    pub account: Account,
    pub zone: TimeZone,
    pub seed: &'a [u8; 32],
    pub now: chrono::DateTime<chrono::Utc>,
    /// `sendUpdates=all`: guests get mail.
    pub tell_guests: bool,
    /// `conferenceDataVersion=1`: conference data is looked at; without it Google ignores the field.
    pub conferences: bool,
}

impl Calendar<'_> {
    fn events(&mut self) -> &mut Vec<Value> {
        self.world.calendars.entry(self.account.sub.clone()).or_default()
    }

    fn place(&mut self, id: &str) -> Result<usize, Refusal> {
        self.events()
            .iter()
            .position(|event| event["id"] == id)
            .ok_or_else(Refusal::not_found)
    }

    /// All events, deleted ones too, in the order of their making.
    pub fn all(&mut self) -> Vec<Value> {
        self.events().clone()
    }

    /// Makes an event from a body that was read.
    pub fn insert(&mut self, mut input: Map<String, Value>) -> Result<Value, Refusal> {
        input.retain(|_, value| !value.is_null());
        let id = match input.remove("id") {
            Some(id) => checked_id(id.as_str().unwrap_or_default())?,
            None => self.draw_id(),
        };
        if self.place(&id).is_ok() {
            return Err(Refusal::duplicate());
        }
        let conference = input.remove("conferenceData");
        let owner = json!({ "email": self.account.email, "self": true });
        let mut event = json!({
            "kind": "calendar#event",
            "id": id,
            "status": "confirmed",
            "htmlLink": format!("https://www.google.com/calendar/event?eid={id}"),
            "created": self.stamp(),
            "creator": owner,
            "organizer": owner,
            "iCalUID": format!("{id}@google.com"),
            "sequence": 0,
            "reminders": { "useDefault": true },
            "eventType": "default",
        });
        merge(&mut event, Value::Object(input));
        self.settle(&mut event)?;
        self.hold_conference(&mut event, conference.as_ref());
        self.touch(&mut event);
        self.events().push(event.clone());
        self.mail(&event, MailKind::Invited);
        Ok(event)
    }

    /// The event, deleted or not. Getting it brings a pending conference one step on.
    pub fn get(&mut self, id: &str) -> Result<Value, Refusal> {
        let place = self.place(id)?;
        let mut event = self.events()[place].clone();
        if meet::step(&mut event) {
            self.touch(&mut event);
        }
        self.events()[place] = event.clone();
        Ok(event)
    }

    /// Lays a body that was read over the event (RFC 7396; lists are replaced whole).
    pub fn patch(&mut self, id: &str, mut input: Map<String, Value>, if_match: Option<&str>) -> Result<Value, Refusal> {
        let place = self.place(id)?;
        let before = self.events()[place].clone();
        unchanged_since(&before, if_match)?;
        if input.get("id").is_some_and(|given| given != id) {
            return Err(Refusal::invalid("Cannot change the id of an event."));
        }
        if before["status"] == "cancelled" && !input.contains_key("status") {
            return Err(Refusal::deleted());
        }
        let conference = input.remove("conferenceData");
        let mut event = before.clone();
        merge(&mut event, Value::Object(input));
        self.settle(&mut event)?;
        self.hold_conference(&mut event, conference.as_ref());
        if event["start"] != before["start"] || event["end"] != before["end"] || event["status"] != before["status"] {
            event["sequence"] = json!(before["sequence"].as_u64().unwrap_or_default() + 1);
        }
        self.touch(&mut event);
        self.events()[place] = event.clone();
        self.mail(&event, MailKind::Updated);
        Ok(event)
    }

    /// Deletes the event: it stays there as `cancelled`.
    pub fn delete(&mut self, id: &str, if_match: Option<&str>) -> Result<(), Refusal> {
        let place = self.place(id)?;
        let mut event = self.events()[place].clone();
        unchanged_since(&event, if_match)?;
        if event["status"] == "cancelled" {
            return Err(Refusal::deleted());
        }
        event["status"] = json!("cancelled");
        self.touch(&mut event);
        self.events()[place] = event.clone();
        self.mail(&event, MailKind::Cancelled);
        Ok(())
    }

    /// What must hold of every event, whoever wrote it.
    fn settle(&mut self, event: &mut Value) -> Result<(), Refusal> {
        for which in ["start", "end"] {
            if event[which].is_null() {
                return Err(Refusal::missing(format!("Missing {which} time.")));
            }
        }
        if event["start"]["date"].is_null() != event["end"]["date"].is_null() {
            return Err(Refusal::invalid(
                "Start and end times must either both be date or both be dateTime.",
            ));
        }
        let (start, end) = event_time::span(event, &self.zone).ok_or_else(|| Refusal::invalid("Bad Request"))?;
        if end <= start {
            return Err(Refusal::empty_range());
        }
        let own = self.account.email.clone();
        let organizes = event["organizer"]["self"] == true;
        for attendee in event
            .get_mut("attendees")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            if attendee["email"]
                .as_str()
                .is_some_and(|email| email.eq_ignore_ascii_case(&own))
            {
                attendee["self"] = json!(true);
                if organizes {
                    attendee["organizer"] = json!(true);
                }
            }
        }
        Ok(())
    }

    fn hold_conference(&mut self, event: &mut Value, conference: Option<&Value>) {
        match conference {
            Some(Value::Null) if self.conferences => {
                for field in ["conferenceData", "hangoutLink"] {
                    event.as_object_mut().and_then(|event| event.remove(field));
                }
                meet::hide(event);
            }
            Some(data) if self.conferences => {
                let token = self.world.draw(self.seed);
                meet::begin(event, &data["createRequest"], self.world.knobs.meet, &token);
            }
            _ => {}
        }
    }

    fn touch(&mut self, event: &mut Value) {
        event["updated"] = json!(self.stamp());
        event["etag"] = json!(format!("\"{}\"", 3_500_000_000_000_000 + self.world.count()));
    }

    fn stamp(&self) -> String {
        self.now.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    }

    fn draw_id(&mut self) -> String {
        let drawn = self.world.draw(self.seed);
        drawn
            .bytes()
            .take(26)
            .map(|byte| char::from(b"0123456789abcdefghijklmnopqrstuv"[usize::from(byte % 32)]))
            .collect()
    }

    fn mail(&mut self, event: &Value, kind: MailKind) {
        if !self.tell_guests {
            return;
        }
        for attendee in event["attendees"].as_array().into_iter().flatten() {
            if attendee["self"] != true {
                self.world.mails.push(Mail {
                    to: attendee["email"].as_str().unwrap_or_default().to_owned(),
                    event: event["id"].as_str().unwrap_or_default().to_owned(),
                    kind,
                });
            }
        }
    }
}

/// The event as the wire shows it, its times in `zone`. Of more than `most` attendees only the calendar's owner is named.
pub fn shown(mut event: Value, zone: &TimeZone, most: Option<usize>) -> Value {
    meet::hide(&mut event);
    if let Some(attendees) = event.get_mut("attendees").and_then(Value::as_array_mut)
        && most.is_some_and(|most| attendees.len() > most)
    {
        attendees.retain(|attendee| attendee["self"] == true);
        event["attendeesOmitted"] = json!(true);
    }
    for which in ["start", "end"] {
        event[which] = event_time::shown(&event[which], zone);
    }
    event
}

/// Whether the event lies, even in part, between the two moments.
pub fn meets(event: &Value, calendar: &TimeZone, from: Option<Timestamp>, to: Option<Timestamp>) -> bool {
    event_time::span(event, calendar)
        .is_some_and(|(start, end)| from.is_none_or(|from| end > from) && to.is_none_or(|to| start < to))
}

/// Ids are base32hex in lower case, 5 to 1024 characters (Calendar API reference, `Event.id`).
fn checked_id(id: &str) -> Result<String, Refusal> {
    let good = (5..=1024).contains(&id.len()) && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'v'));
    if good {
        Ok(id.to_owned())
    } else {
        Err(Refusal::invalid("Invalid resource id value."))
    }
}

fn unchanged_since(event: &Value, if_match: Option<&str>) -> Result<(), Refusal> {
    match if_match {
        Some(etag) if etag != "*" && event["etag"] != etag => Err(Refusal::changed_since()),
        _ => Ok(()),
    }
}

fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    for (name, value) in patch {
        match value {
            Value::Null => {
                target.as_object_mut().and_then(|target| target.remove(&name));
            }
            // A time is one value: half of it must not stay behind.
            Value::Object(_) if target[&name].is_object() && name != "start" && name != "end" => {
                merge(&mut target[&name], value)
            }
            _ => target[&name] = value,
        }
    }
}

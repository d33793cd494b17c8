//! What stands in the way: which events of a calendar block time, and which do not.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::event::Event;
use super::text::plain;
use super::trouble::Trouble;
use crate::domain::booking::{BookingId, Conflict};
use crate::zone::Zone;

/// A stretch of somebody's calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct DayView {
    /// The calendar's own zone.
    pub zone: Zone,
    /// What blocks time, in order of its start.
    pub busy: Vec<Conflict>,
}

/// A page of `events.list`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Page {
    pub time_zone: String,
    pub next_page_token: Option<String>,
    pub items: Vec<Event>,
}

/// The fields of a page that are asked for: a day of events stays small.
pub(super) const PAGE_FIELDS: &str =
    "timeZone,nextPageToken,items(id,status,summary,start,end,transparency,eventType,attendees(self,responseStatus))";

impl Event {
    /// The event takes the person's time.
    fn blocks(&self) -> bool {
        let declined = self
            .attendees
            .iter()
            .any(|guest| guest.is_self && guest.response_status == "declined");
        self.status != "cancelled"
            && self.transparency != "transparent"
            && !matches!(self.event_type.as_str(), "workingLocation" | "birthday")
            && !declined
    }

    /// The event as a conflict with `from..to`, if it is one.
    ///
    /// # Errors
    /// When it has no times that can be read: it might be in the way.
    pub(super) fn conflict(
        &self,
        zone: &Zone,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        except: Option<&BookingId>,
    ) -> Result<Option<Conflict>, Trouble> {
        if !self.blocks() || except.is_some_and(|id| id.as_str() == self.id) {
            return Ok(None);
        }
        let (Some(start), Some(end)) = (self.start.instant(zone), self.end.instant(zone)) else {
            return Err(Trouble::unreachable("Google Calendar lists an event without times"));
        };
        let title = plain(&self.summary);
        let conflicts = start < end && start < to && from < end;
        Ok(conflicts.then(|| Conflict {
            title: if title.is_empty() {
                "(no title)".to_owned()
            } else {
                title
            },
            start,
            end,
            all_day: self.start.is_whole_day(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use serde_json::{Value, json};

    use super::*;

    fn conflict(mut event: Value) -> Option<Conflict> {
        let zone = Zone::named("Europe/Berlin").unwrap();
        let from = DateTime::parse_from_rfc3339("2026-11-24T13:00:00Z").unwrap().to_utc();
        if event["start"].is_null() {
            event["start"] = json!({ "dateTime": "2026-11-24T14:00:00+01:00" });
            event["end"] = json!({ "dateTime": "2026-11-24T15:00:00+01:00" });
        }
        let event: Event = serde_json::from_value(event).unwrap();
        event
            .conflict(&zone, from, from + TimeDelta::minutes(30), None)
            .unwrap()
    }

    #[test]
    fn b05_what_blocks_and_what_does_not() {
        let me = |response| json!([{ "email": "a@example.org", "self": true, "responseStatus": response }]);
        for (blocks, event) in [
            (true, json!({ "summary": "Design review" })),
            (true, json!({ "eventType": "outOfOffice" })),
            (true, json!({ "eventType": "focusTime" })),
            (true, json!({ "eventType": "fromGmail" })),
            (true, json!({ "status": "tentative" })),
            (true, json!({ "attendees": me("needsAction") })),
            (
                true,
                json!({ "attendees": [{ "email": "b@example.org", "responseStatus": "declined" }] }),
            ),
            (false, json!({ "attendees": me("declined") })),
            (false, json!({ "transparency": "transparent" })),
            (false, json!({ "eventType": "workingLocation" })),
            (false, json!({ "eventType": "birthday" })),
            (false, json!({ "status": "cancelled" })),
        ] {
            assert_eq!(conflict(event.clone()).is_some(), blocks, "{event}");
        }
    }

    #[test]
    fn b05_whole_days_lie_in_the_calendars_zone() {
        let day = |start, end, transparency| {
            conflict(json!({
                "summary": "Away",
                "start": { "date": start },
                "end": { "date": end },
                "transparency": transparency,
            }))
        };
        let away = day("2026-11-24", "2026-11-25", "opaque").unwrap();
        assert!(away.all_day);
        assert_eq!(away.start.to_rfc3339(), "2026-11-23T23:00:00+00:00");
        assert_eq!(away.end - away.start, TimeDelta::days(1));
        assert_eq!(day("2026-11-24", "2026-11-25", "transparent"), None);
        assert_eq!(day("2026-11-25", "2026-11-26", "opaque"), None);
    }

    #[test]
    fn only_what_overlaps_is_in_the_way() {
        let timed = |start: &str, end: &str| {
            conflict(json!({ "start": { "dateTime": start }, "end": { "dateTime": end } })).is_some()
        };
        assert!(!timed("2026-11-24T12:00:00Z", "2026-11-24T13:00:00Z"));
        assert!(timed("2026-11-24T12:00:00Z", "2026-11-24T13:00:01Z"));
        assert!(!timed("2026-11-24T13:30:00Z", "2026-11-24T14:00:00Z"));
        assert!(!timed("2026-11-24T13:10:00Z", "2026-11-24T13:10:00Z"));
    }
}

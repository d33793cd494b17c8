//! What a plan becomes on its way to Google.
//! Source: <https://developers.google.com/workspace/calendar/api/v3/reference/events>.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::text::plain;
use crate::domain::booking::{Guest, Plan};
use crate::zone::{self, Zone};

/// A new event.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewEvent<'a> {
    id: &'a str,
    summary: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    start: WallTime<'a>,
    end: WallTime<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attendees: Vec<NewAttendee<'a>>,
    guests_can_modify: bool,
    reminders: Reminders,
    #[serde(skip_serializing_if = "Option::is_none")]
    conference_data: Option<NewConference<'a>>,
    extended_properties: Marked<'a>,
}

/// Other times for an event.
#[derive(Debug, Serialize)]
pub(super) struct NewTimes<'a> {
    start: WallTime<'a>,
    end: WallTime<'a>,
}

/// The wall clock and the zone's name: should Google's zone data differ from ours, the event stands where the reply said.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WallTime<'a> {
    date_time: String,
    time_zone: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct NewAttendee<'a> {
    email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Reminders {
    use_default: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct NewConference<'a> {
    create_request: CreateRequest<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CreateRequest<'a> {
    request_id: &'a str,
    conference_solution_key: SolutionKey,
}

#[derive(Debug, Serialize)]
struct SolutionKey {
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Debug, Serialize)]
struct Marked<'a> {
    private: Mark<'a>,
}

#[derive(Debug, Serialize)]
struct Mark<'a> {
    chatcal: &'a str,
}

impl<'a> NewEvent<'a> {
    pub fn of(plan: &'a Plan) -> Self {
        let id = plan.id.as_str();
        Self {
            id,
            summary: plain(&plan.title),
            location: plan.location.as_deref().map(plain),
            start: WallTime::at(plan.start, &plan.zone),
            end: WallTime::at(plan.end, &plan.zone),
            attendees: plan.guests.iter().map(NewAttendee::of).collect(),
            guests_can_modify: false,
            reminders: Reminders { use_default: true },
            conference_data: (!plan.without_link).then_some(NewConference {
                create_request: CreateRequest {
                    request_id: id,
                    conference_solution_key: SolutionKey { kind: "hangoutsMeet" },
                },
            }),
            extended_properties: Marked {
                private: Mark { chatcal: id },
            },
        }
    }
}

impl<'a> NewTimes<'a> {
    pub fn of(plan: &'a Plan) -> Self {
        Self {
            start: WallTime::at(plan.start, &plan.zone),
            end: WallTime::at(plan.end, &plan.zone),
        }
    }
}

impl<'a> WallTime<'a> {
    fn at(instant: DateTime<Utc>, zone: &'a Zone) -> Self {
        let wall = zone.wall(instant);
        let mut date_time = wall.format("%Y-%m-%dT%H:%M:%S").to_string();
        if matches!(zone.instant(wall), zone::Instant::Twice { .. }) {
            // The clock shows it twice that night: only the offset tells which one.
            let minutes = zone.offset(instant) / 60;
            let sign = if minutes < 0 { '-' } else { '+' };
            let minutes = minutes.abs();
            date_time += &format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60);
        }
        Self {
            date_time,
            time_zone: zone.name(),
        }
    }
}

impl<'a> NewAttendee<'a> {
    fn of(guest: &'a Guest) -> Self {
        Self {
            email: &guest.email,
            display_name: guest.name.as_deref().map(plain),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use chrono::TimeDelta;
    use serde_json::json;

    use super::*;
    use crate::domain::booking::BookingId;
    use crate::domain::incoming::Delivery;
    use crate::domain::person::ZoneSource;

    /// A booking of half an hour that starts then.
    pub fn plan(zone: &str, start: &str) -> Plan {
        let start = DateTime::parse_from_rfc3339(start).unwrap().to_utc();
        Plan {
            id: BookingId::of(&Delivery("slack|T1|Ev0001".to_owned())),
            title: "Lunch\r\nBcc: all".to_owned(),
            start,
            end: start + TimeDelta::minutes(30),
            zone: Zone::named(zone).unwrap(),
            zone_source: ZoneSource::Calendar,
            guests: Vec::new(),
            location: None,
            without_link: false,
        }
    }

    #[test]
    fn a_plan_becomes_wall_time_and_zone() {
        for (zone, start, expected) in [
            ("Europe/Berlin", "2026-11-24T13:00:00Z", "2026-11-24T14:00:00"),
            ("Asia/Kathmandu", "2026-11-24T13:00:00Z", "2026-11-24T18:45:00"),
            // New York shows 01:30 twice that night.
            ("America/New_York", "2027-11-07T05:30:00Z", "2027-11-07T01:30:00-04:00"),
            ("America/New_York", "2027-11-07T06:30:00Z", "2027-11-07T01:30:00-05:00"),
        ] {
            let plan = plan(zone, start);
            let event = serde_json::to_value(NewEvent::of(&plan)).unwrap();
            assert_eq!(event["start"], json!({ "dateTime": expected, "timeZone": zone }));
        }
    }

    #[test]
    fn the_event_carries_the_bookings_id_three_times_and_plain_text() {
        let plan = plan("Europe/Berlin", "2026-11-24T13:00:00Z");
        let event = serde_json::to_value(NewEvent::of(&plan)).unwrap();
        let id = "qc5ksmhgt9b54q5g40bun7ts217dpmiv";
        assert_eq!(event["id"], id);
        assert_eq!(event["conferenceData"]["createRequest"]["requestId"], id);
        assert_eq!(event["extendedProperties"]["private"]["chatcal"], id);
        assert_eq!(event["summary"], "Lunch Bcc: all");
    }

    #[test]
    fn no_link_is_asked_for_where_none_is_wanted() {
        let mut plan = plan("Europe/Berlin", "2026-11-24T13:00:00Z");
        plan.without_link = true;
        let event = serde_json::to_value(NewEvent::of(&plan)).unwrap();
        assert_eq!(event.get("conferenceData"), None);
    }
}

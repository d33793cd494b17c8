//! An event as Google answers it.
//! Source: <https://developers.google.com/workspace/calendar/api/v3/reference/events>.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use serde::Deserialize;

use super::stored::{Found, Stored};
use super::text::plain;
use crate::domain::booking::{BookingId, Meet};
use crate::zone::Zone;

/// An event as Google answers it; every field may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Event {
    pub id: String,
    pub status: String,
    pub etag: String,
    pub html_link: String,
    pub summary: String,
    pub event_type: String,
    pub transparency: String,
    pub start: EventTime,
    pub end: EventTime,
    pub attendees: Vec<Attendee>,
    hangout_link: Option<String>,
    conference_data: Option<Conference>,
    extended_properties: Properties,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct EventTime {
    date: Option<NaiveDate>,
    date_time: Option<String>,
    time_zone: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Attendee {
    email: String,
    #[serde(rename = "self")]
    pub is_self: bool,
    pub response_status: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Properties {
    private: Private,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Private {
    chatcal: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Conference {
    create_request: Option<CreateState>,
    entry_points: Vec<EntryPoint>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CreateState {
    status: CreateStatus,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct CreateStatus {
    status_code: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct EntryPoint {
    entry_point_type: String,
    uri: String,
}

impl EventTime {
    /// The instant; a whole day begins at midnight in `zone`. `None` when neither form is there.
    pub fn instant(&self, zone: &Zone) -> Option<DateTime<Utc>> {
        if let Some(text) = &self.date_time {
            // Google answers with an offset; without one the time is on the wall of its own zone.
            return match DateTime::parse_from_rfc3339(text) {
                Ok(instant) => Some(instant.to_utc()),
                Err(_) => {
                    let named = self.time_zone.as_deref().and_then(|name| Zone::named(name).ok());
                    let wall = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
                    Some(named.as_ref().unwrap_or(zone).settle(wall))
                }
            };
        }
        self.date.map(|date| zone.settle(date.and_time(NaiveTime::MIN)))
    }

    pub fn is_whole_day(&self) -> bool {
        self.date.is_some() && self.date_time.is_none()
    }
}

impl Event {
    fn meet(&self) -> Meet {
        let conference = self.conference_data.as_ref();
        let video = conference
            .into_iter()
            .flat_map(|conference| &conference.entry_points)
            .find(|point| point.entry_point_type == "video")
            .map(|point| point.uri.as_str());
        let link = video
            .or(self.hangout_link.as_deref())
            .filter(|uri| uri.starts_with("https://"));
        let state = conference.and_then(|conference| conference.create_request.as_ref());
        match (link, state) {
            (Some(uri), _) => Meet::Ready(uri.to_owned()),
            (None, Some(state)) if state.status.status_code == "pending" => Meet::Pending,
            (None, _) => Meet::Failed,
        }
    }

    /// What the event is to a booking. `None` when an event that stands has no times.
    pub fn found(self) -> Option<Found> {
        if self.status == "cancelled" {
            return Some(Found::Cancelled);
        }
        let zone = self.start.time_zone.as_deref().and_then(|name| Zone::named(name).ok());
        let own = zone.clone().unwrap_or_else(Zone::utc);
        Some(Found::Standing(Box::new(Stored {
            booking: BookingId::parse(&self.extended_properties.private.chatcal),
            meet: self.meet(),
            start: self.start.instant(&own)?,
            end: self.end.instant(&own)?,
            zone,
            title: plain(&self.summary),
            guests: self.attendees.into_iter().map(|guest| guest.email).collect(),
            etag: self.etag,
            html_link: self.html_link,
        })))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_meet_link_is_pending_ready_or_failed() {
        let state = |code| json!({ "createRequest": { "status": { "statusCode": code } } });
        let point = |kind, uri| json!({ "entryPoints": [{ "entryPointType": kind, "uri": uri }] });
        let ready = || Meet::Ready("https://meet.google.com/abc-defg-hij".to_owned());
        for (event, expected) in [
            (json!({ "conferenceData": state("pending") }), Meet::Pending),
            (json!({ "conferenceData": state("failure") }), Meet::Failed),
            (
                json!({ "conferenceData": point("video", "https://meet.google.com/abc-defg-hij") }),
                ready(),
            ),
            (
                json!({ "conferenceData": point("video", "javascript:alert(1)") }),
                Meet::Failed,
            ),
            (json!({ "conferenceData": point("phone", "tel:+1") }), Meet::Failed),
            (
                json!({ "hangoutLink": "https://meet.google.com/abc-defg-hij" }),
                ready(),
            ),
            (json!({}), Meet::Failed),
        ] {
            let event: Event = serde_json::from_value(event).unwrap();
            assert_eq!(event.meet(), expected);
        }
    }
}

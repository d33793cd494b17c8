//! A booking's event as the calendar holds it, and how it compares with what was promised.

use chrono::{DateTime, Utc};

use crate::domain::booking::{BookingId, Guest, Meet, Plan};
use crate::zone::Zone;

/// What stands under a booking's id.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    Standing(Box<Stored>),
    /// Deleted, by whomever: the id is used up for good.
    Cancelled,
}

/// An event as the calendar holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// The booking it was written for, by its private property.
    pub booking: Option<BookingId>,
    pub meet: Meet,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    /// `None` when Google named none, or one that nobody knows.
    pub zone: Option<Zone>,
    pub title: String,
    /// Their addresses.
    pub guests: Vec<String>,
    pub etag: String,
    pub html_link: String,
}

/// A written event, compared with its plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    pub stored: Stored,
    /// What is not as promised; empty when all is well. A Meet link that is still being made is well.
    pub differs: Vec<Difference>,
}

/// Something that the calendar holds otherwise than the plan says.
#[derive(Clone, Debug, PartialEq)]
pub enum Difference {
    Start { stored: DateTime<Utc> },
    End { stored: DateTime<Utc> },
    Zone { stored: Option<Zone> },
    NotInvited { email: String },
    NoMeet,
}

impl Stored {
    /// The event is the booking's own.
    pub fn is_of(&self, plan: &Plan) -> bool {
        self.booking.as_ref() == Some(&plan.id)
    }

    pub fn has_times_of(&self, plan: &Plan) -> bool {
        self.start == plan.start && self.end == plan.end
    }

    /// Reads back what was promised.
    pub fn compared(self, plan: &Plan) -> Written {
        let mut differs = Vec::new();
        if self.start != plan.start {
            differs.push(Difference::Start { stored: self.start });
        }
        if self.end != plan.end {
            differs.push(Difference::End { stored: self.end });
        }
        if !self.zone.as_ref().is_some_and(|zone| agree(zone, plan)) {
            differs.push(Difference::Zone {
                stored: self.zone.clone(),
            });
        }
        let invited = |guest: &&Guest| self.guests.iter().any(|email| email.eq_ignore_ascii_case(&guest.email));
        let missing = plan.guests.iter().filter(|guest| !invited(guest));
        differs.extend(missing.map(|guest| Difference::NotInvited {
            email: guest.email.clone(),
        }));
        if self.meet == Meet::Failed && !plan.without_link {
            differs.push(Difference::NoMeet);
        }
        Written { stored: self, differs }
    }
}

/// The zone shows the plan's times as its own does. Google may answer with another name of the same zone.
fn agree(zone: &Zone, plan: &Plan) -> bool {
    *zone == plan.zone
        || [plan.start, plan.end]
            .iter()
            .all(|&at| zone.offset(at) == plan.zone.offset(at))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::google::event::Event;
    use crate::google::new_event::tests::plan;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn what_differs_from_the_plan_is_named() {
        let mut plan = plan("Asia/Kolkata", "2026-11-24T13:00:00Z");
        plan.guests = ["Bo@example.org", "cy@example.org"]
            .map(|email| Guest {
                email: email.to_owned(),
                name: None,
            })
            .into();
        let stored = |start: &str, zone: &str| {
            let event = json!({
                "status": "confirmed",
                "start": { "dateTime": start, "timeZone": zone },
                "end": { "dateTime": "2026-11-24T19:00:00+05:30", "timeZone": zone },
                "attendees": [{ "email": "bo@example.org" }],
                "hangoutLink": "https://meet.google.com/abc-defg-hij",
            });
            let event: Event = serde_json::from_value(event).unwrap();
            match event.found().unwrap() {
                Found::Standing(stored) => *stored,
                Found::Cancelled => panic!("it stands"),
            }
        };
        let missing = Difference::NotInvited {
            email: "cy@example.org".to_owned(),
        };
        // The same zone under its older name is no difference.
        let good = stored("2026-11-24T18:30:00+05:30", "Asia/Calcutta").compared(&plan);
        assert_eq!(good.differs, std::slice::from_ref(&missing));
        let moved = stored("2026-11-24T17:30:00+05:30", "Europe/Berlin").compared(&plan);
        let expected = [
            Difference::Start {
                stored: at("2026-11-24T12:00:00Z"),
            },
            Difference::Zone {
                stored: Zone::named("Europe/Berlin").ok(),
            },
            missing,
        ];
        assert_eq!(moved.differs, expected);
    }
}

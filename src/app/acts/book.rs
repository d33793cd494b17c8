//! Writing an event, once: looked up first when somebody may have begun, only into free time, never after its start.

use chrono::{DateTime, TimeDelta, Utc};

use super::Step;
use crate::app::App;
use crate::app::faults::Stopped;
use crate::domain::act::{BookTried, Done, MeetAwaited};
use crate::domain::booking::{BookingId, Conflict, Meet, Plan};
use crate::domain::person::PersonId;
use crate::domain::request::Request;
use crate::google::{DayView, Found, Put, Stored, Trouble};

/// How far after a plan free time is looked for, to be offered when the plan's own is taken.
const AHEAD: TimeDelta = TimeDelta::hours(6);
/// How often Google is asked for access before the person hears that it takes longer.
const PATIENT_TRIES: i64 = 3;
/// How often the calendar is read again, by itself, before the person hears that it can't be read.
const READING_TRIES: i64 = 1;
/// How often a Meet link is asked for: with the growing pauses in between, about ten minutes.
const MEET_TRIES: i64 = 16;

/// How an attempt at booking ended.
pub(super) enum Attempt {
    Ended(BookTried),
    /// To be tried again: the person is told how it stands.
    Goes(BookTried),
    /// To be tried again, silently for now.
    GoesSilently,
}

impl Attempt {
    pub(super) fn step(self, request: &Request, plan: &Plan, regardless: bool) -> Step {
        let done = |end| Done::BookTried {
            request: Box::new(request.clone()),
            plan: plan.clone(),
            regardless,
            end,
        };
        match self {
            Self::Ended(end) => Step::Done(done(end)),
            Self::Goes(word) => Step::Later {
                after: None,
                word: Some(done(word)),
            },
            Self::GoesSilently => Step::LATER,
        }
    }
}

impl App {
    pub(super) async fn book(
        &self,
        person: &PersonId,
        plan: &Plan,
        regardless: bool,
        begun: bool,
        attempts: i64,
    ) -> Attempt {
        let calendar = &self.parts().calendar;
        if begun {
            match self
                .as_person(person, async |access| calendar.get(&access, &plan.id).await)
                .await
            {
                Ok(Some(Found::Standing(stored))) => return self.written(person, plan, *stored),
                Ok(Some(Found::Cancelled)) => return Attempt::Ended(BookTried::DeletedSince),
                Ok(None) => {}
                // The event may stand already: nobody is told that it does not.
                Err(Stopped::Unreachable | Stopped::Waiting) => return Attempt::Goes(BookTried::Checking),
                Err(stopped) => return before_writing(stopped, attempts),
            }
        }
        if plan.start <= self.clock().now() {
            return Attempt::Ended(BookTried::TooLate);
        }
        if !regardless {
            let until = plan.end + AHEAD;
            let day = self
                .as_person(person, async |access| {
                    calendar.day(&access, plan.start, until, Some(&plan.id)).await
                })
                .await;
            match day {
                Ok(day) => {
                    let conflicts = conflicts(&day, plan);
                    if !conflicts.is_empty() {
                        return Attempt::Ended(BookTried::Busy {
                            free_at: free_after(&day, plan, until),
                            conflicts,
                        });
                    }
                }
                Err(Stopped::SignIn(reason)) => return Attempt::Ended(BookTried::NeedsSignIn(reason)),
                // Without an access token nothing can be asked at all; with one, the calendar itself did not answer.
                Err(Stopped::Waiting) => return before_writing(Stopped::Waiting, attempts),
                // Once more before the person is bothered: most hiccups are over by then.
                Err(Stopped::Unreachable) if attempts < READING_TRIES => return Attempt::GoesSilently,
                Err(stopped) => return unreadable(stopped),
            }
        }
        match self
            .as_person(person, async |access| calendar.put(&access, plan).await)
            .await
        {
            Ok(Put::Written(written)) => self.written(person, plan, written.stored),
            Ok(Put::DeletedSince) => Attempt::Ended(BookTried::DeletedSince),
            Err(Stopped::Unreachable) => Attempt::Goes(BookTried::Checking),
            Err(stopped) => before_writing(stopped, attempts),
        }
    }

    fn written(&self, person: &PersonId, plan: &Plan, stored: Stored) -> Attempt {
        let written = stored.compared(plan);
        if !written.differs.is_empty() {
            tracing::warn!(%person, booking = %plan.id, differs = ?written.differs, "the event is not as planned");
        }
        metrics::counter!("chatcal_bookings_total").increment(1);
        Attempt::Ended(BookTried::Booked {
            meet: written.stored.meet,
            etag: written.stored.etag,
        })
    }

    /// `None` while Google is still making the link.
    pub(super) async fn await_meet(
        &self,
        person: &PersonId,
        booking: &BookingId,
        attempts: i64,
    ) -> Option<MeetAwaited> {
        let calendar = &self.parts().calendar;
        match self
            .as_person(person, async |access| calendar.get(&access, booking).await)
            .await
        {
            Ok(Some(Found::Standing(stored))) => match stored.meet {
                Meet::Pending if attempts < MEET_TRIES => None,
                Meet::Pending => Some(MeetAwaited::Settled {
                    meet: Meet::Failed,
                    etag: stored.etag,
                }),
                meet => Some(MeetAwaited::Settled {
                    meet,
                    etag: stored.etag,
                }),
            },
            Err(Stopped::Unreachable | Stopped::Waiting) if attempts < MEET_TRIES => None,
            Ok(Some(Found::Cancelled) | None) | Err(_) => Some(MeetAwaited::Unknown),
        }
    }
}

/// The calendar could not be read, so nothing is written.
fn unreadable(stopped: Stopped) -> Attempt {
    Attempt::Ended(match stopped.fault() {
        Ok(fault) => BookTried::Unreadable(fault),
        Err(reason) => BookTried::NeedsSignIn(reason),
    })
}

/// Nothing was written by this attempt.
fn before_writing(stopped: Stopped, attempts: i64) -> Attempt {
    match stopped {
        Stopped::SignIn(reason) => Attempt::Ended(BookTried::NeedsSignIn(reason)),
        Stopped::Unreachable | Stopped::Waiting if attempts < PATIENT_TRIES => Attempt::GoesSilently,
        Stopped::Unreachable | Stopped::Waiting => Attempt::Goes(BookTried::Delayed),
        Stopped::Fault(fault) => Attempt::Ended(BookTried::Failed(fault)),
        Stopped::Event(trouble @ (Trouble::Gone | Trouble::Duplicate)) => {
            tracing::warn!(%trouble, "the event's id is used up");
            Attempt::Ended(BookTried::DeletedSince)
        }
        Stopped::Event(trouble) => Attempt::Ended(BookTried::Failed(crate::domain::act::Fault::Refused {
            reason: trouble.to_string(),
        })),
    }
}

fn conflicts(day: &DayView, plan: &Plan) -> Vec<Conflict> {
    day.busy
        .iter()
        .filter(|busy| busy.start < plan.end && busy.end > plan.start)
        .cloned()
        .collect()
}

/// The first start after the conflicts, until `until`, that leaves room for the plan.
fn free_after(day: &DayView, plan: &Plan, until: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let length = plan.end - plan.start;
    let mut busy: Vec<_> = day.busy.iter().map(|busy| (busy.start, busy.end)).collect();
    busy.sort_unstable();
    let mut start = plan.start;
    for (from, to) in busy {
        if to <= start {
            continue;
        }
        if from >= start + length {
            break;
        }
        start = to;
    }
    (start > plan.start && start + length <= until).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incoming::Delivery;
    use crate::domain::person::ZoneSource;
    use crate::zone::Zone;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(minutes * 60, 0).unwrap()
    }

    fn plan() -> Plan {
        Plan {
            id: BookingId::of(&Delivery("x".into())),
            title: "x".into(),
            start: at(60),
            end: at(90),
            zone: Zone::utc(),
            zone_source: ZoneSource::Own,
            guests: Vec::new(),
            location: None,
            without_link: false,
        }
    }

    fn day(busy: &[(i64, i64)]) -> DayView {
        let conflict = |(from, to): &(i64, i64)| Conflict {
            title: "busy".into(),
            start: at(*from),
            end: at(*to),
            all_day: false,
        };
        DayView {
            zone: Zone::utc(),
            busy: busy.iter().map(conflict).collect(),
        }
    }

    #[test]
    fn what_touches_does_not_conflict_and_what_overlaps_does() {
        assert!(conflicts(&day(&[(0, 60), (90, 120)]), &plan()).is_empty());
        assert_eq!(conflicts(&day(&[(0, 61), (89, 120), (70, 80)]), &plan()).len(), 3);
    }

    #[test]
    fn the_offer_is_the_first_gap_that_is_long_enough() {
        let offer = |busy: &[(i64, i64)]| free_after(&day(busy), &plan(), at(90 + 360));
        assert_eq!(offer(&[(60, 120)]), Some(at(120)));
        assert_eq!(offer(&[(30, 75), (100, 130)]), Some(at(130)));
        assert_eq!(offer(&[(30, 75), (105, 130)]), Some(at(75)));
        assert_eq!(offer(&[(0, 600)]), None);
    }
}

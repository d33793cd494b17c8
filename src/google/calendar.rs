//! The person's primary calendar, over the Calendar API v3. Each method takes the access token of whose calendar it is.

use chrono::{DateTime, SecondsFormat, Utc};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;
use url::Url;

use super::busy::{DayView, PAGE_FIELDS, Page};
use super::event::Event;
use super::new_event::{NewEvent, NewTimes};
use super::patience::Patience;
use super::stored::{Found, Written};
use super::trouble::{self, Trouble};
use crate::domain::booking::{BookingId, Plan};
use crate::http::header::IF_MATCH;
use crate::http::{Answer, Client, Http, NoAnswer, RequestBuilder, RetryPolicy, StatusCode};
use crate::settings;
use crate::zone::Zone;

/// Pages of 250 events: nobody's day is longer, and a loop of Google's must end.
const MOST_PAGES: usize = 40;

/// Google Calendar.
#[derive(Clone, Debug)]
pub struct Calendar {
    http: Http,
    /// `…/calendars/primary/events`
    events: Url,
    patience: Patience,
}

/// What became of [`Calendar::put`].
#[derive(Clone, Debug, PartialEq)]
pub enum Put {
    Written(Box<Written>),
    /// The event was written before and has been deleted since: it stays deleted.
    DeletedSince,
}

/// What became of [`Calendar::delete`]: all three mean that the event is not in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    Now,
    /// Somebody else had deleted it, or an earlier attempt of ours.
    Before,
    NeverThere,
}

/// A call's failure, and whether it may have been done all the same.
struct Failure {
    trouble: Trouble,
    may_be_done: bool,
}

impl From<NoAnswer> for Failure {
    fn from(none: NoAnswer) -> Self {
        Self {
            may_be_done: none.may_be_done(),
            trouble: none.into(),
        }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        failure.trouble
    }
}

impl Calendar {
    pub fn new(http: Http, settings: &settings::Google) -> Self {
        let mut events = settings.calendar_url.clone();
        if let Ok(mut path) = events.path_segments_mut() {
            path.pop_if_empty().extend(["calendars", "primary", "events"]);
        }
        Self {
            http,
            events,
            patience: Patience::default(),
        }
    }

    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// What blocks time between `from` and `to`, and the calendar's zone. The booking `except` does not stand in its own way.
    ///
    /// # Errors
    /// Whenever not everything could be read: then nothing may be booked without asking.
    pub async fn day(
        &self,
        access: &SecretString,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        except: Option<&BookingId>,
    ) -> Result<DayView, Trouble> {
        let deadline = self.deadline();
        let rfc3339 = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let mut url = self.events.clone();
        url.query_pairs_mut()
            .append_pair("timeMin", &rfc3339(from))
            .append_pair("timeMax", &rfc3339(to))
            .append_pair("singleEvents", "true")
            .append_pair("orderBy", "startTime")
            .append_pair("maxResults", "250")
            // With one attendee asked for, Google names the person alone: enough to see that they declined.
            .append_pair("maxAttendees", "1")
            .append_pair("fields", PAGE_FIELDS);
        let mut busy = Vec::new();
        let mut next = url.clone();
        for _ in 0..MOST_PAGES {
            let page: Page = json(&self.read(access, deadline, &next).await?)?;
            let zone = zone(&page)?;
            for event in &page.items {
                busy.extend(event.conflict(&zone, from, to, except)?);
            }
            let Some(token) = page.next_page_token else {
                return Ok(DayView { zone, busy });
            };
            next = url.clone();
            next.query_pairs_mut().append_pair("pageToken", &token);
        }
        Err(Trouble::unreachable("Google Calendar's list does not end"))
    }

    /// The calendar's own zone.
    ///
    /// # Errors
    /// When it could not be read.
    pub async fn zone(&self, access: &SecretString) -> Result<Zone, Trouble> {
        let mut url = self.events.clone();
        url.query_pairs_mut()
            .append_pair("maxResults", "1")
            .append_pair("fields", "timeZone");
        zone(&json(&self.read(access, self.deadline(), &url).await?)?)
    }

    /// What stands under a booking's id; `None` when nothing ever did.
    ///
    /// # Errors
    /// When it could not be read.
    pub async fn get(&self, access: &SecretString, id: &BookingId) -> Result<Option<Found>, Trouble> {
        self.look_up(access, id, self.deadline()).await
    }

    /// Writes the event if it is not there yet. However often it is called for one plan, and however the calls end, there is at
    /// most one event: an attempt that may have been done is looked up before the next one.
    ///
    /// # Errors
    /// [`Trouble::Unreachable`] leaves open whether the event was written; calling again finds out.
    pub async fn put(&self, access: &SecretString, plan: &Plan) -> Result<Put, Trouble> {
        let deadline = self.deadline();
        let mut pause = self.patience.first_pause;
        loop {
            let failure = match self.insert_by(access, plan, deadline).await {
                Ok(written) => return Ok(Put::Written(Box::new(written))),
                Err(failure) => failure,
            };
            if !failure.may_be_done {
                return Err(failure.trouble);
            }
            // An id that exists need not be visible at once, and is no answer either.
            let trouble = match failure.trouble {
                Trouble::Duplicate => Trouble::unreachable("Google Calendar has the event, but does not show it yet"),
                trouble => trouble,
            };
            match self.look_up(access, &plan.id, deadline).await {
                Ok(Some(found)) => return settle(found, plan),
                Ok(None) if Instant::now() + pause < deadline => tokio::time::sleep(pause).await,
                // Whatever kept us from looking, it may be written.
                Ok(None) | Err(_) => return Err(trouble),
            }
            pause *= 2;
        }
    }

    /// Writes the event, once. Prefer [`Calendar::put`].
    ///
    /// # Errors
    /// [`Trouble::Unreachable`] leaves open whether it was written.
    pub async fn insert(&self, access: &SecretString, plan: &Plan) -> Result<Written, Trouble> {
        Ok(self.insert_by(access, plan, self.deadline()).await?)
    }

    /// Gives the booking's event the plan's times; only if it is still as `etag` says, where one is given.
    ///
    /// # Errors
    /// [`Trouble::Edited`] when it is not; [`Trouble::NotFound`] or [`Trouble::Gone`] when there is no such event.
    pub async fn move_to(&self, access: &SecretString, plan: &Plan, etag: Option<&str>) -> Result<Written, Trouble> {
        let deadline = self.deadline();
        let url = self.writing(Some(&plan.id), !plan.guests.is_empty());
        let times = NewTimes::of(plan);
        let patched = self
            .call(access, self.policy(true, deadline), |client| {
                if_match(client.patch(url.clone()), etag).json(&times)
            })
            .await;
        match patched {
            Ok(answer) => written(&answer, plan),
            Err(Failure {
                trouble: Trouble::Edited,
                ..
            }) => {
                // It may have been our own first attempt, whose answer was lost.
                match self.look_up(access, &plan.id, deadline).await? {
                    Some(Found::Standing(stored)) if stored.has_times_of(plan) => Ok(stored.compared(plan)),
                    Some(Found::Standing(_)) => Err(Trouble::Edited),
                    Some(Found::Cancelled) => Err(Trouble::Gone),
                    None => Err(Trouble::NotFound),
                }
            }
            Err(failure) => Err(failure.trouble),
        }
    }

    /// Takes the booking's event out of the calendar; only if it is still as `etag` says, where one is given. Guests are told if
    /// `tell_guests`.
    ///
    /// # Errors
    /// [`Trouble::Edited`] when it is not as `etag` says.
    pub async fn delete(
        &self,
        access: &SecretString,
        id: &BookingId,
        etag: Option<&str>,
        tell_guests: bool,
    ) -> Result<Deleted, Trouble> {
        let deadline = self.deadline();
        let mut url = self.event(id);
        url.query_pairs_mut().append_pair("sendUpdates", updates(tell_guests));
        let deleted = self
            .call(access, self.policy(true, deadline), |client| {
                if_match(client.delete(url.clone()), etag)
            })
            .await;
        match deleted.map_err(Trouble::from) {
            Ok(_) => Ok(Deleted::Now),
            Err(Trouble::Gone) => Ok(Deleted::Before),
            Err(Trouble::NotFound) => Ok(Deleted::NeverThere),
            // A deleted event has another etag as well.
            Err(Trouble::Edited) => match self.look_up(access, id, deadline).await? {
                Some(Found::Standing(_)) => Err(Trouble::Edited),
                Some(Found::Cancelled) => Ok(Deleted::Before),
                None => Ok(Deleted::NeverThere),
            },
            Err(trouble) => Err(trouble),
        }
    }

    async fn look_up(
        &self,
        access: &SecretString,
        id: &BookingId,
        deadline: Instant,
    ) -> Result<Option<Found>, Trouble> {
        match self.read(access, deadline, &self.event(id)).await {
            Ok(answer) => {
                let found = json::<Event>(&answer)?.found();
                found
                    .map(Some)
                    .ok_or_else(|| Trouble::unreachable("Google Calendar answered an event without times"))
            }
            Err(Trouble::NotFound) => Ok(None),
            Err(Trouble::Gone) => Ok(Some(Found::Cancelled)),
            Err(trouble) => Err(trouble),
        }
    }

    async fn insert_by(&self, access: &SecretString, plan: &Plan, deadline: Instant) -> Result<Written, Failure> {
        let url = self.writing(None, !plan.guests.is_empty());
        let event = NewEvent::of(plan);
        let answer = self
            .call(access, self.policy(false, deadline), |client| {
                client.post(url.clone()).json(&event)
            })
            .await?;
        // An answer that can't be read is no proof of anything.
        written(&answer, plan).map_err(|trouble| Failure {
            trouble,
            may_be_done: true,
        })
    }

    async fn read(&self, access: &SecretString, deadline: Instant, url: &Url) -> Result<Answer, Trouble> {
        Ok(self
            .call(access, self.policy(true, deadline), |client| client.get(url.clone()))
            .await?)
    }

    /// Any call: a success is returned, all else is sorted.
    async fn call(
        &self,
        access: &SecretString,
        policy: RetryPolicy,
        build: impl Fn(&Client) -> RequestBuilder,
    ) -> Result<Answer, Failure> {
        let answer = self
            .http
            .send(&policy, |client| build(client).bearer_auth(access.expose_secret()))
            .await?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        let doubtful = [StatusCode::CONFLICT, StatusCode::REQUEST_TIMEOUT].contains(&answer.status);
        Err(Failure {
            may_be_done: answer.status.is_server_error() || doubtful,
            trouble: trouble::of_calendar(&answer),
        })
    }

    fn deadline(&self) -> Instant {
        Instant::now() + self.patience.total
    }

    fn policy(&self, repeatable: bool, deadline: Instant) -> RetryPolicy {
        RetryPolicy {
            total_timeout: deadline.saturating_duration_since(Instant::now()),
            repeatable,
            ..self.patience.policy()
        }
    }

    fn event(&self, id: &BookingId) -> Url {
        let mut url = self.events.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(id.as_str());
        }
        url
    }

    /// The address of a write, which mails the guests only if there are any.
    fn writing(&self, id: Option<&BookingId>, guests: bool) -> Url {
        let mut url = id.map_or_else(|| self.events.clone(), |id| self.event(id));
        url.query_pairs_mut()
            .append_pair("conferenceDataVersion", "1")
            .append_pair("sendUpdates", updates(guests));
        url
    }
}

/// What an event under our plan's id means for a booking.
fn settle(found: Found, plan: &Plan) -> Result<Put, Trouble> {
    match found {
        Found::Standing(stored) if stored.is_of(plan) => Ok(Put::Written(Box::new(stored.compared(plan)))),
        Found::Standing(_) => Err(Trouble::Refused {
            reason: "another event has the id of this booking".to_owned(),
        }),
        Found::Cancelled => Ok(Put::DeletedSince),
    }
}

fn updates(guests: bool) -> &'static str {
    if guests { "all" } else { "none" }
}

fn if_match(request: RequestBuilder, etag: Option<&str>) -> RequestBuilder {
    match etag {
        Some(etag) => request.header(IF_MATCH, etag),
        None => request,
    }
}

fn json<T: serde::de::DeserializeOwned>(answer: &Answer) -> Result<T, Trouble> {
    answer
        .json()
        .map_err(|_| Trouble::unreachable("Google Calendar's answer can't be read"))
}

fn written(answer: &Answer, plan: &Plan) -> Result<Written, Trouble> {
    match json::<Event>(answer)?.found() {
        Some(Found::Standing(stored)) => Ok(stored.compared(plan)),
        Some(Found::Cancelled) => Err(Trouble::Gone),
        None => Err(Trouble::unreachable("Google Calendar answered an event without times")),
    }
}

fn zone(page: &Page) -> Result<Zone, Trouble> {
    Zone::named(&page.time_zone).map_err(|_| Trouble::unreachable("Google Calendar names no time zone that is known"))
}

//! The Calendar API's wire (v3, `events`): who asks, with which parameters, and in what form the answer goes out.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::events::{self, Calendar};
use super::refusal::Refusal;
use super::{CALENDAR_SCOPE, Shared, event_time, fields, incoming_event, token};

const READONLY_SCOPE: &str = "https://www.googleapis.com/auth/calendar.events.owned.readonly";

/// Parameters of every method.
const STANDARD: &[&str] = &["alt", "fields", "key", "prettyPrint", "quotaUser"];
const LIST: &[&str] = &[
    "eventTypes",
    "maxAttendees",
    "maxResults",
    "orderBy",
    "pageToken",
    "privateExtendedProperty",
    "showDeleted",
    "singleEvents",
    "timeMax",
    "timeMin",
    "timeZone",
];
const GET: &[&str] = &["maxAttendees", "timeZone"];
const WRITE: &[&str] = &["conferenceDataVersion", "maxAttendees", "sendUpdates"];
const DELETE: &[&str] = &["sendUpdates"];

type Answer = Result<Json<Value>, Refusal>;
type Names = Path<(String, String)>;

/// `GET …/events`
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Path(calendar): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = Query::read(query, LIST)?;
    query.page(&shared, &headers, &calendar)
}

/// `GET …/events/{event}`
pub(super) async fn get(
    State(shared): State<Arc<Shared>>,
    Path((calendar, event)): Names,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = Query::read(query, GET)?;
    query.on(&shared, &headers, &calendar, false, |calendar| calendar.get(&event))
}

/// `POST …/events`
pub(super) async fn insert(
    State(shared): State<Arc<Shared>>,
    Path(calendar): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Answer {
    let query = Query::read(query, WRITE)?;
    let body = json_body(&headers, &body)?;
    query.on(&shared, &headers, &calendar, true, |calendar| {
        calendar.insert(incoming_event::read(body, &calendar.zone)?)
    })
}

/// `PATCH …/events/{event}`
pub(super) async fn patch(
    State(shared): State<Arc<Shared>>,
    Path((calendar, event)): Names,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Answer {
    let query = Query::read(query, WRITE)?;
    let body = json_body(&headers, &body)?;
    query.on(&shared, &headers, &calendar, true, |calendar| {
        calendar.patch(&event, incoming_event::read(body, &calendar.zone)?, if_match(&headers))
    })
}

/// `DELETE …/events/{event}`
pub(super) async fn delete(
    State(shared): State<Arc<Shared>>,
    Path((calendar, event)): Names,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<StatusCode, Refusal> {
    let query = Query::read(query, DELETE)?;
    query.with(&shared, &headers, &calendar, true, |calendar| {
        calendar.delete(&event, if_match(&headers))
    })?;
    Ok(StatusCode::NO_CONTENT)
}

fn if_match(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok())
}

fn json_body<'a>(headers: &HeaderMap, body: &'a [u8]) -> Result<&'a [u8], Refusal> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if kind.starts_with("application/json") {
        Ok(body)
    } else {
        Err(Refusal::invalid("Unsupported content type."))
    }
}

/// A query string of known names; a name that may be repeated keeps all its values.
struct Query(BTreeMap<String, Vec<String>>);

impl Query {
    fn read(raw: Option<String>, known: &[&str]) -> Result<Self, Refusal> {
        let mut query = BTreeMap::<String, Vec<String>>::new();
        for (name, value) in url::form_urlencoded::parse(raw.unwrap_or_default().as_bytes()) {
            if !known.contains(&name.as_ref()) && !STANDARD.contains(&name.as_ref()) {
                return Err(Refusal::unknown_parameter(&name));
            }
            let values = query.entry(name.to_string()).or_default();
            if !values.is_empty() && !matches!(name.as_ref(), "eventTypes" | "privateExtendedProperty") {
                return Err(Refusal::invalid(format!("Parameter given twice: {name}")));
            }
            values.push(value.into_owned());
        }
        Ok(Self(query))
    }

    fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.all(name).first().map(String::as_str)
    }

    fn one_of<'a>(&'a self, name: &str, words: &[&str], default: &'a str) -> Result<&'a str, Refusal> {
        let word = self.text(name).unwrap_or(default);
        if words.contains(&word) {
            Ok(word)
        } else {
            Err(Refusal::invalid(format!("Invalid value for: {name}")))
        }
    }

    fn flag(&self, name: &str) -> Result<bool, Refusal> {
        Ok(self.one_of(name, &["true", "false"], "false")? == "true")
    }

    fn number(&self, name: &str, largest: usize) -> Result<Option<usize>, Refusal> {
        let read = |text: &str| text.parse().ok().filter(|number| (1..=largest).contains(number));
        let wrong = || Refusal::invalid(format!("Invalid value for: {name}"));
        self.text(name).map(|text| read(text).ok_or_else(wrong)).transpose()
    }

    fn moment(&self, name: &str) -> Result<Option<jiff::Timestamp>, Refusal> {
        let read = |text| event_time::instant(text).ok_or_else(|| Refusal::invalid(format!("Bad Request: {name}")));
        self.text(name).map(read).transpose()
    }

    /// Who asks, for which calendar, with which scope; then `work` on it.
    fn with<T>(
        &self,
        shared: &Shared,
        headers: &HeaderMap,
        calendar: &str,
        writes: bool,
        work: impl FnOnce(&mut Calendar) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let token = token::bearer_of(shared, headers)?;
        let allowed = token.scopes.contains(CALENDAR_SCOPE) || (!writes && token.scopes.contains(READONLY_SCOPE));
        if !allowed {
            return Err(Refusal::missing_scope());
        }
        self.one_of("alt", &["json"], "json")?;
        let tell_guests = self.one_of("sendUpdates", &["all", "externalOnly", "none"], "none")? == "all";
        let conferences = self.one_of("conferenceDataVersion", &["0", "1"], "0")? == "1";
        let mut world = shared.world();
        let account = world
            .account_of(&token.sub)
            .cloned()
            .ok_or_else(Refusal::unauthenticated)?;
        if calendar != "primary" && !calendar.eq_ignore_ascii_case(&account.email) {
            return Err(Refusal::not_found());
        }
        work(&mut Calendar {
            zone: event_time::zone(&account.zone)?,
            world: &mut world,
            account,
            seed: &shared.seed,
            now: shared.now(),
            tell_guests,
            conferences,
        })
    }

    /// [`Query::with`] for an answer that is one event.
    fn on(
        &self,
        shared: &Shared,
        headers: &HeaderMap,
        calendar: &str,
        writes: bool,
        work: impl FnOnce(&mut Calendar) -> Result<Value, Refusal>,
    ) -> Answer {
        self.with(shared, headers, calendar, writes, |calendar| {
            let (zone, most) = (self.zone(&calendar.zone)?, self.number("maxAttendees", usize::MAX)?);
            let event = work(calendar)?;
            self.cut(events::shown(event, &zone, most))
        })
    }

    fn zone(&self, calendar: &TimeZone) -> Result<TimeZone, Refusal> {
        self.text("timeZone")
            .map_or_else(|| Ok(calendar.clone()), event_time::zone)
    }

    fn cut(&self, answer: Value) -> Answer {
        match self.text("fields") {
            Some(fields) => fields::cut(&answer, fields).map(Json),
            None => Ok(Json(answer)),
        }
    }

    /// One page of the calendar's events.
    fn page(&self, shared: &Shared, headers: &HeaderMap, calendar: &str) -> Answer {
        self.with(shared, headers, calendar, false, |calendar| {
            let (from, to) = (self.moment("timeMin")?, self.moment("timeMax")?);
            if from.zip(to).is_some_and(|(from, to)| to <= from) {
                return Err(Refusal::empty_range());
            }
            let mut found: Vec<Value> = calendar.all();
            let deleted = self.flag("showDeleted")?;
            found.retain(|event| deleted || event["status"] != "cancelled");
            found.retain(|event| events::meets(event, &calendar.zone, from, to) && self.wants(event));
            match (
                self.one_of("orderBy", &["startTime", "updated", ""], "")?,
                self.flag("singleEvents")?,
            ) {
                ("startTime", false) => {
                    return Err(Refusal::invalid(
                        "The requested ordering is not available for the particular query.",
                    ));
                }
                ("startTime", true) => found.sort_by_key(|event| event_time::span(event, &calendar.zone)),
                ("updated", _) => found.sort_by_key(|event| event["updated"].as_str().map(str::to_owned)),
                _ => {}
            }
            let (items, next) = self.slice(found)?;
            let (zone, most) = (self.zone(&calendar.zone)?, self.number("maxAttendees", usize::MAX)?);
            let mut answer = json!({
                "kind": "calendar#events",
                "etag": format!("\"p{}\"", calendar.world.count()),
                "summary": calendar.account.email,
                "description": "",
                "updated": calendar.now.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
                "timeZone": calendar.account.zone,
                "accessRole": "owner",
                "defaultReminders": [{ "method": "popup", "minutes": 10 }],
                "items": items.into_iter().map(|event| events::shown(event, &zone, most)).collect::<Vec<_>>(),
            });
            if let Some(next) = next {
                answer["nextPageToken"] = json!(next);
            }
            self.cut(answer)
        })
    }

    fn wants(&self, event: &Value) -> bool {
        let types = self.all("eventTypes");
        let properties = self.all("privateExtendedProperty");
        let kind = event["eventType"].as_str().unwrap_or("default");
        (types.is_empty() || types.iter().any(|wanted| wanted == kind))
            && properties.iter().all(|pair| {
                pair.split_once('=')
                    .is_some_and(|(name, value)| event["extendedProperties"]["private"][name] == value)
            })
    }

    /// A token names where the next page starts.
    fn slice(&self, found: Vec<Value>) -> Result<(Vec<Value>, Option<String>), Refusal> {
        let most = self.number("maxResults", 2500)?.unwrap_or(250);
        let from: usize = match self.text("pageToken") {
            Some(text) => text
                .strip_prefix("page")
                .and_then(|at| at.parse().ok())
                .ok_or_else(|| Refusal::invalid("Invalid value for: pageToken"))?,
            None => 0,
        };
        let next = (found.len() > from + most).then(|| format!("page{}", from + most));
        Ok((found.into_iter().skip(from).take(most).collect(), next))
    }
}

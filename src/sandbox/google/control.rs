//! What tests and the sandbox arrange and inspect behind the wire's back.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::event_time;
use super::events::Calendar;
use super::fault::{Endpoint, Fault};
use super::id_token::Forgery;
use super::meet::MeetBehaviour;
use super::refusal::Refusal;
use super::watch::Request;
use super::world::{Account, Mail};
use super::{Client, Google};

/// An event that stands in a calendar before the story begins. Its times are wall-clock readings in the calendar's zone.
#[derive(Clone, Debug)]
pub struct Seed(Value);

impl Seed {
    /// Busy from one minute to another: `2026-11-24T14:00`.
    pub fn busy(title: &str, start: &str, end: &str) -> Self {
        Self(json!({
            "summary": title,
            "start": { "dateTime": format!("{start}:00") },
            "end": { "dateTime": format!("{end}:00") },
        }))
    }

    /// Busy on whole days, the last one not included: `2026-11-24`, `2026-11-25`.
    pub fn all_day(title: &str, first: &str, end: &str) -> Self {
        Self(json!({ "summary": title, "start": { "date": first }, "end": { "date": end } }))
    }

    /// Shown as free.
    pub fn transparent(self) -> Self {
        self.with("transparency", json!("transparent"))
    }

    /// An invitation that the calendar's owner declined.
    pub fn declined(self, email: &str) -> Self {
        let host = json!({ "email": "host@example.com", "organizer": true, "responseStatus": "accepted" });
        let own = json!({ "email": email, "self": true, "responseStatus": "declined" });
        self.with("attendees", json!([host, own]))
            .with("organizer", json!({ "email": "host@example.com", "self": null }))
    }

    pub fn out_of_office(self) -> Self {
        self.with("eventType", json!("outOfOffice"))
            .with("outOfOfficeProperties", json!({ "autoDeclineMode": "declineNone" }))
    }

    pub fn working_location(self) -> Self {
        self.transparent()
            .with("eventType", json!("workingLocation"))
            .with("visibility", json!("public"))
            .with(
                "workingLocationProperties",
                json!({ "type": "homeOffice", "homeOffice": {} }),
            )
    }

    /// Any other field of the Event resource.
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.0[field] = value;
        self
    }
}

/// Holds an endpoint's answers back until it is opened.
#[derive(Clone, Debug)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    /// Lets `many` held requests go on.
    pub fn let_through(&self, many: usize) {
        self.0.add_permits(many);
    }

    /// Lets all go on, now and later.
    pub fn open(&self) {
        self.0.close();
    }
}

impl Google {
    /// Opens an account with an empty calendar in `zone`, or changes the one of that address.
    pub fn add_account(&self, account: Account) {
        let mut world = self.shared.world();
        world.accounts.retain(|known| known.sub != account.sub);
        world.accounts.push(account);
    }

    /// The registered client, as the service must be told of it.
    pub fn client(&self) -> Client {
        self.shared.client()
    }

    /// Registers one more redirect URI.
    pub fn register_redirect(&self, uri: &str) {
        let mut client = self
            .shared
            .client
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        client.redirect_uris.insert(uri.to_owned());
    }

    /// Puts an event into a calendar and answers its id.
    ///
    /// # Panics
    /// When there is no such account, or the event is none: a mistake in the test.
    pub fn seed(&self, email: &str, seed: Seed) -> String {
        self.at(email, |calendar| {
            let mut event = seed.0;
            for which in ["start", "end"] {
                let mut time = event[which].clone();
                if !time["dateTime"].is_null() {
                    time["timeZone"] = json!(calendar.account.zone);
                }
                event[which] = event_time::read(&time, which, &calendar.zone)?;
            }
            calendar.insert(event.as_object().cloned().unwrap_or_default())
        })
        .map(|event| event["id"].as_str().unwrap_or_default().to_owned())
        .expect("a test seeds well-formed events")
    }

    /// The calendar's events that are not deleted, in the order of their making, their times in the calendar's zone.
    pub fn events(&self, email: &str) -> Vec<Value> {
        let mut all = self.all_events(email);
        all.retain(|event| event["status"] != "cancelled");
        all
    }

    /// Deleted ones too.
    pub fn all_events(&self, email: &str) -> Vec<Value> {
        self.at(email, |calendar| {
            let zone = calendar.zone.clone();
            Ok(calendar
                .all()
                .into_iter()
                .map(|event| super::events::shown(event, &zone, None))
                .collect())
        })
        .expect("reading is never refused")
    }

    /// The calendar's owner changes an event by hand.
    ///
    /// # Panics
    /// When there is no such account or event: a mistake in the test.
    pub fn edit(&self, email: &str, id: &str, patch: Value) {
        self.at(email, |calendar| {
            calendar.patch(id, patch.as_object().cloned().unwrap_or_default(), None)
        })
        .expect("a test edits an event that is there");
    }

    /// The calendar's owner deletes an event by hand.
    ///
    /// # Panics
    /// When there is no such account or event: a mistake in the test.
    pub fn delete(&self, email: &str, id: &str) {
        self.at(email, |calendar| calendar.delete(id, None))
            .expect("a test deletes an event that is there");
    }

    fn at<T>(&self, email: &str, work: impl FnOnce(&mut Calendar) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let mut world = self.shared.world();
        let account = world.account(email).cloned().ok_or_else(Refusal::not_found)?;
        work(&mut Calendar {
            zone: event_time::zone(&account.zone)?,
            world: &mut world,
            account,
            seed: &self.shared.seed,
            now: self.shared.now(),
            tell_guests: false,
            conferences: true,
        })
    }

    /// The account's owner takes the permission back on Google's own page.
    pub fn revoke(&self, email: &str) {
        let client = self.shared.client().id;
        let mut world = self.shared.world();
        if let Some(sub) = world.account(email).map(|account| account.sub.clone()) {
            world.revoke(&sub, &client);
        }
    }

    /// How many refresh tokens of the account live.
    pub fn refresh_tokens(&self, email: &str) -> usize {
        let world = self.shared.world();
        let sub = world.account(email).map(|account| account.sub.clone());
        world
            .refresh_tokens
            .values()
            .filter(|token| Some(&token.sub) == sub.as_ref())
            .count()
    }

    /// Ends every access token at once, whatever its time; refresh tokens live on.
    pub fn end_access_tokens(&self) {
        self.shared.world().access_tokens.clear();
    }

    /// How long access tokens live from now on; 3599 s until set.
    pub fn token_lifetime(&self, lifetime: Duration) {
        self.shared.world().knobs.token_lifetime = lifetime;
    }

    /// From now on tokens and the client look like Google's own: for tests of the program itself, which outside its sandbox
    /// refuses marked ones.
    pub fn leave_tokens_unmarked(&self) {
        self.shared.world().knobs.mark = "";
        let mut client = self
            .shared
            .client
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        client.id = "482-k3v.apps.googleusercontent.invalid".to_owned();
        client.secret = "GOCSPX-k3v".to_owned();
    }

    /// How Meet links come from now on.
    pub fn meet(&self, behaviour: MeetBehaviour) {
        self.shared.world().knobs.meet = behaviour;
    }

    /// The next `times` consents give no refresh token, whatever was asked.
    pub fn withhold_refresh_tokens(&self, times: usize) {
        self.shared.world().knobs.withhold_refresh_tokens = times;
    }

    /// Lies in the id_tokens from now on, or stops lying.
    pub fn forge_id_tokens(&self, forgery: Option<Forgery>) {
        self.shared.world().knobs.forgery = forgery;
    }

    /// The next `times` requests to `endpoint` meet `fault`; faults of one endpoint queue up. `usize::MAX`: until healed.
    pub fn fail(&self, endpoint: Endpoint, fault: Fault, times: usize) {
        self.shared.faults.add(endpoint, fault, times);
    }

    /// Requests to `endpoint` wait until the gate lets them through.
    pub fn hold(&self, endpoint: Endpoint) -> Gate {
        let gate = Arc::new(Semaphore::new(0));
        self.fail(endpoint, Fault::Hold(gate.clone()), usize::MAX);
        Gate(gate)
    }

    /// Nothing more goes wrong with `endpoint`; what hangs already goes on hanging.
    pub fn heal(&self, endpoint: Endpoint) {
        self.shared.faults.clear(endpoint);
    }

    /// The latest requests, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.log.all()
    }

    /// Forgets the requests and sets the counters to zero.
    pub fn forget_requests(&self) {
        self.shared.log.clear();
    }

    /// How often `endpoint` was asked.
    pub fn count(&self, endpoint: Endpoint) -> usize {
        self.shared.log.count(endpoint)
    }

    /// Returns once `endpoint` was asked `times` times.
    pub async fn reached(&self, endpoint: Endpoint, times: usize) {
        self.shared.log.reached(endpoint, times).await;
    }

    /// The mails that guests were sent.
    pub fn mails(&self) -> Vec<Mail> {
        self.shared.world().mails.clone()
    }

    /// Writes the state file now; requests that change something do it by themselves.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self) -> io::Result<()> {
        self.shared.save()
    }
}

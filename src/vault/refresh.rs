//! Getting an access token: from memory at once, else by one refresh per person, however many ask.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret, SecretString};

use super::door::Refused;
use super::flight::Flight;
use super::grant::{Grant, NewGrant};
use super::held::{Found, Rejection, Times};
use super::reading::database;
use super::rows::{self, Next, State};
use super::tier::in_time;
use super::uses::{self, TestingLife};
use super::{AccessToken, NewAccess, NoAccess, Vault};
use crate::domain::person::PersonId;
use crate::sql;

/// Asks Google's token endpoint with a refresh token (RFC 6749, section 6). Has its own deadlines and retries.
pub type Refresh = Arc<dyn Fn(SecretString) -> BoxFuture<'static, Result<Fresh, NotRefreshed>> + Send + Sync>;

/// What a refresh gives.
#[derive(Clone, Debug)]
pub struct Fresh {
    pub access_token: SecretString,
    pub expires_in: Duration,
    /// Present when Google rotates the refresh token; usually it does not.
    pub refresh_token: Option<SecretString>,
}

/// Why a refresh gave nothing, by who can mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRefreshed {
    /// `invalid_grant`, and nothing else.
    Revoked { reason: String },
    /// Google, or the way to it, is down.
    Unreachable {
        what: String,
        retry_after: Option<Duration>,
    },
    /// `invalid_client` and the like: our own settings.
    Misconfigured { what: String },
    /// `admin_policy_enforced`, `invalid_rapt`: the account's administrators.
    Policy { what: String },
}

/// Longer than any deadline of the closure's own: a closure that hangs must not hold a person's flight for ever.
const CALL_DEADLINE: Duration = Duration::from_secs(60);

/// No access token is believed to live longer, whatever Google says.
const LONGEST_LIFE: Duration = Duration::from_secs(86_400);

/// How often a refresh starts over because the grant changed under it.
const ROUNDS: usize = 4;

/// A failure with the time that the other side asked us to wait.
pub(super) type Failure = (NoAccess, Option<Duration>);

impl Vault {
    /// A token that is good for now. One in memory is handed out at once, also while stores and Google are down; near its end it
    /// is renewed in the background.
    ///
    /// # Errors
    /// Sorted by what the caller must do.
    pub async fn access(&self, person: &PersonId) -> Result<AccessToken, NoAccess> {
        let now = self.0.parts.clock.now();
        match self.0.held.look(person, now) {
            Found::Fresh(token) => Ok(token),
            Found::Aging(token) => {
                if self.0.pauses.told(person, now).is_none() {
                    // The task goes on by itself.
                    drop(self.fly(person));
                }
                Ok(token)
            }
            Found::Nothing => self.refreshed(person).await,
        }
    }

    /// Google answered 401 to a token that looked valid: another one, got by one forced refresh however many callers were refused.
    ///
    /// # Errors
    /// Sorted by what the caller must do; unreachable when Google has refused the forced refresh's own token too.
    pub async fn access_rejected(&self, person: &PersonId, token: &AccessToken) -> Result<AccessToken, NoAccess> {
        match self.0.held.reject(person, token, self.0.parts.clock.now()) {
            Rejection::Replaced(newer) => Ok(newer),
            Rejection::Pointless => Err(NoAccess::unreachable("Google refuses a token that it has just given")),
            Rejection::Dropped => self.refreshed(person).await,
        }
    }

    /// The access token that came with the grant that is now at `version`: nobody has to ask Google for another one. To be told
    /// after [`Vault::adopted`].
    pub fn hand_over(&self, person: &PersonId, version: i64, access: NewAccess) {
        let now = self.0.parts.clock.now();
        let life = (access.expires_at - now).to_std().unwrap_or_default();
        self.take_in(person, access.token, now + lasting(life), version);
    }

    async fn refreshed(&self, person: &PersonId) -> Result<AccessToken, NoAccess> {
        match self.0.pauses.told(person, self.0.parts.clock.now()) {
            Some(told) => Err(told),
            None => self.fly(person).await,
        }
    }

    fn fly(&self, person: &PersonId) -> Flight {
        self.0.flights.join(person, || {
            let (vault, person) = (self.clone(), person.clone());
            async move { vault.fly_alone(&person).await }
        })
    }

    /// The refresh itself; nobody else runs it for this person in this process.
    async fn fly_alone(&self, person: &PersonId) -> Result<AccessToken, NoAccess> {
        let now = self.0.parts.clock.now();
        // Another flight may have landed since the caller looked.
        if let Found::Fresh(token) = self.0.held.look(person, now) {
            return Ok(token);
        }
        if let Some(told) = self.0.pauses.told(person, now) {
            return Err(told);
        }
        match self.obtain_alone(person).await {
            Ok(token) => {
                self.0.pauses.lift(person);
                Ok(token)
            }
            Err((told, retry_after)) => {
                if told.is_worth_a_pause() {
                    let (now, jitter) = (self.0.parts.clock.now(), self.0.parts.entropy.fraction());
                    self.0.pauses.begin(person, &told, retry_after, now, jitter);
                    tracing::warn!(%person, error = %told, "no access token");
                }
                Err(told)
            }
        }
    }

    /// `left`: a sealed token that another replica may just have got.
    pub(super) async fn obtain(&self, person: &PersonId, left: Option<Vec<u8>>) -> Result<AccessToken, Failure> {
        for _ in 0..ROUNDS {
            let grant = self.current(person).await.map_err(at_once)?;
            if let Err(Refused::MissingScope { scope }) = self.0.parts.door.all_scopes(&grant.scopes) {
                return Err(at_once(NoAccess::MissingScope { scope }));
            }
            if let Some(token) = self.left_by_another(&grant, left.as_deref()).await {
                return Ok(token);
            }
            match self.ask_google(&grant).await {
                Ok(token) => {
                    if let Some(token) = token {
                        return Ok(token);
                    }
                }
                Err(NotRefreshed::Revoked { reason }) => {
                    if self.is_dead(&grant, &reason).await.map_err(at_once)? {
                        return Err(at_once(NoAccess::Revoked { reason }));
                    }
                }
                Err(NotRefreshed::Unreachable { what, retry_after }) => {
                    return Err((NoAccess::Unreachable { what }, retry_after));
                }
                Err(NotRefreshed::Misconfigured { what }) => return Err(at_once(NoAccess::Misconfigured { what })),
                Err(NotRefreshed::Policy { what }) => return Err(at_once(NoAccess::Policy { what })),
            }
        }
        Err(at_once(NoAccess::unreachable("the grant keeps changing")))
    }

    /// Asks Google. `None` when the grant was changed meanwhile, so that the token belongs to a past version.
    async fn ask_google(&self, grant: &Grant) -> Result<Option<AccessToken>, NotRefreshed> {
        let asked_at = self.0.parts.clock.now();
        let call = (self.0.parts.refresh)(grant.refresh_token.clone());
        let fresh = tokio::time::timeout(CALL_DEADLINE, call)
            .await
            .map_err(|_| passing("Google's token endpoint gave no answer"))??;
        let version = self
            .fence(grant, fresh.refresh_token)
            .await
            .map_err(|error| passing(&error.to_string()))?;
        let Some(version) = version else { return Ok(None) };
        let (vault, used) = (self.clone(), grant.clone());
        tokio::spawn(async move { vault.note_use(&used, version).await });
        let until = asked_at + lasting(fresh.expires_in);
        Ok(Some(self.take_in(&grant.person, fresh.access_token, until, version)))
    }

    /// A token fresh from Google: for this process, and for the others.
    fn take_in(&self, person: &PersonId, token: SecretString, until: DateTime<Utc>, version: i64) -> AccessToken {
        let token = AccessToken::new(token, until, version);
        self.keep(person, &token);
        self.leave_for_others(person, &token);
        token
    }

    /// The version that a fresh token belongs to: the grant's own, or, where Google rotated the refresh token, a new one.
    async fn fence(&self, grant: &Grant, rotated: Option<SecretString>) -> Result<Option<i64>, NoAccess> {
        if let Some(next) = rotated.and_then(|token| self.rotated(grant, token)) {
            return self.rotate(grant, next).await.map_err(database);
        }
        let standing = self.known(&grant.person).await?.standing;
        let same = standing.is_some_and(|now| now.version == grant.version && matches!(now.state, State::Alive(_)));
        Ok(same.then_some(grant.version))
    }

    /// The grant with another refresh token. `None` when there is no other, or none that the door lets in: the old one stays then.
    fn rotated(&self, old: &Grant, refresh_token: SecretString) -> Option<NewGrant> {
        if refresh_token.expose_secret() == old.refresh_token.expose_secret() {
            return None;
        }
        let next = NewGrant {
            account: old.account.clone(),
            refresh_token,
            scopes: old.scopes.clone(),
            client_id: old.client_id.clone(),
        };
        match self.0.parts.door.admit(&next) {
            Ok(()) => Some(next),
            Err(Refused::NoRefreshToken) => None,
            Err(why) => {
                tracing::warn!(person = %old.person, %why, "what came as a rotated refresh token is not kept");
                None
            }
        }
    }

    async fn rotate(&self, old: &Grant, next: NewGrant) -> Result<Option<i64>, sql::Error> {
        let now = self.0.parts.clock.now();
        let grant = next.numbered(&old.person, self.next_version(Some(old.version)), now);
        let (vault, expected) = (self.clone(), old.version);
        let version = self
            .0
            .parts
            .db
            .write(move |tx| {
                let next = Next {
                    version: grant.version,
                    grant: Some(&grant),
                    at: now,
                };
                if !rows::advance(tx, &grant.person, Some(expected), &next)? {
                    return Ok::<_, sql::Error>(None);
                }
                vault.journal_for_all(tx, &grant.person, &grant.seal(&vault.0.parts.keys))?;
                Ok(Some(grant.version))
            })
            .await?;
        self.0.journal_bell.notify_waiters();
        Ok(version)
    }

    /// Google said `invalid_grant`. It counts when this is the newest version that anybody holds.
    async fn is_dead(&self, grant: &Grant, reason: &str) -> Result<bool, NoAccess> {
        let person = &grant.person;
        if self.is_superseded(person, grant).await? {
            tracing::info!(%person, "Google refused an old copy of a grant; a newer one is used");
            return Ok(false);
        }
        let (ended, words, now) = (grant.clone(), reason.to_owned(), self.0.parts.clock.now());
        let work = self.0.parts.db.write(move |tx| {
            let revoked = rows::revoke(tx, &ended.person, ended.version, &words)?;
            let testing = revoked && uses::note_end(tx, &ended, now)?;
            Ok::<_, sql::Error>((revoked, testing))
        });
        let (revoked, testing) = work.await.map_err(database)?;
        if revoked {
            tracing::warn!(%person, reason, "Google ended a grant");
        }
        if testing {
            let remedy = TestingLife::REMEDY;
            tracing::error!(
                remedy,
                "grants end seven days after the consent: the Google project is in “Testing”"
            );
        }
        Ok(revoked)
    }

    fn keep(&self, person: &PersonId, token: &AccessToken) {
        let now = self.0.parts.clock.now();
        let times = Times::of(now, token.expires_at(), self.0.parts.entropy.fraction());
        self.0.held.keep(person, token, times, now);
    }

    /// A token that another replica has got: `left` for us, or kept in a tier.
    async fn left_by_another(&self, grant: &Grant, left: Option<&[u8]>) -> Option<AccessToken> {
        if let Some(token) = left.and_then(|sealed| self.fitting(grant, sealed)) {
            return Some(token);
        }
        for tier in &self.0.parts.tiers {
            // It is a short cut: not worth waiting for a tier that is down.
            if self.trouble().down.contains_key(tier.name()) {
                continue;
            }
            let answer = in_time(tier.access(&grant.person)).await;
            // An answer proves nothing about tiers that keep no access tokens: only trouble is noted.
            if answer.is_err() {
                self.note(tier.as_ref(), &answer);
            }
            if let Ok(Some(sealed)) = answer
                && let Some(token) = self.fitting(grant, &sealed)
            {
                return Some(token);
            }
        }
        None
    }

    /// A token of this very version, unless it is the one that Google refuses, or about to end.
    fn fitting(&self, grant: &Grant, sealed: &[u8]) -> Option<AccessToken> {
        let (person, now) = (&grant.person, self.0.parts.clock.now());
        let token = AccessToken::open(&self.0.parts.keys, person, grant.version, sealed)?;
        let refused = self.0.held.refused(person).is_some_and(|refused| refused.is(&token));
        let fits = !refused && token.expires_at() - now > TimeDelta::minutes(7);
        fits.then(|| {
            self.keep(person, &token);
            token
        })
    }

    /// Leaves a token for other replicas; nobody waits for that, and nothing is lost if it fails.
    fn leave_for_others(&self, person: &PersonId, token: &AccessToken) {
        let (vault, person) = (self.clone(), person.clone());
        let Ok(life) = (token.expires_at() - self.0.parts.clock.now()).to_std() else {
            return;
        };
        let sealed = token.seal(&self.0.parts.keys, &person);
        tokio::spawn(async move {
            for tier in &vault.0.parts.tiers {
                let kept = in_time(tier.keep_access(&person, &sealed, life)).await;
                if kept.is_err() {
                    vault.note(tier.as_ref(), &kept);
                }
            }
        });
    }
}

fn lasting(life: Duration) -> TimeDelta {
    TimeDelta::from_std(life.min(LONGEST_LIFE)).expect("a day is a time span")
}

fn at_once(told: NoAccess) -> Failure {
    (told, None)
}

fn passing(what: &str) -> NotRefreshed {
    NotRefreshed::Unreachable {
        what: what.to_owned(),
        retry_after: None,
    }
}

//! From Google back to us: the callback is verified, its code exchanged, and the grant put into force or aside until it is proven
//! whose it is.

use secrecy::SecretString;

use super::CODE_LIFE;
use super::begin::with_person;
use super::outcome::{Next, Refusal};
use super::rules::Proof;
use crate::app::App;
use crate::app::turns::{Effects, awaits_account};
use crate::domain::conversation::{Heard, NotConnected};
use crate::domain::person::Person;
use crate::google::{Tokens, Trouble, oauth};
use crate::sql::{Error, Tx};
use crate::store::sign_ins::{self, End, SignIn, Stage, Started};
use crate::vault::{NewAccess, NewGrant};

/// Google's codes have up to 256 bytes.
const LONGEST_CODE: usize = 2048;

/// What Google sent the browser back with.
#[derive(Debug)]
pub struct Callback {
    pub state: String,
    /// The authorization code, or Google's word for why there is none.
    pub answer: Result<SecretString, String>,
}

/// A callback whose state and browser are right, and which nobody else has taken.
struct Round {
    sign_in: SignIn,
    person: Person,
    started: Started,
}

/// A grant whose person is known, with what it takes to link it.
struct Consent {
    grant: NewGrant,
    access: NewAccess,
    proof: Proof,
}

impl App {
    /// Takes a callback to its end.
    ///
    /// # Errors
    /// Whatever the page has to say instead of success. Nothing is stored then.
    pub async fn finish_sign_in(&self, callback: Callback, cookie: Option<&str>) -> Result<Next, Refusal> {
        let round = self.take_round(&callback.state, cookie).await?;
        let code = match callback.answer {
            Ok(code) if oversized(&code) => return Err(Refusal::UnknownCallback),
            Ok(code) => code,
            Err(word) => return Err(self.without_code(&round, &word).await),
        };
        let (verifier, nonce) = self
            .open_secrets(&round.sign_in.id, &round.started.secrets)
            .map_err(|error| self.mishap(&error.to_string()))?;
        let tokens = match self.parts().oauth.exchange(&code, &verifier, &nonce).await {
            Ok(tokens) => tokens,
            Err(trouble) => return Err(self.not_exchanged(&round, trouble).await),
        };
        if !tokens.reaches_calendar() {
            let why = NotConnected::CalendarNotAllowed;
            return Err(self.come_to_nothing(&round, why, Refusal::CalendarNotAllowed).await);
        }
        let Tokens {
            access_token,
            expires_at,
            refresh_token,
            scopes,
            account,
        } = tokens;
        let Some(account) = account else {
            return Err(self.mishap("an exchange told no account"));
        };
        let Some(refresh_token) = refresh_token else {
            return self.once_more(round).await;
        };
        let proof = self.proof(&round.person.id, &account).await;
        let client_id = self.parts().oauth.client_id().to_owned();
        let grant = NewGrant {
            account,
            refresh_token,
            scopes,
            client_id,
        };
        let access = NewAccess {
            token: access_token,
            expires_at,
        };
        self.link_or_park(round, Consent { grant, access, proof }).await
    }

    /// Finds what a callback belongs to and takes it, once.
    async fn take_round(&self, state: &str, cookie: Option<&str>) -> Result<Round, Refusal> {
        let hashes = self.state_hashes(state);
        let found = self.db().read(move |tx| of_state(tx, &hashes)).await;
        let found = found.map_err(|error| self.mishap(&error.to_string()))?;
        let Some((sign_in, person, started)) = found.and_then(started) else {
            return Err(self
                .refuse_guess("web", "a callback with an unknown state", Refusal::UnknownCallback)
                .await);
        };
        if !self.is_browser(cookie, &started.browser) {
            let what = "a callback in another browser";
            return Err(self.refuse_guess(person.id.as_str(), what, Refusal::OtherBrowser).await);
        }
        if sign_in.expires_at <= self.clock().now() {
            return Err(Refusal::Expired);
        }
        let (id, hash) = (sign_in.id.clone(), started.oauth_state.clone());
        let taken = self.db().write(move |tx| sign_ins::use_state(tx, &id, &hash)).await;
        match taken {
            Ok(true) => Ok(Round {
                sign_in,
                person,
                started,
            }),
            Ok(false) => Err(Refusal::UnknownCallback),
            Err(error) => Err(self.mishap(&error.to_string())),
        }
    }

    async fn without_code(&self, round: &Round, word: &str) -> Refusal {
        match oauth::refusal(word) {
            None => {
                self.come_to_nothing(round, NotConnected::Cancelled, Refusal::Cancelled)
                    .await
            }
            Some(trouble) => self.not_exchanged(round, trouble).await,
        }
    }

    async fn not_exchanged(&self, round: &Round, trouble: Trouble) -> Refusal {
        match trouble {
            Trouble::Unreachable { what, .. } => {
                tracing::warn!(%what, "a sign-in has to wait for Google");
                Refusal::Unreachable
            }
            Trouble::Policy { .. } => Refusal::Policy,
            Trouble::BadIdToken { why } => {
                let incident = self.mishap(why);
                self.note_refusal(round.person.id.as_str(), "an id_token that proves nothing")
                    .await;
                incident
            }
            Trouble::Refused { reason } => {
                let incident = self.mishap(&reason);
                self.note_refusal(round.person.id.as_str(), "a code that Google refused")
                    .await;
                incident
            }
            other => self.mishap(&other.to_string()),
        }
    }

    /// Ends the sign-in and lets the conversation know.
    async fn come_to_nothing(&self, round: &Round, why: NotConnected, refusal: Refusal) -> Refusal {
        let (app, person, id) = (self.clone(), round.person.clone(), round.sign_in.id.clone());
        let ended = self.write_and_carry_out(move |tx| {
            if !sign_ins::end(tx, &id, End::Denied)? {
                return Ok((Effects::default(), ()));
            }
            let effects = app.turn_in(tx, &person, |_, _| Ok(Heard::NotConnected { sign_in: id, why }))?;
            Ok((effects, ()))
        });
        match ended.await {
            Ok(()) => refusal,
            Err(error) => self.mishap(&error.to_string()),
        }
    }

    /// Google gave no refresh token: it is asked again, but only once.
    async fn once_more(&self, round: Round) -> Result<Next, Refusal> {
        if round.started.consent {
            let why = NotConnected::NoLastingAccess;
            return Err(self.come_to_nothing(&round, why, Refusal::NoLastingAccess).await);
        }
        let (google, started) = self.ask_google(&round.sign_in.id, round.started.browser, true);
        let id = round.sign_in.id;
        match self.db().write(move |tx| sign_ins::start(tx, &id, &started)).await {
            Ok(true) => Ok(Next::OnceMore(google)),
            Ok(false) => Err(Refusal::Used),
            Err(error) => Err(self.mishap(&error.to_string())),
        }
    }

    /// Links what is proven; what is not waits, sealed, for its person's code.
    async fn link_or_park(&self, round: Round, consent: Consent) -> Result<Next, Refusal> {
        let (app, id) = (self.clone(), round.sign_in.id.clone());
        let done = self.write_and_carry_out(move |tx| app.link_in(tx, &round, consent));
        let linked = done.await.map_err(|error| self.mishap(&error.to_string()))?;
        linked.map(|()| Next::Show(self.parts().sign_in_links.address(&id)))
    }

    fn link_in(
        &self,
        tx: &mut Tx<'_>,
        round: &Round,
        consent: Consent,
    ) -> Result<(Effects, Result<(), Refusal>), Error> {
        let used = || (Effects::default(), Err(Refusal::Used));
        let (id, person) = (&round.sign_in.id, &round.person);
        let Consent { grant, access, proof } = consent;
        let account = grant.account.clone();
        if let Err(refusal) = self.may_link(tx, &person.id, &account, proof)? {
            sign_ins::end(tx, id, End::Denied)?;
            self.note(
                tx,
                person.id.as_str(),
                "refused",
                "a link that would take another's place",
            )?;
            let (sign_in, why) = (id.clone(), NotConnected::Refused);
            let effects = self.turn_in(tx, person, |_, _| Ok(Heard::NotConnected { sign_in, why }))?;
            return Ok((effects, Err(refusal)));
        }
        if proof == Proof::Code {
            let pending = grant.seal(&self.parts().keys, id);
            let hash = self.code_hash(id, &self.code(id));
            let parked = sign_ins::await_code(tx, id, &pending, &hash, self.clock().now() + CODE_LIFE)?;
            self.0.unproven.keep(id, access);
            return Ok(if parked { (Effects::default(), Ok(())) } else { used() });
        }
        let goes_on = awaits_account(tx, &person.id, self.clock().now())?;
        if !sign_ins::end(tx, id, End::Done { goes_on })? {
            return Ok(used());
        }
        let adopted = self.adopt(tx, &person.id, grant, Some(access))?;
        let effects = self.turn_in(tx, person, |_, _| Ok(Heard::Connected { account }))?;
        Ok((effects.and_adopted(Some(adopted)), Ok(())))
    }

    /// Somebody tried something that our own pages never do: noted, unless too many did lately.
    pub(super) async fn refuse_guess(&self, who: &str, what: &'static str, refusal: Refusal) -> Refusal {
        if !self.0.guesses.count() {
            return Refusal::TooMany;
        }
        self.note_refusal(who, what).await;
        refusal
    }

    async fn note_refusal(&self, who: &str, what: &'static str) {
        let (app, who) = (self.clone(), who.to_owned());
        let noted = self.db().write(move |tx| app.note(tx, &who, "refused", what)).await;
        if let Err(error) = noted {
            tracing::error!(%error, what, "a refusal could not be noted");
        }
    }

    /// Logged once, under the id that the page shows as well.
    pub(super) fn mishap(&self, what: &str) -> Refusal {
        let incident = self.incident();
        tracing::error!(incident, what, "a sign-in failed");
        Refusal::Trouble { incident }
    }
}

/// The sign-in that was started with the `state` that has one of these hashes.
fn of_state(tx: &mut Tx<'_>, hashes: &[Vec<u8>]) -> Result<Option<(SignIn, Person)>, Error> {
    for hash in hashes {
        if let Some(found) = sign_ins::by_state(tx, hash)? {
            return with_person(tx, found);
        }
    }
    Ok(None)
}

fn started((sign_in, person): (SignIn, Person)) -> Option<(SignIn, Person, Started)> {
    match sign_in.stage.clone() {
        Stage::Started(started) => Some((sign_in, person, started)),
        Stage::Open | Stage::Code { .. } | Stage::Done { .. } | Stage::Ended(_) => None,
    }
}

fn oversized(code: &SecretString) -> bool {
    use secrecy::ExposeSecret;
    code.expose_secret().len() > LONGEST_CODE
}

//! Looking at a person's credentials without changing anything: what each tier holds, and what is to be thought of it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use futures_util::future::join_all;
use secrecy::ExposeSecret;

use super::finding::Flaw;
use super::grant::Content;
use super::held::Found;
use super::reading::{Known, database};
use super::rows::{self, Standing};
use super::tier::{Record, TierDown, in_time};
use super::{AccessToken, NoAccess, Refused, Vault, roster};
use crate::args;
use crate::domain::inspection::{Advice, Health, Inspection, SetAside, State, TierLine};
use crate::domain::person::PersonId;
use crate::seal::{KeyRing, Unsealable};
use crate::sql::{Error, Tx};

/// What one tier answered.
struct Copy {
    tier: String,
    found: Result<Option<Seen>, TierDown>,
}

struct Seen {
    record: Record,
    content: Result<Content, Flaw>,
}

/// The version that counts, and a tier (or the journal) from which it can be had.
struct Present<'a> {
    version: i64,
    content: &'a Content,
    source: &'a str,
}

impl Vault {
    /// Everything that there is to know about a person's credentials, but for their name. Asks every tier, writes nothing, and
    /// asks nothing of Google.
    ///
    /// # Errors
    /// When the database fails. A tier that fails is told.
    pub async fn inspect(&self, person: &PersonId) -> Result<Inspection, NoAccess> {
        let (who, keys) = (person.clone(), self.0.parts.keys.clone());
        let aside = self
            .0
            .parts
            .db
            .read(move |tx| aside(tx, &keys, &who))
            .await
            .map_err(database)?;
        let known = self.known(person).await?;
        let tiers = self.0.parts.tiers.iter();
        let copies = join_all(tiers.map(|tier| async {
            let found = self.ask(tier.as_ref(), person).await;
            let found = found.map(|record| record.map(|record| self.see(tier.name(), person, record, &known)));
            Copy {
                tier: tier.name().to_owned(),
                found,
            }
        }));
        let mut copies = copies.await;
        copies.extend(known.elsewhere.iter().map(|tier| Copy {
            tier: tier.clone(),
            found: Err(TierDown(roster::LACKING.to_owned())),
        }));
        let waiting = known.waiting().map(|record| Seen {
            content: self.judge(person, record, known.version()),
            record: record.clone(),
        });
        let present = present(&copies, waiting.as_ref());
        let floor = known.version();
        let usable = present.filter(|present| floor.is_none_or(|floor| present.version >= floor));
        let health = self.health_of(&known, &copies, usable.as_ref());
        let mut lines: Vec<_> = self.memory_line(person).into_iter().collect();
        lines.extend(
            copies
                .iter()
                .map(|copy| self.line(person, copy, &known, usable.as_ref())),
        );
        let now = self.0.parts.clock.now();
        let set_aside = still_news(aside, &copies);
        Ok(Inspection {
            person: person.clone(),
            name: person.user().to_owned(),
            account: known
                .standing
                .and_then(Standing::account)
                .map(|account| account.masked()),
            access_until: self.access_until(person, floor, now).await,
            refreshed_at: self.0.held.got_at(person),
            trouble: self.0.pauses.told(person, now).map(|told| told.to_string()),
            version: floor,
            advice: advice(&health, &lines, &set_aside, &copies),
            health,
            tiers: lines,
            set_aside,
            seen_at: now,
        })
    }

    fn see(&self, tier: &str, person: &PersonId, record: Record, known: &Known) -> Seen {
        let content = self.judge_in(tier, person, &record, known);
        Seen { record, content }
    }

    fn health_of(&self, known: &Known, copies: &[Copy], usable: Option<&Present<'_>>) -> Health {
        match known.standing.as_ref().map(|standing| &standing.state) {
            Some(rows::State::Tombstone) => return Health::Disconnected,
            Some(rows::State::Revoked(_, reason)) => return Health::Revoked { reason: reason.clone() },
            Some(rows::State::Alive(_)) | None => {}
        }
        match usable.map(|present| present.content) {
            Some(Content::Alive(grant)) => return self.permission(grant),
            Some(Content::Tombstone) => return Health::Disconnected,
            None => {}
        }
        let silent = copies.iter().filter(|copy| copy.found.is_err());
        let silent: Vec<_> = silent.map(|copy| copy.tier.clone()).collect();
        let unusable = |copy: &Copy| matches!(&copy.found, Ok(Some(seen)) if seen.content.is_err());
        if !silent.is_empty() {
            Health::Unreachable { tiers: silent }
        } else if copies.iter().any(unusable) {
            Health::Blocked
        } else if known.standing.is_some() {
            Health::Lost
        } else {
            Health::NotConnected
        }
    }

    fn permission(&self, grant: &super::Grant) -> Health {
        match self.0.parts.door.all_scopes(&grant.scopes) {
            Err(Refused::MissingScope { scope }) => Health::LacksPermission { scope },
            Ok(()) | Err(_) => Health::Healthy,
        }
    }

    /// What this process holds: nothing, where it is not the one that serves.
    fn memory_line(&self, person: &PersonId) -> Option<TierLine> {
        let token = self.held_token(person)?;
        Some(TierLine {
            tier: "memory".to_owned(),
            version: Some(token.version()),
            written_at: None,
            key: None,
            fingerprint: None,
            state: State::AccessToken {
                until: token.expires_at(),
            },
            awaits: None,
        })
    }

    fn held_token(&self, person: &PersonId) -> Option<AccessToken> {
        match self.0.held.look(person, self.0.parts.clock.now()) {
            Found::Fresh(token) | Found::Aging(token) => Some(token),
            Found::Nothing => None,
        }
    }

    /// The end of the newest access token that this process holds, or that a tier keeps for all.
    async fn access_until(&self, person: &PersonId, version: Option<i64>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut ends: Vec<_> = self
            .held_token(person)
            .map(|token| token.expires_at())
            .into_iter()
            .collect();
        for tier in &self.0.parts.tiers {
            if let Ok(Some(sealed)) = in_time(tier.access(person)).await
                && let Some(token) = AccessToken::open(&self.0.parts.keys, person, version?, &sealed)
            {
                ends.push(token.expires_at());
            }
        }
        ends.into_iter().filter(|end| *end > now).max()
    }

    fn line(&self, person: &PersonId, copy: &Copy, known: &Known, usable: Option<&Present<'_>>) -> TierLine {
        let mut line = TierLine {
            tier: copy.tier.clone(),
            version: None,
            written_at: None,
            key: None,
            fingerprint: None,
            state: State::Ok,
            awaits: known
                .owed
                .iter()
                .find(|(tier, _)| *tier == copy.tier)
                .map(|(_, record)| record.version),
        };
        let seen = match &copy.found {
            Err(TierDown(why)) => {
                line.state = State::Down { why: why.clone() };
                return line;
            }
            Ok(None) => {
                line.state = State::Absent {
                    healed_from: healer(usable),
                };
                return line;
            }
            Ok(Some(seen)) => seen,
        };
        line.version = Some(seen.record.version).filter(|version| *version > 0);
        line.key = key_of(&seen.record.sealed);
        line.state = judged(seen, known, usable);
        if let Some(grant) = self.opened(person, seen) {
            line.written_at = Some(grant.written_at);
            line.fingerprint = Some(self.fingerprint(grant.refresh_token.expose_secret()));
        } else if seen.content.is_ok() {
            // A tombstone's version is its moment, as any version is.
            line.written_at = DateTime::from_timestamp_millis(seen.record.version);
        }
        line
    }

    /// The grant in a record, also where a rule forbids to use it.
    fn opened(&self, person: &PersonId, seen: &Seen) -> Option<super::Grant> {
        match super::grant::open(&self.0.parts.keys, person, &seen.record) {
            Ok(Content::Alive(grant)) => Some(grant),
            Ok(Content::Tombstone) | Err(_) => None,
        }
    }

    /// Tells copies of one token from copies of another, and nothing else: nobody can go back from it, or guess without the key.
    fn fingerprint(&self, token: &str) -> String {
        HEXLOWER.encode(&self.0.parts.keys.mac("fingerprint", token.as_bytes())[..4])
    }
}

/// The highest version that may be used.
fn present<'a>(copies: &'a [Copy], waiting: Option<&'a Seen>) -> Option<Present<'a>> {
    let stored = copies
        .iter()
        .filter_map(|copy| Some((copy.tier.as_str(), copy.found.as_ref().ok()?.as_ref()?)));
    let all = stored.chain(waiting.map(|seen| ("the journal", seen)));
    let mut best: Option<Present<'a>> = None;
    for (source, seen) in all {
        let version = seen.record.version;
        if let Ok(content) = &seen.content
            && best.as_ref().is_none_or(|best| best.version < version)
        {
            best = Some(Present {
                version,
                content,
                source,
            });
        }
    }
    best
}

fn judged(seen: &Seen, known: &Known, usable: Option<&Present<'_>>) -> State {
    let version = seen.record.version;
    let floor = known.version();
    match &seen.content {
        Err(flaw @ Flaw::Poison(rule)) => State::Poisoned {
            rule: rule.to_string(),
            may_be_good: flaw.may_be_good(),
        },
        Err(Flaw::Sealed(Unsealable::UnknownKey(_))) => State::UnknownKey,
        Err(why @ (Flaw::Sealed(_) | Flaw::RolledBack { .. })) => State::Quarantined { why: why.to_string() },
        Ok(_)
            if floor.is_some_and(|floor| version < floor)
                || usable.is_some_and(|present| version < present.version) =>
        {
            State::Behind {
                healed_from: healer(usable),
            }
        }
        Ok(_) if floor != Some(version) => State::Ahead,
        Ok(Content::Tombstone) => State::Tombstone,
        Ok(Content::Alive(_)) => State::Ok,
    }
}

/// From where a tier that lacks the present version gets it. A link that was ended heals nothing by itself.
fn healer(usable: Option<&Present<'_>>) -> Option<String> {
    let present = usable?;
    matches!(present.content, Content::Alive(_)).then(|| present.source.to_owned())
}

/// What can be done. To clear is advised only where the grant is at hand elsewhere, and never for what another key would open: where no
/// copy can be used, it is mostly a setting that is wrong, and the records are all that is left of the grant.
fn advice(health: &Health, lines: &[TierLine], set_aside: &[SetAside], copies: &[Copy]) -> Vec<Advice> {
    let mut told = Vec::new();
    let is_at_hand = !matches!(health, Health::Blocked | Health::Lost | Health::Unreachable { .. });
    let aside = set_aside.iter().filter(|_| is_at_hand).map(|aside| &aside.tier);
    let is_of_no_use = |state: &State| match state {
        State::UnknownKey => false,
        _ => state.is_unusable() && (is_at_hand || !state.may_be_good()),
    };
    let at_rest = lines.iter().filter(|line| is_of_no_use(&line.state));
    for tier in at_rest.map(|line| &line.tier).chain(aside) {
        let clear = Advice::Clear { tier: tier.clone() };
        if !told.contains(&clear) {
            told.push(clear);
        }
    }
    if !is_at_hand && let Some(client) = copies.iter().find_map(other_client) {
        told.push(Advice::OtherClient { client });
    }
    if lines.iter().any(|line| matches!(line.state, State::Down { .. })) {
        told.push(Advice::Doctor);
    }
    let unknown = lines.iter().filter(|line| line.state == State::UnknownKey);
    let keys: BTreeSet<_> = unknown.filter_map(|line| line.key.clone()).collect();
    told.splice(0..0, keys.into_iter().map(|key| Advice::OldKey { key }));
    match health {
        Health::Revoked { .. } | Health::LacksPermission { .. } | Health::Lost => told.push(Advice::ConnectAgain),
        // What no setting mends: the next who asks gets a link.
        Health::Blocked if told.is_empty() => told.push(Advice::ConnectAgain),
        Health::Healthy
        | Health::Connected
        | Health::NotConnected
        | Health::Disconnected
        | Health::Unreachable { .. }
        | Health::Blocked => {}
    }
    told
}

/// The client that a copy was got with, where that is what is wrong with it.
fn other_client(copy: &Copy) -> Option<String> {
    match &copy.found.as_ref().ok()?.as_ref()?.content {
        Err(Flaw::Poison(Refused::OtherClient { found })) => Some(found.clone()),
        Ok(_) | Err(_) => None,
    }
}

/// What was moved aside, unless it still lies where it was found and is seen there.
fn still_news(set_aside: Vec<(SetAside, Vec<u8>)>, copies: &[Copy]) -> Vec<SetAside> {
    let lies_there = |aside: &SetAside, sealed: &[u8]| {
        copies.iter().any(|copy| {
            copy.tier == aside.tier && matches!(&copy.found, Ok(Some(seen)) if seen.record.sealed == sealed)
        })
    };
    let kept = set_aside
        .into_iter()
        .filter(|(aside, sealed)| !lies_there(aside, sealed));
    kept.map(|(aside, _)| aside).collect()
}

fn key_of(sealed: &[u8]) -> Option<String> {
    KeyRing::key_of(sealed).ok().map(|key| key.to_string())
}

/// What was set aside, with what it is.
fn aside(tx: &mut Tx<'_>, keys: &KeyRing, person: &PersonId) -> Result<Vec<(SetAside, Vec<u8>)>, Error> {
    tx.rows(
        "SELECT tier, version, sealed, reason, found_at FROM grant_quarantine WHERE person = $1 ORDER BY tier",
        args![person.as_str()],
        |row| {
            let version = row.get(1)?;
            let sealed = row.get(2)?;
            let Record { sealed, .. } = rows::as_found(keys, person, Record { version, sealed });
            let aside = SetAside {
                tier: row.get(0)?,
                version: Some(version).filter(|version| *version > 0),
                key: key_of(&sealed),
                reason: row.get(3)?,
                found_at: row.get(4)?,
            };
            Ok((aside, sealed))
        },
    )
}

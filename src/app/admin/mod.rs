//! What operators order about people's credentials: noted in the audit log first, then done. The same in the terminal and in a
//! chat.

mod archive;
mod chat;
mod clear;
mod cost;
mod verify;

use chrono::TimeDelta;

use crate::app::App;
use crate::domain::admin::{Answer, Disconnected, Order, Refresh, Refreshed, Who};
use crate::domain::inspection::{Health, Inspection};
use crate::domain::person::PersonId;
use crate::sql::{self, Tx};
use crate::store::people;
use crate::vault::NoAccess;

/// How many people a list names.
const LISTED: i64 = 1000;

/// Why an order came to nothing: nothing was shown or done that the audit log does not tell.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NotDone {
    /// In words for the operator.
    #[error("{0}")]
    Refused(String),
    #[error("the database failed: {0}")]
    Sql(#[from] sql::Error),
    /// A tier or the database could not be asked.
    #[error("{0}")]
    Access(#[from] NoAccess),
}

impl App {
    /// Notes an order of `by` and does it. Where it can't be noted, it is not done.
    ///
    /// # Errors
    /// When it could not be noted or done.
    pub async fn order(&self, by: &str, order: Order) -> Result<Answer, NotDone> {
        let (app, who, noted) = (self.clone(), by.to_owned(), order.clone());
        self.db().write(move |tx| app.note_order(tx, &who, &noted)).await?;
        self.perform(by, &order).await
    }

    /// Notes something else that an operator does about credentials, before it is done.
    ///
    /// # Errors
    /// When it could not be noted: then it must not be done.
    pub async fn note_deed(&self, by: &str, deed: &str) -> Result<(), NotDone> {
        let (app, by, deed) = (self.clone(), by.to_owned(), deed.to_owned());
        Ok(self.db().write(move |tx| app.note(tx, &by, "ordered", &deed)).await?)
    }

    /// Notes an order, with the people whom it means.
    pub(super) fn note_order(&self, tx: &mut Tx<'_>, by: &str, order: &Order) -> Result<(), sql::Error> {
        let mut detail = order.verb().to_owned();
        if let Some(who) = order.who() {
            let found = self.parts().vault.find(tx, who)?;
            let found: Vec<_> = found.iter().map(PersonId::as_str).collect();
            detail.push_str(&format!(" {}", who.masked()));
            if !matches!(who, Who::Person(_)) {
                detail.push_str(&format!(
                    " ({})",
                    if found.is_empty() {
                        "nobody".to_owned()
                    } else {
                        found.join(", ")
                    }
                ));
            }
        }
        detail.push_str(&order.options());
        self.note(tx, by, "ordered", &detail)
    }

    /// Does an order that was noted.
    pub(super) async fn perform(&self, by: &str, order: &Order) -> Result<Answer, NotDone> {
        let who = match order {
            Order::List { who } => return self.list(who.clone()).await,
            Order::Verify { who } => return self.verify(who.clone()).await,
            Order::Cost => return self.cost().await,
            Order::Inspect { who }
            | Order::Clear { who, .. }
            | Order::Disconnect { who, .. }
            | Order::Refresh { who } => who,
        };
        let person = match self.one(who).await? {
            Ok(person) => person,
            Err(answer) => return Ok(answer),
        };
        match order {
            Order::List { .. } | Order::Verify { .. } | Order::Cost | Order::Inspect { .. } => {
                Ok(Answer::Inspected(Box::new(self.inspection(&person).await?)))
            }
            Order::Clear {
                tier,
                apply,
                even_the_last,
                ..
            } => self.clear(&person, tier.as_deref(), *apply, *even_the_last).await,
            Order::Disconnect { apply, .. } => self.disconnect_by(by, &person, *apply).await,
            Order::Refresh { .. } => self.refresh(&person).await,
        }
    }

    /// The one person who is meant, or what to say where that is nobody or several.
    async fn one(&self, who: &Who) -> Result<Result<PersonId, Answer>, NotDone> {
        let mut found = self.find(who).await?;
        match (found.pop(), found.is_empty()) {
            (Some(person), true) => Ok(Ok(person)),
            (None, _) => Ok(Err(Answer::Nobody { who: who.to_string() })),
            (Some(last), false) => {
                found.push(last);
                let vault = self.parts().vault.clone();
                let listing = self.db().read(move |tx| vault.list_of(tx, &found)).await?;
                Ok(Err(Answer::Several(listing)))
            }
        }
    }

    async fn find(&self, who: &Who) -> Result<Vec<PersonId>, sql::Error> {
        let (vault, who) = (self.parts().vault.clone(), who.clone());
        self.db().read(move |tx| vault.find(tx, &who)).await
    }

    async fn list(&self, who: Option<Who>) -> Result<Answer, NotDone> {
        let vault = self.parts().vault.clone();
        let Some(who) = who else {
            return Ok(Answer::Listed(self.db().read(move |tx| vault.list(tx, LISTED)).await?));
        };
        let found = self.find(&who).await?;
        if found.is_empty() {
            return Ok(Answer::Nobody { who: who.to_string() });
        }
        Ok(Answer::Listed(
            self.db().read(move |tx| vault.list_of(tx, &found)).await?,
        ))
    }

    async fn inspection(&self, person: &PersonId) -> Result<Inspection, NotDone> {
        let found = self.parts().vault.inspect(person).await?;
        Ok(Inspection {
            name: self.name_of(person).await?,
            ..found
        })
    }

    async fn name_of(&self, person: &PersonId) -> Result<String, sql::Error> {
        let id = person.clone();
        let known = self.db().read(move |tx| people::load(tx, &id)).await?;
        Ok(known.map_or_else(|| person.user().to_owned(), |known| known.handle))
    }

    async fn disconnect_by(&self, by: &str, person: &PersonId, apply: bool) -> Result<Answer, NotDone> {
        let (vault, who) = (self.parts().vault.clone(), person.clone());
        let (linked, others) = self
            .db()
            .read(move |tx| {
                let linked = vault.linked(tx, &who)?;
                let mut others = match &linked {
                    Some(linked) => vault.persons_of(tx, &linked.account.sub)?,
                    None => Vec::new(),
                };
                others.retain(|other| *other != who);
                Ok::<_, sql::Error>((linked, others))
            })
            .await?;
        let account = linked.map(|linked| linked.account.masked());
        let ended = if apply && account.is_some() {
            self.end_grant(person, by).await?
        } else {
            None
        };
        Ok(Answer::Disconnected(Disconnected {
            person: person.clone(),
            name: self.name_of(person).await?,
            account,
            others,
            google_told: ended.is_none_or(|ended| ended.google_told),
            applied: apply,
        }))
    }

    /// Asks Google for another access token, whatever is at hand.
    async fn refresh(&self, person: &PersonId) -> Result<Answer, NotDone> {
        let vault = &self.parts().vault;
        let before = vault.inspect(person).await?;
        let mut got = vault.access(person).await;
        // One that was forced a moment ago is not asked for again: Google would be accused of refusing it.
        let now = self.parts().clock.now();
        let just_now = before.refreshed_at.is_some_and(|at| now - at < TimeDelta::minutes(1));
        if let (Ok(token), true, false) = (&got, before.access_until.is_some(), just_now) {
            got = vault.access_rejected(person, token).await;
        }
        let end = match got {
            Ok(token) => Refresh::Fresh {
                until: token.expires_at(),
            },
            Err(NoAccess::NotConnected) if matches!(before.health, Health::Lost | Health::Blocked) => Refresh::Failed {
                why: "no tier holds a grant that can be used, so they have to connect again".to_owned(),
            },
            Err(none) => Refresh::Failed { why: none.to_string() },
        };
        Ok(Answer::Refreshed(Refreshed {
            person: person.clone(),
            name: self.name_of(person).await?,
            end,
        }))
    }
}

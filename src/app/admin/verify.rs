//! Opening every record of everybody, to see whether all is as it should be.

use futures_util::{StreamExt, TryStreamExt, stream};

use super::NotDone;
use crate::app::App;
use crate::domain::admin::{Answer, Chain, Troubled, Verified, Who};
use crate::domain::inspection::{Health, Inspection};
use crate::domain::person::PersonId;
use crate::store::audit;

/// How many people are looked at together.
const TOGETHER: usize = 16;

impl App {
    pub(super) async fn verify(&self, who: Option<Who>) -> Result<Answer, NotDone> {
        let people = match &who {
            Some(who) => self.find(who).await?,
            None => {
                let vault = self.parts().vault.clone();
                self.db().read(move |tx| vault.everybody(tx)).await?
            }
        };
        if let (Some(who), true) = (&who, people.is_empty()) {
            return Ok(Answer::Nobody { who: who.to_string() });
        }
        let mut verified = Verified {
            people: people.len(),
            audit: match who {
                Some(_) => None,
                None => Some(self.verify_audit().await?),
            },
            ..Verified::default()
        };
        let mut looks = stream::iter(people)
            .map(|person| self.look_at(person))
            .buffered(TOGETHER);
        while let Some(found) = looks.try_next().await? {
            match found {
                Some(troubled) => verified.troubled.push(troubled),
                None => verified.fine += 1,
            }
        }
        Ok(Answer::Verified(verified))
    }

    async fn look_at(&self, person: PersonId) -> Result<Option<Troubled>, NotDone> {
        let found = self.inspection(&person).await?;
        Ok(troubled(found))
    }

    /// Follows the audit log's chain.
    pub(super) async fn verify_audit(&self) -> Result<Chain, NotDone> {
        let keys = self.parts().keys.clone();
        Ok(match self.db().read(move |tx| audit::verify(tx, &keys)).await? {
            Ok(whole) => Chain::Whole {
                entries: whole.entries,
                head: whole.head,
            },
            Err(broken) => Chain::Broken {
                at: broken.seq,
                why: broken.why.to_owned(),
            },
        })
    }
}

/// What is not as it should be. Somebody who disconnected leaves nothing to be said about the tiers.
fn troubled(found: Inspection) -> Option<Troubled> {
    let gone = matches!(found.health, Health::Disconnected | Health::NotConnected);
    let mut tiers = found.tiers;
    tiers.retain(|line| !line.state.is_fine() && (!gone || line.state.is_unusable()));
    let lost = matches!(found.health, Health::Lost | Health::Blocked);
    (lost || !tiers.is_empty()).then_some(Troubled {
        person: found.person,
        name: found.name,
        health: found.health,
        tiers,
    })
}

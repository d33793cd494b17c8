//! Learning a person's time zone: their profile on the platform first, else their calendar.

use super::Step;
use crate::app::App;
use crate::app::faults::Stopped;
use crate::domain::act::{Done, ZoneSought};
use crate::domain::person::{PersonId, ZoneSource};
use crate::domain::ports::Undelivered;
use crate::domain::request::Request;
use crate::store::people;
use crate::zone::Zone;

/// How often a platform that does not answer is asked before the calendar is asked instead.
const PROFILE_TRIES: i64 = 2;
/// How often Google is asked before the person hears that it takes longer.
const PATIENT_TRIES: i64 = 3;

impl App {
    pub(super) async fn find_zone(&self, person: &PersonId, request: &Request, attempts: i64) -> Step {
        let sought = |end| Done::ZoneSought {
            request: Box::new(request.clone()),
            end,
        };
        let done = |end| Step::Done(sought(end));
        match self.profile_zone(person).await {
            Ok(Some(zone)) => {
                return done(ZoneSought::Found {
                    zone,
                    source: ZoneSource::Profile,
                });
            }
            Ok(None) => {}
            Err(Undelivered::Later {
                retry_after, reason, ..
            }) if attempts < PROFILE_TRIES => {
                tracing::info!(%person, reason, "the profile can't be read for now");
                return Step::Later {
                    after: retry_after,
                    word: None,
                };
            }
            Err(error) => tracing::warn!(%person, %error, "the profile can't be read, the calendar is asked instead"),
        }
        let calendar = &self.parts().calendar;
        match self
            .as_person(person, async |access| calendar.zone(&access).await)
            .await
        {
            Ok(zone) => done(ZoneSought::Found {
                zone,
                source: ZoneSource::Calendar,
            }),
            Err(Stopped::SignIn(reason)) => done(ZoneSought::NeedsSignIn(reason)),
            Err(Stopped::Waiting | Stopped::Unreachable) => {
                let slow = attempts >= PATIENT_TRIES;
                let word = slow.then(|| sought(ZoneSought::Delayed));
                Step::Later { after: None, word }
            }
            Err(Stopped::Fault(fault)) => done(ZoneSought::Failed(fault)),
            Err(Stopped::Event(_)) => done(ZoneSought::Unknown),
        }
    }

    /// The zone of their profile on the platform. What the profile calls them is kept: a Slack message tells only an id.
    async fn profile_zone(&self, person: &PersonId) -> Result<Option<Zone>, Undelivered> {
        let Some(courier) = self.courier(person.platform()) else {
            return Ok(None);
        };
        let profile = courier.profile(person).await?;
        if let Some(handle) = profile.handle {
            let id = person.clone();
            let kept = self.db().write(move |tx| people::set_handle(tx, &id, &handle)).await;
            if let Err(error) = kept {
                tracing::warn!(%person, %error, "what they are called can't be kept");
            }
        }
        Ok(profile.zone)
    }
}

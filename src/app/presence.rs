//! Being one of several replicas: heard by the others, and taking over from those that are not heard any more.

use std::time::Duration;

use super::App;
use crate::sql::{About, BEAT, Error, Holder};
use crate::store::{acts, outbox};

/// How long to try to say goodbye.
const TO_LEAVE: Duration = Duration::from_secs(1);

impl App {
    /// Begins to be heard. What was leased by processes that are gone is free from now on.
    pub(super) async fn appear(&self) -> Result<(), Error> {
        let (replica, fresh, now) = (self.db().replica(), self.fresh_holder(), self.clock().now());
        let about = self.about();
        let alone = !self.db().is_shared();
        self.db()
            .write(move |tx| {
                if alone {
                    replica.begin_alone(tx)?;
                }
                replica.beat(tx, fresh, &about)?;
                acts::release_orphans(tx, now)?;
                outbox::release_orphans(tx, now)
            })
            .await?;
        if !alone {
            let app = self.clone();
            tokio::spawn(async move { app.0.gone.run_until_cancelled(app.beat()).await });
        }
        Ok(())
    }

    /// Is heard, also while the last work is done.
    async fn beat(&self) {
        loop {
            self.clock().sleep(BEAT).await;
            let (replica, fresh, now) = (self.db().replica(), self.fresh_holder(), self.clock().now());
            let about = self.about();
            let beaten = self.db().write(move |tx| {
                let somebody_has_gone = replica.beat(tx, fresh, &about)?;
                if somebody_has_gone {
                    acts::release_orphans(tx, now)?;
                    outbox::release_orphans(tx, now)?;
                }
                Ok::<_, Error>(somebody_has_gone)
            });
            match beaten.await {
                Ok(true) => self.0.due.notify_one(),
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "the other replicas can't be told that this one is alive"),
            }
        }
    }

    /// What is still in our hands is free at once.
    pub(super) async fn disappear(&self) {
        let (replica, now) = (self.db().replica(), self.clock().now());
        let left = self.db().write(move |tx| {
            replica.leave(tx)?;
            acts::release_orphans(tx, now)?;
            outbox::release_orphans(tx, now)
        });
        // Without the database there is nobody to tell, and no reason to stay.
        match tokio::time::timeout(TO_LEAVE, left).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the other replicas could not be told that this one has gone"),
            Err(_) => tracing::warn!("the other replicas could not be told in time that this one has gone"),
        }
    }

    fn about(&self) -> About {
        About {
            key: self.parts().keys.current().to_string(),
            place: self.parts().place.clone(),
        }
    }

    fn fresh_holder(&self) -> Holder {
        Holder::new(self.parts().entropy.bytes())
    }
}

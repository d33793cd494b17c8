//! The one place that knows what time it is. Rank 0: imports nothing of ours.
//!
//! Time is an argument everywhere else: `clippy.toml` forbids `Utc::now` and `SystemTime::now` outside this file, so that a
//! test can hold the calendar still, or move it past an expiry, while the service runs for real.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

/// A source of the present instant, cheap to clone.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// The machine's own, set forward or back.
    Shifted(TimeDelta),
    Manual(Arc<watch::Sender<DateTime<Utc>>>),
}

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that shows `at` now, and goes on from there as the machine's own does.
    pub fn starting_at(at: DateTime<Utc>) -> Self {
        Self(Source::Shifted(at - Self::system().now()))
    }

    /// A clock that stands at `at` until [`Clock::advance`] moves it.
    pub fn manual(at: DateTime<Utc>) -> Self {
        Self(Source::Manual(Arc::new(watch::Sender::new(at))))
    }

    /// The present instant, in UTC.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that may ask the machine"
    )]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System => Utc::now(),
            Source::Shifted(by) => Utc::now() + *by,
            Source::Manual(now) => *now.borrow(),
        }
    }

    /// The present instant in milliseconds since the Unix epoch, the form that rows keep.
    pub fn millis(&self) -> i64 {
        self.now().timestamp_millis()
    }

    /// Moves a manual clock forward and wakes everyone whose moment has come. The machine's clock is left alone.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(now) = &self.0 {
            let by = TimeDelta::from_std(by).unwrap_or(TimeDelta::MAX);
            now.send_modify(|now| *now = now.checked_add_signed(by).unwrap_or(DateTime::<Utc>::MAX_UTC));
        }
    }

    /// Returns at `until`, or at once when that has passed.
    pub async fn sleep_until(&self, until: DateTime<Utc>) {
        match &self.0 {
            Source::System | Source::Shifted(_) => {
                // Asked again after each sleep: the machine's clock may be set while we wait.
                while let Ok(left) = (until - self.now()).to_std() {
                    if left.is_zero() {
                        break;
                    }
                    tokio::time::sleep(left.min(Duration::from_secs(3600))).await;
                }
            }
            Source::Manual(now) => {
                let mut now = now.subscribe();
                // An error means that the clock itself is gone, and with it everyone who could wait for it.
                let _ = now.wait_for(|now| *now >= until).await;
            }
        }
    }

    /// Returns after `span` of this clock's time.
    pub async fn sleep(&self, span: Duration) {
        let span = TimeDelta::from_std(span).unwrap_or(TimeDelta::MAX);
        let until = self.now().checked_add_signed(span).unwrap_or(DateTime::<Utc>::MAX_UTC);
        self.sleep_until(until).await;
    }
}

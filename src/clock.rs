//! The one place that knows what time it is. Rank 0: imports nothing of ours.
//!
//! Time is an argument everywhere else: `clippy.toml` forbids `Utc::now` and `SystemTime::now` outside this file, so that a
//! test can hold the calendar still, or move it past an expiry, while the service runs for real.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

/// A source of the present instant, cheap to clone.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// The machine's own, so many milliseconds ahead (or behind).
    Shifted(Arc<AtomicI64>),
    Manual(Arc<watch::Sender<DateTime<Utc>>>),
}

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that shows `at` now, and goes on from there as the machine's own does.
    pub fn starting_at(at: DateTime<Utc>) -> Self {
        let by = at - Self::system().now();
        Self(Source::Shifted(Arc::new(AtomicI64::new(by.num_milliseconds()))))
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
            Source::Shifted(by) => Utc::now() + TimeDelta::milliseconds(by.load(Ordering::Relaxed)),
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

    /// Sets a clock of [`Clock::starting_at`] forward or back, as somebody may set a machine's. Other clocks are left alone.
    pub fn set(&self, by: TimeDelta) {
        if let Source::Shifted(ahead) = &self.0 {
            ahead.fetch_add(by.num_milliseconds(), Ordering::Relaxed);
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

    /// Returns after `span` of this clock's time; where that is the machine's own, setting it meanwhile changes nothing.
    pub async fn sleep(&self, span: Duration) {
        if let Source::Manual(_) = &self.0 {
            let span = TimeDelta::from_std(span).unwrap_or(TimeDelta::MAX);
            let until = self.now().checked_add_signed(span).unwrap_or(DateTime::<Utc>::MAX_UTC);
            self.sleep_until(until).await;
        } else {
            tokio::time::sleep(span).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_sleeps_for_a_while_wakes_also_when_the_clock_is_set_back() {
        let clock = Clock::starting_at(DateTime::UNIX_EPOCH);
        let mut asleep = std::pin::pin!(clock.sleep(Duration::from_millis(20)));
        assert!(futures_util::poll!(&mut asleep).is_pending());
        clock.set(-TimeDelta::days(1));
        assert!(tokio::time::timeout(Duration::from_secs(60), asleep).await.is_ok());
    }
}

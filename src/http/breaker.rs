//! The circuit breaker: a host that fails again and again is left alone for a while, then asked by one call only.
//!
//! Its pauses go by the [`Clock`], like the retries of those whom it turns away.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::answer::{Cause, NoAnswer};
use crate::clock::Clock;

const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// How soon a circuit opens, and how long it may stay open.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// So many failures in a row open it.
    pub failures: u32,
    /// Pauses begin with a second and double up to this.
    pub longest_pause: Duration,
}

impl Default for Pace {
    /// More failures than one call makes by itself, so that nobody's bad luck stops the others.
    fn default() -> Self {
        Self {
            failures: 10,
            longest_pause: Duration::from_secs(30),
        }
    }
}

/// One breaker per host and port.
#[derive(Debug)]
pub struct Breakers {
    clock: Clock,
    pace: Pace,
    hosts: RwLock<HashMap<Box<str>, Arc<Breaker>>>,
}

#[derive(Debug)]
struct Breaker {
    host: Box<str>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Failures since the last success.
    failures: u32,
    /// `Some` while the circuit is open: when the next probe may go.
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    until: DateTime<Utc>,
    pause: Duration,
    probing: bool,
}

/// Leave to make one call. Dropped unsettled (the caller gave up), it counts for nothing.
#[derive(Debug)]
pub struct Permit<'a> {
    clock: &'a Clock,
    pace: Pace,
    breaker: Arc<Breaker>,
    probe: bool,
}

impl Breakers {
    pub fn new(clock: Clock, pace: Pace) -> Self {
        Self {
            clock,
            pace,
            hosts: RwLock::default(),
        }
    }

    /// Asks to call `host`.
    ///
    /// # Errors
    /// While its circuit is open.
    pub fn permit(&self, host: &str) -> Result<Permit<'_>, NoAnswer> {
        let breaker = self.breaker(host);
        let leave = breaker.lock().leave(self.clock.now());
        match leave {
            Ok(probe) => Ok(Permit {
                clock: &self.clock,
                pace: self.pace,
                breaker,
                probe,
            }),
            Err(wait) => Err(NoAnswer {
                host: host.to_owned(),
                cause: Cause::CircuitOpen,
                retry_after: Some(wait),
            }),
        }
    }

    fn breaker(&self, host: &str) -> Arc<Breaker> {
        let known = self
            .hosts
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(host)
            .cloned();
        known.unwrap_or_else(|| {
            let mut hosts = self.hosts.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(hosts.entry(host.into()).or_insert_with(|| {
                Arc::new(Breaker {
                    host: host.into(),
                    state: Mutex::default(),
                })
            }))
        })
    }
}

impl Breaker {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether a call may go (`true`: as the probe), or how long to wait.
    fn leave(&mut self, now: DateTime<Utc>) -> Result<bool, Duration> {
        let Some(open) = &mut self.open else { return Ok(false) };
        match (open.until - now).to_std() {
            Ok(wait) if !wait.is_zero() => Err(wait),
            _ if open.probing => Err(FIRST_PAUSE),
            _ => {
                open.probing = true;
                Ok(true)
            }
        }
    }

    fn failed(&mut self, probe: bool, pace: Pace, now: DateTime<Utc>) {
        self.failures = self.failures.saturating_add(1);
        let pause = match &self.open {
            None if self.failures < pace.failures => return,
            None => FIRST_PAUSE,
            Some(open) if probe => (open.pause * 2).min(pace.longest_pause),
            // A call that was under way when the circuit opened tells nothing new.
            Some(_) => return,
        };
        self.open = Some(Open {
            until: now + pause,
            pause,
            probing: false,
        });
    }
}

impl Permit<'_> {
    pub fn host(&self) -> &str {
        &self.breaker.host
    }

    /// Tells how the call went.
    pub fn settle(&self, well: bool) {
        let mut state = self.breaker.lock();
        if well {
            *state = State::default();
        } else {
            state.failed(self.probe, self.pace, self.clock.now());
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        // Settled, this changes nothing: either the circuit is closed, or it waits for another probe.
        if self.probe
            && let Some(open) = &mut self.breaker.lock().open
        {
            open.probing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breakers() -> (Clock, Breakers) {
        let clock = Clock::manual(DateTime::UNIX_EPOCH);
        (clock.clone(), Breakers::new(clock, Pace::default()))
    }

    fn fail(breakers: &Breakers, times: u32) {
        for _ in 0..times {
            breakers.permit("a:1").unwrap().settle(false);
        }
    }

    #[test]
    fn repeated_failures_open_it_and_one_probe_closes_it() {
        let (clock, breakers) = breakers();
        fail(&breakers, Pace::default().failures);
        let closed = breakers.permit("a:1").unwrap_err();
        assert_eq!(
            (closed.cause, closed.retry_after),
            (Cause::CircuitOpen, Some(FIRST_PAUSE))
        );
        assert!(breakers.permit("b:1").is_ok(), "another host is not concerned");

        clock.advance(FIRST_PAUSE);
        let probe = breakers.permit("a:1").unwrap();
        assert!(breakers.permit("a:1").is_err(), "one probe at a time");
        probe.settle(true);
        drop(probe);
        assert!(breakers.permit("a:1").is_ok() && breakers.permit("a:1").is_ok());
    }

    #[test]
    fn a_failed_probe_doubles_the_pause_up_to_its_limit() {
        let (clock, breakers) = breakers();
        fail(&breakers, Pace::default().failures);
        for expected in [2, 4, 8, 16, 30, 30] {
            clock.advance(Pace::default().longest_pause);
            breakers.permit("a:1").unwrap().settle(false);
            let wait = breakers.permit("a:1").unwrap_err().retry_after;
            assert_eq!(wait, Some(Duration::from_secs(expected)));
        }
    }

    #[test]
    fn an_abandoned_probe_makes_room_for_the_next() {
        let (clock, breakers) = breakers();
        fail(&breakers, Pace::default().failures);
        clock.advance(FIRST_PAUSE);
        drop(breakers.permit("a:1").unwrap());
        assert!(breakers.permit("a:1").is_ok());
    }

    #[test]
    fn a_success_in_between_starts_the_count_again() {
        let (_, breakers) = breakers();
        fail(&breakers, Pace::default().failures - 1);
        breakers.permit("a:1").unwrap().settle(true);
        fail(&breakers, Pace::default().failures - 1);
        assert!(breakers.permit("a:1").is_ok());
    }
}

//! Is everything as it must be? Asked of what is outside, without a person: the findings of `chatcal doctor`, each with its mend.

mod chat;
mod google;
mod places;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::http::{Answer, Client, Http, NoAnswer, RequestBuilder, RetryPolicy};
use crate::settings::Settings;
use crate::vault::CLOCK_SKEW;

/// How long one question may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// A clock that is off by more is told.
const NOTICED: TimeDelta = TimeDelta::seconds(30);

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    Fine,
    /// It works, and something should be known about it.
    Warning,
    /// It does not work.
    Broken,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub about: String,
    pub grade: Grade,
    pub found: String,
    /// What mends it.
    pub mend: Option<String>,
}

impl Finding {
    pub fn fine(about: &str, found: impl Into<String>) -> Self {
        Self {
            about: about.to_owned(),
            grade: Grade::Fine,
            found: found.into(),
            mend: None,
        }
    }

    pub fn warning(about: &str, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            grade: Grade::Warning,
            mend: Some(mend.into()),
            ..Self::fine(about, found)
        }
    }

    pub fn broken(about: &str, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            grade: Grade::Broken,
            mend: Some(mend.into()),
            ..Self::fine(about, found)
        }
    }
}

/// What the checks ask with.
struct Stethoscope<'a> {
    settings: &'a Settings,
    http: Http,
    clock: Clock,
    entropy: Entropy,
}

impl Stethoscope<'_> {
    /// One attempt at a request: trouble is what is looked for.
    async fn ask(&self, build: impl Fn(&Client) -> RequestBuilder) -> Result<Answer, NoAnswer> {
        self.http.send(&RetryPolicy::once(PATIENCE), build).await
    }
}

/// How this machine's clock, at `now`, compares with that of whoever sent `date` (RFC 9110, section 6.6.1).
fn clock_by(whose: &str, date: &str, now: DateTime<Utc>) -> Option<Finding> {
    let theirs = DateTime::parse_from_rfc2822(date).ok()?.to_utc();
    let skew = (now - theirs).abs();
    let found = format!("{} s from {whose}'s", skew.num_seconds());
    Some(if skew > CLOCK_SKEW {
        let mend =
            "set this machine's clock (chrony or systemd-timesyncd keeps it right): signatures and tokens depend on it";
        Finding::broken("clock", found, mend)
    } else if skew > NOTICED {
        Finding::warning(
            "clock",
            found,
            "let chrony or systemd-timesyncd set this machine's clock",
        )
    } else {
        Finding::fine("clock", found)
    })
}

/// Looks at everything that these settings name. Writes nothing but probes, which it takes away again, and,
/// where it is the first, the marks that tell whose a place is.
pub async fn checkup(settings: &Settings, clock: Clock, entropy: Entropy) -> Vec<Finding> {
    let http = match Http::new(clock.clone(), entropy.clone()) {
        Ok(http) => http,
        Err(error) => {
            let mend = "install root certificates, such as the package ca-certificates";
            return vec![Finding::broken("https", error.to_string(), mend)];
        }
    };
    let look = Stethoscope {
        settings,
        http,
        clock,
        entropy,
    };
    let mut findings = look.site();
    findings.extend(look.places().await);
    findings.extend(look.google().await);
    findings.extend(look.slack().await);
    findings.extend(look.discord().await);
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_judged_by_what_tokens_bear() {
        let now = DateTime::from_timestamp(1_795_420_800, 0).unwrap();
        for (date, grade) in [
            ("Mon, 23 Nov 2026 08:00:00 GMT", Some(Grade::Fine)),
            ("Mon, 23 Nov 2026 07:59:15 GMT", Some(Grade::Warning)),
            ("Mon, 23 Nov 2026 08:03:00 GMT", Some(Grade::Warning)),
            ("Mon, 23 Nov 2026 08:05:00 GMT", Some(Grade::Broken)),
            ("yesterday", None),
        ] {
            let found = clock_by("Google", date, now);
            assert_eq!(found.map(|found| found.grade), grade, "{date}");
        }
    }
}

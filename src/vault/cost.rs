//! What keeping credentials costs in a month: pure arithmetic over published prices and counted operations.
//!
//! Prices in US dollars: cloud.google.com/secret-manager/pricing and cloud.google.com/memorystore/docs/redis/pricing (us-central1),
//! as known in 2026; that of Redis could not be looked up once more (November 2026). A secret under automatic replication is billed
//! as one location, and managing operations are free.

use std::fmt;

/// One readable (or disabled) version for a month.
const VERSION: f64 = 0.06;
const FREE_VERSIONS: f64 = 6.0;
/// Reading contents, per operation.
const ACCESS: f64 = 0.03 / 10_000.0;
const FREE_ACCESS: f64 = 10_000.0;
/// The smallest managed Redis with a replica: 1 GiB of Memorystore's standard tier for a month of 730 hours.
const REDIS: f64 = 0.064 * 730.0;
/// What a person takes there: a sealed grant and a sealed access token, with their keys, rounded up.
const REDIS_BYTES: f64 = 2_048.0;
const GIB: f64 = 1_073_741_824.0;

/// One row per number of people that the table shows.
const PEOPLE: [u64; 5] = [100, 1_000, 10_000, 100_000, 1_000_000];

/// What was counted in a month so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counted {
    /// Readings of contents.
    pub access: u64,
    /// People whose grants were kept meanwhile.
    pub people: u64,
    /// How much of the month has passed: more than 0, at most 1.
    pub elapsed: f64,
}

/// What a month costs for so many people, in US dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    pub people: u64,
    /// One secret per person.
    pub secret_each: f64,
    /// Sealed rows in the database, under one master key in Secret Manager.
    pub master_key: f64,
    /// A managed Redis that would hold the same, and forgets it when it is lost.
    pub redis: f64,
}

/// The month's estimate; `Display` draws it.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// Readings per person and month that the rows are made with.
    pub access_per_person: f64,
    /// Whether that was counted, or is assumed for want of people.
    pub counted: bool,
    pub rows: Vec<Row>,
}

/// Readings per person and month where nothing was counted yet: found anew after each of four restarts, three readings each.
const ASSUMED: f64 = 12.0;

/// The part of a month after which what was counted tells of the whole: three days.
const ENOUGH: f64 = 0.1;

/// What `versions` secret versions and `access` readings cost in a month.
pub fn secret_manager(versions: f64, access: f64) -> f64 {
    (versions - FREE_VERSIONS).max(0.0) * VERSION + (access - FREE_ACCESS).max(0.0) * ACCESS
}

/// The estimate from what was counted.
pub fn estimate(counted: Counted) -> Estimate {
    let known = counted.people > 0 && counted.access > 0 && counted.elapsed >= ENOUGH;
    let access_per_person = if known {
        counted.access as f64 / counted.people as f64 / counted.elapsed.min(1.0)
    } else {
        ASSUMED
    };
    let row = |people: u64| {
        let count = people as f64;
        Row {
            people,
            secret_each: secret_manager(count, count * access_per_person),
            // The key is read once per start of a process.
            master_key: secret_manager(1.0, 1_000.0),
            redis: (count * REDIS_BYTES / GIB).ceil().max(1.0) * REDIS,
        }
    };
    Estimate {
        access_per_person,
        counted: known,
        rows: PEOPLE.into_iter().map(row).collect(),
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:>10}  {:>17}  {:>23}  {:>16}",
            "people", "a secret for each", "database + a master key", "a managed Redis"
        )?;
        for row in &self.rows {
            writeln!(
                f,
                "{:>10}  {:>17}  {:>23}  {:>16}",
                grouped(row.people as f64),
                dollars(row.secret_each),
                dollars(row.master_key),
                dollars(row.redis)
            )?;
        }
        let origin = if self.counted { "counted" } else { "assumed" };
        write!(
            f,
            "US dollars a month, at {:.1} readings of Secret Manager per person ({origin}); the database itself is not in it.",
            self.access_per_person
        )
    }
}

fn dollars(amount: f64) -> String {
    let cents = (amount * 100.0).round();
    format!("{}.{:02}", grouped((cents / 100.0).floor()), cents % 100.0)
}

/// A whole number with a comma between thousands.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut told = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t12_google_s_price_list_is_worked_out_by_hand() {
        for (versions, access, dollars) in [
            (0.0, 0.0, 0.0),
            (6.0, 10_000.0, 0.0),
            (7.0, 10_000.0, 0.06),
            (6.0, 20_000.0, 0.03),
            (100.0, 1_200.0, 5.64),
            (10_000.0, 120_000.0, 599.97),
            (1_000_000.0, 12_000_000.0, 60_035.61),
        ] {
            let found = secret_manager(versions, access);
            assert!((found - dollars).abs() < 0.001, "{versions} {access}: {found}");
        }
    }

    #[test]
    fn t12_counted_readings_are_taken_per_person_and_for_the_whole_month() {
        let half = estimate(Counted {
            access: 600,
            people: 100,
            elapsed: 0.5,
        });
        assert!(half.counted && (half.access_per_person - 12.0).abs() < 1e-9, "{half:?}");
        let nothing = estimate(Counted {
            access: 0,
            people: 0,
            elapsed: 0.5,
        });
        assert_eq!((nothing.counted, &nothing.rows), (false, &half.rows));
    }

    #[test]
    fn t12_the_table_compares_what_grows_with_what_does_not() {
        let table = estimate(Counted {
            access: 0,
            people: 0,
            elapsed: 1.0,
        });
        assert_eq!(
            table.to_string(),
            "    people  a secret for each  database + a master key   a managed Redis\n       \
             100               5.64                     0.00             46.72\n     \
             1,000              59.65                     0.00             46.72\n    \
             10,000             599.97                     0.00             46.72\n   \
             100,000           6,003.21                     0.00             46.72\n \
             1,000,000          60,035.61                     0.00             93.44\n\
             US dollars a month, at 12.0 readings of Secret Manager per person (assumed); the database itself is not in it."
        );
    }
}

//! What keeping credentials costs, from what was counted this month.

use chrono::{DateTime, Datelike, Days, Months, NaiveTime, Utc};

use super::NotDone;
use crate::app::App;
use crate::domain::admin::{Answer, Cost, Costs};
use crate::sql;
use crate::vault::cost::{Counted, estimate};
use crate::vault::spending;

impl App {
    pub(super) async fn cost(&self) -> Result<Answer, NotDone> {
        let (vault, now) = (self.parts().vault.clone(), self.clock().now());
        let month = now.format("%Y-%m").to_string();
        let (spent, people) = self
            .db()
            .read(move |tx| Ok::<_, sql::Error>((spending(tx, &month)?, vault.everybody(tx)?.len())))
            .await?;
        let access = spent.iter().filter(|spent| spent.operation == "access");
        let estimate = estimate(Counted {
            access: access.map(|spent| spent.count).sum(),
            people: people as u64,
            elapsed: elapsed(now),
        });
        let rows = estimate.rows.iter().map(|row| Cost {
            people: row.people,
            secret_each: row.secret_each,
            master_key: row.master_key,
            redis: row.redis,
        });
        Ok(Answer::Cost(Costs {
            access_per_person: estimate.access_per_person,
            counted: estimate.counted,
            rows: rows.collect(),
            table: estimate.to_string(),
        }))
    }
}

/// How much of the month has passed.
fn elapsed(now: DateTime<Utc>) -> f64 {
    let first = now.date_naive() - Days::new(u64::from(now.day0()));
    let [start, end] = [first, first + Months::new(1)].map(|day| day.and_time(NaiveTime::MIN).and_utc());
    ((now - start).num_seconds() as f64 / (end - start).num_seconds() as f64).max(f64::EPSILON)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_passes_from_its_first_moment_to_its_last() {
        for (at, passed) in [
            ("2026-11-16T00:00:00Z", 0.5),
            ("2026-12-31T23:59:59Z", 1.0),
            ("2028-02-01T00:00:01Z", 0.0),
        ] {
            let found = elapsed(at.parse().unwrap());
            assert!(found > 0.0 && (found - passed).abs() < 1e-5, "{at}: {found}");
        }
    }
}

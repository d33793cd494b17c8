//! What each tier does now and then by itself, and what it has cost.

use std::collections::HashMap;

use tokio_util::sync::CancellationToken;

use super::Vault;
use super::journal::LOOK;
use super::tier::{Tier, TierDown};
use crate::args;
use crate::sql::{self, Tx};

/// How often an operation was asked of a tier in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spending {
    pub tier: String,
    /// The tier's own word, such as `access`.
    pub operation: String,
    pub count: u64,
}

impl Vault {
    /// Has one tier tidy up, and writes down what it asked for, until `stop`.
    pub(super) async fn keep_tidy(&self, tier: &dyn Tier, stop: &CancellationToken) {
        let mut told = HashMap::new();
        while !stop.is_cancelled() {
            let work = async {
                if let Err(TierDown(why)) = tier.tidy().await {
                    tracing::debug!(tier = tier.name(), %why, "a credential tier could not be tidied");
                }
                if let Err(error) = self.note_spending(tier, &mut told).await {
                    tracing::warn!(tier = tier.name(), %error, "what a tier costs could not be written down");
                }
                self.0.parts.clock.sleep(LOOK).await;
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = work => {}
            }
        }
    }

    /// Adds what was asked for since `told` to this month's counts.
    async fn note_spending(&self, tier: &dyn Tier, told: &mut HashMap<&'static str, u64>) -> Result<(), sql::Error> {
        let now: Vec<_> = tier.spent();
        let news: Vec<_> = now
            .iter()
            .map(|(operation, total)| (*operation, total - told.get(operation).copied().unwrap_or_default()))
            .filter(|(_, more)| *more > 0)
            .collect();
        if news.is_empty() {
            return Ok(());
        }
        let (name, month) = (tier.name(), self.month());
        self.0
            .parts
            .db
            .write(move |tx| {
                for (operation, more) in news {
                    tx.execute(
                        "INSERT INTO tier_spending (month, tier, operation, count) VALUES ($1, $2, $3, $4) \
                         ON CONFLICT (month, tier, operation) DO UPDATE SET count = tier_spending.count + excluded.count",
                        args![&month, name, operation, i64::try_from(more).unwrap_or(i64::MAX)],
                    )?;
                }
                Ok::<_, sql::Error>(())
            })
            .await?;
        told.extend(now);
        Ok(())
    }

    fn month(&self) -> String {
        self.0.parts.clock.now().format("%Y-%m").to_string()
    }
}

/// What was asked of the tiers in a month (`2026-11`, UTC), by all processes on this database.
///
/// # Errors
/// When the database fails.
pub fn spending(tx: &mut Tx<'_>, month: &str) -> Result<Vec<Spending>, sql::Error> {
    tx.rows(
        "SELECT tier, operation, count FROM tier_spending WHERE month = $1 ORDER BY tier, operation",
        args![month],
        |row| {
            Ok(Spending {
                tier: row.get(0)?,
                operation: row.get(1)?,
                count: row.get::<i64>(2)?.try_into().unwrap_or_default(),
            })
        },
    )
}

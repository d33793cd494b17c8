//! How each part is doing, for `/readyz`, and the figures for `/metrics`.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::socket::{State, Status};
use crate::sql::{self, Db};
use crate::vault::Vault;
use crate::web::Part;

/// What is asked.
#[derive(Clone)]
pub(super) struct Health {
    pub db: Db,
    pub vault: Vault,
    /// The platforms' sockets, by name.
    pub sockets: Vec<(&'static str, Status)>,
}

impl Health {
    pub async fn parts(&self) -> Vec<Part> {
        let database = self.db.write(|_| Ok::<_, sql::Error>(())).await;
        let mut parts = vec![part("database", database.err().map(|error| error.to_string()))];
        match self.vault.health().await {
            Ok(tiers) => {
                let some_is_up = tiers.iter().any(|tier| tier.down.is_none());
                parts.extend(tiers.into_iter().map(|tier| Part {
                    name: format!("credentials in {}", tier.tier),
                    trouble: tier.down,
                    vital: !some_is_up,
                }));
            }
            Err(error) => parts.push(part("credentials", Some(error.to_string()))),
        }
        parts.extend(
            self.sockets
                .iter()
                .map(|(name, status)| part(name, trouble(status.get()))),
        );
        parts
    }
}

fn part(name: &str, trouble: Option<String>) -> Part {
    Part {
        name: name.to_owned(),
        trouble,
        vital: true,
    }
}

fn trouble(state: State) -> Option<String> {
    match state {
        State::Up | State::Standby => None,
        State::Connecting => Some("connecting".to_owned()),
        State::Down { why } => Some(format!("down, trying again: {why}")),
        State::Fatal { why } => Some(format!("given up: {why}")),
    }
}

/// This process's figures. There is one recorder in a process, however many services run in it.
pub(super) fn figures() -> Option<&'static PrometheusHandle> {
    static FIGURES: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    FIGURES
        .get_or_init(|| PrometheusBuilder::new().install_recorder().ok())
        .as_ref()
}

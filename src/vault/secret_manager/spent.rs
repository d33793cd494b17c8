//! What the service may charge for, counted.

use std::sync::atomic::{AtomicU64, Ordering};

/// One operation at Secret Manager. Only reading contents is charged by the operation; all count against quotas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Access,
    Add,
    Create,
    Destroy,
    List,
}

impl Operation {
    const ALL: [Self; 5] = [Self::Access, Self::Add, Self::Create, Self::Destroy, Self::List];

    /// The word in metrics and rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Add => "add",
            Self::Create => "create",
            Self::Destroy => "destroy",
            Self::List => "list",
        }
    }
}

/// How often each operation was asked for since the process started.
#[derive(Default)]
pub struct Spent([AtomicU64; Operation::ALL.len()]);

impl Spent {
    pub fn count(&self, operation: Operation) {
        metrics::counter!("chatcal_secret_manager_operations_total", "operation" => operation.name()).increment(1);
        self.0[operation as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub fn all(&self) -> Vec<(&'static str, u64)> {
        let counts = Operation::ALL.iter().zip(&self.0);
        counts
            .map(|(operation, count)| (operation.name(), count.load(Ordering::Relaxed)))
            .collect()
    }
}

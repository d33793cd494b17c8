//! The one source of chance. Rank 0: imports nothing of ours.
//!
//! Chance is an argument everywhere else (`clippy.toml` forbids the other sources), so that a test can replay it.

use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::BASE64URL_NOPAD;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

/// A source of unpredictable bytes, cheap to clone.
#[derive(Clone, Debug)]
pub struct Entropy(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Seeded(Arc<Mutex<StdRng>>),
}

impl Entropy {
    /// The operating system's generator, fit for keys and tokens.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A replayable sequence for tests and the sandbox's stand-ins. Never for keys that protect anything.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed)))))
    }

    /// `N` unpredictable bytes.
    ///
    /// # Panics
    /// When the operating system's generator fails: no token may then be made at all.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that may ask the machine"
    )]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.0 {
            Source::System => getrandom::fill(&mut bytes).expect("the operating system provides randomness"),
            Source::Seeded(rng) => rng
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .fill_bytes(&mut bytes),
        }
        bytes
    }

    /// A URL-safe token of 256 bits (43 characters).
    pub fn token(&self) -> String {
        BASE64URL_NOPAD.encode(&self.bytes::<32>())
    }

    /// A fraction in `0.0..1.0`, for jitter.
    pub fn fraction(&self) -> f64 {
        match &self.0 {
            Source::System => f64::from(u32::from_le_bytes(self.bytes())) / (f64::from(u32::MAX) + 1.0),
            Source::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).random(),
        }
    }
}

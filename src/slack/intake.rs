//! The one door for everything that Slack delivers, whichever road it took.

use std::sync::Arc;

use secrecy::SecretString;

use super::api::Api;
use super::signature::Verifier;
use crate::clock::Clock;
use crate::domain::ports::Ear;

/// What taking in needs: who hears it, what time it is, and which workspace we are in.
pub struct Intake {
    pub(super) ear: Arc<dyn Ear>,
    pub(super) clock: Clock,
    pub(super) api: Arc<Api>,
    pub(super) verifier: Option<Verifier>,
}

impl Intake {
    /// Without a `signing_secret` no HTTP request can be believed, and [`routes`](super::routes) serves none.
    pub fn new(ear: Arc<dyn Ear>, clock: Clock, api: Arc<Api>, signing_secret: Option<&SecretString>) -> Arc<Self> {
        Arc::new(Self {
            ear,
            clock,
            api,
            verifier: signing_secret.map(Verifier::new),
        })
    }
}

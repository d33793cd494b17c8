//! Calling Google as a person.

use secrecy::SecretString;

use crate::app::App;
use crate::app::faults::Stopped;
use crate::domain::person::PersonId;
use crate::google::Trouble;

impl App {
    /// Calls Google with the person's access token. One that Google does not accept, though we believed it valid, is refreshed
    /// once.
    pub(super) async fn as_person<T, F>(
        &self,
        person: &PersonId,
        call: impl Fn(SecretString) -> F + Send,
    ) -> Result<T, Stopped>
    where
        F: Future<Output = Result<T, Trouble>> + Send,
    {
        let vault = &self.parts().vault;
        let access = vault.access(person).await.map_err(|none| self.no_access(none))?;
        let answer = match call(access.token().clone()).await {
            Err(Trouble::Unauthorized) => {
                let fresh = vault
                    .access_rejected(person, &access)
                    .await
                    .map_err(|none| self.no_access(none))?;
                call(fresh.token().clone()).await
            }
            answer => answer,
        };
        answer.map_err(|trouble| self.trouble(trouble))
    }
}

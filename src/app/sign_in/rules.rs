//! Who may be linked to which account, and how it is shown that the one who consented is the one who asked.
//!
//! - Nobody's account is exchanged silently: an identity that is linked to another account disconnects first.
//! - One account may serve one human's identities in several places (Slack here, Discord there, a second Slack workspace), each
//!   with a proof of its own, and both the page and the chat say so.
//! - Within one place (a Slack workspace, Discord, the terminal) an account belongs to one identity. A second one is refused,
//!   since a human has one identity there, unless the platform itself vouches for the address.

use crate::app::App;
use crate::domain::account::GoogleAccount;
use crate::domain::person::{PersonId, Platform};
use crate::sql::{Error, Tx};

use super::outcome::Refusal;

/// What shows that the one who consented is the one who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// The link never left the machine.
    Terminal,
    /// The account's verified address is the one that the platform vouches for.
    Email,
    /// They type the page's code into the chat.
    Code,
}

impl App {
    /// The first proof that applies.
    pub(super) async fn proof(&self, person: &PersonId, account: &GoogleAccount) -> Proof {
        if person.platform() == Platform::Console {
            return Proof::Terminal;
        }
        let Some(courier) = self.courier(person.platform()) else {
            return Proof::Code;
        };
        let vouched = |email: &String| email.eq_ignore_ascii_case(&account.email);
        match courier.profile(person).await {
            Ok(profile) => profile.email.filter(vouched).map_or(Proof::Code, |_| Proof::Email),
            Err(error) => {
                tracing::warn!(%person, %error, "a profile could not be read: its person will type a code");
                Proof::Code
            }
        }
    }

    /// Judges a link that is about to be made.
    pub(super) fn may_link(
        &self,
        tx: &mut Tx<'_>,
        person: &PersonId,
        account: &GoogleAccount,
        proof: Proof,
    ) -> Result<Result<(), Refusal>, Error> {
        let vault = &self.parts().vault;
        if let Some(linked) = vault.linked(tx, person)?
            && linked.account.sub != account.sub
        {
            return Ok(Err(Refusal::OtherAccountLinked(linked.account)));
        }
        let others = elsewhere(self, tx, person, account)?;
        if proof != Proof::Email && others.iter().any(|other| same_place(other, person)) {
            return Ok(Err(Refusal::LinkedToSomebodyElse));
        }
        Ok(Ok(()))
    }
}

/// The others whom the account is linked to.
pub(super) fn elsewhere(
    app: &App,
    tx: &mut Tx<'_>,
    person: &PersonId,
    account: &GoogleAccount,
) -> Result<Vec<PersonId>, Error> {
    let mut others = app.parts().vault.persons_of(tx, &account.sub)?;
    others.retain(|other| other != person);
    Ok(others)
}

/// Whether a human has only one identity between the two.
fn same_place(one: &PersonId, other: &PersonId) -> bool {
    let place = |person: &PersonId| person.as_str().rsplit_once(':').map(|(place, _)| place.to_owned());
    place(one) == place(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_workspace_or_a_whole_platform() {
        let person = |text: &str| PersonId::parse(text).unwrap();
        for (one, other, same) in [
            ("slack:T1:U1", "slack:T1:U2", true),
            ("slack:T1:U1", "slack:T2:U1", false),
            ("discord:1", "discord:2", true),
            ("slack:T1:U1", "discord:1", false),
            ("console:ana", "console:bo", true),
        ] {
            assert_eq!(same_place(&person(one), &person(other)), same, "{one} {other}");
        }
    }
}

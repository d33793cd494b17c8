//! What a sign-in's own page shows, stage by stage. Reading only: a preview may ask for it as often as it likes, and the browser
//! that consented may load it again without losing the code.

use super::begin::{Offer, known};
use super::outcome::{Link, Page, Refusal};
use super::rules::elsewhere;
use crate::app::App;
use crate::app::turns::awaits_account;
use crate::domain::account::GoogleAccount;
use crate::domain::person::Person;
use crate::sql::{Error, Tx};
use crate::store::sign_ins::{SignIn, Stage};
use crate::vault::NewGrant;

impl App {
    /// What the link's page shows in this browser.
    ///
    /// # Errors
    /// When the link is none, its time is over, or another browser used it.
    pub async fn sign_in_page(&self, token: &str, cookie: Option<&str>) -> Result<Page, Refusal> {
        let (sign_in, person) = self.sign_in_of(token).await?;
        let in_time = sign_in.expires_at > self.clock().now();
        match &sign_in.stage {
            Stage::Open | Stage::Started(_) if in_time => Ok(Page::Offer(self.offer(&sign_in, person, cookie))),
            Stage::Code { pending, code, .. } if in_time && self.is_its_browser(&sign_in, cookie) => {
                let grant = NewGrant::open(&self.parts().keys, &sign_in.id, pending);
                let account = grant.map_err(|error| self.mishap(&error.to_string()))?.account;
                let code = self.code_of(&sign_in.id, code).ok_or(Refusal::Used)?;
                let link = self.link(person, Some(account), None).await?;
                Ok(Page::CodeNeeded { link, code })
            }
            Stage::Done { goes_on } if self.is_its_browser(&sign_in, cookie) => {
                Ok(Page::Connected(self.link(person, None, Some(*goes_on)).await?))
            }
            Stage::Open | Stage::Started(_) => Err(Refusal::Expired),
            Stage::Ended(word) if word == "expired" => Err(Refusal::Expired),
            Stage::Code { .. } | Stage::Done { .. } | Stage::Ended(_) => Err(Refusal::Used),
        }
    }

    fn offer(&self, sign_in: &SignIn, person: Person, cookie: Option<&str>) -> Offer {
        let cookie = known(cookie).map_or_else(|| self.parts().entropy.token(), str::to_owned);
        Offer {
            platform: person.id.platform(),
            handle: person.handle,
            workspace: person.workspace,
            contact: self.parts().contact.clone(),
            csrf: self.csrf(&cookie, &sign_in.id),
            cookie,
        }
    }

    fn is_its_browser(&self, sign_in: &SignIn, cookie: Option<&str>) -> bool {
        let browser = sign_in.browser.as_ref();
        browser.is_some_and(|browser| self.is_browser(cookie, browser))
    }

    /// Who is linked to `account`, or to the one that is linked now. Whether requests go on is looked up unless it is known.
    async fn link(
        &self,
        person: Person,
        account: Option<GoogleAccount>,
        goes_on: Option<bool>,
    ) -> Result<Link, Refusal> {
        let (app, id) = (self.clone(), person.id.clone());
        let look = move |tx: &mut Tx<'_>| {
            let linked = app.parts().vault.linked(tx, &id)?.map(|linked| linked.account);
            let Some(account) = account.or(linked) else {
                return Ok(None);
            };
            let also_elsewhere = !elsewhere(&app, tx, &id, &account)?.is_empty();
            let goes_on = goes_on.map_or_else(|| awaits_account(tx, &id, app.clock().now()), Ok)?;
            Ok(Some((account, also_elsewhere, goes_on)))
        };
        let found: Result<_, Error> = self.db().read(look).await;
        // Disconnected since: the page has nothing to show any more.
        let (account, also_elsewhere, goes_on) = found
            .map_err(|error| self.mishap(&error.to_string()))?
            .ok_or(Refusal::Used)?;
        Ok(Link {
            account,
            platform: person.id.platform(),
            handle: person.handle,
            also_elsewhere,
            goes_on,
        })
    }
}

//! `--consent auto`: presses Continue and Allow as a person would, over real HTTP, whenever a sign-in link is sent.

use async_trait::async_trait;
use tokio::sync::watch;
use url::Url;

use crate::console::Console;
use crate::domain::letter::{Parcel, Span, Way};
use crate::domain::person::{PersonId, Platform};
use crate::domain::ports::{Courier, Profile, Receipt, Traces, Undelivered};
use crate::sandbox::browser::{Browser, Lost};

/// The console, with somebody beside it who follows each sign-in link.
#[derive(Clone)]
pub(super) struct AutoConsent {
    console: Console,
    /// What sign-in links start with.
    links: String,
    /// How many links are being followed.
    pressing: watch::Sender<usize>,
}

impl AutoConsent {
    pub fn new(console: Console, public_url: &Url) -> Self {
        Self {
            console,
            links: format!("{public_url}connect/"),
            pressing: watch::Sender::new(0),
        }
    }

    /// Whether a link is being followed at this moment.
    pub fn is_pressing(&self) -> bool {
        *self.pressing.borrow() > 0
    }

    /// Returns once no link is being followed.
    pub async fn rested(&self) {
        // An error would mean that the sender is gone, and this is the sender.
        let _ = self.pressing.subscribe().wait_for(|pressing| *pressing == 0).await;
    }

    fn follow(&self, link: String) {
        self.pressing.send_modify(|pressing| *pressing += 1);
        let this = self.clone();
        tokio::spawn(async move {
            if let Err(why) = press(&link).await {
                // The terminal being gone is noticed by the conversation itself.
                let _ = this
                    .console
                    .remark(&format!("The sandbox could not consent for you: {why}."));
            }
            this.pressing.send_modify(|pressing| *pressing -= 1);
        });
    }
}

async fn press(link: &str) -> Result<(), String> {
    let lost = |lost: Lost| lost.to_string();
    let mut browser = Browser::new();
    let page = browser.open(link).await.map_err(lost)?;
    let consent = browser.press(&page, "Continue to Google").await.map_err(lost)?;
    let end = browser.press(&consent, "Allow").await.map_err(lost)?;
    if end.status == 200 {
        Ok(())
    } else {
        Err(format!("the last page was {} {:?}", end.status, end.title()))
    }
}

#[async_trait]
impl Courier for AutoConsent {
    fn platform(&self) -> Platform {
        self.console.platform()
    }

    async fn post(&self, way: &Way, parcel: &Parcel) -> Result<Receipt, Undelivered> {
        let receipt = self.console.post(way, parcel).await?;
        for span in &parcel.message.spans {
            if let Span::Link(link) = span
                && link.starts_with(&self.links)
            {
                self.follow(link.clone());
            }
        }
        Ok(receipt)
    }

    async fn find(&self, way: &Way, parcel: &Parcel) -> Result<Traces, Undelivered> {
        self.console.find(way, parcel).await
    }

    async fn edit(&self, handle: &str, parcel: &Parcel) -> Result<Receipt, Undelivered> {
        self.console.edit(handle, parcel).await
    }

    async fn profile(&self, person: &PersonId) -> Result<Profile, Undelivered> {
        self.console.profile(person).await
    }
}

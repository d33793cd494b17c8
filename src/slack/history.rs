//! Whether a letter has arrived in a direct message: it is posted with a mark that nobody sees, and looked for by that.

use chrono::TimeDelta;
use serde::Deserialize;
use slack_morphism::SlackMessageMetadata;

use super::api::Api;
use crate::domain::letter::Parcel;
use crate::domain::ports::Undelivered;

/// Names our kind of mark among those of other apps.
const EVENT_TYPE: &str = "chatcal_letter";
/// Slack's clock and ours may differ by so much, as with signatures.
const SKEW: TimeDelta = TimeDelta::minutes(5);
/// The most messages that Slack recommends to ask for at once.
const PAGE: &str = "200";

/// The letter's number and age, as a message's metadata (<https://docs.slack.dev/messaging/message-metadata>): other apps in the
/// workspace may read it, so it says nothing else. The number alone would not do after the database was begun anew.
pub(super) fn mark(parcel: &Parcel) -> SlackMessageMetadata {
    let payload = [
        ("letter", parcel.key.seq),
        ("written_at", parcel.written_at.timestamp_millis()),
    ];
    let payload = payload.map(|(name, value)| (name.to_owned(), value.to_string()));
    SlackMessageMetadata::new(EVENT_TYPE.to_owned()).with_event_payload(payload.into())
}

impl Api {
    /// The `ts` of the message that bears `parcel`'s mark in a direct message, or in a thread of it; `None` when there is none.
    ///
    /// One page is enough: it begins with the newest message (in a thread with the oldest since the letter was written), and only
    /// few are newer than a letter that still waits. Slack lets internal apps, as ours is, ask more than fifty times a minute; apps that are
    /// sold outside its Marketplace may ask once a minute and see 15 messages
    /// (<https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps>).
    pub(super) async fn find_posted(
        &self,
        channel: &str,
        thread: Option<&str>,
        parcel: &Parcel,
    ) -> Result<Option<String>, Undelivered> {
        let oldest = format!("{}.000000", (parcel.written_at - SKEW).timestamp());
        let mut arguments = vec![
            ("channel", channel),
            ("oldest", &oldest),
            ("limit", PAGE),
            // Without it Slack leaves out what is in the metadata.
            ("include_all_metadata", "true"),
        ];
        let page: Page = match thread {
            // The history of a channel does not tell what is said in its threads.
            Some(ts) => {
                arguments.push(("ts", ts));
                self.get("conversations.replies", &arguments).await?
            }
            None => self.get("conversations.history", &arguments).await?,
        };
        let mark = mark(parcel);
        let found = page.messages.into_iter().find(|message| message.bears(&mark));
        Ok(found.map(|message| message.ts))
    }
}

#[derive(Deserialize)]
struct Page {
    messages: Vec<Posted>,
}

#[derive(Deserialize)]
struct Posted {
    ts: String,
    /// Of any app's own form.
    metadata: Option<serde_json::Value>,
}

impl Posted {
    fn bears(&self, mark: &SlackMessageMetadata) -> bool {
        let metadata = self.metadata.clone();
        let read = metadata.and_then(|metadata| serde_json::from_value::<SlackMessageMetadata>(metadata).ok());
        read.as_ref() == Some(mark)
    }
}

//! How a step of a sign-in can end, as the page has to tell it.

use url::Url;

use super::begin::Offer;
use crate::domain::account::GoogleAccount;
use crate::domain::person::Platform;

/// What a link's page shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Page {
    /// Who asks for whom, and a button that goes on.
    Offer(Offer),
    /// Only in the browser that consented: the grant waits until `handle` types the code into the chat.
    CodeNeeded { link: Link, code: String },
    /// Only in the browser that consented: the account is linked.
    Connected(Link),
}

/// Where a good callback leads.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// To the link's own page, which tells how it went, also when it is loaded again.
    Show(Url),
    /// To Google once more, since it gave no lasting permission.
    OnceMore(Url),
}

/// Who is, or will be, linked to what.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub account: GoogleAccount,
    pub platform: Platform,
    pub handle: String,
    /// The same account is linked to identities elsewhere as well, and stays so.
    pub also_elsewhere: bool,
    /// Requests wait for the account, or did so until it was linked.
    pub goes_on: bool,
}

/// Why a step of a sign-in is refused, by what the person can do about it.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// Nothing of ours has this link.
    UnknownLink,
    /// Ask in the chat for a new link.
    Expired,
    /// It was used, or a newer link took its place.
    Used,
    /// Too many wrong links and callbacks are arriving: later.
    TooMany,
    /// The form did not come from our page in this browser: open the link again.
    Forged,
    /// The callback belongs to nothing that is under way.
    UnknownCallback,
    /// The callback arrived in another browser than the one that began.
    OtherBrowser,
    /// They pressed Cancel at Google.
    Cancelled,
    /// The calendar permission was not granted.
    CalendarNotAllowed,
    /// Google gave no lasting permission, even when asked anew.
    NoLastingAccess,
    /// The chat identity is linked to another account, which has to be disconnected first.
    OtherAccountLinked(GoogleAccount),
    /// The account is linked to somebody else in the same place, who has to disconnect first.
    LinkedToSomebodyElse,
    /// Their own organisation forbids it.
    Policy,
    /// Google can't be reached: the link still works.
    Unreachable,
    /// Nothing that the person can mend; the operator finds `incident` in the log.
    Trouble { incident: String },
}

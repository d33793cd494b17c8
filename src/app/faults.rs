//! Troubles sorted into what a person is told, and logged once for the operator under the id that the person is shown.

use data_encoding::HEXLOWER;

use super::App;
use crate::domain::act::{Ended, Fault, SignInReason};
use crate::google::Trouble;
use crate::vault::NoAccess;

/// Why something at Google was not done.
#[derive(Debug)]
pub(super) enum Stopped {
    /// The person has to sign in.
    SignIn(SignInReason),
    /// There is no access token for now: nothing was asked of the calendar.
    Waiting,
    /// The calendar did not answer: whether it did as asked is not known.
    Unreachable,
    /// Google answered something about the event itself.
    Event(Trouble),
    /// It can't be done, and trying again won't help.
    Fault(Fault),
}

impl App {
    /// The id under which a trouble is logged and shown.
    pub(super) fn incident(&self) -> String {
        HEXLOWER.encode(&self.parts().entropy.bytes::<4>())
    }

    /// A fault of the operator's: logged here, once for all who meet it while it lasts.
    pub(super) fn operator_fault(&self, what: &str) -> Fault {
        let (incident, is_news) = self.0.alerts.raise(what, self.clock().now(), || self.incident());
        if is_news {
            tracing::error!(incident, what, "needs the operator");
        }
        Fault::Operator { incident }
    }

    pub(super) fn no_access(&self, none: NoAccess) -> Stopped {
        match none {
            NoAccess::NotConnected => Stopped::SignIn(SignInReason::NotConnected),
            NoAccess::Revoked { reason } => Stopped::SignIn(SignInReason::Revoked(Ended::of(&reason))),
            NoAccess::MissingScope { .. } => Stopped::SignIn(SignInReason::MissingPermission),
            NoAccess::Unreachable { what } => {
                tracing::warn!(what, "no access token for now");
                Stopped::Waiting
            }
            NoAccess::Misconfigured { what } => Stopped::Fault(self.operator_fault(&what)),
            NoAccess::Policy { what } => Stopped::Fault(Fault::Policy { reason: what }),
        }
    }

    pub(super) fn trouble(&self, trouble: Trouble) -> Stopped {
        match trouble {
            Trouble::Revoked { reason } => Stopped::SignIn(SignInReason::Revoked(Ended::of(&reason))),
            Trouble::MissingScope => Stopped::SignIn(SignInReason::MissingPermission),
            Trouble::Unreachable { what, .. } => {
                tracing::warn!(what, "Google could not be reached");
                Stopped::Unreachable
            }
            // A fresh access token was refused as well: nothing that the person could mend.
            Trouble::Unauthorized => {
                Stopped::Fault(self.operator_fault("Google refuses access tokens that it has just given"))
            }
            Trouble::Misconfigured { what } => Stopped::Fault(self.operator_fault(&what)),
            Trouble::Policy { what } => Stopped::Fault(Fault::Policy { reason: what }),
            Trouble::Refused { reason } => Stopped::Fault(Fault::Refused { reason }),
            Trouble::BadIdToken { why } => Stopped::Fault(self.operator_fault(why)),
            event @ (Trouble::NotFound | Trouble::Gone | Trouble::Duplicate | Trouble::Edited) => Stopped::Event(event),
        }
    }
}

impl Stopped {
    /// What to tell when there is nobody to wait any longer.
    pub(super) fn fault(self) -> Result<Fault, SignInReason> {
        match self {
            Self::SignIn(reason) => Err(reason),
            Self::Waiting | Self::Unreachable => Ok(Fault::Passing),
            Self::Event(trouble) => Ok(Fault::Refused {
                reason: trouble.to_string(),
            }),
            Self::Fault(fault) => Ok(fault),
        }
    }
}

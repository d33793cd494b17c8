//! Requests that wait for a Google account, and the one link that is out.

use data_encoding::BASE32HEX_NOPAD;
use sha2::{Digest, Sha256};

use super::{CodeJudged, LINK_LIFE, Link, NewSignIn, NotConnected, Request, Stage, Talk};
use crate::domain::account::GoogleAccount;
use crate::domain::act::{Act, SignInId, SignInReason};
use crate::domain::booking::Plan;
use crate::domain::letter::{Message, ReturnAddress};
use crate::domain::words::{self, Parked};
use crate::language::{self, Resolution};
use crate::zone::Zone;

impl Talk<'_> {
    /// Keeps a request until an account is connected, and sends the link unless one is out already.
    pub(super) fn park(&mut self, mut request: Request, plan: Option<Plan>, reason: SignInReason) {
        let provisional = if plan.is_none() {
            self.provisional(&request)
        } else {
            None
        };
        let parked = match (&plan, &provisional) {
            (Some(plan), _) => Parked::Plan(plan),
            (None, Some(plan)) => Parked::Provisional(plan),
            (None, None) => Parked::Words(&request.text),
        };
        let asked_anew = matches!(request.stage, Stage::Parked { .. });
        let message = if self.link_is_out() && !asked_anew {
            words::sign_in_pending(&parked)
        } else {
            let id = self.new_sign_in();
            words::sign_in(&id, &parked, reason)
        };
        self.send_link(&request.to.clone(), message);
        request.interim = None;
        request.stage = Stage::Parked {
            plan,
            buttons: Vec::new(),
        };
        self.keep(request);
    }

    /// "connect": a link without a request.
    pub(super) fn connect(&mut self, to: ReturnAddress) {
        // Whether they are connected already only the vault knows; it is asked before a link goes out.
        self.errand(Act::Connect, to, None);
    }

    pub(super) fn offer_link(&mut self, to: &ReturnAddress) {
        let id = self.new_sign_in();
        let message = words::sign_in(&id, &Parked::Nothing, SignInReason::NotConnected);
        self.send_link(to, message);
    }

    fn link_is_out(&self) -> bool {
        self.turn
            .conversation
            .link
            .as_ref()
            .is_some_and(|link| link.expires_at > self.scene.now)
    }

    fn new_sign_in(&mut self) -> SignInId {
        let expires_at = self.scene.now + LINK_LIFE;
        let person = &self.scene.person.id;
        let state = &mut self.turn.conversation;
        state.sign_ins_made += 1;
        // Unique is enough: nobody can make the link's token without our key.
        let hash = Sha256::digest(format!("sign-in|{person}|{}", state.sign_ins_made));
        let id = BASE32HEX_NOPAD.encode(&hash[..20]).to_ascii_lowercase();
        self.turn.sign_in = Some(NewSignIn {
            id: id.clone(),
            expires_at,
        });
        id
    }

    /// Sends a letter; if it carries a new link, remembers that and when it dies.
    fn send_link(&mut self, to: &ReturnAddress, message: Message) {
        let letter = self.write(to, message);
        if let Some(NewSignIn { id, expires_at }) = self.turn.sign_in.clone() {
            self.order_at(Act::ExpireLink { sign_in: id.clone() }, expires_at);
            self.state().link = Some(Link {
                sign_in: id,
                expires_at,
                to: to.clone(),
                letter,
            });
        }
    }

    /// How a request looks before the zone is known, where its time of day does not hang on the zone.
    fn provisional(&self, request: &Request) -> Option<Plan> {
        let reading = request.reading();
        if reading.is_relative() {
            return None;
        }
        let utc = Zone::utc();
        let zone = self.scene.default_zone.unwrap_or(&utc);
        let Resolution { slot, .. } = language::resolve(&reading, request.said_at, zone, self.scene.policy);
        slot.map(|slot| super::said::plan(request, &reading, &slot, crate::domain::person::ZoneSource::Calendar))
    }

    /// An account is connected: say so, and go on with everything that waited for it.
    pub(super) fn connected(&mut self, account: &GoogleAccount, to: Option<ReturnAddress>) {
        let link = self.state().link.take();
        let waiting = |request: &Request| matches!(request.stage, Stage::Parked { .. });
        let parked: Vec<_> = self
            .turn
            .conversation
            .requests
            .iter()
            .filter(|request| waiting(request))
            .map(|request| request.id)
            .collect();
        let to = to.or(link.map(|link| link.to));
        if let Some(to) = &to {
            self.letter(to, words::connected(account), None, true);
        }
        for id in parked {
            let Some(mut request) = self.take_request(id) else {
                continue;
            };
            if let Some(to) = &to {
                request.to = to.clone();
            }
            match &request.stage {
                Stage::Parked { plan: Some(plan), .. } => {
                    let plan = plan.clone();
                    self.book(request, plan, false);
                }
                _ => self.consider(request),
            }
        }
    }

    pub(super) fn code(&mut self, to: ReturnAddress, judged: CodeJudged) {
        match judged {
            CodeJudged::Right(account) => self.connected(&account, Some(to)),
            CodeJudged::Wrong { tries_left } => {
                self.write(&to, words::wrong_code(tries_left));
            }
            CodeJudged::NoneWaiting => {
                self.write(&to, words::no_code_waiting());
            }
        }
    }

    pub(super) fn not_connected(&mut self, sign_in: &SignInId, why: NotConnected) {
        let Some(link) = self.take_link(sign_in) else {
            // The link was replaced by a newer one, which is the one that counts: the page has told what happened.
            return;
        };
        let request = self.newest_parked();
        let message = words::not_connected(why, request);
        self.write_parked(&link.to, message, None);
    }

    pub(super) fn link_expired(&mut self, sign_in: &SignInId) {
        let Some(link) = self.take_link(sign_in) else {
            // Used, or replaced by a newer one.
            return;
        };
        let request = self.newest_parked();
        self.write_parked(&link.to, words::link_expired(request), Some(link.letter));
    }

    fn take_link(&mut self, sign_in: &SignInId) -> Option<Link> {
        let link = &mut self.state().link;
        if link.as_ref().is_some_and(|link| link.sign_in == *sign_in) {
            link.take()
        } else {
            None
        }
    }

    fn newest_parked(&self) -> Option<u32> {
        let parked = |request: &&Request| matches!(request.stage, Stage::Parked { .. });
        self.turn
            .conversation
            .requests
            .iter()
            .rev()
            .find(parked)
            .map(|request| request.id)
    }

    /// Writes a letter whose buttons can also be typed while the request stays parked.
    fn write_parked(&mut self, to: &ReturnAddress, message: Message, edits: Option<i64>) {
        let offered = message.buttons.clone();
        let newest = self.newest_parked();
        self.letter(to, message, edits, edits.is_some());
        if let Some(request) = self
            .turn
            .conversation
            .requests
            .iter_mut()
            .find(|request| Some(request.id) == newest)
            && let Stage::Parked { buttons, .. } = &mut request.stage
        {
            *buttons = offered;
        }
    }
}

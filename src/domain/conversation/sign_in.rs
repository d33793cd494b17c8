//! Requests that wait for a Google account, and the one link that is out.

use data_encoding::BASE32HEX_NOPAD;
use sha2::{Digest, Sha256};

use super::{CodeJudged, LINK_LIFE, Link, NewSignIn, NotConnected, Open, Request, Stage, Talk};
use crate::domain::account::GoogleAccount;
use crate::domain::act::{Act, SignInId, SignInReason};
use crate::domain::booking::Plan;
use crate::domain::letter::{Message, ReturnAddress};
use crate::domain::person::ZoneSource;
use crate::domain::words::{self, Parked};
use crate::language::{self, Resolution};
use crate::zone::Zone;

impl Talk<'_> {
    /// Keeps a request until an account is connected, and sends the link unless one is out already.
    pub(super) fn park(&mut self, mut request: Request, plan: Option<Plan>, reason: SignInReason) {
        if !self.link_is_out() {
            return self.park_with_link(request, plan, reason);
        }
        let provisional = self.provisional(&request);
        let message = words::sign_in_pending(&parked(plan.as_ref(), provisional.as_ref(), &request));
        let message = message.under(request.take_news(false));
        let to = request.to.clone();
        self.write(&to, message);
        self.keep_parked(request, plan);
    }

    /// Another link, asked for: the one that was out works no more.
    pub(super) fn park_anew(&mut self, request: Request, plan: Option<Plan>) {
        self.park_with_link(request, plan, SignInReason::NotConnected);
    }

    fn park_with_link(&mut self, mut request: Request, plan: Option<Plan>, reason: SignInReason) {
        let provisional = self.provisional(&request);
        let id = self.new_sign_in();
        let message = words::sign_in(&id, &parked(plan.as_ref(), provisional.as_ref(), &request), reason);
        let message = message.under(request.take_news(false));
        self.send_link(&request.to, message);
        self.keep_parked(request, plan);
    }

    fn keep_parked(&mut self, request: Request, plan: Option<Plan>) {
        let stage = Stage::Parked {
            plan,
            buttons: Vec::new(),
        };
        self.keep(
            Request {
                interim: None,
                ..request
            },
            stage,
        );
    }

    /// "connect": a link without a request.
    pub(super) fn connect(&mut self, to: ReturnAddress) {
        // Whether they are connected already only the vault knows; it is asked before a link goes out.
        self.order(Act::Connect { to });
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

    /// How a request looks before the zone is known, where its day and its time of day do not hang on the zone: "tomorrow" does
    /// while it is Monday in California and Tuesday in Japan, unless the operator has told where people are.
    fn provisional(&self, request: &Request) -> Option<Plan> {
        let reading = request.reading();
        if reading.is_relative() {
            return None;
        }
        let zones = match self.scene.default_zone {
            Some(zone) => vec![zone.clone()],
            None => ["America/Los_Angeles", "Asia/Tokyo"]
                .into_iter()
                .filter_map(|name| Zone::named(name).ok())
                .collect(),
        };
        let mut plans = zones.iter().map(|zone| {
            let Resolution { slot, .. } = language::resolve(&reading, request.said_at, zone, self.scene.policy);
            slot.map(|slot| super::said::plan(request, &reading, &slot, ZoneSource::Calendar))
        });
        let walls = |plan: &Plan| (plan.wall_start(), plan.wall_end());
        let first = plans.next()??;
        plans
            .all(|plan| plan.is_some_and(|plan| walls(&plan) == walls(&first)))
            .then_some(first)
    }

    /// An account is connected: say so, and go on with everything that waited for it. The first request's next letter says so
    /// above what became of it, since not every platform can add a letter without a sound.
    pub(super) fn connected(&mut self, account: &GoogleAccount, to: Option<ReturnAddress>) {
        let link = self.state().link.take();
        let waits = |open: &Open| matches!(open.stage, Stage::Parked { .. });
        let (parked, others) = std::mem::take(&mut self.state().open)
            .into_iter()
            .partition::<Vec<_>, _>(waits);
        self.state().open = others;
        let to = to.or(link.map(|link| link.to));
        // With neither a request nor a link that is out there is nowhere to write to; the page has told.
        if let (true, Some(to)) = (parked.is_empty(), &to) {
            self.letter(to, words::connected(account), None, true);
        }
        let mut news = Some(Box::new(words::connected_meanwhile(account)));
        for Open { request, stage } in parked {
            let request = Request {
                to: to.clone().unwrap_or_else(|| request.to.clone()),
                news: news.take(),
                ..request
            };
            match stage {
                Stage::Parked { plan: Some(plan), .. } => self.book(request, plan, false),
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
        let parked = |open: &&Open| matches!(open.stage, Stage::Parked { .. });
        self.turn
            .conversation
            .open
            .iter()
            .rev()
            .find(parked)
            .map(|open| open.request.id)
    }

    /// Writes a letter whose buttons can also be typed while the request stays parked.
    fn write_parked(&mut self, to: &ReturnAddress, message: Message, edits: Option<i64>) {
        let offered = message.buttons.clone();
        let newest = self.newest_parked();
        self.letter(to, message, edits, edits.is_some());
        let parked = self
            .turn
            .conversation
            .open
            .iter_mut()
            .find(|open| Some(open.request.id) == newest);
        if let Some(Open {
            stage: Stage::Parked { buttons, .. },
            ..
        }) = parked
        {
            *buttons = offered;
        }
    }
}

/// What a parked request is about, as exactly as it is known.
fn parked<'a>(plan: Option<&'a Plan>, provisional: Option<&'a Plan>, request: &'a Request) -> Parked<'a> {
    match (plan, provisional) {
        (Some(plan), _) => Parked::Plan(plan),
        (None, Some(plan)) => Parked::Provisional(plan),
        (None, None) => Parked::Words(&request.text),
    }
}

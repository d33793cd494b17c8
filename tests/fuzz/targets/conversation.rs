//! What one person says and presses, and what becomes of the work that they order: `scripts/fuzz conversation`.
//!
//! Each line is a step. `#3` presses the third of the buttons that were shown, `!12` ends the first act under way (the number says
//! how), `+5` lets time pass, `/…` is `/book …`, `\…` is `/chatcal …`, and everything else is said.
#![no_main]

use chatcal_fuzz::domain::account::GoogleAccount;
use chatcal_fuzz::domain::act::{
    Act, BookTried, ConnectTried, DisconnectTried, Done, Ended, Fault, LinkChecked, MeetAwaited, MoveTried,
    RemovalTried, SignInReason, ZoneSought,
};
use chatcal_fuzz::domain::booking::{Booking, Conflict, Meet};
use chatcal_fuzz::domain::choice::Choice;
use chatcal_fuzz::domain::conversation::{
    CodeJudged, Conversation, Heard, NotConnected, Scene, Turn, ZoneLearnt, booking_meant,
};
use chatcal_fuzz::domain::incoming::{Delivery, Said};
use chatcal_fuzz::domain::letter::ReturnAddress;
use chatcal_fuzz::domain::person::{Person, PersonId, ZoneSource, Zones};
use chatcal_fuzz::language::Policy;
use chatcal_fuzz::moment;
use chatcal_fuzz::zone::Zone;
use chrono::{DateTime, TimeDelta, Utc};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (seed, lines) = data.split_at(data.len().min(6));
    let (now, zone) = moment(seed);
    let mut world = World::new(now, zone, seed.get(5).is_some_and(|byte| byte % 2 == 1));
    for line in lines.split(|byte| *byte == b'\n').take(24) {
        world.step(line);
    }
});

/// A person, what they were shown, and what is under way for them.
struct World {
    conversation: Conversation,
    person: Person,
    now: DateTime<Utc>,
    zone: Zone,
    said: u32,
    letters: i64,
    orders: i64,
    shown: Vec<Choice>,
    acts: Vec<Act>,
    bookings: Vec<Booking>,
    sign_in: String,
}

impl World {
    fn new(now: DateTime<Utc>, zone: Zone, is_known: bool) -> Self {
        let zones = Zones {
            profile: is_known.then(|| zone.clone()),
            ..Zones::default()
        };
        Self {
            conversation: Conversation::default(),
            person: Person {
                id: PersonId::slack("T1", "U7"),
                handle: "ana".to_owned(),
                workspace: String::new(),
                zones,
            },
            now,
            zone,
            said: 0,
            letters: 0,
            orders: 0,
            shown: Vec::new(),
            acts: Vec::new(),
            bookings: Vec::new(),
            sign_in: String::new(),
        }
    }

    fn step(&mut self, line: &[u8]) {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        match *line {
            [b'#', which, ..] => {
                if let Some(choice) = pick(&self.shown, which).cloned() {
                    self.says(Said::Pressed(choice));
                }
            }
            [b'!', how, detail, ..] if !self.acts.is_empty() => {
                let act = self.acts.remove(usize::from(detail) % self.acts.len());
                self.ends(act, how, detail);
            }
            [b'!', how, ..] => self.browser(how),
            [b'+', hours, ..] => self.now += TimeDelta::minutes(i64::from(hours) * 7),
            [b'/', ref rest @ ..] => self.says(Said::Book(text(rest))),
            [b'\\', ref rest @ ..] => self.says(Said::Chatcal(text(rest))),
            _ => self.says(Said::Text(text(line))),
        }
    }

    fn says(&mut self, said: Said) {
        self.said += 1;
        let meant = booking_meant(&self.conversation, &said);
        let booking = meant.and_then(|id| self.bookings.iter().find(|booking| booking.plan.id == id).cloned());
        self.hears(Heard::Said {
            delivery: Delivery(format!("slack|T1|D1|U7|{}", self.said)),
            said,
            said_at: self.now,
            to: ReturnAddress(format!("way {}", self.said)),
            booking,
        });
    }

    /// What comes from the page of a sign-in.
    fn browser(&mut self, how: u8) {
        let account = account();
        let sign_in = self.sign_in.clone();
        let to = ReturnAddress("code".to_owned());
        let why = [
            NotConnected::Cancelled,
            NotConnected::CalendarNotAllowed,
            NotConnected::NoLastingAccess,
            NotConnected::Refused,
        ];
        self.hears(match how % 8 {
            0 | 1 => Heard::Connected { account },
            2 => Heard::Code {
                to,
                judged: CodeJudged::Right(account),
            },
            3 => Heard::Code {
                to,
                judged: CodeJudged::Wrong {
                    tries_left: u32::from(how / 8 % 3),
                },
            },
            4 => Heard::Code {
                to,
                judged: CodeJudged::NoneWaiting,
            },
            _ => Heard::NotConnected {
                sign_in,
                why: why[usize::from(how / 8) % why.len()],
            },
        });
    }

    /// An act ends, or has a word in between and stays under way.
    fn ends(&mut self, act: Act, how: u8, detail: u8) {
        let done = match act.clone() {
            Act::FindZone { request } => Done::ZoneSought {
                request,
                end: self.zone_sought(how, detail),
            },
            Act::Book {
                request,
                plan,
                regardless,
            } => {
                let end = book_tried(how, detail, self.now);
                Done::BookTried {
                    request,
                    plan,
                    regardless,
                    end,
                }
            }
            Act::AwaitMeet {
                booking,
                to,
                letter,
                news,
            } => {
                let end = match how % 2 {
                    0 => MeetAwaited::Settled {
                        meet: meet(detail),
                        etag: "2".to_owned(),
                    },
                    _ => MeetAwaited::Unknown,
                };
                Done::MeetAwaited {
                    booking,
                    to,
                    letter,
                    news,
                    end,
                }
            }
            Act::Remove { booking, to, .. } => {
                let end = match how % 4 {
                    0 => RemovalTried::Removed,
                    1 => RemovalTried::EditedSince,
                    2 => RemovalTried::NeedsSignIn(reason(detail)),
                    _ => RemovalTried::Failed(fault(detail)),
                };
                Done::RemovalTried { booking, to, end }
            }
            Act::Move { plan, to } => {
                let end = match how % 5 {
                    0 => MoveTried::Moved { etag: "3".to_owned() },
                    1 => MoveTried::EditedSince,
                    2 => MoveTried::Gone,
                    3 => MoveTried::NeedsSignIn(reason(detail)),
                    _ => MoveTried::Failed(fault(detail)),
                };
                Done::MoveTried { plan, to, end }
            }
            Act::Connect { to } => {
                let end = match how % 3 {
                    0 => ConnectTried::Already(account()),
                    1 => ConnectTried::LinkDue,
                    _ => ConnectTried::Failed(fault(detail)),
                };
                Done::ConnectTried { to, end }
            }
            Act::ExpireLink { sign_in } => {
                let end = if how.is_multiple_of(2) {
                    LinkChecked::Expired
                } else {
                    LinkChecked::Moot
                };
                Done::LinkChecked { sign_in, end }
            }
            Act::Disconnect { to } => {
                let end = match how % 3 {
                    0 => DisconnectTried::Disconnected(Some(account())),
                    1 => DisconnectTried::Disconnected(None),
                    _ => DisconnectTried::Failed(fault(detail)),
                };
                Done::DisconnectTried { to, end }
            }
            // Its answer stands outside of the conversation.
            Act::Order { .. } => return,
        };
        let stays = matches!(
            done,
            Done::ZoneSought {
                end: ZoneSought::Delayed,
                ..
            } | Done::BookTried {
                end: BookTried::Delayed | BookTried::Checking,
                ..
            }
        );
        let meant = done.booking().cloned();
        let booking = meant.and_then(|id| self.bookings.iter().find(|booking| booking.plan.id == id).cloned());
        let amended = self.hears(Heard::Done { done, booking });
        if stays {
            self.acts.push(amended.unwrap_or(act));
        }
    }

    fn zone_sought(&self, how: u8, detail: u8) -> ZoneSought {
        match how % 5 {
            0 => ZoneSought::Found {
                zone: self.zone.clone(),
                source: ZoneSource::Calendar,
            },
            1 => ZoneSought::Unknown,
            2 => ZoneSought::NeedsSignIn(reason(detail)),
            3 => ZoneSought::Delayed,
            _ => ZoneSought::Failed(fault(detail)),
        }
    }

    /// One turn, with what must hold of every one. Gives the act that is under way, where it was amended.
    fn hears(&mut self, heard: Heard) -> Option<Act> {
        let policy = Policy::default();
        let scene = Scene {
            now: self.now,
            person: &self.person,
            policy: &policy,
            default_zone: None,
            contact: "ops@example.org",
        };
        let turn = self.conversation.clone().turn(scene, heard.clone());
        assert_eq!(self.conversation.clone().turn(scene, heard), turn, "told once more");
        self.holds(&turn);
        let Turn {
            conversation,
            letters,
            acts,
            amended,
            bookings,
            sign_in,
            zones,
        } = turn;
        self.conversation = conversation;
        self.shown.extend(
            letters
                .into_iter()
                .flat_map(|letter| letter.message.whole().buttons)
                .map(|button| button.choice),
        );
        self.acts.extend(acts.into_iter().map(|order| order.act));
        for booking in bookings {
            self.bookings.retain(|known| known.plan.id != booking.plan.id);
            self.bookings.push(booking);
        }
        self.sign_in = sign_in.map_or(std::mem::take(&mut self.sign_in), |sign_in| sign_in.id);
        for zone in zones {
            let known = &mut self.person.zones;
            match zone {
                ZoneLearnt::Own(zone) => known.own = Some(zone),
                ZoneLearnt::Profile(zone) => known.profile = Some(zone),
                ZoneLearnt::Calendar(zone) => known.calendar = Some(zone),
                ZoneLearnt::CalendarGone => known.calendar = None,
            }
        }
        amended
    }

    fn holds(&mut self, turn: &Turn) {
        let stored = serde_json::to_string(&turn.conversation).expect("a conversation can be stored");
        let back: Conversation = serde_json::from_str(&stored).expect("and read back");
        assert_eq!(back, turn.conversation, "{stored}");
        for letter in &turn.letters {
            self.letters += 1;
            assert_eq!(letter.seq, self.letters, "letters are numbered without a gap");
            assert!(!letter.message.spans.is_empty());
            assert!(letter.edits.is_none_or(|edited| edited < letter.seq));
            for button in letter.message.clone().whole().buttons {
                let sent = button.choice.to_string();
                assert!(!button.label.is_empty() && sent.len() <= 100, "{button:?}");
                assert_eq!(sent.parse(), Ok(button.choice), "{sent}");
            }
        }
        for order in &turn.acts {
            self.orders += 1;
            assert_eq!(order.seq, self.orders, "acts are numbered without a gap");
            assert!(order.due >= self.now);
            let stored = serde_json::to_string(&order.act).expect("an act can be stored");
            let back: Act = serde_json::from_str(&stored).expect("and read back");
            assert_eq!(back, order.act, "{stored}");
            if let Act::Book { plan, .. } | Act::Move { plan, .. } = &order.act {
                assert!(plan.end > plan.start, "{plan:?}");
            }
            if let Act::Book { plan, .. } = &order.act {
                assert!(plan.start >= self.now, "nothing is booked into the past: {plan:?}");
            }
        }
    }
}

fn pick<T>(list: &[T], which: u8) -> Option<&T> {
    // The newest first: most people press what they see.
    list.iter().rev().nth(usize::from(which) % list.len().max(1))
}

fn account() -> GoogleAccount {
    GoogleAccount {
        sub: "7".to_owned(),
        email: "ana@example.org".to_owned(),
    }
}

fn meet(detail: u8) -> Meet {
    match detail % 3 {
        0 => Meet::Pending,
        1 => Meet::Ready("https://meet.google.com/abc".to_owned()),
        _ => Meet::Failed,
    }
}

fn reason(detail: u8) -> SignInReason {
    match detail % 3 {
        0 => SignInReason::NotConnected,
        1 => SignInReason::Revoked(Ended::TakenBack),
        _ => SignInReason::MissingPermission,
    }
}

fn fault(detail: u8) -> Fault {
    match detail % 4 {
        0 => Fault::Passing,
        1 => Fault::Operator {
            incident: "I7".to_owned(),
        },
        2 => Fault::Policy {
            reason: "blocked".to_owned(),
        },
        _ => Fault::Refused {
            reason: "no".to_owned(),
        },
    }
}

fn book_tried(how: u8, detail: u8, now: DateTime<Utc>) -> BookTried {
    match how % 9 {
        0 => BookTried::Booked {
            meet: meet(detail),
            etag: "1".to_owned(),
        },
        1 => BookTried::Busy {
            conflicts: conflicts(detail, now),
            free_at: Some(now + TimeDelta::hours(i64::from(detail))),
        },
        2 => BookTried::Busy {
            conflicts: conflicts(detail, now),
            free_at: None,
        },
        3 => BookTried::Unreadable(fault(detail)),
        4 => BookTried::TooLate,
        5 => BookTried::DeletedSince,
        6 => BookTried::NeedsSignIn(reason(detail)),
        7 => [BookTried::Delayed, BookTried::Checking][usize::from(detail % 2)].clone(),
        _ => BookTried::Failed(fault(detail)),
    }
}

fn conflicts(detail: u8, now: DateTime<Utc>) -> Vec<Conflict> {
    let conflict = |hours| Conflict {
        title: "Lunch".to_owned(),
        start: now + TimeDelta::hours(hours),
        end: now + TimeDelta::hours(hours + 1),
        all_day: hours == 3,
    };
    (0..i64::from(detail % 5)).map(conflict).collect()
}

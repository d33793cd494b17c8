//! The conversation told as stories: what a person says, what they hear, what is ordered.

mod answers;
mod follow_ups;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::domain::act::{
    BookTried, ConnectTried, DisconnectTried, Fault, LinkChecked, MeetAwaited, MoveTried, RemovalTried, SignInReason,
    ZoneSought,
};
use crate::domain::booking::{BookingState, Conflict, Meet, Plan};
use crate::domain::choice::Choice;
use crate::domain::person::{PersonId, ZoneSource, Zones};

/// One person and their conversation, on a clock that stands until it is moved.
struct Ana {
    conversation: Conversation,
    person: Person,
    now: DateTime<Utc>,
    default_zone: Option<Zone>,
    said: u32,
    heard: Vec<Letter>,
    acts: Vec<NewAct>,
    /// When which questions expire.
    expiries: Vec<NewAct>,
    bookings: Vec<Booking>,
    sign_ins: Vec<NewSignIn>,
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn berlin() -> Zone {
    Zone::named("Europe/Berlin").unwrap()
}

impl Ana {
    /// On Monday 23 November 2026, 10:00 in Berlin, her zone known from Slack.
    fn new() -> Self {
        let mut ana = Self::stranger();
        ana.person.zones.profile = Some(berlin());
        ana
    }

    /// Of whom nothing is known.
    fn stranger() -> Self {
        Self {
            conversation: Conversation::default(),
            person: Person {
                id: PersonId::slack("T1", "U7"),
                handle: "ana".into(),
                workspace: "Acme".into(),
                zones: Zones::default(),
            },
            now: at("2026-11-23T09:00:00Z"),
            default_zone: None,
            said: 0,
            heard: Vec::new(),
            acts: Vec::new(),
            expiries: Vec::new(),
            bookings: Vec::new(),
            sign_ins: Vec::new(),
        }
    }

    fn hear(&mut self, heard: Heard) {
        // A conversation goes through its stored form between any two turns.
        let stored = serde_json::to_string(&self.conversation).unwrap();
        let conversation: Conversation = serde_json::from_str(&stored).unwrap();
        assert_eq!(conversation, self.conversation);
        let policy = Policy::default();
        let scene = Scene {
            now: self.now,
            person: &self.person,
            policy: &policy,
            default_zone: self.default_zone.as_ref(),
            contact: "ops@example.org",
        };
        let turn = conversation.turn(scene, heard);
        self.conversation = turn.conversation;
        self.heard.extend(turn.letters);
        if let (Some(amended), Some(last)) = (turn.amended, self.acts.last_mut()) {
            last.act = amended;
        }
        // And so does an act before its outcome is heard.
        for NewAct { seq, act, due } in turn.acts {
            let stored = serde_json::to_string(&act).unwrap();
            assert_eq!(serde_json::from_str::<Act>(&stored).unwrap(), act);
            let expires = matches!(act, Act::ExpireQuestion { .. });
            let acts = if expires { &mut self.expiries } else { &mut self.acts };
            acts.push(NewAct { seq, act, due });
        }
        self.sign_ins.extend(turn.sign_in);
        for booking in turn.bookings {
            self.bookings.retain(|kept| kept.plan.id != booking.plan.id);
            self.bookings.push(booking);
        }
        for zone in turn.zones {
            match zone {
                ZoneLearnt::Own(zone) => self.person.zones.own = Some(zone),
                ZoneLearnt::Profile(zone) => self.person.zones.profile = Some(zone),
                ZoneLearnt::Calendar(zone) => self.person.zones.calendar = Some(zone),
                ZoneLearnt::CalendarGone => self.person.zones.calendar = None,
            }
        }
    }

    fn says_any(&mut self, said: Said) {
        self.said += 1;
        let booking = booking_meant(&self.conversation, &said)
            .and_then(|id| self.bookings.iter().find(|booking| booking.plan.id == id).cloned());
        self.hear(Heard::Said {
            delivery: Delivery(format!("slack|T1|D1|U7|{}", self.said)),
            said,
            said_at: self.now,
            to: ReturnAddress(format!("way {}", self.said)),
            booking,
        });
    }

    fn says(&mut self, text: &str) {
        self.says_any(Said::Text(text.to_owned()));
    }

    /// Presses the newest button of that label.
    fn presses(&mut self, label: &str) {
        let choice = self
            .button(label)
            .unwrap_or_else(|| panic!("no button {label:?} in {:#?}", self.heard));
        self.says_any(Said::Pressed(choice));
    }

    fn button(&self, label: &str) -> Option<Choice> {
        let shown = self.heard.iter().rev().map(|letter| letter.message.clone().whole());
        shown
            .flat_map(|message| message.buttons)
            .find(|button| button.label == label)
            .map(|button| button.choice)
    }

    /// What the last letter says, its buttons behind it.
    fn hears(&self) -> String {
        let message = self.heard.last().expect("a letter").message.clone().whole();
        let buttons: String = message
            .buttons
            .iter()
            .map(|button| format!(" [{}]", button.label))
            .collect();
        format!("{}{buttons}", message.plain())
    }

    fn act(&self) -> &Act {
        &self.acts.last().expect("an act").act
    }

    fn plan(&self) -> Plan {
        match self.act() {
            Act::Book { plan, .. } => plan.clone(),
            other => panic!("not a booking: {other:?}"),
        }
    }

    /// The newest act ends.
    fn ends(&mut self, done: Done) {
        let booking = done
            .booking()
            .and_then(|id| self.bookings.iter().find(|kept| kept.plan.id == *id).cloned());
        self.hear(Heard::Done { done, booking });
    }

    fn booking_ends(&mut self, end: BookTried) {
        let Act::Book {
            request,
            plan,
            regardless,
        } = self.act().clone()
        else {
            panic!("not a booking")
        };
        self.ends(Done::BookTried {
            request,
            plan,
            regardless,
            end,
        });
    }

    fn zone_ends(&mut self, end: ZoneSought) {
        let Act::FindZone { request } = self.act().clone() else {
            panic!("not a search: {:?}", self.act())
        };
        self.ends(Done::ZoneSought { request, end });
    }

    fn meet_ends(&mut self, end: MeetAwaited) {
        let Act::AwaitMeet {
            booking,
            to,
            letter,
            news,
        } = self.act().clone()
        else {
            panic!("not a wait: {:?}", self.act())
        };
        self.ends(Done::MeetAwaited {
            booking,
            to,
            letter,
            news,
            end,
        });
    }

    fn removal_ends(&mut self, end: RemovalTried) {
        let Act::Remove { booking, to, .. } = self.act().clone() else {
            panic!("not a removal: {:?}", self.act())
        };
        self.ends(Done::RemovalTried { booking, to, end });
    }

    fn connecting_ends(&mut self, end: ConnectTried) {
        let Act::Connect { to } = self.act().clone() else {
            panic!("not a connection: {:?}", self.act())
        };
        self.ends(Done::ConnectTried { to, end });
    }

    fn disconnecting_ends(&mut self, end: DisconnectTried) {
        let Act::Disconnect { to } = self.act().clone() else {
            panic!("not a parting: {:?}", self.act())
        };
        self.ends(Done::DisconnectTried { to, end });
    }

    /// How much of the database their conversation takes.
    fn stored(&self) -> usize {
        serde_json::to_string(&self.conversation).unwrap().len()
    }

    /// Books tomorrow 14:00 to 14:30.
    fn has_booked() -> Self {
        let mut ana = Self::new();
        ana.says("book tomorrow at 2 PM for 30 minutes");
        ana.booking_ends(ready());
        ana
    }
}

fn ready() -> BookTried {
    BookTried::Booked {
        meet: Meet::Ready("https://meet.google.com/abc-defg-hij".into()),
        etag: "e1".into(),
    }
}

fn pending() -> BookTried {
    BookTried::Booked {
        meet: Meet::Pending,
        etag: "e1".into(),
    }
}

fn account() -> GoogleAccount {
    GoogleAccount {
        sub: "1".into(),
        email: "ana@example.org".into(),
    }
}

#[test]
fn free_and_alone_is_booked_at_once_and_said_once() {
    let mut ana = Ana::new();
    ana.says("book tomorrow at 2 PM for 30 minutes");
    assert!(
        ana.heard.is_empty(),
        "nothing is said before the result: {:?}",
        ana.heard
    );
    assert_eq!(ana.plan().start, at("2026-11-24T13:00:00Z"));
    ana.booking_ends(ready());
    assert_eq!(
        ana.hears(),
        "Booked: Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin, from your Slack profile) · \
         https://meet.google.com/abc-defg-hij [Undo] [Change zone]"
    );
    assert_eq!(ana.heard.len(), 1);
    assert!(ana.conversation.open.is_empty());
}

#[test]
fn an_assumed_length_is_said() {
    let mut ana = Ana::new();
    ana.says("book tomorrow at 14:00");
    ana.booking_ends(ready());
    assert!(ana.hears().contains("30 min, my default"), "{}", ana.hears());
}

#[test]
fn a01_what_has_no_time_is_asked_about_and_the_answer_completes_it() {
    let mut ana = Ana::new();
    ana.says("book lunch tomorrow");
    assert!(ana.acts.is_empty());
    assert!(ana.hears().contains("at what time?"), "{}", ana.hears());
    ana.says("at 12:30 for 45 min");
    let plan = ana.plan();
    assert_eq!(
        (plan.start, plan.end),
        (at("2026-11-24T11:30:00Z"), at("2026-11-24T12:15:00Z"))
    );
    assert_eq!(plan.title.to_lowercase(), "lunch");
}

#[test]
fn a06_questions_and_small_talk_never_write() {
    for text in [
        "what is my next event?",
        "am I free tomorrow at 3?",
        "thanks!",
        "clear my whole day",
        "hello",
    ] {
        let mut ana = Ana::new();
        ana.says(text);
        assert!(ana.acts.is_empty(), "{text}: {:?}", ana.acts);
        assert_eq!(ana.heard.len(), 1, "{text}");
    }
}

#[test]
fn newcomers_see_the_examples_once() {
    let mut ana = Ana::new();
    ana.says("");
    assert!(ana.hears().contains("for example"), "{}", ana.hears());
    ana.says("");
    assert!(!ana.hears().contains("for example"), "{}", ana.hears());
}

#[test]
fn guests_are_asked_about_before_they_get_mail() {
    let asked = || {
        let mut ana = Ana::new();
        ana.says("lunch with bo@example.org tomorrow 12:30-13:30");
        assert!(ana.acts.is_empty());
        assert!(
            ana.hears()
                .contains("[Invite bo@example.org and book] [Book without guests] [Cancel]"),
            "{}",
            ana.hears()
        );
        ana
    };
    let mut ana = asked();
    ana.presses("Invite bo@example.org and book");
    assert_eq!(ana.plan().guests.len(), 1);
    let mut ana = asked();
    ana.says("book without guests");
    assert!(ana.plan().guests.is_empty());
    let mut ana = asked();
    ana.says("no");
    assert!(ana.acts.is_empty());
    assert_eq!(ana.hears(), "Nothing was booked.");
}

fn busy_ana() -> Ana {
    let mut ana = Ana::new();
    ana.says("book tomorrow at 14:00 for 30 min");
    ana.booking_ends(BookTried::Busy {
        conflicts: vec![Conflict {
            title: "Design review".into(),
            start: at("2026-11-24T13:00:00Z"),
            end: at("2026-11-24T14:00:00Z"),
            all_day: false,
        }],
        free_at: Some(at("2026-11-24T14:00:00Z")),
    });
    ana
}

#[test]
fn a_conflict_is_named_and_the_next_free_time_offered() {
    let mut ana = busy_ana();
    assert_eq!(
        ana.hears(),
        "Not booked: you have Design review 14:00–15:00 (Tue 24 Nov 2026, Europe/Berlin). Shall it be 15:00? [15:00] [Book anyway] [Cancel]"
    );
    ana.says("15:00");
    assert_eq!(ana.plan().start, at("2026-11-24T14:00:00Z"));
    assert_eq!(ana.plan().end, at("2026-11-24T14:30:00Z"));
    let mut ana = busy_ana();
    ana.presses("Book anyway");
    assert!(matches!(ana.act(), Act::Book { regardless: true, .. }));
    // Pressed twice: the second press finds work under way and orders nothing more.
    let ordered = ana.acts.len();
    ana.presses("Book anyway");
    assert_eq!(ana.acts.len(), ordered);
}

#[test]
fn b01_an_unreadable_calendar_books_nothing_and_offers_to() {
    let mut ana = Ana::new();
    ana.says("book tomorrow at 14:00");
    ana.booking_ends(BookTried::Unreadable(Fault::Passing));
    assert!(ana.hears().starts_with("Not booked: "), "{}", ana.hears());
    assert!(
        ana.hears().ends_with("[Try again] [Book anyway] [Cancel]"),
        "{}",
        ana.hears()
    );
    ana.presses("Book anyway");
    assert!(matches!(ana.act(), Act::Book { regardless: true, .. }));
}

#[test]
fn the_operators_fault_names_the_operator() {
    let mut ana = Ana::new();
    ana.says("book tomorrow at 14:00");
    ana.booking_ends(BookTried::Failed(Fault::Operator {
        incident: "1f2e".into(),
    }));
    assert!(ana.hears().starts_with("Not booked: "), "{}", ana.hears());
    assert!(
        ana.hears().contains("ops@example.org “incident 1f2e”"),
        "{}",
        ana.hears()
    );
}

#[test]
fn the_first_booking_waits_for_the_sign_in_and_then_goes_on_by_itself() {
    let mut ana = Ana::new();
    ana.says("book tomorrow at 2 PM for 30 minutes");
    ana.booking_ends(BookTried::NeedsSignIn(SignInReason::NotConnected));
    assert_eq!(
        ana.hears(),
        "To book Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin), connect Google Calendar once; I'll book it right after.\n\
         (private link)\n(private, 10 minutes; ChatCal will see and change events on calendars you own)"
    );
    assert_eq!(ana.sign_ins.len(), 1);
    // Another request meanwhile gets no second link.
    ana.says("book friday at 10:00 for 30 min");
    ana.booking_ends(BookTried::NeedsSignIn(SignInReason::NotConnected));
    assert_eq!(ana.sign_ins.len(), 1);
    assert!(ana.hears().contains("as well"), "{}", ana.hears());
    let ordered = ana.acts.len();
    ana.hear(Heard::Connected { account: account() });
    assert_eq!(ana.heard.len(), 2, "what became of them comes with the news");
    assert_eq!(ana.acts.len(), ordered + 2);
    ana.booking_ends(ready());
    assert!(ana.hears().starts_with("Booked: Fri 27 Nov 2026"), "{}", ana.hears());
    ana.acts.pop();
    ana.booking_ends(ready());
    assert_eq!(
        ana.hears(),
        "Connected a•••@example.org. Not you? Say disconnect.\n\
         Booked: Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin, from your Slack profile) · \
         https://meet.google.com/abc-defg-hij [Undo] [Change zone] [Disconnect]"
    );
    assert_eq!((ana.heard.len(), ana.heard.last().unwrap().silent), (4, false));
}

/// Asked for tomorrow 14:00 and has just consented.
fn connected_ana() -> Ana {
    let mut ana = Ana::new();
    ana.says("book tomorrow at 14:00 for 30 min");
    ana.booking_ends(BookTried::NeedsSignIn(SignInReason::NotConnected));
    ana.hear(Heard::Connected { account: account() });
    ana.heard.clear();
    ana
}

const CONNECTED: &str = "Connected a•••@example.org. Not you? Say disconnect.\n";

#[test]
fn whatever_becomes_of_the_first_request_its_letter_says_first_that_the_account_is_connected() {
    for (end, opening) in [
        (ready(), "Booked: "),
        (pending(), "Booked: "),
        (
            BookTried::Busy {
                conflicts: Vec::new(),
                free_at: None,
            },
            "Not booked: ",
        ),
        (BookTried::Unreadable(Fault::Passing), "Not booked: "),
        (BookTried::Failed(Fault::Passing), "Not booked: "),
        (BookTried::TooLate, "Not booked: "),
        (BookTried::DeletedSince, "Not booked: "),
        (BookTried::NeedsSignIn(SignInReason::MissingPermission), "I may"),
        (BookTried::Delayed, "Not booked yet"),
        (BookTried::Checking, "Checking whether it was booked"),
    ] {
        let mut ana = connected_ana();
        ana.booking_ends(end);
        let heard = ana.hears();
        assert!(heard.starts_with(&format!("{CONNECTED}{opening}")), "{heard}");
        assert!(heard.ends_with("[Disconnect]"), "{heard}");
        assert_eq!((ana.heard.len(), ana.heard[0].silent), (1, false), "{heard}");
        // Told once: a further request knows nothing of it.
        ana.says("book friday at 10:00 for 30 min");
        ana.booking_ends(ready());
        assert!(ana.hears().starts_with("Booked: Fri"), "{}", ana.hears());
    }
}

#[test]
fn an_answer_to_the_question_that_came_with_the_news_is_answered_without_them() {
    let mut ana = connected_ana();
    ana.booking_ends(BookTried::Unreadable(Fault::Passing));
    ana.presses("Book anyway");
    ana.booking_ends(ready());
    assert!(ana.hears().starts_with("Booked: "), "{}", ana.hears());
    ana.says("disconnect");
    assert!(matches!(ana.act(), Act::Disconnect { .. }));
}

#[test]
fn a_letter_that_replaces_the_one_with_the_news_tells_them_again_and_a_later_one_does_not() {
    for (seconds, again) in [(60, true), (61, false)] {
        let mut ana = connected_ana();
        ana.booking_ends(BookTried::Checking);
        ana.booking_ends(BookTried::Checking);
        assert_eq!(ana.heard.len(), 1);
        ana.now += TimeDelta::seconds(seconds);
        ana.booking_ends(pending());
        assert_eq!(ana.hears().starts_with(CONNECTED), again, "{}", ana.hears());
        ana.meet_ends(MeetAwaited::Settled {
            meet: Meet::Failed,
            etag: "e2".into(),
        });
        assert_eq!(ana.hears().starts_with(CONNECTED), again, "{}", ana.hears());
    }
}

#[test]
fn a02_no_day_is_promised_that_hangs_on_an_unknown_zone() {
    let mut ana = Ana::stranger();
    ana.now = at("2026-11-24T04:30:00Z");
    ana.says("book tomorrow at 2 PM");
    ana.zone_ends(ZoneSought::NeedsSignIn(SignInReason::NotConnected));
    assert!(
        ana.hears().starts_with("To book “book tomorrow at 2 PM”, connect"),
        "{}",
        ana.hears()
    );
    ana.says("book 27 November at 2 PM");
    ana.zone_ends(ZoneSought::NeedsSignIn(SignInReason::NotConnected));
    assert!(
        ana.hears().starts_with("I kept Fri 27 Nov 2026, 14:00–14:30 (in"),
        "{}",
        ana.hears()
    );
}

#[test]
fn those_who_are_named_without_an_address_are_said_to_be_uninvited() {
    for (request, note) in [
        (
            "lunch with Ann tomorrow 12:30-13:30",
            "(Ann isn't invited: I don't know the address)",
        ),
        (
            "lunch with Ann, Bo and Cy tomorrow 12:30-13:30",
            "(Ann, Bo and Cy aren't invited: I don't know their addresses)",
        ),
    ] {
        let mut ana = Ana::new();
        ana.says(request);
        ana.booking_ends(ready());
        assert!(ana.hears().contains(note), "{}", ana.hears());
    }
    let mut ana = Ana::new();
    ana.says("lunch tomorrow 12:30-13:30, invite Ann");
    assert_eq!(
        ana.hears(),
        "You wrote “Ann”: I don't know their e-mail address. What is it? [Cancel]"
    );
}

#[test]
fn where_the_zone_is_unknown_the_calendars_is_taken_after_consent() {
    let mut ana = Ana::stranger();
    ana.says("book tomorrow at 2 PM for 30 minutes");
    ana.zone_ends(ZoneSought::NeedsSignIn(SignInReason::NotConnected));
    assert!(
        ana.hears()
            .starts_with("To book Tue 24 Nov 2026, 14:00–14:30 (in your calendar's time zone), connect")
    );
    ana.hear(Heard::Connected { account: account() });
    ana.zone_ends(ZoneSought::Found {
        zone: Zone::named("Asia/Tokyo").unwrap(),
        source: ZoneSource::Calendar,
    });
    assert_eq!(ana.plan().start, at("2026-11-24T05:00:00Z"));
    ana.booking_ends(ready());
    assert!(
        ana.hears().contains("(Asia/Tokyo, from your Google Calendar)"),
        "{}",
        ana.hears()
    );
    assert_eq!(ana.person.zones.calendar, Zone::named("Asia/Tokyo").ok());
}

#[test]
fn an_unknown_zone_is_asked_for_and_the_typed_city_goes_on() {
    let mut ana = Ana::stranger();
    ana.default_zone = Some(berlin());
    ana.says("book tomorrow at 14:00");
    ana.zone_ends(ZoneSought::Unknown);
    assert!(ana.hears().contains("[Europe/Berlin] [Cancel]"), "{}", ana.hears());
    ana.says("new york");
    assert_eq!(ana.plan().start, at("2026-11-24T19:00:00Z"));
    assert_eq!(ana.person.zones.own, Zone::named("America/New_York").ok());
}

#[test]
fn consent_that_comes_after_the_start_asks_instead_of_booking() {
    let mut ana = Ana::new();
    ana.says("book today at 10:05");
    ana.booking_ends(BookTried::NeedsSignIn(SignInReason::NotConnected));
    ana.now += TimeDelta::minutes(9);
    let ordered = ana.acts.len();
    ana.hear(Heard::Connected { account: account() });
    assert_eq!(ana.acts.len(), ordered);
    assert!(
        ana.hears().starts_with(&format!("{CONNECTED}Not booked: ")) && ana.hears().contains("has passed by now"),
        "{}",
        ana.hears()
    );
    ana.says("at 11:00");
    assert_eq!(ana.plan().start, at("2026-11-23T10:00:00Z"));
}

#[test]
fn an_expired_link_is_replaced_on_request_and_the_request_lives_on() {
    let mut ana = Ana::new();
    ana.says("book tomorrow at 14:00");
    ana.booking_ends(BookTried::NeedsSignIn(SignInReason::NotConnected));
    ana.now += LINK_LIFE;
    let sign_in = ana.sign_ins[0].id.clone();
    ana.ends(Done::LinkChecked {
        sign_in,
        end: LinkChecked::Expired,
    });
    assert_eq!(ana.hears(), "Link expired. I kept your request. [New link]");
    assert!(ana.heard.last().unwrap().silent && ana.heard.last().unwrap().edits == Some(1));
    ana.presses("New link");
    assert_eq!(ana.sign_ins.len(), 2);
    assert!(
        ana.hears().starts_with("To book Tue 24 Nov 2026, 14:00–14:30"),
        "{}",
        ana.hears()
    );
}

#[test]
fn a_cancelled_consent_connects_nothing() {
    let mut ana = Ana::new();
    ana.says("book tomorrow at 14:00");
    ana.booking_ends(BookTried::NeedsSignIn(SignInReason::NotConnected));
    let sign_in = ana.sign_ins[0].id.clone();
    ana.hear(Heard::NotConnected {
        sign_in,
        why: NotConnected::Cancelled,
    });
    assert_eq!(ana.hears(), "Nothing was connected. [Try again]");
    ana.says("try again");
    assert_eq!(ana.sign_ins.len(), 2);
}

#[test]
fn a_wrong_code_says_how_many_tries_are_left() {
    let mut ana = Ana::new();
    let to = || ReturnAddress("x".into());
    ana.hear(Heard::Code {
        to: to(),
        judged: CodeJudged::Wrong { tries_left: 1 },
    });
    assert_eq!(ana.hears(), "That is not the code on the page. One try is left.");
    ana.hear(Heard::Code {
        to: to(),
        judged: CodeJudged::NoneWaiting,
    });
    assert!(ana.hears().contains("No sign-in of yours"), "{}", ana.hears());
    ana.hear(Heard::Code {
        to: to(),
        judged: CodeJudged::Right(account()),
    });
    assert_eq!(ana.hears(), "Connected a•••@example.org. Not you? [Disconnect]");
}

#[test]
fn b04_a_late_meet_link_edits_the_reply_without_a_sound() {
    let mut ana = Ana::new();
    ana.says("book tomorrow at 14:00");
    ana.booking_ends(pending());
    assert!(ana.hears().contains("the Meet link follows"), "{}", ana.hears());
    let meet = Meet::Ready("https://meet.google.com/x".into());
    ana.meet_ends(MeetAwaited::Settled {
        meet,
        etag: "e2".into(),
    });
    let letter = ana.heard.last().unwrap();
    assert_eq!((letter.edits, letter.silent), (Some(1), true));
    assert!(ana.hears().contains("https://meet.google.com/x"), "{}", ana.hears());
}

#[test]
fn b04_a_failed_meet_link_leaves_the_event_in_plain_words() {
    let mut ana = Ana::new();
    ana.says("book tomorrow at 14:00");
    ana.booking_ends(BookTried::Booked {
        meet: Meet::Failed,
        etag: "e1".into(),
    });
    assert!(
        ana.hears().starts_with("Booked, but without a Meet link: "),
        "{}",
        ana.hears()
    );
}

#[test]
fn an_uncertain_write_is_said_once_and_its_result_takes_that_place_within_a_minute() {
    let mut ana = Ana::new();
    ana.says("book tomorrow at 14:00");
    ana.booking_ends(BookTried::Checking);
    ana.booking_ends(BookTried::Checking);
    assert_eq!(ana.heard.len(), 1);
    assert!(
        ana.hears().starts_with("Checking whether it was booked: "),
        "{}",
        ana.hears()
    );
    let mut late = Ana {
        heard: Vec::new(),
        acts: ana.acts.clone(),
        conversation: ana.conversation.clone(),
        ..Ana::new()
    };
    ana.now += TimeDelta::seconds(60);
    ana.booking_ends(ready());
    assert_eq!(ana.heard.last().unwrap().edits, Some(1));
    late.now += TimeDelta::seconds(61);
    late.booking_ends(ready());
    assert_eq!(late.heard.last().unwrap().edits, None);
}

#[test]
fn undo_takes_back_and_book_again_makes_a_new_event() {
    let mut ana = Ana::has_booked();
    let first = ana.plan();
    ana.says("undo");
    assert!(matches!(ana.act(), Act::Remove { booking, regardless: false, .. } if *booking == first.id));
    ana.removal_ends(RemovalTried::Removed);
    assert_eq!(
        ana.hears(),
        "Removed: Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin) [Book again]"
    );
    assert_eq!(ana.bookings[0].state, BookingState::Removed);
    ana.presses("Book again");
    assert_ne!(ana.plan().id, first.id);
    assert_eq!(ana.plan().start, first.start);
}

#[test]
fn an_edited_event_is_asked_about_before_it_goes() {
    let mut ana = Ana::has_booked();
    ana.presses("Undo");
    ana.removal_ends(RemovalTried::EditedSince);
    assert!(ana.hears().contains("was edited in Google Calendar"), "{}", ana.hears());
    ana.says("remove anyway");
    assert!(matches!(ana.act(), Act::Remove { regardless: true, .. }));
}

#[test]
fn undoing_ends_with_the_start() {
    let mut ana = Ana::has_booked();
    ana.now = at("2026-11-24T13:00:00Z");
    let ordered = ana.acts.len();
    ana.presses("Undo");
    assert_eq!(ana.acts.len(), ordered);
    assert!(ana.hears().contains("has begun"), "{}", ana.hears());
}

#[test]
fn b07_a_button_of_somebody_elses_booking_finds_nothing() {
    let ana = Ana::has_booked();
    let undo = ana.button("Undo").unwrap();
    let mut al = Ana::new();
    al.says_any(Said::Pressed(undo));
    assert!(al.acts.is_empty());
    assert!(
        al.hears().starts_with("I know no such booking of yours"),
        "{}",
        al.hears()
    );
}

#[test]
fn changing_the_zone_offers_to_move_the_booking() {
    let mut ana = Ana::has_booked();
    ana.presses("Change zone");
    ana.says("London");
    assert!(
        ana.hears()
            .contains("stays at Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin)"),
        "{}",
        ana.hears()
    );
    ana.presses("Move it");
    let Act::Move { plan, to } = ana.act().clone() else {
        panic!("{:?}", ana.act())
    };
    assert_eq!(plan.start, at("2026-11-24T14:00:00Z"));
    ana.ends(Done::MoveTried {
        plan,
        to,
        end: MoveTried::Moved { etag: "e3".into() },
    });
    assert_eq!(
        ana.hears(),
        "Moved: Tue 24 Nov 2026, 14:00–14:30 (Europe/London) [Undo]"
    );
}

#[test]
fn words_about_a_booking_need_one() {
    let mut ana = Ana::new();
    ana.says("undo");
    assert!(ana.hears().contains("nothing to undo"), "{}", ana.hears());
    ana.says("change zone");
    assert!(
        ana.hears().starts_with("Which time zone are you in?"),
        "{}",
        ana.hears()
    );
    ana.says("London");
    assert_eq!(ana.hears(), "From now on I read your times in Europe/London.");
    assert!(ana.acts.is_empty());
}

#[test]
fn connecting_and_disconnecting_are_words() {
    let mut ana = Ana::new();
    ana.says("connect");
    ana.connecting_ends(ConnectTried::LinkDue);
    assert!(
        ana.hears().starts_with("Connect your Google Calendar here."),
        "{}",
        ana.hears()
    );
    ana.says("connect");
    ana.connecting_ends(ConnectTried::Already(account()));
    assert!(
        ana.hears().starts_with("You are connected as a•••@example.org."),
        "{}",
        ana.hears()
    );
    ana.says("disconnect");
    ana.disconnecting_ends(DisconnectTried::Disconnected(Some(account())));
    assert!(
        ana.hears().starts_with("Disconnected a•••@example.org"),
        "{}",
        ana.hears()
    );
    for word in ["help", "privacy", "timezone"] {
        let letters = ana.heard.len();
        ana.says(word);
        assert_eq!(ana.heard.len(), letters + 1, "{word}");
    }
    ana.says("timezone Europe/Paris");
    assert_eq!(ana.hears(), "From now on I read your times in Europe/Paris.");
}

#[test]
fn a_new_link_is_had_even_when_its_request_is_forgotten() {
    let mut ana = Ana::new();
    ana.says("book tomorrow at 14:00 for 30 min");
    ana.booking_ends(BookTried::NeedsSignIn(SignInReason::NotConnected));
    let sign_in = ana.sign_ins[0].id.clone();
    ana.now += LINK_LIFE;
    let done = Done::LinkChecked {
        sign_in,
        end: LinkChecked::Expired,
    };
    ana.hear(Heard::Done { done, booking: None });
    ana.now += KEPT;
    ana.presses("New link");
    assert!(matches!(ana.acts.last().unwrap().act, Act::Connect { .. }));
}

#[test]
fn the_oldest_open_question_makes_room() {
    let mut ana = Ana::new();
    for n in 0..=OPEN {
        ana.says_any(Said::Book(format!("book club {n} tomorrow")));
    }
    assert_eq!(ana.conversation.open.len(), OPEN);
}

#[test]
fn every_button_can_be_typed() {
    for label in ["15:00", "Book anyway", "Cancel"] {
        let (mut pressing, mut typing) = (busy_ana(), busy_ana());
        pressing.presses(label);
        typing.says(&label.to_uppercase());
        assert_eq!(pressing.conversation, typing.conversation, "{label}");
        assert_eq!(pressing.acts, typing.acts, "{label}");
    }
}

#[test]
fn a_thousand_requests_at_once_leave_the_conversation_small_and_are_all_answered() {
    let mut ana = Ana::new();
    for _ in 0..1000 {
        ana.says("book tomorrow at 14:00 for 30 min");
    }
    assert_eq!(ana.acts.len(), 1000);
    assert!(ana.stored() < 500, "{}", ana.stored());
    for act in std::mem::take(&mut ana.acts) {
        let Act::Book {
            request,
            plan,
            regardless,
        } = act.act
        else {
            panic!("not a booking")
        };
        let end = pending();
        ana.hear(Heard::Done {
            done: Done::BookTried {
                request,
                plan,
                regardless,
                end,
            },
            booking: None,
        });
    }
    assert_eq!(ana.heard.len(), 1000);
    // Their Meet links are still being waited for.
    assert_eq!(ana.acts.len(), 1000);
    assert!(ana.stored() < 500, "{}", ana.stored());
}

#[test]
fn a_thousand_errands_at_once_leave_the_conversation_small_and_each_is_answered_where_it_was_asked() {
    let mut ana = Ana::has_booked();
    let (booked, said) = (ana.acts.len(), ana.said);
    for _ in 0..250 {
        for errand in ["undo", "connect", "disconnect", "help"] {
            ana.says(errand);
        }
    }
    assert_eq!(ana.acts.len(), booked + 750, "help is answered at once");
    assert!(ana.stored() < 500, "{}", ana.stored());
    ana.heard.clear();
    while ana.acts.len() > booked {
        match ana.act() {
            Act::Remove { .. } => ana.removal_ends(RemovalTried::Removed),
            Act::Connect { .. } => ana.connecting_ends(ConnectTried::Already(account())),
            Act::Disconnect { .. } => ana.disconnecting_ends(DisconnectTried::Disconnected(None)),
            other => panic!("nobody asked for {other:?}"),
        }
        ana.acts.pop();
    }
    let asked = (1..=1000).rev().filter(|n| n % 4 != 0);
    let ways: Vec<_> = asked.map(|n| ReturnAddress(format!("way {}", said + n))).collect();
    let answered: Vec<_> = ana.heard.into_iter().map(|letter| letter.to).collect();
    assert_eq!(answered, ways);
}

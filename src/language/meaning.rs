//! The values that reading ends in.

use std::ops::Range;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use crate::zone::Zone;

/// Where in the text something stood, in bytes; both ends lie on character boundaries.
pub type Span = Range<usize>;

/// What the person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// An event made. Also a lone time or title, since most people start like that.
    Book,
    /// Something known: the agenda, whether they are free. Never writes.
    Query,
    Reschedule,
    /// An event of theirs, or the last booking, taken away ("cancel …", "undo").
    Cancel,
    Connect,
    Disconnect,
    Help,
    Timezone,
    Privacy,
    /// The zone, the working hours, the length of a meeting that says none.
    Settings,
    /// Everything else: small talk, other requests. Never writes.
    Other,
}

impl Intent {
    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Book => "book",
            Self::Query => "query",
            Self::Reschedule => "reschedule",
            Self::Cancel => "cancel",
            Self::Connect => "connect",
            Self::Disconnect => "disconnect",
            Self::Help => "help",
            Self::Timezone => "timezone",
            Self::Privacy => "privacy",
            Self::Settings => "settings",
            Self::Other => "other",
        }
    }
}

/// Somebody named as a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendee {
    pub email: String,
    pub name: Option<String>,
    pub span: Span,
}

/// A stretch of time, as said and as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    /// The zone the words were read in: the one named in the message, else the one given.
    pub zone: Zone,
    /// The message itself named the zone.
    pub zone_named: bool,
}

/// What a reading comes to at a moment, in a zone, under a policy.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Resolution {
    /// The time meant; present exactly when no doubt is open and the message says when.
    pub slot: Option<Slot>,
    /// What only the person can settle, most important first.
    pub doubts: Vec<Doubt>,
    /// What the policy settled: to be said in the reply. Where a doubt is open, only what holds for all its options.
    pub assumptions: Vec<Assumption>,
    /// The day that the words name, also where the time of day is missing, so that a question can speak of it.
    pub day: Option<NaiveDate>,
}

/// Something open: the puzzle, the words it hangs on, and what it might mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Doubt {
    pub puzzle: Puzzle,
    /// The words that raise it; empty range at the end of the text where something is missing.
    pub span: Span,
    /// The readings to choose from, best first, at most three.
    pub options: Vec<Slot>,
}

/// Why a doubt is one, in the order in which they are worth asking about: what the request is before when it is, and that before
/// whom it is with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Puzzle {
    /// Several bookings in one message.
    SeveralRequests,
    /// A repeating event, which can't be booked yet.
    Repeating,
    /// Two dates, times or lengths that don't agree.
    SeveralTimes,
    /// "30 February"
    NoSuchDate,
    /// "25:00"
    NoSuchTime,
    /// A zone's name or abbreviation that nobody knows.
    UnknownZone,
    /// "CST": several zones go by it.
    AmbiguousZone,
    EndBeforeStart,
    /// 0 minutes.
    NoLength,
    /// Longer than a day.
    TooLong,
    /// "next week", "in May": many days, none of them named.
    NoDay,
    /// The moment has passed.
    Past,
    /// More than a year ahead.
    TooFar,
    /// "at 7": morning or evening, and the policy can't tell.
    WhichHalf,
    /// "3/4": the 3rd of April or March 4th, and nobody knows how the person writes dates.
    WhichDate,
    /// A request to book without a time of day; hangs on the day where one was said.
    NoTime,
    /// An address that no mail can be sent to (`a@b`, line breaks inside).
    BadAddress,
    /// A guest named by a platform's mention (`<@U123>`, `<!here>`): their address is not in the message.
    UnknownGuest,
    TooManyGuests,
}

impl Puzzle {
    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::SeveralRequests => "several-requests",
            Self::Repeating => "repeating",
            Self::SeveralTimes => "several-times",
            Self::NoSuchDate => "no-such-date",
            Self::NoSuchTime => "no-such-time",
            Self::UnknownZone => "unknown-zone",
            Self::AmbiguousZone => "ambiguous-zone",
            Self::EndBeforeStart => "end-before-start",
            Self::NoLength => "no-length",
            Self::TooLong => "too-long",
            Self::NoDay => "no-day",
            Self::Past => "past",
            Self::TooFar => "too-far",
            Self::WhichHalf => "which-half",
            Self::WhichDate => "which-date",
            Self::NoTime => "no-time",
            Self::BadAddress => "bad-address",
            Self::UnknownGuest => "unknown-guest",
            Self::TooManyGuests => "too-many-guests",
        }
    }
}

/// Something the policy settled.
#[derive(Clone, Debug, PartialEq)]
pub enum Assumption {
    /// No length was said: the default, in minutes.
    Length(u32),
    /// No half of the day was said, and the policy chose the later one: "at 3" is `chosen`, 15:00.
    Half { span: Span, chosen: NaiveTime },
    /// The time of day has passed today: tomorrow.
    Tomorrow,
    /// "next Friday" was taken as the Friday of next week; `nearer` is the one that is still ahead this week.
    NextWeek { nearer: Slot },
    /// The clock jumps over the time: moved behind the gap.
    Gap { said: NaiveDateTime },
    /// The clock shows the time twice: the first one.
    FirstOfTwo,
    /// They are named without an address, and so get no invitation.
    Uninvited { names: Vec<String> },
}

/// How a person writes dates in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// A booking asks; a question about the calendar takes the month first.
    Unknown,
    MonthFirst,
    DayFirst,
}

/// How disputed forms are settled. Every field is a position that `docs/language.md` explains.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// A bare hour ("at 5") means the one inside these hours.
    pub workday: Range<NaiveTime>,
    /// The length of a meeting when none is said, in minutes.
    pub length: u32,
    /// "next Friday" means the Friday of next week, not the nearest one ahead.
    pub next_skips_this_week: bool,
    /// Which number of 3/4 is the day.
    pub date_order: DateOrder,
    /// Longest meeting that is taken without a question, in minutes.
    pub longest: u32,
    /// Furthest day ahead that is taken without a question, in days.
    pub furthest: u32,
    /// Most guests.
    pub guests: usize,
}

impl Default for Policy {
    fn default() -> Self {
        let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).expect("a whole hour of the day");
        Self {
            workday: hour(9)..hour(18),
            length: 30,
            next_skips_this_week: true,
            date_order: DateOrder::Unknown,
            longest: 24 * 60,
            furthest: 366,
            guests: 200,
        }
    }
}

//! What a reading finds, as it was said: nothing here knows a moment, a zone or a policy. May import: std, chrono's weekdays, `holiday`,
//! `meaning`.

use chrono::Weekday;

use super::holiday::Holiday;
use super::meaning::{Attendee, Span};
use super::recurrence::{Ending, Rule};
use super::words::{Edge, Half, Part, Share};
use crate::zone::Zone;

/// Something that was found, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub span: Span,
    pub found: Found,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    Day(Day),
    /// Many days at once.
    Stretch(Stretch),
    /// "… to Wednesday": the last of several days, the day or stretch before being the first.
    Through(Stretch),
    Clock(Clock),
    /// "3-4pm"
    Range(Clock, Clock),
    /// "until 4", said apart from its start.
    Until(Clock),
    /// "before 4pm": any time until then.
    Before(Clock),
    /// "by noon": then at the latest.
    By(Clock),
    /// A length in seconds; a meeting lasts whole minutes.
    Length(u32),
    /// So many minutes from now, or ago where negative: an instant that needs no zone.
    After(i32),
    /// "an hour later", in minutes: later than something that was said before.
    Shift(i32),
    /// "within the next 2 hours", in minutes: any time from now until then.
    Within(u32),
    /// "as soon as possible": how soon, but no time.
    Earliest,
    /// "this time tomorrow": the time of day at which it is said.
    SameTime,
    /// "tomorrow morning"
    Part(Part, Share),
    /// "pm", said apart from its hour, as an answer is.
    Half(Half),
    /// A lone number: no time by itself, but one as an answer to "when?".
    Number(u32),
    Zone(ZoneSaid),
    /// "every Monday"; `None` where how it repeats isn't said ("recurring").
    Repeat(Option<Rule>),
    /// "until June", of something that repeats.
    Ending(Ending),
    /// "except December 25", of something that repeats.
    Except(Day),
    /// A number left over beside a time of day: it may be meant instead.
    Loose,
    /// The verb of a second request.
    SecondRequest,
    Guest(Attendee),
    /// Somebody by name alone.
    Person(Person),
    BadAddress,
    /// A platform's mention of somebody.
    Mention,
    Title(String),
    Location(String),
    /// "no meet": without a link to join by.
    NoLink,
}

impl Found {
    /// Its name for people.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Day(_) => "day",
            Self::Stretch(_) => "days",
            Self::Through(_) => "last day",
            Self::Clock(_) => "time",
            Self::Range(..) => "from–to",
            Self::Until(_) => "end",
            Self::Before(_) => "before",
            Self::By(_) => "by",
            Self::Length(_) => "length",
            Self::After(_) => "from now",
            Self::Shift(_) => "later",
            Self::Within(_) => "within",
            Self::Earliest => "as soon as possible",
            Self::SameTime => "the same time",
            Self::Part(..) => "part of the day",
            Self::Half(_) => "half of the day",
            Self::Number(_) => "number",
            Self::Zone(_) => "zone",
            Self::Repeat(_) => "repeats",
            Self::Ending(_) => "until",
            Self::Except(_) => "except",
            Self::Loose => "left over",
            Self::SecondRequest => "another request",
            Self::Guest(_) => "guest",
            Self::Person(_) => "person",
            Self::BadAddress => "no address",
            Self::Mention => "mention",
            Self::Title(_) => "title",
            Self::Location(_) => "place",
            Self::NoLink => "no link",
        }
    }
}

/// Somebody who is named without an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    /// "invite Ann": more than part of what the meeting is about.
    pub invited: bool,
}

/// A day as said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Day {
    /// Days from today.
    Away(i64),
    Weekday(Weekday, Which),
    /// "the next working day", "in 3 working days": so many on.
    Workday(u32),
    /// "3 March", "2027-03-03". May be none of the calendar's.
    Date {
        year: OfYear,
        month: u32,
        day: u32,
    },
    /// "3/4": which is the month is for the policy to say.
    Numeric {
        year: OfYear,
        first: u32,
        second: u32,
    },
    /// "the 3rd", of a month so many months from this one; of the next that has it when none is said.
    OfMonth {
        day: u32,
        months: Option<i32>,
    },
    /// "Christmas", "Easter 2027"
    Holiday(&'static Holiday, OfYear),
    /// "the first Monday of May", "the last day of the month": the `nth` such day, from the end when it is negative.
    Nth {
        nth: i32,
        weekday: Option<Weekday>,
        of: Box<Stretch>,
    },
    /// "the last working day of the month"
    NthWorkday {
        nth: i32,
        of: Box<Stretch>,
    },
    /// "a week from Friday", "2 days before Christmas", "in three months"
    Shifted(Shift, Box<Day>),
    /// "the Friday before Christmas", "the second Monday after Easter"
    Beside {
        nth: i32,
        weekday: Weekday,
        of: Box<Day>,
    },
    /// "the second closest Monday to May 5th"
    Closest {
        nth: u32,
        weekday: Weekday,
        to: Box<Day>,
    },
}

/// Of which year a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfYear {
    /// The next one that comes.
    Next,
    /// The last one that has passed: "last Christmas".
    Last,
    /// "2027"
    Is(i32),
    /// "next year": so many from this one.
    Away(i32),
}

/// A step in the calendar: months first, then days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    pub months: i32,
    pub days: i64,
}

/// A stretch of days: names none by itself, but may say which Friday is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// "this week", "next month", "last year": so many of them from the one that runs.
    Away(Grain, i64),
    /// "the next three days", "the last 2 weeks": without today.
    Running(Grain, i64),
    /// "May", "May 2027"
    Month {
        month: u32,
        year: OfYear,
    },
    /// "Q3", "the third quarter of 2027"
    Quarter {
        quarter: u32,
        year: OfYear,
    },
    Year(i32),
    /// "the 1990s": the ten years from that one on.
    Decade(i32),
    /// "week 12", "2027-W12": as ISO 8601 counts them.
    Week {
        week: u32,
        year: OfYear,
    },
    /// "this summer", of the northern half of the earth.
    Season {
        season: Season,
        year: OfYear,
    },
    /// "the first three days of May": so many of them, from the end when negative.
    Some {
        count: i32,
        grain: Grain,
        of: Box<Stretch>,
    },
    /// "the week of June 5th", "the weekend of the 3rd"
    Around(Grain, Box<Day>),
    /// "the third week of June"
    Nth {
        nth: i32,
        grain: Grain,
        of: Box<Stretch>,
    },
    /// "the end of the month"
    Edge(Edge, Box<Stretch>),
    /// "before Friday", "by Monday", "within three weeks"
    Before(Box<Day>),
    /// "after Wednesday"
    After(Box<Day>),
    /// "since Monday", "from Tuesday on"
    Since(Box<Day>),
    /// "the day before my birthday": none that a calendar knows.
    Unknown,
    /// A single day, as the end of several.
    Day(Box<Day>),
}

/// A season; each begins with a solstice or an equinox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Season {
    Spring,
    Summer,
    Autumn,
    Winter,
}

/// How exactly a time was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    Minute,
    /// A part of the day.
    Part,
    Day,
    Weekend,
    Week,
    Month,
    Quarter,
    Year,
}

/// Which of the weekdays of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Bare,
    This,
    Next,
    /// "this coming Friday": the next one, and never today.
    Coming,
    /// "last Friday": the latest one, and never today.
    Last,
    /// "Monday next week": of the week so many weeks from this one.
    Week(i64),
    /// "this past Friday": the latest one, and never today, however `Last` is read.
    Past,
    /// "two Fridays from now"
    Count(u32),
}

/// A time of day as said; may be none that a clock shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    pub hour: u32,
    pub minute: u32,
    pub face: Face,
}

/// What a clock time says about its half of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// "14:00", "08:30", "noon": the clock of 24 hours.
    Day,
    Half(Half),
    /// "3 in the afternoon"
    Part(Part),
    /// "at 3"
    Bare,
    /// "midnight": the end of today, the start of another day.
    Midnight,
}

/// A zone as said.
#[derive(Clone, Debug, PartialEq)]
pub enum ZoneSaid {
    Known(Zone),
    /// Several go by that name; the likeliest first.
    OneOf(Vec<Zone>),
    Unknown,
}

impl Clock {
    /// The time so many minutes on: a bare hour stays one of the twelve, any other goes round the day. `None` for what no clock shows.
    pub(super) fn shifted(self, minutes: i32) -> Option<Self> {
        let Self { hour, minute, face } = self;
        if hour > 24 || minute > 59 {
            return None;
        }
        let hour = match face {
            Face::Half(Half::Am) => hour % 12,
            Face::Half(Half::Pm) => hour % 12 + 12,
            _ => hour,
        };
        let keeps_half = matches!(face, Face::Bare | Face::Part(_));
        let round = if keeps_half { 12 * 60 } else { 24 * 60 };
        let at = i32::try_from(hour * 60 + minute).ok()?.checked_add(minutes)?;
        let at = u32::try_from(at.rem_euclid(round)).ok()?;
        let (hour, face) = match at / 60 {
            0 if keeps_half => (12, face),
            hour => (hour, if keeps_half { face } else { Face::Day }),
        };
        Some(Self {
            hour,
            minute: at % 60,
            face,
        })
    }
}

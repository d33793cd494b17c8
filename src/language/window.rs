//! The stretch of time that a reading names, at the grain it was said in: a moment, an afternoon, a day, a week. Unlike a [`Slot`], it
//! may have passed, lack its end and be chosen among several: questions about the calendar are answered with it, and readings explained.
//! May import: everything of the reader's but `reading`'s insides, `zone`, chrono.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc, Weekday};

use super::calendar::Named;
use super::extent::{self, Extent};
use super::found::{Day, Found, Grain, OfYear, Stretch, Which};
use super::hours::hours;
use super::meaning::{Policy, Slot};
use super::place::Frame;
use super::reading::Reading;
use super::said::{self, SaidDay, SaidTime};
use super::words::{Part, Share};
use crate::zone::Zone;

/// A stretch of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// What an open window ("before Friday") is counted from.
    pub start: DateTime<Utc>,
    /// `None` where a moment was said without an end or a length, and in an open window.
    pub end: Option<DateTime<Utc>>,
    pub grain: Grain,
    pub side: Side,
    /// The zone that the words were read in.
    pub zone: Zone,
}

/// On which side of a window's days the time lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Within,
    /// "before Friday", "by Friday"
    Before,
    /// "after Friday"
    After,
    /// "since Friday", "from Friday on": the day itself, too.
    From,
}

/// The window that `reading` names when it was said at `now` in `zone`; `None` when it says nothing about when.
pub fn window(reading: &Reading, now: DateTime<Utc>, zone: &Zone, policy: &Policy) -> Option<Window> {
    let mut found = reading.findings().iter().map(|finding| &finding.found);
    if !reading.says_when() && !found.any(|found| matches!(found, Found::Shift(_) | Found::Number(_))) {
        return None;
    }
    let own = Frame::new(now, zone);
    let today = own.today;
    let frame = match reading.zone() {
        Some(named) => own.named(named),
        None => own,
    };
    let length = said::length(reading, policy).unwrap_or_default();
    let minute = now.with_second(0).and_then(|now| now.with_nanosecond(0)).unwrap_or(now);
    let later = |minutes: i32| minute.checked_add_signed(TimeDelta::minutes(i64::from(minutes)));
    let wait = wait(reading);
    if let Some(Found::Within(minutes)) = wait {
        let until = minute.checked_add_signed(TimeDelta::minutes(i64::from(*minutes)))?;
        if runs(reading) {
            return Some(frame.window(minute, Some(until), Grain::Minute));
        }
        return Some(Window {
            side: Side::Before,
            ..frame.window(until, None, Grain::Minute)
        });
    }
    let naming = Naming { reading, policy, today };
    let mut times = said::times(reading, policy).unwrap_or_default();
    if times.is_empty() {
        times.extend(said::same_time(reading, zone.wall(now)));
    }
    let day = naming.day();
    let several = said::through(reading).is_some();
    if let (Some(Found::After(minutes) | Found::Shift(minutes)), None, true, false) =
        (wait, day, times.is_empty(), several)
    {
        let start = later(*minutes)?;
        // "from now until 5"
        let until = said::end(reading, policy).and_then(|end| frame.next(&end));
        let end = until.or(length.and_then(|length| start.checked_add_signed(length)));
        return Some(frame.window(start, end, Grain::Minute));
    }
    if let (Some(latest), true) = (said::by(reading, policy), times.is_empty()) {
        return frame.at(day, &latest, length);
    }
    if let (Some(end), true) = (said::before(reading, policy), times.is_empty()) {
        let end = frame.at(day, &end, None)?.start;
        let start = frame
            .zone
            .settle(frame.zone.wall(end).date().and_time(chrono::NaiveTime::MIN));
        let start = if start < minute && minute < end { minute } else { start };
        return Some(frame.window(start, Some(end), Grain::Minute));
    }
    if let Some(window) = naming.through(&frame, day, &times) {
        // "from now until Friday"
        let start = if matches!(wait, Some(Found::After(0))) {
            minute
        } else {
            window.start
        };
        return Some(Window { start, ..window });
    }
    match (day, times.first(), part(reading)) {
        (Some(day), Some(time), _) => frame.at(Some(day), time, length),
        (Some(day), None, Some(part)) => frame.part(day.date, part, policy),
        (Some(day), None, None) if reading.meal.is_some() => frame.part(day.date, (reading.meal?, Share::Meal), policy),
        (Some(day), None, None) => frame.days(Extent {
            first: day.date,
            last: day
                .date
                .checked_add_signed(TimeDelta::try_days(whole_days(reading) - 1)?)?,
            grain: Grain::Day,
        }),
        (None, Some(time), _) => frame.at(naming.first_of_stretch(), time, length),
        (None, None, part) => naming
            .stretch(&frame)
            .or_else(|| frame.next_part(naming.today, part?, policy))
            .or_else(|| frame.at(None, &said::number(reading, policy)?, None)),
    }
}

fn wait(reading: &Reading) -> Option<&Found> {
    let mut found = reading.findings().iter().map(|finding| &finding.found);
    found.find(|found| matches!(found, Found::After(_) | Found::Within(_) | Found::Shift(_)))
}

/// "in the next two hours" runs from now on, "within two hours" says by when.
fn runs(reading: &Reading) -> bool {
    let mut found = reading.findings().iter();
    let within = found.find(|finding| matches!(finding.found, Found::Within(_)));
    within.is_some_and(|finding| reading.quote(&finding.span).contains("next"))
}

fn part(reading: &Reading) -> Option<(Part, Share)> {
    reading.findings().iter().find_map(|finding| match finding.found {
        Found::Part(part, share) => Some((part, share)),
        _ => None,
    })
}

/// The length in days of something that lasts several: "from Friday for 3 days".
fn whole_days(reading: &Reading) -> i64 {
    const DAY: u32 = 24 * 60 * 60;
    let mut found = reading.findings().iter().map(|finding| &finding.found);
    let days = found.find_map(|found| match *found {
        Found::Length(seconds) if seconds % DAY == 0 => Some(seconds / DAY),
        _ => None,
    });
    i64::from(days.unwrap_or(1).max(1))
}

/// Asks for what has been: "what did I do on March 2nd?"
fn looks_back(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphabetic());
    words.any(|word| {
        ["did", "was", "were", "had", "happened"]
            .iter()
            .any(|past| past.eq_ignore_ascii_case(word))
    })
}

/// Which days a reading names.
struct Naming<'a> {
    reading: &'a Reading,
    policy: &'a Policy,
    today: NaiveDate,
}

impl Naming<'_> {
    /// The day that is named; of a weekday and a date that don't agree, the date.
    fn day(&self) -> Option<Named> {
        if let Some(date) = self.weekday_of_month() {
            return Some(super::calendar::firm(date));
        }
        let days = said::days(self.reading, self.today, self.policy).unwrap_or_default();
        let day = days.iter().find(|day| day.is_date).or(days.first())?;
        let weekday = days
            .iter()
            .find(|day| day.is_weekday)
            .map(|day| day.named.date.weekday());
        Some(self.on_weekday(day, weekday).unwrap_or_else(|| self.ahead(day)))
    }

    /// "Fri, Jul 18": the next year's where that is a Friday and this year's isn't. A date that is near was meant, and its weekday a slip.
    fn on_weekday(&self, day: &SaidDay, weekday: Option<Weekday>) -> Option<Named> {
        let named = day.named.date;
        let is_far = (named - self.today).num_days() > FAR;
        let date = named
            .with_year(named.year() + 1)
            .filter(|_| day.is_yearless && is_far)?;
        let weekday = weekday.filter(|weekday| *weekday != day.named.date.weekday())?;
        (date.weekday() == weekday).then_some(Named { date, ..day.named })
    }

    /// A date without a year that has passed is next year's, unless somebody looks back.
    fn ahead(&self, day: &SaidDay) -> Named {
        let passed = day.is_yearless && day.named.date < self.today && !looks_back(self.reading.text());
        let date = day.named.year_on.filter(|_| passed).unwrap_or(day.named.date);
        Named { date, ..day.named }
    }

    /// "Friday the 13th": the next 13th that is a Friday.
    fn weekday_of_month(&self) -> Option<NaiveDate> {
        let mut weekday = None;
        let mut number = None;
        for finding in self.reading.findings() {
            match &finding.found {
                Found::Day(Day::Weekday(said, Which::Bare)) => weekday = weekday.or(Some(*said)),
                Found::Day(Day::OfMonth { day, months: None }) => number = number.or(Some(*day)),
                _ => {}
            }
        }
        let (weekday, number) = (weekday?, number?);
        let first = self.today.with_day(1)?;
        let mut months =
            (0..MONTHS_TO_AGREE).filter_map(|months| extent::months_later(first, months)?.with_day(number));
        months.find(|date| *date >= self.today && date.weekday() == weekday)
    }

    /// The first day of a stretch that has not passed: "next week at 8".
    fn first_of_stretch(&self) -> Option<Named> {
        let (stretch, _) = said::stretch(self.reading)?;
        let days = extent::extent(stretch, self.today, self.policy)?;
        let first = if days.last < self.today {
            days.first
        } else {
            days.first.max(self.today)
        };
        Some(Named {
            again: first.succ_opt(),
            ..super::calendar::firm(first)
        })
    }

    fn stretch(&self, frame: &Frame) -> Option<Window> {
        let (stretch, _) = said::stretch(self.reading)?;
        let days = frame.days(extent::extent(stretch, self.today, self.policy)?)?;
        let side = match stretch {
            Stretch::Before(_) => Side::Before,
            Stretch::After(_) => Side::After,
            Stretch::Since(_) => Side::From,
            _ => Side::Within,
        };
        let end = days.end.filter(|_| side == Side::Within);
        Some(Window { side, end, ..days })
    }

    /// "Monday to Wednesday", "from May to July", "Friday 2pm to Saturday 10am".
    fn through(&self, frame: &Frame, day: Option<Named>, times: &[SaidTime]) -> Option<Window> {
        let (last, _) = said::through(self.reading)?;
        let stretch = said::stretch(self.reading).map(|(stretch, _)| stretch);
        let first = match (day, stretch) {
            (Some(day), _) => day.date,
            (None, Some(stretch)) => extent::extent(stretch, self.today, self.policy)?.first,
            (None, None) => self.today,
        };
        let days = self.last_of_several(last, first)?;
        let first = self.first_of_several(first, days.last, last);
        let at = |date: NaiveDate, time: &SaidTime| frame.zone.settle(date.and_time(time.choice.first().time));
        match times {
            [from, to, ..] => Some(frame.window(at(first, from), Some(at(days.last, to)), Grain::Minute)),
            [from] => frame.at(Some(super::calendar::firm(first)), from, None),
            [] => frame.days(Extent { first, ..days }),
        }
    }

    /// Weekdays and days of the month are counted from the first of the days.
    fn last_of_several(&self, last: &Stretch, first: NaiveDate) -> Option<Extent> {
        let this = extent::extent(last, self.today, self.policy)?;
        let (counts, yearless) = match last {
            Stretch::Day(day) => (
                matches!(**day, Day::Weekday(_, Which::Bare) | Day::OfMonth { months: None, .. }),
                year(day) == Some(OfYear::Next),
            ),
            _ => (false, false),
        };
        if yearless && this.last < self.today && !looks_back(self.reading.text()) {
            let later = |date| extent::months_later(date, 12);
            return Some(Extent {
                first: later(this.first)?,
                last: later(this.last)?,
                ..this
            });
        }
        if this.last >= first || !counts {
            return Some(this);
        }
        extent::extent(last, first, self.policy)
    }

    /// "9/5 to 12/20", said between the two, began this year; "December to May 2027" began in 2026.
    fn first_of_several(&self, first: NaiveDate, last: NaiveDate, said: &Stretch) -> NaiveDate {
        let mut found = self.reading.findings().iter().map(|finding| &finding.found);
        let yearless = found.any(|found| match found {
            Found::Day(day) => year(day) == Some(OfYear::Next),
            Found::Stretch(Stretch::Month { year, .. }) => *year == OfYear::Next,
            _ => false,
        });
        let says_year = match said {
            Stretch::Day(day) => matches!(year(day), Some(OfYear::Is(_))),
            Stretch::Month { year, .. } => matches!(year, OfYear::Is(_)),
            _ => false,
        };
        let years = if yearless && says_year {
            last.year() - first.year()
        } else {
            0
        };
        let first = extent::months_later(first, 12 * years).unwrap_or(first);
        if first <= last || !yearless {
            return first;
        }
        extent::months_later(first, -12).unwrap_or(first)
    }
}

/// The year of a date of the calendar's.
fn year(day: &Day) -> Option<OfYear> {
    match *day {
        Day::Date { year, .. } | Day::Numeric { year, .. } => Some(year),
        _ => None,
    }
}

/// So many days ahead a date may be another year's.
const FAR: i64 = 60;

/// Within so many months each weekday falls on each day of a month.
const MONTHS_TO_AGREE: i32 = 14;

impl Frame {
    fn window(&self, start: DateTime<Utc>, end: Option<DateTime<Utc>>, grain: Grain) -> Window {
        Window {
            start,
            end,
            grain,
            side: Side::Within,
            zone: self.zone.clone(),
        }
    }

    fn at(&self, day: Option<Named>, time: &SaidTime, length: Option<TimeDelta>) -> Option<Window> {
        let length = time.length.or(length);
        let placed = self.place(time, time.choice.first(), day, length.unwrap_or_default())?;
        let Slot { start, end, .. } = placed.slot;
        Some(self.window(start, length.map(|_| end), Grain::Minute))
    }

    /// Whole days, to the midnight after the last one.
    fn days(&self, days: Extent) -> Option<Window> {
        let midnight = |date: NaiveDate| self.zone.settle(date.and_time(NaiveTime::MIN));
        Some(self.window(midnight(days.first), Some(midnight(days.last.succ_opt()?)), days.grain))
    }

    fn part(&self, date: NaiveDate, (part, share): (Part, Share), policy: &Policy) -> Option<Window> {
        let midnight = date.and_time(NaiveTime::MIN);
        let (from, to) = hours(part, share, policy);
        let at = |minutes: i64| {
            midnight
                .checked_add_signed(TimeDelta::minutes(minutes))
                .map(|wall: NaiveDateTime| self.zone.settle(wall))
        };
        Some(self.window(at(from)?, Some(at(to)?), Grain::Part))
    }

    /// A part of the day without its day is today's, or tomorrow's when it is over.
    fn next_part(&self, today: NaiveDate, part: (Part, Share), policy: &Policy) -> Option<Window> {
        let window = self.part(today, part, policy)?;
        if window.end.is_some_and(|end| end > self.now) {
            return Some(window);
        }
        self.part(today.succ_opt()?, part, policy)
    }
}

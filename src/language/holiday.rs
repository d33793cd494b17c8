//! Holidays that have a name and one rule for their date. May import: std, chrono's civil dates,
//! `intent`'s senses, `token`.
//!
//! Where countries disagree the date is that of the United States (`docs/language.md` says so). Feasts of the lunar calendars have
//! no short rule and are left out.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};

use super::intent::Sense;
use super::token::Tokens;

/// A holiday: its names, in lower case without apostrophes, and its rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Holiday {
    names: &'static [&'static str],
    rule: Rule,
}

#[derive(Debug, PartialEq, Eq)]
enum Rule {
    /// A month and a day.
    On(u32, u32),
    /// The first such weekday on or after a date: the third Monday of January is the first from the 15th on.
    From(u32, u32, Weekday),
    /// Days after Easter Sunday.
    Easter(i64),
}

use Rule::{Easter, From, On};
use Weekday::{Fri, Mon, Sun, Thu, Tue};

const fn row(rule: Rule, names: &'static [&'static str]) -> Holiday {
    Holiday { names, rule }
}

#[rustfmt::skip]
static HOLIDAYS: &[Holiday] = &[
    row(On(1, 1), &["new years day", "new year day", "new years"]),
    row(On(1, 6), &["epiphany", "three kings day"]),
    row(From(1, 15, Mon), &["martin luther king day", "martin luther king jr day", "mlk day", "martin luther king junior day"]),
    row(On(1, 25), &["burns night"]),
    row(On(1, 26), &["australia day"]),
    row(On(2, 2), &["groundhog day", "candlemas"]),
    row(On(2, 14), &["valentines day", "valentine day", "valentines", "saint valentines day", "st valentines day"]),
    row(From(2, 15, Mon), &["presidents day", "president day"]),
    row(On(3, 1), &["st davids day", "saint davids day"]),
    row(On(3, 8), &["international womens day", "womens day", "international women day"]),
    row(On(3, 14), &["pi day"]),
    row(On(3, 17), &["st patricks day", "saint patricks day", "st patrick day", "saint patrick day", "st pattys day", "st paddys day"]),
    row(On(4, 1), &["april fools day", "april fools", "april fool day"]),
    row(On(4, 15), &["tax day"]),
    row(On(4, 22), &["earth day"]),
    row(On(4, 23), &["st georges day", "saint georges day"]),
    row(On(4, 25), &["anzac day"]),
    row(From(4, 24, Fri), &["arbor day"]),
    row(On(5, 1), &["international workers day", "workers day", "may day"]),
    row(On(5, 4), &["star wars day"]),
    row(On(5, 5), &["cinco de mayo"]),
    row(From(5, 8, Sun), &["mothers day", "mother day"]),
    row(From(5, 18, Mon), &["victoria day"]),
    row(From(5, 25, Mon), &["memorial day", "decoration day"]),
    row(On(6, 1), &["childrens day", "international childrens day"]),
    row(On(6, 14), &["flag day"]),
    row(From(6, 15, Sun), &["fathers day", "father day"]),
    row(On(6, 19), &["juneteenth"]),
    row(On(7, 1), &["canada day"]),
    row(On(7, 4), &["independence day", "us independence day"]),
    row(On(7, 14), &["bastille day"]),
    row(On(8, 26), &["womens equality day", "women equality day"]),
    row(From(9, 1, Mon), &["labor day", "labour day"]),
    row(On(9, 11), &["patriot day"]),
    row(On(10, 3), &["german unity day"]),
    row(From(10, 8, Mon), &["columbus day", "indigenous peoples day", "canadian thanksgiving"]),
    row(On(10, 31), &["halloween", "all hallows eve", "halloween day"]),
    row(On(11, 1), &["all saints day", "all hallows day"]),
    row(On(11, 2), &["all souls day"]),
    row(From(11, 2, Tue), &["election day"]),
    row(On(11, 5), &["guy fawkes night", "guy fawkes day", "bonfire night"]),
    row(On(11, 11), &["veterans day", "veteran day", "remembrance day", "armistice day", "singles day"]),
    row(From(11, 22, Thu), &["thanksgiving", "thanksgiving day"]),
    row(From(11, 23, Fri), &["black friday"]),
    row(From(11, 26, Mon), &["cyber monday"]),
    row(From(11, 27, Tue), &["giving tuesday"]),
    row(On(11, 30), &["st andrews day", "saint andrews day"]),
    row(On(12, 6), &["st nicholas day", "saint nicholas day"]),
    row(On(12, 24), &["christmas eve", "xmas eve"]),
    row(On(12, 25), &["christmas", "christmas day", "xmas", "xmas day"]),
    row(On(12, 26), &["boxing day", "st stephens day", "saint stephens day"]),
    row(On(12, 31), &["new years eve", "new year eve", "hogmanay", "nye"]),
    row(Easter(-47), &["shrove tuesday", "fat tuesday", "pancake day", "pancake tuesday", "mardi gras"]),
    row(Easter(-46), &["ash wednesday"]),
    row(Easter(-21), &["mothering sunday"]),
    row(Easter(-7), &["palm sunday"]),
    row(Easter(-3), &["maundy thursday", "holy thursday"]),
    row(Easter(-2), &["good friday"]),
    row(Easter(-1), &["holy saturday", "easter saturday"]),
    row(Easter(0), &["easter", "easter sunday", "easter day"]),
    row(Easter(1), &["easter monday"]),
    row(Easter(39), &["ascension day"]),
    row(Easter(49), &["pentecost", "whitsun", "whit sunday", "pentecost sunday"]),
    row(Easter(50), &["whit monday", "pentecost monday"]),
];

/// The words that open a name, as people write them: "mothers" and "mother's".
pub(super) fn openers() -> impl Iterator<Item = String> {
    let names = HOLIDAYS.iter().flat_map(|holiday| holiday.names);
    let first = names.filter_map(|name| name.split(' ').next());
    first.flat_map(|word| {
        [
            Some(word.to_owned()),
            word.strip_suffix('s').map(|stem| format!("{stem}'s")),
        ]
        .into_iter()
        .flatten()
    })
}

/// The names by their first word, without the "s" of an owner.
static BY_FIRST_WORD: LazyLock<HashMap<&str, Vec<(&Holiday, &str)>>> = LazyLock::new(|| {
    let mut names: HashMap<&str, Vec<_>> = HashMap::new();
    for holiday in HOLIDAYS {
        for name in holiday.names {
            names.entry(stem(name)).or_default().push((holiday, *name));
        }
    }
    names
});

/// "mother" of "mothers day" and of "mother's".
fn stem(name: &str) -> &str {
    let first = name.split([' ', '\'', '’']).next().unwrap_or_default();
    first.strip_suffix('s').unwrap_or(first)
}

/// The holiday whose name starts at token `at`, and the token after it: the longest name wins.
pub(super) fn holiday(text: &Tokens, at: usize) -> Option<(&'static Holiday, usize)> {
    if !text.sense(at).is(Sense::FEAST) {
        return None;
    }
    let names = BY_FIRST_WORD.get(stem(text.low(at)))?;
    let ends = names
        .iter()
        .filter_map(|(holiday, name)| name_ends(text, at, name).map(|next| (*holiday, next)));
    ends.max_by_key(|(_, next)| *next)
}

/// The token after `name`, when it stands at token `at`; apostrophes and the point of "St." don't count.
fn name_ends(text: &Tokens, mut at: usize, name: &str) -> Option<usize> {
    for word in name.split(' ') {
        if !said(text, at).eq(word.bytes()) {
            return None;
        }
        at += 1;
        let skips = word == "st" && text.is_mark(at, '.') || text.is_mark(at, '\'') || text.is_mark(at, '’');
        at += usize::from(skips);
    }
    Some(at)
}

fn said<'a>(text: &'a Tokens, at: usize) -> impl Iterator<Item = u8> + 'a {
    text.low(at).bytes().filter(|byte| byte.is_ascii_alphanumeric())
}

impl Holiday {
    /// Its date in a year.
    pub(super) fn in_year(&self, year: i32) -> Option<NaiveDate> {
        match self.rule {
            On(month, day) => NaiveDate::from_ymd_opt(year, month, day),
            From(month, day, weekday) => {
                let first = NaiveDate::from_ymd_opt(year, month, day)?;
                let days = (7 + weekday.num_days_from_monday() - first.weekday().num_days_from_monday()) % 7;
                first.checked_add_days(Days::new(u64::from(days)))
            }
            Easter(days) => easter(year)?.checked_add_signed(TimeDelta::try_days(days)?),
        }
    }
}

/// Easter Sunday of the western churches (the anonymous Gregorian computus; Meeus, *Astronomical Algorithms*, chapter 8).
fn easter(year: i32) -> Option<NaiveDate> {
    let (century, of_century) = (year / 100, year % 100);
    let golden = year % 19;
    let lunar = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - lunar + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * late + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(days / 31).ok()?, u32::try_from(days % 31 + 1).ok()?)
}

#[cfg(test)]
mod tests {
    use super::super::token::Seen;
    use super::*;

    fn told(name: &str, year: i32) -> String {
        let seen = Seen::of(name);
        let tokens = seen.tokens();
        let (holiday, _) = holiday(&tokens, 0).unwrap_or_else(|| panic!("{name} is in the table"));
        holiday.in_year(year).map(|date| date.to_string()).unwrap_or_default()
    }

    #[test]
    fn every_name_is_found_and_names_one_holiday() {
        for holiday in HOLIDAYS {
            for name in holiday.names {
                let seen = Seen::of(name);
                let tokens = seen.tokens();
                let (found, next) = super::holiday(&tokens, 0).unwrap_or_else(|| panic!("{name:?} is not found"));
                assert_eq!((found, next), (holiday, tokens.len()), "{name:?}");
            }
        }
    }

    #[test]
    fn rules_give_the_dates_of_the_almanac() {
        for (name, year, date) in [
            ("Easter", 2026, "2026-04-05"),
            ("Easter", 2027, "2027-03-28"),
            ("Easter", 2038, "2038-04-25"),
            ("Good Friday", 2027, "2027-03-26"),
            ("Pentecost", 2026, "2026-05-24"),
            ("Thanksgiving", 2026, "2026-11-26"),
            ("Black Friday", 2024, "2024-11-29"),
            ("MLK Day", 2027, "2027-01-18"),
            ("Memorial Day", 2026, "2026-05-25"),
            ("Victoria Day", 2026, "2026-05-18"),
            ("Labor Day", 2026, "2026-09-07"),
            ("Mother’s Day", 2026, "2026-05-10"),
            ("St. Patrick's Day", 2027, "2027-03-17"),
            ("New Year's Eve", 2026, "2026-12-31"),
        ] {
            assert_eq!(told(name, year), date, "{name} {year}");
        }
    }
}

//! Everything that touches a time zone: instants to wall clocks and back, gaps, overlaps, names. Rank 0: imports nothing of ours.
//!
//! The rules come from jiff's bundled IANA database. chrono supplies civil values and UTC instants only: the data that its own
//! zone crate carries is older, and books an hour wrong where a country has changed its mind since.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

/// The bundled database, and never the machine's: that one may be years old.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The cities by which zones are found, in lower case, with underscores; `None` where several share the name. Built once, since
/// walking the database for every name that a message may hold would let a hostile one take its time.
static CITIES: LazyLock<HashMap<String, Option<String>>> = LazyLock::new(|| {
    let mut cities = HashMap::new();
    for name in DATABASE.available() {
        if let Some((_, city)) = name.as_str().rsplit_once('/') {
            let only = Some(name.as_str().to_owned());
            let entry = cities.entry(city.to_lowercase());
            entry.and_modify(|other| *other = None).or_insert(only);
        }
    }
    for (zone, more) in MORE_CITIES {
        let more = more.split_whitespace();
        cities.extend(more.map(|city| (city.to_owned(), Some((*zone).to_owned()))));
    }
    cities
});

/// Large cities that the database names no zone after.
const MORE_CITIES: &[(&str, &str)] = &[
    (
        "America/New_York",
        "nyc boston washington washington_dc philadelphia miami atlanta charlotte orlando baltimore",
    ),
    ("America/Toronto", "ottawa"),
    (
        "America/Chicago",
        "dallas houston austin san_antonio minneapolis nashville new_orleans st_louis kansas_city",
    ),
    ("America/Denver", "salt_lake_city"),
    (
        "America/Los_Angeles",
        "la san_francisco seattle portland san_diego las_vegas sacramento san_jose oakland silicon_valley",
    ),
    ("America/Indiana/Indianapolis", "indianapolis"),
    ("America/Sao_Paulo", "rio rio_de_janeiro brasilia"),
    ("America/Argentina/Buenos_Aires", "buenos_aires"),
    (
        "Europe/London",
        "edinburgh manchester birmingham glasgow liverpool bristol cambridge oxford cardiff leeds",
    ),
    (
        "Europe/Berlin",
        "munich hamburg frankfurt cologne stuttgart düsseldorf dusseldorf leipzig münchen köln",
    ),
    ("Europe/Paris", "lyon marseille toulouse nice bordeaux"),
    ("Europe/Madrid", "barcelona valencia seville"),
    ("Europe/Rome", "milan turin naples florence"),
    ("Europe/Zurich", "geneva basel bern zürich"),
    ("Europe/Amsterdam", "rotterdam the_hague utrecht"),
    ("Europe/Brussels", "antwerp"),
    ("Europe/Warsaw", "krakow wroclaw gdansk"),
    ("Europe/Stockholm", "gothenburg"),
    ("Europe/Kyiv", "kiev"),
    (
        "Asia/Kolkata",
        "mumbai delhi new_delhi bangalore bengaluru chennai hyderabad pune bombay",
    ),
    ("Asia/Shanghai", "beijing shenzhen guangzhou"),
    ("Asia/Tokyo", "osaka kyoto"),
    ("Asia/Dubai", "abu_dhabi"),
    ("Asia/Jerusalem", "tel_aviv"),
    ("Asia/Ho_Chi_Minh", "hanoi"),
    ("Africa/Johannesburg", "cape_town"),
    ("Australia/Sydney", "canberra"),
    ("Pacific/Auckland", "wellington"),
];

/// Places that keep an odd distance from UTC all year, in minutes.
const HALF_HOURS: &[(i32, &str)] = &[
    (-570, "Pacific/Marquesas"),
    (210, "Asia/Tehran"),
    (270, "Asia/Kabul"),
    (330, "Asia/Kolkata"),
    (345, "Asia/Kathmandu"),
    (390, "Asia/Yangon"),
    (525, "Australia/Eucla"),
    (570, "Australia/Darwin"),
];

/// A time zone of the IANA database, known by its name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(TimeZone);

/// The name belongs to no zone of the IANA database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is not a time zone of the IANA database (such as Europe/Berlin)")]
pub struct UnknownZone {
    pub name: String,
}

/// What a wall-clock reading means in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instant {
    /// It happens once: the normal case.
    Once(DateTime<Utc>),
    /// Clocks jump over it. `shifted` is the instant that the offset before the jump gives: as far after the jump as the
    /// reading lies inside the gap (02:30 in a gap 02:00–03:00 becomes 03:30).
    Gap { shifted: DateTime<Utc> },
    /// Clocks show it twice.
    Twice {
        first: DateTime<Utc>,
        second: DateTime<Utc>,
    },
}

impl Zone {
    /// The zone of that IANA name; letter case does not matter.
    ///
    /// # Errors
    /// When the database holds no such zone.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        let unknown = || UnknownZone { name: name.to_owned() };
        let zone = DATABASE.get(name).map_err(|_| unknown())?;
        // "Etc/Unknown" and the like exist, but say nothing.
        if zone.is_unknown() || zone.iana_name().is_none() {
            Err(unknown())
        } else {
            Ok(Self(zone))
        }
    }

    /// The zone that a person means by `text`: its IANA name, or the city in one (`berlin`, `new york`), another large city's,
    /// or `UTC`. `None` when there is no such zone, or several cities share the name.
    pub fn find(text: &str) -> Option<Self> {
        let wanted = text.trim().replace(' ', "_").to_lowercase();
        match CITIES.get(wanted.as_str()) {
            Some(name) => name.as_deref().and_then(|name| Self::named(name).ok()),
            None => Self::named(&wanted).ok(),
        }
    }

    /// The zone that keeps this distance from UTC the whole year, in minutes, east positive. `None` where no place does.
    pub fn fixed(minutes: i32) -> Option<Self> {
        // The names in Etc count the other way round (IANA tz database, file `etcetera`).
        let name = match (minutes / 60, minutes % 60) {
            (hours @ -12..=14, 0) => format!("Etc/GMT{:+}", -hours),
            _ => HALF_HOURS.iter().find(|(at, _)| *at == minutes)?.1.to_owned(),
        };
        Self::named(&name).ok()
    }

    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The IANA name, such as `Europe/Berlin`.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// What the clock on the wall shows at `instant`.
    pub fn wall(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        let utc = instant.naive_utc();
        utc.checked_add_offset(distance(self.0.to_offset(timestamp(instant))))
            .unwrap_or(utc)
    }

    /// The zone's distance from UTC at `instant`, in seconds, east positive.
    pub fn offset(&self, instant: DateTime<Utc>) -> i32 {
        self.0.to_offset(timestamp(instant)).seconds()
    }

    /// When the clock on the wall shows `wall`.
    pub fn instant(&self, wall: NaiveDateTime) -> Instant {
        let at = |offset| wall.checked_sub_offset(distance(offset)).unwrap_or(wall).and_utc();
        match self.0.to_ambiguous_timestamp(civil_of(wall)).offset() {
            AmbiguousOffset::Unambiguous { offset } => Instant::Once(at(offset)),
            AmbiguousOffset::Gap { before, .. } => Instant::Gap { shifted: at(before) },
            AmbiguousOffset::Fold { before, after } => Instant::Twice {
                first: at(before),
                second: at(after),
            },
        }
    }

    /// [`Zone::instant`] settled: what lies in a gap moves behind it, what happens twice is the first.
    pub fn settle(&self, wall: NaiveDateTime) -> DateTime<Utc> {
        match self.instant(wall) {
            Instant::Once(at) | Instant::Gap { shifted: at } | Instant::Twice { first: at, .. } => at,
        }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl TryFrom<String> for Zone {
    type Error = UnknownZone;

    fn try_from(name: String) -> Result<Self, UnknownZone> {
        Self::named(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}

fn distance(offset: jiff::tz::Offset) -> FixedOffset {
    FixedOffset::east_opt(offset.seconds()).expect("no zone of the database is a day away from UTC")
}

fn timestamp(instant: DateTime<Utc>) -> jiff::Timestamp {
    // Outside jiff's years −9999..=9999 no calendar of ours has anything; the nearest end keeps the function total.
    jiff::Timestamp::from_second(instant.timestamp()).unwrap_or(if instant.timestamp() < 0 {
        jiff::Timestamp::MIN
    } else {
        jiff::Timestamp::MAX
    })
}

fn civil_of(wall: NaiveDateTime) -> civil::DateTime {
    let (date, time): (NaiveDate, NaiveTime) = (wall.date(), wall.time());
    let small = |n: u32| i8::try_from(n).unwrap_or(i8::MAX);
    civil::DateTime::new(
        i16::try_from(date.year()).unwrap_or(i16::MAX),
        small(date.month()),
        small(date.day()),
        small(time.hour()),
        small(time.minute()),
        small(time.second()),
        0,
    )
    .unwrap_or(if date.year() < 0 {
        civil::DateTime::MIN
    } else {
        civil::DateTime::MAX
    })
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn wall(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    #[test]
    fn a_gap_moves_behind_itself_and_an_overlap_names_both() {
        let new_york = Zone::named("america/new_york").unwrap();
        let Instant::Gap { shifted } = new_york.instant(wall("2027-03-14 02:30")) else {
            panic!("no gap")
        };
        assert_eq!(new_york.wall(shifted), wall("2027-03-14 03:30"));
        let Instant::Twice { first, second } = new_york.instant(wall("2027-11-07 01:30")) else {
            panic!("no overlap")
        };
        assert_eq!(second - first, TimeDelta::hours(1));
        assert_eq!(new_york.name(), "America/New_York");
    }

    #[test]
    fn the_database_is_newer_than_vancouvers_last_change() {
        let vancouver = Zone::named("America/Vancouver").unwrap();
        assert_eq!(vancouver.offset(vancouver.settle(wall("2026-12-15 12:00"))), -7 * 3600);
    }

    #[test]
    fn people_name_cities() {
        assert_eq!(Zone::find("new york").unwrap().name(), "America/New_York");
        assert_eq!(Zone::find(" europe/berlin ").unwrap().name(), "Europe/Berlin");
        assert_eq!(Zone::find("Berlin").unwrap().name(), "Europe/Berlin");
        assert_eq!(Zone::find("San Francisco").unwrap().name(), "America/Los_Angeles");
        assert_eq!(Zone::find("utc").unwrap().name(), "Etc/UTC");
        assert!(Zone::find("nowhere").is_none());
        // Louisiana's and Kentucky's, Mexico's and Spain's: names that two places of the database bear stay open.
        assert!(CITIES.values().any(Option::is_none));
        for (zone, cities) in MORE_CITIES {
            assert!(Zone::named(zone).is_ok(), "{zone}");
            assert!(
                cities.split(' ').all(|city| Zone::find(city).unwrap().name() == *zone),
                "{cities}"
            );
        }
    }

    #[test]
    fn distances_from_utc_have_zones_where_some_place_keeps_them() {
        let at = "2027-07-01T00:00:00Z".parse().unwrap();
        for minutes in (-12 * 60..=14 * 60)
            .step_by(60)
            .chain(HALF_HOURS.iter().map(|(at, _)| *at))
        {
            assert_eq!(Zone::fixed(minutes).unwrap().offset(at), minutes * 60, "{minutes}");
        }
        for minutes in [-13 * 60, 15 * 60, -210, 20, -330] {
            assert_eq!(Zone::fixed(minutes), None, "{minutes}");
        }
    }

    #[test]
    fn unknown_names_are_refused() {
        assert!(Zone::named("Etc/Unknown").is_err());
        assert!(Zone::named("Mars/Base").is_err());
        assert!(Zone::named("").is_err());
    }
}

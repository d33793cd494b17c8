//! Everything that touches a time zone: instants to wall clocks and back, gaps, overlaps, names. Rank 0: imports nothing of ours.
//!
//! The rules come from jiff's bundled IANA database. chrono supplies civil values and UTC instants only: the data that its own
//! zone crate carries is older, and books an hour wrong where a country has changed its mind since.

use std::fmt;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

/// The bundled database, and never the machine's: that one may be years old.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

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

    /// The zone that a person means by `text`: its IANA name, or the city in one (`berlin`, `new york`), or `UTC`.
    /// `None` when there is no such zone, or several cities share the name.
    pub fn find(text: &str) -> Option<Self> {
        let wanted = text.trim().replace(' ', "_");
        if let Ok(zone) = Self::named(&wanted) {
            return Some(zone);
        }
        let mut cities = DATABASE.available().filter(|name| {
            let name = name.as_str();
            name.rsplit_once('/')
                .is_some_and(|(_, city)| city.eq_ignore_ascii_case(&wanted))
        });
        let found = cities.next()?;
        if cities.next().is_some() {
            None
        } else {
            Self::named(found.as_str()).ok()
        }
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
        let offset = self.0.to_offset(timestamp(instant)).seconds();
        instant.naive_utc() + TimeDelta::seconds(i64::from(offset))
    }

    /// The zone's distance from UTC at `instant`, in seconds, east positive.
    pub fn offset(&self, instant: DateTime<Utc>) -> i32 {
        self.0.to_offset(timestamp(instant)).seconds()
    }

    /// When the clock on the wall shows `wall`.
    pub fn instant(&self, wall: NaiveDateTime) -> Instant {
        let at = |offset: jiff::tz::Offset| (wall - TimeDelta::seconds(i64::from(offset.seconds()))).and_utc();
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
        assert!(Zone::find("nowhere").is_none());
    }

    #[test]
    fn unknown_names_are_refused() {
        assert!(Zone::named("Etc/Unknown").is_err());
        assert!(Zone::named("Mars/Base").is_err());
        assert!(Zone::named("").is_err());
    }
}

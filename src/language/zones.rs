//! Zones in the text: IANA names, abbreviations, "London time". May import: `zone`, `token`, `words`, `found`.

use super::found::{Found, ZoneSaid};
use super::token::{Kind, Seen, Tokens};
use super::words::Word;
use crate::zone::Zone;

/// The areas of the IANA database that people write zones with.
const AREAS: &[&str] = &[
    "africa",
    "america",
    "antarctica",
    "asia",
    "atlantic",
    "australia",
    "etc",
    "europe",
    "indian",
    "pacific",
    "us",
];

/// Abbreviations that one place goes by, or that nobody uses for another in a message to a meeting bot.
#[rustfmt::skip]
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("utc", "UTC"), ("gmt", "Etc/GMT"),
    ("pst", "America/Los_Angeles"), ("pdt", "America/Los_Angeles"), ("pt", "America/Los_Angeles"),
    ("mst", "America/Denver"), ("mdt", "America/Denver"), ("mt", "America/Denver"),
    ("cdt", "America/Chicago"), ("ct", "America/Chicago"),
    ("est", "America/New_York"), ("edt", "America/New_York"), ("et", "America/New_York"),
    ("akst", "America/Anchorage"), ("akdt", "America/Anchorage"), ("hst", "Pacific/Honolulu"), ("brt", "America/Sao_Paulo"),
    ("bst", "Europe/London"), ("wet", "Europe/Lisbon"), ("west", "Europe/Lisbon"),
    ("cet", "Europe/Brussels"), ("cest", "Europe/Brussels"), ("eet", "Europe/Athens"), ("eest", "Europe/Athens"), ("msk", "Europe/Moscow"),
    ("sast", "Africa/Johannesburg"), ("pkt", "Asia/Karachi"), ("sgt", "Asia/Singapore"), ("hkt", "Asia/Hong_Kong"),
    ("jst", "Asia/Tokyo"), ("kst", "Asia/Seoul"), ("wib", "Asia/Jakarta"),
    ("awst", "Australia/Perth"), ("acst", "Australia/Adelaide"), ("acdt", "Australia/Adelaide"),
    ("aest", "Australia/Sydney"), ("aedt", "Australia/Sydney"), ("nzst", "Pacific/Auckland"), ("nzdt", "Pacific/Auckland"),
];

/// Abbreviations that several places go by, the likeliest first.
const SHARED: &[(&str, &[&str])] = &[
    ("cst", &["America/Chicago", "Asia/Shanghai", "America/Havana"]),
    ("ist", &["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]),
    ("ast", &["America/Halifax", "Asia/Riyadh"]),
    ("gst", &["Asia/Dubai", "Atlantic/South_Georgia"]),
];

/// "Pacific time" and its sisters; "standard", "daylight" and the like may stand before "time".
const REGIONS: &[(&str, &str)] = &[
    ("pacific", "America/Los_Angeles"),
    ("mountain", "America/Denver"),
    ("central", "America/Chicago"),
    ("eastern", "America/New_York"),
    ("indian", "Asia/Kolkata"),
    ("india", "Asia/Kolkata"),
    ("british", "Europe/London"),
    ("uk", "Europe/London"),
    ("greenwich", "Etc/GMT"),
    ("japan", "Asia/Tokyo"),
    ("european", "Europe/Brussels"),
    ("german", "Europe/Berlin"),
    ("french", "Europe/Paris"),
    ("dutch", "Europe/Amsterdam"),
    ("belgian", "Europe/Brussels"),
    ("swiss", "Europe/Zurich"),
    ("austrian", "Europe/Vienna"),
    ("italian", "Europe/Rome"),
    ("spanish", "Europe/Madrid"),
    ("polish", "Europe/Warsaw"),
    ("czech", "Europe/Prague"),
    ("hungarian", "Europe/Budapest"),
    ("greek", "Europe/Athens"),
    ("turkish", "Europe/Istanbul"),
    ("swedish", "Europe/Stockholm"),
    ("norwegian", "Europe/Oslo"),
    ("danish", "Europe/Copenhagen"),
    ("finnish", "Europe/Helsinki"),
    ("irish", "Europe/Dublin"),
    ("israeli", "Asia/Jerusalem"),
    ("chinese", "Asia/Shanghai"),
    ("japanese", "Asia/Tokyo"),
    ("korean", "Asia/Seoul"),
    ("california", "America/Los_Angeles"),
    ("californian", "America/Los_Angeles"),
    ("texas", "America/Chicago"),
    ("colorado", "America/Denver"),
    ("arizona", "America/Phoenix"),
    ("hawaii", "Pacific/Honolulu"),
    ("hawaiian", "Pacific/Honolulu"),
    ("alaska", "America/Anchorage"),
    ("nyc", "America/New_York"),
    ("germany", "Europe/Berlin"),
    ("france", "Europe/Paris"),
    ("italy", "Europe/Rome"),
    ("poland", "Europe/Warsaw"),
    ("ireland", "Europe/Dublin"),
    ("england", "Europe/London"),
];

/// A zone that starts at token `at`, and the token after it. `after_time`: a clock time stands right before.
pub(super) fn zone(text: &Tokens, at: usize, after_time: bool) -> Option<(Found, usize)> {
    // "14:00+02:00"; a "-" that no range has taken.
    if after_time
        && (text.is_mark(at, '-') && (text.is_glued(at) || is_mail_offset(text, at)) || text.is_mark(at, '+'))
        && matches!(text.number(at + 1), Some((_, 2 | 4)))
    {
        let (said, next) = offset(text, at)?;
        return Some((Found::Zone(said), next));
    }
    // "15:00 (UTC)", "15:00 in Europe/London"
    if after_time && (text.is_mark(at, '(') || text.word(at) == Word::In) {
        let (said, next) = plain(text, at + 1, true)
            .or_else(|| unknown_time(text, at + 1))
            .or_else(|| in_brackets(text, at))?;
        let closed = usize::from(text.is_mark(at, '(') && text.is_mark(next, ')'));
        return Some((said, next + closed));
    }
    plain(text, at, after_time)
}

/// The "-0500" of a mail's date (RFC 5322, section 3.3).
pub(super) fn is_mail_offset(text: &Tokens, at: usize) -> bool {
    let offset = matches!(text.number(at + 1), Some((..1000, 4))) && text.is_glued(at + 1);
    offset && !text.is_glued(at) && at >= 2 && text.is_mark(at - 2, ':')
}

fn plain(text: &Tokens, at: usize, after_time: bool) -> Option<(Found, usize)> {
    // "New York"
    let new = text.low(at) == "new";
    if !matches!(text.kind(at), Some(Kind::Word(_))) || text.word(at).is_common() && !new {
        return None;
    }
    let (said, next) = iana(text, at)
        .or_else(|| abbreviation(text, at, after_time))
        .or_else(|| place_time(text, at, after_time))?;
    Some((Found::Zone(said), next))
}

/// "Europe/London"
fn iana(text: &Tokens, at: usize) -> Option<(ZoneSaid, usize)> {
    let parted = text.is_mark(at + 1, '/') && text.is_glued(at + 1) && text.is_glued(at + 2);
    if !parted || !AREAS.contains(&text.low(at)) {
        return None;
    }
    let start = text.list.get(at)?.start;
    let rest = &text.text[start..];
    let length = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || "/_+-".contains(c)))
        .unwrap_or(rest.len());
    let name = rest[..length].trim_end_matches(['/', '-', '+', '_']);
    let next = (at + 1..text.len())
        .find(|&next| text.list[next].start >= start + name.len())
        .unwrap_or(text.len());
    let said = Zone::named(name).map_or(ZoneSaid::Unknown, ZoneSaid::Known);
    Some((said, next))
}

/// "(Berlin)", "(New York)" after a time.
fn in_brackets(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    let close = (at + 2..at + 5).find(|&close| text.is_mark(close, ')'))?;
    let place = Zone::find(&text.text[text.span(at + 1, close)]).filter(|_| text.is_mark(at, '('))?;
    Some((Found::Zone(ZoneSaid::Known(place)), close))
}

/// A bare number before this word is a time: "9 UTC", "9 EST".
pub(super) fn follows_hour(text: &Tokens, at: usize) -> bool {
    let low = text.low(at);
    text.word(at) == Word::Unknown
        && ((low.len() == 3 && find(ABBREVIATIONS, low).is_some() && !is_word(low)) || low == "z" && text.is_glued(at))
}

/// Abbreviations that are words, too, when they are not in capitals.
fn is_word(low: &str) -> bool {
    matches!(low, "west" | "wet")
}

/// "UTC", "15:00 EST", "UTC+2"
fn abbreviation(text: &Tokens, at: usize, after_time: bool) -> Option<(ZoneSaid, usize)> {
    let (low, raw) = (text.low(at), text.raw(at));
    let capitals = raw.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_utc = matches!(low, "utc" | "gmt");
    // "14:00Z"
    if low == "z" && after_time && text.is_glued(at) {
        return Some((known("UTC")?, at + 1));
    }
    if !is_utc && !(after_time && (capitals || low.len() > 2 && !is_word(low))) {
        return None;
    }
    if is_utc && let Some(found) = offset(text, at + 1) {
        return Some(found);
    }
    if let Some(zone) = find(ABBREVIATIONS, low) {
        return Some((known(zone)?, at + 1));
    }
    if let Some((_, names)) = SHARED.iter().find(|(name, _)| *name == low) {
        let zones = names.iter().filter_map(|name| Zone::named(name).ok()).collect();
        return Some((ZoneSaid::OneOf(zones), at + 1));
    }
    // "3pm XYZT" looks like a zone, unless everything is in capitals.
    let like_a_zone = (4..=5).contains(&raw.len()) && raw.ends_with('T')
        || raw.len() == 3 && (raw.ends_with("ST") || raw.ends_with("DT"));
    let shouted = is_shouted(text, at);
    (capitals && like_a_zone && !shouted && text.word(at) == Word::Unknown).then_some((ZoneSaid::Unknown, at + 1))
}

/// Everything else is in capitals, too.
fn is_shouted(text: &Tokens, at: usize) -> bool {
    let mut others = (0..text.len())
        .filter(|&other| other != at && matches!(text.kind(other), Some(Kind::Word(_))))
        .map(|other| text.raw(other))
        .filter(|raw| raw.len() > 2)
        .peekable();
    others.peek().is_some() && others.all(|raw| !raw.bytes().any(|byte| byte.is_ascii_lowercase()))
}

/// The "+2" of "UTC+2", the "+05:30", "-0300".
fn offset(text: &Tokens, at: usize) -> Option<(ZoneSaid, usize)> {
    let sign = match text.kind(at)? {
        Kind::Mark('+') => 1,
        Kind::Mark('-') => -1,
        _ => return None,
    };
    let (value, digits) = text.number(at + 1).filter(|_| text.is_glued(at + 1))?;
    let parted = text.is_mark(at + 2, ':') && text.is_glued(at + 2) && text.is_glued(at + 3);
    let (hours, minutes, next) = match (digits, text.number(at + 3)) {
        (1 | 2, Some((minutes, 2))) if parted => (value, minutes, at + 4),
        (1 | 2, _) => (value, 0, at + 2),
        (4, _) => (value / 100, value % 100, at + 2),
        _ => return None,
    };
    let minutes = i32::try_from(hours * 60 + minutes).ok()?;
    Some((
        Zone::fixed(sign * minutes).map_or(ZoneSaid::Unknown, ZoneSaid::Known),
        next,
    ))
}

/// "London time", "Pacific Standard Time", "New York time", "noon Eastern".
fn place_time(text: &Tokens, at: usize, after_time: bool) -> Option<(ZoneSaid, usize)> {
    if !after_time {
        return None;
    }
    if let Some(found) = region(text, at) {
        return Some(found);
    }
    let last = (at..at + 3).find(|&last| text.word(last + 1) == Word::Time || text.word(last) == Word::None)?;
    if text.word(last + 1) != Word::Time {
        return None;
    }
    let place = Zone::find(&text.text[text.span(at, last + 1)])?;
    Some((ZoneSaid::Known(place), last + 2))
}

fn region(text: &Tokens, at: usize) -> Option<(ZoneSaid, usize)> {
    let european = matches!((text.low(at), text.low(at + 1)), ("central", "european"));
    let from = at + usize::from(european);
    let zone = find(REGIONS, text.low(from))?;
    let kind = matches!(text.low(from + 1), "standard" | "daylight" | "summer" | "mean");
    let next = from + 1 + usize::from(kind);
    if text.word(next) == Word::Time {
        return Some((known(zone)?, next + 1));
    }
    // "noon Eastern"; "3pm Central Park" is a place.
    let short = matches!(text.low(at), "pacific" | "mountain" | "central" | "eastern" | "uk");
    let ends = !matches!(
        text.kind(from + 1),
        Some(Kind::Word(Word::Unknown | Word::Thing | Word::Meal(_)))
    );
    (short && ends).then(|| Some((known(zone)?, from + 1)))?
}

/// "15:00 in Atlantis time"
fn unknown_time(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    let large = text.raw(at).starts_with(char::is_uppercase);
    let last = (at..at + 3).take_while(|&at| text.word(at) == Word::Unknown).last()?;
    (large && text.word(last + 1) == Word::Time).then_some((Found::Zone(ZoneSaid::Unknown), last + 2))
}

/// A zone that is all the words between two tokens: "Berlin", "EST", as an answer is.
pub(super) fn alone(text: &Tokens, from: usize, to: usize) -> Option<Found> {
    let short =
        (1..=3).contains(&(to - from)) && (from..to).all(|at| matches!(text.word(at), Word::Unknown | Word::Filler));
    if !short {
        return None;
    }
    let said = abbreviation(text, from, true)
        .filter(|(_, next)| *next == to && to == from + 1)
        .map(|(said, _)| said);
    let said = said.filter(|said| *said != ZoneSaid::Unknown);
    let said = said.or_else(|| Zone::find(&text.text[text.span(from, to)]).map(ZoneSaid::Known));
    said.map(Found::Zone)
}

/// The zone that a person calls so, where the words name nothing else: "Berlin", "PST", "US central", "India". `None` also where several
/// go by it.
pub fn zone_called(text: &str) -> Option<Zone> {
    let plain = text.trim().trim_end_matches(['.', '!', '?']);
    if let Some(zone) = Zone::find(plain) {
        return Some(zone);
    }
    let seen = Seen::of(plain);
    let tokens = seen.tokens();
    let lead = |at: usize| {
        matches!(
            tokens.low(at),
            "i'm" | "i’m" | "im" | "in" | "on" | "us" | "the" | "it's" | "my" | "use"
        )
    };
    let from = (0..tokens.len()).find(|&at| !lead(at))?;
    let ends = |(said, next): (ZoneSaid, usize)| {
        let whole = next == tokens.len() || next + 1 == tokens.len() && tokens.word(next) == Word::Time;
        match said {
            ZoneSaid::Known(zone) if whole => Some(zone),
            _ => None,
        }
    };
    let bare = || find(REGIONS, tokens.low(from)).and_then(|zone| ends((known(zone)?, from + 1)));
    let rest = &plain[tokens.span(from, tokens.len())];
    region(&tokens, from)
        .and_then(ends)
        .or_else(|| iana(&tokens, from).and_then(ends))
        .or_else(|| abbreviation(&tokens, from, true).and_then(ends))
        .or_else(bare)
        .or_else(|| Zone::find(rest.strip_suffix(" time").unwrap_or(rest)))
}

fn find(table: &'static [(&str, &str)], word: &str) -> Option<&'static str> {
    table.iter().find(|(name, _)| *name == word).map(|(_, zone)| *zone)
}

fn known(name: &str) -> Option<ZoneSaid> {
    Zone::named(name).ok().map(ZoneSaid::Known)
}

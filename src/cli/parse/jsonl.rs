//! `chatcal parse --jsonl`: a text a line in, its reading a line out, for scripts and scorers.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read, Write};

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::json::{array, moment, or_null, string};
use crate::language::{Doubt, Found, Intent, Policy, Reading, read, recurrence, resolve, window};
use crate::zone::Zone;

/// So much is read ahead, in bytes.
const AHEAD: usize = 64 * 1024;

/// What is wrong with a line that is none of ours.
const NO_OBJECT: &str = "not an object like {\"text\": …, \"now\": RFC 3339, \"tz\": IANA}";

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
    #[serde(borrow)]
    now: Cow<'a, str>,
    #[serde(borrow)]
    tz: Cow<'a, str>,
}

/// Answers every line of `input` until it ends; what waits is answered before waiting for more.
///
/// # Errors
/// When `input` can't be read or `output` not be written.
pub(super) fn run(input: impl Read, mut output: impl Write) -> io::Result<()> {
    let mut input = BufReader::with_capacity(AHEAD, input);
    let mut reader = Reader::default();
    let (mut line, mut answers) = (Vec::new(), Vec::new());
    loop {
        let ahead = input.fill_buf()?;
        let read = ahead.len();
        let whole = ahead.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        let (mut lines, begun) = ahead.split_at(whole);
        while lines.read_until(b'\n', &mut line)? > 0 {
            reader.answer(&line, &mut answers);
            line.clear();
        }
        line.extend_from_slice(begun);
        input.consume(read);
        // The last line may lack its end.
        if read == 0 && !line.is_empty() {
            reader.answer(&line, &mut answers);
        }
        output.write_all(&answers)?;
        output.flush()?;
        answers.clear();
        if read == 0 {
            return Ok(());
        }
    }
}

/// Keeps the last moment and zone, since lines that follow one another mostly share them.
#[derive(Default)]
struct Reader {
    now: Option<(String, DateTime<Utc>)>,
    zone: Option<(String, Zone)>,
    policy: Policy,
}

impl Reader {
    /// An answer to every line, so that the two can be paired.
    fn answer(&mut self, line: &[u8], out: &mut Vec<u8>) {
        let line = line.trim_ascii();
        if let Err(error) = self.reads(line, out) {
            out.extend(b"{\"error\":");
            string(out, &error);
            out.push(b'}');
        }
        out.push(b'\n');
    }

    /// Nothing is written of a line that is refused.
    fn reads(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        let line = std::str::from_utf8(line).map_err(|error| format!("not UTF-8: {error}"))?;
        // An array of three would pass for one.
        if !line.starts_with('{') {
            return Err(format!("{NO_OBJECT}: it does not begin with {{"));
        }
        let line: Line<'_> = serde_json::from_str(line).map_err(|error| {
            if error.is_data() {
                format!("{NO_OBJECT}: text, now and tz must each be given once, and be strings")
            } else {
                format!("{NO_OBJECT}: no JSON from column {} on", error.column())
            }
        })?;
        let now = *kept(&mut self.now, &line.now, |now| {
            let now = DateTime::parse_from_rfc3339(now).map_err(|error| {
                format!("now is not a moment as in RFC 3339, such as 2026-11-22T09:30:00Z: {error}")
            })?;
            Ok(now.to_utc())
        })?;
        let zone = kept(&mut self.zone, &line.tz, |tz| {
            Zone::named(tz).map_err(|error| format!("tz: {error}"))
        })?;
        answer(out, &read(&line.text), now, zone, &self.policy);
        Ok(())
    }
}

/// What `text` means, which need not be asked again where it is the same as the last time.
fn kept<'k, T>(
    last: &'k mut Option<(String, T)>,
    text: &str,
    meaning: impl FnOnce(&str) -> Result<T, String>,
) -> Result<&'k T, String> {
    let known = match last.take() {
        Some(known) if known.0 == text => known,
        _ => (text.to_owned(), meaning(text)?),
    };
    Ok(&last.insert(known).1)
}

/// The object that answers one line, member by member.
fn answer(out: &mut Vec<u8>, reading: &Reading, now: DateTime<Utc>, zone: &Zone, policy: &Policy) {
    let window = window(reading, now, zone, policy);
    let window = window.as_ref();
    out.extend(b"{\"intent\":");
    string(out, intent(reading.intent()));
    out.extend(b",\"start\":");
    or_null(out, window, |out, window| moment(out, window.start, &window.zone));
    out.extend(b",\"end\":");
    let end = window.and_then(|window| Some((window.end?, &window.zone)));
    or_null(out, end, |out, (end, zone)| moment(out, end, zone));
    out.extend(b",\"duration_minutes\":");
    or_null(out, length(reading), |out, minutes| {
        out.extend(minutes.to_string().as_bytes())
    });
    out.extend(b",\"recurrence\":");
    let repeats = window.and_then(|first| recurrence(reading, first, policy));
    or_null(out, repeats, |out, repeats| string(out, &repeats.to_string()));
    out.extend(b",\"title\":");
    or_null(out, reading.title(), string);
    out.extend(b",\"attendees\":");
    array(out, attendees(reading), attendee);
    out.extend(b",\"location\":");
    or_null(out, reading.location(), string);
    out.extend(b",\"doubts\":");
    let doubts = resolve(reading, now, zone, policy).doubts;
    array(out, doubts.iter(), |out, open| doubt(out, reading, open));
    out.push(b'}');
}

/// In minutes: half of one, too.
fn length(reading: &Reading) -> Option<f64> {
    reading.findings().iter().find_map(|finding| match finding.found {
        Found::Length(seconds) => Some(f64::from(seconds) / 60.0),
        _ => None,
    })
}

fn intent(intent: Intent) -> &'static str {
    match intent {
        Intent::Book | Intent::Query | Intent::Reschedule | Intent::Cancel => intent.name(),
        Intent::Connect
        | Intent::Disconnect
        | Intent::Help
        | Intent::Timezone
        | Intent::Privacy
        | Intent::Settings
        | Intent::Other => "other",
    }
}

/// Names and addresses: of guests, then of people who are only named.
fn attendees(reading: &Reading) -> impl Iterator<Item = (Option<&str>, Option<&str>)> {
    let guests = reading
        .attendees()
        .map(|guest| (guest.name.as_deref(), Some(guest.email.as_str())));
    let people = reading.people().map(|(person, _)| (Some(person.name.as_str()), None));
    guests.chain(people)
}

fn attendee(out: &mut Vec<u8>, (name, email): (Option<&str>, Option<&str>)) {
    out.extend(b"{\"name\":");
    or_null(out, name, string);
    out.extend(b",\"email\":");
    or_null(out, email, string);
    out.push(b'}');
}

fn doubt(out: &mut Vec<u8>, reading: &Reading, doubt: &Doubt) {
    out.extend(b"{\"about\":");
    string(out, doubt.puzzle.name());
    out.extend(b",\"quote\":");
    string(out, reading.quote(&doubt.span));
    out.extend(b",\"options\":");
    array(out, doubt.options.iter(), |out, slot| {
        moment(out, slot.start, &Zone::utc())
    });
    out.push(b'}');
}

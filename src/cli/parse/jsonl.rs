//! `chatcal parse --jsonl`: a text a line in, its reading a line out, for scripts and scorers.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::language::{Doubt, Found, Intent, Policy, Reading, Window, read, recurrence, resolve, window};
use crate::zone::Zone;

/// So much is read ahead, in bytes.
const AHEAD: usize = 64 * 1024;

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
    #[serde(borrow)]
    now: Cow<'a, str>,
    #[serde(borrow)]
    tz: Cow<'a, str>,
}

#[derive(Serialize)]
struct Answer<'a> {
    intent: &'static str,
    start: Option<String>,
    end: Option<String>,
    duration_minutes: Option<u32>,
    recurrence: Option<String>,
    title: Option<&'a str>,
    attendees: Vec<Attendee<'a>>,
    location: Option<&'a str>,
    doubts: Vec<Open<'a>>,
}

#[derive(Serialize)]
struct Attendee<'a> {
    name: Option<&'a str>,
    email: Option<&'a str>,
}

#[derive(Serialize)]
struct Open<'a> {
    about: &'static str,
    quote: &'a str,
    options: Vec<String>,
}

#[derive(Serialize)]
struct Refusal {
    error: String,
}

/// Answers every line of `input` until it ends; what waits is written before waiting for more.
///
/// # Errors
/// When `input` can't be read or `output` not be written.
pub(super) fn run(input: impl Read, output: impl Write) -> io::Result<()> {
    let mut input = BufReader::with_capacity(AHEAD, input);
    let mut output = BufWriter::with_capacity(AHEAD, output);
    let mut reader = Reader::default();
    let (mut line, mut answer) = (Vec::new(), Vec::new());
    while input.read_until(b'\n', &mut line)? > 0 {
        if !line.trim_ascii().is_empty() {
            reader.answer(&line, &mut answer)?;
            output.write_all(&answer)?;
        }
        line.clear();
        answer.clear();
        if !input.buffer().contains(&b'\n') {
            output.flush()?;
        }
    }
    output.flush()
}

/// Keeps the last zone, since lines that follow one another mostly share it.
#[derive(Default)]
struct Reader {
    zone: Option<(String, Zone)>,
    policy: Policy,
}

impl Reader {
    fn answer(&mut self, line: &[u8], output: &mut Vec<u8>) -> io::Result<()> {
        match self.read(line) {
            Ok(Asked { reading, now, zone }) => {
                serde_json::to_writer(&mut *output, &answer(&reading, now, &zone, &self.policy))?;
            }
            Err(error) => serde_json::to_writer(&mut *output, &Refusal { error })?,
        }
        output.push(b'\n');
        Ok(())
    }

    fn read(&mut self, line: &[u8]) -> Result<Asked, String> {
        let line: Line<'_> = serde_json::from_slice(line)
            .map_err(|error| format!("not an object like {{\"text\": …, \"now\": RFC 3339, \"tz\": IANA}}: {error}"))?;
        let now = DateTime::parse_from_rfc3339(&line.now)
            .map_err(|error| format!("now is not a moment as in RFC 3339, such as 2026-11-22T09:30:00Z: {error}"))?;
        let zone = self.zone(&line.tz)?;
        Ok(Asked {
            reading: read(&line.text),
            now: now.to_utc(),
            zone,
        })
    }

    fn zone(&mut self, name: &str) -> Result<Zone, String> {
        if let Some((last, zone)) = &self.zone
            && last == name
        {
            return Ok(zone.clone());
        }
        let zone = Zone::named(name).map_err(|error| format!("tz: {error}"))?;
        self.zone = Some((name.to_owned(), zone.clone()));
        Ok(zone)
    }
}

struct Asked {
    reading: Reading,
    now: DateTime<Utc>,
    zone: Zone,
}

fn answer<'a>(reading: &'a Reading, now: DateTime<Utc>, zone: &Zone, policy: &Policy) -> Answer<'a> {
    let window = window(reading, now, zone, policy);
    let resolution = resolve(reading, now, zone, policy);
    let length = reading.findings().iter().find_map(|finding| match finding.found {
        Found::Length(minutes) => Some(minutes),
        _ => None,
    });
    let repeats = window.as_ref().and_then(|first| recurrence(reading, first, policy));
    let end = window.as_ref().and_then(|window| Some((window, window.end?)));
    Answer {
        intent: intent(reading.intent()),
        start: window.as_ref().map(|window| moment(window, window.start)),
        end: end.map(|(window, end)| moment(window, end)),
        duration_minutes: length,
        recurrence: repeats.map(|repeats| repeats.to_string()),
        title: reading.title(),
        attendees: attendees(reading),
        location: reading.location(),
        doubts: resolution.doubts.iter().map(|doubt| open(reading, doubt)).collect(),
    }
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

fn attendees(reading: &Reading) -> Vec<Attendee<'_>> {
    let guests = reading.attendees().map(|guest| Attendee {
        name: guest.name.as_deref(),
        email: Some(&guest.email),
    });
    let people = reading.people().map(|(person, _)| Attendee {
        name: Some(&person.name),
        email: None,
    });
    guests.chain(people).collect()
}

fn open<'a>(reading: &'a Reading, doubt: &Doubt) -> Open<'a> {
    let told = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    Open {
        about: doubt.puzzle.name(),
        quote: reading.quote(&doubt.span),
        options: doubt.options.iter().map(|slot| told(slot.start)).collect(),
    }
}

/// RFC 3339, with the offset that the window's zone has then.
fn moment(window: &Window, at: DateTime<Utc>) -> String {
    let offset = chrono::FixedOffset::east_opt(window.zone.offset(at)).map(|offset| at.with_timezone(&offset));
    let told = offset.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
    told.unwrap_or_else(|| at.to_rfc3339_opts(SecondsFormat::Secs, true))
}

//! A reading as a person at the terminal sees it: each finding under its words, and what all of them come to.

use std::fmt::{self, Display};

use chrono::{DateTime, NaiveTime, Utc};

use super::width::width;
use crate::language::{
    Assumption, Doubt, Finding, Found, Intent, Policy, Reading, Resolution, Slot, Span, Window, correction, read,
    recurrence, resolve, window,
};
use crate::zone::Zone;

/// A text with what it comes to when it is said at a moment, in a zone.
pub(super) struct Explanation {
    reading: Reading,
    resolution: Resolution,
    window: Option<Window>,
    now: DateTime<Utc>,
    zone: Zone,
    policy: Policy,
}

impl Explanation {
    pub(super) fn of(text: &str, now: DateTime<Utc>, zone: &Zone) -> Self {
        let (reading, policy) = (read(text), Policy::default());
        Self {
            resolution: resolve(&reading, now, zone, &policy),
            window: window(&reading, now, zone, &policy),
            reading,
            now,
            zone: zone.clone(),
            policy,
        }
    }
}

impl Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        marked(f, &self.reading)?;
        writeln!(f)?;
        for (label, value) in self.lines() {
            writeln!(f, "{label:<9} {value}")?;
        }
        Ok(())
    }
}

impl Explanation {
    /// What was understood, a line each.
    fn lines(&self) -> Vec<(&'static str, String)> {
        let Self {
            reading,
            resolution,
            window,
            now,
            zone,
            policy,
        } = self;
        let mut lines = vec![
            ("said", format!("{} ({zone})", moment(zone, *now))),
            ("intent", intent(reading.intent()).to_owned()),
        ];
        let mut line = |label, value: Option<String>| lines.extend(value.map(|value| (label, value)));
        line(
            "corrects",
            correction(reading.text())
                .map(|answer| format!("what was asked for before, if anything was: “{}”", visible(&answer))),
        );
        line("title", reading.title().map(visible));
        line(
            "when",
            resolution
                .slot
                .as_ref()
                .map(slot)
                .or_else(|| window.as_ref().map(stretch)),
        );
        line(
            "repeats",
            window
                .as_ref()
                .and_then(|first| recurrence(reading, first, policy))
                .map(|rule| rule.to_string()),
        );
        line("place", reading.location().map(visible));
        for guest in reading.attendees() {
            line(
                "guest",
                Some(
                    guest
                        .name
                        .as_ref()
                        .map_or_else(|| guest.email.clone(), |name| format!("{name} <{}>", guest.email)),
                ),
            );
        }
        for (person, _) in reading.people() {
            line(
                "person",
                Some(format!("{}, not invited: no address is known", visible(&person.name))),
            );
        }
        // What is assumed of a booking says nothing where none is meant.
        let books = resolution.slot.is_some() || !resolution.doubts.is_empty();
        for assumption in resolution.assumptions.iter().filter(|_| books) {
            line("assumed", assumed(assumption, reading));
        }
        for doubt in &resolution.doubts {
            line("doubt", Some(doubted(doubt, reading)));
        }
        line("ignored", ignored(reading));
        lines
    }
}

/// The text, line by line, each with its findings below.
fn marked(f: &mut fmt::Formatter<'_>, reading: &Reading) -> fmt::Result {
    for Span { start, end } in pieces(reading.text()) {
        let end = start + reading.text()[start..end].trim_end().len();
        let part = |finding: &Finding| {
            let span = finding.span.start.max(start)..finding.span.end.min(end);
            (span.start < span.end).then(|| (span, finding.found.name()))
        };
        let mut marks: Vec<_> = reading.findings().iter().filter_map(part).collect();
        marks.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
        writeln!(f, "{}", visible(&reading.text()[start..end]))?;
        for row in rows(reading.text(), start, &marks) {
            writeln!(f, "{}\n{}", row.carets, row.names)?;
        }
    }
    Ok(())
}

/// A line is broken here, in columns, so that no terminal breaks it and its carets elsewhere.
const WIDEST: usize = 76;

/// The lines of a text, long ones broken behind a word.
fn pieces(text: &str) -> Vec<Span> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        while let Some(at) = break_at(&text[start..end]) {
            pieces.push(start..start + at);
            start += at;
        }
        pieces.push(start..end);
        start = end;
    }
    pieces
}

/// Behind the last word that fits, or within one that is too wide by itself.
fn break_at(line: &str) -> Option<usize> {
    let mut columns = 0;
    let mut word = None;
    for (at, c) in line.char_indices() {
        columns += width(c.encode_utf8(&mut [0; 4]));
        if columns > WIDEST && !c.is_whitespace() {
            return word.or(Some(at));
        }
        if c == ' ' {
            word = Some(at + 1);
        }
    }
    None
}

/// Carets, and the names under them.
#[derive(Default)]
struct Row {
    carets: String,
    names: String,
}

/// As few rows as hold every mark without touching another.
fn rows(text: &str, line: usize, marks: &[(Span, &'static str)]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (span, name) in marks {
        let column = |at: usize| width(&visible(&text[line..at]));
        let (from, to) = (column(span.start), column(span.end));
        let is_free = |row: &Row| row.carets.is_empty() || row.carets.len().max(width(&row.names)) < from;
        let at = rows.iter().position(is_free).unwrap_or_else(|| {
            rows.push(Row::default());
            rows.len() - 1
        });
        let Row { carets, names } = &mut rows[at];
        *carets += &" ".repeat(from - carets.len());
        *carets += &"^".repeat((to - from).max(1));
        *names += &" ".repeat(from - width(names));
        *names += name;
    }
    rows
}

/// Without what a terminal would obey or not show.
fn visible(text: &str) -> String {
    let shown = |c: char| !matches!(c, '\u{200b}'..='\u{200c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}');
    text.chars()
        .filter(|c| shown(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// `Tue 24 Nov 2026, 14:00`
fn moment(zone: &Zone, at: DateTime<Utc>) -> String {
    zone.wall(at).format("%a %-d %b %Y, %H:%M").to_string()
}

/// `Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin), 30 minutes`
fn slot(slot: &Slot) -> String {
    let minutes = (slot.end - slot.start).num_minutes();
    format!(
        "{} ({}), {minutes} minutes",
        between(&slot.zone, slot.start, slot.end),
        slot.zone
    )
}

fn between(zone: &Zone, start: DateTime<Utc>, end: DateTime<Utc>) -> String {
    let (from, to) = (zone.wall(start), zone.wall(end));
    if from.date() == to.date() {
        format!("{}–{}", moment(zone, start), to.format("%H:%M"))
    } else {
        format!("{} – {}", moment(zone, start), moment(zone, end))
    }
}

/// A moment, whole days, or from one moment to another.
fn stretch(window: &Window) -> String {
    let Window { start, end, zone, .. } = window;
    let Some(end) = end else {
        return format!("{} ({zone})", moment(zone, *start));
    };
    let (from, to) = (zone.wall(*start), zone.wall(*end));
    if from.time() != NaiveTime::MIN || to.time() != NaiveTime::MIN || to <= from {
        return format!("{} ({zone})", between(zone, *start, *end));
    }
    let last = to.date().pred_opt().unwrap_or(to.date());
    let told = from.format("%a %-d %b %Y");
    if last == from.date() {
        format!("{told} ({zone})")
    } else {
        format!("{told} – {} ({zone})", last.format("%a %-d %b %Y"))
    }
}

fn assumed(assumption: &Assumption, reading: &Reading) -> Option<String> {
    Some(match assumption {
        Assumption::Length(minutes) => format!("{minutes} minutes long, the default"),
        Assumption::Half { span, chosen } => {
            format!("“{}” is {}", visible(reading.quote(span)), chosen.format("%H:%M"))
        }
        Assumption::Tomorrow => "tomorrow, since that time has passed today".to_owned(),
        Assumption::NextWeek { nearer } => {
            let nearer = nearer.zone.wall(nearer.start);
            format!("next week's, not the nearer {}", nearer.format("%a %-d %b %Y"))
        }
        Assumption::Gap { said } => format!("moved behind the gap, since the clocks skip {}", said.format("%H:%M")),
        Assumption::FirstOfTwo => "the first of two, since the clocks show that time twice".to_owned(),
        // Told beside each of them.
        Assumption::Uninvited { .. } => return None,
    })
}

/// `which half: “at 7”, Mon 23 Nov 2026, 19:00 or Tue 24 Nov 2026, 07:00`
fn doubted(doubt: &Doubt, reading: &Reading) -> String {
    let mut told = doubt.puzzle.name().replace('-', " ");
    let quote = reading.quote(&doubt.span);
    if !quote.is_empty() {
        told += &format!(": “{}”", visible(quote));
    }
    let options: Vec<_> = doubt
        .options
        .iter()
        .map(|slot| match slot.zone_named {
            true => format!("{} ({})", moment(&slot.zone, slot.start), slot.zone),
            false => moment(&slot.zone, slot.start),
        })
        .collect();
    if !options.is_empty() {
        told += &format!(" may be {}", options.join(" or "));
    }
    told
}

/// The words that belong to no finding.
fn ignored(reading: &Reading) -> Option<String> {
    let title = reading.title().unwrap_or_default().to_lowercase();
    let in_title = |word: &str| words_of(&title).any(|other| other == word);
    let text = reading.text();
    let words = words_of(text).filter(|word| {
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        !reading.findings().iter().any(|finding| {
            let holds = finding.span.contains(&at);
            holds && (!matches!(finding.found, Found::Title(_)) || in_title(&word.to_lowercase()))
        })
    });
    let words: Vec<_> = words.collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Letters, digits, and the apostrophes between them: "I'm" is one word.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    let apostrophe = |c: char| matches!(c, '\'' | '’');
    text.split(move |c: char| !(c.is_alphanumeric() || apostrophe(c)))
        .map(move |word| word.trim_matches(apostrophe))
        .filter(|word| !word.is_empty())
}

fn intent(intent: Intent) -> &'static str {
    if intent == Intent::Other {
        "other: nothing is done"
    } else {
        intent.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let now = "2026-11-22T09:30:00Z".parse().unwrap();
        Explanation::of(text, now, &Zone::named("Europe/Berlin").unwrap()).to_string()
    }

    #[test]
    fn a_long_line_is_broken_and_its_carets_stay_below_their_words() {
        let told = told(
            "Hello, could you please book a design review with Rosa Marsh (rosa@example.org) and Bo on thursday from 2 until 3:30 in room 5, \
             and send everybody the agenda",
        );
        let lines: Vec<_> = told.lines().take_while(|line| !line.is_empty()).collect();
        assert!(lines.iter().all(|line| width(line) <= WIDEST + 15), "{told}");
        let at = lines.iter().position(|line| line.contains("thursday")).unwrap();
        let column = lines[at].find("thursday").unwrap();
        let below = lines[at + 1..].iter().filter_map(|line| line.get(column..column + 8));
        assert!(below.collect::<Vec<_>>().contains(&"^^^^^^^^"), "{told}");
    }

    #[test]
    fn findings_that_begin_a_line_together_have_rows_of_their_own() {
        let told = told("book a design review with Rosa\nrosa@example.org and Bo tomorrow at 2pm with slides");
        assert!(told.contains("Mon 23 Nov 2026, 14:00"), "{told}");
    }
}

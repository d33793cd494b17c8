//! What only the whole message tells of its findings: whether a party is in the evening, what a second day is, whom "for two" counts.
//! May import: `found`, `intent`'s senses, `meaning`, `scan`, `token`, `words`.

use super::found::{Clock, Day, Face, Finding, Found, Stretch};
use super::intent::Sense;
use super::meaning::Span;
use super::scan::Scan;
use super::token::Tokens;
use super::words::{Part, Word};

impl Scan {
    /// "Thanksgiving dinner at 4" is on that day, "Christmas lunch on Friday" is not.
    pub(super) fn feasts(&mut self, text: &Tokens) {
        let names_day = |found: &Found| matches!(found, Found::Day(_) | Found::Stretch(_));
        if self.findings.iter().filter(|finding| names_day(&finding.found)).count() < 2 {
            return;
        }
        let token = |from: usize| text.list.iter().position(|token| token.start >= from);
        let names = |finding: &Finding| {
            let is_feast = matches!(finding.found, Found::Day(Day::Holiday(..)));
            let meal = |at| matches!(text.word(at), Word::Meal(_)) || text.low(at) == "brunch";
            is_feast && token(finding.span.end).is_some_and(meal)
        };
        let Some(at) = self.findings.iter().position(names) else {
            return;
        };
        // The words are the title's again.
        let Span { start, end } = self.findings.remove(at).span;
        for (at, token) in text.list.iter().enumerate() {
            self.taken[at] &= !(start..end).contains(&token.start);
        }
    }

    /// A party is in the evening, as a dinner is; people wake in the morning.
    pub(super) fn occasion(&mut self, text: &Tokens) {
        let bare = |finding: &Finding| matches!(finding.found, Found::Clock(clock) | Found::Range(clock, _) if clock.face == Face::Bare);
        let open = self.meal.is_none() && self.findings.iter().any(bare);
        let is_evening = |at| text.word(at) == Word::Unknown && text.sense(at).is(Sense::EVENING);
        if open {
            let wakes = (0..text.len()).any(|at| matches!(text.low(at), "wake" | "sunrise" | "dawn"));
            let evening = (0..text.len()).any(is_evening).then_some(Part::Evening);
            self.meal = wakes.then_some(Part::Morning).or(evening);
        }
    }

    /// "9am Monday to 5pm Tuesday": the second day is the last of several, and not another.
    pub(super) fn across_days(&mut self, text: &Tokens) {
        let joins = |from: usize, to: usize| {
            let between = text.lower[from..to].trim_start();
            ["-", "–", "to ", "until ", "till ", "til "]
                .iter()
                .any(|joint| between.starts_with(joint))
        };
        let spans = |found: &[Finding]| {
            let [start, first, end, last] = found else { return false };
            matches!(start.found, Found::Clock(_))
                && matches!((&first.found, &last.found), (Found::Day(_), Found::Day(_)))
                && matches!(end.found, Found::Until(_) | Found::Clock(_))
                && joins(first.span.end, end.span.end)
        };
        let Some(at) = self.findings.windows(4).position(spans) else {
            return;
        };
        if let Found::Until(clock) = self.findings[at + 2].found {
            self.findings[at + 2].found = Found::Clock(clock);
        }
        if let Found::Day(last) = self.findings[at + 3].found.clone() {
            self.findings[at + 3].found = Found::Through(Stretch::Day(Box::new(last)));
        }
    }

    /// "a table for two on Friday at 5:30 pm": where a time is said, a bare number after "for" counts people.
    pub(super) fn company(&mut self, text: &Tokens) {
        let bare = |found: &Found| {
            matches!(
                found,
                Found::Clock(Clock {
                    face: Face::Bare,
                    minute: 0,
                    ..
                })
            )
        };
        let says_for =
            |span: &Span| text.lower[span.clone()].starts_with("for ") || text.lower[..span.start].ends_with("for ");
        let counts = |finding: &Finding| bare(&finding.found) && says_for(&finding.span);
        let is_time =
            |finding: &Finding| matches!(finding.found, Found::Clock(_) | Found::Range(..)) && !counts(finding);
        let told = self.findings.iter().any(|finding| {
            is_time(finding) && (!bare(&finding.found) || text.lower[finding.span.clone()].starts_with("at "))
        });
        if told {
            self.findings.retain(|finding| !counts(finding));
        }
    }
}

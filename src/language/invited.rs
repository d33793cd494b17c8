//! Whom a request invites, and whom it can't. May import: `found`, `meaning`, `reading`, `said`.

use super::found::{Finding, Found, Person};
use super::meaning::{Assumption, Doubt, Intent, Policy, Puzzle};
use super::reading::Reading;
use super::said::doubt;

/// What is open about the guests.
pub(super) fn doubts(reading: &Reading, policy: &Policy) -> Vec<Doubt> {
    let find = |test: fn(&Found) -> bool| {
        let mut findings = reading.findings().iter();
        findings
            .find(|finding: &&Finding| test(&finding.found))
            .map(|finding| &finding.span)
    };
    let bad = find(|found| matches!(found, Found::BadAddress)).map(|span| (Puzzle::BadAddress, span));
    let unknown = find(|found| matches!(found, Found::Mention | Found::Person(Person { invited: true, .. })))
        .map(|span| (Puzzle::UnknownGuest, span));
    let one_more = reading.attendees().nth(policy.guests);
    let too_many = one_more.map(|guest| (Puzzle::TooManyGuests, &guest.span));
    let open = [bad, unknown, too_many].into_iter().flatten();
    open.map(|(puzzle, span)| doubt(puzzle, span)).collect()
}

/// "lunch with Ann": it is about her, and she hears nothing of it.
pub(super) fn without_address(reading: &Reading) -> Option<Assumption> {
    let people = reading.people().filter(|(person, _)| !person.invited);
    let names: Vec<_> = people.map(|(person, _)| person.name.clone()).collect();
    (!names.is_empty() && reading.intent() == Intent::Book).then_some(Assumption::Uninvited { names })
}

//! The words that questions are told apart by. May import: `sense`.

use super::sense::Sense;

#[rustfmt::skip]
pub(super) static TOPICS: &[(Sense, &str)] = &[
    (Sense::NEAR, "near nearby nearest closest"),
    (Sense::PUBLIC, "playing showing airing due remaining left won winning win paid score serve nice"),
    (Sense::INVITATION, "rsvp accepted declined responded replied attending organizer organiser organized organised invited tentatively \
        tentative attendees joining coming"),
    (Sense::OWN_TIME, "booked scheduled planned reserved available busy"),
    (Sense::AGENDA, "planned scheduled happening happens going doing coming up on upcoming anything something have supposed meet"),
    (Sense::HAVE, "have had got am doing supposed going meet meeting seeing did are will"),
    (Sense::ADVICE, "should able need buy spend spent"),
];

//! The words that tell what a question asks about.

/// A place that is looked for.
pub(super) const NEAR: &[&str] = &["near", "nearby", "nearest", "closest"];

/// What is asked about shows, bills and matches of all the world.
pub(super) const PUBLIC: &[&str] = &[
    "playing",
    "showing",
    "airing",
    "due",
    "remaining",
    "left",
    "won",
    "winning",
    "win",
    "paid",
    "score",
    "serve",
    "nice",
];

/// What people do with invitations.
pub(super) const INVITATIONS: &[&str] = &[
    "rsvp",
    "accepted",
    "declined",
    "responded",
    "replied",
    "attending",
    "organizer",
    "organiser",
    "organized",
    "organised",
    "invited",
    "tentatively",
    "tentative",
    "attendees",
    "joining",
    "coming",
];

/// What a person's own time is spoken of with.
pub(super) const OWN_TIME: &[&str] = &["booked", "scheduled", "planned", "reserved", "available", "busy"];

/// What is on.
pub(super) const AGENDA: &[&str] = &[
    "planned",
    "scheduled",
    "happening",
    "going",
    "doing",
    "coming",
    "up",
    "on",
    "upcoming",
    "anything",
    "something",
    "have",
    "supposed",
    "meet",
];

/// "do I have …", "am I seeing …"
pub(super) const HAVE: &[&str] = &[
    "have", "had", "got", "am", "doing", "supposed", "going", "meet", "meeting", "seeing", "did", "are", "will",
];

/// Asks for counsel, or for what somebody can do.
pub(super) const ADVICE: &[&str] = &["should", "able", "need", "buy", "spend", "spent"];

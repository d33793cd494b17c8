-- Times are UTC milliseconds, enums are text, "sealed" columns open only under CHATCAL_KEY.

-- What must be known about the database itself, such as the check of its key.
CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value BYTEA NOT NULL
);

-- Who works on this database, each with a count of its heartbeats, the name of the key that it seals under, and where it runs.
CREATE TABLE replicas (
    id BIGINT PRIMARY KEY,
    beats BIGINT NOT NULL,
    first_key TEXT NOT NULL,
    place TEXT NOT NULL
);

-- What one replica at a time may hold, and what the last one left for the next, sealed. A holder that is no replica (any more)
-- holds nothing.
CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    holder BIGINT NOT NULL,
    left_behind BYTEA
);

-- Every message that was taken in. The key outlives the text, so that a late redelivery is recognised.
CREATE TABLE inbox (
    delivery TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    said TEXT,
    said_at BIGINT NOT NULL,
    taken_at BIGINT NOT NULL,
    state TEXT NOT NULL
);
-- Each row stands in one of these: those whose text is to be erased, and those whose key is to be forgotten.
CREATE INDEX inbox_texts ON inbox (taken_at) WHERE said IS NOT NULL;
CREATE INDEX inbox_keys ON inbox (taken_at) WHERE said IS NULL;

CREATE TABLE people (
    id TEXT PRIMARY KEY,
    handle TEXT NOT NULL,
    workspace TEXT NOT NULL,
    own_zone TEXT,
    profile_zone TEXT,
    calendar_zone TEXT,
    seen_at BIGINT NOT NULL
);

CREATE TABLE conversations (
    person TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    -- When the last of what waits in it for its person has waited in vain.
    waits_until BIGINT,
    changed_at BIGINT NOT NULL
);
CREATE INDEX conversations_waiting ON conversations (waits_until) WHERE waits_until IS NOT NULL;

CREATE TABLE bookings (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    plan TEXT NOT NULL,
    meet TEXT NOT NULL,
    etag TEXT NOT NULL,
    state TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX bookings_ended ON bookings (ends_at);

-- Work that needs the network. A row leaves when its outcome has been heard. due_at is when it may next be taken up: to lease it
-- is to move that on, and to set the holder. It is abandoned when a holder has gone without a word.
CREATE TABLE acts (
    person TEXT NOT NULL,
    seq BIGINT NOT NULL,
    act TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    holder BIGINT,
    abandoned BIGINT NOT NULL,
    PRIMARY KEY (person, seq)
);
CREATE INDEX acts_due ON acts (due_at);

-- Letters on their way, "address" and "handle" sealed. Of one that arrived the words are gone; the handle stays for a day, since
-- a later letter may edit it. due_at, holder and abandoned are as in acts.
CREATE TABLE outbox (
    person TEXT NOT NULL,
    seq BIGINT NOT NULL,
    address TEXT NOT NULL,
    message TEXT NOT NULL,
    edits BIGINT,
    silent BIGINT NOT NULL,
    state TEXT NOT NULL,
    handle BYTEA,
    attempts BIGINT NOT NULL,
    written_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    holder BIGINT,
    abandoned BIGINT NOT NULL,
    PRIMARY KEY (person, seq)
);
CREATE INDEX outbox_due ON outbox (state, due_at);
-- Who has letters before this one: few rows, however many letters have arrived.
CREATE INDEX outbox_waiting ON outbox (person, seq) WHERE state = 'waiting';

-- Who did what to whose account: a chain, in which each entry's seal covers the one before. Never changed, never erased.
CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    detail TEXT NOT NULL,
    seal BYTEA NOT NULL
);

-- Discord's gateway session, so that a restart resumes instead of identifying again.
CREATE TABLE gateway_sessions (
    application TEXT PRIMARY KEY,
    -- Sealed; empty when there is none to resume.
    session_id BYTEA,
    resume_url TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    -- When it identified lately: a list in JSON.
    identifies TEXT NOT NULL
);

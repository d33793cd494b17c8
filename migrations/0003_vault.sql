-- What is true of each person's grant. The version is the fence: whoever writes says which version they read, and a late
-- writer loses. The grant itself lies sealed in the tiers.
CREATE TABLE grants (
    person TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    account_sub TEXT,
    account_email TEXT,
    client_id TEXT,
    written_at BIGINT NOT NULL,
    -- Counted through all rows, so that every process hears of what another one changed.
    change BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX grants_change ON grants (change);
CREATE INDEX grants_account ON grants (account_sub);

-- When each grant was last good for an access token, to within some hours.
CREATE TABLE grant_uses (
    person TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    consented_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL
);

-- What a tier still has to get: written together with the grant's row, erased once the tier has it.
CREATE TABLE grant_journal (
    person TEXT NOT NULL,
    tier TEXT NOT NULL,
    version BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (person, tier)
);
CREATE INDEX grant_journal_due ON grant_journal (tier, due_at);

-- Records that were found in a tier and must not be used, kept as they were found.
CREATE TABLE grant_quarantine (
    person TEXT NOT NULL,
    tier TEXT NOT NULL,
    version BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    -- The name of the rule that caught it, and what was found, in words.
    rule TEXT NOT NULL,
    reason TEXT NOT NULL,
    found_at BIGINT NOT NULL,
    PRIMARY KEY (person, tier)
);

-- How often each operation that costs money was asked of a tier, by month ("2026-11", UTC).
CREATE TABLE tier_spending (
    month TEXT NOT NULL,
    tier TEXT NOT NULL,
    operation TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (month, tier, operation)
);

-- Sealed grants, where the database is itself one of the places that keep them (CHATCAL_TIERS).
CREATE TABLE sealed_grants (
    person TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    sealed BYTEA NOT NULL
);

-- Sealed access tokens that one replica leaves for the others, for as long as they live.
CREATE TABLE sealed_access (
    person TEXT PRIMARY KEY,
    sealed BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sealed_access_expiry ON sealed_access (expires_at);

-- Ways to connect a Google account, each offered to one person and used once. state is open, started, code, or how it ended.
CREATE TABLE sign_ins (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    -- From "started" on: hashes of the browser's cookie and of OAuth's state parameter, and the sealed PKCE verifier and nonce.
    browser BYTEA,
    oauth_state BYTEA,
    secrets BYTEA,
    -- It is the second round: in the first one Google gave no lasting permission.
    consent BIGINT NOT NULL,
    -- In "code": the sealed grant that waits, the code's hash, and how often a wrong one was typed.
    pending BYTEA,
    code BYTEA,
    wrong BIGINT NOT NULL,
    -- In "done": requests had waited for the account, and went on.
    goes_on BIGINT NOT NULL
);
CREATE INDEX sign_ins_expiry ON sign_ins (expires_at);
CREATE UNIQUE INDEX sign_ins_oauth_state ON sign_ins (oauth_state) WHERE oauth_state IS NOT NULL;
CREATE INDEX sign_ins_code ON sign_ins (person) WHERE state = 'code';

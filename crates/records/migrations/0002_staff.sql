-- Staff, what they may do, and what they did.

CREATE TABLE staff (
    id             BLOB PRIMARY KEY,
    mail           TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    role           TEXT NOT NULL,
    password_hash  TEXT NOT NULL,
    active         BOOLEAN NOT NULL,
    created_at     BIGINT NOT NULL
);

-- Tokens are kept as SHA-256 only: who reads this table cannot sign in.
CREATE TABLE staff_sessions (
    token_hash  BLOB PRIMARY KEY,
    staff_id    BLOB NOT NULL REFERENCES staff (id),
    created_at  BIGINT NOT NULL,
    last_seen   BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    revoked_at  BIGINT
);
CREATE INDEX staff_sessions_by_staff ON staff_sessions (staff_id);

CREATE TABLE api_keys (
    id          BLOB PRIMARY KEY,
    key_hash    BLOB NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    role        TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    revoked_at  BIGINT
);

-- What staff did, with what was true before and after, as JSON.
CREATE TABLE audit (
    number       INTEGER PRIMARY KEY,
    at           BIGINT NOT NULL,
    who          TEXT NOT NULL,
    action       TEXT NOT NULL,
    target       TEXT NOT NULL,
    before_json  TEXT,
    after_json   TEXT
);
CREATE INDEX audit_by_who ON audit (who, number);
CREATE INDEX audit_by_action ON audit (action, number);

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;

-- How staff prove who they are beside a password, their sessions with where they were opened, and
-- who was invited. Everybody signs in once more: a session now says how it was opened.

DROP TABLE staff_sessions;

CREATE TABLE staff_sessions (
    token_hash  BLOB PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE,
    staff_id    BLOB NOT NULL REFERENCES staff (id),
    opened_by   TEXT NOT NULL,
    device      TEXT NOT NULL,
    address     TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    last_seen   BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    revoked_at  BIGINT
);
CREATE INDEX staff_sessions_by_staff ON staff_sessions (staff_id);

-- The secret is sealed with a key that is not in this file. The last step whose code was taken is
-- kept, so that a code works once.
ALTER TABLE staff ADD COLUMN code_secret BLOB;
ALTER TABLE staff ADD COLUMN code_step BIGINT;

CREATE TABLE staff_recovery_codes (
    code_hash  BLOB PRIMARY KEY,
    staff_id   BLOB NOT NULL REFERENCES staff (id),
    used_at    BIGINT
);
CREATE INDEX staff_recovery_codes_by_staff ON staff_recovery_codes (staff_id);

CREATE TABLE staff_passkeys (
    id             BLOB PRIMARY KEY,
    credential_id  BLOB NOT NULL UNIQUE,
    staff_id       BLOB NOT NULL REFERENCES staff (id),
    name           TEXT NOT NULL,
    passkey_json   TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    last_used      BIGINT
);
CREATE INDEX staff_passkeys_by_staff ON staff_passkeys (staff_id);

CREATE TABLE staff_invitations (
    id          BLOB PRIMARY KEY,
    token_hash  BLOB NOT NULL UNIQUE,
    mail        TEXT NOT NULL,
    name        TEXT NOT NULL,
    role        TEXT NOT NULL,
    invited_by  TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    ended_at    BIGINT
);

CREATE TABLE staff_policy (
    name   TEXT PRIMARY KEY,
    value  TEXT NOT NULL
);

CREATE INDEX audit_by_target ON audit (target, number);

-- What the desk looks for all the time: next to nothing is in it.
CREATE INDEX refunds_failed ON refunds (changed_at) WHERE state = 'Failed';

-- People: members, what checkouts need to reach them, and what is secret. Moments are milliseconds
-- since the epoch; ids and keys of 128 bits lie as 16 bytes, most significant first.

-- The keys of the keyed hashes. Destroying the key of persons unlinks every order from its person.
CREATE TABLE secrets (
    name        TEXT PRIMARY KEY,
    key_bytes   BLOB NOT NULL,
    created_at  BIGINT NOT NULL
);

-- An erased account keeps its row, empty, so that its number is never given again.
CREATE TABLE accounts (
    id              BLOB PRIMARY KEY,
    mail            TEXT UNIQUE,
    password_hash   TEXT,
    name            TEXT,
    phone           TEXT,
    locale          TEXT NOT NULL,
    verified_person BLOB,
    created_at      BIGINT NOT NULL,
    erased_at       BIGINT
);

CREATE TABLE addresses (
    id          BLOB PRIMARY KEY,
    account_id  BLOB NOT NULL REFERENCES accounts (id),
    recipient   TEXT NOT NULL,
    phone       TEXT NOT NULL,
    country     TEXT NOT NULL,
    postcode    TEXT NOT NULL,
    line1       TEXT NOT NULL,
    line2       TEXT NOT NULL,
    zone        INTEGER NOT NULL,
    created_at  BIGINT NOT NULL
);
CREATE INDEX addresses_by_account ON addresses (account_id, created_at);

CREATE TABLE member_sessions (
    id          BLOB PRIMARY KEY,
    account_id  BLOB NOT NULL REFERENCES accounts (id),
    created_at  BIGINT NOT NULL,
    last_seen   BIGINT NOT NULL,
    revoked_at  BIGINT
);
CREATE INDEX member_sessions_by_account ON member_sessions (account_id);

-- Wrong passwords in a row, by a hash of realm and login, whether there is such a login or not.
CREATE TABLE sign_in_failures (
    login_hash    BLOB PRIMARY KEY,
    failures      BIGINT NOT NULL,
    locked_until  BIGINT NOT NULL
);

-- Where a checkout goes and whom to call. Kept for as long as the law asks, then purged.
CREATE TABLE contacts (
    checkout_id   BLOB PRIMARY KEY,
    account_id    BLOB REFERENCES accounts (id),
    name          TEXT NOT NULL,
    phone         TEXT NOT NULL,
    mail          TEXT NOT NULL,
    country       TEXT NOT NULL,
    postcode      TEXT NOT NULL,
    line1         TEXT NOT NULL,
    line2         TEXT NOT NULL,
    memo          TEXT NOT NULL,
    name_folded   TEXT NOT NULL,
    phone_digits  TEXT NOT NULL,
    phone_tail    TEXT NOT NULL,
    mail_folded   TEXT NOT NULL,
    stored_at     BIGINT NOT NULL
);
CREATE INDEX contacts_by_account ON contacts (account_id);
CREATE INDEX contacts_by_name ON contacts (name_folded);
CREATE INDEX contacts_by_phone ON contacts (phone_digits);
CREATE INDEX contacts_by_phone_tail ON contacts (phone_tail);
CREATE INDEX contacts_by_mail ON contacts (mail_folded);
CREATE INDEX contacts_by_age ON contacts (stored_at);

CREATE TABLE watches (
    person      BLOB NOT NULL,
    deal        BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (person, deal)
);
CREATE INDEX watches_by_deal ON watches (deal, person);

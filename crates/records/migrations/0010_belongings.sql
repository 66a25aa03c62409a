-- What comes after the purchase, and what belongs to a person.

-- Wishes to send units back, and what is wanted instead. That units are asked back is the ledger's; why,
-- and who pays the way back, stands here alone.
CREATE TABLE return_requests (
    id           BLOB PRIMARY KEY,
    order_id     BLOB NOT NULL,
    checkout_id  BLOB NOT NULL,
    person       BLOB NOT NULL,
    kind         TEXT NOT NULL,
    reason       TEXT NOT NULL,
    payer        TEXT NOT NULL,
    fee          BIGINT NOT NULL,
    currency     TEXT NOT NULL,
    note         TEXT NOT NULL,
    asked_at     BIGINT NOT NULL
);
CREATE INDEX return_requests_by_order ON return_requests (order_id, asked_at);
CREATE INDEX return_requests_by_age ON return_requests (asked_at);

CREATE TABLE return_request_lines (
    request_id  BLOB NOT NULL REFERENCES return_requests (id) ON DELETE CASCADE,
    line        INTEGER NOT NULL,
    units       INTEGER NOT NULL,
    wish        TEXT,
    PRIMARY KEY (request_id, line)
);

-- Each giving is a row of its own: what was agreed to, from when to when.
CREATE TABLE consents (
    account_id    BLOB NOT NULL REFERENCES accounts (id),
    kind          TEXT NOT NULL,
    given_at      BIGINT NOT NULL,
    withdrawn_at  BIGINT,
    PRIMARY KEY (account_id, kind, given_at)
);

-- Who the seller is in the eyes of the law, as a JSON object.
ALTER TABLE sellers ADD COLUMN business TEXT;

-- The family of browser and system that a session was opened with, for its member to know it again.
ALTER TABLE member_sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';

-- The answers to writes that never reach the ledger, by request key, so that a repeat is known.

CREATE TABLE stored_answers (
    request_key  BLOB PRIMARY KEY,
    asked        BLOB NOT NULL,
    status       INTEGER NOT NULL,
    body         TEXT,
    stored_at    BIGINT NOT NULL
);
CREATE INDEX stored_answers_by_age ON stored_answers (stored_at);

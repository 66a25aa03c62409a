-- What shoppers are told without having asked at that moment: that a deal they watch is open, that their turn in
-- the waitlist has come, what became of their order. A person key stands for members and guests alike.

-- In which language a person is told, and which account is theirs.
CREATE TABLE reachables (
    person      BLOB PRIMARY KEY,
    account_id  BLOB REFERENCES accounts (id),
    locale      TEXT NOT NULL,
    seen_at     BIGINT NOT NULL
);

-- The same thing is told to the same person once.
CREATE TABLE notices (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    person        BLOB NOT NULL,
    kind          TEXT NOT NULL,
    subject       TEXT NOT NULL,
    details       TEXT NOT NULL,
    at            BIGINT NOT NULL,
    useful_until  BIGINT NOT NULL,
    read_at       BIGINT,
    UNIQUE (person, kind, subject)
);
CREATE INDEX notices_by_person ON notices (person, number);
CREATE INDEX notices_by_age ON notices (at);

-- Browsers that take pushes (RFC 8030); the keys are theirs (RFC 8291).
CREATE TABLE push_subscriptions (
    endpoint    TEXT PRIMARY KEY,
    person      BLOB NOT NULL,
    public_key  BLOB NOT NULL,
    auth        BLOB NOT NULL,
    locale      TEXT NOT NULL,
    created_at  BIGINT NOT NULL
);
CREATE INDEX push_subscriptions_by_person ON push_subscriptions (person);

-- What is still to be sent. `address` is a mail address or the endpoint of a subscription; the row goes when it was
-- sent, or when nobody is served by it any more.
CREATE TABLE notice_deliveries (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    notice   INTEGER NOT NULL REFERENCES notices (number) ON DELETE CASCADE,
    channel  TEXT NOT NULL,
    address  TEXT NOT NULL,
    tries    INTEGER NOT NULL,
    due_at   BIGINT NOT NULL
);
CREATE INDEX notice_deliveries_by_due ON notice_deliveries (due_at, number);
CREATE INDEX notice_deliveries_by_notice ON notice_deliveries (notice);

-- Up to which event of the order tables buyers were told.
CREATE TABLE notice_cursor (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    seq    BIGINT NOT NULL,
    place  BIGINT NOT NULL
);

-- Whether a watch may also be told of at night, from 21:00 to 08:00, when promotions need a consent of their own.
ALTER TABLE watches ADD COLUMN at_night BOOLEAN NOT NULL DEFAULT FALSE;

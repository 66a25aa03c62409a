-- The order tables: a fold over the journal's events, written by nobody else. They may be burnt and
-- rebuilt, so they have no foreign keys: the ledger has decided what belongs together.

CREATE TABLE folds (
    name     TEXT PRIMARY KEY,
    reached  BIGINT NOT NULL
);

CREATE TABLE checkouts (
    id         BLOB PRIMARY KEY,
    person     BLOB NOT NULL,
    zone       INTEGER NOT NULL,
    total      BIGINT NOT NULL,
    currency   TEXT NOT NULL,
    placed_at  BIGINT NOT NULL,
    pay_by     BIGINT NOT NULL
);

CREATE TABLE orders (
    id            BLOB PRIMARY KEY,
    checkout_id   BLOB NOT NULL,
    seller        BIGINT NOT NULL,
    person        BLOB NOT NULL,
    state         TEXT NOT NULL,
    goods         BIGINT NOT NULL,
    shipping      BIGINT NOT NULL,
    surcharge     BIGINT NOT NULL,
    tax           BIGINT NOT NULL,
    total         BIGINT NOT NULL,
    refunded      BIGINT NOT NULL,
    currency      TEXT NOT NULL,
    placed_seq    BIGINT NOT NULL,
    placed_at     BIGINT NOT NULL,
    changed_at    BIGINT NOT NULL,
    paid_at       BIGINT,
    paid_attempt  INTEGER
);
CREATE INDEX orders_by_checkout ON orders (checkout_id);
CREATE INDEX orders_by_person ON orders (person, placed_seq, id);
CREATE UNIQUE INDEX orders_by_placing ON orders (placed_seq, id);

CREATE TABLE order_lines (
    order_id          BLOB NOT NULL,
    line              INTEGER NOT NULL,
    hold              BIGINT NOT NULL,
    deal              BIGINT NOT NULL,
    sku               BIGINT NOT NULL,
    units             INTEGER NOT NULL,
    price             BIGINT NOT NULL,
    tax_basis_points  INTEGER,
    units_refunded    INTEGER NOT NULL,
    refunded          BIGINT NOT NULL,
    shipped           INTEGER NOT NULL,
    delivered         INTEGER NOT NULL,
    return_asked      INTEGER NOT NULL,
    returned          INTEGER NOT NULL,
    PRIMARY KEY (order_id, line)
);

CREATE TABLE payments (
    checkout_id  BLOB NOT NULL,
    attempt      INTEGER NOT NULL,
    method       TEXT NOT NULL,
    steps        TEXT NOT NULL,
    months       INTEGER NOT NULL,
    amount       BIGINT NOT NULL,
    currency     TEXT NOT NULL,
    state        TEXT NOT NULL,
    reason       TEXT,
    started_at   BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL,
    deadline     BIGINT NOT NULL,
    PRIMARY KEY (checkout_id, attempt)
);

CREATE TABLE refunds (
    id           BIGINT PRIMARY KEY,
    checkout_id  BLOB NOT NULL,
    attempt      INTEGER NOT NULL,
    order_id     BLOB,
    amount       BIGINT NOT NULL,
    currency     TEXT NOT NULL,
    state        TEXT NOT NULL,
    ordered_at   BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL
);
CREATE INDEX refunds_by_checkout ON refunds (checkout_id);

-- `order_id` is null where the event is about all orders of the checkout; both are null where it is
-- about a deal.
CREATE TABLE order_events (
    seq          BIGINT NOT NULL,
    place        INTEGER NOT NULL,
    at           BIGINT NOT NULL,
    checkout_id  BLOB,
    order_id     BLOB,
    kind         TEXT NOT NULL,
    body         TEXT NOT NULL,
    PRIMARY KEY (seq, place)
);
CREATE INDEX order_events_by_checkout ON order_events (checkout_id, seq, place);

-- Checkouts that left the ledger's memory, as last filed.
CREATE TABLE filed_checkouts (
    checkout_id  BLOB PRIMARY KEY,
    filed        BLOB NOT NULL,
    filed_at     BIGINT NOT NULL
);

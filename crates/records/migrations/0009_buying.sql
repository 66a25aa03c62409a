-- What addresses of all countries need, how a parcel is left, what a deposit may need to go back, and where orders
-- come from.

-- `province` is a code of ISO 3166-2, such as KR-11; empty where none is known. `city` is empty where the lines say it.
ALTER TABLE addresses ADD COLUMN province TEXT NOT NULL DEFAULT '';
ALTER TABLE addresses ADD COLUMN city TEXT NOT NULL DEFAULT '';
ALTER TABLE addresses ADD COLUMN chosen_first INTEGER NOT NULL DEFAULT 0;

ALTER TABLE contacts ADD COLUMN province TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN city TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN drop_off TEXT NOT NULL DEFAULT '';

-- What opens the door of a house stands apart from the contact, which is kept for years: it goes once all has arrived.
CREATE TABLE entrance_codes (
    checkout_id  BLOB PRIMARY KEY,
    code         TEXT NOT NULL,
    stored_at    BIGINT NOT NULL
);
CREATE INDEX entrance_codes_by_age ON entrance_codes (stored_at);

-- Where money goes back to that came by no card.
CREATE TABLE refund_accounts (
    checkout_id  BLOB PRIMARY KEY,
    bank         TEXT NOT NULL,
    number       TEXT NOT NULL,
    holder       TEXT NOT NULL,
    stored_at    BIGINT NOT NULL
);
CREATE INDEX refund_accounts_by_age ON refund_accounts (stored_at);

-- For whom a payment by deposit is reported to the tax office: `income` or `expense`, and the number that says who.
CREATE TABLE cash_receipts (
    checkout_id  BLOB PRIMARY KEY,
    purpose      TEXT NOT NULL,
    number       TEXT NOT NULL,
    stored_at    BIGINT NOT NULL
);
CREATE INDEX cash_receipts_by_age ON cash_receipts (stored_at);

-- Where orders come from, without a person: what the board counts by when the contacts are long erased. `device` is
-- `phone`, `tablet`, `computer` or `program`.
CREATE TABLE checkout_origins (
    checkout_id  BLOB PRIMARY KEY,
    country      TEXT NOT NULL,
    province     TEXT,
    device       TEXT NOT NULL
);

-- Where deposits go: the provider's word, in no event, so it is kept when the order tables are burnt.

CREATE TABLE virtual_accounts (
    checkout_id  BLOB NOT NULL,
    attempt      INTEGER NOT NULL,
    bank         TEXT NOT NULL,
    number       TEXT NOT NULL,
    holder       TEXT NOT NULL,
    stored_at    BIGINT NOT NULL,
    PRIMARY KEY (checkout_id, attempt)
);

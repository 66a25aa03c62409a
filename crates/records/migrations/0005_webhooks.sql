-- Where the shop's own systems listen, how far each has been told, and what it answered.

CREATE TABLE webhook_endpoints (
    id             BLOB PRIMARY KEY,
    url            TEXT NOT NULL,
    secret         TEXT NOT NULL,
    kinds          TEXT NOT NULL,
    active         BOOLEAN NOT NULL,
    paused_reason  TEXT,
    cursor_seq     BIGINT NOT NULL,
    cursor_place   BIGINT NOT NULL,
    created_at     BIGINT NOT NULL
);

CREATE TABLE webhook_deliveries (
    number       INTEGER PRIMARY KEY,
    endpoint_id  BLOB NOT NULL REFERENCES webhook_endpoints (id),
    message_id   TEXT NOT NULL,
    at           BIGINT NOT NULL,
    status       INTEGER,
    took_ms      BIGINT NOT NULL,
    fault        TEXT
);
CREATE INDEX webhook_deliveries_by_endpoint ON webhook_deliveries (endpoint_id, number);

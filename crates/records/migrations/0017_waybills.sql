-- With which carrier units left, and under which number it has them. That they left is the ledger's. An id
-- is the key by which the note of that shipment is known again; a carrier is a code of ours or a free name.
CREATE TABLE waybills (
    id               BLOB PRIMARY KEY,
    order_id         BLOB NOT NULL,
    line             INTEGER NOT NULL,
    units            INTEGER NOT NULL,
    carrier          TEXT NOT NULL,
    tracking_number  TEXT NOT NULL,
    noted_at         BIGINT NOT NULL
);
CREATE INDEX waybills_by_order ON waybills (order_id, noted_at);
CREATE INDEX waybills_by_age ON waybills (noted_at);

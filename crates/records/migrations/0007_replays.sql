-- How often an endpoint was told to begin again; what had been under way for it counts no more.

ALTER TABLE webhook_endpoints ADD COLUMN replays BIGINT NOT NULL DEFAULT 0;

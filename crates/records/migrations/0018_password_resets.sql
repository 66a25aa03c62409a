-- Links by which somebody who forgot their password sets another: of what opens them, only a hash.
CREATE TABLE password_resets (
    token_hash  BLOB PRIMARY KEY,
    account_id  BLOB NOT NULL REFERENCES accounts (id),
    asked_at    BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX password_resets_by_account ON password_resets (account_id, asked_at);

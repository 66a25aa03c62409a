-- The history of one deal or one product is read by what it was done to.
CREATE INDEX IF NOT EXISTS audit_by_target ON audit (target, number);

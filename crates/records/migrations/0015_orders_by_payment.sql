-- The board adds up what was paid by where it came from: those that were paid since it last looked.
CREATE INDEX orders_by_payment ON orders (paid_at) WHERE paid_at IS NOT NULL;

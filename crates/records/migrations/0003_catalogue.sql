-- The catalogue in the shop's own ids. Texts in several languages are JSON objects from language
-- tag to text. `ledger_number` is set once the journal has told it.

CREATE TABLE sellers (
    id             TEXT PRIMARY KEY,
    name           TEXT NOT NULL,
    about          TEXT NOT NULL,
    shipping       TEXT,
    ledger_number  BIGINT UNIQUE
);

CREATE TABLE categories (
    id      TEXT PRIMARY KEY,
    parent  TEXT REFERENCES categories (id),
    name    TEXT NOT NULL
);
CREATE INDEX categories_by_parent ON categories (parent);

CREATE TABLE products (
    id                TEXT PRIMARY KEY,
    seller_id         TEXT NOT NULL REFERENCES sellers (id),
    name              TEXT NOT NULL,
    description       TEXT NOT NULL,
    category          TEXT NOT NULL,
    brand             TEXT,
    price             BIGINT NOT NULL,
    list_price        BIGINT,
    currency          TEXT NOT NULL,
    tax_basis_points  INTEGER,
    colours           TEXT NOT NULL,
    picture_sources   TEXT NOT NULL,
    content_hash      BLOB NOT NULL
);
CREATE INDEX products_by_seller ON products (seller_id, id);

-- Every category that a product stands in, from its own up to the root.
CREATE TABLE product_categories (
    category_id  TEXT NOT NULL,
    product_id   TEXT NOT NULL REFERENCES products (id),
    PRIMARY KEY (category_id, product_id)
);
CREATE INDEX product_categories_by_product ON product_categories (product_id);

-- A SKU that is no longer offered keeps its row: orders name it.
CREATE TABLE skus (
    id             TEXT PRIMARY KEY,
    product_id     TEXT NOT NULL REFERENCES products (id),
    position       INTEGER NOT NULL,
    option_name    TEXT NOT NULL,
    stock          BIGINT NOT NULL,
    offered        BOOLEAN NOT NULL,
    ledger_number  BIGINT UNIQUE
);
CREATE INDEX skus_by_product ON skus (product_id, position);

-- What was made of each picture; the bytes lie as files named by hash and width.
CREATE TABLE pictures (
    product_id   TEXT NOT NULL REFERENCES products (id),
    position     INTEGER NOT NULL,
    source       TEXT NOT NULL,
    hash         TEXT NOT NULL,
    width        INTEGER NOT NULL,
    height       INTEGER NOT NULL,
    widths       TEXT NOT NULL,
    PRIMARY KEY (product_id, position)
);
CREATE INDEX pictures_by_hash ON pictures (hash);

CREATE TABLE deals (
    id             TEXT PRIMARY KEY,
    product_id     TEXT NOT NULL REFERENCES products (id),
    ledger_number  BIGINT UNIQUE
);
CREATE INDEX deals_by_product ON deals (product_id);

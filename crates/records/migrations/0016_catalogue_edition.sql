-- Which edition of the catalogue this is: moved by every change of what lists of deals say, whichever
-- process makes it, so that who keeps those texts in memory knows when to read them again.

CREATE TABLE catalogue_edition (edition BIGINT NOT NULL);
INSERT INTO catalogue_edition (edition) VALUES (1);

CREATE TRIGGER edition_product_added AFTER INSERT ON products
BEGIN UPDATE catalogue_edition SET edition = edition + 1; END;
CREATE TRIGGER edition_product_changed AFTER UPDATE ON products
BEGIN UPDATE catalogue_edition SET edition = edition + 1; END;
CREATE TRIGGER edition_seller_added AFTER INSERT ON sellers
BEGIN UPDATE catalogue_edition SET edition = edition + 1; END;
CREATE TRIGGER edition_seller_changed AFTER UPDATE ON sellers
BEGIN UPDATE catalogue_edition SET edition = edition + 1; END;
CREATE TRIGGER edition_category_added AFTER INSERT ON categories
BEGIN UPDATE catalogue_edition SET edition = edition + 1; END;
CREATE TRIGGER edition_category_changed AFTER UPDATE ON categories
BEGIN UPDATE catalogue_edition SET edition = edition + 1; END;
CREATE TRIGGER edition_picture_added AFTER INSERT ON pictures WHEN NEW.position = 0
BEGIN UPDATE catalogue_edition SET edition = edition + 1; END;
CREATE TRIGGER edition_picture_gone AFTER DELETE ON pictures WHEN OLD.position = 0
BEGIN UPDATE catalogue_edition SET edition = edition + 1; END;
CREATE TRIGGER edition_deal_added AFTER INSERT ON deals
BEGIN UPDATE catalogue_edition SET edition = edition + 1; END;
CREATE TRIGGER edition_deal_changed AFTER UPDATE ON deals
BEGIN UPDATE catalogue_edition SET edition = edition + 1; END;

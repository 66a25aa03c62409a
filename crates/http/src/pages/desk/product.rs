//! One product at the desk: its pictures, its texts in every language, its prices and SKUs, and the
//! history of each field.

use super::deal_form::Errors;
use super::deals::Choice;
use super::head::crumbs;
use super::stock::{self, StockRow};
use crate::pages::figures::machine_moment;
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use crate::pages::language::Language;
use crate::pages::picture::Picture;
use crate::pages::tile::escaped;
use crate::pages::words::Words;
use maud::{Markup, html};
use vocabulary::Millis;

/// A product as it is typed: texts in the order of the languages of the pages.
#[derive(Clone, Debug, Default)]
pub struct TypedProduct {
    /// The shop's own id.
    pub id: String,
    /// The seller's id.
    pub seller: String,
    /// What it is called.
    pub names: [String; 3],
    /// HTML.
    pub descriptions: [String; 3],
    /// Paths such as `패션 > 바지`.
    pub categories: [String; 3],
    /// Who makes it.
    pub brand: String,
    /// What it costs.
    pub price: String,
    /// What it is listed at.
    pub list_price: String,
    /// Of both.
    pub currency: String,
    /// How tax lies in the prices.
    pub tax: String,
    /// Names between commas.
    pub colours: String,
    /// Ids, options by language, units on the shelf of new ones.
    pub skus: Vec<(String, [String; 3], String)>,
}

/// A change of one field.
#[derive(Clone, Debug)]
pub struct ChangeRow {
    /// The number of the deed in the audit.
    pub number: u64,
    /// When.
    pub at: Millis,
    /// Who.
    pub who: String,
    /// The field's name.
    pub field: String,
    /// What it was.
    pub before: String,
    /// What it became.
    pub after: String,
}

/// One product.
#[derive(Clone, Debug, Default)]
pub struct ProductPage {
    /// It is to be made.
    pub making: bool,
    /// What stands in the form.
    pub typed: TypedProduct,
    /// What is wrong, by field.
    pub errors: Errors,
    /// Who sells.
    pub sellers: Vec<Choice>,
    /// Its pictures.
    pub pictures: Vec<Picture>,
    /// Where the units of its SKUs are.
    pub stock: Vec<StockRow>,
    /// What was changed, newest first.
    pub changes: Vec<ChangeRow>,
    /// May change it.
    pub may_change: bool,
    /// The number of the last deed done to it when the form was made; 0: none was.
    pub newest: u64,
}

/// SKUs that the form has room for beyond those that there are.
pub const MORE_SKUS: usize = 2;

impl ProductPage {
    fn address(&self) -> String {
        format!("/desk/products/{}", escaped(&self.typed.id))
    }

    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = match self.making {
            true => w.say("product-make"),
            false => self
                .typed
                .names
                .iter()
                .find(|name| !name.is_empty())
                .cloned()
                .unwrap_or_default(),
        };
        let action = match self.making {
            true => "/desk/catalogue/make".to_owned(),
            false => self.address(),
        };
        let body = html! {
            (crumbs(w, &[("/desk/products", w.say("at-desk-products"))]))
            div.deals-head {
                h1 { (title) }
                @if !self.making {
                    div.desk-ways {
                        a.button-quiet href=(format!("/products/{}", escaped(&self.typed.id))) { (icon("external")) " " (w.say("deal-in-shop")) }
                        @if self.may_change { a.button-quiet href=(format!("/desk/schedule/make?product={}", escaped(&self.typed.id))) { (icon("plus")) " " (w.say("deal-make")) } }
                    }
                }
            }
            @if let Some(error) = self.errors.get("pictures") { p.notice.notice-bad role="alert" { (error) } }
            @if !self.making { (self.gallery(frame)) (self.stock(w)) }
            form.deal-form method="post" action=(action) {
                (frame.key())
                @if !self.making { (self.made_of()) }
                @if let Some(error) = self.errors.get("") { p.notice.notice-bad role="alert" { (error) } }
                @else if !self.errors.is_empty() { p.notice.notice-bad role="alert" { (w.say("at-desk-form-wrong")) } }
                fieldset.product-fields disabled[!self.may_change] { (self.texts(w)) (self.prices(w)) (self.skus(w)) }
                @if self.may_change {
                    div.form-end {
                      @if self.making { p.fine { (w.say("product-make-effect")) } }
                      div.toolbar {
                        button.button type="submit" { (w.say("product-save")) }
                        a.button-quiet href="/desk/products" { (w.say("back")) }
                    } }
                }
            }
            @if !self.making { (self.history(frame)) }
        };
        frame.desk_page(&title, Some(staff), &body)
    }

    /// What a form is made of: another change in between is not overwritten.
    fn made_of(&self) -> Markup {
        html! { input type="hidden" name="newest" value=(self.newest); }
    }

    fn gallery(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let address = format!("{}/pictures", self.address());
        html! {
            section.panel aria-labelledby="pictures" {
                h2 #pictures { (w.say("product-pictures")) }
                @if self.pictures.is_empty() { p.fine { (w.say("product-no-pictures")) } }
                ol.gallery {
                    @for (place, picture) in self.pictures.iter().enumerate() {
                        li {
                            div.gallery-picture { (picture.render(&w.say_with("product-picture", [("number", (place + 1).into())]), "8rem", false)) }
                            @if self.may_change { (self.picture_deeds(frame, &address, place)) }
                        }
                    }
                }
                @if self.may_change {
                    form.drop method="post" action=(address) enctype="multipart/form-data" data-drop="send" {
                        (frame.key())
                        label for="pictures-files" { (icon("image")) " " (w.say("product-add-pictures")) }
                        input #pictures-files name="pictures" type="file" multiple accept="image/jpeg,image/png,image/webp,image/gif" aria-describedby="pictures-hint";
                        p #pictures-hint.field-hint { (w.say("product-pictures-hint")) }
                        button.button-quiet type="submit" { (icon("upload")) " " (w.say("product-send-pictures")) }
                    }
                }
            }
        }
    }

    fn stock(&self, w: &Words) -> Markup {
        html! {
            section.panel aria-labelledby="product-stock" {
                div.deals-head {
                    h2 #product-stock { (w.say("stock-title")) }
                    @if self.may_change { a.button-quiet href=(stock::address(&self.typed.id)) { (icon("box")) " " (w.say("stock-move")) } }
                }
                (stock::table(w, &self.stock))
            }
        }
    }

    /// Forward, back, away: each sends the whole order that it leads to.
    fn picture_deeds(&self, frame: &Frame, address: &str, place: usize) -> Markup {
        let w = &frame.words;
        let hashes: Vec<&str> = self.pictures.iter().map(|it| it.hash.as_str()).collect();
        let swapped = |one: usize, other: usize| {
            let mut order = hashes.clone();
            order.swap(one, other);
            order.join(" ")
        };
        let without: Vec<&str> = hashes
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != place)
            .map(|(_, hash)| *hash)
            .collect();
        let number = || [("number", (place + 1).into())];
        html! {
            form.gallery-deeds method="post" action=(format!("{address}/order")) {
                (frame.key())
                (self.made_of())
                button.icon-button type="submit" name="order" value=(if place > 0 { swapped(place, place - 1) } else { String::new() }) disabled[place == 0]
                    aria-label=(w.say_with("picture-forward", number())) { (icon("left")) }
                button.icon-button type="submit" name="order" value=(if place + 1 < hashes.len() { swapped(place, place + 1) } else { String::new() }) disabled[place + 1 == hashes.len()]
                    aria-label=(w.say_with("picture-back", number())) { (icon("right")) }
                button.icon-button type="submit" name="order" value=(without.join(" ")) aria-label=(w.say_with("picture-remove", number())) { (icon("trash")) }
            }
        }
    }

    fn texts(&self, w: &Words) -> Markup {
        let t = &self.typed;
        html! {
            section.panel aria-labelledby="product-texts" {
                h2 #product-texts { (w.say("product-texts")) }
                @if self.making {
                    div.fields {
                        (self.field("id", &w.say("product-id"), &t.id, "text"))
                        div.field data-bad[self.errors.contains_key("seller")] {
                            label for="seller" { (w.say("at-desk-seller")) }
                            select #seller name="seller" required { @for (value, text) in &self.sellers { option value=(value) selected[*value == t.seller] { (text) } } }
                        }
                    }
                } @else { p.fine { (t.id) " · " (w.say("at-desk-seller")) " " (t.seller) } }
                @for (place, language) in Language::ALL.into_iter().enumerate() {
                    fieldset.product-language lang=(language.tag()) {
                        legend { (language.own_name()) }
                        (self.field(&format!("name-{}", language.tag()), &w.say("product-name"), &t.names[place], "text"))
                        (self.field(&format!("category-{}", language.tag()), &w.say("product-category"), &t.categories[place], "text"))
                        div.field {
                            label for=(format!("description-{}", language.tag())) { (w.say("product-description")) }
                            textarea id=(format!("description-{}", language.tag())) name=(format!("description-{}", language.tag())) rows="4" { (t.descriptions[place]) }
                        }
                    }
                }
                p.field-hint { (w.say("product-html")) }
            }
        }
    }

    fn prices(&self, w: &Words) -> Markup {
        let t = &self.typed;
        html! {
            section.panel aria-labelledby="product-prices" {
                h2 #product-prices { (w.say("product-prices")) }
                div.fields {
                    (self.field("price", &format!("{} ({})", w.say("at-desk-price"), t.currency), &t.price, "text"))
                    (self.field("list_price", &w.say("product-list-price"), &t.list_price, "text"))
                    (self.field("brand", &w.say("product-brand"), &t.brand, "text"))
                    (self.field("colours", &w.say("product-colours"), &t.colours, "text"))
                    @if self.making { (self.field("tax", &w.say("product-tax"), &t.tax, "text")) }
                }
                @if !self.making { p.fine { (w.say_with("product-fast", [("tax", t.tax.as_str().into())])) } }
            }
        }
    }

    fn skus(&self, w: &Words) -> Markup {
        let is_known = |id: &str| self.stock.iter().any(|row| row.sku == id);
        let blank = (String::new(), <[String; 3]>::default(), String::new());
        let more = std::iter::repeat_n(&blank, MORE_SKUS);
        html! {
            section.panel aria-labelledby="product-skus" {
                h2 #product-skus { "SKU" }
                @if let Some(error) = self.errors.get("skus") { p.field-error role="alert" { (error) } }
                div.sheet tabindex="0" role="group" aria-label="SKU" {
                    table {
                        thead { tr { th { "SKU" } @for language in Language::ALL { th { (w.say("option")) " · " (language.own_name()) } } th { (w.say("product-shelf")) } } }
                        tbody {
                            @for (place, (id, options, stock)) in self.typed.skus.iter().chain(more).enumerate() {
                                tr {
                                    td data-label="SKU" { div.field.field-cell { input name="sku" value=(id) autocomplete="off" readonly[is_known(id)] aria-label=(w.say_with("product-sku", [("number", (place + 1).into())])); } }
                                    @for (option, language) in options.iter().zip(Language::ALL) {
                                        td data-label=(language.own_name()) { div.field.field-cell { input name=(format!("option-{}", language.tag())) value=(option) autocomplete="off" aria-label=(format!("{} {} {}", w.say("option"), language.own_name(), place + 1)); } }
                                    }
                                    @if is_known(id) { td data-label=(w.say("product-shelf")) { "–" input type="hidden" name="stock" value=(stock); } }
                                    @else { td data-label=(w.say("product-shelf")) { div.field.field-cell { input name="stock" value=(stock) inputmode="numeric" autocomplete="off" aria-label=(format!("{} {}", w.say("product-shelf"), place + 1)); } } }
                                }
                            }
                        }
                    }
                }
                p.field-hint { (w.say("product-skus-hint")) }
            }
        }
    }

    fn field(&self, name: &str, label: &str, value: &str, kind: &str) -> Markup {
        let error = self.errors.get(name);
        let error_id = format!("{name}-error");
        html! {
            div.field data-bad[error.is_some()] {
                label for=(name) { (label) }
                input id=(name) name=(name) type=(kind) value=(value) autocomplete="off"
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| &error_id)];
                @if let Some(error) = error { p.field-error id=(error_id) { (error) } }
            }
        }
    }

    fn history(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            section.panel aria-labelledby="product-history" {
                h2 #product-history { (w.say("at-desk-history")) }
                @if self.changes.is_empty() { p.fine { (w.say("at-desk-history-none")) } }
                ol.deeds {
                    @for change in &self.changes {
                        li.deed-done {
                            div {
                                p { strong { (w.say(&format!("product-field-{}", change.field.replace('_', "-")))) } }
                                p.change { del { (change.before) } " → " ins { (change.after) } }
                                p.fine { time datetime=(machine_moment(change.at)) { (w.exact_moment(change.at)) } " · " (change.who) }
                            }
                            @if self.may_change {
                                form method="post" action=(format!("{}/bring-back", self.address())) {
                                    (frame.key())
                                    input type="hidden" name="deed" value=(change.number);
                                    input type="hidden" name="field" value=(change.field);
                                    button.button-quiet type="submit" { (icon("back")) " " (w.say("product-bring-back")) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

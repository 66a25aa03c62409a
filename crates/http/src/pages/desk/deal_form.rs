//! The form of a deal to be made or changed: product, SKUs with prices and units, window and terms.
//! What is wrong stands beside its field; what staff should know stands above the button.

use super::head::crumbs;
use crate::pages::figures::discount_percent;
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use crate::pages::picture::Picture;
use crate::pages::tile::escaped;
use crate::pages::words::Words;
use maud::{Markup, html};
use money::{Amount, Currency};
use std::collections::BTreeMap;

/// What is wrong, by the name of the field.
pub type Errors = BTreeMap<String, String>;

/// What is asked for a deal, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The shop's own id of the deal; where it is blank one is made.
    pub deal: String,
    /// The bell, in the festival's time zone: `2026-11-11T00:00:00`.
    pub starts: String,
    /// The end.
    pub ends: String,
    /// Units for one person; 0 for no limit.
    pub limit: String,
    /// How long a hold lasts.
    pub hold_seconds: String,
    /// How often a hold may be given more time; 0 for never.
    pub extensions: String,
    /// How much more each time; 0 for never.
    pub extension_seconds: String,
    /// How long an order may stay unpaid.
    pub payment_minutes: String,
    /// How long a deposit may take; 0 where there are none.
    pub deposit_minutes: String,
    /// Places of each waitlist.
    pub waitlist: String,
    /// A box that was ticked is sent as `yes`.
    pub members_only: bool,
    /// The same.
    pub verified_only: bool,
    /// Units leave on payment and not on order.
    pub on_payment: bool,
}

/// A SKU that may be in the deal.
#[derive(Clone, Debug)]
pub struct SkuRow {
    /// The shop's own id.
    pub sku: String,
    /// What it is: the product's name, size or colour.
    pub name: String,
    /// The price as typed.
    pub price: String,
    /// The units as typed; blank: it is not in the deal.
    pub units: String,
    /// Units in no deal.
    pub free: u64,
    /// What it costs otherwise, or is listed at.
    pub was: Amount,
    /// Of all prices.
    pub currency: Currency,
}

/// A product that was found.
#[derive(Clone, Debug)]
pub struct FoundProduct {
    /// The shop's own id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Who sells it.
    pub seller: String,
    /// Its first picture.
    pub picture: Option<Picture>,
}

/// A deal to be made or changed.
#[derive(Clone, Debug, Default)]
pub struct DealForm {
    /// The deal that is changed; none when one is made.
    pub changes: Option<String>,
    /// What was typed.
    pub typed: Typed,
    /// Its SKUs.
    pub rows: Vec<SkuRow>,
    /// What was looked for, and what was found.
    pub found: Option<(String, Vec<FoundProduct>)>,
    /// What is wrong, by field; under no name what is wrong with the whole.
    pub errors: Errors,
    /// What staff should know before it is made all the same.
    pub warnings: Vec<String>,
    /// It has opened: its start stands fast.
    pub started: bool,
    /// The number of the last deed done to the deal when the form was made; 0: none was.
    pub newest: u64,
}

impl DealForm {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say(match self.changes {
            Some(_) => "deal-change",
            None => "deal-make",
        });
        let (action, back) = match &self.changes {
            Some(deal) => {
                let address = format!("/desk/deals/{}", escaped(deal));
                (format!("{address}/change"), address)
            }
            None => ("/desk/schedule/make".to_owned(), "/desk/deals".to_owned()),
        };
        let mut trail = vec![("/desk/deals", w.say("desk-deals"))];
        trail.extend(
            self.changes
                .iter()
                .map(|deal| (back.as_str(), deal.clone())),
        );
        let body = html! {
            (crumbs(w, &trail))
            h1 { (title) }
            form.deal-form method="post" action=(action) novalidate data-deal-form {
                (frame.key())
                @if self.changes.is_some() { input type="hidden" name="newest" value=(self.newest); }
                // Whoever presses Enter saves, or finds where something new stands in the search.
                button.sr-only type="submit" tabindex="-1" aria-hidden="true" { (title) }
                @if let Some(error) = self.errors.get("") { p.notice.notice-bad role="alert" { (error) } }
                @else if !self.errors.is_empty() { p.notice.notice-bad role="alert" { (w.say("at-desk-form-wrong")) } }
                (self.what(frame))
                (self.when(w))
                (self.terms(w))
                (self.end(w, &title, &back))
            }
        };
        frame.desk_page(&title, Some(staff), &body)
    }

    fn what(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            section.panel aria-labelledby="form-what" {
                h2 #form-what { (w.say("form-what")) }
                @if self.changes.is_none() {
                    (self.finder(frame))
                    (self.field("deal", &w.say("deal-id"), "text", &self.typed.deal, Some(&w.say("deal-id-hint"))))
                }
                @if let Some(error) = self.errors.get("skus") { p.field-error role="alert" { (error) } }
                @if self.rows.is_empty() { p.empty { (w.say("form-no-product")) } } @else { (self.skus(w)) }
            }
        }
    }

    fn finder(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let (text, found) = match &self.found {
            Some((text, found)) => (text.as_str(), Some(found)),
            None => ("", None),
        };
        html! {
            div.finder data-finder="/desk/schedule/products" {
                div.field {
                    label for="find" { (w.say("product-find")) }
                    div.finder-row {
                        input #find name="find" type="search" autocomplete="off" value=(text) aria-describedby="find-hint";
                        input type="hidden" name="found" value=(text);
                        button.button-quiet type="submit" name="do" value="find" formnovalidate { (icon("search")) " " (w.say("find")) }
                    }
                    p #find-hint.field-hint { (w.say("product-find-hint")) }
                }
                div.finder-found aria-live="polite" { @if let Some(found) = found { (found_products(w, found)) } }
            }
        }
    }

    fn skus(&self, w: &Words) -> Markup {
        let making = self.changes.is_none();
        html! {
            div.sheet tabindex="0" role="group" aria-label=(w.say("pools")) {
                table {
                    thead { tr {
                        th { "SKU" } th.figure { (w.say("price-otherwise")) } th { (w.say("deal-price")) } th { (w.say("at-desk-discount")) }
                        th { (w.say(if making { "at-desk-units" } else { "allotted" })) } th.figure { (w.say("at-desk-free")) }
                        @if making { th { span.sr-only { (w.say("at-desk-remove")) } } }
                    } }
                    tbody { @for row in &self.rows { (self.sku(w, row, making)) } }
                }
            }
            p.field-hint { (w.say(if making { "pools-hint" } else { "pools-change-hint" })) }
        }
    }

    fn sku(&self, w: &Words, row: &SkuRow, making: bool) -> Markup {
        let (price, units) = (format!("price-{}", row.sku), format!("units-{}", row.sku));
        let typed = money::parse(&row.price, row.currency).ok();
        let less = typed.and_then(|now| discount_percent(row.was, now));
        html! {
            tr data-was=(row.was.0) data-digits=(row.currency.digits()) {
                td data-label="SKU" { span.deal-name { (row.name) } span.deal-id { (row.sku) } input type="hidden" name="sku" value=(row.sku); }
                td.figure data-label=(w.say("price-otherwise")) { (w.amount(row.was, row.currency)) }
                td data-label=(w.say("deal-price")) {
                    (self.cell("price", &price, &row.price, &w.say_with("at-desk-price-of", [("name", row.name.as_str().into())]), "decimal"))
                }
                td data-label=(w.say("at-desk-discount")) { output.price-less data-less { @if let Some(less) = less { (less) "%" } @else { "–" } } }
                td data-label=(w.say("at-desk-units")) {
                    @if making { (self.cell("units", &units, &row.units, &w.say_with("at-desk-units-of", [("name", row.name.as_str().into())]), "numeric")) }
                    @else { (row.units) }
                }
                td.figure data-label=(w.say("at-desk-free")) { (w.count(row.free)) }
                @if making { td { button.icon-button type="submit" name="remove" value=(row.sku) formnovalidate aria-label=(w.say_with("at-desk-remove-of", [("name", row.name.as_str().into())])) { (icon("close")) } } }
            }
        }
    }

    /// A field in a cell: its label is for those who do not see the heading.
    fn cell(&self, name: &str, id: &str, value: &str, label: &str, mode: &str) -> Markup {
        let (error, error_id) = (self.errors.get(id), format!("{id}-error"));
        html! {
            div.field.field-cell data-bad[error.is_some()] {
                input id=(id) name=(name) value=(value) inputmode=(mode) autocomplete="off" aria-label=(label)
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| &error_id)];
                @if let Some(error) = error { p.field-error id=(error_id) { (error) } }
            }
        }
    }

    fn when(&self, w: &Words) -> Markup {
        html! {
            section.panel aria-labelledby="form-when" {
                h2 #form-when { (w.say("form-when")) }
                div.fields {
                    (self.moment("starts", &w.say("starts"), &self.typed.starts, self.started))
                    (self.moment("ends", &w.say("ends"), &self.typed.ends, false))
                }
                p.fine {
                    (w.say_with("times-in", [("zone", w.zone_name().into())]))
                    @if self.started { " " (w.say("started-hint")) }
                }
            }
        }
    }

    fn terms(&self, w: &Words) -> Markup {
        let t = &self.typed;
        html! {
            section.panel aria-labelledby="form-terms" {
                h2 #form-terms { (w.say("form-terms")) }
                div.fields {
                    (self.field("limit", &w.say("limit"), "number", &t.limit, None))
                    (self.field("hold_seconds", &w.say("hold-seconds"), "number", &t.hold_seconds, None))
                    (self.field("extensions", &w.say("at-desk-extensions-times"), "number", &t.extensions, Some(&w.say("at-desk-extensions-hint"))))
                    (self.field("extension_seconds", &w.say("at-desk-extension-seconds"), "number", &t.extension_seconds, None))
                    (self.field("payment_minutes", &w.say("payment-minutes"), "number", &t.payment_minutes, None))
                    (self.field("deposit_minutes", &w.say("deposit-minutes"), "number", &t.deposit_minutes, None))
                    (self.field("waitlist", &w.say("waitlist-places"), "number", &t.waitlist, None))
                }
                (check("members_only", &w.say("members-only"), t.members_only))
                (check("verified_only", &w.say("verified-only"), t.verified_only))
                fieldset.choices {
                    legend { (w.say("deduct")) }
                    @for (value, key, chosen) in [("order", "deduct-order", !t.on_payment), ("payment", "deduct-payment", t.on_payment)] {
                        label.choice {
                            input type="radio" name="deduct" value=(value) checked[chosen];
                            span { (w.say(key)) }
                        }
                    }
                }
            }
        }
    }

    fn end(&self, w: &Words, title: &str, back: &str) -> Markup {
        html! {
            div.form-end {
                div data-foreseen="/desk/schedule/check" aria-live="polite" { (foreseen(w, &self.warnings)) }
                div.toolbar {
                    @if self.warnings.is_empty() { button.button type="submit" { (title) } }
                    @else { button.button type="submit" name="confirmed" value="yes" { (w.say("form-all-the-same")) } }
                    a.button-quiet href=(back) { (w.say("back")) }
                }
            }
        }
    }

    fn field(
        &self,
        name: &str,
        label: &str,
        kind: &str,
        value: &str,
        hint: Option<&str>,
    ) -> Markup {
        let error = self.errors.get(name);
        let described = match (error, hint) {
            (Some(_), _) => Some(format!("{name}-error")),
            (None, Some(_)) => Some(format!("{name}-hint")),
            (None, None) => None,
        };
        html! {
            div.field data-bad[error.is_some()] {
                label for=(name) { (label) }
                input #(name) name=(name) type=(kind) value=(value) autocomplete="off" min=[(kind == "number").then_some("0")]
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[described];
                @if let Some(error) = error { p.field-error id=(format!("{name}-error")) { (error) } }
                @else if let Some(hint) = hint { p.field-hint id=(format!("{name}-hint")) { (hint) } }
            }
        }
    }

    fn moment(&self, name: &str, label: &str, value: &str, fast: bool) -> Markup {
        let error = self.errors.get(name);
        let error_id = format!("{name}-error");
        html! {
            div.field data-bad[error.is_some()] {
                label for=(name) { (label) }
                input #(name) name=(name) type="datetime-local" step="1" value=(value) readonly[fast]
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| &error_id)];
                @if let Some(error) = error { p.field-error id=(error_id) { (error) } }
            }
        }
    }
}

/// What staff should know of the deal, in words.
pub fn foreseen(w: &Words, warnings: &[String]) -> Markup {
    html! {
        @if !warnings.is_empty() {
            div.notice.notice-warn {
                p { strong { (w.say("form-foreseen")) } }
                ul { @for warning in warnings { li { (warning) } } }
            }
        }
    }
}

/// Products that were found, as buttons that take their SKUs into the form.
pub fn found_products(w: &Words, found: &[FoundProduct]) -> Markup {
    html! {
        @if found.is_empty() { p.fine { (w.say("products-none-found")) } }
        @else {
            ul.found {
                @for product in found {
                    li {
                        button.found-product type="submit" name="add" value=(product.id) formnovalidate {
                            span.thumb { @if let Some(picture) = &product.picture { (picture.render("", "3rem", false)) } }
                            span { span.deal-name { (product.name) } span.deal-id { (product.id) " · " (product.seller) } }
                            (icon("plus"))
                        }
                    }
                }
            }
        }
    }
}

/// A box to tick.
pub fn check(name: &str, label: &str, ticked: bool) -> Markup {
    html! { label.check { input type="checkbox" name=(name) value="yes" checked[ticked]; span { (label) } } }
}

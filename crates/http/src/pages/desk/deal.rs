//! One deal at the desk: how it stands, where its units are, what was done to it, and what can be.

use super::deals::{DealRow, State};
use super::head::crumbs;
use crate::pages::claimed_bar::claimed_bar;
use crate::pages::countdown::moment;
use crate::pages::figures::machine_moment;
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use crate::pages::tile::escaped;
use crate::pages::words::Words;
use maud::{Markup, html};
use money::{Amount, Currency};
use vocabulary::Millis;

/// One pool of a deal.
#[derive(Clone, Debug)]
pub struct PoolRow {
    /// The shop's own id of the SKU.
    pub sku: String,
    /// Size or colour.
    pub option: String,
    /// Of a unit.
    pub price: Amount,
    /// Units: available, held, ordered, sold.
    pub units: [u32; 4],
    /// How many wait.
    pub waiting: u32,
    /// Units in no deal.
    pub free: u64,
}

/// Something that staff did to it.
#[derive(Clone, Debug)]
pub struct DeedRow {
    /// Its number in the audit.
    pub number: u64,
    /// When.
    pub at: Millis,
    /// Who.
    pub who: String,
    /// What, in words.
    pub what: String,
    /// Lines of what was and what is.
    pub changes: Vec<String>,
    /// The ledger would take it back.
    pub can_go_back: bool,
}

/// One deal.
#[derive(Clone, Debug)]
pub struct DealDesk {
    /// As in the list.
    pub row: DealRow,
    /// The shop's own id of the product.
    pub product: Option<String>,
    /// Of its prices.
    pub currency: Currency,
    /// Its pools.
    pub pools: Vec<PoolRow>,
    /// Its terms, in words.
    pub terms: Vec<(String, String)>,
    /// What was done to it, newest first.
    pub deeds: Vec<DeedRow>,
    /// May change it.
    pub may_change: bool,
}

/// A deal that is to run at another time.
#[derive(Clone, Debug)]
pub struct MoveForm {
    /// The deal.
    pub row: DealRow,
    /// The bell and the end as typed, in the festival's time zone.
    pub typed: [String; 2],
    /// What it comes to, in words; none before a new time was said.
    pub effect: Option<String>,
    /// What is wrong with the times.
    pub error: Option<String>,
    /// What staff should know.
    pub warnings: Vec<String>,
    /// It has opened: its start stands fast.
    pub started: bool,
    /// Where one comes from.
    pub back: String,
    /// The number of the last deed done to the deal when the form was made; 0: none was.
    pub newest: u64,
}

impl DealDesk {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let row = &self.row;
        let body = html! {
            (crumbs(w, &[("/desk/deals", w.say("desk-deals"))]))
            div.deal-head {
                div.thumb.thumb-large { @if let Some(picture) = &row.picture { (picture.render("", "6rem", true)) } }
                div {
                    h1 { (row.name) }
                    p.fine { (row.deal) " · " (row.seller) }
                    p.deal-window {
                        span.tag data-standing=(row.state.name()) { (w.say(&format!("state-{}", row.state.name()))) } " "
                        (moment(w, row.starts_at)) " – " (moment(w, row.ends_at))
                    }
                }
            }
            (self.ways(w))
            (claimed_bar(w, &row.deal, row.claimed))
            (self.pools(w))
            @if self.may_change && row.state != State::Over { (self.add_stock(w)) }
            details.panel.deal-terms { summary { (w.say("form-terms")) } dl.facts { @for (name, value) in &self.terms { dt { (name) } dd { (value) } } } }
            (self.history(frame))
        };
        frame.desk_page(&row.deal, Some(staff), &body)
    }

    fn ways(&self, w: &Words) -> Markup {
        let row = &self.row;
        let changing = self.may_change && row.state != State::Over;
        html! {
            div.toolbar {
                @if changing {
                    a.button href=(format!("{}/change", row.address())) { (icon("edit")) " " (w.say("deal-change")) }
                    a.button-quiet href=(format!("{}/move", row.address())) { (icon("clock")) " " (w.say("deal-move")) }
                }
                @if self.may_change { a.button-quiet href=(format!("/desk/schedule/make?like={}", escaped(&row.deal))) { (icon("copy")) " " (w.say("deal-duplicate")) } }
                @if let Some(product) = &self.product { a.button-quiet href=(format!("/desk/products/{}", escaped(product))) { (icon("tag")) " " (w.say("product")) } }
                a.button-quiet href=(format!("/deals/{}", escaped(&row.deal))) { (icon("external")) " " (w.say("deal-in-shop")) }
                @if changing { a.button-quiet.danger href=(format!("{}/end", row.address())) { (icon("close")) " " (w.say("deal-end")) } }
            }
        }
    }

    /// The page that asks before the deal is ended.
    pub fn confirm_end(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let [available, held, _, _] = self.row.units;
        let effect = w.say_with(
            "deal-end-effect",
            [
                ("available", w.count(available).into()),
                ("held", w.count(held).into()),
                ("waiting", w.count(self.row.waiting).into()),
            ],
        );
        let body = html! {
            form.panel.panel-danger.narrow method="post" action=(format!("{}/end", self.row.address())) {
                (frame.key())
                h1 { (w.say("deal-end")) }
                p.lead { (self.row.deal) " · " (self.row.name) }
                p { (effect) }
                p { (w.say("no-undo")) }
                button.button type="submit" { (w.say("deal-end-now")) }
                a.button-quiet href=(self.row.address()) { (w.say("back")) }
            }
        };
        frame.desk_page(&w.say("deal-end"), Some(staff), &body)
    }

    fn pools(&self, w: &Words) -> Markup {
        let names = ["available", "held", "ordered", "sold"];
        html! {
            div.sheet tabindex="0" role="group" aria-label=(w.say("pools")) {
                table {
                    thead { tr {
                        th { "SKU" } th.figure { (w.say("at-desk-price")) }
                        @for name in names { th.figure { (w.say(name)) } }
                        th.figure { (w.say("waiting-count")) } th.figure { (w.say("at-desk-free")) }
                    } }
                    tbody {
                        @for pool in &self.pools {
                            tr {
                                td data-label="SKU" { span.deal-name { @if pool.option.is_empty() { (pool.sku) } @else { (pool.option) } } span.deal-id { (pool.sku) } }
                                td.figure data-label=(w.say("at-desk-price")) { (w.amount(pool.price, self.currency)) }
                                @for (name, units) in names.iter().zip(pool.units) { td.figure data-label=(w.say(name)) { (w.count(units.into())) } }
                                td.figure data-label=(w.say("waiting-count")) { (w.count(pool.waiting.into())) }
                                td.figure data-label=(w.say("at-desk-free")) { (w.count(pool.free)) }
                            }
                        }
                    }
                }
            }
        }
    }

    fn add_stock(&self, w: &Words) -> Markup {
        html! {
            form.panel method="get" action=(format!("{}/allotments", self.row.address())) {
                h2 { (w.say("stock-add")) }
                p.fine { (w.say("stock-add-note")) }
                div.fields {
                    div.field {
                        label for="sku" { "SKU" }
                        select #sku name="sku" {
                            @for pool in &self.pools {
                                option value=(pool.sku) { (pool.sku) " " (pool.option) " · " (w.say_with("at-desk-free-units", [("count", w.count(pool.free).into())])) }
                            }
                        }
                    }
                    div.field {
                        label for="units" { (w.say("at-desk-units")) }
                        input #units name="units" type="number" min="1" max="1000000" required;
                    }
                }
                div { button.button type="submit" { (w.say("bulk-preview")) } }
            }
        }
    }

    fn history(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            section.panel aria-labelledby="deal-history" {
                h2 #deal-history { (w.say("at-desk-history")) }
                @if self.deeds.is_empty() { p.fine { (w.say("at-desk-history-none")) } }
                ol.deeds {
                    @for deed in &self.deeds {
                        li.deed-done {
                            div {
                                p { strong { (deed.what) } }
                                @for change in &deed.changes { p.change { (change) } }
                                p.fine { time datetime=(machine_moment(deed.at)) { (w.exact_moment(deed.at)) } " · " (deed.who) }
                            }
                            @if deed.can_go_back {
                                form method="post" action=(format!("{}/take-back", self.row.address())) {
                                    (frame.key())
                                    input type="hidden" name="deed" value=(deed.number);
                                    button.button-quiet type="submit" { (icon("back")) " " (w.say("at-desk-take-back")) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

impl MoveForm {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say("deal-move");
        let body = html! {
            (crumbs(w, &[(&self.back, w.say("back"))]))
            h1 { (title) }
            (self.form(frame))
        };
        frame.desk_page(&title, Some(staff), &body)
    }

    fn form(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let address = format!("{}/move", self.row.address());
        html! {
            form.panel.narrow.move-form method="post" action=(address) {
                (frame.key())
                input type="hidden" name="back" value=(self.back);
                input type="hidden" name="newest" value=(self.newest);
                p.lead { (self.row.name) span.deal-id { (self.row.deal) } }
                p.fine { (w.say("at-desk-window-now")) ": " (moment(w, self.row.starts_at)) " – " (moment(w, self.row.ends_at)) }
                @if let Some(error) = &self.error { p #move-error.notice.notice-bad role="alert" { (error) } }
                @for (name, value, fast) in [("starts", &self.typed[0], self.started), ("ends", &self.typed[1], false)] {
                    div.field {
                        label for=(format!("move-{name}")) { (w.say(name)) }
                        input id=(format!("move-{name}")) name=(name) type="datetime-local" step="1" value=(value) required readonly[fast];
                    }
                }
                p.fine { (w.say_with("times-in", [("zone", w.zone_name().into())])) @if self.started { " " (w.say("started-hint")) } }
                @if let Some(effect) = &self.effect { p.move-effect { strong { (effect) } } }
                (super::deal_form::foreseen(w, &self.warnings))
                div.toolbar {
                    @if self.effect.is_some() { button.button type="submit" { (w.say("deal-move-now")) } }
                    button.button-quiet type="submit" formmethod="get" { (w.say("bulk-preview")) }
                    a.button-quiet data-closes href=(self.back) { (w.say("back")) }
                }
            }
        }
    }
}

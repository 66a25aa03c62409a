//! Deals at the desk: the list, one deal with its pools, making, changing and ending it.

use crate::pages::claimed_bar::claimed_bar;
use crate::pages::countdown::moment;
use crate::pages::form::Field;
use crate::pages::frame::Frame;
use crate::pages::tile::escaped;
use maud::{Markup, html};
use money::{Amount, Currency};
use vocabulary::Millis;

/// The longest hold that the ledger's milliseconds can say.
const HOLD_SECONDS_MAX: u32 = u32::MAX / 1_000;
/// The longest deadline that they can say.
const MINUTES_MAX: u32 = u32::MAX / 60_000;
/// More places than any waitlist needs.
const PLACES_MAX: u32 = 10_000_000;

/// Which deals a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Holds may be placed.
    #[default]
    Open,
    /// The bell has not rung.
    Upcoming,
    /// Ended.
    Over,
}

/// A deal as a row.
#[derive(Clone, Debug)]
pub struct DealRow {
    /// The shop's own id.
    pub deal: String,
    /// The product's name.
    pub name: String,
    /// The seller's name.
    pub seller: String,
    /// The bell.
    pub starts_at: Millis,
    /// The end.
    pub ends_at: Millis,
    /// In percent.
    pub claimed: u8,
    /// Units of all pools.
    pub allotted: u64,
    /// Sold of them.
    pub sold: u64,
    /// How many wait.
    pub waiting: u64,
}

/// The list.
#[derive(Clone, Debug)]
pub struct DealsPage {
    /// Which deals.
    pub state: State,
    /// Those of this page.
    pub rows: Vec<DealRow>,
    /// From 0.
    pub page: usize,
    /// There is a page after this.
    pub more: bool,
    /// May make and change deals.
    pub may_change: bool,
}

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
}

/// What is asked for a deal, as it was typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Made when the form was rendered.
    pub key: String,
    /// The shop's own id of the deal.
    pub deal: String,
    /// The shop's own ids of the SKUs with price and units: `SKU, price, units`, a line each.
    pub pools: String,
    /// The bell, in the festival's time zone: `2026-11-11T00:00:00`.
    pub starts: String,
    /// The end.
    pub ends: String,
    /// Units for one person; 0 for no limit.
    pub limit: u16,
    /// How long a hold lasts.
    pub hold_seconds: u32,
    /// How long an order may stay unpaid.
    pub payment_minutes: u32,
    /// How long a deposit may take; 0 where there are none.
    pub deposit_minutes: u32,
    /// Places of each waitlist.
    pub waitlist: u32,
    /// A box that was ticked is sent as `yes`.
    pub members_only: String,
    /// The same.
    pub verified_only: String,
    /// `order` or `payment`.
    pub deduct: String,
}

/// A deal to be made or changed.
#[derive(Clone, Debug, Default)]
pub struct DealForm {
    /// The deal that is changed; none when one is made.
    pub changes: Option<String>,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong, in words.
    pub error: Option<String>,
    /// It has opened: its start stands fast.
    pub started: bool,
}

/// One deal.
#[derive(Clone, Debug)]
pub struct DealDesk {
    /// As in the list.
    pub row: DealRow,
    /// How it stands.
    pub state: State,
    /// Of its prices.
    pub currency: Currency,
    /// Its pools.
    pub pools: Vec<PoolRow>,
    /// May change it.
    pub may_change: bool,
}

impl State {
    /// All, in the order of the tabs.
    pub const ALL: [State; 3] = [State::Open, State::Upcoming, State::Over];

    /// Its name in addresses and messages.
    pub fn name(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Upcoming => "upcoming",
            State::Over => "over",
        }
    }

    /// The state of that name.
    pub fn named(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl DealsPage {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let body = html! {
            h1 { (w.say("desk-deals")) }
            div.toolbar {
                nav.chips aria-label=(w.say("states")) {
                    @for state in State::ALL {
                        a.chip href=(address(state, 0)) aria-current=[(state == self.state).then_some("true")] {
                            (w.say(&format!("state-{}", state.name())))
                        }
                    }
                }
                @if self.may_change { a.button href="/desk/deals/make" { (w.say("deal-make")) } }
            }
            @if self.rows.is_empty() { p.empty { (w.say("deals-none")) } } @else { (self.sheet(frame)) }
            @if self.page > 0 || self.more {
                nav.pager aria-label=(w.say("pages")) {
                    @if self.page > 0 { a rel="prev" href=(address(self.state, self.page - 1)) { (w.say("page-before")) } }
                    span { (w.say_with("page-number", [("page", (self.page + 1).into())])) }
                    @if self.more { a rel="next" href=(address(self.state, self.page + 1)) { (w.say("page-next")) } }
                }
            }
        };
        frame.desk_page(&w.say("desk-deals"), Some(staff), &body)
    }

    fn sheet(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            div.sheet tabindex="0" role="region" aria-label=(w.say("desk-deals")) {
                table {
                    thead { tr {
                        th { (w.say("deal")) } th { (w.say("product")) } th { (w.say("starts")) } th { (w.say("ends")) }
                        th { (w.say("claimed-share")) } th.figure { (w.say("allotted")) } th.figure { (w.say("sold")) } th.figure { (w.say("waiting-count")) }
                    } }
                    tbody {
                        @for row in &self.rows {
                            tr {
                                td { a href=(row.address()) { (row.deal) } }
                                td { (row.name) br; span.tile-seller { (row.seller) } }
                                td { (moment(w, row.starts_at)) }
                                td { (moment(w, row.ends_at)) }
                                td { (claimed_bar(w, &row.deal, row.claimed)) }
                                td.figure { (w.count(row.allotted)) }
                                td.figure { (w.count(row.sold)) }
                                td.figure { (w.count(row.waiting)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

impl DealRow {
    /// The address of the deal at the desk.
    pub fn address(&self) -> String {
        format!("/desk/deals/{}", escaped(&self.deal))
    }
}

impl DealDesk {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let row = &self.row;
        let body = html! {
            p.fine { a href="/desk/deals" { (w.say("desk-deals")) } }
            h1 { (row.deal) " · " (row.name) }
            div.toolbar {
                span.tag data-standing=(self.state.name()) { (w.say(&format!("state-{}", self.state.name()))) }
                span { (moment(w, row.starts_at)) " – " (moment(w, row.ends_at)) }
                @if self.may_change && self.state != State::Over {
                    a.button-quiet href=(format!("{}/change", row.address())) { (w.say("deal-change")) }
                    a.button-quiet href=(format!("{}/end", row.address())) { (w.say("deal-end")) }
                }
                a.button-quiet href=(format!("/deals/{}", escaped(&row.deal))) { (w.say("deal-in-shop")) }
            }
            (claimed_bar(w, &row.deal, row.claimed))
            (self.pools(frame))
            @if self.may_change && self.state != State::Over { (self.add_stock(frame)) }
        };
        frame.desk_page(&row.deal, Some(staff), &body)
    }

    /// The page that asks before the deal is ended.
    pub fn confirm_end(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let sum = |place: usize| -> u64 {
            self.pools
                .iter()
                .map(|pool| u64::from(pool.units[place]))
                .sum()
        };
        let effect = w.say_with(
            "deal-end-effect",
            [
                ("available", w.count(sum(0)).into()),
                ("held", w.count(sum(1)).into()),
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

    fn pools(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            div.sheet tabindex="0" role="region" aria-label=(w.say("pools")) {
                table {
                    thead { tr {
                        th { "SKU" } th { (w.say("option")) } th.figure { (w.say("price")) } th.figure { (w.say("available")) }
                        th.figure { (w.say("held")) } th.figure { (w.say("ordered")) } th.figure { (w.say("sold")) } th.figure { (w.say("waiting-count")) }
                    } }
                    tbody {
                        @for pool in &self.pools {
                            tr {
                                td { (pool.sku) }
                                td { (pool.option) }
                                td.figure { (w.amount(pool.price, self.currency)) }
                                @for units in pool.units { td.figure { (w.count(units.into())) } }
                                td.figure { (w.count(pool.waiting.into())) }
                            }
                        }
                    }
                }
            }
        }
    }

    fn add_stock(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            form.panel method="post" action=(format!("{}/allotments", self.row.address())) {
                (frame.key())
                h2 { (w.say("stock-add")) }
                p.fine { (w.say("stock-add-note")) }
                div.fields {
                    div.field {
                        label for="sku" { "SKU" }
                        select #sku name="sku" { @for pool in &self.pools { option value=(pool.sku) { (pool.sku) " " (pool.option) } } }
                    }
                    div.field {
                        label for="units" { (w.say("units")) }
                        input #units name="units" type="number" min="1" max="1000000" required;
                    }
                }
                button.button type="submit" { (w.say("stock-add")) }
            }
        }
    }
}

impl DealForm {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say(if self.changes.is_some() {
            "deal-change"
        } else {
            "deal-make"
        });
        let action = match &self.changes {
            Some(deal) => format!("/desk/deals/{}/change", escaped(deal)),
            None => "/desk/deals/make".to_owned(),
        };
        let body = html! {
            form.form.panel method="post" action=(action) {
                (frame.key())
                h1 { (title) }
                @if let Some(error) = &self.error { p.notice.notice-bad role="alert" { (error) } }
                @if self.changes.is_none() { (self.text("deal", w.say("deal-id"), &self.typed.deal)) }
                (self.pools(frame))
                div.fields { (self.moment("starts", w.say("starts"), &self.typed.starts, self.started)) (self.moment("ends", w.say("ends"), &self.typed.ends, false)) }
                div.fields {
                    (number("limit", &w.say("limit"), self.typed.limit.into(), (0, u16::MAX.into())))
                    (number("hold_seconds", &w.say("hold-seconds"), self.typed.hold_seconds, (1, HOLD_SECONDS_MAX)))
                    (number("payment_minutes", &w.say("payment-minutes"), self.typed.payment_minutes, (1, MINUTES_MAX)))
                    (number("deposit_minutes", &w.say("deposit-minutes"), self.typed.deposit_minutes, (0, MINUTES_MAX)))
                    (number("waitlist", &w.say("waitlist-places"), self.typed.waitlist, (0, PLACES_MAX)))
                }
                (check("members_only", &w.say("members-only"), &self.typed.members_only))
                (check("verified_only", &w.say("verified-only"), &self.typed.verified_only))
                (self.deduct(frame))
                p.fine { (w.say_with("times-in", [("zone", w.zone_name().into())])) }
                button.button.button-wide type="submit" { (title) }
            }
        };
        frame.desk_page(&title, Some(staff), &body)
    }

    fn text(&self, name: &str, label: String, value: &str) -> Markup {
        let field = Field {
            value,
            ..Field::of(name, label)
        };
        field.render()
    }

    fn moment(&self, name: &str, label: String, value: &str, fast: bool) -> Markup {
        html! {
            div.field {
                label for=(name) { (label) }
                input #(name) name=(name) type="datetime-local" step="1" value=(value) required readonly[fast];
            }
        }
    }

    fn pools(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let hint = if self.changes.is_some() {
            "pools-change-hint"
        } else {
            "pools-hint"
        };
        html! {
            div.field {
                label for="pools" { (w.say("pools")) }
                textarea #pools name="pools" rows="5" required aria-describedby="pools-hint" { (self.typed.pools) }
                p #pools-hint.field-hint { (w.say(hint)) }
            }
        }
    }

    fn deduct(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            fieldset.choices {
                legend { (w.say("deduct")) }
                @for (value, key) in [("order", "deduct-order"), ("payment", "deduct-payment")] {
                    label.choice {
                        input type="radio" name="deduct" value=(value) checked[self.typed.deduct == value];
                        span { (w.say(key)) }
                    }
                }
            }
        }
    }
}

fn number(name: &str, label: &str, value: u32, (least, most): (u32, u32)) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            input #(name) name=(name) type="number" min=(least) max=(most) value=(value) required;
        }
    }
}

fn check(name: &str, label: &str, value: &str) -> Markup {
    html! { label.check { input type="checkbox" name=(name) value="yes" checked[value == "yes"]; span { (label) } } }
}

fn address(state: State, page: usize) -> String {
    match page {
        0 => format!("/desk/deals?state={}", state.name()),
        _ => format!("/desk/deals?state={}&page={page}", state.name()),
    }
}

//! A shopper's orders: the list, and one order with its price lines, its way, its history and what can be
//! asked for it now.

use super::countdown::{moment, turning_countdown};
use super::deposit::Deposit;
use super::frame::Frame;
use super::history::{Happened, Reader, history};
use super::icon::icon;
use super::journey::journey;
use super::parcels::parcels;
use super::payment::{PricedOrder, Standing};
use super::picture::Picture;
use super::returning::{ReturnRow, picture, returns};
use super::tile::{deal_address, seller_address};
use crate::deeds::Shipment;
use maud::{Markup, html};
use money::{Amount, Currency};
use vocabulary::Millis;

/// An order as a row of the list.
#[derive(Clone, Debug)]
pub struct OrderRow {
    /// Its id.
    pub order: String,
    /// Its checkout's id.
    pub checkout: String,
    /// The seller's name.
    pub seller: String,
    /// What the first line is called.
    pub first: String,
    /// A picture of it.
    pub picture: Option<Picture>,
    /// How many more lines there are.
    pub more: usize,
    /// What it costs.
    pub total: Amount,
    /// Of the total.
    pub currency: Currency,
    /// How it stands.
    pub standing: Standing,
    /// How far it is on its way, where it is paid: the message that says so.
    pub progress: Option<&'static str>,
    /// When it was placed.
    pub placed_at: Millis,
    /// Until when it may be paid, while it may.
    pub pay_by: Option<Millis>,
}

/// Which orders are listed: its name in addresses and the message that says it.
pub const SHOWN: [(&str, &str); 4] = [
    ("", "orders-all"),
    ("running", "orders-running"),
    ("delivered", "orders-delivered"),
    ("back", "orders-back"),
];

/// The list.
#[derive(Clone, Debug, Default)]
pub struct OrdersPage {
    /// Those to be paid first, then newest first.
    pub rows: Vec<OrderRow>,
    /// Which are listed, as `SHOWN` names it.
    pub shown: String,
    /// The address of the next page.
    pub next: Option<String>,
}

/// What happened to the units of a line after the payment.
#[derive(Clone, Debug, Default)]
pub struct LineStanding {
    /// Its number.
    pub line: u8,
    /// What it is.
    pub name: String,
    /// A picture of it.
    pub picture: Option<Picture>,
    /// The shop's own id of its deal.
    pub deal: String,
    /// Bought.
    pub units: u16,
    /// For how many the price goes back.
    pub refunded: u16,
    /// Left the house.
    pub shipped: u16,
    /// Arrived.
    pub delivered: u16,
    /// Wanted to be sent back.
    pub return_asked: u16,
    /// Came back.
    pub returned: u16,
}

/// Money that came or goes back: how, how much, how it stands, when.
#[derive(Clone, Debug)]
pub struct MoneyRow {
    /// The message that says what it is.
    pub what: &'static str,
    /// How much.
    pub amount: Amount,
    /// Instalment months; 0 or 1: none.
    pub months: u8,
    /// When.
    pub at: Millis,
}

/// One order.
#[derive(Clone, Debug)]
pub struct OrderPage {
    /// Seller, lines and sums.
    pub priced: PricedOrder,
    /// The shop's own id of who sells.
    pub seller: Option<String>,
    /// Its checkout's id.
    pub checkout: String,
    /// Of all sums.
    pub currency: Currency,
    /// How it stands.
    pub standing: Standing,
    /// How far it is on its way, where it is paid: the message that says so.
    pub progress: Option<&'static str>,
    /// Until when it may be paid.
    pub pay_by: Option<Millis>,
    /// The deposit that is awaited.
    pub deposit: Option<Deposit>,
    /// What went back.
    pub refunded: Amount,
    /// Units of each line.
    pub lines: Vec<LineStanding>,
    /// With whom units left.
    pub shipments: Vec<Shipment>,
    /// What happened.
    pub events: Vec<Happened>,
    /// How it was paid, and what goes back.
    pub money: Vec<MoneyRow>,
    /// Who receives it and where, line by line.
    pub contact: Vec<String>,
    /// What was asked to be sent back.
    pub returns: Vec<ReturnRow>,
    /// Until when units may be sent back, for the last that arrived.
    pub return_until: Option<Millis>,
}

impl Standing {
    /// The message that says it.
    pub fn message(self) -> &'static str {
        match self {
            Standing::Placed => "order-placed",
            Standing::Confirmed => "order-confirmed",
            Standing::Paid => "order-paid",
            Standing::PartlyRefunded => "order-partly-refunded",
            Standing::Refunded => "order-refunded",
            Standing::Cancelled => "order-cancelled",
            Standing::Lapsed => "order-lapsed",
        }
    }

    /// It was paid, whatever went back of it.
    pub fn is_paid(self) -> bool {
        use Standing::{Paid, PartlyRefunded, Refunded};
        matches!(self, Paid | PartlyRefunded | Refunded)
    }

    /// It can still be cancelled, as far as its state goes.
    pub fn is_open(self) -> bool {
        self.is_paid() || matches!(self, Standing::Placed | Standing::Confirmed)
    }

    /// The state as a tag; of what is on its way, how far it is.
    pub fn tag(self, frame: &Frame, progress: Option<&str>) -> Markup {
        let said = progress.unwrap_or(self.message());
        html! { span.tag data-standing=(self.message()) { (frame.words.say(said)) } }
    }
}

impl OrdersPage {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let body = html! {
            h1 { (w.say("orders")) }
            nav.chips aria-label=(w.say("orders-filter")) {
                @for (name, message) in SHOWN {
                    @let address = if name.is_empty() { "/orders".to_owned() } else { format!("/orders?shown={name}") };
                    a.chip href=(address) aria-current=[(self.shown == name).then_some("page")] { (w.say(message)) }
                }
            }
            @if self.rows.is_empty() { (self.nothing(frame)) }
            ul.rows { @for row in &self.rows { (row.render(frame)) } }
            @if let Some(next) = &self.next { nav.pager { a.button-quiet rel="next" href=(next) { (w.say("page-next")) } } }
        };
        frame.page(&w.say("orders"), &body)
    }

    fn nothing(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            div.empty {
                (icon("box"))
                p { (w.say(if self.shown.is_empty() { "orders-none" } else { "orders-none-such" })) }
                p {
                    a.button href="/" { (w.say("to-open-deals")) }
                    @if !frame.member { " " a.button-quiet href="/sign-in?back=/orders" { (w.say("sign-in")) } }
                }
            }
        }
    }
}

impl OrderRow {
    fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            li.row.row-hot[self.pay_by.is_some()] {
                (picture(self.picture.as_ref()))
                div.row-text {
                    p.row-seller { (self.seller) " · " (moment(w, self.placed_at)) }
                    p.row-name {
                        a href=(format!("/orders/{}", self.order)) {
                            (self.first)
                            @if self.more > 0 { " " (w.say_with("and-more", [("count", self.more.into())])) }
                        }
                    }
                    p.row-price { (w.amount(self.total, self.currency)) }
                    @if let Some(pay_by) = self.pay_by {
                        p.row-time { (w.say("pay-within")) " " (turning_countdown(w, frame.now, pay_by)) }
                    }
                }
                div.row-end {
                    (self.standing.tag(frame, self.progress))
                    @if self.pay_by.is_some() { a.button href=(format!("/checkouts/{}", self.checkout)) { (w.say("pay-now")) } }
                }
            }
        }
    }
}

impl OrderPage {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let body = html! {
            p.crumb { a href="/orders" { (w.say("orders")) } }
            h1 { (w.say(self.progress.unwrap_or(self.standing.message()))) }
            p.fine { (w.say("order-number")) " " code.number { (self.priced.order) } }
            (journey(frame, self.standing, &self.lines, &self.events))
            (parcels(frame, &self.shipments, None))
            div.columns {
                div {
                    (self.lead(frame))
                    (self.units(frame))
                    (self.sent_back(frame))
                    details.folded { summary { h2 { (w.say("history")) } } (history(w, Reader::Shopper, &self.events)) }
                    (self.cancel(frame))
                }
                div { (self.aside(frame)) }
            }
        };
        frame.page(&w.say("order"), &body)
    }

    fn aside(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            section.summary aria-label=(w.say("summary")) {
                h2 { (w.say("summary")) }
                (self.priced.render(frame, self.currency))
                @if !self.refunded.is_zero() {
                    p.grand { (w.say("refunded")) strong { (w.amount(self.refunded, self.currency)) } }
                }
                @if !self.money.is_empty() { (self.money(frame)) }
                @if self.standing.is_paid() {
                    p { a.button-quiet href=(format!("/orders/{}/receipt", self.priced.order)) { (icon("list")) " " (w.say("receipt")) } }
                }
            }
            @if !self.contact.is_empty() {
                section.summary.plain aria-label=(w.say("delivery")) {
                    h2 { (w.say("delivery")) }
                    @for line in &self.contact { p { (line) } }
                }
            }
            @if let Some(seller) = &self.seller {
                section.summary.plain aria-label=(w.say("seller")) {
                    h2 { (w.say("seller")) }
                    p { a href=(seller_address(seller)) { (self.priced.seller) } }
                    p.fine { (w.say("seller-help")) }
                }
            }
            @if !frame.member { p.fine { a href="/me#data" { (w.say("me-data-guest")) } } }
        }
    }

    fn money(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            dl.facts {
                @for row in &self.money {
                    div {
                        dt { (w.say(row.what)) @if row.months > 1 { " · " (w.say_with("months", [("count", row.months.into())])) } br; (moment(w, row.at)) }
                        dd { (w.amount(row.amount, self.currency)) }
                    }
                }
            }
        }
    }

    fn sent_back(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let open = self
            .lines
            .iter()
            .any(|line| line.delivered > line.return_asked);
        let in_time = self.return_until.filter(|until| frame.now < *until);
        html! {
            @if !self.returns.is_empty() { section { h2 { (w.say("returns")) } (returns(frame, &self.returns)) } }
            @if open && self.standing.is_paid() {
                @if let Some(until) = in_time {
                    p { a.button-quiet href=(format!("/orders/{}/return", self.priced.order)) { (icon("back")) " " (w.say("ask-return")) } }
                    p.fine { (w.say_with("return-until", [("moment", w.moment(until).into())])) }
                } @else if self.return_until.is_some() {
                    p.fine { (w.say("return-over")) " " (w.say("return-late-help")) }
                }
            }
        }
    }

    /// What has not gone back of the total.
    fn left(&self) -> Amount {
        let left = self.priced.total.checked_sub(self.refunded);
        left.unwrap_or(Amount::ZERO)
    }

    fn lead(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        if let (Standing::Placed, Some(deposit)) = (self.standing, &self.deposit) {
            return html! {
                (deposit.render(frame))
                p { a.button-quiet href=(format!("/checkouts/{}", self.checkout)) { (w.say("pay-otherwise")) } }
            };
        }
        html! {
            @match (self.standing, self.pay_by) {
                (Standing::Placed, Some(pay_by)) => p.lead {
                    (w.say("pay-within")) " " (turning_countdown(w, frame.now, pay_by)) " "
                    a.button href=(format!("/checkouts/{}", self.checkout)) { (w.say("pay-now")) }
                },
                (Standing::Placed, None) => p.lead { a.button href=(format!("/checkouts/{}", self.checkout)) { (w.say("pay-now")) } },
                (Standing::Confirmed, _) => p.lead { (w.say("confirmed-note")) },
                (Standing::Refunded, _) => p.lead { (w.say("refunded-note")) },
                (Standing::PartlyRefunded, _) => p.lead { (w.say("partly-refunded-note")) },
                (Standing::Paid, _) => p.lead { (w.say(match self.progress {
                    Some("progress-shipped") => "shipped-note",
                    Some("progress-delivered") => "delivered-note",
                    Some(_) => "returning-note",
                    None => "paid-note",
                })) },
                (Standing::Cancelled, _) => p.lead { (w.say("cancelled-note")) },
                (Standing::Lapsed, _) => p.lead { (w.say("lapsed-checkout-note")) },
            }
        }
    }

    fn units(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            ul.rows {
                @for line in &self.lines {
                    li.row {
                        (picture(line.picture.as_ref()))
                        div.row-text {
                            p.row-name { a href=(deal_address(&line.deal)) { (line.name) } " × " (line.units) }
                            @if self.standing.is_paid() && !(line.is_at_rest() && self.standing == Standing::Refunded) {
                                p.row-time { (w.say_with(line.message(), [("units", line.counted().into())])) }
                            }
                        }
                    }
                }
            }
        }
    }

    fn cancel(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let shipped = self.lines.iter().any(|line| line.shipped > 0);
        let open = self.standing.is_open();
        let note = match self.standing {
            Standing::Placed => w.say("cancel-note"),
            _ => w.say_with(
                "cancel-paid-note",
                [("amount", w.amount(self.left(), self.currency).into())],
            ),
        };
        html! {
            @if open && !shipped && !self.left().is_zero() {
                details.confirm {
                    summary.link-button { (w.say("cancel-order")) }
                    form.form method="post" action=(format!("/orders/{}/cancel", self.priced.order)) {
                        (frame.key())
                        p { (note) }
                        button.button type="submit" { (w.say("cancel-order-now")) }
                    }
                }
            }
        }
    }
}

impl LineStanding {
    /// How many may leave at all: what is refunded and has not come back is taken for what never left.
    pub fn sendable(&self) -> u16 {
        let kept = self.refunded.saturating_sub(self.returned);
        self.units.saturating_sub(kept)
    }

    /// How many are still to leave.
    pub fn unshipped(&self) -> u16 {
        self.sendable().saturating_sub(self.shipped)
    }

    /// Nothing happened to it since it was bought.
    fn is_at_rest(&self) -> bool {
        self.shipped + self.delivered + self.return_asked + self.returned == 0
    }

    fn message(&self) -> &'static str {
        match self {
            LineStanding { returned: 1.., .. } => "line-returned",
            LineStanding {
                return_asked: 1.., ..
            } => "line-return-asked",
            LineStanding { delivered: 1.., .. } => "line-delivered",
            LineStanding { shipped: 1.., .. } => "line-shipped",
            _ => "line-bought",
        }
    }

    fn counted(&self) -> u16 {
        [
            self.returned,
            self.return_asked,
            self.delivered,
            self.shipped,
            self.units,
        ]
        .into_iter()
        .find(|units| *units > 0)
        .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refunded_does_not_leave_unless_it_did_before() {
        let unshipped = |shipped, refunded, returned| {
            let line = LineStanding {
                units: 3,
                shipped,
                refunded,
                returned,
                ..LineStanding::default()
            };
            line.unshipped()
        };
        assert_eq!(unshipped(0, 0, 0), 3);
        assert_eq!(unshipped(0, 1, 0), 2, "it never left");
        assert_eq!(unshipped(2, 1, 0), 0);
        assert_eq!(unshipped(2, 1, 1), 1, "it left, came back and was refunded");
        assert_eq!(unshipped(3, 1, 0), 0, "more left than should have");
    }
}

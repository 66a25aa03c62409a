//! A shopper's orders: the list, and one order with its price lines, its history and what can be
//! asked for it now.

use super::countdown::{moment, turning_countdown};
use super::deposit::Deposit;
use super::frame::Frame;
use super::history::{Happened, Reader, history};
use super::payment::{PricedOrder, Standing};
use maud::{Markup, html};
use money::{Amount, Currency};
use vocabulary::Millis;

/// An order as a row of the list.
#[derive(Clone, Debug)]
pub struct OrderRow {
    /// Its id.
    pub order: String,
    /// The seller's name.
    pub seller: String,
    /// What the first line is called.
    pub first: String,
    /// How many more lines there are.
    pub more: usize,
    /// What it costs.
    pub total: Amount,
    /// Of the total.
    pub currency: Currency,
    /// How it stands.
    pub standing: Standing,
    /// When it was placed.
    pub placed_at: Millis,
}

/// The list.
#[derive(Clone, Debug, Default)]
pub struct OrdersPage {
    /// Newest first.
    pub rows: Vec<OrderRow>,
    /// The address of the next page.
    pub next: Option<String>,
}

/// What happened to the units of a line after the payment.
#[derive(Clone, Debug)]
pub struct LineStanding {
    /// Its number.
    pub line: u8,
    /// What it is.
    pub name: String,
    /// Bought.
    pub units: u16,
    /// Left the house.
    pub shipped: u16,
    /// Arrived.
    pub delivered: u16,
    /// Wanted to be sent back.
    pub return_asked: u16,
    /// Came back.
    pub returned: u16,
}

/// One order.
#[derive(Clone, Debug)]
pub struct OrderPage {
    /// Seller, lines and sums.
    pub priced: PricedOrder,
    /// Its checkout's id.
    pub checkout: String,
    /// Of all sums.
    pub currency: Currency,
    /// How it stands.
    pub standing: Standing,
    /// Until when it may be paid.
    pub pay_by: Option<Millis>,
    /// The deposit that is awaited.
    pub deposit: Option<Deposit>,
    /// What went back.
    pub refunded: Amount,
    /// Units of each line.
    pub lines: Vec<LineStanding>,
    /// What happened.
    pub events: Vec<Happened>,
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

    /// The state as a tag of a row.
    pub fn tag(self, frame: &Frame) -> Markup {
        html! { span.tag data-standing=(self.message()) { (frame.words.say(self.message())) } }
    }
}

impl OrdersPage {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let body = html! {
            h1 { (w.say("orders")) }
            @if self.rows.is_empty() {
                p.empty { (w.say("orders-none")) " " a href="/" { (w.say("to-open-deals")) } }
            }
            ul.rows {
                @for row in &self.rows {
                    li.row {
                        div.row-text {
                            p.row-seller { (row.seller) " · " (moment(w, row.placed_at)) }
                            p.row-name {
                                a href=(format!("/orders/{}", row.order)) {
                                    (row.first)
                                    @if row.more > 0 { " " (w.say_with("and-more", [("count", row.more.into())])) }
                                }
                            }
                            p.row-price { (w.amount(row.total, row.currency)) }
                        }
                        (row.standing.tag(frame))
                    }
                }
            }
            @if let Some(next) = &self.next { nav.pager { a rel="next" href=(next) { (w.say("page-next")) } } }
        };
        frame.page(&w.say("orders"), &body)
    }
}

impl OrderPage {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let body = html! {
            h1 { (w.say(self.standing.message())) }
            p.fine { (w.say("order-number")) " " code.number { (self.priced.order) } }
            div.columns {
                div {
                    (self.lead(frame))
                    (self.units(frame))
                    h2 { (w.say("history")) }
                    (history(w, Reader::Shopper, &self.events))
                    (self.cancel(frame))
                }
                aside.summary aria-label=(w.say("summary")) {
                    h2 { (w.say("summary")) }
                    (self.priced.render(frame, self.currency))
                    @if !self.refunded.is_zero() {
                        p.grand { (w.say("refunded")) strong { (w.amount(self.refunded, self.currency)) } }
                    }
                }
            }
        };
        frame.page(&w.say("order"), &body)
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
                (Standing::Paid, _) => p.lead { (w.say("paid-note")) },
                (Standing::Cancelled, _) => p.lead { (w.say("cancelled-note")) },
                (Standing::Lapsed, _) => p.lead { (w.say("lapsed-checkout-note")) },
            }
        }
    }

    fn units(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            @if self.standing.is_paid() {
                ul.rows {
                    @for line in &self.lines {
                        li.row {
                            div.row-text {
                                p.row-name { (line.name) " × " (line.units) }
                                @if !(line.is_at_rest() && self.standing == Standing::Refunded) {
                                    p.row-time { (w.say_with(line.message(), [("units", line.counted().into())])) }
                                }
                            }
                            @if line.delivered > line.return_asked { (self.ask_return(frame, line)) }
                        }
                    }
                }
            }
        }
    }

    fn ask_return(&self, frame: &Frame, line: &LineStanding) -> Markup {
        let w = &frame.words;
        html! {
            details.confirm {
                summary.button-quiet { (w.say("ask-return")) }
                form.form method="post" action=(format!("/orders/{}/return", self.priced.order)) {
                    (frame.key())
                    input type="hidden" name="line" value=(line.line);
                    div.field.field-short {
                        label for=(format!("units-{}", line.line)) { (w.say("units")) }
                        select id=(format!("units-{}", line.line)) name="units" {
                            @for units in 1..=line.delivered - line.return_asked { option value=(units) { (units) } }
                        }
                    }
                    p.fine { (w.say("ask-return-note")) }
                    button.button type="submit" { (w.say("ask-return")) }
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

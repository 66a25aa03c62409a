//! Orders at the desk: finding one, everything that happened to it, refunding and cancelling.

use super::head::Head;
use crate::deeds::Shipment;
use crate::pages::countdown::moment;
use crate::pages::frame::Frame;
use crate::pages::history::{Happened, Reader, history};
use crate::pages::order::LineStanding;
use crate::pages::parcels::{AtDesk, parcels};
use crate::pages::payment::{PricedOrder, Standing};
use crate::pages::returning::{ReturnRow, returns};
use maud::{Markup, html};
use money::{Amount, Currency};
use vocabulary::Millis;

/// An order as a row.
#[derive(Clone, Debug)]
pub struct OrderRow {
    /// Its id.
    pub order: String,
    /// The seller's name.
    pub seller: String,
    /// Who receives it.
    pub recipient: String,
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
}

/// What was searched for and found.
#[derive(Clone, Debug, Default)]
pub struct OrdersPage {
    /// What was typed.
    pub query: String,
    /// What was found, newest first.
    pub rows: Vec<OrderRow>,
    /// The address of the next page.
    pub next: Option<String>,
}

/// A try to pay.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Its number.
    pub attempt: u16,
    /// The message that says how, `method-<name>`.
    pub method: &'static str,
    /// How much.
    pub amount: Amount,
    /// The message that says how it stands, `payment-<state>`.
    pub state: &'static str,
    /// When it began.
    pub started_at: Millis,
}

/// A refund.
#[derive(Clone, Debug)]
pub struct RefundRow {
    /// Its number.
    pub refund: String,
    /// How much.
    pub amount: Amount,
    /// The message that says how it stands, `refund-<state>`.
    pub state: &'static str,
    /// When it was ordered.
    pub ordered_at: Millis,
}

/// Who receives it, and where.
#[derive(Clone, Debug, Default)]
pub struct ContactLines(pub Vec<String>);

/// One order.
#[derive(Clone, Debug)]
pub struct OrderDesk {
    /// Seller, lines and sums.
    pub priced: PricedOrder,
    /// Of all sums.
    pub currency: Currency,
    /// How it stands.
    pub standing: Standing,
    /// How far it is on its way, where it is paid: the message that says so.
    pub progress: Option<&'static str>,
    /// Units of each line, with what of its price is left to go back.
    pub lines: Vec<(LineStanding, Amount)>,
    /// What went back.
    pub refunded: Amount,
    /// Whom to call.
    pub contact: ContactLines,
    /// Tries to pay.
    pub attempts: Vec<Attempt>,
    /// Refunds.
    pub refunds: Vec<RefundRow>,
    /// What the shopper asked to send back.
    pub returns: Vec<ReturnRow>,
    /// With whom units left.
    pub shipments: Vec<Shipment>,
    /// Everything that happened.
    pub events: Vec<Happened>,
    /// May ship, cancel and refund.
    pub may_refund: bool,
    /// What was asked for and cannot be.
    pub wrong_refund: Option<WrongRefund>,
}

/// A refund of a line that cannot be asked for like this.
#[derive(Clone, Debug)]
pub struct WrongRefund {
    /// Of which line.
    pub line: u8,
    /// Units as typed.
    pub units: String,
    /// The amount as typed.
    pub amount: String,
    /// Which of the two is wrong, by name.
    pub field: &'static str,
    /// The message that says what is wrong.
    pub message: &'static str,
}

/// A refund that is about to be asked for.
#[derive(Clone, Debug)]
pub struct RefundAsked {
    /// The order's id.
    pub order: String,
    /// `whole`, `line` or `part`.
    pub scope: String,
    /// Of which line.
    pub line: u8,
    /// For how many units.
    pub units: u16,
    /// What will go back.
    pub amount: Amount,
    /// Of the amount.
    pub currency: Currency,
    /// What it is for, in words.
    pub what: String,
}

impl OrdersPage {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let body = html! {
            (Head { title: &w.say("desk-orders"), ..Head::default() }.render(w))
            div.toolbar {
                form.search method="get" action="/desk/orders" role="search" {
                    label.sr-only for="query" { (w.say("orders-find")) }
                    input #query type="search" name="query" value=(self.query) placeholder=(w.say("orders-find")) autocomplete="off";
                    button.button type="submit" { (w.say("find")) }
                }
            }
            @if self.rows.is_empty() { p.empty { (w.say("orders-found-none")) } } @else { (self.sheet(frame)) }
            @if let Some(next) = &self.next { nav.pager { a rel="next" href=(next) { (w.say("page-next")) } } }
        };
        frame.desk_page(&w.say("desk-orders"), Some(staff), &body)
    }

    fn sheet(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            div.sheet tabindex="0" role="group" aria-label=(w.say("desk-orders")) {
                table {
                    thead { tr {
                        th { (w.say("order-number")) } th { (w.say("placed")) } th { (w.say("recipient")) } th { (w.say("seller")) }
                        th.figure { (w.say("total")) } th { (w.say("state")) }
                    } }
                    tbody {
                        @for row in &self.rows {
                            tr {
                                td { a href=(format!("/desk/orders/{}", row.order)) { code { (row.order) } } }
                                td data-label=(w.say("placed")) { (moment(w, row.placed_at)) }
                                td data-label=(w.say("recipient")) { (row.recipient) }
                                td data-label=(w.say("seller")) { (row.seller) }
                                td.figure data-label=(w.say("total")) { (w.amount(row.total, row.currency)) }
                                td data-label=(w.say("state")) { (row.standing.tag(frame, row.progress)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

impl OrderDesk {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let body = html! {
            (self.head(frame))
            div.columns {
                div {
                    h2 { (w.say("history")) }
                    (history(w, Reader::Staff, &self.events))
                }
                div {
                    section.summary { h2 { (w.say("summary")) } (self.priced.render(frame, self.currency)) }
                    (self.shipping(frame))
                    (self.people(frame))
                    @if !self.returns.is_empty() { section.panel { h2 { (w.say("returns")) } (returns(frame, &self.returns)) } }
                    (self.payments(frame))
                    @if self.may_refund { (self.deeds(frame)) }
                }
            }
        };
        frame.desk_page(&self.priced.order, Some(staff), &body)
    }

    fn head(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let beside = html! {
            (self.standing.tag(frame, self.progress))
            @if !self.refunded.is_zero() { span { (w.say("refunded")) " " strong { (w.amount(self.refunded, self.currency)) } } }
        };
        let head = Head {
            trail: &[("/desk/orders", w.say("desk-orders"))],
            title: &self.priced.order,
            beside: Some(beside),
            ..Head::default()
        };
        head.render(w)
    }

    fn shipping(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let here = format!("/desk/orders/{}", self.priced.order);
        let at_desk = AtDesk {
            here: &here,
            lines: &self.lines,
        };
        let still_here = self.lines.iter().any(|(line, _)| line.unshipped() > 0);
        let may_ship = self.may_refund && self.standing.is_paid() && still_here;
        html! {
            @if may_ship || !self.shipments.is_empty() {
                section.panel {
                    h2 { (w.say("parcels")) }
                    (parcels(frame, &self.shipments, self.may_refund.then_some(at_desk)))
                    @if may_ship { p { a.button-quiet href=(format!("{here}/ship")) { (w.say("ship-title")) } } }
                }
            }
        }
    }

    fn people(&self, frame: &Frame) -> Markup {
        html! {
            section.panel {
                h2 { (frame.words.say("delivery")) }
                @if self.contact.0.is_empty() { p.fine { (frame.words.say("contact-none")) } }
                @for line in &self.contact.0 { p { (line) } }
            }
        }
    }

    fn payments(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            section.panel {
                h2 { (w.say("payments")) }
                @if self.attempts.is_empty() { p.fine { (w.say("payments-none")) } }
                @for attempt in &self.attempts {
                    p {
                        (attempt.attempt) ". " (w.say(attempt.method)) " · " (w.amount(attempt.amount, self.currency)) " · "
                        (w.say(attempt.state)) " · " (moment(w, attempt.started_at))
                    }
                }
                @for refund in &self.refunds {
                    p { (w.say("refund")) " " (refund.refund) " · " (w.amount(refund.amount, self.currency)) " · " (w.say(refund.state)) " · " (moment(w, refund.ordered_at)) }
                }
            }
        }
    }

    fn deeds(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let shipped = self.lines.iter().any(|(line, _)| line.shipped > 0);
        let open = self.standing.is_open();
        let refund = format!("/desk/orders/{}/refund", self.priced.order);
        html! {
            @if self.standing.is_paid() && self.refunded < self.priced.total {
                section.panel {
                    h2 { (w.say("refund")) }
                    p.fine { (w.say("refund-note")) }
                    a.button-quiet href=(format!("{refund}?scope=whole")) { (w.say("refund-whole")) }
                    @for (line, left) in self.lines.iter().filter(|(_, left)| !left.is_zero()) {
                        (self.refund_line(frame, &refund, line, *left))
                    }
                }
            }
            @if open && !shipped {
                details.confirm {
                    summary.button-quiet { (w.say("cancel-order")) }
                    form.form method="post" action=(format!("/desk/orders/{}/cancel", self.priced.order)) {
                        (frame.key())
                        @let back = self.priced.total.checked_sub(self.refunded).unwrap_or(Amount::ZERO);
                        p { @if self.standing == Standing::Placed { (w.say("cancel-note")) }
                            @else { (w.say_with("cancel-paid-note", [("amount", w.amount(back, self.currency).into())])) } }
                        p { (w.say("no-undo")) }
                        button.button type="submit" { (w.say("cancel-order-now")) }
                    }
                }
            }
        }
    }

    fn refund_line(
        &self,
        frame: &Frame,
        refund: &str,
        line: &LineStanding,
        left: Amount,
    ) -> Markup {
        let w = &frame.words;
        let most = line.units - line.refunded;
        let typed = self.wrong_refund.as_ref();
        let typed = typed.filter(|typed| typed.line == line.line);
        let units = typed.map_or(most.to_string(), |typed| typed.units.clone());
        let amount = typed.map(|typed| &typed.amount);
        let wrong = |field| typed.filter(|typed| typed.field == field);
        let said = |wrong: &WrongRefund| w.say(wrong.message);
        let (units_wrong, amount_wrong) = (wrong("units").map(said), wrong("amount").map(said));
        html! {
            form.fields method="get" action=(refund) {
                input type="hidden" name="line" value=(line.line);
                p { strong { (line.name) } br; span.fine { (w.say_with("refund-left", [("amount", w.amount(left, self.currency).into())])) } }
                div.field data-bad[units_wrong.is_some()] {
                    @let id = format!("refund-units-{}", line.line);
                    label for=(id) { (w.say("units")) }
                    input id=(id) name="units" type="number" min="1" max=(most) value=(units)
                        aria-invalid=[units_wrong.as_ref().map(|_| "true")] aria-describedby=[units_wrong.as_ref().map(|_| format!("{id}-error"))];
                    @if let Some(wrong) = units_wrong { p.field-error id=(format!("{id}-error")) { (wrong) } }
                    button.button-quiet type="submit" name="scope" value="line" { (w.say("refund-units")) }
                }
                div.field data-bad[amount_wrong.is_some()] {
                    @let id = format!("refund-amount-{}", line.line);
                    label for=(id) { (w.say("refund-amount")) }
                    input id=(id) name="amount" inputmode="decimal" autocomplete="off" value=[amount]
                        aria-invalid=[amount_wrong.as_ref().map(|_| "true")] aria-describedby=[amount_wrong.as_ref().map(|_| format!("{id}-error"))];
                    @if let Some(wrong) = amount_wrong { p.field-error id=(format!("{id}-error")) { (wrong) } }
                    button.button-quiet type="submit" name="scope" value="part" { (w.say("refund-part")) }
                }
            }
        }
    }
}

impl RefundAsked {
    /// The page that shows the sum before it goes back.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let amount = w.amount(self.amount, self.currency);
        let body = html! {
            form.panel.panel-danger.narrow method="post" action=(format!("/desk/orders/{}/refund", self.order)) {
                (frame.key())
                input type="hidden" name="scope" value=(self.scope);
                input type="hidden" name="line" value=(self.line);
                input type="hidden" name="units" value=(self.units);
                input type="hidden" name="amount" value=(self.amount.0);
                h1 { (w.say("refund")) }
                p { code { (self.order) } }
                p { (self.what) }
                p.figure { (amount) }
                p { (w.say_with("refund-effect", [("amount", amount.as_str().into())])) }
                button.button type="submit" { (w.say_with("refund-now", [("amount", amount.as_str().into())])) }
                a.button-quiet href=(format!("/desk/orders/{}", self.order)) { (w.say("back")) }
            }
        };
        frame.desk_page(&w.say("refund"), Some(staff), &body)
    }
}

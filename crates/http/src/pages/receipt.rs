//! A paid order on paper: who sold what to whom for how much, and how it was paid.

use super::figures::machine_moment;
use super::frame::Frame;
use super::order::MoneyRow;
use super::payment::PricedOrder;
use super::seller::business_facts;
use maud::{Markup, html};
use money::{Amount, Currency};
use records::Business;
use vocabulary::Millis;

/// What stands on it.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// Seller, lines and sums.
    pub priced: PricedOrder,
    /// Who the seller is in the eyes of the law.
    pub business: Business,
    /// Of all sums.
    pub currency: Currency,
    /// What went back.
    pub refunded: Amount,
    /// How it was paid, and what goes back.
    pub money: Vec<MoneyRow>,
    /// When it was paid.
    pub paid_at: Millis,
}

impl Receipt {
    /// The page, made to be printed.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let body = html! {
            p.crumb { a href=(format!("/orders/{}", self.priced.order)) { (w.say("back-to-order")) } }
            article.receipt {
                h1 { (w.say("receipt")) }
                dl.facts {
                    div { dt { (w.say("order-number")) } dd { code { (self.priced.order) } } }
                    div { dt { (w.say("receipt-paid-at")) } dd { time datetime=(machine_moment(self.paid_at)) { (w.exact_moment(self.paid_at)) } } }
                    @for row in &self.money {
                        div {
                            dt { (w.say(row.what)) @if row.months > 1 { " · " (w.say_with("months", [("count", row.months.into())])) } }
                            dd { (w.amount(row.amount, self.currency)) }
                        }
                    }
                }
                h2.sr-only { (w.say("receipt-lines")) }
                (self.priced.render(frame, self.currency))
                @if !self.refunded.is_zero() {
                    p.grand { (w.say("refunded")) strong { (w.amount(self.refunded, self.currency)) } }
                }
                @if !self.business.is_blank() { h2 { (w.say("seller")) } (business_facts(w, &self.business)) }
                p.fine { (frame.festival) " · " (w.say_with("shop-time", [("zone", frame.zone().into())])) }
            }
            p.receipt-deeds { button.button type="button" data-prints hidden { (w.say("print")) } }
        };
        frame.page(&w.say("receipt"), &body)
    }
}

//! The second step of a checkout: how it is paid, and how it stands then.

use super::checkout::steps;
use super::countdown::telling_countdown;
use super::deposit::Deposit;
use super::error_summary::{WrongField, error_of, error_summary};
use super::form::Field;
use super::frame::Frame;
use super::history::{Happened, Reader, history};
use super::notice::Notice;
use crate::deeds::{DepositPapers, PaperFault};
use maud::{Markup, html};
use money::{Amount, Currency};
use vocabulary::{CheckoutId, Millis, PaymentId};

/// How a checkout stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It waits for a payment.
    Placed,
    /// The money is on its way.
    Confirmed,
    /// It is paid.
    Paid,
    /// It is paid, and some of the money goes back.
    PartlyRefunded,
    /// It was paid, and all of the money goes back.
    Refunded,
    /// It was cancelled.
    Cancelled,
    /// It was not paid in time.
    Lapsed,
}

/// What is known of the try to pay that the shopper comes back from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The shopper does not come from the provider.
    Unasked,
    /// The provider has not said yet.
    Awaited,
    /// The card's issuer said no.
    Declined,
    /// It came to nothing otherwise.
    Failed,
}

/// An order of the checkout, as its price lines.
#[derive(Clone, Debug)]
pub struct PricedOrder {
    /// Its id, for the link.
    pub order: String,
    /// The seller's name.
    pub seller: String,
    /// What is bought: name, units, price of one.
    pub lines: Vec<(String, u16, Amount)>,
    /// Sum of the lines.
    pub goods: Amount,
    /// Shipping without surcharge.
    pub shipping: Amount,
    /// For a far zone.
    pub surcharge: Amount,
    /// Contained in the total.
    pub tax: Amount,
    /// Goods, shipping and surcharge.
    pub total: Amount,
}

/// The second step.
pub struct Payment {
    /// Its id.
    pub checkout: CheckoutId,
    /// How it stands.
    pub standing: Standing,
    /// Its orders.
    pub orders: Vec<PricedOrder>,
    /// What is due.
    pub total: Amount,
    /// Of everything.
    pub currency: Currency,
    /// Until when.
    pub pay_by: Millis,
    /// A virtual account may be used.
    pub deposits: bool,
    /// What was typed of a deposit.
    pub papers: DepositPapers,
    /// What is wrong with it.
    pub wrong: Vec<WrongField>,
    /// Where money would go back to, masked, where that was said.
    pub goes_back: Option<String>,
    /// The deposit that is awaited.
    pub deposit: Option<Deposit>,
    /// What the provider answered.
    pub answer: Answer,
    /// From which try the shopper comes back.
    pub tried: Option<PaymentId>,
    /// What happened so far.
    pub events: Vec<Happened>,
}

impl Payment {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let title = w.say(match self.standing {
            Standing::Placed => "payment",
            Standing::Confirmed | Standing::Paid | Standing::PartlyRefunded => "thanks",
            Standing::Refunded => "checkout-refunded",
            Standing::Cancelled => "checkout-cancelled",
            Standing::Lapsed => "checkout-lapsed",
        });
        let body = html! {
            h1 { (title) }
            @if self.standing == Standing::Placed { (steps(frame, 2)) }
            div.columns {
                div { (self.deed(frame)) (history(w, Reader::Shopper, &self.events)) }
                aside.summary aria-label=(w.say("summary")) {
                    h2 { (w.say("summary")) }
                    @for order in &self.orders { (order.render(frame, self.currency)) }
                    @if self.orders.len() > 1 {
                        p.grand { (w.say("total")) strong { (w.amount(self.total, self.currency)) } }
                    }
                }
            }
        };
        frame.page(&title, &body)
    }

    fn deed(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            @match self.standing {
                Standing::Placed if frame.now >= self.pay_by => (self.over(frame)),
                Standing::Placed => (self.due(frame)),
                Standing::Confirmed => { p.lead { (w.say("confirmed-note")) } (self.reload(frame)) }
                Standing::Paid => p.lead { (w.say("paid-note")) },
                Standing::PartlyRefunded => p.lead { (w.say("partly-refunded-note")) },
                Standing::Refunded => p.lead { (w.say("refunded-note")) },
                Standing::Cancelled => p.lead { (w.say("cancelled-note")) },
                Standing::Lapsed => p.lead { (w.say("lapsed-checkout-note")) },
            }
            @for order in &self.orders {
                p {
                    @if self.orders.len() > 1 { (order.seller) " · " }
                    a href=(format!("/orders/{}", order.order)) { (w.say("order-number")) " " (order.order) }
                }
            }
            @if self.standing != Standing::Placed {
                p { a.button-quiet href="/orders" { (w.say("orders")) } " " a.button-quiet href="/" { (w.say("to-open-deals")) } }
            }
        }
    }

    /// How to pay, while there is time.
    fn due(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            @match self.answer {
                Answer::Unasked => {}
                Answer::Awaited => (self.wait(frame)),
                Answer::Declined => (Notice::Said("payment-declined").render(w)),
                Answer::Failed => (Notice::Said("payment-cancelled").render(w)),
            }
            p.notice.notice-bad #pay-over hidden role="alert" {
                (w.say("pay-over")) " " a href=(self.address()) { (w.say("look-again")) }
            }
            @if let Some(deposit) = &self.deposit {
                (deposit.render(frame))
                @if let Some(account) = &self.goes_back {
                    p.fine { (w.say_with("goes-back", [("account", account.as_str().into())])) }
                }
                (self.otherwise(frame))
            } @else {
                p.pay-clock { (w.say("pay-within")) " " (telling_countdown(w, frame.now, self.pay_by, "pay-over")) }
                // Nobody is asked to pay while the provider is about to say that they did.
                @if self.answer == Answer::Awaited { (self.otherwise(frame)) } @else { (self.methods(frame)) }
            }
            p.fine { (w.say("pay-note")) }
        }
    }

    /// The ways to pay, for who does not want to wait for the one that was chosen.
    fn otherwise(&self, frame: &Frame) -> Markup {
        html! {
            details.confirm { summary.button-quiet { (frame.words.say("pay-otherwise")) } (self.methods(frame)) }
        }
    }

    /// The deadline has passed, but whether the order closed or a payment came is not known yet.
    fn over(&self, frame: &Frame) -> Markup {
        html! { p.notice.notice-bad role="status" { (frame.words.say("pay-over")) " " (self.reload(frame)) } }
    }

    fn wait(&self, frame: &Frame) -> Markup {
        html! { p.notice role="status" { (frame.words.say("said-payment-pending")) " " (self.reload(frame)) } }
    }

    /// A link that looks again; the script follows it by itself.
    fn reload(&self, frame: &Frame) -> Markup {
        let tried = self.tried.map(|tried| format!("&payment={tried}"));
        let address = format!(
            "{}?awaited=yes{}",
            self.address(),
            tried.unwrap_or_default()
        );
        html! { a href=(address) data-look-again { (frame.words.say("look-again")) } }
    }

    fn address(&self) -> String {
        format!("/checkouts/{}", self.checkout)
    }

    fn methods(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        // Wrong papers are those of a deposit, which was chosen then.
        let deposit_first = !self.wrong.is_empty();
        html! {
            form.form method="post" action=(format!("{}/pay", self.address())) novalidate data-once {
                input type="hidden" name="amount" value=(self.total.0);
                (error_summary(frame, &self.wrong))
                fieldset {
                    legend.form-legend { (w.say("method")) }
                    div.ways {
                        (way(frame, "card", !deposit_first))
                        (way(frame, "wallet", false))
                        @if self.deposits { (way(frame, "deposit", deposit_first)) }
                    }
                }
                @if self.has_instalments() { (instalments(frame)) }
                @if self.deposits { (self.papers(frame)) }
                button.button.button-wide type="submit" data-ends {
                    (w.say_with("pay", [("amount", w.amount(self.total, self.currency).into())]))
                }
            }
        }
    }

    /// Korean issuers take instalments from 50,000 won.
    fn has_instalments(&self) -> bool {
        self.currency == Currency::KRW && self.total >= INSTALMENTS_FROM
    }

    /// Where a deposit's money would go back to, and for whom it is reported.
    fn papers(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let papers = &self.papers;
        html! {
            fieldset.way-more.way-deposit {
                legend { (w.say("refund-account")) }
                p.fine { (w.say("refund-account-note")) }
                div.fields {
                    (self.paper(frame, "refund_bank", w.say("refund-bank"), &papers.refund_bank, None))
                    (self.paper(frame, "refund_number", w.say("refund-number"), &papers.refund_number, Some("numeric")))
                    (self.paper(frame, "refund_holder", w.say("refund-holder"), &papers.refund_holder, None))
                }
            }
            fieldset.way-more.way-deposit {
                legend { (w.say("cash-receipt")) }
                div.choices {
                    @for (word, key) in [("", "receipt-none"), ("income", "receipt-income"), ("expense", "receipt-expense")] {
                        label.choice {
                            input type="radio" name="receipt" value=(word) checked[papers.receipt == word];
                            span.choice-name { (w.say(key)) }
                        }
                    }
                }
                (self.paper(frame, "receipt_number", w.say("receipt-number"), &papers.receipt_number, Some("numeric")))
            }
        }
    }

    fn paper(
        &self,
        frame: &Frame,
        name: &'static str,
        label: String,
        value: &str,
        mode: Option<&'static str>,
    ) -> Markup {
        let error = error_of(frame, &self.wrong, name);
        let field = Field {
            value,
            mode,
            required: false,
            error: error.as_deref(),
            ..Field::of(name, label)
        };
        field.render()
    }
}

/// From what sum on a card is paid in instalments.
const INSTALMENTS_FROM: Amount = Amount(50_000);
/// In how many months.
const INSTALMENT_MONTHS: [u8; 5] = [2, 3, 6, 10, 12];

/// A way to pay, with what it means in plain words.
fn way(frame: &Frame, method: &str, checked: bool) -> Markup {
    let w = &frame.words;
    html! {
        label.way {
            input type="radio" name="method" value=(method) checked[checked];
            span.way-name { (w.say(&format!("method-{method}"))) }
            span.way-text { (w.say(&format!("method-{method}-text"))) }
        }
    }
}

fn instalments(frame: &Frame) -> Markup {
    let w = &frame.words;
    html! {
        div.field.field-half.way-card {
            label for="months" { (w.say("instalments")) }
            select #months name="months" {
                option value="0" { (w.say("instalments-none")) }
                @for months in INSTALMENT_MONTHS {
                    option value=(months) { (w.say_with("instalments-of", [("months", months.into())])) }
                }
            }
        }
    }
}

/// A fault of a deposit's papers as a form tells it.
pub fn wrong_paper((name, fault): (&'static str, PaperFault)) -> WrongField {
    let label = match name {
        "refund_bank" => "refund-bank",
        "refund_number" => "refund-number",
        "refund_holder" => "refund-holder",
        _ => "receipt-number",
    };
    let message = match fault {
        PaperFault::Missing => "field-missing",
        PaperFault::Number => "field-number",
        PaperFault::Long => "field-long",
    };
    WrongField {
        name,
        label,
        message,
    }
}

impl PricedOrder {
    /// The order's price lines.
    pub fn render(&self, frame: &Frame, currency: Currency) -> Markup {
        let w = &frame.words;
        html! {
            section.bill {
                h3 { (self.seller) }
                dl.bill-lines {
                    @for (name, units, price) in &self.lines {
                        div { dt { (name) " × " (units) } dd { (w.amount(Amount(price.0 * i64::from(*units)), currency)) } }
                    }
                    div.bill-part { dt { (w.say("goods")) } dd { (w.amount(self.goods, currency)) } }
                    div { dt { (w.say("shipping")) } dd { @if self.shipping.is_zero() { (w.say("free")) } @else { (w.amount(self.shipping, currency)) } } }
                    @if !self.surcharge.is_zero() { div { dt { (w.say("surcharge")) } dd { (w.amount(self.surcharge, currency)) } } }
                    div.bill-total { dt { (w.say("total")) } dd { (w.amount(self.total, currency)) } }
                    div.bill-tax { dt { (w.say("tax-included")) } dd { (w.amount(self.tax, currency)) } }
                }
            }
        }
    }
}

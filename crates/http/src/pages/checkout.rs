//! The checkout in two steps: where it goes, which places it; then how it is paid.
//!
//! The sum is the ledger's and stands on the second step, so no page computes a price of its own.

use super::countdown::turning_countdown;
use super::form::{Field, deed, key};
use super::frame::Frame;
use super::history::{Happened, Reader, history};
use maud::{Markup, html};
use money::{Amount, Currency};
use vocabulary::{CheckoutId, Millis};

use super::cart::HeldItem;

/// Contact and address as they were typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Who receives it.
    pub name: String,
    /// Whom to call.
    pub phone: String,
    /// Where to write.
    pub email: String,
    /// The postcode.
    pub postcode: String,
    /// Street and number.
    pub line1: String,
    /// Flat and floor.
    pub line2: String,
    /// A word for the courier.
    pub memo: String,
    /// The zone, by its code.
    pub zone: u16,
}

/// A zone that a seller asks a surcharge for.
#[derive(Clone, Debug)]
pub struct ZoneChoice {
    /// Its code.
    pub zone: u16,
    /// Its message's ending, `zone-<name>`.
    pub name: &'static str,
}

/// The first step.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// What is bought.
    pub holds: Vec<HeldItem>,
    /// What was typed before.
    pub typed: Typed,
    /// Fields that are wrong, with the message that says how.
    pub errors: Vec<(&'static str, &'static str)>,
    /// Where parcels may go.
    pub zones: Vec<ZoneChoice>,
    /// Shipping terms in words, a seller a line.
    pub shipping: Vec<String>,
}

impl Delivery {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let body = html! {
            h1 { (w.say("checkout")) }
            (steps(frame, 1))
            div.columns {
                form.form method="post" action="/checkout" novalidate {
                    (key())
                    @for held in &self.holds { input type="hidden" name="hold" value=(held.hold.0); }
                    @if !self.errors.is_empty() { p.notice.notice-bad role="alert" { (w.say("form-errors")) } }
                    h2 { (w.say("delivery")) }
                    (self.field(frame, "name", w.say("recipient"), &self.typed.name, "name", "text"))
                    (self.field(frame, "phone", w.say("phone"), &self.typed.phone, "tel", "tel"))
                    (self.field(frame, "email", w.say("email"), &self.typed.email, "email", "email"))
                    (self.field(frame, "postcode", w.say("postcode"), &self.typed.postcode, "postal-code", "text"))
                    (self.field(frame, "line1", w.say("line1"), &self.typed.line1, "address-line1", "text"))
                    (self.optional("line2", w.say("line2"), &self.typed.line2, "address-line2"))
                    (self.zone(frame))
                    (self.optional("memo", w.say("memo"), &self.typed.memo, "off"))
                    button.button.button-wide type="submit" { (w.say("to-payment")) }
                    p.fine { (w.say("checkout-note")) }
                }
                aside.summary aria-label=(w.say("summary")) {
                    h2 { (w.say("summary")) }
                    ul.rows {
                        @for held in &self.holds {
                            li.row {
                                (held.item.picture())
                                div.row-text {
                                    (held.item.name())
                                    p.row-price { (held.units) " × " (w.amount(held.price, held.currency)) }
                                    p.row-time { (w.say("hold-until")) " " (turning_countdown(w, frame.now, held.expires_at)) }
                                }
                            }
                        }
                    }
                    @for line in &self.shipping { p.fine { (line) } }
                }
            }
        };
        frame.page(&w.say("checkout"), &body)
    }

    fn field(
        &self,
        frame: &Frame,
        name: &str,
        label: String,
        value: &str,
        autocomplete: &str,
        kind: &str,
    ) -> Markup {
        let error = self.errors.iter().find(|(field, _)| *field == name);
        let error = error.map(|(_, message)| frame.words.say(message));
        let field = Field {
            kind,
            autocomplete,
            value,
            error: error.as_deref(),
            ..Field::of(name, label)
        };
        field.render()
    }

    fn optional(&self, name: &str, label: String, value: &str, autocomplete: &str) -> Markup {
        let field = Field {
            autocomplete,
            value,
            required: false,
            ..Field::of(name, label)
        };
        field.render()
    }

    fn zone(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            @if self.zones.len() > 1 {
                div.field {
                    label for="zone" { (w.say("zone")) }
                    select #zone name="zone" {
                        @for choice in &self.zones {
                            option value=(choice.zone) selected[choice.zone == self.typed.zone] { (w.say(&format!("zone-{}", choice.name))) }
                        }
                    }
                }
            }
        }
    }
}

/// How a checkout stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It waits for a payment.
    Placed,
    /// The money is on its way.
    Confirmed,
    /// It is paid.
    Paid,
    /// It was cancelled.
    Cancelled,
    /// It was not paid in time.
    Lapsed,
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
#[derive(Clone, Debug)]
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
    /// The shopper came back from the provider and the answer is awaited.
    pub awaited: bool,
    /// What happened so far.
    pub events: Vec<Happened>,
}

impl Payment {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let title = w.say(match self.standing {
            Standing::Placed => "payment",
            Standing::Confirmed | Standing::Paid => "thanks",
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
                Standing::Placed => {
                    @if self.awaited { (self.wait(frame)) }
                    p.pay-clock { (w.say("pay-within")) " " (turning_countdown(w, frame.now, self.pay_by)) }
                    (self.methods(frame))
                    p.fine { (w.say("pay-note")) }
                    @for order in &self.orders {
                        (deed(w, &format!("/orders/{}/cancel", order.order), "link-button", "cancel-order", &[]))
                    }
                }
                Standing::Confirmed => { p.lead { (w.say("confirmed-note")) } (self.reload(frame)) }
                Standing::Paid => p.lead { (w.say("paid-note")) },
                Standing::Cancelled => p.lead { (w.say("cancelled-note")) },
                Standing::Lapsed => p.lead { (w.say("lapsed-checkout-note")) },
            }
            @if self.standing != Standing::Placed {
                p { a.button-quiet href="/orders" { (w.say("orders")) } " " a.button-quiet href="/" { (w.say("to-open-deals")) } }
            }
        }
    }

    fn wait(&self, frame: &Frame) -> Markup {
        html! { p.notice role="status" { (frame.words.say("said-payment-pending")) " " (self.reload(frame)) } }
    }

    /// A link that looks again; the script follows it by itself.
    fn reload(&self, frame: &Frame) -> Markup {
        html! { a href=(format!("/checkouts/{}?awaited=yes", self.checkout)) data-look-again { (frame.words.say("look-again")) } }
    }

    fn methods(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            form.form method="post" action=(format!("/checkouts/{}/pay", self.checkout)) {
                (key())
                input type="hidden" name="amount" value=(self.total.0);
                fieldset.choices {
                    legend { (w.say("method")) }
                    label.choice { input type="radio" name="method" value="card" checked; span.choice-name { (w.say("method-card")) } }
                    label.choice { input type="radio" name="method" value="wallet"; span.choice-name { (w.say("method-wallet")) } }
                    @if self.deposits {
                        label.choice { input type="radio" name="method" value="deposit"; span.choice-name { (w.say("method-deposit")) } }
                    }
                }
                button.button.button-wide type="submit" {
                    (w.say_with("pay", [("amount", w.amount(self.total, self.currency).into())]))
                }
            }
        }
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

fn steps(frame: &Frame, current: u8) -> Markup {
    let w = &frame.words;
    html! {
        ol.steps {
            @for (number, key) in [(1, "step-delivery"), (2, "step-payment"), (3, "step-done")] {
                li aria-current=[(number == current).then_some("step")] { (w.say(key)) }
            }
        }
    }
}

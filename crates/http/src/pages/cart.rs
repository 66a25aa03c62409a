//! The cart: holds with their clocks, places in waitlists, what is to be paid, what lapsed.

use super::bill::{live_bill, live_sum};
use super::countdown::{countdown, hold_countdown, turning_countdown};
use super::empty::nothing;
use super::form::deed;
use super::frame::Frame;
use super::picture::Picture;
use super::tile::{Stand, deal_address};
use crate::deeds::Quote;
use maud::{Markup, html};
use money::{Amount, Currency};
use vocabulary::{CheckoutId, HoldId, Millis, PlaceId};

/// What is held, waited for or gone: a SKU of a deal.
#[derive(Clone, Debug)]
pub struct Item {
    /// The shop's own id of the deal.
    pub deal: String,
    /// The product's name.
    pub name: String,
    /// Size or colour.
    pub option: String,
    /// The seller's name.
    pub seller: String,
    /// A picture of it.
    pub picture: Option<Picture>,
}

/// A hold.
#[derive(Clone, Debug)]
pub struct HeldItem {
    /// Its number.
    pub hold: HoldId,
    /// Of what.
    pub item: Item,
    /// How many.
    pub units: u16,
    /// Of one.
    pub price: Amount,
    /// Of the price.
    pub currency: Currency,
    /// When it lapses.
    pub expires_at: Millis,
    /// The waitlist gave it.
    pub offered: bool,
    /// How much longer it may be made now, in ms.
    pub extension_ms: Option<u32>,
}

/// A place in a waitlist.
#[derive(Clone, Debug)]
pub struct WaitedItem {
    /// Its number.
    pub place: PlaceId,
    /// For what.
    pub item: Item,
    /// How many are before it.
    pub ahead: u32,
}

/// A hold that lapsed.
#[derive(Clone, Debug)]
pub struct LapsedItem {
    /// When.
    pub at: Millis,
    /// Of what.
    pub item: Item,
    /// The shop's own id of the SKU.
    pub sku: String,
    /// How many there were.
    pub units: u16,
    /// How its pool stands now.
    pub stand: Stand,
}

/// A checkout that waits for its payment.
#[derive(Clone, Debug)]
pub struct UnpaidItem {
    /// Its id.
    pub checkout: CheckoutId,
    /// What is due.
    pub total: Amount,
    /// Of the total.
    pub currency: Currency,
    /// Until when.
    pub pay_by: Millis,
    /// Authorised already; the money is on its way.
    pub confirmed: bool,
}

/// What stands in the cart.
#[derive(Clone, Debug, Default)]
pub struct Cart {
    /// Holds, first to lapse first.
    pub holds: Vec<HeldItem>,
    /// Some were taken before the sign-in and some after it: they are ordered one after the other.
    pub apart: bool,
    /// Places, oldest first.
    pub places: Vec<WaitedItem>,
    /// Checkouts to be paid.
    pub unpaid: Vec<UnpaidItem>,
    /// What lapsed in the last day, newest first.
    pub lapsed: Vec<LapsedItem>,
    /// The holds that are picked to be ordered.
    pub picked: Vec<HoldId>,
    /// What these come to.
    pub quote: Option<Quote>,
    /// How much more of a seller's goods would ship free: a sentence each.
    pub hints: Vec<String>,
}

impl Cart {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let is_empty = self.holds.is_empty() && self.places.is_empty() && self.unpaid.is_empty();
        let body = html! {
            h1 { (w.say("cart")) }
            @if is_empty {
                (nothing(frame, "cart", "cart-empty"))
            }
            @if !self.unpaid.is_empty() { (self.unpaid(frame)) }
            @if !self.holds.is_empty() {
                div.columns.columns-buying { (self.holds(frame)) (self.order(frame)) }
                (self.bar(frame))
            }
            @if !self.places.is_empty() { (self.places(frame)) }
            @if !self.lapsed.is_empty() { (self.lapsed(frame)) }
        };
        frame.page(&w.say("cart"), &body)
    }

    fn holds(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            section.shelf aria-labelledby="held" {
                h2 #held { (w.say("cart-held")) }
                ul.rows { @for held in &self.holds { (self.hold(frame, held)) } }
                @if self.apart { p.fine { (w.say("cart-apart")) } }
                p.fine { (w.say("cart-note")) }
            }
        }
    }

    fn hold(&self, frame: &Frame, held: &HeldItem) -> Markup {
        let w = &frame.words;
        let name = held.item.full_name();
        let picked = self.picked.contains(&held.hold);
        html! {
            li.row.row-offered[held.offered] {
                label.row-pick {
                    input form="to-checkout" type="checkbox" name="hold" value=(held.hold.0) checked[picked];
                    span.sr-only { (w.say_with("pick", [("name", name.as_str().into())])) }
                }
                (held.item.picture())
                div.row-text {
                    @if held.offered { p.row-flag { (w.say("cart-offered")) } }
                    (held.item.name())
                    p.row-price {
                        @if held.units > 1 { (w.say_with("units-of", [("units", held.units.into())])) " × " }
                        (w.amount(held.price, held.currency))
                    }
                    p.row-time { (w.say("hold-until")) " " (hold_countdown(w, frame.now, held.expires_at, &name)) }
                }
                // What can be done with a hold stands side by side.
                div.row-deeds {
                    @if let Some(ms) = held.extension_ms { (extend(frame, held, &name, ms)) }
                    (release(frame, held, &name))
                }
            }
        }
    }

    /// What the picked holds come to, and the way on.
    fn order(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            aside.summary aria-label=(w.say("summary")) {
                h2 { (w.say("summary")) }
                form.cart-deed #to-checkout method="get" action="/checkout" data-bills="/cart/bill" {
                    (live_bill(frame, self.quote.as_ref()))
                    @for hint in &self.hints { p.fine { (hint) } }
                    button.button.button-wide type="submit" data-needs-sum { (w.say("to-checkout")) }
                    noscript {
                        button.button-quiet type="submit" formaction="/cart" name="picked" value="yes" { (w.say("sum-picked")) }
                    }
                    p.fine { (w.say("cart-shipping-note")) }
                }
            }
        }
    }

    /// On phones the sum and the way on stay in view.
    fn bar(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let soonest = self.holds.iter().map(|held| held.expires_at).min();
        html! {
            div.sum-bar.sum-bar-deed {
                div {
                    span.sum-bar-name { (w.say("total")) } " "
                    (live_sum(frame, self.quote.as_ref()))
                    @if let Some(soonest) = soonest {
                        " " span.sum-bar-clock { (w.say("hold-until")) " " (countdown(w, frame.now, soonest)) }
                    }
                }
                button.button form="to-checkout" type="submit" data-needs-sum { (w.say("to-checkout")) }
            }
        }
    }

    fn places(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            section.shelf aria-labelledby="places" {
                h2 #places { (w.say("cart-places")) }
                ul.rows {
                    @for waited in &self.places {
                        li.row {
                            (waited.item.picture())
                            div.row-text {
                                (waited.item.name())
                                p.row-time { (w.say_with("ahead", [("count", waited.ahead.into())])) }
                            }
                            (deed(frame, &format!("/cart/places/{}/leave", waited.place.0), "link-button", &w.say("leave"), &[]))
                        }
                    }
                }
                p.fine { (w.say("cart-places-note")) }
            }
        }
    }

    fn unpaid(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            section.shelf aria-labelledby="unpaid" {
                h2 #unpaid { (w.say("cart-unpaid")) }
                ul.rows {
                    @for unpaid in &self.unpaid {
                        li.row.row-hot {
                            div.row-text {
                                p.row-name { (w.amount(unpaid.total, unpaid.currency)) }
                                @if unpaid.confirmed {
                                    p.row-time { (w.say("paying")) }
                                } @else {
                                    p.row-time { (w.say("pay-within")) " " (turning_countdown(w, frame.now, unpaid.pay_by)) }
                                }
                            }
                            a.button href=(format!("/checkouts/{}", unpaid.checkout)) { (w.say("pay-now")) }
                        }
                    }
                }
            }
        }
    }

    fn lapsed(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            section.shelf aria-labelledby="lapsed" {
                h2 #lapsed { (w.say("cart-lapsed")) }
                p.fine { (w.say("cart-lapsed-note")) }
                ul.rows.rows-faint {
                    @for lapsed in &self.lapsed {
                        li.row {
                            (lapsed.item.picture())
                            div.row-text {
                                (lapsed.item.name())
                                p.row-time { (w.say_with("lapsed-at", [("moment", w.moment(lapsed.at).into())])) }
                            }
                            div.row-deeds { (lapsed.again(frame)) }
                        }
                    }
                }
            }
        }
    }
}

fn extend(frame: &Frame, held: &HeldItem, name: &str, ms: u32) -> Markup {
    let w = &frame.words;
    let span = w.span(ms.into());
    html! {
        form.deed method="post" action=(format!("/cart/holds/{}/extend", held.hold.0)) {
            (frame.key())
            button.button-quiet type="submit" { (w.say_with("extend", [("span", span.into())])) span.sr-only { ": " (name) } }
        }
    }
}

fn release(frame: &Frame, held: &HeldItem, name: &str) -> Markup {
    let w = &frame.words;
    html! {
        form.deed method="post" action=(format!("/cart/holds/{}/release", held.hold.0)) {
            (frame.key())
            button.link-button type="submit" { (w.say("release")) span.sr-only { ": " (name) } }
        }
    }
}

impl LapsedItem {
    /// What can be done now: hold it once more, wait for it, or look at others.
    fn again(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let units = self.units.to_string();
        let asked = |or_wait| {
            let hidden = [
                ("sku", self.sku.as_str()),
                ("units", units.as_str()),
                ("or_wait", or_wait),
            ];
            (format!("{}/hold", deal_address(&self.item.deal)), hidden)
        };
        html! {
            @match self.stand {
                Stand::Open => {
                    @let (action, hidden) = asked("no");
                    (deed(frame, &action, "button-quiet", &w.say("again"), &hidden))
                }
                Stand::Waitlist => {
                    @let (action, hidden) = asked("yes");
                    (deed(frame, &action, "button-quiet", &w.say("wait-for-it"), &hidden))
                }
                Stand::Upcoming | Stand::Gone | Stand::Over => a.button-quiet href="/" { (w.say("see-others")) },
            }
        }
    }
}

impl Item {
    /// The name with its option, in one line.
    pub fn full_name(&self) -> String {
        match self.option.is_empty() {
            true => self.name.clone(),
            false => format!("{} · {}", self.name, self.option),
        }
    }

    /// The picture that leads a row. It waits until it is needed: on a phone the summary of a checkout is far below.
    pub fn picture(&self) -> Markup {
        html! { div.row-picture { @if let Some(picture) = &self.picture { (picture.render("", "5rem", false)) } } }
    }

    /// The name with its option, leading to the deal.
    pub fn name(&self) -> Markup {
        html! {
            p.row-seller { (self.seller) }
            p.row-name {
                a href=(deal_address(&self.deal)) { (self.name) }
                @if !self.option.is_empty() { " " span.row-option { (self.option) } }
            }
        }
    }
}

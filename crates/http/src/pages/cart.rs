//! The cart: holds with their clocks, places in waitlists, what is to be paid, what lapsed.

use super::countdown::{hold_countdown, turning_countdown};
use super::form::deed;
use super::frame::Frame;
use super::picture::Picture;
use super::tile::deal_address;
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
    /// The deal is still open.
    pub open: bool,
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
}

impl Cart {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let nothing = self.holds.is_empty() && self.places.is_empty() && self.unpaid.is_empty();
        let body = html! {
            h1 { (w.say("cart")) }
            @if nothing {
                p.empty { (w.say("cart-empty")) " " a href="/" { (w.say("to-open-deals")) } }
            }
            @if !self.unpaid.is_empty() { (self.unpaid(frame)) }
            @if !self.holds.is_empty() { (self.holds(frame)) }
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
                ul.rows {
                    @for held in &self.holds {
                        li.row {
                            label.row-pick {
                                input form="to-checkout" type="checkbox" name="hold" value=(held.hold.0) checked;
                                span.sr-only { (w.say_with("pick", [("name", held.item.name.as_str().into())])) }
                            }
                            (held.item.picture())
                            div.row-text {
                                @if held.offered { p.row-flag { (w.say("cart-offered")) } }
                                (held.item.name())
                                p.row-price {
                                    @if held.units > 1 { (w.say_with("units-of", [("units", held.units.into())])) " × " }
                                    (w.amount(held.price, held.currency))
                                }
                                p.row-time { (w.say("hold-until")) " " (hold_countdown(w, frame.now, held.expires_at, &held.item.name)) }
                            }
                            (deed(frame, &format!("/cart/holds/{}/release", held.hold.0), "link-button", &w.say("release"), &[]))
                        }
                    }
                }
                form #to-checkout method="get" action="/checkout" {
                    button.button.button-wide type="submit" { (w.say("to-checkout")) }
                }
                @if self.apart { p.fine { (w.say("cart-apart")) } }
                p.fine { (w.say("cart-note")) }
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
                ul.rows.rows-faint {
                    @for lapsed in &self.lapsed {
                        li.row {
                            (lapsed.item.picture())
                            div.row-text {
                                (lapsed.item.name())
                                p.row-time { (w.say_with("lapsed-at", [("moment", w.moment(lapsed.at).into())])) }
                            }
                            @if lapsed.open { a.button-quiet href=(deal_address(&lapsed.item.deal)) { (w.say("again")) } }
                        }
                    }
                }
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

    /// The picture that leads a row.
    pub fn picture(&self) -> Markup {
        html! { div.row-picture { @if let Some(picture) = &self.picture { (picture.render("", "5rem", true)) } } }
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

//! A deal's page: picture, price, claimed bar, sizes, and one clear button: hold, wait or watch.

use super::claimed_bar::claimed_bar;
use super::countdown::{hold_countdown, moment, turning_countdown};
use super::form::deed;
use super::frame::Frame;
use super::icon::icon;
use super::picture::Picture;
use super::tile::{Price, Stand, Tile, deal_address, escaped, seller_address};
use super::waiting::to_waiting_room;
use crate::press::Gap;
use maud::{Markup, PreEscaped, html};
use money::Amount;
use vocabulary::Millis;

mod gallery;
mod machine;
mod notes;

pub use records::ShippingTerms as Shipping;

/// One size or colour of the deal.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The shop's own id of the SKU.
    pub sku: String,
    /// What sets it apart; empty where there is only one.
    pub name: String,
    /// What a unit costs.
    pub price: Amount,
    /// Open, waitlist or gone, as long as the deal is open.
    pub stand: Stand,
    /// How many wait for it.
    pub waiting: u32,
}

/// What the shopper has of this deal already.
#[derive(Clone, Debug, Default)]
pub struct Mine {
    /// What each hold is of, and when it lapses.
    pub holds: Vec<(String, Millis)>,
    /// What each place is for, and how many are ahead.
    pub places: Vec<(String, u32)>,
}

/// What stands on a deal's page.
#[derive(Clone, Debug)]
pub struct DealPage {
    /// The shop's own id.
    pub deal: String,
    /// The shop's own id of the product.
    pub product: String,
    /// The product's name.
    pub name: String,
    /// From the root down, with their names.
    pub categories: Vec<(String, String)>,
    /// The seller's name.
    pub seller: String,
    /// The shop's own id of the seller, where it is known.
    pub seller_id: Option<String>,
    /// The product's maker.
    pub brand: Option<String>,
    /// Clean HTML.
    pub description: String,
    /// Its pictures.
    pub pictures: Vec<Picture>,
    /// What it costs.
    pub price: Price,
    /// In percent.
    pub claimed: u8,
    /// How the deal stands.
    pub stand: Stand,
    /// The bell.
    pub starts_at: Millis,
    /// The end.
    pub ends_at: Millis,
    /// Units for one person; 0 for no limit.
    pub limit: u16,
    /// How long a hold lasts, in ms.
    pub hold_ms: u32,
    /// How long an order may stay unpaid, in ms.
    pub payment_ms: u32,
    /// Only for members.
    pub members_only: bool,
    /// Only for verified persons.
    pub verified_only: bool,
    /// There is a waitlist.
    pub waitlist: bool,
    /// The waiting room before its bell is open.
    pub waiting_room: Option<Millis>,
    /// Sizes and colours.
    pub choices: Vec<Choice>,
    /// What the seller asks for shipping; none: it ships free.
    pub shipping: Option<Shipping>,
    /// A later deal of the same product, for who comes too late.
    pub again: Option<Tile>,
    /// What else is open in the category, for who comes too late.
    pub others: Vec<Tile>,
    /// Where the shop is reached, for machines.
    pub base_url: String,
}

impl DealPage {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let body = html! {
            (self.way(frame))
            article.deal data-deal=(self.deal) data-stand=(self.stand.name()) {
                (gallery::gallery(self, frame))
                div.deal-side {
                    p.deal-seller { @if let Some(id) = &self.seller_id { a href=(seller_address(id)) { (self.seller) } } @else { (self.seller) } @if let Some(brand) = &self.brand { " · " (brand) } }
                    h1 { (self.name) }
                    (self.price.render(w))
                    @if !matches!(self.stand, Stand::Upcoming) { (claimed_bar(w, &self.deal, self.claimed)) }
                    (self.time(frame))
                    (self.buy(frame))
                    (self.late(frame))
                    (notes::terms(self, frame))
                    (self.share(frame))
                }
                div.deal-notes { (notes::notes(self, frame)) }
                @if !self.description.is_empty() {
                    section.deal-text aria-labelledby="description" {
                        h2 #description { (w.say("description")) }
                        (PreEscaped(&self.description))
                    }
                }
            }
            (self.more(frame))
            script type="application/ld+json" { (PreEscaped(machine::machine_readable(self))) }
        };
        frame.page(&self.name, &body)
    }

    /// Where in the shop one is.
    fn way(&self, frame: &Frame) -> Markup {
        html! {
            nav.trail aria-label=(frame.words.say("categories")) {
                ol {
                    li { a href="/deals" { (frame.words.say("all-deals")) } }
                    @for (id, name) in &self.categories {
                        li { a href=(format!("/deals?time=any&category={}", escaped(id))) { (name) } }
                    }
                }
            }
        }
    }

    fn time(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            p.deal-time {
                @match self.stand {
                    Stand::Upcoming => {
                        (moment(w, self.starts_at)) " " (w.say("opens-at")) " "
                        (turning_countdown(w, frame.now, self.starts_at))
                    }
                    Stand::Over => (w.say("deal-over")),
                    _ => { (w.say("ends-in")) " " (turning_countdown(w, frame.now, self.ends_at)) }
                }
            }
        }
    }

    fn buy(&self, frame: &Frame) -> Markup {
        html! {
            div #buy.buy {
                (frame.gap(Gap::Mine, Markup::default))
                @match self.stand {
                    Stand::Upcoming => {
                        @if let Some(opens_at) = self.waiting_room { (to_waiting_room(frame, &self.deal, opens_at, self.starts_at)) }
                        div.buy-bar { (frame.gap(Gap::Watch, || watch(frame, &self.deal, false))) }
                    }
                    Stand::Over => {}
                    _ => (self.hold(frame)),
                }
            }
        }
    }

    /// For who comes too late: a later deal of the product, or what else is open.
    fn late(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            @if matches!(self.stand, Stand::Over | Stand::Gone) {
                div.late {
                    @match &self.again {
                        Some(again) => {
                            p { strong { (w.say("deal-again")) } " " (moment(w, again.starts_at)) }
                            a.button-quiet href=(again.address()) { (w.say("deal-again-see")) }
                        }
                        None => {
                            p { (w.say("deal-again-none")) }
                            a.button-quiet href="/deals" { (w.say("to-open-deals")) }
                        }
                    }
                }
            }
        }
    }

    fn more(&self, frame: &Frame) -> Markup {
        html! {
            @if !self.others.is_empty() {
                section.shelf.deal-more aria-labelledby="others" {
                    h2 #others { (frame.words.say("others-open")) }
                    ul.tiles { @for tile in &self.others { (tile.render(frame, false)) } }
                }
            }
        }
    }

    fn share(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            p.share {
                button.button-quiet type="button" hidden data-shares=(format!("{}{}", self.base_url, deal_address(&self.deal)))
                    data-title=(self.name) data-copied=(w.say("deal-share-copied")) { (icon("external")) span { (w.say("deal-share")) } }
            }
        }
    }

    fn hold(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let open = |choice: &&Choice| choice.stand != Stand::Gone;
        let first = self
            .choices
            .iter()
            .position(|choice| choice.stand == Stand::Open);
        let first = first.or_else(|| self.choices.iter().position(|choice| open(&choice)));
        let label = match self.stand {
            Stand::Waitlist => "wait",
            _ => "hold",
        };
        html! {
            @if self.stand == Stand::Gone {
                p.gone { (w.say("gone")) }
            } @else {
                form.hold method="post" action=(format!("{}/hold", deal_address(&self.deal)))
                    data-hold=(w.say("hold")) data-wait=(w.say("wait")) {
                    (frame.key())
                    @if self.choices.len() > 1 {
                        fieldset.choices {
                            legend { (w.say("choose")) }
                            @for (place, choice) in self.choices.iter().enumerate() {
                                (self.choice(frame, choice, first == Some(place)))
                            }
                        }
                    } @else if let Some(choice) = self.choices.first() {
                        input type="hidden" name="sku" value=(choice.sku);
                    }
                    (self.units(frame))
                    @if self.waitlist { input type="hidden" name="or_wait" value="yes"; }
                    div.buy-bar {
                        span.buy-price aria-hidden="true" { (w.amount(self.price.now, self.price.currency)) }
                        button.button.button-wide type="submit" { (w.say(label)) }
                    }
                    p.fine {
                        @if self.stand == Stand::Waitlist {
                            (w.say("cart-places-note"))
                        } @else {
                            (w.say_with("hold-note", [("span", w.span(self.hold_ms.into()).into())]))
                            @if self.waitlist { " " (w.say("wait-note")) }
                        }
                    }
                }
            }
        }
    }

    fn choice(&self, frame: &Frame, choice: &Choice, checked: bool) -> Markup {
        let w = &frame.words;
        let differs = self.choices.iter().any(|other| other.price != choice.price);
        html! {
            label.choice data-stand=(choice.stand.name()) data-sku=(choice.sku) {
                input type="radio" name="sku" value=(choice.sku) required checked[checked] disabled[choice.stand == Stand::Gone];
                span.choice-name { (choice.name) }
                @if differs { span.choice-price { (w.amount(choice.price, self.price.currency)) } }
                span.choice-note {
                    @match choice.stand {
                        Stand::Waitlist => (w.say_with("choice-waitlist", [("count", choice.waiting.into())])),
                        Stand::Gone => (w.say("choice-gone")),
                        _ => {}
                    }
                }
            }
        }
    }

    fn units(&self, frame: &Frame) -> Markup {
        let most = match self.limit {
            0 => 10,
            limit => limit.min(10),
        };
        html! {
            @if most > 1 && self.stand == Stand::Open {
                div.field.field-short {
                    label for="units" { (frame.words.say("units")) }
                    select #units name="units" { @for units in 1..=most { option value=(units) { (units) } } }
                }
            } @else {
                input type="hidden" name="units" value="1";
            }
        }
    }
}

/// What the shopper has of the deal whose product is called so.
pub fn mine(frame: &Frame, name: &str, mine: &Mine) -> Markup {
    let w = &frame.words;
    html! {
        @for (option, until) in &mine.holds {
            p.mine {
                span { @if !option.is_empty() { b { (option) } " " } (w.say("mine-held")) " " (hold_countdown(w, frame.now, *until, name)) } " "
                a.button href="/cart" { (w.say("to-cart")) }
            }
        }
        @for (option, ahead) in &mine.places {
            p.mine {
                span { @if !option.is_empty() { b { (option) } " " } (w.say_with("mine-waiting", [("ahead", (*ahead).into())])) } " "
                a.button-quiet href="/cart" { (w.say("to-cart")) }
            }
        }
    }
}

/// The button of the deal's page by which it is watched, or no longer.
pub fn watch(frame: &Frame, id: &str, watched: bool) -> Markup {
    let address = deal_address(id);
    let w = &frame.words;
    let back = ("back", address.as_str());
    html! {
        @if watched {
            p.mine { (w.say("mine-watched")) }
            (deed(frame, &format!("{address}/unwatch"), "button-quiet button-wide", &w.say("unwatch"), &[back]))
        } @else {
            form method="post" action=(format!("{address}/watch")) {
                input type="hidden" name="back" value=(address);
                label.check { input type="checkbox" name="at_night" value="yes"; span { (w.say("watch-at-night")) } }
                button.button.button-wide type="submit" { (w.say("watch-long")) }
            }
        }
    }
}

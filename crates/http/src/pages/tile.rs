//! A deal as a tile in a list: picture, price, how much is claimed, how long it lasts.

use super::claimed_bar::claimed_bar;
use super::countdown::{countdown, moment};
use super::figures::discount_percent;
use super::form::deed;
use super::frame::Frame;
use super::icon::icon;
use super::picture::Picture;
use super::waiting::to_waiting_room_of;
use super::words::Words;
use crate::press::Gap;
use maud::{Markup, html};
use money::{Amount, Currency};
use vocabulary::Millis;

/// How a deal stands for a shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// The bell has not rung.
    Upcoming,
    /// Holds may be placed.
    Open,
    /// Open, but only the waitlist is left.
    Waitlist,
    /// Open, and nothing is left.
    Gone,
    /// It has ended.
    Over,
}

/// What is asked for a unit, and what it cost before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// The deal's lowest price.
    pub now: Amount,
    /// What it is listed at, if that is more.
    pub was: Option<Amount>,
    /// Of both.
    pub currency: Currency,
    /// There are higher prices in the deal, too.
    pub from: bool,
}

/// A deal with what a list says of it.
#[derive(Clone, Debug)]
pub struct Tile {
    /// The shop's own id of the deal.
    pub deal: String,
    /// The product's name.
    pub name: String,
    /// The seller's name.
    pub seller: String,
    /// Its first picture.
    pub picture: Option<Picture>,
    /// What it costs.
    pub price: Price,
    /// In percent.
    pub claimed: u8,
    /// How it stands.
    pub stand: Stand,
    /// The bell.
    pub starts_at: Millis,
    /// The end.
    pub ends_at: Millis,
    /// Only for members.
    pub members_only: bool,
    /// From when on one may wait for the bell in the waiting room, where there is one.
    pub waiting_room: Option<Millis>,
    /// The shopper watches it.
    pub watched: bool,
}

impl Price {
    /// The price now, and what it was beside it.
    pub fn render(self, words: &Words) -> Markup {
        let now = words.amount(self.now, self.currency);
        let was = self.was.filter(|was| *was > self.now);
        html! {
            p.price {
                @if let Some(percent) = was.and_then(|was| discount_percent(was, self.now)) {
                    span.price-less { (percent) "%" }
                    " "
                }
                strong.price-now { @if self.from { (words.say_with("price-from", [("price", now.into())])) } @else { (now) } }
                @if let Some(was) = was {
                    " "
                    span.sr-only { (words.say_with("price-was", [("price", words.amount(was, self.currency).into())])) }
                    s.price-was aria-hidden="true" { (words.amount(was, self.currency)) }
                }
            }
        }
    }
}

impl Tile {
    /// The address of the deal's page.
    pub fn address(&self) -> String {
        deal_address(&self.deal)
    }

    /// The tile as an entry of a list.
    pub fn render(&self, frame: &Frame, eager: bool) -> Markup {
        let w = &frame.words;
        html! {
            li.tile data-stand=(self.stand.name()) data-deal=(self.deal) {
                a.tile-link href=(self.address()) {
                    div.tile-picture {
                        @match &self.picture {
                            Some(picture) => (picture.render("", "(min-width: 64rem) 17rem, (min-width: 40rem) 30vw, 46vw", eager)),
                            None => (blank(&self.name)),
                        }
                        span.flag hidden[self.flag().is_none()] { @if let Some(flag) = self.flag() { (w.say(flag)) } }
                    }
                    p.tile-seller { (self.seller) }
                    h3.tile-name { (self.name) }
                    (self.price.render(w))
                }
                @match self.stand {
                    Stand::Upcoming => (self.coming(frame)),
                    Stand::Over => p.tile-time { (w.say("deal-over")) },
                    _ => {
                        (claimed_bar(w, &self.deal, self.claimed))
                        p.tile-time { (w.say("ends-in")) " " (countdown(w, frame.now, self.ends_at)) }
                    }
                }
            }
        }
    }

    fn flag(&self) -> Option<&'static str> {
        match self.stand {
            Stand::Waitlist => Some("flag-waitlist"),
            Stand::Gone => Some("flag-gone"),
            Stand::Over => None,
            _ => self.members_only.then_some("flag-members"),
        }
    }

    fn coming(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let gap = Gap::TileWatch(self.deal.clone());
        html! {
            p.tile-time { (moment(w, self.starts_at)) " · " (countdown(w, frame.now, self.starts_at)) }
            @if let Some(opens_at) = self.waiting_room {
                (to_waiting_room_of(frame, &self.deal, opens_at, self.starts_at))
            }
            (frame.gap(gap, || watch_button(frame, &self.deal, self.watched)))
        }
    }
}

/// What stands in the place of a picture where there is none: the beginning of the name.
pub fn blank(name: &str) -> Markup {
    let first: String = name
        .chars()
        .filter(|c| c.is_alphanumeric())
        .take(1)
        .collect();
    html! { span.blank aria-hidden="true" { span.blank-letter { (first) } (icon("tag")) } }
}

/// The button of a tile by which a deal is watched, or no longer.
pub fn watch_button(frame: &Frame, deal: &str, watched: bool) -> Markup {
    let (w, back) = (&frame.words, [("back", frame.address.as_str())]);
    let (action, word) = match watched {
        true => ("unwatch", "watching"),
        false => ("watch", "watch"),
    };
    let address = format!("{}/{action}", deal_address(deal));
    deed(frame, &address, "button-quiet", &w.say(word), &back)
}

impl Stand {
    /// Its name for the style sheet and the scripts.
    pub fn name(self) -> &'static str {
        match self {
            Stand::Upcoming => "upcoming",
            Stand::Open => "open",
            Stand::Waitlist => "waitlist",
            Stand::Gone => "gone",
            Stand::Over => "over",
        }
    }
}

/// The address of a seller's page.
pub fn seller_address(seller: &str) -> String {
    format!("/sellers/{}", escaped(seller))
}

/// The address of a deal's page; ids of a shop may hold anything.
pub fn deal_address(deal: &str) -> String {
    format!("/deals/{}", escaped(deal))
}

/// A text as one part of a path or of a query (RFC 3986, section 2.3).
pub fn escaped(text: &str) -> String {
    let mut address = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                address.push(byte as char)
            }
            other => address.push_str(&format!("%{other:02X}")),
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_a_shop_may_hold_anything() {
        assert_eq!(deal_address("D-0001"), "/deals/D-0001");
        assert_eq!(deal_address("신발/1?"), "/deals/%EC%8B%A0%EB%B0%9C%2F1%3F");
    }
}

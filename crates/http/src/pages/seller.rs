//! A seller: who it is in the eyes of the law, and what it sells now.

use super::empty::nothing;
use super::frame::Frame;
use super::tile::Tile;
use super::words::Words;
use maud::{Markup, html};
use records::Business;

/// The page.
#[derive(Clone, Debug)]
pub struct SellerPage {
    /// What it is called.
    pub name: String,
    /// What it says of itself.
    pub about: String,
    /// Who it is in the eyes of the law.
    pub business: Business,
    /// Its deals: those that are open, then those that come.
    pub tiles: Vec<Tile>,
    /// There are more of them.
    pub more: bool,
    /// Which of its ways back and fees are known, as messages with their sums.
    pub shipping: Vec<(&'static str, String)>,
}

impl SellerPage {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let body = html! {
            h1 { (self.name) }
            @if !self.about.is_empty() { p.lead { (self.about) } }
            p.to-business { a href="#business" { (w.say("business")) } }
            section.shelf aria-labelledby="seller-deals" {
                h2 #seller-deals { (w.say("seller-deals")) }
                @if self.tiles.is_empty() {
                    (nothing(frame, "tag", "seller-deals-none"))
                }
                ul.tiles { @for tile in &self.tiles { (tile.render(frame, false)) } }
                @if self.more { p.fine { (w.say("seller-deals-more")) } }
            }
            section.shelf aria-labelledby="business" {
                h2 #business { (w.say("business")) }
                @if self.business.is_blank() { p.fine { (w.say("business-none")) } }
                (business_facts(w, &self.business))
                @if !self.shipping.is_empty() {
                    dl.facts { @for (name, sum) in &self.shipping { div { dt { (w.say(name)) } dd { (sum) } } } }
                }
            }
        };
        frame.page(&self.name, &body)
    }
}

/// What of a business is known, as facts.
pub fn business_facts(words: &Words, business: &Business) -> Markup {
    let known = business_rows(business);
    html! {
        @if !known.is_empty() {
            dl.facts {
                @for (name, text) in known { div { dt { (words.say(name)) } dd { (linked(name, text)) } } }
            }
        }
    }
}

/// What of a business is known, each with its message.
pub fn business_rows(business: &Business) -> Vec<(&'static str, &str)> {
    let rows = [
        ("business-name", &business.name),
        ("business-representative", &business.representative),
        ("business-registration", &business.registration_number),
        ("business-mail-order", &business.mail_order_number),
        ("business-address", &business.address),
        ("business-phone", &business.phone),
        ("business-mail", &business.mail),
        ("business-hosting", &business.hosting),
    ];
    let known = rows.into_iter().filter(|(_, text)| !text.trim().is_empty());
    known.map(|(name, text)| (name, text.as_str())).collect()
}

/// Who may be called or written to can be reached by a touch.
pub fn linked(name: &str, text: &str) -> Markup {
    let scheme = match name {
        "business-phone" => Some("tel:"),
        "business-mail" => Some("mailto:"),
        _ => None,
    };
    html! {
        @match scheme {
            Some(scheme) => a href=(format!("{scheme}{}", text.replace(' ', ""))) { (text) },
            None => (text),
        }
    }
}

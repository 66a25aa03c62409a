//! A deal's page: picture, price, claimed bar, sizes, and one clear button: hold, wait or watch.

use super::claimed_bar::claimed_bar;
use super::countdown::{hold_countdown, moment, turning_countdown};
use super::figures::machine_moment;
use super::form::deed;
use super::frame::Frame;
use super::picture::Picture;
use super::tile::{Price, Stand, deal_address, seller_address};
use super::waiting::to_waiting_room;
use maud::{Markup, PreEscaped, html};
use money::{Amount, format_plain};
use serde_json::json;
use vocabulary::{Millis, PlaceId};

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
    /// When each hold lapses.
    pub holds: Vec<Millis>,
    /// Places with how many are ahead.
    pub places: Vec<(PlaceId, u32)>,
    /// It is watched.
    pub watched: bool,
}

/// What stands on a deal's page.
#[derive(Clone, Debug)]
pub struct DealPage {
    /// The shop's own id.
    pub deal: String,
    /// The product's name.
    pub name: String,
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
    pub waiting_room: bool,
    /// Sizes and colours.
    pub choices: Vec<Choice>,
    /// What the shopper has.
    pub mine: Mine,
    /// Where the shop is reached, for machines.
    pub base_url: String,
}

impl DealPage {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let body = html! {
            article.deal {
                (self.gallery())
                div.deal-side {
                    p.deal-seller { @if let Some(id) = &self.seller_id { a href=(seller_address(id)) { (self.seller) } } @else { (self.seller) } @if let Some(brand) = &self.brand { " · " (brand) } }
                    h1 { (self.name) }
                    (self.price.render(w))
                    @if !matches!(self.stand, Stand::Upcoming) { (claimed_bar(w, &self.deal, self.claimed)) }
                    (self.time(frame))
                    (self.buy(frame))
                    (self.terms(frame))
                }
                @if !self.description.is_empty() {
                    section.deal-text aria-label=(w.say("description")) { (PreEscaped(&self.description)) }
                }
            }
            script type="application/ld+json" { (PreEscaped(self.machine_readable())) }
        };
        frame.page(&self.name, &body)
    }

    fn gallery(&self) -> Markup {
        html! {
            div.deal-pictures {
                @for (place, picture) in self.pictures.iter().take(6).enumerate() {
                    (picture.render(&self.name, "(min-width: 64rem) 36rem, 100vw", place == 0))
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
        let w = &frame.words;
        html! {
            div.buy {
                @for until in &self.mine.holds {
                    p.mine {
                        (w.say("mine-held")) " " (hold_countdown(w, frame.now, *until, &self.name)) " "
                        a.button href="/cart" { (w.say("to-cart")) }
                    }
                }
                @for (_, ahead) in &self.mine.places {
                    p.mine {
                        (w.say_with("mine-waiting", [("ahead", (*ahead).into())])) " "
                        a.button-quiet href="/cart" { (w.say("to-cart")) }
                    }
                }
                @match self.stand {
                    Stand::Upcoming => {
                        @if self.waiting_room { (to_waiting_room(w, &self.deal)) }
                        (self.watch(frame))
                    }
                    Stand::Over => a.button-quiet href="/" { (w.say("to-open-deals")) },
                    _ => (self.hold(frame)),
                }
            }
        }
    }

    fn watch(&self, frame: &Frame) -> Markup {
        let address = deal_address(&self.deal);
        let w = &frame.words;
        let back = ("back", address.as_str());
        html! {
            @if self.mine.watched {
                p.mine { (w.say("mine-watched")) }
                (deed(frame, &format!("{address}/unwatch"), "button-quiet", &w.say("unwatch"), &[back]))
            } @else {
                (deed(frame, &format!("{address}/watch"), "button", &w.say("watch-long"), &[back]))
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
                    button.button.button-wide type="submit" { (w.say(label)) }
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
            label.choice data-stand=(choice.stand.name()) {
                input type="radio" name="sku" value=(choice.sku) required checked[checked] disabled[choice.stand == Stand::Gone];
                span.choice-name { (choice.name) }
                @if differs { span.choice-price { (w.amount(choice.price, self.price.currency)) } }
                @match choice.stand {
                    Stand::Waitlist => span.choice-note { (w.say_with("choice-waitlist", [("count", choice.waiting.into())])) },
                    Stand::Gone => span.choice-note { (w.say("choice-gone")) },
                    _ => {}
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

    fn terms(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let pay = w.span(self.payment_ms.into());
        html! {
            ul.terms {
                @if self.limit > 0 { li { (w.say_with("term-limit", [("units", self.limit.into())])) } }
                @if self.members_only { li { (w.say("term-members")) } }
                @if self.verified_only { li { (w.say("term-verified")) } }
                li { (w.say_with("term-hold", [("span", w.span(self.hold_ms.into()).into())])) }
                li { (w.say_with("term-pay", [("span", pay.into())])) }
                li { (w.say_with("term-end", [("moment", w.moment(self.ends_at).into())])) }
            }
        }
    }

    /// The product with its offer for search engines (schema.org).
    fn machine_readable(&self) -> String {
        let availability = match self.stand {
            Stand::Upcoming => "PreOrder",
            Stand::Open => "InStock",
            Stand::Waitlist => "BackOrder",
            Stand::Gone => "SoldOut",
            Stand::Over => "Discontinued",
        };
        let pictures: Vec<String> = self
            .pictures
            .iter()
            .filter_map(|picture| {
                let widest = picture.widths.last()?;
                Some(format!("{}{}", self.base_url, picture.address(*widest)))
            })
            .collect();
        let json = json!({
            "@context": "https://schema.org", "@type": "Product", "name": self.name, "image": pictures,
            "brand": self.brand, "offers": {
                "@type": "Offer", "url": format!("{}{}", self.base_url, deal_address(&self.deal)),
                "price": format_plain(self.price.now, self.price.currency),
                "priceCurrency": self.price.currency.code(),
                "availability": format!("https://schema.org/{availability}"),
                "availabilityStarts": machine_moment(self.starts_at),
                "priceValidUntil": machine_moment(self.ends_at),
                "seller": {"@type": "Organization", "name": self.seller},
            },
        });
        // `<` must not end the script element early, whatever a name holds.
        json.to_string().replace('<', "\\u003c")
    }
}

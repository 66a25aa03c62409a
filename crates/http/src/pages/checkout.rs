//! The first step of a checkout: where it goes, which places it. How it is paid is the second step,
//! in [`super::payment`].
//!
//! What it will come to stands beside it; the ledger's sum stands on the second step.

use super::address_form::{AddressForm, TypedAddress, wrong_field};
use super::bill::{live_bill, live_sum};
use super::cart::HeldItem;
use super::countdown::{countdown, lapsing_countdown};
use super::error_summary::{WrongField, error_of, error_summary};
use super::form::Field;
use super::frame::Frame;
use super::tile::deal_address;
use crate::countries;
use crate::deeds::{ContactAsk, DROP_OFFS, Quote, contact_faults};
use maud::{Markup, html};
use records::{Address, AddressId};
use vocabulary::HoldId;

/// The choice of an address that is typed and not one of the book.
const OTHER: &str = "other";

/// What is wanted where every hold is gone: to go on with what is held now.
pub const ANEW: &str = "anew";

/// Contact and address as they were typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Made when the form was rendered; becomes the checkout's id.
    pub key: String,
    /// The holds, parted by commas.
    pub holds: String,
    /// Which address of the member's book; another where it is none of them.
    pub address: String,
    /// Where it goes, where that is none of the book.
    #[serde(flatten)]
    pub to: TypedAddress,
    /// `yes` to keep that in the book.
    pub save: String,
    /// Where to write.
    pub email: String,
    /// Where the courier leaves it.
    pub drop_off: String,
    /// What opens the door of the house.
    pub entrance_code: String,
    /// A word for the courier.
    pub memo: String,
    /// What is wanted other than to order: fields for another country, the sum anew, or [`ANEW`].
    pub go: String,
}

/// The first step.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// What is bought.
    pub holds: Vec<HeldItem>,
    /// What was to be bought, too, but lapsed before.
    pub lapsed: Vec<HeldItem>,
    /// What was typed before.
    pub typed: Typed,
    /// What is wrong with it.
    pub wrong: Vec<WrongField>,
    /// Where parcels go.
    pub countries: Vec<String>,
    /// The member's address book.
    pub book: Vec<(AddressId, Address)>,
    /// What it comes to.
    pub quote: Option<Quote>,
    /// Shipping terms in words, a seller a line.
    pub shipping: Vec<String>,
}

impl Typed {
    /// The holds that are to be ordered.
    pub fn holds(&self) -> Vec<HoldId> {
        let holds = self.holds.split(',').filter_map(|hold| hold.parse().ok());
        holds.map(HoldId).collect()
    }

    /// True when something else is wanted than to order.
    pub fn only_asks(&self) -> bool {
        !self.go.is_empty() || !self.to.found.is_empty()
    }

    /// The address of the book that was chosen; none where another one is typed.
    pub fn chosen<'a>(&self, book: &'a [(AddressId, Address)]) -> Option<&'a Address> {
        let mut entries = book.iter();
        let found = entries.find(|(id, _)| id.to_string() == self.address);
        found.map(|(_, address)| address)
    }

    /// What cannot be taken as it is.
    pub fn wrong(&self, contact: &ContactAsk, countries: &[String]) -> Vec<WrongField> {
        let faults = contact_faults(contact, countries).into_iter();
        faults.map(wrong_field).collect()
    }

    /// Everything that was asked for, as bytes to be hashed.
    pub fn parts(&self) -> Vec<&[u8]> {
        let own = [
            &self.holds,
            &self.address,
            &self.email,
            &self.drop_off,
            &self.entrance_code,
            &self.memo,
        ];
        let own = own.into_iter().map(String::as_bytes);
        own.chain(self.to.parts()).collect()
    }

    /// Whom to call and where to bring it.
    pub fn contact(&self, book: &[(AddressId, Address)]) -> ContactAsk {
        let to = match self.chosen(book) {
            Some(address) => TypedAddress::of(address),
            None => self.to.clone(),
        };
        let at_home = to.country == "KR";
        let tidy = |text: &str| match at_home {
            true => text.trim().to_owned(),
            false => String::new(),
        };
        ContactAsk {
            memo: self.memo.trim().to_owned(),
            drop_off: tidy(&self.drop_off),
            entrance_code: tidy(&self.entrance_code),
            ..to.contact(&self.email)
        }
    }
}

impl Delivery {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let is_over = self.holds.is_empty();
        let body = html! {
            h1 { (w.say("checkout")) }
            (steps(frame, 1))
            div.columns.columns-buying {
                form.form #order method="post" action="/checkout" novalidate data-bills="/checkout/bill" {
                    // Whoever presses Enter in a field orders; the first button of a form is pressed then.
                    button.sr-only type="submit" name=[is_over.then_some("go")] value=[is_over.then_some(ANEW)] tabindex="-1" aria-hidden="true" {}
                    (frame.key())
                    input type="hidden" name="holds" value=(self.hold_list());
                    input type="hidden" name="back" value="/checkout";
                    (self.lapses(frame))
                    (error_summary(frame, &self.wrong))
                    (self.receiver(frame))
                    (self.reach(frame))
                    @if self.at_home() { (self.courier(frame)) } @else { (self.memo(frame)) }
                    (self.deed(frame))
                }
                @if !is_over { (self.summary(frame)) }
            }
            @if !is_over { (self.bar(frame)) }
        };
        frame.page(&w.say("checkout"), &body)
    }

    fn deed(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let is_over = self.holds.is_empty();
        html! {
            div.order-deed {
                @if !is_over {
                    p.grand { span { (w.say("total")) } (live_sum(frame, self.quote.as_ref())) }
                    button.button.button-wide type="submit" aria-describedby="all-lapsed" data-ends { (w.say("to-payment")) }
                }
                div.lapses-all hidden[!is_over] data-ends {
                    p.notice.notice-bad #all-lapsed role="status" {
                        (w.say(if is_over && self.lapsed.is_empty() { "hold-none-here" } else { "hold-lapsed-all" }))
                    }
                    button.button-quiet type="submit" name="go" value=(ANEW) formnovalidate { (w.say("hold-anew")) }
                }
                @if !is_over { p.fine { (w.say("checkout-note")) } }
            }
        }
    }

    /// Who receives it where: an address of the book, or another one.
    fn receiver(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let form = AddressForm {
            typed: &self.typed.to,
            wrong: &self.wrong,
            countries: &self.countries,
        };
        html! {
            section.form-part aria-labelledby="receiver" {
                h2 #receiver { (w.say("delivery")) }
                @if !self.book.is_empty() { (self.book(frame)) }
                div.typed-address {
                    (form.render(frame))
                    @if frame.member {
                        label.check {
                            input type="checkbox" name="save" value="yes" checked[self.typed.save == "yes"];
                            span { (w.say("save-address")) }
                        }
                    }
                }
                noscript { button.button-quiet type="submit" name="go" value="sum" formnovalidate { (w.say("sum-anew")) } }
            }
        }
    }

    fn book(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let is_other = self.typed.chosen(&self.book).is_none();
        html! {
            fieldset.choices.choices-wide {
                legend { (w.say("choose-address")) }
                @for (id, address) in &self.book {
                    @let chosen = self.typed.address == id.to_string();
                    label.choice {
                        input type="radio" name="address" value=(id) checked[chosen];
                        span.choice-text {
                            span.choice-name { (address.recipient) }
                            @if address.first { " " span.tag { (w.say("first-choice")) } }
                            @for line in countries::lines(&address.place) { span.choice-line { (line) } }
                            span.choice-line { (address.phone) }
                        }
                    }
                }
                label.choice {
                    input type="radio" name="address" value=(OTHER) checked[is_other];
                    span.choice-name { (w.say("other-address")) }
                }
            }
            p.fine { a href="/addresses" { (w.say("to-addresses")) } }
        }
    }

    fn reach(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let error = error_of(frame, &self.wrong, "email");
        let field = Field {
            kind: "email",
            autocomplete: "email",
            value: &self.typed.email,
            error: error.as_deref(),
            hint: Some(w.say("email-hint")),
            ..Field::of("email", w.say("email"))
        };
        html! {
            section.form-part aria-labelledby="reach" {
                h2 #reach { (w.say("contact-reach")) }
                (field.render())
            }
        }
    }

    /// What a courier in Korea is told.
    fn courier(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let error = error_of(frame, &self.wrong, "entrance_code");
        let code = Field {
            value: &self.typed.entrance_code,
            required: false,
            error: error.as_deref(),
            hint: Some(w.say("entrance-code-hint")),
            ..Field::of("entrance_code", w.say("entrance-code"))
        };
        html! {
            section.form-part aria-labelledby="courier" {
                h2 #courier { (w.say("courier-wishes")) }
                fieldset.choices #drop_off {
                    legend { (w.say("drop-off")) }
                    @for word in DROP_OFFS {
                        label.choice {
                            input type="radio" name="drop_off" value=(word) checked[self.typed.drop_off == word];
                            span.choice-name { (w.say(&format!("drop-off-{word}"))) }
                        }
                    }
                }
                (code.render())
                (self.memo(frame))
            }
        }
    }

    fn memo(&self, frame: &Frame) -> Markup {
        let error = error_of(frame, &self.wrong, "memo");
        let field = Field {
            value: &self.typed.memo,
            required: false,
            error: error.as_deref(),
            ..Field::of("memo", frame.words.say("memo"))
        };
        field.render()
    }

    fn at_home(&self) -> bool {
        let chosen = self.typed.chosen(&self.book);
        chosen.map_or(self.typed.to.country.as_str(), |it| &it.place.country) == "KR"
    }

    fn summary(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            aside.summary aria-label=(w.say("summary")) {
                h2 { (w.say("summary")) }
                ul.rows { @for held in &self.holds { (held_row(frame, held)) } }
                div.wide-only { (live_bill(frame, self.quote.as_ref())) }
                @for line in &self.shipping { p.fine { (line) } }
                p.fine { a href="/cart" { (w.say("back-to-cart")) } }
            }
        }
    }

    /// On phones the sum stays in view: a bar that unfolds.
    fn bar(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let soonest = self.holds.iter().map(|held| held.expires_at).min();
        html! {
            details.sum-bar {
                summary {
                    span.sum-bar-name { (w.say("total")) }
                    (live_sum(frame, self.quote.as_ref()))
                    @if let Some(soonest) = soonest {
                        span.sum-bar-clock { (w.say("hold-until")) " " (countdown(w, frame.now, soonest)) }
                    }
                }
                (live_bill(frame, self.quote.as_ref()))
            }
        }
    }

    /// What lapsed before, and words for each hold that may lapse while the form is filled in.
    fn lapses(&self, frame: &Frame) -> Markup {
        html! {
            div.lapses {
                @for held in &self.lapsed { (lapse_told(frame, held, true)) }
                @if !self.lapsed.is_empty() && !self.holds.is_empty() { p.notice role="status" { (frame.words.say("hold-lapsed-rest")) } }
                @for held in &self.holds { (lapse_told(frame, held, false)) }
            }
        }
    }

    /// What is to be ordered; where all of it lapsed, that, so that it is told again.
    fn hold_list(&self) -> String {
        let held = match self.holds.is_empty() {
            true => &self.lapsed,
            false => &self.holds,
        };
        let holds: Vec<String> = held.iter().map(|held| held.hold.0.to_string()).collect();
        holds.join(",")
    }
}

/// What it means that this hold lapsed, and where one may try again; hidden until it has.
fn lapse_told(frame: &Frame, held: &HeldItem, lapsed: bool) -> Markup {
    let w = &frame.words;
    let name = held.item.full_name();
    html! {
        p.notice.notice-bad #(lapse_id(held)) hidden[!lapsed] role="alert" {
            (w.say_with("hold-lapsed", [("name", name.into())])) " "
            a href=(deal_address(&held.item.deal)) { (w.say("hold-lapsed-again")) }
        }
    }
}

fn held_row(frame: &Frame, held: &HeldItem) -> Markup {
    let w = &frame.words;
    let (until, name) = (held.expires_at, held.item.full_name());
    html! {
        li.row {
            (held.item.picture())
            div.row-text {
                (held.item.name())
                p.row-price { (held.units) " × " (w.amount(held.price, held.currency)) }
                p.row-time {
                    (w.say("hold-until")) " "
                    (lapsing_countdown(w, frame.now, until, &name, &lapse_id(held)))
                }
            }
        }
    }
}

fn lapse_id(held: &HeldItem) -> String {
    format!("lapsed-{}", held.hold.0)
}

/// The steps to a paid order, with where one is.
pub fn steps(frame: &Frame, current: u8) -> Markup {
    let w = &frame.words;
    html! {
        ol.steps {
            @for (number, key) in [(1, "step-delivery"), (2, "step-payment"), (3, "step-done")] {
                li aria-current=[(number == current).then_some("step")] { (w.say(key)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(typed: &Typed) -> Vec<(&'static str, &'static str)> {
        let countries = ["KR".to_owned(), "US".to_owned()];
        let wrong = typed.wrong(&typed.contact(&[]), &countries).into_iter();
        wrong.map(|field| (field.name, field.message)).collect()
    }

    #[test]
    fn what_is_missing_or_wrong_is_said_field_by_field() {
        let mut typed = Typed::default();
        typed.to.country = "KR".to_owned();
        let fields: Vec<_> = told(&typed).into_iter().map(|(name, _)| name).collect();
        assert_eq!(fields, ["name", "phone", "email", "postcode", "line1"]);
        typed.to.name = "홍길동".to_owned();
        typed.to.phone = "12".to_owned();
        typed.email = "a@b".to_owned();
        typed.to.postcode = "0452".to_owned();
        typed.to.line1 = "세종대로 110".to_owned();
        let wrong = [
            ("phone", "field-phone"),
            ("email", "field-email"),
            ("postcode", "field-postcode"),
        ];
        assert_eq!(told(&typed), wrong);
        typed.to.phone = "010-1234-5678".to_owned();
        typed.to.postcode = "04524".to_owned();
        typed.email = "a@b.kr".to_owned();
        assert_eq!(told(&typed), []);
        typed.to.country = "DE".to_owned();
        let wrong = [("country", "field-not-served"), ("city", "field-missing")];
        assert_eq!(told(&typed), wrong);
        typed.to.country = "US".to_owned();
        let fields: Vec<_> = told(&typed).into_iter().map(|(name, _)| name).collect();
        assert_eq!(fields, ["province", "city"]);
    }

    #[test]
    fn the_holds_of_a_form_are_read_back() {
        let typed = Typed {
            holds: "7,8,x".to_owned(),
            ..Typed::default()
        };
        assert_eq!(typed.holds(), [HoldId(7), HoldId(8)]);
    }
}

//! The first step of a checkout: where it goes, which places it. How it is paid is the second step,
//! in [`super::payment`].
//!
//! The sum is the ledger's and stands on the second step, so no page computes a price of its own.

use super::cart::HeldItem;
use super::countdown::lapsing_countdown;
use super::form::Field;
use super::frame::Frame;
use super::tile::deal_address;
use crate::deeds::{AddressAsk, ContactAsk, ContactFault, contact_faults};
use maud::{Markup, html};
use vocabulary::HoldId;

/// Contact and address as they were typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Made when the form was rendered; becomes the checkout's id.
    pub key: String,
    /// The holds, parted by commas.
    pub holds: String,
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
    /// The zone, by its name; empty for the plain one.
    pub zone: String,
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
    /// Fields that are wrong, with the message that says how.
    pub errors: Vec<(&'static str, &'static str)>,
    /// Where parcels may go.
    pub zones: Vec<String>,
    /// Shipping terms in words, a seller a line.
    pub shipping: Vec<String>,
}

impl Typed {
    /// The holds that are to be ordered.
    pub fn holds(&self) -> Vec<HoldId> {
        let holds = self.holds.split(',').filter_map(|hold| hold.parse().ok());
        holds.map(HoldId).collect()
    }

    /// Fields that cannot be taken as they are, with the message that says why.
    pub fn errors(&self) -> Vec<(&'static str, &'static str)> {
        let faults = contact_faults(&self.contact()).into_iter();
        faults
            .map(|(field, fault)| {
                let field = field.strip_prefix("address.").unwrap_or(field);
                (field, message(fault))
            })
            .collect()
    }

    /// Everything that was asked for, as bytes to be hashed.
    pub fn parts(&self) -> [&[u8]; 9] {
        [
            self.holds.as_bytes(),
            self.name.as_bytes(),
            self.phone.as_bytes(),
            self.email.as_bytes(),
            self.postcode.as_bytes(),
            self.line1.as_bytes(),
            self.line2.as_bytes(),
            self.memo.as_bytes(),
            self.zone.as_bytes(),
        ]
    }

    /// Whom to call and where to bring it.
    pub fn contact(&self) -> ContactAsk {
        let tidy = |text: &str| text.trim().to_owned();
        ContactAsk {
            name: tidy(&self.name),
            phone: tidy(&self.phone),
            email: tidy(&self.email),
            address: AddressAsk {
                country: "KR".to_owned(),
                postcode: tidy(&self.postcode),
                province: String::new(),
                city: String::new(),
                line1: tidy(&self.line1),
                line2: tidy(&self.line2),
            },
            memo: tidy(&self.memo),
            drop_off: String::new(),
            entrance_code: String::new(),
        }
    }
}

/// The message beside a field. Nobody types a country, so that none is wrong.
fn message(fault: ContactFault) -> &'static str {
    match fault {
        ContactFault::Missing | ContactFault::Country => "field-missing",
        ContactFault::Phone => "field-phone",
        ContactFault::Email => "field-email",
        ContactFault::Long => "field-long",
    }
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
                    (frame.key())
                    input type="hidden" name="holds" value=(self.hold_list());
                    (self.lapses(frame))
                    @if !self.errors.is_empty() { p.notice.notice-bad role="alert" { (w.say("form-errors")) } }
                    h2 { (w.say("delivery")) }
                    (self.field(frame, "name", w.say("recipient"), &self.typed.name, "name", "text"))
                    (self.field(frame, "phone", w.say("phone"), &self.typed.phone, "tel", "tel"))
                    (self.field(frame, "email", w.say("email"), &self.typed.email, "email", "email"))
                    (self.field(frame, "postcode", w.say("postcode"), &self.typed.postcode, "postal-code", "text"))
                    (self.field(frame, "line1", w.say("line1"), &self.typed.line1, "address-line1", "text"))
                    (self.optional(frame, "line2", w.say("line2"), &self.typed.line2, "address-line2"))
                    (self.zone(frame))
                    (self.optional(frame, "memo", w.say("memo"), &self.typed.memo, "off"))
                    button.button.button-wide type="submit" aria-describedby="all-lapsed" data-ends { (w.say("to-payment")) }
                    p.notice.notice-bad #all-lapsed hidden role="status" data-ends { (w.say("hold-lapsed-all")) }
                    p.fine { (w.say("checkout-note")) }
                }
                aside.summary aria-label=(w.say("summary")) {
                    h2 { (w.say("summary")) }
                    ul.rows { @for held in &self.holds { (held_row(frame, held)) } }
                    @for line in &self.shipping { p.fine { (line) } }
                }
            }
        };
        frame.page(&w.say("checkout"), &body)
    }

    /// What lapsed before, and words for each hold that may lapse while the form is filled in.
    fn lapses(&self, frame: &Frame) -> Markup {
        html! {
            div.lapses {
                @for held in &self.lapsed { (lapse_told(frame, held, true)) }
                @if !self.lapsed.is_empty() { p.notice role="status" { (frame.words.say("hold-lapsed-rest")) } }
                @for held in &self.holds { (lapse_told(frame, held, false)) }
            }
        }
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
        let error = self.error_of(frame, name);
        let field = Field {
            kind,
            autocomplete,
            value,
            error: error.as_deref(),
            ..Field::of(name, label)
        };
        field.render()
    }

    fn error_of(&self, frame: &Frame, name: &str) -> Option<String> {
        let error = self.errors.iter().find(|(field, _)| *field == name);
        error.map(|(_, message)| frame.words.say(message))
    }

    fn hold_list(&self) -> String {
        let holds: Vec<String> = self
            .holds
            .iter()
            .map(|held| held.hold.0.to_string())
            .collect();
        holds.join(",")
    }

    fn optional(
        &self,
        frame: &Frame,
        name: &str,
        label: String,
        value: &str,
        autocomplete: &str,
    ) -> Markup {
        let error = self.error_of(frame, name);
        let field = Field {
            autocomplete,
            value,
            error: error.as_deref(),
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
                        @for zone in &self.zones {
                            option value=(zone) selected[*zone == self.typed.zone] { (zone_label(frame, zone)) }
                        }
                    }
                }
            }
        }
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

/// A zone in the visitor's language; as the operator called it where we have no word for it.
fn zone_label(frame: &Frame, zone: &str) -> String {
    let key = match zone {
        "" => "zone-mainland".to_owned(),
        _ => format!("zone-{zone}"),
    };
    if frame.words.knows(&key) {
        frame.words.say(&key)
    } else {
        zone.to_owned()
    }
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

    #[test]
    fn what_is_missing_or_wrong_is_said_field_by_field() {
        let empty = Typed::default().errors();
        assert_eq!(empty.len(), 5);
        let typed = Typed {
            name: "홍길동".to_owned(),
            phone: "12".to_owned(),
            email: "a@b".to_owned(),
            postcode: "04524".to_owned(),
            line1: "세종대로 110".to_owned(),
            ..Typed::default()
        };
        assert_eq!(
            typed.errors(),
            [("phone", "field-phone"), ("email", "field-email")]
        );
        let typed = Typed {
            phone: "010-1234-5678".to_owned(),
            email: "a@b.kr".to_owned(),
            ..typed
        };
        assert_eq!(typed.errors(), []);
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

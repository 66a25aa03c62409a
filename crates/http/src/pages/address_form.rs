//! Who receives a parcel where, as fields: in the order, with the names and the hints that people of each
//! country know. For the checkout and for a member's address book.

use super::error_summary::{WrongField, error_of};
use super::form::Field;
use super::frame::Frame;
use crate::countries::{Country, Part, country};
use crate::deeds::{AddressAsk, ContactAsk, ContactFault};
use maud::{Markup, html};
use records::Address;

/// As it was typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct TypedAddress {
    /// Who receives it.
    pub name: String,
    /// Whom to call.
    pub phone: String,
    /// Two letters (ISO 3166).
    pub country: String,
    /// The postcode.
    pub postcode: String,
    /// ISO 3166-2.
    pub province: String,
    /// The city.
    pub city: String,
    /// Street and number.
    pub line1: String,
    /// Flat and floor.
    pub line2: String,
    /// What was chosen on the page that finds addresses: a postcode, a bar, street and number.
    pub found: String,
}

/// The fields.
pub struct AddressForm<'a> {
    /// What stands in them.
    pub typed: &'a TypedAddress,
    /// What is wrong.
    pub wrong: &'a [WrongField],
    /// Where parcels go.
    pub countries: &'a [String],
}

impl TypedAddress {
    /// As it lies in the book.
    pub fn of(address: &Address) -> TypedAddress {
        let place = address.place.clone();
        TypedAddress {
            name: address.recipient.clone(),
            phone: address.phone.clone(),
            country: place.country,
            postcode: place.postcode,
            province: place.province,
            city: place.city,
            line1: place.line1,
            line2: place.line2,
            found: String::new(),
        }
    }

    /// With the shop's own country where none was chosen, and with what was found.
    pub fn settled(mut self, countries: &[String]) -> TypedAddress {
        if !countries.contains(&self.country) {
            self.country = countries.first().cloned().unwrap_or_default();
        }
        if let Some((postcode, line1)) = self.found.split_once('|') {
            (self.postcode, self.line1) = (postcode.to_owned(), line1.to_owned());
        }
        self
    }

    /// Everything that was typed, as bytes to be hashed.
    pub fn parts(&self) -> [&[u8]; 8] {
        [
            self.name.as_bytes(),
            self.phone.as_bytes(),
            self.country.as_bytes(),
            self.postcode.as_bytes(),
            self.province.as_bytes(),
            self.city.as_bytes(),
            self.line1.as_bytes(),
            self.line2.as_bytes(),
        ]
    }

    /// The place; of what the chosen country does not ask for, nothing is taken over from another one.
    pub fn place(&self) -> AddressAsk {
        let known = country(&self.country);
        let asks = |part| known.is_none_or(|known| known.asks(part));
        let tidy = |text: &str, part| match asks(part) {
            true => text.trim().to_owned(),
            false => String::new(),
        };
        AddressAsk {
            country: self.country.clone(),
            postcode: tidy(&self.postcode, Part::Postcode).to_uppercase(),
            province: tidy(&self.province, Part::Province),
            city: tidy(&self.city, Part::City),
            line1: tidy(&self.line1, Part::Line1),
            line2: tidy(&self.line2, Part::Line2),
        }
    }

    /// Whom to call and where to bring it.
    pub fn contact(&self, email: &str) -> ContactAsk {
        ContactAsk {
            name: self.name.trim().to_owned(),
            phone: self.phone.trim().to_owned(),
            email: email.trim().to_owned(),
            address: self.place(),
            memo: String::new(),
            drop_off: String::new(),
            entrance_code: String::new(),
        }
    }
}

/// A fault of a contact as a form tells it.
pub fn wrong_field((path, fault): (&'static str, ContactFault)) -> WrongField {
    let name = path.strip_prefix("address.").unwrap_or(path);
    let label = match name {
        "name" => "recipient",
        "drop_off" => "drop-off",
        "entrance_code" => "entrance-code",
        "country" => "address-country",
        "province" => "address-province",
        "city" => "address-city",
        other => other,
    };
    let message = match (name, fault) {
        ("province", ContactFault::Missing | ContactFault::Province) => "field-choose",
        (_, ContactFault::Missing | ContactFault::Country) => "field-missing",
        (_, ContactFault::NotServed) => "field-not-served",
        (_, ContactFault::Phone) => "field-phone",
        (_, ContactFault::Email) => "field-email",
        (_, ContactFault::Postcode) => "field-postcode",
        (_, ContactFault::Province | ContactFault::DropOff) => "field-choose",
        (_, ContactFault::Long(_)) => "field-long",
    };
    WrongField {
        name,
        label,
        message,
    }
}

impl AddressForm<'_> {
    /// All fields.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let Some(known) = country(&self.typed.country) else {
            return html! {};
        };
        html! {
            div.fields {
                (self.text(frame, Field {
                    autocomplete: "name", value: &self.typed.name, ..Field::of("name", w.say("recipient"))
                }))
                (self.phone(frame, known))
            }
            @if self.countries.len() > 1 { (self.country(frame)) }
            @for part in known.parts { (self.part(frame, known, *part)) }
        }
    }

    fn text(&self, frame: &Frame, field: Field<'_>) -> Markup {
        let error = error_of(frame, self.wrong, field.name);
        let field = Field {
            error: error.as_deref(),
            ..field
        };
        field.render()
    }

    fn phone(&self, frame: &Frame, known: &Country) -> Markup {
        let w = &frame.words;
        let hint = match known.code {
            "KR" => w.say("phone-hint-KR"),
            _ => w.say_with("phone-hint", [("dial", known.dial.into())]),
        };
        let field = Field {
            kind: "tel",
            autocomplete: "tel",
            value: &self.typed.phone,
            hint: Some(hint),
            ..Field::of("phone", w.say("phone"))
        };
        self.text(frame, field)
    }

    /// Another country has other fields: without script the button brings them.
    fn country(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let error = error_of(frame, self.wrong, "country");
        html! {
            div.field data-bad[error.is_some()] {
                label for="country" { (w.say("address-country")) }
                div.field-with-deed {
                    select #country name="country" autocomplete="country" data-redraws="change-country" {
                        @for code in self.countries {
                            option value=(code) selected[*code == self.typed.country] { (w.say(&format!("country-name-{code}"))) }
                        }
                    }
                    button.button-quiet #change-country type="submit" name="go" value="country" formnovalidate {
                        (w.say("change-country"))
                    }
                }
                @if let Some(error) = error { p.field-error { (error) } }
            }
        }
    }

    fn part(&self, frame: &Frame, known: &Country, part: Part) -> Markup {
        let (w, typed) = (&frame.words, self.typed);
        let field = |name: &'static str, value, autocomplete| Field {
            autocomplete,
            value,
            ..Field::of(name, label(frame, known, name, part))
        };
        let required = !known.is_optional(part);
        match part {
            Part::Postcode => self.postcode(frame, known),
            Part::Province => self.province(frame, known),
            Part::City => self.text(frame, field("city", &typed.city, "address-level2")),
            Part::Line1 => {
                let hint = format!("line1-hint-{}", known.code);
                let hint = w.knows(&hint).then(|| w.say(&hint));
                let line = field("line1", &typed.line1, "address-line1");
                self.text(frame, Field { hint, ..line })
            }
            Part::Line2 => {
                let line = field("line2", &typed.line2, "address-line2");
                self.text(frame, Field { required, ..line })
            }
        }
    }

    /// In Korea with a button to find it by the address.
    fn postcode(&self, frame: &Frame, known: &Country) -> Markup {
        let w = &frame.words;
        let field = Field {
            autocomplete: "postal-code",
            value: &self.typed.postcode,
            required: !known.is_optional(Part::Postcode),
            mode: known.has_digits_alone().then_some("numeric"),
            hint: Some(w.say_with(
                "postcode-hint",
                [("example", known.postcode_example().into())],
            )),
            ..Field::of("postcode", label(frame, known, "postcode", Part::Postcode))
        };
        let field = self.text(frame, field);
        html! {
            @if known.code == "KR" {
                div.field-beside-deed {
                    (field)
                    button.button-quiet type="submit" formaction="/addresses/find" formnovalidate { (w.say("find-address")) }
                }
            } @else {
                div.field-half { (field) }
            }
        }
    }

    fn province(&self, frame: &Frame, known: &Country) -> Markup {
        let w = &frame.words;
        let error = error_of(frame, self.wrong, "province");
        let described = error.as_ref().map(|_| "province-error");
        html! {
            div.field data-bad[error.is_some()] {
                label for="province" { (label(frame, known, "province", Part::Province)) }
                select #province name="province" autocomplete="address-level1" required
                    aria-invalid=[error.as_ref().map(|_| "true")] aria-describedby=[described] {
                    option value="" { (w.say("choose-one")) }
                    @for (code, name) in known.provinces {
                        option value=(code) selected[*code == self.typed.province] { (name) }
                    }
                }
                @if let Some(error) = error { p.field-error #province-error { (error) } }
            }
        }
    }
}

/// What a part is called: in each country its own name where it has one.
fn label(frame: &Frame, known: &Country, name: &str, part: Part) -> String {
    let w = &frame.words;
    let own = format!("address-{name}-{}", known.code);
    let said = match (w.knows(&own), part) {
        (true, _) => w.say(&own),
        (false, Part::Province | Part::City) => w.say(&format!("address-{name}")),
        (false, _) => w.say(name),
    };
    match known.is_optional(part) {
        true => w.say_with("field-optional", [("field", said.into())]),
        false => said,
    }
}

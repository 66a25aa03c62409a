//! Whether a courier could do with a contact: the same for the API and the pages.

use super::{AddressAsk, ContactAsk};
use crate::countries::{Country, Part, country};
use crate::problem::{Kind, Problem};
use crate::shop::Shop;

/// The longest name, in characters: no label of a parcel has room for more.
const NAME_CHARACTERS_MAX: usize = 60;
/// The longest other text.
const CHARACTERS_MAX: usize = 200;
/// How many digits a phone number has.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=20;

/// The longest code for a door.
const CODE_CHARACTERS_MAX: usize = 40;
/// Where a courier may leave a parcel.
pub const DROP_OFFS: [&str; 4] = ["door", "guard", "locker", "hand"];

/// What is wrong with a field of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactFault {
    /// It is needed, and empty.
    Missing,
    /// It is no phone number.
    Phone,
    /// It is no mail address.
    Email,
    /// It is no country's code.
    Country,
    /// Nothing is brought there.
    NotServed,
    /// It is no postcode of that country.
    Postcode,
    /// It is no province of that country.
    Province,
    /// Parcels are not left there.
    DropOff,
    /// It has more characters than this.
    Long(usize),
}

impl ContactFault {
    pub(super) fn detail(self, address: &AddressAsk) -> String {
        let example = || country(&address.country).map(Country::postcode_example);
        match self {
            ContactFault::Missing => "must not be empty".to_owned(),
            ContactFault::Phone => "must have 7 to 20 digits".to_owned(),
            ContactFault::Email => "must be a mail address like name@domain.example".to_owned(),
            ContactFault::Country => "must be two capital letters (ISO 3166), like KR".to_owned(),
            ContactFault::NotServed => format!("nothing is delivered to {}", address.country),
            ContactFault::Postcode => {
                format!("must be a postcode like {}", example().unwrap_or_default())
            }
            ContactFault::Province => {
                "must be a province of that country (ISO 3166-2), like US-NY".to_owned()
            }
            ContactFault::DropOff => format!("must be one of {}, or empty", DROP_OFFS.join(", ")),
            ContactFault::Long(most) => format!("must have at most {most} characters"),
        }
    }
}

/// All that is wrong with a contact, each with its field's path, in the order in which a form asks. Parcels go
/// to these `countries` alone.
pub fn contact_faults(
    contact: &ContactAsk,
    countries: &[String],
) -> Vec<(&'static str, ContactFault)> {
    let fields = fields(contact);
    let missing = fields
        .iter()
        .filter(|(_, text, needed)| *needed && text.is_empty())
        .map(|(field, ..)| (*field, ContactFault::Missing));
    let long = fields
        .iter()
        .map(|(field, text, _)| (*field, text.chars().count(), longest(field)))
        .filter(|(_, count, most)| count > most)
        .map(|(field, _, most)| (field, ContactFault::Long(most)));
    let faults = missing.chain(ill_formed(contact, countries)).chain(long);
    let mut faults: Vec<_> = faults.collect();
    let place = |path: &str| fields.iter().position(|(field, ..)| *field == path);
    faults.sort_by_key(|(field, _)| place(field));
    faults
}

/// How many characters a field has at most.
fn longest(field: &str) -> usize {
    match field {
        "name" => NAME_CHARACTERS_MAX,
        "entrance_code" => CODE_CHARACTERS_MAX,
        _ => CHARACTERS_MAX,
    }
}

/// Path, text and whether it is needed. Which parts an address has differs from country to country.
fn fields(contact: &ContactAsk) -> [(&'static str, &str, bool); 12] {
    let address = &contact.address;
    let known = country(address.country.trim());
    let needed = |part| known.is_some_and(|known| known.asks(part) && !known.is_optional(part));
    [
        ("name", contact.name.trim(), true),
        ("phone", contact.phone.trim(), true),
        ("email", contact.email.trim(), true),
        ("address.country", address.country.trim(), true),
        (
            "address.postcode",
            address.postcode.trim(),
            needed(Part::Postcode),
        ),
        (
            "address.province",
            address.province.trim(),
            needed(Part::Province),
        ),
        ("address.city", address.city.trim(), needed(Part::City)),
        ("address.line1", address.line1.trim(), true),
        ("address.line2", address.line2.trim(), false),
        ("drop_off", contact.drop_off.trim(), false),
        ("entrance_code", contact.entrance_code.trim(), false),
        ("memo", contact.memo.trim(), false),
    ]
}

/// What is there and cannot be what it should.
fn ill_formed(contact: &ContactAsk, countries: &[String]) -> Vec<(&'static str, ContactFault)> {
    let (phone, email) = (contact.phone.trim(), contact.email.trim());
    let drop_off = contact.drop_off.trim();
    let mut faults = Vec::new();
    if !phone.is_empty() && !is_phone(phone) {
        faults.push(("phone", ContactFault::Phone));
    }
    if !email.is_empty() && !is_mail(email) {
        faults.push(("email", ContactFault::Email));
    }
    if !drop_off.is_empty() && !DROP_OFFS.contains(&drop_off) {
        faults.push(("drop_off", ContactFault::DropOff));
    }
    faults.extend(misplaced(&contact.address, countries));
    faults
}

/// What is no place, or none that parcels go to.
fn misplaced(address: &AddressAsk, countries: &[String]) -> Option<(&'static str, ContactFault)> {
    let (code, postcode) = (address.country.trim(), address.postcode.trim());
    let province = address.province.trim();
    if code.is_empty() {
        return None;
    }
    if !is_country(code) {
        return Some(("address.country", ContactFault::Country));
    }
    let known = country(code).filter(|known| countries.iter().any(|served| served == known.code));
    let Some(known) = known else {
        return Some(("address.country", ContactFault::NotServed));
    };
    if !postcode.is_empty() && !known.takes_postcode(postcode) {
        return Some(("address.postcode", ContactFault::Postcode));
    }
    let is_other = !province.is_empty() && !known.takes_province(province);
    is_other.then_some(("address.province", ContactFault::Province))
}

/// Digits, and what people write between them.
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let between = |mark: char| mark.is_ascii_digit() || " +-().".contains(mark);
    PHONE_DIGITS.contains(&digits) && text.chars().all(between)
}

/// Something before an @ and a domain behind it; more is known only when mail arrives.
fn is_mail(text: &str) -> bool {
    let blank = text.chars().any(|c| c.is_whitespace() || c.is_control());
    let parts = text.split_once('@').filter(|_| !blank);
    parts.is_some_and(|(name, domain)| {
        let labels = domain.split('.').collect::<Vec<_>>();
        let whole = labels.len() > 1 && labels.iter().all(|label| !label.is_empty());
        !name.is_empty() && whole && !domain.contains('@')
    })
}

fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Tells all that is wrong with a contact at once.
///
/// # Errors
/// [`Kind::INVALID`] with the fields.
pub(super) fn check_contact(shop: &Shop, contact: &ContactAsk) -> Result<(), Problem> {
    let faults = contact_faults(contact, &shop.settings.countries).into_iter();
    let detail = |fault: ContactFault| fault.detail(&contact.address);
    let told = faults.map(|(field, fault)| (format!("contact.{field}"), detail(fault)));
    let problem = Problem::from(Kind::INVALID).with_fields(told);
    match problem.errors.is_empty() {
        true => Ok(()),
        false => Err(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_goes_to_somebody_at_a_domain() {
        for good in ["a@b.kr", "first.last+tag@mail.example.com"] {
            assert!(is_mail(good), "{good}");
        }
        for none in ["x", "a@b", "@b.kr", "a@.kr", "a@b.", "a@b@c.kr", "a b@c.kr"] {
            assert!(!is_mail(none), "{none}");
        }
    }
}

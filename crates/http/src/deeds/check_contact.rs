//! Whether a courier could do with a contact: the same for the API and the pages.

use super::ContactAsk;
use crate::problem::{Kind, Problem};

/// The longest text of a contact, in characters.
const CHARACTERS_MAX: usize = 500;
/// How many digits a phone number has.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=20;

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
    /// It is too long.
    Long,
}

impl ContactFault {
    fn detail(self) -> String {
        match self {
            ContactFault::Missing => "must not be empty".to_owned(),
            ContactFault::Phone => "must have 7 to 20 digits".to_owned(),
            ContactFault::Email => "must be a mail address like name@domain.example".to_owned(),
            ContactFault::Country => "must be two capital letters (ISO 3166), like KR".to_owned(),
            ContactFault::Long => format!("must have at most {CHARACTERS_MAX} characters"),
        }
    }
}

/// All that is wrong with a contact, each with its field's path.
pub fn contact_faults(contact: &ContactAsk) -> Vec<(&'static str, ContactFault)> {
    let fields = fields(contact);
    let missing = fields
        .iter()
        .filter(|(_, text, needed)| *needed && text.is_empty())
        .map(|(field, ..)| (*field, ContactFault::Missing));
    let long = fields
        .iter()
        .filter(|(_, text, _)| text.chars().count() > CHARACTERS_MAX)
        .map(|(field, ..)| (*field, ContactFault::Long));
    missing.chain(ill_formed(contact)).chain(long).collect()
}

/// Path, text and whether it is needed. Not every country has postcodes; Korea has.
fn fields(contact: &ContactAsk) -> [(&'static str, &str, bool); 8] {
    let address = &contact.address;
    let postcode_needed = address.country == "KR";
    [
        ("name", contact.name.trim(), true),
        ("phone", contact.phone.trim(), true),
        ("email", contact.email.trim(), true),
        ("address.country", address.country.trim(), true),
        ("address.postcode", address.postcode.trim(), postcode_needed),
        ("address.line1", address.line1.trim(), true),
        ("address.line2", address.line2.trim(), false),
        ("memo", contact.memo.trim(), false),
    ]
}

/// What is there and cannot be what it should.
fn ill_formed(contact: &ContactAsk) -> Vec<(&'static str, ContactFault)> {
    let (phone, email) = (contact.phone.trim(), contact.email.trim());
    let country = contact.address.country.trim();
    let mut faults = Vec::new();
    if !phone.is_empty() && !is_phone(phone) {
        faults.push(("phone", ContactFault::Phone));
    }
    if !email.is_empty() && !is_mail(email) {
        faults.push(("email", ContactFault::Email));
    }
    if !country.is_empty() && !is_country(country) {
        faults.push(("address.country", ContactFault::Country));
    }
    faults
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    PHONE_DIGITS.contains(&digits)
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
pub(super) fn check_contact(contact: &ContactAsk) -> Result<(), Problem> {
    let faults = contact_faults(contact).into_iter();
    let told = faults.map(|(field, fault)| (format!("contact.{field}"), fault.detail()));
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

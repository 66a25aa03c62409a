//! What members change of their own account. Who changes how one signs in shows the password first, with
//! the same locks as at the entrance.

use super::accounts::{all_of, check_mail, check_password, locked};
use super::leave_waitlist::leave_waitlist;
use super::release_hold::release_hold;
use crate::device::Device;
use crate::pages::Language;
use crate::problem::{Kind, Problem};
use crate::sessions::Session;
use crate::shop::{Done, Shop};
use crate::who::Shopper;
use records::{Account, AccountId, Consent, Erased, Owner, SignIn, Who};
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use vocabulary::PersonKey;

/// The longest name or phone number, in bytes.
const TEXT_BYTES_MAX: usize = 200;
/// What a member may agree to or not as they like.
pub const OPTIONAL_CONSENTS: [Consent; 2] = [Consent::Advertising, Consent::AdvertisingAtNight];

/// The account of who asks.
///
/// # Errors
/// [`Kind::ACCOUNT_REQUIRED`] for who has none; those of the records.
pub async fn my_account(shop: &Shop, shopper: &Shopper) -> Result<Account, Problem> {
    let account = account_of(shopper)?;
    let account = shop.records.account(account).await?;
    account.ok_or(Kind::ACCOUNT_REQUIRED.into())
}

/// Whose account it is that asks.
///
/// # Errors
/// [`Kind::ACCOUNT_REQUIRED`] for who has none.
pub fn account_of(shopper: &Shopper) -> Result<AccountId, Problem> {
    shopper.account().ok_or(Kind::ACCOUNT_REQUIRED.into())
}

/// What is to be different of how a member is addressed and called; what is not said stays.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileChange {
    /// How to address them.
    #[serde(default)]
    pub name: Option<String>,
    /// For the courier; may be empty.
    #[serde(default)]
    pub phone: Option<String>,
    /// `ko`, `zh` or `en`.
    #[serde(default)]
    pub locale: Option<String>,
}

/// Changes how a member is addressed and called, and in which language.
///
/// # Errors
/// [`Kind::INVALID`] with the field; those of the records.
pub async fn change_profile(
    shop: &Shop,
    shopper: &Shopper,
    change: ProfileChange,
) -> Result<(), Problem> {
    let account = my_account(shop, shopper).await?;
    let name = change.name.map(|name| checked_name(&name)).transpose();
    let phone = change.phone.map(|phone| checked_phone(&phone)).transpose();
    let (name, phone) = match (name, phone) {
        (Ok(name), Ok(phone)) => (name, phone),
        (name, phone) => return all_of([name.map(drop), phone.map(drop)]),
    };
    let locale = change.locale.map(|tag| language_tag(&tag)).transpose()?;
    let name = name.unwrap_or(account.name);
    let phone = phone.unwrap_or(account.phone);
    let locale = locale.unwrap_or(&account.locale);
    let records = &shop.records;
    let changed = records.change_account(account.id, &name, &phone, locale);
    Ok(changed.await?)
}

/// The tag of a language that the shop speaks.
pub(super) fn language_tag(tag: &str) -> Result<&'static str, Problem> {
    let language = Language::of_tag(tag).map(Language::tag);
    language.ok_or_else(|| Problem::field("locale", "must be ko, zh or en"))
}

fn checked_name(name: &str) -> Result<String, Problem> {
    let name = checked_text("name", name)?;
    match name.is_empty() {
        true => Err(Problem::field("name", "must not be empty")),
        false => Ok(name),
    }
}

fn checked_phone(phone: &str) -> Result<String, Problem> {
    let phone = checked_text("phone", phone)?;
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    match phone.is_empty() || (7..=15).contains(&digits) {
        true => Ok(phone),
        false => Err(Problem::field("phone", "must be a phone number")),
    }
}

fn checked_text(field: &str, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.len() > TEXT_BYTES_MAX || text.chars().any(char::is_control) {
        let detail = "is too long or holds control characters";
        return Err(Problem::field(field, detail));
    }
    Ok(text.to_owned())
}

/// Another login.
///
/// # Errors
/// [`Kind::WRONG_PASSWORD`], [`Kind::LOCKED`], [`Kind::MAIL_TAKEN`], [`Kind::INVALID`].
pub async fn change_mail(
    shop: &Shop,
    shopper: &Shopper,
    mail: &str,
    password: String,
    address: &str,
) -> Result<(), Problem> {
    let account = account_of(shopper)?;
    check_mail(mail)?;
    confirm(shop, shopper, password, address).await?;
    match shop.records.change_mail(account, mail).await? {
        true => Ok(()),
        false => Err(Kind::MAIL_TAKEN.into()),
    }
}

/// Another password: every session ends, and who asked gets a fresh one.
///
/// # Errors
/// As [`change_mail`].
pub async fn change_password(
    shop: &Shop,
    shopper: &Shopper,
    now: String,
    new: String,
    (address, device): (&str, &Device),
) -> Result<Shopper, Problem> {
    let account = account_of(shopper)?;
    check_password(&new)?;
    confirm(shop, shopper, now, address).await?;
    let at = shop.now();
    for ended in shop.records.change_password(account, new, at).await? {
        shop.member_sessions.forget(ended);
    }
    let session = shop.records.open_session(account, &device.0, at).await?;
    Ok(Shopper(Session {
        account: Some((account, session)),
        ..shopper.0
    }))
}

/// Ends all sessions of the member but the one that asks.
///
/// # Errors
/// Those of the records.
pub async fn sign_out_elsewhere(shop: &Shop, shopper: &Shopper) -> Result<(), Problem> {
    let (account, here) = shopper
        .0
        .account
        .ok_or(Problem::from(Kind::ACCOUNT_REQUIRED))?;
    let records = &shop.records;
    let ended = records.revoke_sessions_of(account, Some(here), shop.now());
    for ended in ended.await? {
        shop.member_sessions.forget(ended);
    }
    Ok(())
}

/// What the member agrees to from now on, of what is theirs to choose. Nothing comes at night to who wants
/// nothing by day.
///
/// # Errors
/// Those of the records.
pub async fn choose_consents(
    shop: &Shop,
    shopper: &Shopper,
    wanted: &BTreeSet<Consent>,
) -> Result<(), Problem> {
    let account = account_of(shopper)?;
    let wanted = sensible(wanted);
    let set = shop
        .records
        .set_consents(account, &OPTIONAL_CONSENTS, &wanted, shop.now());
    Ok(set.await?)
}

/// At night only what is also wanted by day.
pub(super) fn sensible(wanted: &BTreeSet<Consent>) -> BTreeSet<Consent> {
    let mut wanted = wanted.clone();
    if !wanted.contains(&Consent::Advertising) {
        wanted.remove(&Consent::AdvertisingAtNight);
    }
    wanted
}

/// Erases the member; what they hold and where they wait is given up. What the law asks to keep stays for its time,
/// linked to nobody's account.
///
/// # Errors
/// [`Kind::WRONG_PASSWORD`], [`Kind::LOCKED`]; those of the records.
pub async fn erase_me(
    shop: &Shop,
    shopper: &Shopper,
    password: String,
    address: &str,
) -> Result<Erased, Problem> {
    let account = account_of(shopper)?;
    confirm(shop, shopper, password, address).await?;
    give_up(shop, shopper).await?;
    let at = shop.now();
    for ended in shop.records.revoke_sessions_of(account, None, at).await? {
        shop.member_sessions.forget(ended);
    }
    let owner = owner(shop, shopper).await?;
    Ok(shop.records.erase_person(&owner, at).await?)
}

/// Erases what is known of who has no account here, by the session that asks; what they hold and where they wait is
/// given up. What the law asks to keep stays for its time; the session is to be forgotten by its browser.
///
/// # Errors
/// Those of the till and of the records.
pub async fn erase_guest(shop: &Shop, shopper: &Shopper) -> Result<Erased, Problem> {
    give_up(shop, shopper).await?;
    let owner = owner(shop, shopper).await?;
    Ok(shop.records.erase_person(&owner, shop.now()).await?)
}

/// Gives up holds and places in line: nobody is left to whom they could be of use. What lapsed, was bought or was
/// given meanwhile stays as it is.
async fn give_up(shop: &Shop, shopper: &Shopper) -> Result<(), Problem> {
    let (places, holds) = {
        let views = shop.views();
        (shopper.places(&views), shopper.holds(&views, shop.now()))
    };
    // Places first: a hold that is given up goes to who waits.
    for card in places {
        unless_over(leave_waitlist(shop, shopper, None, card.place).await)?;
    }
    for card in holds {
        unless_over(release_hold(shop, shopper, None, card.hold).await)?;
    }
    Ok(())
}

fn unless_over(given_up: Result<Done<()>, Problem>) -> Result<(), Problem> {
    match given_up {
        Err(problem) if problem.refusal.is_none() => Err(problem),
        _ => Ok(()),
    }
}

/// Whose all is that belongs to who asks: their account, and each key under which they trade or traded.
///
/// # Errors
/// Those of the records.
pub async fn owner(shop: &Shop, shopper: &Shopper) -> Result<Owner, Problem> {
    let account = shopper.account();
    let mut persons: Vec<PersonKey> = shopper.persons().collect();
    if let Some(id) = account {
        persons.push(shop.secrets.person_key(Who::Member(id)));
        let known = shop.records.account(id).await?;
        persons.extend(known.and_then(|known| known.verified_person));
    }
    persons.sort_unstable();
    persons.dedup();
    Ok(Owner { account, persons })
}

/// The password of who asks, once more.
async fn confirm(
    shop: &Shop,
    shopper: &Shopper,
    password: String,
    address: &str,
) -> Result<(), Problem> {
    let account = my_account(shop, shopper).await?;
    let now = shop.now();
    let said = shop.records.sign_in(&account.mail, password, address, now);
    match said.await? {
        SignIn::In(_) => Ok(()),
        SignIn::Wrong => Err(Kind::WRONG_PASSWORD.into()),
        SignIn::Locked { until } => Err(locked(until, now)),
    }
}

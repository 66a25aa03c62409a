//! Signing up, in and out.

use super::my_account::{language_tag, sensible};
use crate::deeds::keep_cart::keep_cart;
use crate::device::Device;
use crate::problem::{Kind, Problem};
use crate::sessions::{SESSION_MS, Session};
use crate::shop::Shop;
use crate::who::Shopper;
use records::{AccountId, Consent, NewAccount, Registered, Who};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use utoipa::ToSchema;
use vocabulary::Millis;

/// How long a password is, in characters.
const PASSWORD_CHARACTERS: RangeInclusive<usize> = 8..=128;
/// The longest text of an account, in bytes.
const TEXT_BYTES_MAX: usize = 200;

/// A new account.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    /// The login.
    pub email: String,
    /// 8 to 128 characters.
    pub password: String,
    /// How to address them.
    #[serde(default)]
    pub name: String,
    /// `ko`, `zh` or `en`.
    #[serde(default = "korean")]
    pub locale: String,
    /// What they agree to: `terms`, `privacy`, and if they like `advertising` and `advertising_at_night`.
    #[serde(default)]
    pub consents: Vec<String>,
}

fn korean() -> String {
    "ko".to_owned()
}

/// A login with its password.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The login.
    pub email: String,
    /// Its password.
    pub password: String,
}

impl std::fmt::Debug for SignUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignUp(..)")
    }
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn(..)")
    }
}

/// Opens an account.
///
/// # Errors
/// [`Kind::MAIL_TAKEN`], [`Kind::INVALID`]; those of the records.
pub async fn sign_up(shop: &Shop, ask: SignUp) -> Result<AccountId, Problem> {
    check_sign_up(&ask)?;
    let consents = consents_of(&ask.consents)?;
    let account = NewAccount {
        locale: language_tag(&ask.locale)?.to_owned(),
        mail: ask.email,
        password: ask.password,
        name: ask.name,
    };
    match shop.records.register(account, shop.now()).await? {
        Registered::Done(account) => {
            let set = shop
                .records
                .set_consents(account, &Consent::ALL, &consents, shop.now());
            set.await?;
            Ok(account)
        }
        Registered::Taken => Err(Kind::MAIL_TAKEN.into()),
    }
}

/// Signs in with a password that came from `address` and a `device`: a session that can be ended. Who was here `before`
/// as a guest keeps what they took.
///
/// # Errors
/// [`Kind::WRONG_PASSWORD`], [`Kind::LOCKED`]; those of the records.
pub async fn sign_in(
    shop: &Shop,
    before: Option<Shopper>,
    ask: SignIn,
    (address, device): (&str, &Device),
) -> Result<Shopper, Problem> {
    let now = shop.now();
    let signed_in = shop.records.sign_in(&ask.email, ask.password, address, now);
    let account = match signed_in.await? {
        records::SignIn::In(account) => account,
        records::SignIn::Wrong => return Err(Kind::WRONG_PASSWORD.into()),
        records::SignIn::Locked { until } => return Err(locked(until, now)),
    };
    let session = shop.records.open_session(account, &device.0, now).await?;
    let member = shop.records.member(session, now).await?;
    let verified = member.and_then(|member| member.verified_person);
    let own = || shop.secrets.person_key(Who::Member(account));
    let session = Session {
        person: verified.unwrap_or_else(own),
        member: true,
        verified: verified.is_some(),
        account: Some((account, session)),
        earlier: None,
        unverified: verified.map(|_| own()),
        grade: None,
        expires_at: now.plus(SESSION_MS),
    };
    Ok(Shopper(keep_cart(shop, before, session).await?))
}

/// Ends a session.
///
/// # Errors
/// Those of the records.
pub async fn sign_out(shop: &Shop, shopper: &Shopper) -> Result<(), Problem> {
    if let Some((_, session)) = shopper.0.account {
        shop.records.revoke_session(session, shop.now()).await?;
        shop.member_sessions.forget(session);
    }
    Ok(())
}

/// Too many wrong passwords.
pub(crate) fn locked(until: Millis, now: Millis) -> Problem {
    Problem::from(Kind::LOCKED).retry_after(until.since(now))
}

/// Whether an account can be opened with this, as far as the records need not be asked.
///
/// # Errors
/// [`Kind::INVALID`], with every field that is wrong.
pub fn check_sign_up(ask: &SignUp) -> Result<(), Problem> {
    let name = match ask.name.len() > TEXT_BYTES_MAX {
        true => Err(Problem::field("name", "is too long")),
        false => Ok(()),
    };
    all_of([
        name,
        check_mail(&ask.email),
        check_password(&ask.password),
        consents_of(&ask.consents).map(|_| ()),
    ])
}

/// Several checks of fields as one: whoever fills in a form is told of all of them.
///
/// # Errors
/// What is wrong, field by field.
pub fn all_of(checks: impl IntoIterator<Item = Result<(), Problem>>) -> Result<(), Problem> {
    let mut wrong = checks.into_iter().filter_map(Result::err);
    let Some(mut problem) = wrong.next() else {
        return Ok(());
    };
    problem.errors.extend(wrong.flat_map(|more| more.errors));
    Err(problem)
}

/// A mail address, as far as one can see without writing to it.
pub(super) fn check_mail(mail: &str) -> Result<(), Problem> {
    let mail = mail.trim();
    let (before, after) = mail.split_once('@').unwrap_or_default();
    if before.is_empty() || after.is_empty() || mail.chars().any(char::is_whitespace) {
        return Err(Problem::field("email", "must be a mail address"));
    }
    match mail.len() > TEXT_BYTES_MAX {
        true => Err(Problem::field("email", "is too long")),
        false => Ok(()),
    }
}

/// Length is what makes a password hard to guess; nothing else is asked of one.
pub(in crate::deeds) fn check_password(password: &str) -> Result<(), Problem> {
    if PASSWORD_CHARACTERS.contains(&password.chars().count()) {
        return Ok(());
    }
    let (least, most) = (PASSWORD_CHARACTERS.start(), PASSWORD_CHARACTERS.end());
    let detail = format!("must have {least} to {most} characters");
    Err(Problem::field("password", detail))
}

fn consents_of(names: &[String]) -> Result<BTreeSet<Consent>, Problem> {
    let mut consents = BTreeSet::new();
    for name in names {
        let consent = Consent::ALL.into_iter().find(|one| one.name() == name);
        let unknown = || Problem::field("consents", format!("`{name}` is nothing to agree to"));
        consents.insert(consent.ok_or_else(unknown)?);
    }
    Ok(sensible(&consents))
}

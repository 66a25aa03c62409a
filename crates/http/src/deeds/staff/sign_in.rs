//! Staff sign in, with a password and, where they have one, a second factor, or with a passkey alone;
//! and out.

use super::audit::{Entry, write};
use super::factors::recovery_text;
use crate::deeds::SignIn;
use crate::passkeys::shown;
use crate::problem::{Kind, Problem};
use crate::shop::{Keys, Shop};
use crate::totp::CodeSecret;
use crate::who::{Staff, StaffSeat};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use records::{NewStaffSession, OpenedBy, StaffId, StaffMember, StaffSignIn, Token};
use serde::Deserialize;
use serde_json::json;
use sha2::Sha256;
use utoipa::ToSchema;
use vocabulary::Millis;
use webauthn_rs::prelude::PublicKeyCredential;

/// How long a cookie is kept: as long as the session behind it lasts.
pub const SESSION_SECONDS: u64 = 12 * 60 * 60;
/// How long somebody whose password was right has to come with their second factor.
pub const STEP_SECONDS: u64 = 5 * 60;

/// Where a sign-in comes from.
#[derive(Clone, Debug, Default)]
pub struct CameFrom {
    /// The network address.
    pub address: String,
    /// What the browser calls itself.
    pub device: String,
}

/// A login with its password, and a second factor where the login has one.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffLogin {
    /// The login.
    pub email: String,
    /// Its password.
    pub password: String,
    /// The code that the authenticator shows, or a recovery code.
    #[serde(default)]
    pub code: Option<String>,
}

impl std::fmt::Debug for StaffLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StaffLogin(..)")
    }
}

/// How far somebody came with their password.
#[derive(Debug)]
pub enum Entered {
    /// In.
    In(Token, StaffMember),
    /// It was right, and something more is to be shown.
    Asked(StaffMember),
}

/// Signs in with a password, and with the code that belongs to it where one is needed.
///
/// # Errors
/// As [`check_password`] and [`enter_code`]; [`Kind::CODE_NEEDED`].
pub async fn sign_in(
    shop: &Shop,
    ask: StaffLogin,
    from: &CameFrom,
) -> Result<(Token, StaffMember), Problem> {
    let login = SignIn {
        email: ask.email,
        password: ask.password,
    };
    match (check_password(shop, login, from).await?, ask.code) {
        (Entered::In(token, member), _) => Ok((token, member)),
        (Entered::Asked(member), Some(code)) => enter_code(shop, member, &code, from).await,
        (Entered::Asked(_), None) => Err(Kind::CODE_NEEDED.into()),
    }
}

/// Checks a password; it opens a session for who has nothing beside it.
///
/// # Errors
/// [`Kind::WRONG_PASSWORD`], [`Kind::LOCKED`]; those of the records.
pub async fn check_password(shop: &Shop, ask: SignIn, from: &CameFrom) -> Result<Entered, Problem> {
    let (records, now) = (&shop.records, shop.now());
    let checked = records.staff_password(&ask.email, ask.password, &from.address, now);
    let member = match checked.await? {
        StaffSignIn::Right(member) => member,
        StaffSignIn::Wrong => return Err(Kind::WRONG_PASSWORD.into()),
        StaffSignIn::Locked { until } => return Err(crate::deeds::accounts::locked(until, now)),
    };
    if records.staff_factors(member.id).await?.any() {
        return Ok(Entered::Asked(member));
    }
    let token = open(shop, &member, OpenedBy::Password, from).await?;
    Ok(Entered::In(token, member))
}

/// Lets somebody in whose password was right, by the code of their authenticator or a recovery code.
/// Either works once; too many wrong ones lock, as with passwords.
///
/// # Errors
/// [`Kind::WRONG_CODE`], [`Kind::LOCKED`]; those of the records.
pub async fn enter_code(
    shop: &Shop,
    member: StaffMember,
    typed: &str,
    from: &CameFrom,
) -> Result<(Token, StaffMember), Problem> {
    let (records, now) = (&shop.records, shop.now());
    let locked = records.staff_code_locked(&member.mail, &from.address, now);
    if let Some(until) = locked.await? {
        return Err(crate::deeds::accounts::locked(until, now));
    }
    let by = spend(shop, member.id, typed).await?;
    let tried = records.staff_code_tried(&member.mail, &from.address, by.is_some(), now);
    tried.await?;
    let by = by.ok_or(Problem::from(Kind::WRONG_CODE))?;
    let token = open(shop, &member, by, from).await?;
    Ok((token, member))
}

/// Lets somebody in by their passkey alone: it is something they have, and their device asked for
/// something they know or are.
///
/// # Errors
/// [`Kind::PASSKEY_UNKNOWN`]; those of the records.
pub async fn enter_by_passkey(
    shop: &Shop,
    challenge: &str,
    answer: &PublicKeyCredential,
    from: &CameFrom,
) -> Result<(Token, StaffMember), Problem> {
    let (records, now) = (&shop.records, shop.now());
    let unknown = || Problem::from(Kind::PASSKEY_UNKNOWN);
    let known = records.passkey(shown(answer).credential()).await?;
    let known = known.ok_or_else(unknown)?;
    let checked = shop
        .challenges
        .check(&shop.settings, challenge, answer, &known, now)?;
    records.passkey_used(known.id, &checked, now).await?;
    let member = records.staff_of(known.staff).await?;
    let member = member.filter(|member| member.active).ok_or_else(unknown)?;
    let token = open(shop, &member, OpenedBy::Passkey, from).await?;
    Ok((token, member))
}

/// Ends the session. A program's key goes on working: it is revoked, not signed out.
///
/// # Errors
/// Those of the records.
pub async fn sign_out(shop: &Shop, staff: &Staff) -> Result<(), Problem> {
    shop.records
        .staff_sign_out(&staff.token, shop.now())
        .await?;
    let entry = Entry {
        action: "session.end",
        target: format!("staff:{}", staff.name),
        ..Entry::default()
    };
    write(shop, staff, entry).await
}

/// Ends the session behind a browser's token, whoever's it is; a token that opens nothing is no harm.
///
/// # Errors
/// Those of the records.
pub async fn leave(shop: &Shop, token: &Token) -> Result<(), Problem> {
    let (records, now) = (&shop.records, shop.now());
    let Some(seen) = records.staff_signed_in(token, false, now).await? else {
        return Ok(());
    };
    let staff = Staff {
        name: seen.member.mail,
        role: seen.member.role,
        token: token.clone(),
        session: None,
    };
    sign_out(shop, &staff).await
}

/// What is used up by `typed`, if anything.
async fn spend(shop: &Shop, staff: StaffId, typed: &str) -> Result<Option<OpenedBy>, Problem> {
    let (records, now) = (&shop.records, shop.now());
    let secret = records.code_secret(staff).await?;
    let secret = secret.and_then(|sealed| CodeSecret::unseal(&shop.keys, staff, &sealed));
    if let Some(step) = secret.and_then(|secret| secret.step_of(typed, now)) {
        let spent = records.spend_code(staff, step).await?;
        return Ok(spent.then_some(OpenedBy::Code));
    }
    let code = recovery_text(typed);
    let spent = records.spend_recovery_code(staff, &code, now).await?;
    Ok(spent.then_some(OpenedBy::Recovery))
}

async fn open(
    shop: &Shop,
    member: &StaffMember,
    opened_by: OpenedBy,
    from: &CameFrom,
) -> Result<Token, Problem> {
    let now = shop.now();
    let session = NewStaffSession {
        staff: member.id,
        opened_by,
        device: from.device.clone(),
        address: from.address.clone(),
    };
    let token = shop.records.open_staff_session(&session, now).await?;
    let staff = Staff {
        name: member.mail.clone(),
        role: member.role,
        token: token.clone(),
        session: Some(StaffSeat {
            staff: member.id,
            session: 0,
            opened_by,
            opened_at: now,
        }),
    };
    let entry = Entry {
        action: "session.open",
        target: format!("staff:{}", member.mail),
        before: None,
        after: Some(json!({
            "opened_by": opened_by.as_str(), "device": from.device, "address": from.address,
        })),
    };
    write(shop, &staff, entry).await?;
    Ok(token)
}

/// What a browser keeps between password and second factor: whose password it was, signed, for a few
/// minutes. It opens nothing by itself.
pub fn step_token(keys: &Keys, staff: StaffId, now: Millis) -> String {
    let mut bytes = staff.0.to_be_bytes().to_vec();
    bytes.extend(now.plus(STEP_SECONDS * 1_000).0.to_be_bytes());
    let signature = step_mac(keys, &bytes).finalize().into_bytes();
    bytes.extend(signature);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Whose password was right, as such a token says.
pub fn read_step_token(keys: &Keys, text: &str, now: Millis) -> Option<StaffId> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (body, signature) = bytes.split_at_checked(24)?;
    step_mac(keys, body).verify_slice(signature).ok()?;
    let (staff, until) = body.split_first_chunk::<16>()?;
    let until = Millis(u64::from_be_bytes(until.try_into().ok()?));
    (now < until).then(|| StaffId(u128::from_be_bytes(*staff)))
}

fn step_mac(keys: &Keys, body: &[u8]) -> Hmac<Sha256> {
    keys.mac(b"staff step").chain_update(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_signed_and_soon_over() {
        let keys = |byte| Keys {
            sessions: [byte; 32],
            handover: None,
        };
        let (staff, now) = (StaffId(7), Millis(1_000));
        let text = step_token(&keys(1), staff, now);
        let late = now.plus(STEP_SECONDS * 1_000);
        assert_eq!(read_step_token(&keys(1), &text, now), Some(staff));
        assert_eq!(read_step_token(&keys(1), &text, late), None);
        assert_eq!(read_step_token(&keys(2), &text, now), None);
        assert_eq!(read_step_token(&keys(1), "", now), None);
    }
}

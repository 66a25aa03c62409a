//! What staff show beside a password: an authenticator's codes, recovery codes, passkeys. Each change is
//! made by who signed in a moment ago, and audited.

use super::audit::{Entry, write};
use super::secret::{read_id, short};
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use crate::totp::CodeSecret;
use crate::who::Staff;
use data_encoding::BASE32_NOPAD;
use records::{OpenedBy, Role, StaffId};
use serde_json::{Value, json};
use webauthn_rs::prelude::RegisterPublicKeyCredential;

/// How many recovery codes somebody gets.
const RECOVERY_CODES: usize = 10;
/// The letters of a recovery code: 80 random bits.
const RECOVERY_LETTERS: usize = 16;

/// Confirms an authenticator by a code of it; the fresh recovery codes, told this once, where there
/// were none yet.
///
/// # Errors
/// [`Kind::WRONG_CODE`], [`Kind::SIGN_IN_AGAIN`]; those of the records.
pub async fn confirm_codes(
    shop: &Shop,
    staff: &Staff,
    secret: &CodeSecret,
    typed: &str,
) -> Result<Vec<String>, Problem> {
    let now = shop.now();
    let seat = staff.fresh_seat(now)?;
    let step = secret.step_of(typed, now);
    let step = step.ok_or(Problem::from(Kind::WRONG_CODE))?;
    let sealed = secret.seal(&shop.keys, seat.staff);
    let records = &shop.records;
    records
        .change_code_secret(seat.staff, Some((&sealed, step)))
        .await?;
    records
        .strengthen_staff_session(seat.session, OpenedBy::Code)
        .await?;
    note(shop, staff, "factor.codes_on", None).await?;
    first_recovery_codes(shop, seat.staff).await
}

/// Takes the authenticator away. Where everybody must have a second factor the last one stays.
///
/// # Errors
/// [`Kind::SIGN_IN_AGAIN`], [`Kind::SECOND_FACTOR_WANTED`]; those of the records.
pub async fn remove_codes(shop: &Shop, staff: &Staff) -> Result<(), Problem> {
    let seat = staff.fresh_seat(shop.now())?;
    let factors = shop.records.staff_factors(seat.staff).await?;
    let last = factors.passkeys.is_empty();
    if last && shop.records.second_factor_required().await? {
        return Err(Kind::SECOND_FACTOR_WANTED.into());
    }
    shop.records.change_code_secret(seat.staff, None).await?;
    note(shop, staff, "factor.codes_off", None).await?;
    if !last {
        fresh_recovery_codes(shop, seat.staff).await?;
    }
    Ok(())
}

/// Fresh recovery codes, told this once; those of before work no more.
///
/// # Errors
/// [`Kind::SIGN_IN_AGAIN`]; those of the records.
pub async fn renew_recovery_codes(shop: &Shop, staff: &Staff) -> Result<Vec<String>, Problem> {
    let seat = staff.fresh_seat(shop.now())?;
    let codes = fresh_recovery_codes(shop, seat.staff).await?;
    note(shop, staff, "factor.recovery_renewed", None).await?;
    Ok(codes)
}

/// What the browser is asked in order to make a passkey.
///
/// # Errors
/// [`Kind::SIGN_IN_AGAIN`], [`Kind::NOT_FOUND`]; those of the records.
pub async fn ask_for_passkey(shop: &Shop, staff: &Staff) -> Result<Value, Problem> {
    let seat = staff.fresh_seat(shop.now())?;
    let member = shop.records.staff_of(seat.staff).await?;
    let member = member.ok_or(Problem::from(Kind::SIGN_IN_REQUIRED))?;
    let known = shop.records.staff_factors(seat.staff).await?.passkeys;
    shop.challenges
        .ask_to_add(&shop.settings, &member, &known, shop.now())
}

/// Keeps a passkey that the browser made; the recovery codes, told this once, where there were none yet.
///
/// # Errors
/// [`Kind::SIGN_IN_AGAIN`], [`Kind::PASSKEY_UNKNOWN`], [`Kind::INVALID`]; those of the records.
pub async fn add_passkey(
    shop: &Shop,
    staff: &Staff,
    challenge: &str,
    answer: &RegisterPublicKeyCredential,
    name: &str,
) -> Result<Vec<String>, Problem> {
    let now = shop.now();
    let seat = staff.fresh_seat(now)?;
    short("name", name)?;
    let added = shop
        .challenges
        .added(&shop.settings, challenge, answer, seat.staff, now);
    let (credential, passkey) = added?;
    let records = &shop.records;
    let added = records.add_passkey(seat.staff, &credential, name.trim(), &passkey, now);
    if !added.await? {
        return Err(Kind::PASSKEY_UNKNOWN.into());
    }
    records
        .strengthen_staff_session(seat.session, OpenedBy::Passkey)
        .await?;
    note(shop, staff, "factor.passkey_added", Some(name.trim())).await?;
    first_recovery_codes(shop, seat.staff).await
}

/// Calls a passkey otherwise; what it was called, none where it is called so already. Where `was` is said it
/// must be called that still.
///
/// # Errors
/// [`Kind::INVALID`], [`Kind::NOT_FOUND`], [`Kind::CHANGED_MEANWHILE`]; those of the records.
pub async fn rename_passkey(
    shop: &Shop,
    staff: &Staff,
    passkey: &str,
    name: &str,
    was: Option<&str>,
) -> Result<Option<String>, Problem> {
    let seat = staff.seat()?;
    short("name", name)?;
    let (id, name) = (read_id(passkey)?, name.trim());
    let known = shop.records.staff_factors(seat.staff).await?.passkeys;
    let known = known.into_iter().find(|known| known.id == id);
    let before = known.ok_or(Problem::from(Kind::NOT_FOUND))?.name;
    if before == name {
        return Ok(None);
    }
    let stands = was.is_none_or(|was| was == before);
    let records = &shop.records;
    if !stands
        || !records
            .rename_passkey(seat.staff, id, &before, name)
            .await?
    {
        return Err(Kind::CHANGED_MEANWHILE.into());
    }
    note(shop, staff, "factor.passkey_renamed", Some(name)).await?;
    Ok(Some(before))
}

/// Takes a passkey away. Where everybody must have a second factor the last one stays.
///
/// # Errors
/// [`Kind::SIGN_IN_AGAIN`], [`Kind::NOT_FOUND`], [`Kind::SECOND_FACTOR_WANTED`]; those of the records.
pub async fn remove_passkey(shop: &Shop, staff: &Staff, passkey: &str) -> Result<(), Problem> {
    let seat = staff.fresh_seat(shop.now())?;
    let id = read_id(passkey)?;
    let factors = shop.records.staff_factors(seat.staff).await?;
    let known = factors.passkeys.iter().find(|known| known.id == id);
    let known = known.ok_or(Problem::from(Kind::NOT_FOUND))?;
    let last = !factors.codes && factors.passkeys.len() == 1;
    if last && shop.records.second_factor_required().await? {
        return Err(Kind::SECOND_FACTOR_WANTED.into());
    }
    shop.records.remove_passkey(seat.staff, id).await?;
    note(shop, staff, "factor.passkey_removed", Some(&known.name)).await
}

/// Whether everybody must show more than a password; false where that was so already. Who demands it has a
/// second factor.
///
/// # Errors
/// [`Kind::SECOND_FACTOR_WANTED`]; those of the records.
pub async fn demand_second_factor(
    shop: &Shop,
    staff: &Staff,
    required: bool,
) -> Result<bool, Problem> {
    staff.require(Role::Owner)?;
    let records = &shop.records;
    if let (true, Some(seat)) = (required, &staff.session)
        && !records.staff_factors(seat.staff).await?.any()
    {
        return Err(Kind::SECOND_FACTOR_WANTED.into());
    }
    let before = records.second_factor_required().await?;
    if before == required {
        return Ok(false);
    }
    records.require_second_factor(required).await?;
    let entry = Entry {
        action: "policy.second_factor",
        target: "policy:second_factor".to_owned(),
        before: Some(json!({"required": before})),
        after: Some(json!({"required": required})),
    };
    write(shop, staff, entry).await?;
    Ok(true)
}

/// A recovery code as it is hashed: without what people put between its letters.
pub(super) fn recovery_text(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric);
    let letters = letters.map(|letter| letter.to_ascii_uppercase());
    letters.take(4 * RECOVERY_LETTERS).collect()
}

async fn first_recovery_codes(shop: &Shop, staff: StaffId) -> Result<Vec<String>, Problem> {
    match shop.records.staff_factors(staff).await?.recovery_left {
        0 => fresh_recovery_codes(shop, staff).await,
        _ => Ok(Vec::new()),
    }
}

async fn fresh_recovery_codes(shop: &Shop, staff: StaffId) -> Result<Vec<String>, Problem> {
    let codes: Vec<String> = (0..RECOVERY_CODES)
        .map(|_| BASE32_NOPAD.encode(&rand::random::<[u8; RECOVERY_LETTERS * 5 / 8]>()))
        .collect();
    shop.records.change_recovery_codes(staff, &codes).await?;
    Ok(codes.iter().map(|code| in_fours(code)).collect())
}

/// Four letters at a time, as people read and type them.
fn in_fours(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let fours = letters
        .chunks(4)
        .map(|four| four.iter().collect::<String>());
    fours.collect::<Vec<_>>().join("-")
}

async fn note(
    shop: &Shop,
    staff: &Staff,
    action: &'static str,
    name: Option<&str>,
) -> Result<(), Problem> {
    let entry = Entry {
        action,
        target: format!("staff:{}", staff.name),
        before: None,
        after: name.map(|name| json!({"name": name})),
    };
    write(shop, staff, entry).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_read_however_it_is_typed() {
        let shown = in_fours("ABCDEFGHIJKLMNOP");
        assert_eq!(shown, "ABCD-EFGH-IJKL-MNOP");
        for typed in [shown.as_str(), "abcd efgh ijkl mnop", " ABCDEFGHIJKLMNOP"] {
            assert_eq!(recovery_text(typed), "ABCDEFGHIJKLMNOP");
        }
    }
}

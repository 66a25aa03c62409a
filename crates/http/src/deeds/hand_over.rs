//! An existing shop sends a member here with a short-lived signed token (a JWT, HS256).

use crate::deeds::keep_cart::keep_cart;
use crate::problem::{Kind, Problem};
use crate::sessions::{Grade, SESSION_MS, Session};
use crate::shop::Shop;
use crate::who::Shopper;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use records::Who;
use serde_json::Value;
use vocabulary::Millis;

/// How far ahead a token's end may lie.
const AHEAD_MS_MAX: u64 = 10 * 60 * 1_000;

/// The longest id of a member or a person, in bytes.
const ID_BYTES_MAX: usize = 200;

/// What a token says.
struct Claims {
    /// The member's id in the existing shop.
    sub: String,
    /// The verified person, where the existing shop knows one.
    person: Option<String>,
    /// The member's standing in the existing shop.
    grade: Option<Grade>,
    /// The end, in seconds since the epoch.
    exp: u64,
}

/// The shopper whom a handover token names. Who was here `before` as a guest keeps what they took.
///
/// # Errors
/// [`Kind::HANDOVER_REFUSED`].
pub async fn hand_over(
    shop: &Shop,
    before: Option<Shopper>,
    token: &str,
) -> Result<Shopper, Problem> {
    let refuse = |why: &'static str| Problem::from(Kind::HANDOVER_REFUSED).because(why);
    let secret = shop.keys.handover.as_deref();
    let secret = secret.ok_or_else(|| refuse("no handover is agreed with any shop"))?;
    let said = signed(secret, token).map_err(refuse)?;
    let claims = claims(&said).map_err(refuse)?;
    let now = shop.now();
    in_time(claims.exp, now).map_err(refuse)?;
    let who = match &claims.person {
        Some(person) => Who::Verified(person),
        None => Who::HandedOver(&claims.sub),
    };
    let session = Session {
        person: shop.secrets.person_key(who),
        member: true,
        verified: claims.person.is_some(),
        account: None,
        earlier: None,
        unverified: None,
        grade: claims.grade,
        expires_at: now.plus(SESSION_MS),
    };
    Ok(Shopper(keep_cart(shop, before, session).await?))
}

/// What a token says, if it is signed by the shop and for us. Nothing of the token is told back.
fn signed(secret: &[u8], token: &str) -> Result<Value, &'static str> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&["doorbuster"]);
    validation.set_required_spec_claims(&["aud"]);
    // The end is judged by the shop's own clock.
    validation.validate_exp = false;
    let decoded = decode::<Value>(token, &DecodingKey::from_secret(secret), &validation);
    let decoded = decoded.map_err(|fault| match fault.kind() {
        ErrorKind::InvalidSignature => "its signature is not made with the handover secret",
        ErrorKind::InvalidAudience => "its `aud` must be `doorbuster`",
        ErrorKind::MissingRequiredClaim(_) => "its `aud` is missing: it must be `doorbuster`",
        _ => "it is no JSON Web Token signed with HS256",
    })?;
    Ok(decoded.claims)
}

fn claims(said: &Value) -> Result<Claims, &'static str> {
    let sub = id(&said["sub"]).ok_or("its `sub` must be a text of 1 to 200 bytes")?;
    let person = match &said["person"] {
        Value::Null => None,
        said => Some(id(said).ok_or("its `person` must be a text of 1 to 200 bytes")?),
    };
    let grade = match &said["grade"] {
        Value::Null => None,
        said => Some(grade(said).ok_or("its `grade` must be a text of 1 to 32 bytes")?),
    };
    let exp = &said["exp"];
    let seconds = exp.as_u64().ok_or(match exp {
        Value::Null => "its `exp` is missing",
        _ => "its `exp` must be whole seconds since 1970",
    })?;
    Ok(Claims {
        sub,
        person,
        grade,
        exp: seconds,
    })
}

/// An id, if it is one: whoever had none would be one person with all others who have none.
fn id(said: &Value) -> Option<String> {
    let text = said.as_str()?;
    let sensible = !text.trim().is_empty() && text.len() <= ID_BYTES_MAX;
    sensible.then(|| text.to_owned())
}

/// A grade, if it is one: a short text without control characters.
fn grade(said: &Value) -> Option<Grade> {
    let text = said.as_str()?;
    let readable = !text.is_empty() && !text.chars().any(char::is_control);
    Grade::from(text).ok().filter(|_| readable)
}

fn in_time(exp: u64, now: Millis) -> Result<(), &'static str> {
    let ends_at = Millis(exp.saturating_mul(1_000));
    if ends_at <= now {
        return Err("its `exp` has passed");
    }
    match ends_at.since(now) > AHEAD_MS_MAX {
        true => Err("its `exp` lies more than 10 minutes ahead"),
        false => Ok(()),
    }
}

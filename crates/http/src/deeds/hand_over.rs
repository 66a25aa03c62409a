//! An existing shop sends a member here with a short-lived signed token (a JWT, HS256).

use crate::deeds::keep_cart::keep_cart;
use crate::problem::{Kind, Problem};
use crate::sessions::{Grade, SESSION_MS, Session};
use crate::shop::Shop;
use crate::who::Shopper;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use records::Who;
use serde::Deserialize;
use vocabulary::Millis;

/// How far ahead a token's end may lie.
const AHEAD_MS_MAX: u64 = 10 * 60 * 1_000;

#[derive(Deserialize)]
struct Claims {
    /// The member's id in the existing shop.
    sub: String,
    /// The verified person, where the existing shop knows one.
    #[serde(default)]
    person: Option<String>,
    /// The member's standing in the existing shop.
    #[serde(default)]
    grade: Option<String>,
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
    let claims = claims(secret, token).ok_or_else(|| refuse("it is not signed as agreed"))?;
    let now = shop.now();
    let ends_at = Millis(claims.exp.saturating_mul(1_000));
    if ends_at <= now || ends_at.since(now) > AHEAD_MS_MAX {
        return Err(refuse(
            "its end must lie ahead, and not more than 10 minutes",
        ));
    }
    let grade = match claims.grade.as_deref() {
        Some(text) => Some(grade(text).ok_or_else(|| refuse("its grade has 1 to 32 bytes"))?),
        None => None,
    };
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
        grade,
        expires_at: now.plus(SESSION_MS),
    };
    Ok(Shopper(keep_cart(shop, before, session).await?))
}

/// A grade, if it is one: a short text without control characters.
fn grade(text: &str) -> Option<Grade> {
    let readable = !text.is_empty() && !text.chars().any(char::is_control);
    Grade::from(text).ok().filter(|_| readable)
}

/// The claims, if the signature holds; the end is judged by the shop's own clock.
fn claims(secret: &[u8], token: &str) -> Option<Claims> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&["doorbuster"]);
    validation.set_required_spec_claims(&["exp", "aud", "sub"]);
    validation.validate_exp = false;
    let decoded = decode::<Claims>(token, &DecodingKey::from_secret(secret), &validation);
    Some(decoded.ok()?.claims)
}

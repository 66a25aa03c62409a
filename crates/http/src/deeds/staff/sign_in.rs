//! Staff sign in.

use crate::deeds::SignIn;
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use records::{StaffMember, StaffSignIn, Token};

/// Signs in with a password.
///
/// # Errors
/// [`Kind::WRONG_PASSWORD`], [`Kind::LOCKED`]; those of the records.
pub async fn sign_in(shop: &Shop, ask: SignIn) -> Result<(Token, StaffMember), Problem> {
    let now = shop.now();
    let signed_in = shop
        .records
        .staff_sign_in(&ask.email, ask.password, now)
        .await?;
    match signed_in {
        StaffSignIn::In(token, member) => Ok((token, member)),
        StaffSignIn::Wrong => Err(Kind::WRONG_PASSWORD.into()),
        StaffSignIn::Locked { until } => Err(crate::deeds::accounts::locked(until, now)),
    }
}

//! Staff sign in and out.

use super::audit::{Entry, write};
use crate::deeds::SignIn;
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use crate::who::Staff;
use records::{StaffMember, StaffSignIn, Token};

/// How long a cookie is kept: as long as the session behind it lasts.
pub const SESSION_SECONDS: u64 = 12 * 60 * 60;

/// Signs in with a password that came from `address`.
///
/// # Errors
/// [`Kind::WRONG_PASSWORD`], [`Kind::LOCKED`]; those of the records.
pub async fn sign_in(
    shop: &Shop,
    ask: SignIn,
    address: &str,
) -> Result<(Token, StaffMember), Problem> {
    let now = shop.now();
    let signed_in = shop
        .records
        .staff_sign_in(&ask.email, ask.password, address, now);
    let (token, member) = match signed_in.await? {
        StaffSignIn::In(token, member) => (token, member),
        StaffSignIn::Wrong => return Err(Kind::WRONG_PASSWORD.into()),
        StaffSignIn::Locked { until } => return Err(crate::deeds::accounts::locked(until, now)),
    };
    let staff = Staff {
        name: member.mail.clone(),
        role: member.role,
        token: token.clone(),
    };
    write(shop, &staff, entry("session.open", &member.mail)).await?;
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
    write(shop, staff, entry("session.end", &staff.name)).await
}

fn entry(action: &'static str, name: &str) -> Entry {
    Entry {
        action,
        target: format!("staff:{name}"),
        ..Entry::default()
    }
}

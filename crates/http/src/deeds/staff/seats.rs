//! Staff end sessions, their own and, as owners, those of others; and change their own password.

use super::audit::{Entry, write};
use super::members::{known_member, target};
use super::secret::read_id;
use crate::deeds::accounts::check_password;
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use crate::who::Staff;
use records::{Role, StaffId, StaffMember, StaffSignIn};
use serde_json::json;

/// Ends a session of one's own. A program has none.
///
/// # Errors
/// [`Kind::NOT_FOUND`]; those of the records.
pub async fn end_own_session(shop: &Shop, staff: &Staff, session: &str) -> Result<(), Problem> {
    let seat = staff.session.as_ref();
    let seat = seat.ok_or(Problem::from(Kind::NOT_FOUND))?;
    end(shop, staff, seat.staff, &staff.name, session).await
}

/// Ends all sessions of one's own but this one.
///
/// # Errors
/// Those of the records.
pub async fn end_other_sessions(shop: &Shop, staff: &Staff) -> Result<(), Problem> {
    let seat = staff.seat()?;
    shop.records
        .sign_out_everywhere(seat.staff, Some(seat.session), shop.now())
        .await?;
    note(shop, staff, "session.end_others", &staff.name).await
}

/// Ends a session of somebody on the staff.
///
/// # Errors
/// [`Kind::NOT_FOUND`]; those of the records.
pub async fn end_session_of(
    shop: &Shop,
    staff: &Staff,
    member: &str,
    session: &str,
) -> Result<(), Problem> {
    staff.require(Role::Owner)?;
    let member = known_member(shop, member).await?;
    end(shop, staff, member.id, &member.mail, session).await
}

/// Takes from somebody all they had beside their password, and signs them out: for who lost their phone.
///
/// # Errors
/// [`Kind::NOT_FOUND`], [`Kind::INVALID`] for oneself; those of the records.
pub async fn reset_factors(
    shop: &Shop,
    staff: &Staff,
    member: &str,
) -> Result<StaffMember, Problem> {
    staff.require(Role::Owner)?;
    let member = known_member(shop, member).await?;
    if member.mail == staff.name {
        return Err(Problem::field(
            "member",
            "another owner must do this for you",
        ));
    }
    shop.records.forget_factors(member.id, shop.now()).await?;
    let entry = Entry {
        action: "factor.reset",
        target: target(&member),
        ..Entry::default()
    };
    write(shop, staff, entry).await?;
    Ok(member)
}

/// Another password for oneself; one's other sessions end.
///
/// # Errors
/// [`Kind::WRONG_PASSWORD`], [`Kind::LOCKED`], [`Kind::INVALID`]; those of the records.
pub async fn change_own_password(
    shop: &Shop,
    staff: &Staff,
    current: String,
    wanted: String,
    address: &str,
) -> Result<(), Problem> {
    let (seat, now) = (staff.seat()?, shop.now());
    check_password(&wanted)?;
    let checked = shop
        .records
        .staff_password(&staff.name, current, address, now);
    match checked.await? {
        StaffSignIn::Right(_) => {}
        StaffSignIn::Wrong => return Err(Kind::WRONG_PASSWORD.into()),
        StaffSignIn::Locked { until } => return Err(crate::deeds::accounts::locked(until, now)),
    }
    shop.records
        .change_own_password(seat.staff, wanted, seat.session, now)
        .await?;
    note(shop, staff, "member.password", &staff.name).await
}

async fn end(
    shop: &Shop,
    staff: &Staff,
    whose: StaffId,
    mail: &str,
    session: &str,
) -> Result<(), Problem> {
    let ended = shop
        .records
        .end_staff_session(whose, read_id(session)?, shop.now());
    match ended.await? {
        true => note(shop, staff, "session.end", mail).await,
        false => Err(Kind::NOT_FOUND.into()),
    }
}

async fn note(shop: &Shop, staff: &Staff, action: &'static str, mail: &str) -> Result<(), Problem> {
    let entry = Entry {
        action,
        target: format!("staff:{mail}"),
        before: None,
        after: (mail != staff.name).then(|| json!({"of": mail})),
    };
    write(shop, staff, entry).await
}

//! Who signs in keeps what they took as a guest: the session goes on knowing the guest's key, under
//! which the ledger holds it, and what was watched is watched by the member.

use crate::problem::Problem;
use crate::sessions::Session;
use crate::shop::Shop;
use crate::who::Shopper;
use vocabulary::PersonKey;

/// The session of somebody who signs in, as the one who was here `before`.
///
/// # Errors
/// Those of the records.
pub(super) async fn keep_cart(
    shop: &Shop,
    before: Option<Shopper>,
    session: Session,
) -> Result<Session, Problem> {
    let earlier = before.and_then(|before| guest_of(&before, session.person));
    if let Some(guest) = earlier {
        shop.records.watch_as(guest, session.person).await?;
    }
    Ok(Session { earlier, ..session })
}

/// The guest's key of who was here before: a guest's own, or the one that this very person brought
/// when they signed in the last time. Nobody inherits another member's.
fn guest_of(before: &Shopper, person: PersonKey) -> Option<PersonKey> {
    match (before.0.member, before.person() == person) {
        (false, _) => Some(before.person()),
        (true, true) => before.0.earlier,
        (true, false) => None,
    }
}

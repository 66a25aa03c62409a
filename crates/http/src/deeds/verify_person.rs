//! A member has it verified which person they are. What the verifier calls them is hashed with a key and
//! kept nowhere else; name and phone are passed on and kept nowhere at all.

use super::my_account::my_account;
use crate::problem::{Kind, Problem};
use crate::sessions::Session;
use crate::shop::Shop;
use crate::who::Shopper;
use clerks::ports::{AskCode, AskedCode, PersonVerifier, VerifierFault};
use records::Who;

/// The longest name, phone or code, in bytes.
const TEXT_BYTES_MAX: usize = 200;

/// Has a code sent to a member's phone.
///
/// # Errors
/// [`Kind::NOT_FOUND`] where nobody verifies; [`Kind::INVALID`] with the field; that it cannot be done now.
pub async fn ask_code(
    shop: &Shop,
    shopper: &Shopper,
    name: &str,
    phone: &str,
) -> Result<AskedCode, Problem> {
    my_account(shop, shopper).await?;
    let verifier = verifier(shop)?;
    for (field, text) in [("name", name), ("phone", phone)] {
        if text.trim().is_empty() || text.len() > TEXT_BYTES_MAX {
            return Err(Problem::field(field, "must be told"));
        }
    }
    let ask = AskCode {
        name: name.trim().to_owned(),
        phone: phone.trim().to_owned(),
    };
    verifier.request(ask).await.map_err(problem)
}

/// Tells the code; the member's session is then that of the verified person, and keeps what they had.
///
/// # Errors
/// As [`ask_code`]; [`Kind::INVALID`] with `code` where it is wrong, with `id` where it counts no more.
pub async fn confirm_code(
    shop: &Shop,
    shopper: &Shopper,
    id: &str,
    code: &str,
) -> Result<Shopper, Problem> {
    let account = my_account(shop, shopper).await?;
    let verifier = verifier(shop)?;
    if id.len() > TEXT_BYTES_MAX || code.len() > TEXT_BYTES_MAX {
        return Err(Problem::field("code", "is too long"));
    }
    let named = verifier.confirm(id, code).await.map_err(problem)?;
    let person = shop.secrets.person_key(Who::Verified(&named));
    shop.records.verify_account(account.id, person).await?;
    shop.records.watch_as(shopper.person(), person).await?;
    Ok(Shopper(Session {
        person,
        verified: true,
        unverified: Some(shop.secrets.person_key(Who::Member(account.id))),
        ..shopper.0
    }))
}

fn verifier(shop: &Shop) -> Result<&dyn PersonVerifier, Problem> {
    let verifier = shop.verifier.as_deref();
    verifier.ok_or(Kind::NOT_FOUND.into())
}

fn problem(fault: VerifierFault) -> Problem {
    match fault {
        VerifierFault::WrongCode => Problem::field("code", "is wrong"),
        VerifierFault::Over => Problem::field("id", "counts no more"),
        VerifierFault::Refused(_) => Problem::field("phone", "was refused"),
        VerifierFault::Unavailable(why) => {
            tracing::warn!(why, "the verifier of persons cannot be reached");
            Problem::from(Kind::VERIFIER_UNAVAILABLE).retry_after(5_000)
        }
    }
}

//! Where deposits go. The provider says it when a try to pay is opened, or once the shopper chose a
//! bank on its page; the records keep it. Where they have none, the provider is asked again.

use crate::problem::Problem;
use crate::shop::Shop;
use clerks::ports::ProviderFault;
use records::VirtualAccount;
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;
use vocabulary::{Method, Millis, PaymentId, PaymentState};

/// How long nobody asks the provider again for an account that it did not tell.
const ASKED_AGAIN_MS: u64 = 5_000;
/// How long a page waits for the provider's word.
const ASKED_WITHIN: Duration = Duration::from_secs(2);
/// Of how many payments is remembered that the provider was asked.
const REMEMBERED_MAX: usize = 65_536;

/// For which payments the provider was asked of late, so that a page that is loaded again and again
/// asks it now and then.
#[derive(Debug, Default)]
pub struct Deposits(Mutex<HashMap<PaymentId, Millis>>);

impl Deposits {
    /// True when it is time to ask for this one.
    fn take_turn(&self, payment: PaymentId, now: Millis) -> bool {
        let mut asked = self.0.lock().expect("nobody panics while holding them");
        let before = asked.get(&payment);
        if before.is_some_and(|before| now.since(*before) < ASKED_AGAIN_MS) {
            return false;
        }
        if asked.len() >= REMEMBERED_MAX {
            asked.retain(|_, before| now.since(*before) < ASKED_AGAIN_MS);
        }
        let room = asked.len() < REMEMBERED_MAX;
        if room {
            asked.insert(payment, now);
        }
        room
    }
}

/// True while the money of a deposit may still come.
pub(crate) fn is_awaited(
    method: Method,
    state: PaymentState,
    deadline: Millis,
    now: Millis,
) -> bool {
    method == Method::Deposit && state == PaymentState::Started && now < deadline
}

/// Where a deposit goes; none where the provider does not say so, or not yet.
///
/// # Errors
/// Those of the records.
pub(crate) async fn account_of(
    shop: &Shop,
    payment: PaymentId,
) -> Result<Option<VirtualAccount>, Problem> {
    if let Some(known) = shop.records.virtual_account(payment).await? {
        return Ok(Some(known));
    }
    if !shop.deposits.take_turn(payment, shop.now()) {
        return Ok(None);
    }
    match told(shop, payment).await {
        Ok(Some(account)) => Ok(Some(keep(shop, payment, account).await)),
        Ok(None) => Ok(None),
        Err(fault) => {
            tracing::warn!(%payment, %fault, "the account of a deposit is not known");
            Ok(None)
        }
    }
}

/// Keeps where a deposit goes. If that fails the shopper is told all the same: the provider can be
/// asked again.
pub(crate) async fn keep(
    shop: &Shop,
    payment: PaymentId,
    told: clerks::ports::VirtualAccount,
) -> VirtualAccount {
    let account = VirtualAccount {
        bank: told.bank,
        number: told.number,
        holder: told.holder,
    };
    let kept = shop
        .records
        .put_virtual_account(payment, account.clone(), shop.now());
    if let Err(fault) = kept.await {
        tracing::warn!(%payment, %fault, "the account of a deposit was not kept");
    }
    account
}

async fn told(
    shop: &Shop,
    payment: PaymentId,
) -> Result<Option<clerks::ports::VirtualAccount>, ProviderFault> {
    let look = tokio::time::timeout(ASKED_WITHIN, shop.provider.look(payment));
    let late = |_| ProviderFault::Unavailable("it did not answer in time".into());
    Ok(look.await.map_err(late)??.account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::CheckoutId;

    #[test]
    fn the_provider_is_asked_for_a_payment_now_and_then_and_never_for_more_than_is_remembered() {
        let deposits = Deposits::default();
        let payment = |n: usize| PaymentId {
            checkout: CheckoutId(n as u128),
            attempt: 1,
        };
        assert!(deposits.take_turn(payment(0), Millis(0)));
        assert!(!deposits.take_turn(payment(0), Millis(ASKED_AGAIN_MS - 1)));
        assert!(deposits.take_turn(payment(0), Millis(ASKED_AGAIN_MS)));
        for n in 1..REMEMBERED_MAX {
            assert!(deposits.take_turn(payment(n), Millis(ASKED_AGAIN_MS)));
        }
        let next = payment(REMEMBERED_MAX);
        assert!(!deposits.take_turn(next, Millis(ASKED_AGAIN_MS)));
        assert!(deposits.take_turn(next, Millis(2 * ASKED_AGAIN_MS)));
    }
}

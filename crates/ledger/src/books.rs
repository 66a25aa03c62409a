//! The balances: double entry, per currency and seller. What is posted when is decided by the deeds.

use crate::turn::Turn;
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use vocabulary::{Account, Event, SellerId};

/// The house itself: suspense and its refunds.
pub(crate) const HOUSE: SellerId = SellerId(0);

/// Every balance; debits are positive. Sums are kept in 128 bits: the totals of all orders may pass
/// what one order can.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Books {
    currencies: [Vec<[i128; Account::ALL.len()]>; Currency::ALL.len()],
}

impl Books {
    /// Debits one account and credits another; a posting of zero is not made.
    pub(crate) fn post(
        &mut self,
        turn: &mut Turn,
        (currency, seller): (Currency, SellerId),
        debit: Account,
        credit: Account,
        amount: Amount,
    ) {
        if amount.is_zero() {
            return;
        }
        let balances = self.balances_of(currency, seller);
        balances[place(debit)] += i128::from(amount.0);
        balances[place(credit)] -= i128::from(amount.0);
        turn.say(Event::Posted {
            currency,
            seller,
            debit,
            credit,
            amount,
        });
    }

    /// Every balance that is not zero, by currency, seller and account.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Currency, SellerId, Account, i128)> + '_ {
        let currencies = Currency::ALL.into_iter().zip(&self.currencies);
        currencies
            .flat_map(|(currency, sellers)| {
                let sellers = (0..).map(SellerId).zip(sellers);
                sellers.map(move |(seller, balances)| (currency, seller, balances))
            })
            .flat_map(|(currency, seller, balances)| {
                let balances = Account::ALL.into_iter().zip(balances);
                balances.map(move |(account, balance)| (currency, seller, account, *balance))
            })
            .filter(|(.., balance)| *balance != 0)
    }

    fn balances_of(
        &mut self,
        currency: Currency,
        seller: SellerId,
    ) -> &mut [i128; Account::ALL.len()] {
        let sellers = &mut self.currencies[currency as usize];
        let at = seller.0 as usize;
        if sellers.len() <= at {
            sellers.resize(at + 1, Default::default());
        }
        &mut sellers[at]
    }
}

fn place(account: Account) -> usize {
    let found = Account::ALL.iter().position(|other| *other == account);
    found.expect("every account is in the chart")
}

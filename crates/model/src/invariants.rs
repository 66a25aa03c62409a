//! The invariants of units and money, proved from scratch out of holds, orders and tries to pay.

use crate::model::Model;
use crate::refunds::seller_of;
use crate::tables::{Deal, order_total};
use money::Currency;
use std::collections::BTreeMap;
use vocabulary::{
    Account, DealId, FiledCheckout, FiledOrder, OrderState, PaymentState, PersonKey, PoolCounts,
    RefundState, SellerId, SkuId,
};

/// An invariant that does not hold: the ledger contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: kept as {kept}, but {counted} when counted anew")]
pub struct BrokenInvariant {
    /// Which number.
    pub what: String,
    /// As the tables have it.
    pub kept: i128,
    /// As it follows from the rest.
    pub counted: i128,
}

/// Balances by currency, seller and account.
type Balances = BTreeMap<(Currency, SellerId, Account), i128>;

impl Model {
    /// Counts everything anew: units of pools from holds and orders, stock from pools, the counts
    /// of persons from places, holds and orders, the books from what was paid and sent back.
    ///
    /// # Errors
    /// The first number that is not what it should be.
    pub fn check(&self) -> Result<(), BrokenInvariant> {
        self.check_pools()?;
        self.check_stock()?;
        self.check_counts()?;
        self.check_books()
    }

    /// Every checkout there ever was: those in memory and those on disk.
    fn all_checkouts(&self) -> Vec<&FiledCheckout> {
        let in_memory = self.checkouts.values().map(|row| &row.facts);
        in_memory.chain(self.filed.values()).collect()
    }

    fn check_pools(&self) -> Result<(), BrokenInvariant> {
        let counted = self.count_units();
        for (id, deal) in &self.deals {
            for pool in &deal.pools {
                let anew = counted.get(&(*id, pool.sku)).copied().unwrap_or_default();
                let name = |what: &str| format!("{what} of SKU {} in deal {id}", pool.sku);
                same(name("units held"), pool.counts.held, anew.held)?;
                same(name("units ordered"), pool.counts.ordered, anew.ordered)?;
                same(name("units sold"), pool.counts.sold, anew.sold)?;
                if deal.closed {
                    same(
                        name("units available after the close"),
                        pool.counts.available,
                        0,
                    )?;
                }
            }
        }
        Ok(())
    }

    /// Held, ordered and sold units of every pool, from holds and orders.
    fn count_units(&self) -> BTreeMap<(DealId, SkuId), PoolCounts> {
        let mut counted: BTreeMap<(DealId, SkuId), PoolCounts> = BTreeMap::new();
        for hold in self.holds.values() {
            if !self.deal(hold.deal).deducts_on_payment() {
                counted.entry((hold.deal, hold.sku)).or_default().held += u32::from(hold.units);
            }
        }
        for checkout in self.all_checkouts() {
            for order in &checkout.orders {
                for line in &order.lines {
                    let counts = counted.entry((line.deal, line.sku)).or_default();
                    count_line(order, u32::from(line.units), self.deal(line.deal), counts);
                }
            }
        }
        for (pool, units) in &self.restocked {
            let units = u32::try_from(*units).expect("no more comes back than was sold");
            counted.entry(*pool).or_default().sold -= units;
        }
        counted
    }

    fn check_stock(&self) -> Result<(), BrokenInvariant> {
        for (id, sku) in &self.skus {
            let mut allotted = 0;
            for deal in self.deals.values() {
                for pool in &deal.pools {
                    if pool.sku == *id {
                        allotted += u64::from(pool.counts.allotted());
                    }
                }
            }
            same(format!("stock of SKU {id}"), sku.stock, sku.free + allotted)?;
        }
        Ok(())
    }

    fn check_counts(&self) -> Result<(), BrokenInvariant> {
        let mut counted: BTreeMap<(DealId, PersonKey), u64> = BTreeMap::new();
        for place in self.places.values() {
            *counted.entry((place.deal, place.person)).or_default() += 1;
        }
        for hold in self.holds.values() {
            *counted.entry((hold.deal, hold.person)).or_default() += u64::from(hold.units);
        }
        for checkout in self.all_checkouts() {
            for order in &checkout.orders {
                if !matches!(order.state, OrderState::Cancelled | OrderState::Lapsed) {
                    for line in &order.lines {
                        let count = counted.entry((line.deal, checkout.person)).or_default();
                        *count += u64::from(line.units);
                    }
                }
            }
        }
        for (deal, person) in counted.keys().chain(self.counts.keys()) {
            let anew = counted.get(&(*deal, *person)).copied().unwrap_or(0);
            let what = format!("units of person {person} in deal {deal}");
            same(what, self.count(*deal, *person), anew)?;
        }
        Ok(())
    }

    fn check_books(&self) -> Result<(), BrokenInvariant> {
        for currency in Currency::ALL {
            let of_currency = self.balances.iter().filter(|(key, _)| key.0 == currency);
            let sum: i128 = of_currency.map(|(_, balance)| *balance).sum();
            same(format!("the sum of all balances in {currency}"), sum, 0)?;
        }
        let expected = expect_balances(&self.all_checkouts());
        let kept = merge_income(&self.balances);
        for key in expected.keys().chain(kept.keys()) {
            let (currency, seller, account) = key;
            let balance = kept.get(key).copied().unwrap_or(0);
            let anew = expected.get(key).copied().unwrap_or(0);
            let what = format!("balance of {account:?} of seller {seller} in {currency}");
            same(what, balance, anew)?;
        }
        Ok(())
    }
}

fn same(
    what: String,
    kept: impl Into<i128>,
    counted: impl Into<i128>,
) -> Result<(), BrokenInvariant> {
    let (kept, counted) = (kept.into(), counted.into());
    if kept == counted {
        return Ok(());
    }
    Err(BrokenInvariant {
        what,
        kept,
        counted,
    })
}

fn count_line(order: &FiledOrder, units: u32, deal: &Deal, counts: &mut PoolCounts) {
    match order.state {
        OrderState::Placed if !deal.deducts_on_payment() => counts.ordered += units,
        OrderState::Confirmed | OrderState::Paid => counts.sold += units,
        OrderState::Placed | OrderState::Cancelled | OrderState::Lapsed => {}
    }
}

/// What the books must show: what was paid and suspended, less what was sent back. What sellers and
/// the state are owed stands together, under `GoodsTaxed`.
fn expect_balances(checkouts: &[&FiledCheckout]) -> Balances {
    let mut books = Balances::new();
    for checkout in checkouts {
        let mut add = |seller: SellerId, account: Account, amount: i128| {
            *books
                .entry((checkout.currency, seller, account))
                .or_default() += amount;
        };
        let captured = |state| state == PaymentState::Captured;
        if checkout
            .payments
            .iter()
            .any(|payment| captured(payment.state))
        {
            for order in &checkout.orders {
                let total = i128::from(order_total(order).0);
                add(order.seller, Account::ProviderClearing, total);
                add(order.seller, Account::GoodsTaxed, -total);
            }
        }
        for refund in &checkout.refunds {
            let seller = seller_of(&checkout.orders, refund.order);
            let amount = i128::from(refund.amount.0);
            match refund.order {
                Some(_) => add(seller, Account::GoodsTaxed, amount),
                None => add(seller, Account::ProviderClearing, amount),
            }
            if refund.state == RefundState::Sent {
                add(seller, Account::ProviderClearing, -amount);
            } else {
                add(seller, Account::RefundsDue, -amount);
            }
        }
    }
    books
}

/// Balances with net goods, shipping and tax put together.
fn merge_income(balances: &Balances) -> Balances {
    let mut merged = Balances::new();
    for ((currency, seller, account), balance) in balances {
        let account = match account {
            Account::GoodsExempt | Account::Shipping | Account::TaxIncluded => Account::GoodsTaxed,
            other => *other,
        };
        *merged.entry((*currency, *seller, account)).or_default() += balance;
    }
    merged
}

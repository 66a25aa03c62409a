//! The invariants of the whole ledger, added up anew from its tables: what `verify` asks.

use crate::deals::UnitState;
use crate::ledger::Ledger;
use money::Currency;
use std::collections::BTreeMap;
use vocabulary::{DealId, OrderState, PersonKey, SkuId};

/// The ledger contradicts itself: a bug, or a snapshot that was tampered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrokenInvariant {
    /// stock = free + allotted does not hold.
    #[error("SKU {sku}: {stock} in stock, but {free} free and {allotted} allotted")]
    Stock {
        /// Which.
        sku: SkuId,
        /// All units.
        stock: u64,
        /// In no deal.
        free: u64,
        /// In pools.
        allotted: u64,
    },
    /// What a pool says of itself is not what holds and orders say.
    #[error("deal {deal}, SKU {sku}: {counted} units {part}, but holds and orders have {found}")]
    Pool {
        /// Of which deal.
        deal: DealId,
        /// Which SKU.
        sku: SkuId,
        /// Which of its numbers.
        part: &'static str,
        /// What the pool says.
        counted: u32,
        /// What holds or orders add up to.
        found: u32,
    },
    /// A person's count is less than the units in that person's holds, places and open orders.
    #[error("deal {deal}: person {person} is counted {counted}, but has {found}")]
    Count {
        /// In which deal.
        deal: DealId,
        /// Whose.
        person: PersonKey,
        /// What the count says.
        counted: u32,
        /// What holds, places and orders add up to.
        found: u32,
    },
    /// Debits do not equal credits.
    #[error("the balances in {currency} add up to {sum} instead of zero")]
    Books {
        /// In which currency.
        currency: Currency,
        /// What they add up to.
        sum: i128,
    },
}

impl Ledger {
    /// Checks invariants 1 (units) and 4 (money) for everything in memory, and the persons' counts.
    /// Takes time in proportion to the state; no command calls it.
    pub fn check(&self) -> Result<(), BrokenInvariant> {
        self.check_stock()?;
        self.check_pools()?;
        self.check_counts()?;
        self.check_books()
    }

    fn check_stock(&self) -> Result<(), BrokenInvariant> {
        let mut allotted: BTreeMap<SkuId, u64> = BTreeMap::new();
        let rows = self.deals.iter().flat_map(|(_, deal)| deal.pools());
        for pool in rows.map(|row| self.deals.pool(row)) {
            *allotted.entry(pool.sku).or_default() += u64::from(pool.counts().allotted());
        }
        for (sku, row) in self.stock.iter() {
            let (stock, free) = (row.stock(), row.free());
            let allotted = allotted.get(&sku).copied().unwrap_or_default();
            if stock != free + allotted {
                return Err(BrokenInvariant::Stock {
                    sku,
                    stock,
                    free,
                    allotted,
                });
            }
        }
        Ok(())
    }

    /// Sold units outlive their checkouts, so only held and ordered ones can be added up.
    fn check_pools(&self) -> Result<(), BrokenInvariant> {
        let mut found: BTreeMap<(u32, &str), u32> = BTreeMap::new();
        for (_, hold) in self.holds.iter() {
            if self.deals.keeps_units(hold.pool, UnitState::Held) {
                *found.entry((hold.pool, "held")).or_default() += u32::from(hold.units);
            }
        }
        for (_, checkout) in self.checkouts.iter() {
            if self.orders.first_state(checkout.orders) != OrderState::Placed {
                continue;
            }
            for line in self.orders.bought_by(checkout.orders) {
                if self.deals.keeps_units(line.pool, UnitState::Ordered) {
                    *found.entry((line.pool, "ordered")).or_default() += line.units;
                }
            }
        }
        for row in self.deals.iter().flat_map(|(_, deal)| deal.pools()) {
            let pool = self.deals.pool(row);
            let counts = pool.counts();
            for (part, counted) in [("held", counts.held), ("ordered", counts.ordered)] {
                let found = found.get(&(row, part)).copied().unwrap_or_default();
                if found != counted {
                    return Err(BrokenInvariant::Pool {
                        deal: pool.deal,
                        sku: pool.sku,
                        part,
                        counted,
                        found,
                    });
                }
            }
        }
        Ok(())
    }

    /// Filed orders stay counted, so a count may be more than what is in memory, never less.
    fn check_counts(&self) -> Result<(), BrokenInvariant> {
        for ((deal, person), found) in self.units_of_persons() {
            let counted = self.persons.count(deal, person);
            if counted < found {
                return Err(BrokenInvariant::Count {
                    deal,
                    person,
                    counted,
                    found,
                });
            }
        }
        Ok(())
    }

    fn units_of_persons(&self) -> BTreeMap<(DealId, PersonKey), u32> {
        let mut found: BTreeMap<(DealId, PersonKey), u32> = BTreeMap::new();
        let mut add = |pool, person, units| {
            let deal = self.deals.pool(pool).deal;
            *found.entry((deal, person)).or_default() += units;
        };
        for (_, hold) in self.holds.iter() {
            let person = self.persons.person(hold.count_row);
            add(hold.pool, person, hold.units.into());
        }
        for place in self.waitlist.iter() {
            add(place.pool, place.person, 1);
        }
        for (_, checkout) in self.checkouts.iter() {
            for order in self.orders.rows(checkout.orders) {
                let state = self.orders[order].state;
                if !matches!(state, OrderState::Cancelled | OrderState::Lapsed) {
                    for line in self.orders.bought(order) {
                        add(line.pool, checkout.person(), line.units);
                    }
                }
            }
        }
        found
    }

    fn check_books(&self) -> Result<(), BrokenInvariant> {
        for currency in Currency::ALL {
            let balances = self.balances().filter(|(of, ..)| *of == currency);
            let sum: i128 = balances.map(|(.., balance)| balance).sum();
            if sum != 0 {
                return Err(BrokenInvariant::Books { currency, sum });
            }
        }
        Ok(())
    }
}

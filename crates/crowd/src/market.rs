//! What the crowd knows of the deals: what every shopper could read from the list of deals.

use crate::{DealSaid, Random};
use std::sync::Arc;
use vocabulary::Millis;

/// A deal is hot for this long after its bell.
const HOT_MS: u64 = 30_000;
/// Shoppers come this long before a bell to watch.
const SOON_MS: u64 = 10 * 60_000;

/// The deals as they stood when the lists were read last.
#[derive(Clone, Debug, Default)]
pub struct Market {
    hot: Vec<Arc<DealSaid>>,
    left: Vec<Arc<DealSaid>>,
    gone: Vec<Arc<DealSaid>>,
    soon: Vec<Arc<DealSaid>>,
}

impl Market {
    /// Sorts what the lists say by what a shopper would do with it.
    pub fn at(now: Millis, deals: Vec<DealSaid>) -> Market {
        let mut market = Market::default();
        for deal in deals {
            let deal = Arc::new(deal);
            let has_units = deal.skus.iter().any(|sku| sku.state == "available");
            if deal.starts_at > now {
                if deal.starts_at.since(now) < SOON_MS {
                    market.soon.push(deal);
                }
            } else if !has_units {
                market.gone.push(deal);
            } else {
                if now.since(deal.starts_at) < HOT_MS {
                    market.hot.push(deal.clone());
                }
                market.left.push(deal);
            }
        }
        market
    }

    /// Whether there is nothing to look at.
    pub fn is_empty(&self) -> bool {
        self.left.is_empty() && self.gone.is_empty() && self.soon.is_empty()
    }

    /// The next bells.
    pub fn bells(&self) -> Vec<Millis> {
        self.soon
            .iter()
            .chain(&self.hot)
            .map(|deal| deal.starts_at)
            .collect()
    }

    /// A deal that somebody comes for: mostly what has just opened, now and then what is sold out.
    pub fn hunted(&self, random: &mut Random) -> Option<Arc<DealSaid>> {
        let wish = random.below(10);
        let order = match wish {
            0..6 => [&self.hot, &self.left, &self.gone],
            6..9 => [&self.left, &self.hot, &self.gone],
            _ => [&self.gone, &self.left, &self.hot],
        };
        first_of(random, &order)
    }

    /// The deals that somebody may come for through the pages: what is open or opens soon.
    pub fn wanted(&self) -> Vec<String> {
        let deals = self.left.iter().chain(&self.soon);
        deals.map(|deal| deal.deal.clone()).collect()
    }

    /// A deal that somebody comes across, open or soon.
    pub fn strolled_by(&self, random: &mut Random) -> Option<Arc<DealSaid>> {
        let order = match random.below(10) {
            0..8 => [&self.left, &self.soon, &self.gone],
            8 => [&self.soon, &self.left, &self.gone],
            _ => [&self.gone, &self.left, &self.soon],
        };
        first_of(random, &order)
    }
}

fn first_of(random: &mut Random, order: &[&Vec<Arc<DealSaid>>; 3]) -> Option<Arc<DealSaid>> {
    let deals = order.iter().find(|deals| !deals.is_empty())?;
    random.one_of(deals).cloned()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{Price, SellerSaid, SkuSaid};

    pub(crate) fn deal(id: &str, starts_at: u64, state: &str) -> DealSaid {
        DealSaid {
            deal: id.into(),
            state: "open".into(),
            seller: SellerSaid { id: "s".into() },
            starts_at: Millis(starts_at),
            limit: 1,
            members_only: false,
            verified_only: false,
            skus: vec![SkuSaid {
                sku: format!("{id}-1"),
                state: state.into(),
                price: Price {
                    amount: 900,
                    currency: "KRW".into(),
                },
            }],
        }
    }

    #[test]
    fn hunters_come_for_what_has_just_opened_most_of_all() {
        let deals = vec![
            deal("old", 0, "available"),
            deal("hot", 95_000, "available"),
            deal("gone", 95_000, "waitlist"),
            deal("soon", 130_000, "available"),
        ];
        let market = Market::at(Millis(100_000), deals);
        let mut random = Random::seeded(4);
        let mut hunted = |id: &str| {
            let mut of = |_| {
                market
                    .hunted(&mut random)
                    .is_some_and(|deal| deal.deal == id)
            };
            (0..1_000).filter(|turn| of(*turn)).count()
        };
        assert!(hunted("hot") > 600);
        assert!(hunted("gone") > 50);
        assert_eq!(hunted("soon"), 0, "it is not open yet");
        assert!(market.bells().contains(&Millis(130_000)));
    }
}

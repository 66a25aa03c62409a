//! Staff look for deals: by how they stand, whose they are, what they show and when they run.

use crate::deeds::DealState;
use crate::problem::Problem;
use crate::shop::Shop;
use records::DealSought;
use std::cmp::Reverse;
use std::collections::HashSet;
use views::DealCard;
use vocabulary::{DealId, Millis, SellerId};

/// What is peculiar about a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peculiar {
    /// It is open and nothing is available.
    SoldOut,
    /// It has opened and nobody took a unit.
    Untouched,
}

/// By what the deals are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DealOrder {
    /// The first to start first.
    Starts,
    /// The last to start first.
    StartsLast,
    /// The first to end first.
    Ends,
    /// Most claimed first.
    Claimed,
    /// Least claimed first.
    ClaimedLeast,
    /// Fewest units available first.
    Available,
    /// Where most people wait first.
    Waiting,
}

/// Which deals, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DealsWanted {
    /// That stand so; of any state where it is not said.
    pub state: Option<DealState>,
    /// The shop's own id of their seller.
    pub seller: Option<String>,
    /// What the records look for.
    pub sought: DealSought,
    /// That run at some time from here on.
    pub from: Option<Millis>,
    /// That have begun before this.
    pub to: Option<Millis>,
    /// That are peculiar so.
    pub peculiar: Option<Peculiar>,
    /// In which order; the usual one of their state where it is not said.
    pub order: Option<DealOrder>,
}

/// The deals that are wanted, all of them, in their order.
///
/// # Errors
/// A seller that there is not; those of the records.
pub async fn find_deals(shop: &Shop, wanted: &DealsWanted) -> Result<Vec<DealId>, Problem> {
    let now = shop.now();
    let seller = match &wanted.seller {
        Some(seller) => Some(shop.directory.seller(seller, now).await?.number),
        None => None,
    };
    let known = match wanted.sought.is_any() {
        true => None,
        false => Some(shop.records.find_deals(&wanted.sought).await?),
    };
    let known = known.map(HashSet::from_iter);
    let views = shop.views();
    let fitting = views
        .deals
        .all()
        .filter(|card| fits(card, wanted, seller, known.as_ref(), now));
    let order = wanted.order.unwrap_or_else(|| usual(wanted.state));
    let mut keyed: Vec<_> = fitting
        .map(|card| (sort_key(order, card), card.deal))
        .collect();
    keyed.sort_unstable();
    Ok(keyed.into_iter().map(|(_, deal)| deal).collect())
}

/// Units of a deal in all its pools: available, held, ordered, sold.
pub fn units_of(card: &DealCard) -> [u64; 4] {
    card.pools.iter().fold([0; 4], |sum, pool| {
        let counts = pool.counts;
        let units = [counts.available, counts.held, counts.ordered, counts.sold];
        std::array::from_fn(|at| sum[at] + u64::from(units[at]))
    })
}

/// How many wait for units of a deal.
pub fn waiting_of(card: &DealCard) -> u64 {
    card.pools.iter().map(|pool| u64::from(pool.waiting)).sum()
}

fn fits(
    card: &DealCard,
    wanted: &DealsWanted,
    seller: Option<Option<SellerId>>,
    known: Option<&HashSet<DealId>>,
    now: Millis,
) -> bool {
    let state = DealState::of(card, now);
    wanted.state.is_none_or(|wanted| wanted == state)
        && seller.is_none_or(|seller| seller == Some(card.seller))
        && wanted.from.is_none_or(|from| card.terms.ends_at > from)
        && wanted.to.is_none_or(|to| card.terms.starts_at < to)
        && wanted
            .peculiar
            .is_none_or(|it| is_peculiar(card, it, state))
        && known.is_none_or(|known| known.contains(&card.deal))
}

fn is_peculiar(card: &DealCard, peculiar: Peculiar, state: DealState) -> bool {
    let [available, held, ordered, sold] = units_of(card);
    match peculiar {
        Peculiar::SoldOut => state == DealState::Open && available == 0,
        Peculiar::Untouched => {
            state != DealState::Upcoming
                && held + ordered + sold == 0
                && card.claimed_percent() == 0
        }
    }
}

fn usual(state: Option<DealState>) -> DealOrder {
    match state {
        Some(DealState::Open) => DealOrder::Ends,
        Some(DealState::Upcoming) => DealOrder::Starts,
        Some(DealState::Over) | None => DealOrder::StartsLast,
    }
}

/// What a deal is sorted by; deals that are alike go by their number.
fn sort_key(order: DealOrder, card: &DealCard) -> (u64, Reverse<u64>) {
    let rising = |key: u64| (key, Reverse(0));
    let falling = |key: u64| (0, Reverse(key));
    match order {
        DealOrder::Starts => rising(card.terms.starts_at.0),
        DealOrder::StartsLast => falling(card.terms.starts_at.0),
        DealOrder::Ends => rising(card.terms.ends_at.0),
        DealOrder::Claimed => falling(card.claimed_percent().into()),
        DealOrder::ClaimedLeast => rising(card.claimed_percent().into()),
        DealOrder::Available => rising(units_of(card)[0]),
        DealOrder::Waiting => falling(waiting_of(card)),
    }
}

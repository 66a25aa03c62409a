//! What a shopper means to do before coming in.

use crate::{Card, Market, Method, Mix, Random, Who, figures, mix};
use std::sync::Arc;

/// A basket of the data is a wholesaler's; a festival's shopper takes this many lines at most.
const LINES_MAX: u32 = 4;
/// And this many units of each, if the deal allows.
const UNITS_MAX: u32 = 3;

/// What a shopper means to do.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) who: Who,
    pub(crate) windows: usize,
    pub(crate) looks: u32,
    pub(crate) wishes: Vec<Wish>,
    pub(crate) buys: bool,
    pub(crate) double_clicks: bool,
    pub(crate) watches: bool,
    pub(crate) or_wait: bool,
    pub(crate) method: Method,
    pub(crate) card: Card,
    pub(crate) after_order: AfterOrder,
}

/// Something a shopper wants.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) deal: Arc<str>,
    pub(crate) seller: Arc<str>,
    pub(crate) sku: Arc<str>,
    pub(crate) units: u32,
}

/// What follows an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AfterOrder {
    Pays,
    Leaves,
    Cancels,
}

impl Plan {
    /// The plan of the visit of this number.
    pub(crate) fn of(visit: u64, mix: &Mix, market: &Market, random: &mut Random) -> Plan {
        let strolls = random.chance(mix.strolling);
        let wishes = if strolls {
            basket(market, random)
        } else {
            hunt(market, random)
        };
        let needs_membership = wishes.iter().any(|(_, closed)| *closed);
        Plan {
            who: who(visit, mix, needs_membership, random),
            windows: 1 + usize::from(random.chance(mix::TWO_WINDOWS)),
            looks: if strolls {
                random.draw(&figures::VIEWS).max(1)
            } else {
                1
            },
            wishes: wishes.into_iter().map(|(wish, _)| wish).collect(),
            buys: random.chance(figures::BUYING_IN_10_000),
            double_clicks: random.chance(mix::DOUBLE_CLICKS),
            watches: random.chance(mix::WATCHING),
            or_wait: random.chance(mix::WAITING),
            method: if random.chance(mix::WALLET) {
                Method::Wallet
            } else {
                Method::Card
            },
            card: card(random),
            after_order: after_order(random),
        }
    }
}

/// One deal, one unit of one of its SKUs; with it whether it is for members alone.
fn hunt(market: &Market, random: &mut Random) -> Vec<(Wish, bool)> {
    let wish = market
        .hunted(random)
        .and_then(|deal| wish(&deal, 1, random));
    wish.into_iter().collect()
}

/// What a stroller ends up wanting: mostly nothing, else a basket as the data have it.
fn basket(market: &Market, random: &mut Random) -> Vec<(Wish, bool)> {
    if !random.chance(figures::HOLDING_IN_10_000) {
        return Vec::new();
    }
    let lines = random.draw(&figures::LINES).clamp(1, LINES_MAX);
    let mut wishes: Vec<(Wish, bool)> = Vec::new();
    for _ in 0..lines {
        let units = random.draw(&figures::UNITS).clamp(1, UNITS_MAX);
        let found = market
            .strolled_by(random)
            .and_then(|deal| wish(&deal, units, random));
        wishes.extend(
            found.filter(|(wish, _)| wishes.iter().all(|(other, _)| other.deal != wish.deal)),
        );
    }
    wishes
}

fn wish(deal: &crate::DealSaid, units: u32, random: &mut Random) -> Option<(Wish, bool)> {
    let left: Vec<_> = deal
        .skus
        .iter()
        .filter(|sku| sku.state == "available")
        .collect();
    let sku = match random.one_of(&left) {
        Some(sku) => *sku,
        None => random.one_of(&deal.skus)?,
    };
    let wish = Wish {
        deal: deal.deal.as_str().into(),
        seller: deal.seller.id.as_str().into(),
        sku: sku.sku.as_str().into(),
        units: if deal.limit == 0 {
            units
        } else {
            units.min(deal.limit)
        },
    };
    Some((wish, deal.members_only || deal.verified_only))
}

fn who(visit: u64, mix: &Mix, needs_membership: bool, random: &mut Random) -> Who {
    if !mix.members || (!needs_membership && random.chance(2_500)) {
        return Who::Guest;
    }
    let back = if random.chance(mix::RETURNING) {
        random.below(1_000) as u64
    } else {
        0
    };
    let known = visit.saturating_sub(back);
    Who::Member {
        id: format!("crowd-{known:x}").into(),
        verified: needs_membership || known % 4 != 0,
    }
}

fn card(random: &mut Random) -> Card {
    if random.chance(mix::DECLINED_FIRST) {
        Card::Declined
    } else if random.chance(mix::SLOW_CARD) {
        Card::Slow
    } else {
        Card::Good
    }
}

fn after_order(random: &mut Random) -> AfterOrder {
    if random.chance(mix::LEAVING_UNPAID) {
        AfterOrder::Leaves
    } else if random.chance(mix::CANCELLING) {
        AfterOrder::Cancels
    } else {
        AfterOrder::Pays
    }
}

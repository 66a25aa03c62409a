//! What a shopper means to do before coming in.

use crate::{Card, Market, Method, Mix, Random, Who, figures, mix};
use std::sync::Arc;

/// A basket of the data is a wholesaler's; a festival's shopper takes this many lines at most.
const LINES_MAX: u32 = 4;
/// And this many units of each, if the deal allows.
const UNITS_MAX: u32 = 3;

/// Lines of a basket, by their mean.
pub(crate) fn lines_mean() -> f64 {
    mix::mean(&figures::LINES.map(|lines| lines.clamp(1, LINES_MAX)))
}

/// What a shopper means to do.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) who: Who,
    pub(crate) windows: usize,
    /// How many deals are looked at; the last of them are those that are wished for.
    pub(crate) looks: usize,
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
        let looks = if strolls {
            random.draw(&figures::VIEWS) as usize
        } else {
            0
        };
        let needs_membership = wishes.iter().any(|(_, closed)| *closed);
        Plan {
            who: who(visit, mix, needs_membership, random),
            windows: 1 + usize::from(random.chance(mix::TWO_WINDOWS)),
            looks: looks.max(wishes.len()).max(1),
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

/// What a hunter comes for: one unit of one deal, and then what else fits into the basket.
fn hunt(market: &Market, random: &mut Random) -> Vec<(Wish, bool)> {
    let Some(deal) = market.hunted(random) else {
        return Vec::new();
    };
    let first = wish(&deal, 1, random);
    filled(first.into_iter().collect(), deal.currency(), market, random)
}

/// What a stroller ends up wanting: mostly nothing, else a basket.
fn basket(market: &Market, random: &mut Random) -> Vec<(Wish, bool)> {
    if !random.chance(figures::HOLDING_IN_10_000) {
        return Vec::new();
    }
    let currency = market.strolled_by(random);
    let currency = currency.as_ref().and_then(|deal| deal.currency());
    filled(Vec::new(), currency, market, random)
}

/// A basket with as many lines as the data have it, all of one currency: they are paid together.
fn filled(
    mut wishes: Vec<(Wish, bool)>,
    currency: Option<&str>,
    market: &Market,
    random: &mut Random,
) -> Vec<(Wish, bool)> {
    let lines = random.draw(&figures::LINES).clamp(1, LINES_MAX);
    for _ in wishes.len()..lines as usize {
        let units = random.draw(&figures::UNITS).clamp(1, UNITS_MAX);
        let found = market
            .strolled_by(random)
            .filter(|deal| deal.currency() == currency)
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

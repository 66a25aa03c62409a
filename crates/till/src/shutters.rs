//! The shutters: where nobody can buy, whoever asks is turned away before the till. A refusal that
//! holds for everybody lets a shutter down, and whatever may let somebody buy again raises it before
//! anybody is told of that; so who comes to a shutter that is down would have been refused by the
//! ledger, too.

use crate::events::Events;
use crate::turn::Published;
use hashbrown::HashMap;
use ledger::Ledger;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock, RwLockReadGuard};
use vocabulary::{Command, DealId, Event, Millis, OrderId, Refusal, Request, Seq, SkuId};

/// So long before its bell a deal is not kept shut: the till's clock says when it rings.
const BELL_MS: u64 = 1_000;
/// At so many deals shutters may be down; past it all go up, and come down as they are asked for.
const DEALS_MAX: usize = 65_536;
/// A turn lets so many shutters down at most; the next refusals let down the rest.
const A_TURN_MAX: usize = 64;

/// What a shopper wants of a deal, as far as a shutter can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Of which deal.
    pub deal: DealId,
    /// Which of its SKUs.
    pub sku: SkuId,
    /// Where nothing is left, they want to wait.
    pub or_wait: bool,
    /// What may have come of it before.
    pub earlier: Earlier,
}

/// Whether a wish may have been fulfilled by a try whose answer got lost: who asks again must hear of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// No: each try is a wish of its own.
    Never,
    /// Not before its id was made, at this moment by the client's clock.
    MadeAt(Millis),
    /// The ledger knows.
    Perhaps,
}

impl Earlier {
    /// Of a hold: what was done under a key the ledger knows.
    pub fn of_hold(keyed: bool) -> Earlier {
        match keyed {
            true => Earlier::Perhaps,
            false => Earlier::Never,
        }
    }

    /// Of an order with this id; the ledger refuses ids that say no moment.
    pub fn of_order(order: OrderId) -> Earlier {
        order.made_at().map_or(Earlier::Perhaps, Earlier::MadeAt)
    }
}

impl Wish {
    /// What a request wishes for, if a shutter can tell.
    pub fn of(request: &Request) -> Option<Wish> {
        let (deal, sku, or_wait, earlier) = match request.command {
            Command::PlaceHold {
                deal, sku, or_wait, ..
            } => {
                let earlier = Earlier::of_hold(request.key.is_some());
                (deal, sku, or_wait, earlier)
            }
            Command::BuyNow {
                deal, sku, order, ..
            } => (deal, sku, false, Earlier::of_order(order)),
            _ => return None,
        };
        Some(Wish {
            deal,
            sku,
            or_wait,
            earlier,
        })
    }
}

/// Somebody asked where nobody can buy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vain {
    deal: DealId,
    shutter: Shutter,
}

/// A shutter that is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shutter {
    sku: SkuId,
    why: Refusal,
    /// The last command that the refusal knew of.
    seq: Seq,
    /// When the deal opens.
    opens_at: Millis,
    /// An order whose id was made later cannot have been placed before the shutter came down.
    fresh_after: Millis,
}

/// Notes what a refusal says of everybody, once a turn for each deal and SKU: it knew of the commands up to `seq`,
/// and of orders whose ids were made up to `newest_order`.
pub(crate) fn note_vain(
    vain: &mut Vec<Vain>,
    ledger: &Ledger,
    (seq, newest_order): (Seq, Millis),
    command: &Command,
    why: Refusal,
) {
    let (deal, sku, units) = match *command {
        Command::PlaceHold {
            deal, sku, units, ..
        }
        | Command::BuyNow {
            deal, sku, units, ..
        } => (deal, sku, units),
        _ => return,
    };
    let holds_for_everybody = match why {
        Refusal::DealNotOpen | Refusal::DealOver => true,
        Refusal::StockExhausted => units == 1,
        _ => false,
    };
    let is_noted = |vain: &[Vain]| {
        let mut others = vain.iter();
        others.any(|other| (other.deal, other.shutter.sku) == (deal, sku))
    };
    if !holds_for_everybody || vain.len() == A_TURN_MAX || is_noted(vain) {
        return;
    }
    let Some(known) = ledger.deal(deal) else {
        return;
    };
    let shutter = Shutter {
        sku,
        why,
        seq,
        opens_at: known.terms.starts_at,
        fresh_after: newest_order,
    };
    vain.push(Vain { deal, shutter });
}

impl Shutter {
    fn turns_away(&self, wish: &Wish, now: Millis) -> bool {
        let is_new = match wish.earlier {
            Earlier::Never => true,
            Earlier::MadeAt(made) => made > self.fresh_after,
            Earlier::Perhaps => false,
        };
        match self.why {
            // Of a deal that never was open nobody can have had anything.
            Refusal::DealNotOpen => now.plus(BELL_MS) < self.opens_at,
            Refusal::StockExhausted => is_new && !wish.or_wait,
            _ => is_new,
        }
    }
}

/// All shutters. Clones share them.
#[derive(Clone, Default)]
pub struct Shutters {
    shared: Arc<Shared>,
}

type Deals = HashMap<DealId, Vec<Shutter>>;

#[derive(Default)]
struct Shared {
    any_down: AtomicBool,
    deals: RwLock<Deals>,
}

impl Shutters {
    /// True when any is down: only then is it worth looking at a wish.
    pub fn any_down(&self) -> bool {
        self.shared.any_down.load(Ordering::Acquire)
    }

    /// Why nobody gets what is wished for, where a shutter is down; `now` is the wall clock.
    pub fn turns_away(&self, wish: &Wish, now: Millis) -> Option<Refusal> {
        let deals = self.deals();
        let mut shutters = deals.get(&wish.deal)?.iter();
        let shutter = shutters.find(|shutter| shutter.sku == wish.sku)?;
        shutter.turns_away(wish, now).then_some(shutter.why)
    }

    /// Learns what a turn came to, once it is durable and before anybody is told of it.
    pub fn learn(&self, vain: &[Vain], published: Option<&Published>) {
        if vain.is_empty() && !self.any_down() {
            return;
        }
        let new = self.new_of(vain);
        if !new.is_empty() {
            self.change(|deals| new.iter().for_each(|vain| let_down(deals, vain)));
        }
        let raised = published.map_or(Vec::new(), |published| self.raised_by(&published.events));
        if !raised.is_empty() {
            self.change(|deals| raised.iter().for_each(|raised| raised.lift(deals)));
        }
    }

    /// All go up: the till takes nothing more.
    pub(crate) fn raise_all(&self) {
        self.change(|deals| deals.clear());
    }

    fn new_of(&self, vain: &[Vain]) -> Vec<Vain> {
        let deals = self.deals();
        let is_down = |vain: &&Vain| {
            let shutters = deals.get(&vain.deal).into_iter().flatten();
            shutters
                .copied()
                .any(|shutter| shutter.sku == vain.shutter.sku)
        };
        vain.iter().filter(|vain| !is_down(vain)).copied().collect()
    }

    /// Only the till lets shutters down and raises them, so what it read stands until it changes it.
    fn raised_by(&self, events: &Events) -> Vec<Raised> {
        let deals = self.deals();
        let raised = events.iter().filter_map(|(seq, event)| {
            let raised = Raised::by(seq, event)?;
            raised.is_down(&deals).then_some(raised)
        });
        raised.collect()
    }

    fn change(&self, change: impl FnOnce(&mut Deals)) {
        let mut deals = self.shared.deals.write().expect(UNPOISONED);
        change(&mut deals);
        self.shared
            .any_down
            .store(!deals.is_empty(), Ordering::Release);
    }

    fn deals(&self) -> RwLockReadGuard<'_, Deals> {
        self.shared.deals.read().expect(UNPOISONED)
    }
}

const UNPOISONED: &str = "nobody panics while moving a shutter";

fn let_down(deals: &mut Deals, vain: &Vain) {
    if deals.len() == DEALS_MAX && !deals.contains_key(&vain.deal) {
        deals.clear();
    }
    deals.entry(vain.deal).or_default().push(vain.shutter);
}

/// What may let somebody buy again.
struct Raised {
    seq: Seq,
    deal: DealId,
    /// None: any of the deal's.
    sku: Option<SkuId>,
}

impl Raised {
    fn by(seq: Seq, event: &Event) -> Option<Raised> {
        let (deal, sku) = match *event {
            Event::PoolChanged { deal, sku, counts } if counts.available > 0 => (deal, Some(sku)),
            Event::DealOpened { deal } | Event::DealChanged { deal, .. } => (deal, None),
            _ => return None,
        };
        Some(Raised { seq, deal, sku })
    }

    /// What the refusal knew of raises nothing.
    fn raises(&self, shutter: &Shutter) -> bool {
        self.seq > shutter.seq && self.sku.is_none_or(|sku| sku == shutter.sku)
    }

    fn is_down(&self, deals: &Deals) -> bool {
        let shutters = deals.get(&self.deal);
        shutters.is_some_and(|shutters| shutters.iter().any(|shutter| self.raises(shutter)))
    }

    fn lift(&self, deals: &mut Deals) {
        let Some(shutters) = deals.get_mut(&self.deal) else {
            return;
        };
        shutters.retain(|shutter| !self.raises(shutter));
        if shutters.is_empty() {
            deals.remove(&self.deal);
        }
    }
}

//! What the shop sends: rules, sellers, SKUs, stock, deals.

use super::Stream;
use crate::tables::Deal;
use money::{Amount, Currency};
use vocabulary::{
    Command, DealId, DealTerms, Deduct, Millis, PRICE_MAX, PoolDraft, Reference, Rules, SellerId,
    SkuId, Surcharge, Surcharges, Tax, Zone,
};

/// A pool of this many units is near the end of what 32 bits hold.
const HUGE_POOL: u32 = u32::MAX - 3;
/// The least that is too much for a price or for shipping.
const TOO_MUCH: Amount = Amount(PRICE_MAX.0 + 1);

impl Stream {
    /// Windows of some seconds. No rules ever remember ids for longer than a checkout stays in
    /// memory under others, so that an id is never used twice.
    pub(super) fn adopt_rules(&mut self) -> Command {
        let mut rules = Rules {
            edition: 1,
            idempotency_ms: self.dice.one_of([4_000, 5_000]),
            skew_ms: self.dice.one_of([0, 500, 1_000]),
            payment_ms: self.dice.between(300, 3_000),
            grace_ms: self.dice.one_of([0, 1, 400, 2_000]),
            withdrawal_ms: self.dice.one_of([200, 3_000, 8_000]),
            file_after_ms: self.dice.between(6_000, 7_000),
        };
        if self.dice.chance(30) {
            match self.dice.below(5) {
                0 => rules.edition = 2,
                1 => rules.idempotency_ms = 0,
                2 => rules.payment_ms = 0,
                3 => rules.file_after_ms = 0,
                _ => rules.file_after_ms = rules.idempotency_ms + rules.skew_ms - 1,
            }
        }
        Command::AdoptRules { rules }
    }

    pub(super) fn open_seller(&mut self) -> Command {
        let taken: Vec<Reference> = (self.model.sellers.values())
            .map(|row| row.reference)
            .collect();
        let reference = self.reference(&taken, 4);
        Command::OpenSeller { reference }
    }

    /// A reference that is free; more often a taken one once there are `enough`.
    fn reference(&mut self, taken: &[Reference], enough: usize) -> Reference {
        let repeats = if taken.len() < enough { 10 } else { 85 };
        let again = self.dice.chance(repeats);
        let fresh = Reference(self.dice.wide());
        let known = self.dice.pick(taken).unwrap_or(fresh);
        if again { known } else { fresh }
    }

    pub(super) fn set_shipping(&mut self) -> Command {
        let amount = |stream: &mut Stream| Amount(stream.dice.below(5_000) as i64);
        let mut fee = amount(self);
        let mut free_from = Amount(self.dice.below(60_000) as i64);
        let mut surcharges = Surcharges::new();
        for zone in 1..=self.dice.below(3) {
            let zone = Zone(u8::try_from(zone).expect("a small zone"));
            let amount = amount(self);
            surcharges
                .try_push(Surcharge { zone, amount })
                .expect("there are few zones");
        }
        for _ in 0..self.faults() {
            match self.dice.below(4) {
                0 => fee = self.dice.one_of([Amount(-1), TOO_MUCH]),
                1 => free_from = self.dice.one_of([Amount(-1), TOO_MUCH]),
                _ => {
                    let zone = Zone(1);
                    let amount = self.dice.one_of([Amount(-1), Amount(7), TOO_MUCH]);
                    surcharges
                        .try_push(Surcharge { zone, amount })
                        .expect("there are few zones");
                }
            }
        }
        Command::SetShipping {
            seller: self.seller(),
            currency: self.currency(),
            fee,
            free_from,
            tax: self.tax(),
            surcharges,
        }
    }

    pub(super) fn list_sku(&mut self) -> Command {
        let taken: Vec<Reference> = self.model.skus.values().map(|row| row.reference).collect();
        Command::ListSku {
            reference: self.reference(&taken, 9),
            seller: self.seller(),
            tax: self.tax(),
        }
    }

    pub(super) fn receive_stock(&mut self) -> Command {
        let units = match self.dice.below(100) {
            0..5 => 0,
            5..20 => u32::MAX,
            _ => self.dice.clock(1, 12),
        };
        let sku = self.sku();
        Command::ReceiveStock { sku, units }
    }

    pub(super) fn withdraw_stock(&mut self) -> Command {
        let sku = self.sku();
        let free = self.model.skus.get(&sku).map_or(0, |row| row.free);
        let free = u32::try_from(free).unwrap_or(u32::MAX);
        let units = match self.dice.below(100) {
            0..8 => 0,
            8..40 => free.saturating_add(1),
            40..50 => free,
            _ => free.min(1),
        };
        Command::WithdrawStock { sku, units }
    }

    pub(super) fn schedule_deal(&mut self) -> Option<Command> {
        let taken: Vec<Reference> = (self.model.deals.values())
            .map(|row| row.reference)
            .collect();
        let mut seller = self.seller();
        let mut reference = Reference(self.dice.wide());
        let mut terms = self.terms();
        let mut pools = self.pools_of(seller);
        for _ in 0..self.faults() + u32::from(self.dice.chance(25)) {
            match self.dice.below(8) {
                0 => pools.clear(),
                1 => terms = self.broken(terms),
                2 => seller = SellerId(self.dice.clock(0, 9)),
                3 => reference = self.dice.pick(&taken).unwrap_or(reference),
                4 => terms = past(terms, self.now),
                5 => pools.push(self.stray_pool()),
                _ => self.spoil(&mut pools),
            }
        }
        if pools.is_empty() && self.dice.chance(97) {
            return None;
        }
        Some(Command::ScheduleDeal {
            reference,
            seller,
            currency: self.currency(),
            terms,
            pools,
        })
    }

    /// One to three SKUs of a seller with some of their free units.
    fn pools_of(&mut self, seller: SellerId) -> Vec<PoolDraft> {
        let mut pools = Vec::new();
        for (sku, row) in self.model.skus.clone() {
            if row.seller == seller && row.free > 0 && pools.len() < 3 && self.dice.chance(60) {
                let units = self.allotment(row.free);
                let dear = units == HUGE_POOL && self.dice.chance(80);
                let price = if dear { PRICE_MAX } else { self.price() };
                pools.push(PoolDraft { sku, units, price });
            }
        }
        pools
    }

    fn allotment(&mut self, free: u64) -> u32 {
        if free >= u64::from(u32::MAX) && self.dice.chance(50) {
            return HUGE_POOL;
        }
        let most = u32::try_from(free.min(4)).expect("four at most");
        self.dice.clock(1, most)
    }

    fn stray_pool(&mut self) -> PoolDraft {
        PoolDraft {
            sku: self.sku(),
            units: self.dice.clock(0, 3),
            price: self.price(),
        }
    }

    fn spoil(&mut self, pools: &mut Vec<PoolDraft>) {
        let Some(pool) = pools.last_mut() else {
            return;
        };
        match self.dice.below(5) {
            0 => pool.units = 0,
            1 => pool.price = self.dice.one_of([Amount(0), TOO_MUCH]),
            2 => pool.sku = SkuId(99),
            3 => pool.units = u32::MAX,
            _ => {
                let again = *pool;
                pools.push(again);
            }
        }
    }

    fn terms(&mut self) -> DealTerms {
        let starts_at = match self.dice.below(100) {
            0..10 => Millis(self.now.0 - self.dice.below(500)),
            10..50 => self.now,
            50..60 => self.now.plus(1),
            _ => self.now.plus(self.dice.below(3_000)),
        };
        let deduct = self
            .dice
            .one_of([Deduct::OnOrder, Deduct::OnOrder, Deduct::OnPayment]);
        let waitlist_max = match deduct {
            Deduct::OnOrder => self.dice.one_of([0, 1, 1, 2, 3]),
            Deduct::OnPayment => 0,
        };
        DealTerms {
            starts_at,
            ends_at: starts_at.plus(self.dice.between(800, 14_000)),
            hold_ms: self.dice.clock(50, 4_000),
            payment_ms: self.dice.clock(100, 5_000),
            deposit_ms: self.dice.one_of([0, 800, 4_000]),
            limit: self.dice.one_of([0, 0, 1, 2, 3, 5]),
            members_only: self.dice.chance(15),
            verified_only: self.dice.chance(15),
            deduct,
            waitlist_max,
        }
    }

    /// The same terms, so that they cannot be kept.
    fn broken(&mut self, mut terms: DealTerms) -> DealTerms {
        match self.dice.below(4) {
            0 => terms.ends_at = terms.starts_at,
            1 => terms.hold_ms = 0,
            2 => terms.payment_ms = 0,
            _ => {
                terms.deduct = Deduct::OnPayment;
                terms.waitlist_max = 1;
            }
        }
        terms
    }

    pub(super) fn change_deal(&mut self) -> Option<Command> {
        let deal = self.deal();
        let before = self.model.deals.get(&deal).map(|row| row.terms);
        let fresh = self.terms();
        let mut terms = before.unwrap_or(fresh);
        let ends_at = self
            .now
            .plus(self.dice.between(1, 4_000))
            .max(terms.starts_at.plus(1));
        terms.ends_at = self.dice.one_of([ends_at, terms.ends_at]);
        terms.hold_ms = fresh.hold_ms;
        terms.limit = fresh.limit;
        terms.deposit_ms = fresh.deposit_ms;
        match self.dice.below(100) {
            0..12 => terms.starts_at = fresh.starts_at.max(terms.starts_at.plus(1)),
            12..22 => terms.deduct = fresh.deduct,
            22..30 => terms = past(terms, self.now),
            30..38 => terms = self.broken(terms),
            38..50 => terms = fresh,
            50..70 if terms.deduct == Deduct::OnOrder => terms.waitlist_max = fresh.waitlist_max,
            _ => {}
        }
        Some(Command::ChangeDeal { deal, terms })
    }

    pub(super) fn reprice_deal(&mut self) -> Option<Command> {
        let (deal, sku) = self.pool()?;
        let price = self.price();
        let broken = self.dice.one_of([Amount(0), TOO_MUCH]);
        let price = self.dice.one_of([price, price, price, price, broken]);
        Some(Command::RepriceDeal { deal, sku, price })
    }

    pub(super) fn add_allotment(&mut self) -> Option<Command> {
        let (deal, sku) = self.pool()?;
        let free = self.model.skus.get(&sku).map_or(0, |row| row.free);
        let units = match self.dice.below(100) {
            0..5 => 0,
            5..18 => u32::try_from(free).map_or(u32::MAX, |free| free.saturating_add(1)),
            18..40 => 4,
            40..44 => u32::MAX,
            _ => 1,
        };
        Some(Command::AddAllotment { deal, sku, units })
    }

    pub(super) fn allow_extensions(&mut self) -> Command {
        let times = match self.dice.below(100) {
            0..10 => 0,
            10..90 => 1 + self.dice.below(2) as u8,
            _ => self.dice.below(14) as u8,
        };
        let span_ms = match self.dice.chance(90) {
            true if times == 0 => 0,
            true => self.dice.between(1, 300),
            false => self.dice.below(2),
        };
        let open = self.deals_open_now();
        let open = self.dice.pick(&open).filter(|_| self.dice.chance(80));
        Command::AllowExtensions {
            deal: open.unwrap_or_else(|| self.deal()),
            times,
            span_ms: u32::try_from(span_ms).expect("a short span"),
        }
    }

    pub(super) fn end_deal(&mut self) -> Command {
        Command::EndDeal { deal: self.deal() }
    }

    /// The deals whose window is now.
    pub(super) fn deals_open_now(&self) -> Vec<DealId> {
        let open = |row: &Deal| row.terms.starts_at <= self.now && !row.is_over(self.now);
        let deals = self.model.deals.iter().filter(|(_, row)| open(row));
        deals.map(|(deal, _)| *deal).collect()
    }

    /// Mostly a deal that is open, sometimes any, seldom none.
    pub(super) fn deal(&mut self) -> DealId {
        let open = self.deals_open_now();
        let all: Vec<DealId> = self.model.deals.keys().rev().take(8).copied().collect();
        let found = match self.dice.below(100) {
            0..3 => None,
            3..25 => self.dice.pick(&all),
            _ => self.dice.pick(&open).or_else(|| self.dice.pick(&all)),
        };
        found.unwrap_or(DealId(self.dice.one_of([0, 9_999])))
    }

    /// A deal and one of its SKUs; sometimes a SKU that it does not cover.
    pub(super) fn pool(&mut self) -> Option<(DealId, SkuId)> {
        let deal = self.deal();
        let row = self.model.deals.get(&deal);
        let skus: Vec<SkuId> = row?.pools.iter().map(|pool| pool.sku).collect();
        if self.dice.chance(4) {
            return Some((deal, self.sku()));
        }
        if self.dice.chance(2) {
            return Some((DealId(9_999), self.sku()));
        }
        Some((deal, self.dice.pick(&skus)?))
    }

    fn seller(&mut self) -> SellerId {
        let known = self.model.sellers.len() as u32;
        if known == 0 || self.dice.chance(6) {
            return SellerId(self.dice.one_of([0, 99]));
        }
        SellerId(self.dice.clock(1, known))
    }

    fn sku(&mut self) -> SkuId {
        let known = self.model.skus.len() as u32;
        if known == 0 || self.dice.chance(5) {
            return SkuId(self.dice.one_of([0, 99]));
        }
        SkuId(self.dice.clock(1, known))
    }

    pub(super) fn currency(&mut self) -> Currency {
        use Currency::{KRW, USD};
        self.dice.one_of([KRW, USD])
    }

    fn tax(&mut self) -> Tax {
        let basis_points = self.dice.one_of([0, 800, 1_000, 1_900]);
        self.dice.one_of([
            Tax::Included { basis_points },
            Tax::Included { basis_points },
            Tax::Exempt,
        ])
    }

    fn price(&mut self) -> Amount {
        Amount(match self.dice.below(100) {
            0..8 => PRICE_MAX.0 - self.dice.below(2) as i64,
            8..20 => 1 + self.dice.below(20) as i64,
            _ => 1 + self.dice.below(30_000) as i64,
        })
    }
}

/// The same terms with a window that is over.
fn past(mut terms: DealTerms, now: Millis) -> DealTerms {
    terms.starts_at = terms.starts_at.min(Millis(now.0 - 1));
    terms.ends_at = now;
    terms
}

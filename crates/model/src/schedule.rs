//! Setting up: rules, sellers, SKUs, stock, and the schedule of deals with their opening and closing.

use crate::model::{Decision, Model, refuse_if};
use crate::tables::{Deal, Pool, Seller, ShippingTerms, Sku, Timer};
use crate::units::Where;
use money::{Amount, Currency};
use std::collections::BTreeMap;
use vocabulary::{
    Command, DealId, DealTerms, EXTENSIONS_MAX, Event, PRICE_MAX, PoolCounts, PoolDraft, Receipt,
    Reference, Refusal, Rules, SellerId, SkuId, Tax,
};

impl Model {
    pub(crate) fn decide_stock(&mut self, command: &Command) -> Decision {
        match command {
            Command::AdoptRules { rules } => self.adopt_rules(*rules),
            Command::OpenSeller { reference } => self.open_seller(*reference),
            Command::SetShipping {
                seller,
                currency,
                fee,
                free_from,
                tax,
                surcharges,
            } => {
                let terms = ShippingTerms {
                    fee: *fee,
                    free_from: *free_from,
                    tax: *tax,
                    surcharges: surcharges.to_vec(),
                };
                self.set_shipping(*seller, *currency, terms)
            }
            Command::ListSku {
                reference,
                seller,
                tax,
            } => self.list_sku(*reference, *seller, *tax),
            Command::ReceiveStock { sku, units } => self.receive_stock(*sku, *units),
            Command::WithdrawStock { sku, units } => self.withdraw_stock(*sku, *units),
            _ => unreachable!("this family decides no other command"),
        }
    }

    pub(crate) fn decide_schedule(&mut self, command: &Command) -> Decision {
        match command {
            Command::ScheduleDeal {
                reference,
                seller,
                currency,
                terms,
                pools,
            } => {
                let deal = Deal {
                    reference: *reference,
                    seller: *seller,
                    currency: *currency,
                    terms: *terms,
                    opened: false,
                    closed: false,
                    extensions: (0, 0),
                    pools: Vec::new(),
                };
                self.schedule_deal(deal, pools)
            }
            Command::ChangeDeal { deal, terms } => self.change_deal(*deal, *terms),
            Command::RepriceDeal { deal, sku, price } => self.reprice_deal(*deal, *sku, *price),
            Command::AddAllotment { deal, sku, units } => self.add_allotment(*deal, *sku, *units),
            Command::AllowExtensions {
                deal,
                times,
                span_ms,
            } => self.allow_extensions(*deal, *times, *span_ms),
            Command::EndDeal { deal } => self.end_deal(*deal),
            _ => unreachable!("this family decides no other command"),
        }
    }

    fn adopt_rules(&mut self, rules: Rules) -> Decision {
        let outlives = u128::from(rules.idempotency_ms) + u128::from(rules.skew_ms);
        let contradict = rules.edition != 1
            || rules.idempotency_ms == 0
            || rules.payment_ms == 0
            || rules.file_after_ms == 0
            || u128::from(rules.file_after_ms) < outlives;
        refuse_if(contradict, Refusal::RulesContradict)?;
        self.rules = rules;
        self.say(Event::RulesAdopted { rules });
        Ok(Receipt::Done)
    }

    fn open_seller(&mut self, reference: Reference) -> Decision {
        let exists = self.sellers.values().any(|row| row.reference == reference);
        refuse_if(exists, Refusal::SellerExists)?;
        let seller = SellerId(next_number(self.sellers.len()));
        let row = Seller {
            reference,
            shipping: BTreeMap::new(),
        };
        self.sellers.insert(seller, row);
        self.say(Event::SellerOpened { seller, reference });
        Ok(Receipt::Seller(seller))
    }

    fn set_shipping(
        &mut self,
        seller: SellerId,
        currency: Currency,
        terms: ShippingTerms,
    ) -> Decision {
        refuse_if(!shipping_holds_together(&terms), Refusal::TermsContradict)?;
        let row = (self.sellers.get_mut(&seller)).ok_or(Refusal::SellerUnknown)?;
        let (fee, free_from) = (terms.fee, terms.free_from);
        row.shipping.insert(currency, terms);
        self.say(Event::ShippingSet {
            seller,
            currency,
            fee,
            free_from,
        });
        Ok(Receipt::Done)
    }

    fn list_sku(&mut self, reference: Reference, seller: SellerId, tax: Tax) -> Decision {
        refuse_if(!self.sellers.contains_key(&seller), Refusal::SellerUnknown)?;
        let exists = self.skus.values().any(|row| row.reference == reference);
        refuse_if(exists, Refusal::SkuExists)?;
        let sku = SkuId(next_number(self.skus.len()));
        let row = Sku {
            reference,
            seller,
            tax,
            stock: 0,
            free: 0,
        };
        self.skus.insert(sku, row);
        self.say(Event::SkuListed {
            sku,
            seller,
            reference,
        });
        Ok(Receipt::Sku(sku))
    }

    fn receive_stock(&mut self, sku: SkuId, units: u32) -> Decision {
        refuse_if(units == 0, Refusal::NothingAsked)?;
        let row = self.skus.get_mut(&sku).ok_or(Refusal::SkuUnknown)?;
        row.stock += u64::from(units);
        row.free += u64::from(units);
        self.say_stock(sku);
        Ok(Receipt::Done)
    }

    fn withdraw_stock(&mut self, sku: SkuId, units: u32) -> Decision {
        refuse_if(units == 0, Refusal::NothingAsked)?;
        let row = self.skus.get_mut(&sku).ok_or(Refusal::SkuUnknown)?;
        refuse_if(row.free < u64::from(units), Refusal::StockInsufficient)?;
        row.stock -= u64::from(units);
        row.free -= u64::from(units);
        self.say_stock(sku);
        Ok(Receipt::Done)
    }

    fn schedule_deal(&mut self, row: Deal, drafts: &[PoolDraft]) -> Decision {
        self.may_schedule(&row, drafts)?;
        let deal = DealId(next_number(self.deals.len()));
        let terms = row.terms;
        self.say(Event::DealScheduled {
            deal,
            reference: row.reference,
            seller: row.seller,
            currency: row.currency,
            terms,
        });
        self.deals.insert(deal, row);
        for draft in drafts {
            self.add_pool(deal, *draft);
        }
        self.set_timer(terms.starts_at, Timer::OpenDeal(deal));
        self.set_timer(terms.ends_at, Timer::CloseDeal(deal));
        Ok(Receipt::Deal(deal))
    }

    fn may_schedule(&self, row: &Deal, drafts: &[PoolDraft]) -> Result<(), Refusal> {
        let asks_nothing = drafts.is_empty() || drafts.iter().any(|draft| draft.units == 0);
        refuse_if(asks_nothing, Refusal::NothingAsked)?;
        let holds_together = row.terms.hold_together()
            && drafts.iter().all(|draft| may_be_price(draft.price))
            && !any_twice(drafts.iter().map(|draft| draft.sku));
        refuse_if(!holds_together, Refusal::TermsContradict)?;
        let knows_seller = self.sellers.contains_key(&row.seller);
        refuse_if(!knows_seller, Refusal::SellerUnknown)?;
        let knows_skus = drafts
            .iter()
            .all(|draft| self.skus.contains_key(&draft.sku));
        refuse_if(!knows_skus, Refusal::SkuUnknown)?;
        let exists = (self.deals.values()).any(|other| other.reference == row.reference);
        refuse_if(exists, Refusal::DealExists)?;
        let differs = (drafts.iter()).any(|draft| self.skus[&draft.sku].seller != row.seller);
        refuse_if(differs, Refusal::SellerDiffers)?;
        let insufficient =
            (drafts.iter()).any(|draft| self.skus[&draft.sku].free < u64::from(draft.units));
        refuse_if(insufficient, Refusal::StockInsufficient)?;
        refuse_if(row.terms.ends_at <= self.now, Refusal::DealStartsInPast)
    }

    fn add_pool(&mut self, deal: DealId, draft: PoolDraft) {
        let PoolDraft { sku, units, price } = draft;
        let counts = PoolCounts {
            available: units,
            ..PoolCounts::default()
        };
        self.take_free(sku, units);
        self.deal_mut(deal).pools.push(Pool { sku, price, counts });
        self.say(Event::DealPriced { deal, sku, price });
        self.say_stock(sku);
        self.say_pool(deal, sku);
    }

    fn change_deal(&mut self, deal: DealId, terms: DealTerms) -> Decision {
        refuse_if(!terms.hold_together(), Refusal::TermsContradict)?;
        let row = self.known_deal(deal)?;
        let before = row.terms;
        let moves = before.starts_at != terms.starts_at || before.deduct != terms.deduct;
        let started = before.starts_at <= self.now;
        refuse_if(started && moves, Refusal::DealStarted)?;
        refuse_if(terms.ends_at <= self.now, Refusal::DealStartsInPast)?;
        refuse_if(row.closed, Refusal::DealOver)?;
        self.deal_mut(deal).terms = terms;
        self.say(Event::DealChanged { deal, terms });
        if before.starts_at != terms.starts_at {
            self.set_timer(terms.starts_at, Timer::OpenDeal(deal));
        }
        if before.ends_at != terms.ends_at {
            self.set_timer(terms.ends_at, Timer::CloseDeal(deal));
        }
        Ok(Receipt::Done)
    }

    fn reprice_deal(&mut self, deal: DealId, sku: SkuId, price: Amount) -> Decision {
        refuse_if(!may_be_price(price), Refusal::TermsContradict)?;
        self.known_pool(deal, sku)?;
        refuse_if(self.deal(deal).is_over(self.now), Refusal::DealOver)?;
        self.pool_mut(deal, sku).price = price;
        self.say(Event::DealPriced { deal, sku, price });
        Ok(Receipt::Done)
    }

    fn add_allotment(&mut self, deal: DealId, sku: SkuId, units: u32) -> Decision {
        refuse_if(units == 0, Refusal::NothingAsked)?;
        let allotted = self.known_pool(deal, sku)?.counts.allotted();
        let free = self.skus[&sku].free;
        refuse_if(free < u64::from(units), Refusal::StockInsufficient)?;
        refuse_if(self.deal(deal).is_over(self.now), Refusal::DealOver)?;
        refuse_if(
            allotted.checked_add(units).is_none(),
            Refusal::AmountOverflow,
        )?;
        self.take_free(sku, units);
        self.pool_mut(deal, sku).put(units, Where::Available);
        self.say_stock(sku);
        self.say_pool(deal, sku);
        self.offer_what_is_available(deal, sku);
        Ok(Receipt::Done)
    }

    fn allow_extensions(&mut self, deal: DealId, times: u8, span_ms: u32) -> Decision {
        let never = times == 0 && span_ms == 0;
        let now_and_then = (1..=EXTENSIONS_MAX).contains(&times) && span_ms > 0;
        refuse_if(!never && !now_and_then, Refusal::TermsContradict)?;
        refuse_if(self.known_deal(deal)?.closed, Refusal::DealOver)?;
        self.deal_mut(deal).extensions = (times, span_ms);
        self.say(Event::ExtensionsAllowed {
            deal,
            times,
            span_ms,
        });
        Ok(Receipt::Done)
    }

    fn end_deal(&mut self, deal: DealId) -> Decision {
        let over = self.known_deal(deal)?.is_over(self.now);
        refuse_if(over, Refusal::DealOver)?;
        self.deal_mut(deal).terms.ends_at = self.now;
        self.close_deal(deal);
        Ok(Receipt::Done)
    }

    /// Timer: the first millisecond of a deal's window.
    pub(crate) fn open_deal(&mut self, deal: DealId) {
        let row = self.deal(deal);
        if row.opened || row.closed || self.now < row.terms.starts_at {
            return;
        }
        self.deal_mut(deal).opened = true;
        self.say(Event::DealOpened { deal });
    }

    /// Timer: the first millisecond after a deal's window; also `EndDeal`.
    pub(crate) fn close_deal(&mut self, deal: DealId) {
        let row = self.deal(deal);
        if row.closed || self.now < row.terms.ends_at {
            return;
        }
        let pools = row.pools.clone();
        self.deal_mut(deal).closed = true;
        self.say(Event::DealClosed { deal });
        for pool in pools {
            for place in self.waiting(deal, pool.sku) {
                self.end_place(place, Event::WaitlistEnded { place });
            }
            let available = pool.counts.available;
            if available > 0 {
                self.return_unsold(deal, pool.sku, available, Where::Available);
            }
        }
    }
}

/// The number after `known` numbers that count from 1.
fn next_number(known: usize) -> u32 {
    u32::try_from(known + 1).expect("fewer than 2^32 of them are ever known")
}

fn shipping_holds_together(terms: &ShippingTerms) -> bool {
    let bounded = |amount: Amount| amount >= Amount::ZERO && amount <= PRICE_MAX;
    let zones = terms.surcharges.iter().map(|surcharge| surcharge.zone);
    bounded(terms.fee)
        && bounded(terms.free_from)
        && (terms.surcharges.iter()).all(|surcharge| bounded(surcharge.amount))
        && !any_twice(zones)
}

fn may_be_price(price: Amount) -> bool {
    price > Amount::ZERO && price <= PRICE_MAX
}

/// True when two of `items` are the same.
pub(crate) fn any_twice<T: PartialEq>(items: impl Iterator<Item = T>) -> bool {
    let mut seen = Vec::new();
    for item in items {
        if seen.contains(&item) {
            return true;
        }
        seen.push(item);
    }
    false
}

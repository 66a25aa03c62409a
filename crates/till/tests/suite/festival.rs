//! A tiny festival to sell from: one seller, one SKU, one deal of some units, open from 1,000 on.

use money::{Amount, Currency};
use till::{Reading, Till, Turn};
use vocabulary::{
    Command, DealId, DealTerms, Deduct, Millis, PersonKey, PoolDraft, Reference, Request,
    RequestKey, SellerId, Shopper, SkuId, Tax,
};

/// The deal's first and last open millisecond, and how long a hold lasts.
pub const OPENS: u64 = 1_000;
pub const CLOSES: u64 = 1_000_000;
pub const HOLD_MS: u64 = 500;

/// The commands that set it up, with `units` in the deal.
pub fn commands(units: u32) -> Vec<Request> {
    let terms = DealTerms {
        starts_at: Millis(OPENS),
        ends_at: Millis(CLOSES),
        hold_ms: HOLD_MS as u32,
        payment_ms: 10_000,
        deposit_ms: 0,
        limit: 0,
        members_only: false,
        verified_only: false,
        deduct: Deduct::OnOrder,
        waitlist_max: 10,
    };
    let (seller, sku, currency) = (SellerId(1), SkuId(1), Currency::KRW);
    let pools = vec![PoolDraft {
        sku,
        units,
        price: Amount(9_900),
    }];
    let commands = [
        Command::OpenSeller {
            reference: Reference(1),
        },
        Command::ListSku {
            reference: Reference(2),
            seller,
            tax: Tax::Exempt,
        },
        Command::ReceiveStock { sku, units },
        Command::ScheduleDeal {
            reference: Reference(3),
            seller,
            currency,
            terms,
            pools,
        },
    ];
    commands.into_iter().map(Request::from).collect()
}

/// A hold of one unit for person number `person`.
pub fn hold(person: u128) -> Request {
    let shopper = Shopper {
        person: PersonKey(person),
        member: false,
        verified: false,
    };
    Command::PlaceHold {
        deal: DealId(1),
        sku: SkuId(1),
        units: 1,
        shopper,
        or_wait: false,
    }
    .into()
}

/// The same under a request key.
pub fn keyed_hold(person: u128, key: u128) -> Request {
    Request {
        key: Some(RequestKey { key, body: 7 }),
        ..hold(person)
    }
}

/// Both clocks at `ms`.
pub fn at(ms: u64) -> Reading {
    Reading {
        wall: Millis(ms),
        monotonic_ms: ms,
    }
}

/// One turn with one ticket.
pub fn turn(till: &mut Till, ms: u64, requests: Vec<Request>) -> Turn<()> {
    till.turn(at(ms), &mut [((), requests)].into())
}

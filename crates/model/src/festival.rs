//! A tiny festival for tests that need something on sale and nothing else: one seller, one SKU, one deal of some units.

use money::{Amount, Currency};
use vocabulary::{
    Command, DealId, DealTerms, Deduct, Millis, PersonKey, PoolDraft, Reference, Request,
    RequestKey, SellerId, Shopper, SkuId, Tax,
};

/// The deal's first open millisecond.
pub const OPENS: u64 = 1_000;
/// How long a hold lasts.
pub const HOLD_MS: u64 = 500;
/// What a unit costs, in won.
pub const PRICE: Amount = Amount(9_900);
/// Some weeks after it opens.
const CLOSES: u64 = 40 * 24 * 3_600_000;

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
        price: PRICE,
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

/// Person number `person`.
pub fn shopper(person: u128) -> Shopper {
    Shopper {
        person: PersonKey(person),
        member: false,
        verified: false,
    }
}

/// A hold of one unit for person number `person`.
pub fn hold(person: u128) -> Request {
    Command::PlaceHold {
        deal: DealId(1),
        sku: SkuId(1),
        units: 1,
        shopper: shopper(person),
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

//! What is on sale in the bench, and who may buy: deals that are open, with more units than anybody
//! can take, and members who were handed over by another shop.

use super::stand::now;
use anyhow::{bail, ensure};
use http::sessions::{SESSION_MS, Session};
use http::{Limit, Limits, Shop};
use intake::{Localized, ProductDraft, SkuDraft};
use money::{Amount, Currency};
use records::{Deal, Seller, Who};
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use vocabulary::{
    CheckoutId, Command, DealId, DealTerms, Deduct, Millis, OrderId, PoolDraft, Receipt, Request,
    Rules, SellerId, Shopper, SkuId, Tax, Zone,
};

/// How many deals there are, each with one SKU.
pub const DEALS: usize = 1_000;
/// How many shoppers there are.
pub const SHOPPERS: usize = 65_536;
/// What a unit costs.
const PRICE: Amount = Amount(41_000);
/// How many requests go in together while the shelf is filled.
const TOGETHER: usize = 500;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
const TAX: Tax = Tax::Included {
    basis_points: 1_000,
};

/// What may be asked for, and by whom.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// The ids of deals, each of them also its SKU's.
    pub deals: Vec<String>,
    /// The sessions of shoppers.
    pub sessions: Vec<String>,
}

/// A deal that nobody can buy from: its only unit is ordered.
pub const SOLD_OUT: &str = "SOLD-OUT";
/// A deal that opens tomorrow.
pub const NOT_OPEN: &str = "NOT-OPEN";
/// A deal that was ended.
pub const OVER: &str = "OVER";

/// What an order of one unit comes to.
pub const TOTAL: Amount = PRICE;

/// Limits that are counted and never reached: one machine asks for everybody.
pub fn limits() -> Limits {
    let plenty = NonZeroU32::new(100_000_000).expect("it is not zero");
    let limit = Limit {
        per_second: plenty,
        burst: plenty,
    };
    Limits {
        session: limit,
        address: limit,
        sessions_per_minute: plenty,
        letters_per_minute: plenty,
        ..Limits::default()
    }
}

/// Puts it all into an empty shop.
pub async fn fill(shop: &Shop) -> anyhow::Result<Shelf> {
    let seller = open_seller(shop).await?;
    let deals: Vec<String> = (0..DEALS).map(|n| format!("D{n:04}")).collect();
    for part in deals.chunks(TOGETHER) {
        let skus = list(shop, seller, part).await?;
        schedule(shop, seller, part, &skus, u32::MAX, yesterday()).await?;
    }
    add_hopeless(shop, seller).await?;
    let sessions = (0..SHOPPERS).map(|n| session(shop, n)).collect();
    Ok(Shelf { deals, sessions })
}

async fn open_seller(shop: &Shop) -> anyhow::Result<SellerId> {
    let rules = Rules::default();
    let reference = shop.secrets.seller_reference("moa");
    let commands = vec![
        Command::AdoptRules { rules },
        Command::OpenSeller { reference },
    ];
    let Some(Receipt::Seller(number)) = order(shop, commands).await?.pop() else {
        bail!("a seller has a number");
    };
    let seller = Seller {
        id: "moa".to_owned(),
        name: Localized::from([("ko", "모아서옷장"), ("en", "Moa Closet")]),
        about: Localized::default(),
        business: records::Business::default(),
        shipping: None,
        number: None,
    };
    shop.records.put_seller(&seller).await?;
    let bound = [("moa".to_owned(), number)];
    shop.records.bind_sellers(&bound).await?;
    Ok(number)
}

async fn list(shop: &Shop, seller: SellerId, ids: &[String]) -> anyhow::Result<Vec<SkuId>> {
    let listed = ids.iter().map(|id| Command::ListSku {
        reference: shop.secrets.sku_reference(id),
        seller,
        tax: TAX,
    });
    let mut skus = Vec::new();
    for receipt in order(shop, listed.collect()).await? {
        let Receipt::Sku(sku) = receipt else {
            bail!("a SKU has a number")
        };
        skus.push(sku);
    }
    let stock = skus.iter().map(|sku| Command::ReceiveStock {
        sku: *sku,
        units: u32::MAX,
    });
    order(shop, stock.collect()).await?;
    let products: Vec<ProductDraft> = ids.iter().map(|id| product(id)).collect();
    let numbers: BTreeMap<String, SkuId> = ids.iter().cloned().zip(skus.clone()).collect();
    let numbers = numbers.into_iter().collect();
    shop.records.upsert_products(&products, &numbers).await?;
    Ok(skus)
}

/// Deals from which nobody can buy, for three different reasons.
async fn add_hopeless(shop: &Shop, seller: SellerId) -> anyhow::Result<()> {
    let ids = [SOLD_OUT, NOT_OPEN, OVER].map(str::to_owned);
    let skus = list(shop, seller, &ids).await?;
    let begin = [yesterday(), now().plus(DAY_MS), yesterday()];
    let mut deals = Vec::new();
    for ((id, sku), starts_at) in ids.into_iter().zip(&skus).zip(begin) {
        deals.extend(schedule(shop, seller, &[id], &[*sku], 1, starts_at).await?);
    }
    let ends = Command::EndDeal { deal: deals[2] };
    order(shop, vec![buys(shop, deals[0], skus[0]), ends]).await?;
    Ok(())
}

/// Somebody orders a unit.
fn buys(shop: &Shop, deal: DealId, sku: SkuId) -> Command {
    let shopper = Shopper {
        person: shop.secrets.person_key(Who::HandedOver("the lucky one")),
        member: true,
        verified: false,
    };
    let order = uuid::Builder::from_unix_timestamp_millis(now().0, &[7; 10]).into_uuid();
    Command::BuyNow {
        deal,
        sku,
        units: 1,
        shopper,
        checkout: CheckoutId(order.as_u128() ^ 1),
        order: OrderId(order.as_u128()),
        zone: Zone(0),
    }
}

fn yesterday() -> Millis {
    Millis(now().0 - DAY_MS)
}

/// Puts deals of one SKU each on the schedule; their numbers.
async fn schedule(
    shop: &Shop,
    seller: SellerId,
    ids: &[String],
    skus: &[SkuId],
    units: u32,
    starts_at: Millis,
) -> anyhow::Result<Vec<DealId>> {
    let scheduled = ids.iter().zip(skus).map(|(id, sku)| Command::ScheduleDeal {
        reference: shop.secrets.deal_reference(id),
        seller,
        currency: Currency::KRW,
        terms: terms(starts_at),
        pools: vec![PoolDraft {
            sku: *sku,
            units,
            price: PRICE,
        }],
    });
    let receipts = order(shop, scheduled.collect()).await?;
    let deals = ids.iter().zip(receipts).map(|(id, receipt)| Deal {
        id: id.clone(),
        product: id.clone(),
        number: match receipt {
            Receipt::Deal(number) => Some(number),
            _ => None,
        },
    });
    let deals: Vec<Deal> = deals.collect();
    shop.records.put_deals(&deals).await?;
    Ok(deals.iter().filter_map(|deal| deal.number).collect())
}

fn terms(starts_at: Millis) -> DealTerms {
    DealTerms {
        starts_at,
        ends_at: starts_at.plus(3 * DAY_MS),
        hold_ms: 900_000,
        payment_ms: 1_800_000,
        deposit_ms: 0,
        limit: u16::MAX,
        members_only: true,
        verified_only: false,
        deduct: Deduct::OnOrder,
        waitlist_max: 1_000,
    }
}

fn product(id: &str) -> ProductDraft {
    ProductDraft {
        id: id.to_owned(),
        seller: "moa".to_owned(),
        name: Localized::from([("ko", "울 코트"), ("en", "Wool coat")]),
        description: Localized::default(),
        category: vec![Localized::from([("ko", "여성복"), ("en", "Women")])],
        brand: None,
        price: Amount(59_000),
        list_price: None,
        currency: Currency::KRW,
        tax: TAX,
        colours: Vec::new(),
        pictures: Vec::new(),
        skus: vec![SkuDraft {
            id: id.to_owned(),
            option: Localized::default(),
            stock: 100,
        }],
    }
}

/// As `POST /v1/sessions` gives it to a member who was handed over.
fn session(shop: &Shop, n: usize) -> String {
    let id = format!("member {n}");
    let session = Session {
        person: shop.secrets.person_key(Who::HandedOver(&id)),
        member: true,
        verified: false,
        account: None,
        earlier: None,
        unverified: None,
        grade: None,
        expires_at: now().plus(SESSION_MS),
    };
    session.seal(&shop.keys)
}

/// Has commands done that nothing speaks against.
async fn order(shop: &Shop, commands: Vec<Command>) -> anyhow::Result<Vec<Receipt>> {
    let requests: Vec<Request> = commands.into_iter().map(Request::from).collect();
    let Ok(replies) = shop.ask_all(requests).await else {
        bail!("the till does not answer")
    };
    let receipts: Vec<Receipt> = replies
        .iter()
        .filter_map(|reply| http::shop::done(*reply).ok())
        .map(|done| done.what)
        .collect();
    ensure!(
        receipts.len() == replies.len(),
        "the shelf cannot be filled: {replies:?}"
    );
    Ok(receipts)
}

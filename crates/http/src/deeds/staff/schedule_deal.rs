//! Staff put a deal on the schedule.

use super::audit::{Entry, write};
use super::{DealTerms, allow_extensions, deal_target};
use crate::problem::Problem;
use crate::request_key::part;
use crate::shop::{Done, Shop};
use crate::who::Staff;
use intake::{Cause, DealDraft, DealPool, is_reserved_id};
use money::Amount;
use records::{Deal, Role};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use vocabulary::{Command, DealId, PoolDraft, Receipt, Refusal, RequestKey, SellerId};

/// A SKU of a deal to be.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct PoolAsk {
    /// The shop's own id.
    pub sku: String,
    /// How many units the deal gets.
    pub units: u32,
    /// The price of one, in minor units.
    pub price: i64,
}

impl From<PoolAsk> for DealPool {
    fn from(ask: PoolAsk) -> Self {
        DealPool {
            sku: ask.sku,
            allotment: ask.units,
            price: Amount(ask.price),
        }
    }
}

/// Puts a deal on the schedule, and says what more time its holds may have.
///
/// # Errors
/// What the ledger refuses; an id that is none.
pub async fn schedule_deal(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    draft: &DealDraft,
) -> Result<Done<DealId>, Problem> {
    staff.require(Role::Merchandiser)?;
    let mut done = put_on_schedule(shop, key, draft).await?;
    if !done.repeated {
        write(shop, staff, entry(draft)).await?;
    }
    if draft.extensions.times > 0 {
        // The views tell which deal it is.
        shop.shown(done.seq).await?;
        let (key, extensions) = (part(key, 0), draft.extensions.into());
        let allowed = allow_extensions(shop, staff, key, &draft.id, &extensions).await?;
        done.seq = allowed.seq;
    }
    Ok(done)
}

/// What the audit says of a deal that was put on the schedule.
pub(super) fn entry(draft: &DealDraft) -> Entry {
    let after = json!({
        "terms": DealTerms::from(draft.terms),
        "currency": draft.currency,
        "pools": draft.pools,
    });
    Entry {
        action: "deal.schedule",
        target: deal_target(&draft.id),
        before: None,
        after: Some(after),
    }
}

/// Has the ledger schedule the deal and the records know its number.
pub(super) async fn put_on_schedule(
    shop: &Shop,
    key: Option<RequestKey>,
    draft: &DealDraft,
) -> Result<Done<DealId>, Problem> {
    let (command, product) = command(shop, draft).await?;
    let done = match shop.order(key, command).await {
        Err(problem) if problem.is(Refusal::DealExists) => {
            mend_binding(shop, draft, &product).await?;
            return Err(problem);
        }
        done => done?,
    };
    let Receipt::Deal(number) = done.what else {
        unreachable!("a deal is answered with its number, not {:?}", done.what)
    };
    bind(shop, &draft.id, &product, number).await?;
    Ok(done.map(|_| number))
}

/// The command for a draft, and the product that the deal shows: its first SKU's.
pub(super) async fn command(shop: &Shop, draft: &DealDraft) -> Result<(Command, String), Problem> {
    check_id(&draft.id)?;
    let mut pools = Vec::with_capacity(draft.pools.len());
    let mut product = None;
    for pool in &draft.pools {
        let (sku, known) = shop.directory.sku(&pool.sku).await?;
        product.get_or_insert_with(|| known.product.clone());
        pools.push(PoolDraft {
            sku,
            units: pool.allotment,
            price: pool.price,
        });
    }
    let product = product.ok_or(Refusal::NothingAsked)?;
    let command = Command::ScheduleDeal {
        reference: shop.secrets.deal_reference(&draft.id),
        seller: seller_of(shop, &product).await?,
        currency: draft.currency,
        terms: draft.terms,
        pools,
    };
    Ok((command, product))
}

fn check_id(id: &str) -> Result<(), Problem> {
    if id.trim().is_empty() || id.len() > 200 {
        return Err(Problem::field("deal", "has 1 to 200 bytes"));
    }
    match is_reserved_id(id) {
        true => Err(Problem::field("deal", Cause::ReservedId.help())),
        false => Ok(()),
    }
}

async fn seller_of(shop: &Shop, product: &str) -> Result<SellerId, Problem> {
    let now = shop.now();
    let showcase = shop.directory.product(product, now).await?;
    let seller = shop.directory.seller(&showcase.product.seller, now).await?;
    Ok(seller.number.ok_or(Refusal::SellerUnknown)?)
}

/// The journal knows the deal; the records may have been cut off before they learnt of it.
pub(super) async fn mend_binding(
    shop: &Shop,
    draft: &DealDraft,
    product: &str,
) -> Result<(), Problem> {
    if shop.records.deal(&draft.id).await?.is_some() {
        return Ok(());
    }
    let reference = shop.secrets.deal_reference(&draft.id);
    let number = {
        let views = shop.views();
        let mut cards = views.deals.all();
        let found = cards.find(|card| card.reference == reference);
        found.map(|card| card.deal)
    };
    match number {
        Some(number) => bind(shop, &draft.id, product, number).await,
        None => Ok(()),
    }
}

/// Has the records know the numbers of deals.
pub(super) async fn bind_all(shop: &Shop, deals: &[Deal]) -> Result<(), Problem> {
    Ok(shop.records.put_deals(deals).await?)
}

async fn bind(shop: &Shop, id: &str, product: &str, number: DealId) -> Result<(), Problem> {
    let deal = Deal {
        id: id.to_owned(),
        product: product.to_owned(),
        number: Some(number),
    };
    bind_all(shop, &[deal]).await
}

//! Staff put deals on the schedule and change them.

use crate::deeds::staff::audit;
use crate::moment::Moment;
use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Staff;
use intake::{DealDraft, DealPool};
use money::Amount;
use records::{Deal, Role};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use views::DealCard;
use vocabulary::{Command, DealId, Deduct, PoolDraft, Receipt, Refusal, RequestKey, SellerId};

/// The terms of a deal; times in milliseconds where the name says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DealTerms {
    /// The first millisecond in which a hold may be placed.
    pub starts_at: Moment,
    /// The first millisecond in which none may be placed any more.
    pub ends_at: Moment,
    /// How long a hold lasts.
    pub hold_seconds: u32,
    /// How long an order may stay unpaid.
    pub payment_seconds: u32,
    /// How long a virtual-account deposit may take; 0 where deposits are not allowed.
    #[serde(default)]
    pub deposit_seconds: u32,
    /// How many units one person may have; 0 for no limit.
    pub limit: u16,
    /// Only members may take part.
    #[serde(default)]
    pub members_only: bool,
    /// Only verified persons may take part.
    #[serde(default)]
    pub verified_only: bool,
    /// Units leave what is available only when the payment is authorised.
    #[serde(default)]
    pub deduct_on_payment: bool,
    /// How many places the waitlist of each SKU has.
    #[serde(default)]
    pub waitlist_max: u32,
}

impl From<vocabulary::DealTerms> for DealTerms {
    fn from(terms: vocabulary::DealTerms) -> Self {
        DealTerms {
            starts_at: Moment(terms.starts_at),
            ends_at: Moment(terms.ends_at),
            hold_seconds: terms.hold_ms / 1_000,
            payment_seconds: terms.payment_ms / 1_000,
            deposit_seconds: terms.deposit_ms / 1_000,
            limit: terms.limit,
            members_only: terms.members_only,
            verified_only: terms.verified_only,
            deduct_on_payment: terms.deduct == Deduct::OnPayment,
            waitlist_max: terms.waitlist_max,
        }
    }
}

impl DealTerms {
    /// The terms in the ledger's words.
    ///
    /// # Errors
    /// A time that does not fit.
    pub fn words(&self) -> Result<vocabulary::DealTerms, Problem> {
        let ms = |field: &str, seconds: u32| {
            let too_long = || Problem::field(field, "is longer than 49 days");
            seconds.checked_mul(1_000).ok_or_else(too_long)
        };
        Ok(vocabulary::DealTerms {
            starts_at: self.starts_at.0,
            ends_at: self.ends_at.0,
            hold_ms: ms("hold_seconds", self.hold_seconds)?,
            payment_ms: ms("payment_seconds", self.payment_seconds)?,
            deposit_ms: ms("deposit_seconds", self.deposit_seconds)?,
            limit: self.limit,
            members_only: self.members_only,
            verified_only: self.verified_only,
            deduct: match self.deduct_on_payment {
                true => Deduct::OnPayment,
                false => Deduct::OnOrder,
            },
            waitlist_max: self.waitlist_max,
        })
    }
}

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

/// A new price.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct PriceAsk {
    /// The shop's own id of the SKU.
    pub sku: String,
    /// The new price of one, in minor units.
    pub price: i64,
}

/// More units.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct StockAsk {
    /// The shop's own id of the SKU.
    pub sku: String,
    /// How many.
    pub units: u32,
}

/// Puts a deal on the schedule.
///
/// # Errors
/// What the ledger refuses.
pub async fn schedule_deal(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    draft: &DealDraft,
) -> Result<Done<DealId>, Problem> {
    staff.require(Role::Merchandiser)?;
    let (command, product) = schedule_command(shop, draft).await?;
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
    if !done.repeated {
        let after = json!({
            "terms": DealTerms::from(draft.terms),
            "currency": draft.currency,
            "pools": draft.pools,
        });
        audit(shop, staff, "schedule_deal", &draft.id, (None, Some(after))).await?;
    }
    Ok(done.map(|_| number))
}

/// Changes a deal's terms.
///
/// # Errors
/// What the ledger refuses.
pub async fn change_deal(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    deal: &str,
    terms: &DealTerms,
) -> Result<Done<()>, Problem> {
    let (number, before) = known(shop, staff, deal).await?;
    let terms = terms.words()?;
    let command = Command::ChangeDeal {
        deal: number,
        terms,
    };
    let after = json!({"terms": DealTerms::from(terms)});
    change(
        shop,
        staff,
        key,
        ("change_deal", deal),
        command,
        (before, after),
    )
    .await
}

/// Gives one SKU of a deal a new price.
///
/// # Errors
/// What the ledger refuses.
pub async fn reprice_deal(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    deal: &str,
    ask: &PriceAsk,
) -> Result<Done<()>, Problem> {
    let (number, before) = known(shop, staff, deal).await?;
    let (sku, _) = shop.directory.sku(&ask.sku).await?;
    let command = Command::RepriceDeal {
        deal: number,
        sku,
        price: Amount(ask.price),
    };
    let after = json!({"sku": ask.sku, "price": ask.price});
    change(
        shop,
        staff,
        key,
        ("reprice_deal", deal),
        command,
        (before, after),
    )
    .await
}

/// Moves more units from free stock into a deal.
///
/// # Errors
/// What the ledger refuses.
pub async fn add_allotment(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    deal: &str,
    ask: &StockAsk,
) -> Result<Done<()>, Problem> {
    let (number, before) = known(shop, staff, deal).await?;
    let (sku, _) = shop.directory.sku(&ask.sku).await?;
    let command = Command::AddAllotment {
        deal: number,
        sku,
        units: ask.units,
    };
    let after = json!({"sku": ask.sku, "units_added": ask.units});
    change(
        shop,
        staff,
        key,
        ("add_allotment", deal),
        command,
        (before, after),
    )
    .await
}

/// Ends a deal now.
///
/// # Errors
/// What the ledger refuses.
pub async fn end_deal(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    deal: &str,
) -> Result<Done<()>, Problem> {
    let (number, before) = known(shop, staff, deal).await?;
    let command = Command::EndDeal { deal: number };
    let after = json!({"ended": true});
    change(
        shop,
        staff,
        key,
        ("end_deal", deal),
        command,
        (before, after),
    )
    .await
}

/// What the audit says of a deal.
pub fn deal_json(card: &DealCard) -> Value {
    json!({
        "terms": DealTerms::from(card.terms),
        "pools": card.pools,
        "closed": card.closed,
    })
}

async fn known(shop: &Shop, staff: &Staff, deal: &str) -> Result<(DealId, Value), Problem> {
    staff.require(Role::Merchandiser)?;
    let number = shop.directory.deal(deal).await?.number;
    let before = shop.views().deals.deal(number).map(deal_json);
    Ok((number, before.unwrap_or(Value::Null)))
}

async fn change(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    (action, deal): (&str, &str),
    command: Command,
    (before, after): (Value, Value),
) -> Result<Done<()>, Problem> {
    let done = shop.order(key, command).await?;
    if !done.repeated {
        audit(shop, staff, action, deal, (Some(before), Some(after))).await?;
    }
    Ok(done.map(|_| ()))
}

/// The command for a draft, and the product that the deal shows: its first SKU's.
pub(crate) async fn schedule_command(
    shop: &Shop,
    draft: &DealDraft,
) -> Result<(Command, String), Problem> {
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

async fn seller_of(shop: &Shop, product: &str) -> Result<SellerId, Problem> {
    let now = shop.now();
    let showcase = shop.directory.product(product, now).await?;
    let seller = shop.directory.seller(&showcase.product.seller, now).await?;
    Ok(seller.number.ok_or(Refusal::SellerUnknown)?)
}

/// The journal knows the deal; the records may have been cut off before they learnt of it.
pub(crate) async fn mend_binding(
    shop: &Shop,
    draft: &DealDraft,
    product: &str,
) -> Result<(), Problem> {
    let reference = shop.secrets.deal_reference(&draft.id);
    let number = {
        let views = shop.views();
        let mut cards = views.deals.all();
        cards
            .find(|card| card.reference == reference)
            .map(|card| card.deal)
    };
    match number {
        Some(number) if shop.records.deal(&draft.id).await?.is_none() => {
            bind(shop, &draft.id, product, number).await
        }
        _ => Ok(()),
    }
}

pub(crate) async fn bind(
    shop: &Shop,
    id: &str,
    product: &str,
    number: DealId,
) -> Result<(), Problem> {
    let deal = Deal {
        id: id.to_owned(),
        product: product.to_owned(),
        number: Some(number),
    };
    Ok(shop.records.put_deals(&[deal]).await?)
}

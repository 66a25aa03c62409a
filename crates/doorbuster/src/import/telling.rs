//! Telling the ledger what the catalogue knows: sellers, their shipping terms, SKUs and stock. Every
//! step can be done again: what the ledger knows already it refuses, and its number is looked up.

use crate::house::House;
use anyhow::{Context, anyhow, bail};
use ledger::Ledger;
use money::Currency;
use records::{Seller, ShippingTerms, Sku};
use std::collections::BTreeMap;
use tokio::sync::oneshot;
use vocabulary::{
    Command, Outcome, Receipt, Refusal, Request, SellerId, SkuId, Surcharge, Tax, Zone,
};

/// How many SKUs are told of at once.
const CHUNK: u32 = 4_000;
/// The zones that surcharges may name, with their codes in the ledger.
const ZONES: [(&str, Zone); 2] = [("jeju", Zone(1)), ("island", Zone(2))];

/// What was told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    pub sellers: u64,
    pub skus: u64,
    pub stock_changes: u64,
}

impl House {
    /// Looks at the ledger while everything it has executed is durable.
    pub async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Ledger) -> T + Send + 'static,
    ) -> anyhow::Result<T> {
        let (sender, receiver) = oneshot::channel();
        self.counter.look(Box::new(move |ledger| {
            let _ = sender.send(look(ledger));
        }))?;
        receiver
            .await
            .context("the till stopped before it could be looked at")
    }
}

/// Tells of every seller without a number, and of everybody's shipping terms.
pub(super) async fn sellers(
    house: &House,
    currency: Currency,
    told: &mut Told,
) -> anyhow::Result<()> {
    let mut after = String::new();
    loop {
        let page = house.records.sellers(&after, CHUNK).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after.clone_from(&last.id);
        let numbers = open_sellers(house, &page, told).await?;
        for (seller, number) in page.iter().zip(numbers) {
            if let Some(terms) = &seller.shipping {
                set_shipping(house, number, currency, terms).await?;
            }
        }
    }
}

/// The numbers of these sellers; who has none is opened.
async fn open_sellers(
    house: &House,
    page: &[Seller],
    told: &mut Told,
) -> anyhow::Result<Vec<SellerId>> {
    let new = page.iter().filter(|seller| seller.number.is_none());
    let new: Vec<&Seller> = new.collect();
    let opening = new.iter().map(|seller| {
        let reference = house.keys.seller_reference(&seller.id);
        Request::from(Command::OpenSeller { reference })
    });
    let replies = house.ask_all(opening.collect()).await?;
    let mut opened = BTreeMap::new();
    for (seller, reply) in new.into_iter().zip(replies) {
        let number = match reply.outcome {
            Outcome::Done(Receipt::Seller(number)) => number,
            Outcome::Refused(Refusal::SellerExists) => known_seller(house, seller).await?,
            other => bail!("the ledger answered {other:?} to a new seller"),
        };
        opened.insert(seller.id.clone(), number);
    }
    told.sellers += opened.len() as u64;
    let numbers = page.iter().map(|seller| {
        let number = seller.number.or_else(|| opened.get(&seller.id).copied());
        number.expect("who had no number was opened")
    });
    let numbers = numbers.collect();
    house
        .records
        .bind_sellers(&opened.into_iter().collect::<Vec<_>>())
        .await?;
    Ok(numbers)
}

async fn known_seller(house: &House, seller: &Seller) -> anyhow::Result<SellerId> {
    let reference = house.keys.seller_reference(&seller.id);
    let found = house
        .look(move |ledger| ledger.seller_by_reference(reference))
        .await?;
    found.context("a seller that exists has a number")
}

/// Sets the terms, unless they are these already.
async fn set_shipping(
    house: &House,
    seller: SellerId,
    currency: Currency,
    terms: &ShippingTerms,
) -> anyhow::Result<()> {
    let zone = |name: &str| {
        ZONES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, zone)| *zone)
    };
    let surcharges = terms
        .surcharges
        .iter()
        .map(|(name, amount)| {
            let zone = zone(name)
                .ok_or_else(|| anyhow!("there is no zone `{name}`; there are jeju and island"))?;
            Ok(Surcharge {
                zone,
                amount: *amount,
            })
        })
        .collect::<anyhow::Result<_>>()?;
    let tax = Tax::Included {
        basis_points: 1_000,
    };
    let (fee, free_from) = (terms.fee, terms.free_from);
    let wanted = ledger::ShippingTerms {
        fee,
        free_from,
        tax,
        surcharges,
    };
    let same = wanted.clone();
    if house
        .look(move |ledger| ledger.shipping(seller, currency) == Some(&same))
        .await?
    {
        return Ok(());
    }
    let surcharges = wanted.surcharges;
    let command = Command::SetShipping {
        seller,
        currency,
        fee,
        free_from,
        tax,
        surcharges,
    };
    match house.ask(command.into()).await?.outcome {
        Outcome::Refused(refusal) => {
            bail!("the shipping terms are refused: {}", refusal.sentence())
        }
        Outcome::Done(_) | Outcome::Repeated(_) => Ok(()),
    }
}

/// Tells of every SKU without a number, with the stock that the shop said.
pub(super) async fn skus(house: &House, told: &mut Told) -> anyhow::Result<()> {
    let numbers = seller_numbers(house).await?;
    let mut after = String::new();
    loop {
        let page = house.records.skus_without_number(&after, CHUNK).await?;
        let Some((last, _, _)) = page.last() else {
            return Ok(());
        };
        after.clone_from(&last.id);
        list_skus(house, &numbers, &page, told).await?;
    }
}

async fn seller_numbers(house: &House) -> anyhow::Result<BTreeMap<String, SellerId>> {
    let (mut numbers, mut after) = (BTreeMap::new(), String::new());
    loop {
        let page = house.records.sellers(&after, CHUNK).await?;
        let Some(last) = page.last() else {
            return Ok(numbers);
        };
        after.clone_from(&last.id);
        numbers.extend(
            page.into_iter()
                .filter_map(|seller| Some((seller.id, seller.number?))),
        );
    }
}

async fn list_skus(
    house: &House,
    sellers: &BTreeMap<String, SellerId>,
    page: &[(Sku, String, Tax)],
    told: &mut Told,
) -> anyhow::Result<()> {
    let list = |(sku, seller, tax): &(Sku, String, Tax)| {
        let seller = *sellers
            .get(seller)
            .context("every product's seller is known")?;
        let reference = house.keys.sku_reference(&sku.id);
        Ok(Request::from(Command::ListSku {
            reference,
            seller,
            tax: *tax,
        }))
    };
    let requests = page.iter().map(list).collect::<anyhow::Result<Vec<_>>>()?;
    let replies = house.ask_all(requests).await?;
    let mut numbers = Vec::with_capacity(page.len());
    for ((sku, _, _), reply) in page.iter().zip(replies) {
        let number = match reply.outcome {
            Outcome::Done(Receipt::Sku(number)) => number,
            Outcome::Refused(Refusal::SkuExists) => known_sku(house, sku).await?,
            other => bail!("the ledger answered {other:?} to the new SKU {}", sku.id),
        };
        numbers.push((sku.id.clone(), number));
    }
    house.records.bind_skus(&numbers).await?;
    told.skus += page.len() as u64;
    let stock = page
        .iter()
        .zip(&numbers)
        .map(|((sku, _, _), (_, number))| (*number, sku.stock));
    set_stock(house, stock.collect(), told).await
}

async fn known_sku(house: &House, sku: &Sku) -> anyhow::Result<SkuId> {
    let reference = house.keys.sku_reference(&sku.id);
    let found = house
        .look(move |ledger| ledger.sku_by_reference(reference))
        .await?;
    found.context("a SKU that exists has a number")
}

/// Makes the ledger's stock what the shop says it is: all units ever brought in, sold ones
/// included. What is already so is left alone.
pub(super) async fn set_stock(
    house: &House,
    wanted: Vec<(SkuId, u32)>,
    told: &mut Told,
) -> anyhow::Result<()> {
    let compare = move |ledger: &Ledger| {
        let change = |(sku, wanted): &(SkuId, u32)| stock_change(ledger, *sku, *wanted);
        wanted
            .iter()
            .filter_map(change)
            .map(Request::from)
            .collect::<Vec<_>>()
    };
    let changes = house.look(compare).await?;
    let count = changes.len() as u64;
    if changes.is_empty() {
        return Ok(());
    }
    for reply in house.ask_all(changes).await? {
        if let Outcome::Refused(refusal) = reply.outcome {
            eprintln!(
                "a stock could not be lowered that far: {}",
                refusal.sentence()
            );
        }
    }
    told.stock_changes += count;
    Ok(())
}

fn stock_change(ledger: &Ledger, sku: SkuId, wanted: u32) -> Option<Command> {
    let stock = ledger.sku(sku).map_or(0, |facts| facts.stock);
    let wanted = u64::from(wanted);
    if wanted > stock {
        let units = u32::try_from(wanted - stock).unwrap_or(u32::MAX);
        return Some(Command::ReceiveStock { sku, units });
    }
    let units = u32::try_from(stock - wanted).unwrap_or(u32::MAX);
    (units > 0).then_some(Command::WithdrawStock { sku, units })
}

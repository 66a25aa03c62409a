//! Telling the ledger of sellers, their shipping terms and stock. Every step can be done again: what
//! the ledger knows already is found by its reference.

use crate::house::House;
use anyhow::{Context, anyhow, bail};
use ledger::Ledger;
use money::Currency;
use records::{Seller, ShippingTerms};
use tokio::sync::oneshot;
use vocabulary::{
    Command, Outcome, Reference, Refusal, Request, SellerId, SkuId, Surcharge, Tax, Zone,
};

/// How many sellers are told of at once.
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

    /// What the ledger knows under each of these references.
    pub async fn look_up<T: Send + 'static>(
        &self,
        references: Vec<Reference>,
        find: impl Fn(&Ledger, Reference) -> Option<T> + Send + 'static,
    ) -> anyhow::Result<Vec<Option<T>>> {
        self.look(move |ledger| {
            let found = references
                .into_iter()
                .map(|reference| find(ledger, reference));
            found.collect()
        })
        .await
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
        let numbers = numbers_of(house, &page, told).await?;
        for (seller, number) in page.iter().zip(numbers) {
            if let Some(terms) = &seller.shipping {
                set_shipping(house, number, currency, terms).await?;
            }
        }
    }
}

/// The numbers of these sellers, in the same order; the records note those that they did not know.
async fn numbers_of(
    house: &House,
    page: &[Seller],
    told: &mut Told,
) -> anyhow::Result<Vec<SellerId>> {
    let ids: Vec<&str> = page.iter().map(|seller| seller.id.as_str()).collect();
    let numbers = open_sellers(house, &ids, told).await?;
    let new = page.iter().zip(&numbers);
    let new = new.filter(|(seller, _)| seller.number.is_none());
    let new: Vec<_> = new
        .map(|(seller, number)| (seller.id.clone(), *number))
        .collect();
    house.records.bind_sellers(&new).await?;
    Ok(numbers)
}

/// The numbers of sellers by the shop's own ids, in the same order; whom the ledger does not know is
/// opened.
pub(super) async fn open_sellers(
    house: &House,
    ids: &[&str],
    told: &mut Told,
) -> anyhow::Result<Vec<SellerId>> {
    let references: Vec<Reference> = ids
        .iter()
        .map(|id| house.keys.seller_reference(id))
        .collect();
    let find = |ledger: &Ledger, reference| ledger.seller_by_reference(reference);
    let known = house.look_up(references.clone(), find).await?;
    let new = references
        .iter()
        .zip(known)
        .filter(|(_, number)| number.is_none());
    let new = new.map(|(reference, _)| Command::OpenSeller {
        reference: *reference,
    });
    told.sellers += tell_new(house, new, Refusal::SellerExists).await?;
    let numbers = house.look_up(references, find).await?;
    let numbers = numbers.into_iter().collect::<Option<_>>();
    numbers.context("a seller that was opened has a number")
}

/// Tells of what is new, and counts it. What came twice in one go exists the second time.
pub(super) async fn tell_new(
    house: &House,
    new: impl Iterator<Item = Command>,
    exists: Refusal,
) -> anyhow::Result<u64> {
    let requests: Vec<Request> = new.map(Request::from).collect();
    if requests.is_empty() {
        return Ok(0);
    }
    let mut done = 0;
    for reply in house.ask_all(requests).await? {
        match reply.outcome {
            Outcome::Done(_) => done += 1,
            Outcome::Refused(refusal) if refusal == exists => {}
            other => bail!("the ledger answered {other:?} to something new"),
        }
    }
    Ok(done)
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

//! Reading the lists of deals, and what staff may know of a deal.

use super::CrowdFault;
use super::courier::now;
use super::transport::{Along, Transport};
use crowd::{Call, DealSaid, Market, Verb};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

#[derive(Deserialize)]
struct Page {
    items: Vec<DealSaid>,
    next: Option<String>,
}

/// A deal as staff see it: what the crowd needs of it.
#[derive(Deserialize)]
struct StaffDeal {
    skus: Vec<StaffPool>,
}

#[derive(Deserialize)]
struct StaffPool {
    sku: String,
    allotted: u32,
}

/// The market as the lists show it now.
pub(super) async fn market(transport: &Transport) -> Result<Market, CrowdFault> {
    let mut deals = list(transport, "open").await?;
    deals.append(&mut list(transport, "upcoming").await?);
    Ok(Market::at(now(), deals))
}

async fn list(transport: &Transport, state: &str) -> Result<Vec<DealSaid>, CrowdFault> {
    let (mut deals, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/deals?state={state}&limit=100{cursor}");
        let mut page: Page = read(transport, &path, None).await?;
        deals.append(&mut page.items);
        match page.next {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(deals),
        }
    }
}

/// The allotment of each SKU of a deal.
pub(super) async fn allotments(
    transport: &Transport,
    staff_key: &str,
    deal: &str,
) -> Result<Vec<(String, u32)>, CrowdFault> {
    let path = format!("/v1/staff/deals/{}", crowd::escaped(deal));
    let deal: StaffDeal = read(transport, &path, Some(staff_key)).await?;
    Ok(deal
        .skus
        .into_iter()
        .map(|pool| (pool.sku, pool.allotted))
        .collect())
}

/// What a read says.
pub(super) async fn read<T: DeserializeOwned>(
    transport: &Transport,
    path: &str,
    bearer: Option<&str>,
) -> Result<T, CrowdFault> {
    let call = Call {
        verb: Verb::Get,
        target: path.to_owned(),
        media: "",
        body: Vec::new(),
    };
    let reply = transport.send(&call, Along { bearer, key: None }).await;
    let reply = reply.map_err(|trouble| CrowdFault::Unreachable {
        address: path.to_owned(),
        detail: trouble.to_string(),
    })?;
    serde_json::from_slice(&reply.body).map_err(|error| CrowdFault::Contract {
        address: path.to_owned(),
        detail: format!("{} {error}", reply.status),
    })
}

/// A SKU that is in some deal.
pub(super) async fn any_sku(transport: &Transport) -> Result<Arc<str>, CrowdFault> {
    for state in ["open", "upcoming", "over"] {
        let path = format!("/v1/deals?state={state}&limit=1");
        let page: Page = read(transport, &path, None).await?;
        let mut skus = page.items.into_iter().flat_map(|deal| deal.skus);
        if let Some(sku) = skus.next() {
            return Ok(sku.sku.into());
        }
    }
    Err(CrowdFault::NothingToRaceFor)
}

//! A notice in words, in its reader's language.

use crate::deeds::{self, Shipment, shipments};
use crate::pages::deal_address;
use crate::pages::{Language, Words};
use crate::problem::Problem;
use crate::shop::Shop;
use clerks::notices::NoticeKind;
use records::StoredNotice;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use vocabulary::{DealId, Millis, OrderId};

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// In one line.
    pub title: String,
    /// In a few.
    pub body: String,
    /// Where it leads: a page of ours.
    pub path: String,
    /// What the link is called.
    pub link: String,
}

#[derive(Deserialize)]
struct OfDeal {
    deal: DealId,
    #[serde(default)]
    until: Option<Millis>,
}

#[derive(Deserialize)]
struct OfOrder {
    order: OrderId,
}

/// The words of a notice; none where what it is about is gone.
///
/// # Errors
/// Those of the records.
pub async fn wording(
    shop: &Shop,
    notice: &StoredNotice,
    language: Language,
) -> Result<Option<Wording>, Problem> {
    let words = Words::of(language, shop.settings.time_zone.clone());
    match NoticeKind::named(&notice.kind) {
        Some(kind @ (NoticeKind::DealOpened | NoticeKind::Offered)) => {
            let Some(about) = read::<OfDeal>(notice) else {
                return Ok(None);
            };
            of_deal(shop, &words, kind, about).await
        }
        Some(kind) => match read::<OfOrder>(notice) {
            Some(about) => of_order(shop, &words, kind, about.order, notice.at).await,
            None => Ok(None),
        },
        None => Ok(None),
    }
}

fn read<T: DeserializeOwned>(notice: &StoredNotice) -> Option<T> {
    serde_json::from_value(notice.details.clone()).ok()
}

async fn of_deal(
    shop: &Shop,
    words: &Words,
    kind: NoticeKind,
    about: OfDeal,
) -> Result<Option<Wording>, Problem> {
    let Some(deal) = shop.directory.deal_numbered(about.deal).await? else {
        return Ok(None);
    };
    let showcase = shop.directory.product(&deal.product, shop.now()).await?;
    let name = showcase.product.name.best(words.language.tag());
    let name = name.unwrap_or(&deal.id).to_owned();
    let until = about.until.map(|until| words.moment(until));
    let path = match kind {
        NoticeKind::Offered => "/cart".to_owned(),
        _ => deal_address(&deal.id),
    };
    Ok(Some(Wording {
        title: words.say(&format!("notice-{}", kind.name())),
        body: words.say_with(
            &format!("notice-{}-body", kind.name()),
            [
                ("name", name.into()),
                ("until", until.unwrap_or_default().into()),
            ],
        ),
        path,
        link: words.say(&format!("notice-{}-link", kind.name())),
    }))
}

async fn of_order(
    shop: &Shop,
    words: &Words,
    kind: NoticeKind,
    order: OrderId,
    at: Millis,
) -> Result<Option<Wording>, Problem> {
    let Some(found) = shop.records.order(order).await? else {
        return Ok(None);
    };
    let seller = shop.directory.seller_numbered(found.seller, shop.now());
    let seller = seller.await?;
    let seller = seller.and_then(|it| it.name.best(words.language.tag()).map(str::to_owned));
    let amount = words.amount(found.total, found.currency);
    let mut body = words.say_with(
        "notice-order-body",
        [
            ("seller", seller.unwrap_or_default().into()),
            ("amount", amount.into()),
        ],
    );
    if kind == NoticeKind::OrderShipped {
        body.push_str(&parcels(shop, words, order, at).await?);
    }
    Ok(Some(Wording {
        title: words.say(&format!("notice-{}", kind.name())),
        body,
        path: format!("/orders/{order}"),
        link: words.say("notice-order-link"),
    }))
}

/// With whom left what is told of, each parcel once: of what left before, there was a notice before.
async fn parcels(
    shop: &Shop,
    words: &Words,
    order: OrderId,
    since: Millis,
) -> Result<String, Problem> {
    let mut left = shipments(shop, order, words.language).await?;
    left.retain(|shipment| shipment.noted_at.0 >= since);
    let mut told: Vec<String> = Vec::new();
    for parcel in deeds::parcels(&left, Shipment::told) {
        let (carrier, number) = parcel[0].told();
        let parcel = format!(" · {carrier} {number}").trim_end().to_owned();
        if !told.contains(&parcel) {
            told.push(parcel);
        }
    }
    Ok(told.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn every_kind_has_its_words() {
        let words = Words::of(Language::Ko, TimeZone::UTC);
        for kind in NoticeKind::ALL {
            let key = format!("notice-{}", kind.name());
            assert!(words.knows(&key), "{key}");
        }
    }
}

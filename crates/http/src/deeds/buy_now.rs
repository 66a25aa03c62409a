//! A shopper orders units at the deal price at once, without holding them first.

use crate::deeds::check_contact::check_contact;
use crate::deeds::device::DeviceAsk;
use crate::deeds::parse;
use crate::deeds::place_checkout::{
    ContactAsk, PlacedCheckout, PlacedOrder, keep_contact, placed, seller_id, zone,
};
use crate::directory::Sale;
use crate::problem::Problem;
use crate::shop::{Done, Shop, done};
use crate::who::Shopper;
use money::{Currency, Money};
use std::sync::Arc;
use till::Reply;
use vocabulary::{CheckoutId, Command, DealId, OrderId, Refusal, SellerId, Seq};

/// What is bought, and where it goes.
#[derive(Clone, Copy, Debug)]
pub struct Purchase<'a> {
    /// A UUID of version 7, made by the client.
    pub order: &'a str,
    /// The shop's own id of the deal.
    pub deal: &'a str,
    /// The shop's own id of the SKU.
    pub sku: &'a str,
    /// How many units.
    pub units: u16,
    /// The name of the delivery zone, where it has one.
    pub zone: &'a str,
    /// Where it goes and whom to call; goes to the records, never to the journal.
    pub contact: Option<&'a ContactAsk>,
    /// On what the shopper orders.
    pub device: DeviceAsk,
}

/// The checkout of an order that is placed alone: as old as the order and as unique, but another id, so
/// that the same order always comes with the same checkout.
pub fn checkout_beside(order: OrderId) -> CheckoutId {
    CheckoutId(order.0 ^ 1)
}

/// The command for what is asked.
///
/// # Errors
/// An unknown deal or SKU, an id that is none, an unknown zone, a contact that says nothing.
pub async fn buy_now_command(
    shop: &Shop,
    shopper: &Shopper,
    ask: Purchase<'_>,
) -> Result<Command, Problem> {
    ask.contact
        .map_or(Ok(()), |contact| check_contact(shop, contact))?;
    let order = parse("order", ask.order)?;
    let deal = shop.directory.deal(ask.deal).await?.number;
    let (sku, _) = shop.directory.sku(ask.sku).await?;
    Ok(Command::BuyNow {
        deal,
        sku,
        units: ask.units,
        shopper: shopper.words(),
        checkout: checkout_beside(order),
        order,
        zone: zone(shop, ask.zone)?,
    })
}

/// Stores where it goes, and tells what it comes to.
///
/// # Errors
/// What the ledger refused, and those of the records.
pub async fn finish_purchase(
    shop: &Shop,
    shopper: &Shopper,
    ask: Purchase<'_>,
    reply: Reply,
) -> Result<Done<PlacedCheckout>, Problem> {
    let done = done(reply)?;
    let (checkout, total, pay_by) = placed(done.what);
    keep_contact(shop, shopper, checkout, (ask.contact, ask.device)).await?;
    let sale = sale(shop, ask.deal, done.seq).await?;
    let total = Money {
        amount: total,
        currency: sale.currency,
    };
    let order = PlacedOrder {
        order: parse("order", ask.order)?,
        seller: sale.seller.clone(),
        total,
    };
    Ok(done.map(|_| PlacedCheckout {
        checkout,
        orders: vec![order],
        total,
        pay_by,
    }))
}

/// Who sells a deal. Asked of the views once in a while; one that they do not know yet they show once they
/// show `seq`.
async fn sale(shop: &Shop, deal: &str, seq: Seq) -> Result<Arc<Sale>, Problem> {
    if let Some(sale) = shop.directory.sale(deal, shop.now()) {
        return Ok(sale);
    }
    let number = shop.directory.deal(deal).await?.number;
    let shown = match shown(shop, number) {
        Some(shown) => shown,
        None => {
            shop.shown(seq).await?;
            shown(shop, number).ok_or(Refusal::DealUnknown)?
        }
    };
    let (seller, currency) = shown;
    let seller = seller_id(shop, seller).await?;
    let sale = Sale { seller, currency };
    Ok(shop.directory.note_sale(deal, sale, shop.now()))
}

fn shown(shop: &Shop, deal: DealId) -> Option<(SellerId, Currency)> {
    let views = shop.views();
    let card = views.deals.deal(deal)?;
    Some((card.seller, card.currency))
}

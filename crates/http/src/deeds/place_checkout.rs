//! Holds become orders, one for each seller. Where they go is stored in the records, once the
//! journal knows the checkout.

use crate::deeds::check_contact::check_contact;
use crate::deeds::device::DeviceAsk;
use crate::deeds::{parse, parse_number};
use crate::problem::Problem;
use crate::provinces::province_of;
use crate::shop::{Done, Shop, done};
use crate::who::Shopper;
use money::{Amount, Money};
use records::{Contact, Place};
use serde::{Deserialize, Serialize};
use till::Reply;
use utoipa::ToSchema;
use vocabulary::{
    CheckoutId, Command, HOLDS_MAX, HoldId, HoldIds, Millis, ORDERS_MAX, OrderId, OrderIds,
    Receipt, Refusal, Request, RequestKey, SellerId, Seq, Zone,
};

/// What is ordered, and where it goes.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckoutAsk {
    /// A UUID of version 7, made by the client.
    #[schema(format = "uuid")]
    pub checkout: String,
    /// One such id for each seller, in the order in which the sellers first appear in `holds`.
    pub orders: Vec<String>,
    /// The holds to order.
    pub holds: Vec<String>,
    /// The name of the delivery zone, where it has one.
    #[serde(default)]
    pub zone: String,
    /// Where it goes and whom to call; goes to the records, never to the journal.
    #[serde(default)]
    pub contact: Option<ContactAsk>,
    /// On what the shopper orders: `phone`, `tablet`, `computer`, or `program` where that is not known.
    #[serde(default)]
    pub device: DeviceAsk,
}

/// Where it goes and whom to call.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactAsk {
    /// Who receives it.
    pub name: String,
    /// Whom to call.
    pub phone: String,
    /// Where to write.
    pub email: String,
    /// Where it goes.
    pub address: AddressAsk,
    /// What the courier should know.
    #[serde(default)]
    pub memo: String,
    /// Where the courier leaves it: `door`, `guard` (the guard's office), `locker` or `hand` (to the recipient);
    /// empty where that is not said.
    #[serde(default)]
    pub drop_off: String,
    /// What opens the door of the house; erased once all has arrived.
    #[serde(default)]
    pub entrance_code: String,
}

/// A postal address.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressAsk {
    /// Two letters (ISO 3166).
    pub country: String,
    /// The postal code.
    pub postcode: String,
    /// The province or state (ISO 3166-2, like KR-11); in Korea it follows from the postcode.
    #[serde(default)]
    pub province: String,
    /// The city, where the lines do not say it.
    #[serde(default)]
    pub city: String,
    /// Street and number.
    pub line1: String,
    /// Flat, floor, entrance.
    #[serde(default)]
    pub line2: String,
}

impl AddressAsk {
    /// As it is asked for, of one that is kept.
    pub fn of(place: Place) -> AddressAsk {
        AddressAsk {
            country: place.country,
            postcode: place.postcode,
            province: place.province,
            city: place.city,
            line1: place.line1,
            line2: place.line2,
        }
    }
}

/// A placed checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedCheckout {
    /// Its id.
    pub checkout: CheckoutId,
    /// Its orders, in the order of the sellers.
    pub orders: Vec<PlacedOrder>,
    /// What is due.
    pub total: Money,
    /// Until when.
    pub pay_by: Millis,
}

/// An order of a placed checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedOrder {
    /// Its id.
    pub order: OrderId,
    /// The shop's own id of who sells.
    pub seller: String,
    /// What it comes to.
    pub total: Money,
}

/// Places a checkout and stores where it goes.
///
/// # Errors
/// What the ledger refuses; [`crate::problem::Kind::RECORDS_BUSY`] when the checkout is placed but
/// the contact not stored: the same request with the same key stores it.
pub async fn place_checkout(
    shop: &Shop,
    shopper: &Shopper,
    key: Option<RequestKey>,
    ask: &CheckoutAsk,
) -> Result<Done<PlacedCheckout>, Problem> {
    let command = checkout_command(shop, shopper, ask)?;
    let reply = shop.ask(Request { key, command }).await?;
    finish_checkout(shop, shopper, ask, reply).await
}

/// Who signed in with holds of before has them under another key than those of after, and a checkout
/// is one person's.
fn explained(shopper: &Shopper, problem: Problem) -> Problem {
    match problem.is(Refusal::NotYours) && shopper.0.earlier.is_some() {
        true => problem.because("what was held before the sign-in is ordered by itself"),
        false => problem,
    }
}

/// The command for what is asked.
///
/// # Errors
/// Ids that are none, too many holds, an unknown zone, a contact that says nothing.
pub fn checkout_command(
    shop: &Shop,
    shopper: &Shopper,
    ask: &CheckoutAsk,
) -> Result<Command, Problem> {
    let contact = ask.contact.as_ref();
    contact.map_or(Ok(()), |contact| check_contact(shop, contact))?;
    let mut orders = OrderIds::new();
    for order in &ask.orders {
        let full = |_| Problem::field("orders", format!("at most {ORDERS_MAX} orders"));
        orders.try_push(parse("orders", order)?).map_err(full)?;
    }
    let mut holds = HoldIds::new();
    for hold in &ask.holds {
        let full = |_| Problem::field("holds", format!("at most {HOLDS_MAX} holds"));
        holds
            .try_push(parse_number("holds", hold, HoldId)?)
            .map_err(full)?;
    }
    let person = shopper.holder_now(shop, &holds);
    Ok(Command::PlaceCheckout {
        checkout: parse("checkout", &ask.checkout)?,
        orders,
        holds,
        person,
        zone: zone(shop, &ask.zone)?,
    })
}

/// Stores where a placed checkout goes, and tells what each of its orders comes to.
///
/// # Errors
/// What the ledger refused, and those of the records.
pub async fn finish_checkout(
    shop: &Shop,
    shopper: &Shopper,
    ask: &CheckoutAsk,
    reply: Reply,
) -> Result<Done<PlacedCheckout>, Problem> {
    let done = done(reply).map_err(|no| explained(shopper, no))?;
    let (checkout, total, pay_by) = placed(done.what);
    let origin = (ask.contact.as_ref(), ask.device);
    keep_contact(shop, shopper, checkout, origin).await?;
    let (currency, totals) = order_totals(shop, checkout, done.seq).await?;
    let money = |amount| Money { amount, currency };
    let mut orders = Vec::with_capacity(ask.orders.len());
    for text in &ask.orders {
        let order: OrderId = parse("orders", text)?;
        let found = totals.iter().find(|(other, ..)| *other == order);
        let (_, seller, total) = *found.expect("a checkout was placed with these orders");
        orders.push(PlacedOrder {
            order,
            seller: seller_id(shop, seller).await?,
            total: money(total),
        });
    }
    Ok(done.map(|_| PlacedCheckout {
        checkout,
        orders,
        total: money(total),
        pay_by,
    }))
}

/// Which checkout was placed, what is due for it, and until when.
pub(super) fn placed(receipt: Receipt) -> (CheckoutId, Amount, Millis) {
    match receipt {
        Receipt::Checkout {
            checkout,
            total,
            pay_by,
        } => (checkout, total, pay_by),
        other => unreachable!("who orders is answered with a checkout, not {other:?}"),
    }
}

/// Stores where a placed checkout goes and on what it was placed, if that was said. The records store what comes together in one
/// transaction; nothing is answered before it is stored.
///
/// # Errors
/// Those of the records.
pub(super) async fn keep_contact(
    shop: &Shop,
    shopper: &Shopper,
    checkout: CheckoutId,
    (contact, device): (Option<&ContactAsk>, DeviceAsk),
) -> Result<(), Problem> {
    let Some(contact) = contact else {
        return Ok(());
    };
    let (contact, account) = (contact_of(contact), shopper.account());
    let stored = shop
        .records
        .put_contact(checkout, account, contact, device.into(), shop.now());
    Ok(stored.await?)
}

/// The shop's own id of a seller; its number in words while only the ledger knows it.
pub(crate) async fn seller_id(shop: &Shop, number: SellerId) -> Result<String, Problem> {
    let seller = shop.directory.seller_numbered(number, shop.now()).await?;
    Ok(seller.map_or_else(|| format!("#{number}"), |seller| seller.id.clone()))
}

/// What each order of a checkout comes to: by the views for a while, else by the tables.
async fn order_totals(
    shop: &Shop,
    checkout: CheckoutId,
    seq: Seq,
) -> Result<(money::Currency, Vec<(OrderId, SellerId, Amount)>), Problem> {
    shop.shown(seq).await?;
    let fresh = shop.views().checkouts.checkout(checkout).map(|card| {
        let orders = card.orders.iter();
        let totals = orders.map(|order| (order.order, order.seller, order.total));
        (card.currency, totals.collect())
    });
    if let Some(fresh) = fresh {
        return Ok(fresh);
    }
    shop.orders_shown(seq).await?;
    let orders = shop.records.orders_of_checkout(checkout).await?;
    let currency = orders
        .first()
        .map_or(shop.settings.currency, |order| order.currency);
    let totals = orders
        .iter()
        .map(|order| (order.order, order.seller, order.total));
    Ok((currency, totals.collect()))
}

pub(super) fn zone(shop: &Shop, name: &str) -> Result<Zone, Problem> {
    if name.is_empty() {
        return Ok(Zone(0));
    }
    let zone = shop.settings.zones.get(name).copied();
    zone.ok_or_else(|| Problem::field("zone", format!("there is no zone `{name}`")))
}

fn contact_of(ask: &ContactAsk) -> Contact {
    Contact {
        name: ask.name.clone(),
        phone: ask.phone.clone(),
        mail: ask.email.clone(),
        place: place_of(&ask.address),
        memo: ask.memo.clone(),
        drop_off: ask.drop_off.clone(),
        entrance_code: ask.entrance_code.trim().to_owned(),
    }
}

/// The place that an address names, with the province that follows from its postcode.
pub(crate) fn place_of(ask: &AddressAsk) -> Place {
    let told = ask.province.trim().to_owned();
    let known = province_of(&ask.country, &ask.postcode);
    Place {
        country: ask.country.clone(),
        postcode: ask.postcode.clone(),
        province: known.map_or(told, str::to_owned),
        city: ask.city.clone(),
        line1: ask.line1.clone(),
        line2: ask.line2.clone(),
    }
}

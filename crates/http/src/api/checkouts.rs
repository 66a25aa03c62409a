//! Checkouts: holds become orders, which are then paid together.

use crate::api::answer::{Answer, answer};
use crate::api::asking::{Asking, AtLeast};
use crate::api::op::Op;
use crate::api::shapes::{IdempotencyKey, Problems, order_state, payment_method, payment_state};
use crate::api::tagged::{Unchanged, tagged};
use crate::deeds::{
    self, CheckoutAsk, ContactAsk, DeviceAsk, PaymentAsk, PlacedCheckout, Purchase, StartedPayment,
    Sum,
};
use crate::deposits;
use crate::moment::Moment;
use crate::problem::Problem;
use crate::request_key::Asked;
use crate::shop::Shop;
use crate::who::Shopper;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use records::{Order, OrderPayment, VirtualAccount};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use views::{CheckoutCard, OrderCard, PaymentCard};
use vocabulary::{CheckoutId, OrderId, PersonKey, Refusal, Seq};

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(place))
        .routes(routes!(place_order))
        .routes(routes!(pay))
        .routes(routes!(checkout))
}

/// One seller's order: of what is held, or of units that are bought at once.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderAsk {
    /// A UUID of version 7, made by the client; its checkout gets an id of its own.
    #[schema(format = "uuid")]
    pub order: String,
    /// The holds to order; left out where it is bought at once.
    #[serde(default)]
    pub holds: Vec<String>,
    /// The shop's own id of the deal, where it is bought at once.
    #[serde(default)]
    pub deal: Option<String>,
    /// The shop's own id of the SKU, where it is bought at once.
    #[serde(default)]
    pub sku: Option<String>,
    /// How many units are bought at once.
    #[serde(default = "one")]
    pub units: u16,
    /// The name of the delivery zone, where it has one.
    #[serde(default)]
    pub zone: String,
    /// Where it goes and whom to call.
    #[serde(default)]
    pub contact: Option<ContactAsk>,
    /// On what the shopper orders: `phone`, `tablet`, `computer`, or `program` where that is not known.
    #[serde(default)]
    pub device: DeviceAsk,
}

const fn one() -> u16 {
    1
}

/// What one seller's order is made of.
pub(crate) enum Goods<'a> {
    /// Of what is held.
    Held(Box<CheckoutAsk>),
    /// Of units that nobody has yet.
    Free(Purchase<'a>),
}

impl OrderAsk {
    /// Of what it is.
    ///
    /// # Errors
    /// [`crate::Kind::INVALID`] where that is not said, or twice.
    pub fn goods(&self) -> Result<Goods<'_>, Problem> {
        match (&self.deal, &self.sku, self.holds.is_empty()) {
            (Some(deal), Some(sku), true) => Ok(Goods::Free(Purchase {
                order: &self.order,
                deal,
                sku,
                units: self.units,
                zone: &self.zone,
                contact: self.contact.as_ref(),
                device: self.device,
            })),
            (None, None, _) => Ok(Goods::Held(Box::new(self.of_holds()?))),
            (Some(_), None, true) => Err(Problem::field("sku", "must be said")),
            (None, Some(_), true) => Err(Problem::field("deal", "must be said")),
            _ => Err(Problem::field(
                "holds",
                "is left out where deal and sku are said",
            )),
        }
    }

    fn of_holds(&self) -> Result<CheckoutAsk, Problem> {
        let order: OrderId = deeds::parse("order", &self.order)?;
        Ok(CheckoutAsk {
            checkout: deeds::checkout_beside(order).to_string(),
            orders: vec![self.order.clone()],
            holds: self.holds.clone(),
            zone: self.zone.clone(),
            contact: self.contact.clone(),
            device: self.device,
        })
    }
}

/// A placed checkout.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Placed {
    /// Its id.
    checkout: String,
    /// Its orders.
    orders: Vec<OrderBrief>,
    /// What is due.
    total: Sum,
    /// Until when.
    pay_by: Moment,
}

/// An order in short.
#[derive(Debug, Serialize, ToSchema)]
struct OrderBrief {
    /// Its id.
    order: String,
    /// The shop's own id of who sells.
    seller: String,
    /// What it comes to.
    total: Sum,
}

impl From<PlacedCheckout> for Placed {
    fn from(placed: PlacedCheckout) -> Self {
        let brief = |order: deeds::PlacedOrder| OrderBrief {
            order: order.order.to_string(),
            seller: order.seller,
            total: order.total.into(),
        };
        Placed {
            checkout: placed.checkout.to_string(),
            orders: placed.orders.into_iter().map(brief).collect(),
            total: placed.total.into(),
            pay_by: placed.pay_by.into(),
        }
    }
}

/// Orders what is held, an order for each seller, all or none.
#[utoipa::path(post, path = "/v1/checkouts", tag = "shopper", request_body = CheckoutAsk, params(IdempotencyKey),
    responses((status = 201, body = Placed), Problems))]
async fn place(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    asked: Asked<CheckoutAsk>,
) -> Result<Answer<Placed>, Problem> {
    let key = asked.key_by(&shopper.scope());
    let done = deeds::place_checkout(&shop, &shopper, key, &asked.body).await?;
    Ok(answer(&shop, StatusCode::CREATED, done.map(Into::into)))
}

/// Orders what is held of one seller, or buys units at once; the answer names the checkout to pay.
#[utoipa::path(post, path = "/v1/orders", tag = "shopper", request_body = OrderAsk, params(IdempotencyKey),
    responses((status = 201, body = Placed), Problems))]
async fn place_order(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    asked: Asked<OrderAsk>,
) -> Result<Response, Problem> {
    let key = asked.key_by(&shopper.scope());
    Op::Order(Box::new(asked.body))
        .alone(&shop, &shopper, key)
        .await
}

/// The account at a bank into which one deposit is paid.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VirtualAccount)]
struct AccountShown {
    /// What the bank is called.
    bank: String,
    /// The number, as people write it.
    number: String,
    /// In whose name it stands.
    holder: String,
}

impl From<VirtualAccount> for AccountShown {
    fn from(account: VirtualAccount) -> Self {
        AccountShown {
            bank: account.bank,
            number: account.number,
            holder: account.holder,
        }
    }
}

/// A try to pay that waits for the shopper.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Started {
    /// Its id.
    payment: String,
    /// Where the shopper pays.
    redirect_url: String,
    /// When the try ends.
    deadline: Moment,
    /// What is to be paid.
    amount: Sum,
    /// Where a deposit goes; null where the provider's page alone says it, and for other methods.
    account: Option<AccountShown>,
}

impl From<StartedPayment> for Started {
    fn from(started: StartedPayment) -> Self {
        Started {
            payment: started.payment.to_string(),
            redirect_url: started.redirect_url,
            deadline: started.deadline.into(),
            amount: started.amount,
            account: started.account.map(Into::into),
        }
    }
}

/// Begins a try to pay; the shopper goes on at the provider.
#[utoipa::path(post, path = "/v1/checkouts/{checkout}/payments", tag = "shopper", request_body = PaymentAsk,
    params(("checkout" = String, Path), IdempotencyKey),
    responses((status = 201, body = Started), Problems))]
async fn pay(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    Path(checkout): Path<String>,
    asked: Asked<PaymentAsk>,
) -> Result<Answer<Started>, Problem> {
    let checkout = deeds::parse("checkout", &checkout)?;
    let key = asked.key_by(&shopper.scope());
    let done = deeds::start_payment(&shop, &shopper, key, checkout, &asked.body).await?;
    Ok(answer(&shop, StatusCode::CREATED, done.map(Into::into)))
}

/// A checkout.
#[derive(Serialize, ToSchema)]
struct CheckoutShown {
    /// Its id.
    checkout: String,
    /// What is due, or was.
    total: Sum,
    /// When it closes unpaid; null once nothing is due.
    pay_by: Option<Moment>,
    /// `placed`, `confirmed`, `paid`, `lapsed` or `cancelled`.
    state: &'static str,
    /// Its orders.
    orders: Vec<OrderStanding>,
    /// The tries to pay it, first one first.
    payments: Vec<PaymentShown>,
}

/// An order of a checkout.
#[derive(Debug, Serialize, ToSchema)]
struct OrderStanding {
    /// Its id.
    order: String,
    /// The shop's own id of who sells.
    seller: String,
    /// What it comes to.
    total: Sum,
    /// How it stands.
    state: &'static str,
}

/// A try to pay.
#[derive(Serialize, ToSchema)]
struct PaymentShown {
    /// Its id.
    payment: String,
    /// `card`, `wallet` or `deposit`.
    method: &'static str,
    /// How it stands.
    state: &'static str,
    /// How much.
    amount: Sum,
    /// When it ends by itself.
    deadline: Moment,
    /// Where a deposit goes while it is awaited, if the provider says so; else null.
    account: Option<AccountShown>,
}

/// How a checkout stands.
#[utoipa::path(get, path = "/v1/checkouts/{checkout}", tag = "shopper",
    params(("checkout" = String, Path), AtLeast),
    responses((status = 200, body = CheckoutShown), Unchanged, Problems))]
async fn checkout(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    Path(checkout): Path<String>,
    Asking(at_least): Asking<AtLeast>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let checkout: CheckoutId = deeds::parse("checkout", &checkout)?;
    let seq = at_least.seq(&shop)?;
    shop.shown(seq).await?;
    let recent = shop.views().checkouts.checkout(checkout);
    let card = match recent {
        Some(card) => card,
        None => stored(&shop, checkout, seq).await?,
    };
    yours(&shopper, card.person)?;
    Ok(tagged(&headers, &show(&shop, &card).await?))
}

/// Lets pass whose it is.
pub(super) fn yours(shopper: &Shopper, owner: PersonKey) -> Result<(), Problem> {
    match shopper.is(owner) {
        true => Ok(()),
        false => Err(Refusal::NotYours.into()),
    }
}

/// As the order tables have what the views forgot.
async fn stored(
    shop: &Shop,
    checkout: CheckoutId,
    seq: Option<Seq>,
) -> Result<CheckoutCard, Problem> {
    shop.orders_shown(seq).await?;
    let found = shop.records.checkout(checkout).await?;
    let found = found.ok_or(Refusal::CheckoutUnknown)?;
    let orders = shop.records.orders_of_checkout(checkout).await?;
    let payments = shop.records.payments(checkout).await?;
    Ok(CheckoutCard {
        checkout,
        person: found.person,
        orders: orders.iter().map(order_card).collect(),
        payments: payments.iter().map(payment_card).collect(),
        total: found.total,
        currency: found.currency,
        pay_by: found.pay_by,
    })
}

fn order_card(order: &Order) -> OrderCard {
    OrderCard {
        order: order.order,
        seller: order.seller,
        total: order.total,
        state: order.state,
    }
}

fn payment_card(payment: &OrderPayment) -> PaymentCard {
    PaymentCard {
        payment: payment.payment,
        method: payment.method,
        amount: payment.amount,
        currency: payment.currency,
        state: payment.state,
        deadline: payment.deadline,
    }
}

async fn show(shop: &Shop, card: &CheckoutCard) -> Result<CheckoutShown, Problem> {
    let money = |amount| Sum {
        amount,
        currency: card.currency,
    };
    let mut orders = Vec::with_capacity(card.orders.len());
    for order in &card.orders {
        orders.push(OrderStanding {
            order: order.order.to_string(),
            seller: deeds::seller_id(shop, order.seller).await?,
            total: money(order.total),
            state: order_state(order.state),
        });
    }
    let mut payments = Vec::with_capacity(card.payments.len());
    for payment in &card.payments {
        payments.push(show_payment(shop, payment).await?);
    }
    Ok(CheckoutShown {
        checkout: card.checkout.to_string(),
        total: money(card.total),
        pay_by: (!card.is_finished()).then_some(card.pay_by.into()),
        state: order_state(card.state()),
        orders,
        payments,
    })
}

async fn show_payment(shop: &Shop, payment: &PaymentCard) -> Result<PaymentShown, Problem> {
    let (method, state, deadline) = (payment.method, payment.state, payment.deadline);
    let account = match deposits::is_awaited(method, state, deadline, shop.now()) {
        true => deposits::account_of(shop, payment.payment).await?,
        false => None,
    };
    Ok(PaymentShown {
        payment: payment.payment.to_string(),
        method: payment_method(method),
        state: payment_state(state),
        amount: Sum {
            amount: payment.amount,
            currency: payment.currency,
        },
        deadline: deadline.into(),
        account: account.map(Into::into),
    })
}

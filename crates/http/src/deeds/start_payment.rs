//! The shopper begins a try to pay: the ledger first, then the provider's session.

use crate::deeds::Sum;
use crate::deposits;
use crate::problem::Problem;
use crate::shop::{Done, Shop, done};
use crate::who::Shopper;
use axum::http::Uri;
use clerks::ports::OpenPayment;
use records::VirtualAccount;
use serde::Deserialize;
use till::Reply;
use utoipa::ToSchema;
use vocabulary::{
    CheckoutId, Command, Method, Millis, Outcome, PaymentId, PersonKey, Receipt, Request,
    RequestKey, Steps,
};

/// How the shopper pays.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentAsk {
    /// `card`, `wallet` or `deposit` (into a virtual account).
    pub method: MethodAsk,
    /// The issuer's instalment months; 0 for none.
    #[serde(default)]
    pub months: u8,
    /// What the shopper was shown: must be what is due.
    pub amount: Sum,
    /// Where the shopper comes back to: a path of this shop, or an address at its host or at one that its operator
    /// named.
    pub return_url: String,
}

/// A way to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Method)]
pub enum MethodAsk {
    /// A card, entered in the provider's own fields.
    Card,
    /// A wallet or bank's app.
    Wallet,
    /// A deposit into a virtual account.
    Deposit,
}

/// A try to pay that waits for the shopper at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartedPayment {
    /// Its id.
    pub payment: PaymentId,
    /// Where the shopper pays.
    pub redirect_url: String,
    /// When the try ends.
    pub deadline: Millis,
    /// What is to be paid.
    pub amount: Sum,
    /// Where a deposit goes, if the provider says so by now.
    pub account: Option<VirtualAccount>,
}

/// Starts a try to pay.
///
/// # Errors
/// What the ledger refuses; the provider's faults, after which the same request with the same key
/// opens the provider's session of the same try.
pub async fn start_payment(
    shop: &Shop,
    shopper: &Shopper,
    key: Option<RequestKey>,
    checkout: CheckoutId,
    ask: &PaymentAsk,
) -> Result<Done<StartedPayment>, Problem> {
    let command = payment_command(shop, shopper, checkout, ask)?;
    let reply = shop.ask(Request { key, command }).await?;
    finish_payment(shop, shopper, key, checkout, ask, reply).await
}

/// The command for what is asked, in the shopper's own name.
///
/// # Errors
/// An address to come back to that is none.
pub fn payment_command(
    shop: &Shop,
    shopper: &Shopper,
    checkout: CheckoutId,
    ask: &PaymentAsk,
) -> Result<Command, Problem> {
    return_url(shop, &ask.return_url)?;
    Ok(command(shop, shopper.person(), checkout, ask))
}

fn command(shop: &Shop, person: PersonKey, checkout: CheckoutId, ask: &PaymentAsk) -> Command {
    let (method, steps) = way(shop, ask.method);
    Command::StartPayment {
        checkout,
        person,
        method,
        steps,
        months: ask.months,
        amount: ask.amount.amount,
        currency: ask.amount.currency,
    }
}

/// Opens the provider's session of a try that was begun. What the ledger refused, because the checkout was
/// filed or was the guest's whom the shopper was before, is asked again the long way.
///
/// # Errors
/// As [`start_payment`].
pub async fn finish_payment(
    shop: &Shop,
    shopper: &Shopper,
    key: Option<RequestKey>,
    checkout: CheckoutId,
    ask: &PaymentAsk,
    reply: Reply,
) -> Result<Done<StartedPayment>, Problem> {
    let done = match reply.outcome {
        Outcome::Refused(_) => {
            let command = |person| command(shop, person, checkout, ask);
            shopper.order(shop, key, command).await?
        }
        _ => done(reply)?,
    };
    let Receipt::Payment { payment, deadline } = done.what else {
        unreachable!("a try to pay is answered with one, not {:?}", done.what)
    };
    let (method, steps) = way(shop, ask.method);
    let opened = shop.provider.open(OpenPayment {
        payment,
        amount: ask.amount.amount,
        currency: ask.amount.currency,
        method,
        steps,
        months: ask.months,
        return_url: return_url(shop, &ask.return_url)?,
        expires_at: deadline,
    });
    let opened = opened.await?;
    let account = match opened.account {
        Some(account) => Some(deposits::keep(shop, payment, account).await),
        None => None,
    };
    Ok(done.map(|_| StartedPayment {
        payment,
        redirect_url: opened.redirect_url,
        deadline,
        amount: ask.amount,
        account,
    }))
}

/// A deposit is money at once; the others as the operator decided.
fn way(shop: &Shop, method: MethodAsk) -> (Method, Steps) {
    match method {
        MethodAsk::Card => (Method::Card, shop.settings.steps),
        MethodAsk::Wallet => (Method::Wallet, shop.settings.steps),
        MethodAsk::Deposit => (Method::Deposit, Steps::One),
    }
}

/// Nobody is sent to strangers: a shopper comes back to the shop, or to a host that its operator named.
fn return_url(shop: &Shop, told: &str) -> Result<String, Problem> {
    let plain = !told.contains(|mark: char| mark == '\\' || mark.is_control());
    if plain && told.starts_with('/') && !told.starts_with("//") {
        return Ok(format!("{}{told}", shop.settings.public_url));
    }
    let uri: Option<Uri> = told.parse().ok().filter(|_| plain);
    let is_ours = uri.is_some_and(|uri| is_own(shop, &uri));
    is_ours.then(|| told.to_owned()).ok_or_else(|| {
        Problem::field(
            "return_url",
            "must be a path of this shop, or an http(s) address at its host or at one of `shop.return_hosts`",
        )
    })
}

fn is_own(shop: &Shop, uri: &Uri) -> bool {
    let is_web = matches!(uri.scheme_str(), Some("https" | "http"));
    let Some(authority) = uri.authority().filter(|_| is_web) else {
        return false;
    };
    let (_, own) = shop
        .settings
        .public_url
        .split_once("://")
        .unwrap_or_default();
    // What stands before an @ is no host, though it looks like one.
    let told = authority.as_str();
    let mut named = shop.settings.return_hosts.iter();
    told == own || named.any(|host| host == told)
}

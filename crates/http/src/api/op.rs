//! What a shopper asks of the ledger in one request, be it a request of HTTP of its own or a part of a
//! batch: the command that it comes to, and what is told of the reply.

use crate::api::answer::answer;
use crate::api::checkouts::{Goods, OrderAsk, Placed, Started};
use crate::api::holds::{Got, got};
use crate::api::waitlist::PlaceGiven;
use crate::deeds::{
    self, CheckoutAsk, HoldAsk, MethodAsk, PaymentAsk, PlaceAsk, PlaceTaken, Sum, held,
};
use crate::directory::Directory;
use crate::problem::Problem;
use crate::shop::{Done, Shop, done};
use crate::waiting;
use crate::who::Shopper;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use till::{Earlier, Reply, Wish};
use utoipa::ToSchema;
use vocabulary::{CheckoutId, Command, HoldId, Request, RequestKey, Seq};

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
#[schema(as = Op)]
pub(crate) enum Op {
    /// As `POST /v1/holds`.
    Hold(HoldAsk),
    /// As `DELETE /v1/holds/{hold}`.
    Release(ReleaseAsk),
    /// As `POST /v1/orders`.
    Order(Box<OrderAsk>),
    /// As `POST /v1/checkouts`.
    Checkout(Box<CheckoutAsk>),
    /// As `POST /v1/checkouts/{checkout}/payments`.
    Pay(Box<PayAsk>),
    /// As `POST /v1/waitlist`.
    Wait(PlaceAsk),
}

/// Which hold is given up.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReleaseAsk {
    /// The hold's id.
    pub hold: String,
}

/// What is paid, and how: the checkout's id beside the fields of [`PaymentAsk`].
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PayAsk {
    /// The checkout's id.
    pub checkout: String,
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

impl PayAsk {
    /// With the checkout's id from somewhere else.
    pub fn of(checkout: &str, ask: PaymentAsk) -> PayAsk {
        PayAsk {
            checkout: checkout.to_owned(),
            method: ask.method,
            months: ask.months,
            amount: ask.amount,
            return_url: ask.return_url,
        }
    }

    fn parts(self) -> Result<(CheckoutId, PaymentAsk), Problem> {
        let checkout = deeds::parse("checkout", &self.checkout)?;
        let payment = PaymentAsk {
            method: self.method,
            months: self.months,
            amount: self.amount,
            return_url: self.return_url,
        };
        Ok((checkout, payment))
    }
}

/// The answer to what was asked.
#[derive(Debug)]
pub(crate) struct Told {
    /// Its status.
    pub status: StatusCode,
    /// Its body; none where there is nothing to tell.
    pub body: Option<Body>,
    /// A view that reached this shows it, where the journal knows of it.
    pub seq: Option<Seq>,
    /// It had been done before.
    pub repeated: bool,
}

/// What is told, not yet written.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Body {
    /// Of a hold.
    Got(Got),
    /// Of an order or a checkout.
    Placed(Placed),
    /// Of a try to pay.
    Started(Started),
    /// Of a place in a waitlist.
    Waits(PlaceGiven),
}

impl Told {
    /// All is well, and there is no more to tell.
    pub fn nothing(status: StatusCode) -> Told {
        Told {
            status,
            body: None,
            seq: None,
            repeated: false,
        }
    }
}

impl Op {
    /// The command that it comes to.
    ///
    /// # Errors
    /// What is known to be wrong before the ledger is asked.
    pub async fn command(&self, shop: &Shop, shopper: &Shopper) -> Result<Command, Problem> {
        match self {
            Op::Hold(ask) => deeds::hold_command(shop, shopper, ask).await,
            Op::Release(ReleaseAsk { hold }) => {
                let hold = deeds::parse_number("hold", hold, HoldId)?;
                let person = shopper.holder_now(shop, &[hold]);
                Ok(Command::ReleaseHold { hold, person })
            }
            Op::Order(ask) => match ask.goods()? {
                Goods::Held(ask) => deeds::checkout_command(shop, shopper, &ask),
                Goods::Free(ask) => deeds::buy_now_command(shop, shopper, ask).await,
            },
            Op::Checkout(ask) => deeds::checkout_command(shop, shopper, ask),
            Op::Pay(ask) => {
                let (checkout, ask) = ask.as_ref().clone().parts()?;
                deeds::payment_command(shop, shopper, checkout, &ask)
            }
            Op::Wait(ask) => deeds::wait_command(shop, shopper, ask).await,
        }
    }

    /// Turns away who asks where nobody can buy, without asking who they are; `keyed` says that the request
    /// has a key.
    ///
    /// # Errors
    /// Why nobody can.
    pub async fn check_shutters(&self, shop: &Shop, keyed: bool) -> Result<(), Problem> {
        let shutters = shop.counter.shutters();
        if !shutters.any_down() {
            return Ok(());
        }
        let Some(wish) = self.wish(&shop.directory, keyed).await else {
            return Ok(());
        };
        match shutters.turns_away(&wish, shop.now()) {
            None => Ok(()),
            Some(refusal) => {
                shop.refusals.count(refusal);
                Err(refusal.into())
            }
        }
    }

    /// What a shutter can tell of it; nothing of what is not known, since that has another answer.
    async fn wish(&self, directory: &Directory, keyed: bool) -> Option<Wish> {
        let (deal, sku, or_wait, earlier) = match self {
            Op::Hold(ask) => {
                let earlier = Earlier::of_hold(keyed);
                (&*ask.deal, &*ask.sku, ask.or_wait, earlier)
            }
            Op::Order(ask) => match ask.goods().ok()? {
                Goods::Free(ask) => {
                    let earlier = Earlier::of_order(ask.order.parse().ok()?);
                    (ask.deal, ask.sku, false, earlier)
                }
                Goods::Held(_) => return None,
            },
            _ => return None,
        };
        Some(Wish {
            deal: directory.deal(deal).await.ok()?.number,
            sku: directory.sku(sku).await.ok()?.0,
            or_wait,
            earlier,
        })
    }

    /// True when what is told of it waits for more than the ledger: for views, records or the provider.
    pub fn waits(&self) -> bool {
        match self {
            Op::Hold(_) | Op::Release(_) | Op::Wait(_) => false,
            Op::Order(ask) => ask.deal.is_none() || ask.contact.is_some(),
            Op::Checkout(_) | Op::Pay(_) => true,
        }
    }

    /// Asks for this alone, and answers.
    ///
    /// # Errors
    /// As [`Op::command`] and [`Op::tell`].
    pub async fn alone(
        self,
        shop: &Shop,
        shopper: &Shopper,
        key: Option<RequestKey>,
    ) -> Result<Response, Problem> {
        self.check_shutters(shop, key.is_some()).await?;
        let command = self.command(shop, shopper).await?;
        check_turn(shop, shopper, key, &command)?;
        let reply = shop.ask(Request { key, command }).await?;
        let told = self.tell(shop, shopper, key, reply).await?;
        let done = Done {
            what: told.body,
            seq: told.seq.unwrap_or_default(),
            repeated: told.repeated,
        };
        Ok(answer(shop, told.status, done).into_response())
    }

    /// What is told of the reply, when all that belongs to it was done.
    ///
    /// # Errors
    /// What the ledger refused, and what failed on the way.
    pub async fn tell(
        self,
        shop: &Shop,
        shopper: &Shopper,
        key: Option<RequestKey>,
        reply: Reply,
    ) -> Result<Told, Problem> {
        match self {
            Op::Hold(ask) => {
                let done = done(reply)?;
                note_got(shop, shopper, &ask.deal, key, done.seq).await;
                let (status, got) = got(held(done.what));
                Ok(told(done.map(|_| (status, Body::Got(got)))))
            }
            Op::Release(_) => Ok(nothing(done(reply)?)),
            Op::Order(ask) => {
                let placed = match ask.goods()? {
                    Goods::Held(ask) => deeds::finish_checkout(shop, shopper, &ask, reply).await?,
                    Goods::Free(ask) => {
                        let bought = deeds::finish_purchase(shop, shopper, ask, reply).await?;
                        note_got(shop, shopper, ask.deal, key, bought.seq).await;
                        bought
                    }
                };
                Ok(told(
                    placed.map(|placed| created(Body::Placed(placed.into()))),
                ))
            }
            Op::Checkout(ask) => {
                let placed = deeds::finish_checkout(shop, shopper, &ask, reply).await?;
                Ok(told(
                    placed.map(|placed| created(Body::Placed(placed.into()))),
                ))
            }
            Op::Pay(ask) => {
                let (checkout, ask) = ask.parts()?;
                let started =
                    deeds::finish_payment(shop, shopper, key, checkout, &ask, reply).await?;
                Ok(told(
                    started.map(|started| created(Body::Started(started.into()))),
                ))
            }
            Op::Wait(ask) => {
                let taken = done(reply)?.map(PlaceTaken::of);
                note_got(shop, shopper, &ask.deal, key, taken.seq).await;
                Ok(told(taken.map(|taken| created(Body::Waits(taken.into())))))
            }
        }
    }
}

/// Turns away whose turn it is not, where shoppers wait for what the command asks for.
///
/// # Errors
/// As [`Shop::check_turn`].
pub(crate) fn check_turn(
    shop: &Shop,
    shopper: &Shopper,
    key: Option<RequestKey>,
    command: &Command,
) -> Result<(), Problem> {
    let (deal, sku, units, or_wait) = match *command {
        Command::PlaceHold {
            deal,
            sku,
            units,
            or_wait,
            ..
        } => (deal, sku, units, or_wait),
        Command::BuyNow {
            deal, sku, units, ..
        } => (deal, sku, units, false),
        Command::JoinWaitlist { deal, sku, .. } => (deal, sku, 1, true),
        _ => return Ok(()),
    };
    let wish = waiting::Wish {
        deal,
        sku,
        units,
        or_wait,
    };
    shop.check_turn(shopper, wish, key)
}

/// A pass is used when something was got by it.
async fn note_got(shop: &Shop, shopper: &Shopper, deal: &str, key: Option<RequestKey>, seq: Seq) {
    if shop.waiting.is_in_use()
        && let Ok(name) = shop.directory.deal(deal).await
    {
        shop.note_got(shopper, name.number, key, seq);
    }
}

fn created(body: Body) -> (StatusCode, Body) {
    (StatusCode::CREATED, body)
}

fn told(done: Done<(StatusCode, Body)>) -> Told {
    let (status, body) = done.what;
    Told {
        status,
        body: Some(body),
        seq: Some(done.seq),
        repeated: done.repeated,
    }
}

fn nothing<T>(done: Done<T>) -> Told {
    Told {
        status: StatusCode::NO_CONTENT,
        body: None,
        seq: Some(done.seq),
        repeated: done.repeated,
    }
}

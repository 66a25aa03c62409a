//! From a request of the fast lane to what the ledger is asked, and from its reply to the answer.

use super::request::{Request, Route};
use crate::api::callbacks;
use crate::api::op::{Op, PayAsk, Told, check_turn};
use crate::door::Door;
use crate::misread;
use crate::problem::{Kind, Problem};
use crate::request_key;
use crate::shop::Shop;
use crate::who::Shopper;
use axum::http::StatusCode;
use std::net::IpAddr;
use till::Reply;
use vocabulary::{Command, Request as Words, RequestKey};

const KEY: &str = "idempotency-key";

/// Who asked for what, while the ledger decides.
pub(super) enum Asked {
    OfShopper(Box<(Op, Shopper, Option<RequestKey>)>),
    Callback(Command),
}

/// Reads a request that came from this address; none where it is counted already.
pub(super) async fn read(
    door: &Door,
    request: &Request<'_>,
    peer: Option<IpAddr>,
) -> Result<(Asked, Words), Problem> {
    let shop = door.shop();
    door.count(request, peer)?;
    if request.route == Route::Callbacks {
        let command = callbacks::read(shop, &|name| request.header(name), request.body)?;
        return Ok((Asked::Callback(command.clone()), command.into()));
    }
    let op = op(request);
    if let Ok(op) = &op {
        let keyed = request.header(KEY).is_some();
        op.check_shutters(shop, keyed).await?;
    }
    let shopper = Shopper::of(shop, request.bearer).await?;
    let shopper = shopper.ok_or(Kind::SESSION_REQUIRED)?;
    let op = op?;
    let command = op.command(shop, &shopper).await?;
    let key = key(request, &shopper)?;
    check_turn(shop, &shopper, key, &command)?;
    let asked = Asked::OfShopper(Box::new((op, shopper, key)));
    Ok((asked, Words { key, command }))
}

fn op(request: &Request<'_>) -> Result<Op, Problem> {
    let body = request.body;
    Ok(match request.route {
        Route::Holds => Op::Hold(misread::read(body)?),
        Route::Orders => Op::Order(misread::read(body)?),
        Route::Checkouts => Op::Checkout(misread::read(body)?),
        Route::Payments(checkout) => Op::Pay(Box::new(PayAsk::of(checkout, misread::read(body)?))),
        Route::Callbacks => unreachable!("a callback is no shopper's"),
    })
}

fn key(request: &Request<'_>, shopper: &Shopper) -> Result<Option<RequestKey>, Problem> {
    let Some(text) = request.header(KEY) else {
        return Ok(None);
    };
    let asked: [&[u8]; 3] = [b"POST", request.path.as_bytes(), request.body];
    Ok(Some(request_key::bound(text, &shopper.scope(), &asked)?))
}

impl Asked {
    /// True when the answer may wait for more than the ledger's reply.
    pub fn waits(&self) -> bool {
        match self {
            Asked::OfShopper(asked) => asked.0.waits(),
            Asked::Callback(_) => false,
        }
    }

    /// What is answered when the ledger replied so.
    pub async fn tell(self, shop: &Shop, reply: Reply) -> Result<Told, Problem> {
        match self {
            Asked::OfShopper(asked) => {
                let (op, shopper, key) = *asked;
                op.tell(shop, &shopper, key, reply).await
            }
            Asked::Callback(command) => {
                callbacks::settle(shop, command, reply).await?;
                Ok(Told::nothing(StatusCode::OK))
            }
        }
    }
}

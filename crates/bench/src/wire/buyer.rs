//! Shoppers over the wire: they buy and pay, each with a session of their own, a fresh Idempotency-Key a
//! request, and the provider's signed callback at the end.

use super::shelf::{Shelf, TOTAL};
use super::stand::{CALLBACK_SECRET, now};
use super::talk::{Counted, Talk};
use adapters::{Secret, sign};
use crowd::Random;
use std::collections::VecDeque;
use std::fmt::Arguments;
use std::io::Write;
use std::sync::Arc;
use uuid::Uuid;

/// Of 583 orders, 256 are paid: the two peaks of the original.
const PAID_OF: (usize, usize) = (256, 583);
/// How many requests an order comes to: itself, and for each that is paid two more.
pub const REQUESTS_AN_ORDER: f64 = 1.0 + 2.0 * PAID_OF.0 as f64 / PAID_OF.1 as f64;

/// The shoppers of one connection.
pub struct Buyers {
    shelf: Arc<Shelf>,
    random: Random,
    secret: Secret,
    due: VecDeque<Step>,
    body: Vec<u8>,
}

/// What a shopper does next.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// Orders a unit at once.
    Buy { shopper: usize, order: Uuid },
    /// Begins to pay.
    Start { shopper: usize, checkout: Uuid },
    /// The provider says that the money is ours.
    Capture { checkout: Uuid },
}

impl Buyers {
    /// Shoppers who differ from those of another seed.
    pub fn of(shelf: &Arc<Shelf>, seed: u64) -> Buyers {
        Buyers {
            shelf: Arc::clone(shelf),
            random: Random::seeded(seed),
            secret: Secret::parse(CALLBACK_SECRET).expect("it is long enough"),
            due: VecDeque::new(),
            body: Vec::new(),
        }
    }

    /// Somebody's first step.
    pub fn newcomer(&mut self) -> Step {
        Step::Buy {
            shopper: self.random.below(self.shelf.sessions.len()),
            order: uuid7(self.random.bits(), self.random.bits()),
        }
    }

    fn write_body(&mut self, step: Step) {
        let mut body = std::mem::take(&mut self.body);
        body.clear();
        let won = TOTAL.0;
        match step {
            Step::Buy { order, .. } => {
                let deals = &self.shelf.deals;
                let deal = &deals[self.random.below(deals.len())];
                let text = format_args!(r#"{{"order":"{order}","deal":"{deal}","sku":"{deal}"}}"#);
                put(&mut body, text);
            }
            Step::Start { .. } => put(
                &mut body,
                format_args!(
                    r#"{{"method":"card","amount":{{"amount":{won},"currency":"KRW"}},"return_url":"/paid"}}"#
                ),
            ),
            Step::Capture { checkout } => put(
                &mut body,
                format_args!(
                    r#"{{"event":"payment.captured","reference":"{checkout}.1","amount":{won},"currency":"KRW"}}"#
                ),
            ),
        }
        self.body = body;
    }

    fn write_head(&mut self, step: Step, out: &mut Vec<u8>) {
        match step {
            Step::Buy { shopper, .. } => {
                put(out, format_args!("POST /v1/orders HTTP/1.1\r\n"));
                self.write_who(shopper, out);
            }
            Step::Start { shopper, checkout } => {
                let path = format_args!("/v1/checkouts/{checkout}/payments");
                put(out, format_args!("POST {path} HTTP/1.1\r\n"));
                self.write_who(shopper, out);
            }
            Step::Capture { .. } => {
                put(
                    out,
                    format_args!("POST /v1/payments/callbacks HTTP/1.1\r\n"),
                );
                let body = std::mem::take(&mut self.body);
                self.write_signature(&body, out);
                self.body = body;
            }
        }
        let length = self.body.len();
        let rest = "host: localhost\r\ncontent-type: application/json\r\ncontent-length";
        put(out, format_args!("{rest}: {length}\r\n\r\n"));
    }

    fn write_who(&mut self, shopper: usize, out: &mut Vec<u8>) {
        let (session, key) = (&self.shelf.sessions[shopper], self.random.bits());
        let key = format_args!("idempotency-key: {key:016x}");
        put(
            out,
            format_args!("authorization: Bearer {session}\r\n{key}\r\n"),
        );
    }

    /// The headers by which the provider signs a body.
    pub fn write_signature(&mut self, body: &[u8], out: &mut Vec<u8>) {
        let now = now();
        let id = format!("msg_{:016x}", self.random.bits());
        let signature = sign(&self.secret, &id, now, body);
        let at = now.0 / 1_000;
        let told = format_args!("webhook-id: {id}\r\nwebhook-timestamp: {at}");
        put(
            out,
            format_args!("{told}\r\nwebhook-signature: {signature}\r\n"),
        );
    }

    /// A step as a part of a batch.
    pub fn write_entry(&mut self, step: Step, out: &mut Vec<u8>) {
        self.write_body(step);
        let key = self.random.bits();
        let (shopper, op) = match step {
            Step::Buy { shopper, .. } => {
                (shopper, format!(r#"{{"op":"order","key":"{key:016x}","#))
            }
            Step::Start { shopper, checkout } => (
                shopper,
                format!(r#"{{"op":"pay","key":"{key:016x}","checkout":"{checkout}","#),
            ),
            Step::Capture { .. } => return out.extend_from_slice(&self.body),
        };
        let session = &self.shelf.sessions[shopper];
        put(out, format_args!(r#"{op}"session":"{session}","#));
        out.extend_from_slice(&self.body[1..]);
    }

    /// What an answer came to, and what follows.
    pub fn heard_of(&mut self, step: Step, status: u16) -> (Counted, Option<Step>) {
        let done = matches!(status, 200 | 201);
        let counted = Counted {
            requests: 1,
            orders: u64::from(done && matches!(step, Step::Buy { .. })),
            payments: u64::from(done && matches!(step, Step::Capture { .. })),
            refused: u64::from(!done),
        };
        (counted, self.after(step).filter(|_| done))
    }

    fn after(&mut self, step: Step) -> Option<Step> {
        let (paid, of) = PAID_OF;
        match step {
            Step::Buy { shopper, order } => (self.random.below(of) < paid).then(|| Step::Start {
                shopper,
                checkout: beside(order),
            }),
            Step::Start { checkout, .. } => Some(Step::Capture { checkout }),
            Step::Capture { .. } => None,
        }
    }
}

impl Talk for Buyers {
    type Asked = Step;

    fn ask(&mut self, out: &mut Vec<u8>) -> Step {
        let due = self.due.pop_front();
        let step = due.unwrap_or_else(|| self.newcomer());
        self.write_body(step);
        self.write_head(step, out);
        out.extend_from_slice(&self.body);
        step
    }

    fn heard(&mut self, step: Step, status: u16, _: &[u8]) -> Counted {
        let (counted, next) = self.heard_of(step, status);
        self.due.extend(next);
        counted
    }
}

/// The checkout of an order that is placed alone, as the shop names it.
fn beside(order: Uuid) -> Uuid {
    Uuid::from_u128(order.as_u128() ^ 1)
}

/// RFC 9562, version 7, made now.
pub fn uuid7(high: u64, low: u64) -> Uuid {
    let bits = u128::from(high) << 64 | u128::from(low);
    let [_, _, _, _, _, _, random @ ..] = bits.to_be_bytes();
    uuid::Builder::from_unix_timestamp_millis(now().0, &random).into_uuid()
}

/// Writes text behind what is in `out`.
pub fn put(out: &mut Vec<u8>, text: Arguments<'_>) {
    out.write_fmt(text).expect("memory takes every byte");
}

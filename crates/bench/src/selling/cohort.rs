//! Shoppers who go through a purchase together: hold, order, begin to pay, approved, captured. Each step
//! is a ticket of requests, made from the answers to the step before.

use super::mix::Mix;
use super::stand::APART;
use arrayvec::ArrayVec;
use crowd::Random;
use money::{Amount, Currency};
use std::collections::VecDeque;
use till::Reply;
use vocabulary::{
    CheckoutId, Command, DealId, HoldId, Method, Millis, OrderId, Outcome, PaymentId, PersonKey,
    Receipt, Request, RequestKey, Shopper, SkuId, Steps, Zone,
};

/// Of 583 orders, 256 are paid at once: the two peaks of the original.
const PAID_OF: (usize, usize) = (256, 583);
/// So many deposits are awaited before the first one comes.
const LATE: usize = 10_000;
const CURRENCY: Currency = Currency::KRW;

/// What a cohort does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Take the units.
    Hold,
    /// Order what was held.
    Order,
    /// Begin to pay.
    Start,
    /// The issuer keeps the money.
    Approve,
    /// The money is ours.
    Capture,
}

/// One shopper on the way.
struct Buyer {
    person: PersonKey,
    lines: usize,
    holds: ArrayVec<HoldId, 5>,
    checkout: CheckoutId,
    total: Amount,
    payment: PaymentId,
    steps: Steps,
    deposit: bool,
}

/// Some shoppers on the way together.
pub struct Cohort {
    /// What they asked last.
    pub step: Step,
    buyers: Vec<Buyer>,
}

/// Makes shoppers, and what they want.
pub struct Source {
    mix: Mix,
    draws: Vec<u32>,
    random: Random,
    /// Who pays by a deposit that has not come yet.
    late: VecDeque<Buyer>,
}

/// What the answers to a step came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done {
    /// Orders placed.
    pub orders: u64,
    /// Payments captured.
    pub payments: u64,
    /// Anything else than done.
    pub refused: u64,
}

impl Source {
    /// Shoppers of a mix.
    pub fn of(mix: Mix, seed: u64) -> Source {
        let mut random = Random::seeded(seed);
        let draws = mix.draws(&mut random);
        let late = VecDeque::new();
        Source {
            mix,
            draws,
            random,
            late,
        }
    }

    /// So many new shoppers, and their first ticket.
    pub fn cohort(&mut self, size: usize, now: Millis) -> (Cohort, Vec<Request>) {
        let mut requests = Vec::with_capacity(size * (1 + self.mix.lines_max) / 2);
        let buyers = (0..size).map(|_| self.buyer(&mut requests, now)).collect();
        let step = match self.mix.at_once {
            true => Step::Order,
            false => Step::Hold,
        };
        (Cohort { step, buyers }, requests)
    }

    fn buyer(&mut self, requests: &mut Vec<Request>, now: Millis) -> Buyer {
        let person =
            PersonKey(u128::from(self.random.bits()) << 64 | u128::from(self.random.bits()));
        let lines = 1 + self.random.below(self.mix.lines_max);
        let first = self.draws[self.random.below(self.draws.len())];
        let deposit = self.random.chance(self.mix.deposits);
        let buyer = Buyer {
            person,
            lines,
            holds: ArrayVec::new(),
            checkout: self.checkout_id(now),
            total: Amount::ZERO,
            payment: PaymentId::default(),
            steps: match deposit || self.mix.at_once {
                true => Steps::One,
                false => Steps::Two,
            },
            deposit,
        };
        if self.mix.at_once {
            requests.push(self.keyed(buyer.buy(1 + first)));
            return buyer;
        }
        for line in 0..lines as u32 {
            // Lines of one order are one seller's.
            let sku = 1 + (first + line * APART) % self.mix.skus;
            requests.push(self.keyed(hold(sku, person)));
        }
        buyer
    }

    fn checkout_id(&mut self, now: Millis) -> CheckoutId {
        let bits = u128::from(self.random.bits()) << 64 | u128::from(self.random.bits());
        CheckoutId(uuid7(now, bits))
    }

    /// The cohort's next ticket after these answers; none when it is through.
    pub fn next(
        &mut self,
        mut cohort: Cohort,
        replies: &[Reply],
        now: Millis,
    ) -> (Done, Option<(Cohort, Vec<Request>)>) {
        let mut done = Done {
            refused: count(replies, |outcome| !matches!(outcome, Outcome::Done(_))),
            ..Done::default()
        };
        match cohort.step {
            Step::Hold => cohort.heard_holds(replies),
            Step::Order => {
                done.orders = count(replies, |outcome| matches!(outcome, Outcome::Done(_)));
                cohort.heard_totals(replies);
            }
            Step::Start => cohort.heard_payments(replies),
            Step::Approve => {}
            Step::Capture => {
                done.payments = count(replies, |outcome| matches!(outcome, Outcome::Done(_)));
            }
        }
        let Some(requests) = self.go_on(&mut cohort, now) else {
            return (done, None);
        };
        let next = (!requests.is_empty()).then_some((cohort, requests));
        (done, next)
    }

    fn go_on(&mut self, cohort: &mut Cohort, now: Millis) -> Option<Vec<Request>> {
        let buyers = &mut cohort.buyers;
        match cohort.step {
            Step::Hold => {
                let lapsing = self.mix.lapsing;
                buyers.retain(|buyer| !buyer.holds.is_empty() && !self.random.chance(lapsing));
                cohort.step = Step::Order;
                Some(
                    buyers
                        .iter_mut()
                        .map(|buyer| self.order(buyer, now))
                        .collect(),
                )
            }
            Step::Order => {
                let (paid, of) = PAID_OF;
                buyers.retain(|buyer| buyer.total.0 > 0 && self.random.below(of) < paid);
                cohort.step = Step::Start;
                Some(
                    buyers
                        .iter()
                        .map(|buyer| self.keyed(buyer.start()))
                        .collect(),
                )
            }
            Step::Start if self.mix.at_once => {
                cohort.step = Step::Capture;
                Some(buyers.iter().map(|buyer| buyer.capture().into()).collect())
            }
            Step::Start => {
                cohort.step = Step::Approve;
                let approved = buyers.iter().filter(|buyer| !buyer.deposit);
                Some(approved.map(|buyer| buyer.approve().into()).collect())
            }
            Step::Approve => {
                cohort.step = Step::Capture;
                self.put_off_deposits(buyers);
                Some(buyers.iter().map(|buyer| buyer.capture().into()).collect())
            }
            Step::Capture => None,
        }
    }

    /// Deposits come when shoppers of much later have paid.
    fn put_off_deposits(&mut self, buyers: &mut Vec<Buyer>) {
        let (late, at_once): (Vec<_>, Vec<_>) = buyers.drain(..).partition(|buyer| buyer.deposit);
        *buyers = at_once;
        let come = late.len().min(self.late.len().saturating_sub(LATE));
        buyers.extend(self.late.drain(..come));
        self.late.extend(late);
    }

    fn order(&mut self, buyer: &mut Buyer, now: Millis) -> Request {
        buyer.checkout = self.checkout_id(now);
        let command = Command::PlaceCheckout {
            checkout: buyer.checkout,
            orders: [buyer.order()].into_iter().collect(),
            holds: buyer.holds.iter().copied().collect(),
            person: buyer.person,
            zone: Zone(0),
        };
        self.keyed(command)
    }

    /// With a key of its own, as every client's request has.
    fn keyed(&mut self, command: Command) -> Request {
        let key = u128::from(self.random.bits()) << 64 | u128::from(self.random.bits());
        let body = self.random.bits();
        Request {
            key: Some(RequestKey { key, body }),
            command,
        }
    }
}

impl Cohort {
    fn heard_holds(&mut self, replies: &[Reply]) {
        let mut replies = replies.iter();
        for buyer in &mut self.buyers {
            for reply in replies.by_ref().take(buyer.lines) {
                if let Outcome::Done(Receipt::Hold { hold, .. }) = reply.outcome {
                    buyer.holds.push(hold);
                }
            }
        }
    }

    fn heard_totals(&mut self, replies: &[Reply]) {
        for (buyer, reply) in self.buyers.iter_mut().zip(replies) {
            if let Outcome::Done(Receipt::Checkout { total, .. }) = reply.outcome {
                buyer.total = total;
            }
        }
    }

    fn heard_payments(&mut self, replies: &[Reply]) {
        for (buyer, reply) in self.buyers.iter_mut().zip(replies) {
            if let Outcome::Done(Receipt::Payment { payment, .. }) = reply.outcome {
                buyer.payment = payment;
            }
        }
    }
}

impl Buyer {
    fn order(&self) -> OrderId {
        OrderId(self.checkout.0 ^ 1)
    }

    fn buy(&self, sku: u32) -> Command {
        Command::BuyNow {
            deal: DealId(sku),
            sku: SkuId(sku),
            units: 1,
            shopper: shopper(self.person),
            checkout: self.checkout,
            order: self.order(),
            zone: Zone(0),
        }
    }

    fn start(&self) -> Command {
        let method = match self.deposit {
            true => Method::Deposit,
            false => Method::Card,
        };
        Command::StartPayment {
            checkout: self.checkout,
            person: self.person,
            method,
            steps: self.steps,
            months: 0,
            amount: self.total,
            currency: CURRENCY,
        }
    }

    fn approve(&self) -> Command {
        Command::RecordAuthorisation {
            payment: self.payment,
            amount: self.total,
            currency: CURRENCY,
        }
    }

    fn capture(&self) -> Command {
        Command::RecordCapture {
            payment: self.payment,
            amount: self.total,
            currency: CURRENCY,
        }
    }
}

/// RFC 9562: 48 bits of time, the version, 12 random bits, the variant, 62 random bits.
pub fn uuid7(at: Millis, bits: u128) -> u128 {
    let (high, low) = (bits >> 64 & 0xfff, bits & ((1 << 62) - 1));
    u128::from(at.0) << 80 | 7 << 76 | high << 64 | 2 << 62 | low
}

fn hold(sku: u32, person: PersonKey) -> Command {
    Command::PlaceHold {
        deal: DealId(sku),
        sku: SkuId(sku),
        units: 1,
        shopper: shopper(person),
        or_wait: false,
    }
}

fn shopper(person: PersonKey) -> Shopper {
    Shopper {
        person,
        member: true,
        verified: false,
    }
}

fn count(replies: &[Reply], is: impl Fn(&Outcome) -> bool) -> u64 {
    replies.iter().filter(|reply| is(&reply.outcome)).count() as u64
}

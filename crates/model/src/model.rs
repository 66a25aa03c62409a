//! The model: its tables and the door through which every command comes in.
//!
//! What a command does stands in the file of its family, in the order of
//! `docs/contracts/trading-rules.md`.

use crate::Decider;
use crate::tables::{Checkout, Deal, Hold, Place, Remembered, Seller, Sku, Timer};
use money::Currency;
use std::collections::BTreeMap;
use vocabulary::{
    Account, CheckoutId, Command, CommandKind, DealId, Digest, Event, FiledCheckout, HoldId,
    Millis, OrderId, Outcome, PersonKey, PlaceId, Receipt, RefundId, Refusal, Request, RequestKey,
    Rules, SellerId, SkuId, Work,
};

/// What a command comes to.
pub(crate) type Decision = Result<Receipt, Refusal>;

/// The trading rules as plain tables and loops.
#[derive(Clone, Debug, Default)]
pub struct Model {
    pub(crate) now: Millis,
    pub(crate) rules: Rules,
    pub(crate) digest: Digest,
    /// The events of the command at hand.
    pub(crate) happened: Vec<Event>,
    pub(crate) remembered: BTreeMap<u128, Remembered>,
    pub(crate) sellers: BTreeMap<SellerId, Seller>,
    pub(crate) skus: BTreeMap<SkuId, Sku>,
    pub(crate) deals: BTreeMap<DealId, Deal>,
    pub(crate) holds: BTreeMap<HoldId, Hold>,
    pub(crate) last_hold: u64,
    pub(crate) places: BTreeMap<PlaceId, Place>,
    pub(crate) last_place: u64,
    pub(crate) counts: BTreeMap<(DealId, PersonKey), u64>,
    pub(crate) checkouts: BTreeMap<CheckoutId, Checkout>,
    /// Which of them an order stands in: a festival's journal has too many to look through them all.
    pub(crate) checkout_of: BTreeMap<OrderId, CheckoutId>,
    pub(crate) last_refund: u64,
    pub(crate) balances: BTreeMap<(Currency, SellerId, Account), i128>,
    pub(crate) outbox: Vec<Work>,
    /// By moment, then in the order in which they were set.
    pub(crate) timers: BTreeMap<(Millis, u64), Timer>,
    pub(crate) timers_set: u64,
    /// What left memory for the disk. No rule looks at it; the invariants are proved with it.
    pub(crate) filed: BTreeMap<CheckoutId, FiledCheckout>,
    /// Units that came back from shoppers into free stock. Only the invariants look at it.
    pub(crate) restocked: BTreeMap<(DealId, SkuId), u64>,
}

impl Decider for Model {
    fn fresh() -> Self {
        Model::default()
    }

    fn apply(&mut self, at: Millis, request: &Request, events: &mut Vec<Event>) -> Outcome {
        assert!(self.now <= at, "time never falls");
        let advances = request.command.kind() == CommandKind::AdvanceTo;
        let due = self.next_due().is_some_and(|moment| moment <= at);
        assert!(advances || !due, "what is due comes before any command");
        let before = std::mem::replace(&mut self.now, at);
        let outcome = self.answer(request, events);
        if !matches!(outcome, Outcome::Done(_)) {
            self.now = before;
        }
        outcome
    }

    fn next_due(&self) -> Option<Millis> {
        self.timers.keys().next().map(|(moment, _)| *moment)
    }

    fn digest(&self) -> Digest {
        self.digest
    }

    fn outbox(&self) -> Vec<Work> {
        self.outbox.clone()
    }

    fn state_digest(&self) -> Digest {
        Digest(xxhash_rust::xxh3::xxh3_128(self.describe().as_bytes()))
    }

    fn describe(&self) -> String {
        Model::describe(self)
    }
}

impl Model {
    /// The rules in force.
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// The last stamp.
    pub fn now(&self) -> Millis {
        self.now
    }

    fn answer(&mut self, request: &Request, events: &mut Vec<Event>) -> Outcome {
        if let Some(answer) = self.answered_before(request.key) {
            return answer;
        }
        match self.decide(&request.command) {
            Ok(receipt) => {
                self.close_the_page(request, receipt);
                events.append(&mut self.happened);
                Outcome::Done(receipt)
            }
            Err(refusal) => Outcome::Refused(refusal),
        }
    }

    /// The answer to a request whose key is remembered.
    fn answered_before(&self, key: Option<RequestKey>) -> Option<Outcome> {
        let key = key?;
        let known = self.remembered.get(&key.key)?;
        if known.forgotten_at <= self.now {
            return None;
        }
        Some(if known.body == key.body {
            Outcome::Repeated(known.receipt)
        } else {
            Outcome::Refused(Refusal::RequestKeyReused)
        })
    }

    /// Remembers the key of what was done and moves the digest.
    fn close_the_page(&mut self, request: &Request, receipt: Receipt) {
        if let Some(key) = request.key {
            let remembered = Remembered {
                body: key.body,
                receipt,
                forgotten_at: self.now.plus(self.rules.idempotency_ms),
            };
            self.remembered.insert(key.key, remembered);
        }
        self.digest = (self.digest).after(self.now, request, receipt, &self.happened);
    }

    /// Which family decides which command.
    fn decide(&mut self, command: &Command) -> Decision {
        use CommandKind as Kind;
        match command.kind() {
            Kind::AdoptRules
            | Kind::OpenSeller
            | Kind::SetShipping
            | Kind::ListSku
            | Kind::ReceiveStock
            | Kind::WithdrawStock => self.decide_stock(command),
            Kind::ScheduleDeal
            | Kind::ChangeDeal
            | Kind::RepriceDeal
            | Kind::AddAllotment
            | Kind::AllowExtensions
            | Kind::EndDeal => self.decide_schedule(command),
            Kind::PlaceHold
            | Kind::ReleaseHold
            | Kind::ExtendHold
            | Kind::JoinWaitlist
            | Kind::LeaveWaitlist => self.decide_holding(command),
            Kind::PlaceCheckout | Kind::BuyNow | Kind::CancelOrder => self.decide_ordering(command),
            Kind::StartPayment
            | Kind::RecordAuthorisation
            | Kind::RecordCapture
            | Kind::RecordDecline
            | Kind::RecordVoid => self.decide_paying(command),
            Kind::RequestRefund | Kind::RecordRefund | Kind::RecordRefundFailure => {
                self.decide_refunds(command)
            }
            Kind::RecordShipment | Kind::RecordDelivery | Kind::AskReturn | Kind::RecordReturn => {
                self.decide_after_payment(command)
            }
            Kind::AdvanceTo | Kind::RecallCheckout => self.decide_memory(command),
        }
    }

    /// Something happened.
    pub(crate) fn say(&mut self, event: Event) {
        self.happened.push(event);
    }

    /// A clerk has something to do.
    pub(crate) fn order_work(&mut self, work: Work) {
        self.outbox.push(work);
        self.say(Event::WorkOrdered { work });
    }

    /// It is done, or no longer wanted.
    pub(crate) fn finish_work(&mut self, work: Work) {
        let position = self.outbox.iter().position(|open| *open == work);
        self.outbox
            .remove(position.expect("only open work is finished"));
        self.say(Event::WorkDone { work });
    }

    /// Looks again at something when `moment` has come.
    pub(crate) fn set_timer(&mut self, moment: Millis, timer: Timer) {
        self.timers_set += 1;
        self.timers.insert((moment, self.timers_set), timer);
    }

    pub(crate) fn next_refund(&mut self) -> RefundId {
        self.last_refund += 1;
        RefundId(self.last_refund)
    }
}

/// One line of a list of refusals.
pub(crate) fn refuse_if(broken: bool, refusal: Refusal) -> Result<(), Refusal> {
    if broken { Err(refusal) } else { Ok(()) }
}

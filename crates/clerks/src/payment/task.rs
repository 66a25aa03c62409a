//! What the clerk keeps of each work, and what it tells of how it stands.

use money::{Amount, Currency};
use vocabulary::{Event, Method, Millis, PaymentId, RefundId, Steps, Work};

/// What the clerk must know of a try to do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentFacts {
    /// How much.
    pub amount: Amount,
    /// Of the amount.
    pub currency: Currency,
    /// How.
    pub method: Method,
    /// In one step or two.
    pub steps: Steps,
    /// Instalment months.
    pub months: u8,
    /// When the try ends.
    pub deadline: Millis,
}

/// What the clerk must know of a refund to send it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundFacts {
    /// Of which try's money.
    pub payment: PaymentId,
    /// How much.
    pub amount: Amount,
}

/// Work that was in the outbox when a clerk came to be, with what must be known to do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfinished {
    /// `Work::Settle`.
    Settle(PaymentId, PaymentFacts),
    /// `Work::Capture`.
    Capture(PaymentId, PaymentFacts),
    /// `Work::Void`.
    Void(PaymentId, PaymentFacts),
    /// `Work::Refund`.
    Refund(RefundId, RefundFacts),
}

/// How a clerk stands, for metrics and the desk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How much work is not done.
    pub outstanding: usize,
    /// Which of it fails again and again.
    pub stuck: Vec<Stuck>,
}

/// Work that fails again and again. It is tried on; a person should look at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// Which.
    pub work: Work,
    /// How often in a row it failed.
    pub tries: u32,
    /// When it first failed.
    pub since: Millis,
    /// How it failed last.
    pub fault: String,
}

/// What a task does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Open,
    Look,
    Capture,
    CaptureOf(Amount),
    Void,
    /// Void what the ledger does not want at that amount, then report a decline.
    GiveBack,
    Refund,
}

/// A work on its way.
#[derive(Debug)]
pub(super) struct Task {
    /// Tells it from one that took its place.
    pub(super) number: u64,
    pub(super) act: Act,
    /// Faults in a row.
    pub(super) tries: u32,
    /// Looks that found the try open.
    pub(super) looks: u32,
    /// Since when it fails.
    pub(super) since: Millis,
    pub(super) fault: Option<String>,
    /// None while an errand is out.
    pub(super) due: Option<Millis>,
}

impl Task {
    pub(super) fn begun(number: u64, act: Act, at: Millis) -> Self {
        Task {
            number,
            act,
            tries: 0,
            looks: 0,
            since: at,
            fault: None,
            due: None,
        }
    }
}

impl PaymentFacts {
    /// The facts that a `PaymentStarted` carries; `None` of any other event.
    pub fn of_event(event: &Event) -> Option<PaymentFacts> {
        match *event {
            Event::PaymentStarted {
                amount,
                currency,
                method,
                steps,
                months,
                deadline,
                ..
            } => Some(PaymentFacts {
                amount,
                currency,
                method,
                steps,
                months,
                deadline,
            }),
            _ => None,
        }
    }
}

//! The payment clerk: does the payment work of the outbox with the provider and reports what came
//! of it. Pure: it is told events, the time and answers; it says errands and commands.
//!
//! Whatever a clerk did and could not report it does again under the same id, and the provider
//! answers as it did the first time; a report made twice is refused as already recorded.

mod errand;
mod judge;
mod task;

pub use errand::{Answer, Deed, Errand};
pub use task::{PaymentFacts, RefundFacts, Standing, Stuck, Unfinished};

use crate::backoff::{doubling, stepped};
use crate::ports::{OpenPayment, ProviderFault};
use judge::Verdict;
use std::collections::{BTreeMap, BTreeSet};
use task::{Act, Task};
use vocabulary::{Command, Event, Method, Millis, Outcome, PaymentId, RefundId, Refusal, Work};

/// When the clerk first asks by itself how a try ended, in ms after it began.
const FIRST_LOOK_MS: u64 = 3_000;
/// The waits between looks at a try that is still open, in ms.
const LOOKS_MS: [u64; 4] = [5_000, 8_000, 12_000, 15_000];
/// The same for deposits, which take hours.
const DEPOSIT_LOOKS_MS: [u64; 4] = [5_000, 15_000, 30_000, 60_000];
/// The first and the longest wait after a fault, in ms.
const FAULT_MS: (u64, u64) = (500, 60_000);
/// How long a report may stay unanswered before the errand is done again, in ms.
const REPORT_MS: u64 = 15_000;
/// After so many faults in a row a task is shown as stuck. It is tried on all the same.
const STUCK_TRIES: u32 = 5;

/// Does the payment work of one shard.
#[derive(Debug, Default)]
pub struct PaymentClerk {
    return_base: String,
    payments: BTreeMap<PaymentId, PaymentFacts>,
    refunds: BTreeMap<RefundId, RefundFacts>,
    tasks: BTreeMap<Work, Task>,
    schedule: BTreeSet<(Millis, u64, Work)>,
    tasks_begun: u64,
}

impl PaymentClerk {
    /// A clerk with nothing to do. Where it must open a try that nobody opened, the shopper comes
    /// back to `return_base` with the checkout's id behind it.
    pub fn returning_to(return_base: impl Into<String>) -> Self {
        PaymentClerk {
            return_base: return_base.into(),
            ..PaymentClerk::default()
        }
    }

    /// Whether `on_event` does anything with such an event; the others need not be sent here.
    pub fn cares_for(event: &Event) -> bool {
        matches!(
            event,
            Event::PaymentStarted { .. }
                | Event::PaymentCaptured { .. }
                | Event::PaymentDeclined { .. }
                | Event::PaymentVoided { .. }
                | Event::RefundOrdered { .. }
                | Event::WorkOrdered { .. }
                | Event::WorkDone { .. }
        )
    }

    /// Something happened at `at`.
    pub fn on_event(&mut self, at: Millis, event: &Event) {
        match *event {
            Event::PaymentStarted { payment, .. } => {
                let facts = PaymentFacts::of_event(event).expect("a started payment has facts");
                self.payments.insert(payment, facts);
            }
            Event::PaymentCaptured { payment, .. }
            | Event::PaymentDeclined { payment, .. }
            | Event::PaymentVoided { payment } => {
                self.payments.remove(&payment);
            }
            Event::RefundOrdered {
                refund,
                payment,
                amount,
                ..
            } => {
                self.refunds.insert(refund, RefundFacts { payment, amount });
            }
            Event::WorkOrdered { work } => self.begin(at.plus(first_wait(work)), work),
            Event::WorkDone { work } => self.end(work),
            _ => {}
        }
    }

    /// Takes up work that was in the outbox when this clerk came to be. Work it knows already
    /// stays as it is.
    pub fn restore(&mut self, now: Millis, unfinished: Unfinished) {
        let work = match unfinished {
            Unfinished::Settle(payment, facts) => {
                self.payments.insert(payment, facts);
                Work::Settle(payment)
            }
            Unfinished::Capture(payment, facts) => {
                self.payments.insert(payment, facts);
                Work::Capture(payment)
            }
            Unfinished::Void(payment, facts) => {
                self.payments.insert(payment, facts);
                Work::Void(payment)
            }
            Unfinished::Refund(refund, facts) => {
                self.refunds.insert(refund, facts);
                Work::Refund(refund)
            }
        };
        if !self.tasks.contains_key(&work) {
            self.begin(now, work);
        }
    }

    /// When the next errand falls due.
    pub fn next_due(&self) -> Option<Millis> {
        self.schedule.first().map(|(due, ..)| *due)
    }

    /// At most `limit` errands that are due. Each is out until its answer comes.
    pub fn due(&mut self, now: Millis, limit: usize) -> Vec<Errand> {
        let mut errands = Vec::new();
        while errands.len() < limit && self.next_due().is_some_and(|due| due <= now) {
            let (_, number, work) = self.schedule.pop_first().expect("something is due");
            let deed = self.deed_of(work);
            let task = self.tasks.get_mut(&work).expect("what is due is a task");
            task.due = None;
            errands.push(Errand { work, number, deed });
        }
        errands
    }

    /// The provider's answer to an errand; returns what to report to the till.
    pub fn on_answer(
        &mut self,
        now: Millis,
        errand: &Errand,
        answer: Result<Answer, ProviderFault>,
    ) -> Vec<Command> {
        let Some(task) = self.task_of(errand) else {
            return Vec::new();
        };
        let verdict = judge::judge(errand, task.act, answer);
        if !matches!(verdict, Verdict::Again(_)) {
            task.tries = 0;
            task.fault = None;
        }
        match verdict {
            Verdict::Report(command) => {
                self.set_due(now.plus(REPORT_MS), errand.work);
                return vec![command];
            }
            Verdict::Next(act) => {
                task.act = act;
                self.set_due(now, errand.work);
            }
            Verdict::StillOpen => self.look_later(now, errand.work),
            Verdict::Again(fault) => self.failed(now, errand.work, fault),
        }
        Vec::new()
    }

    /// What the ledger answered to a report.
    pub fn on_outcome(&mut self, now: Millis, errand: &Errand, outcome: Outcome) {
        let Some(task) = self.task_of(errand) else {
            return;
        };
        match outcome {
            Outcome::Done(_) | Outcome::Repeated(_) => self.end(errand.work),
            Outcome::Refused(refusal) if means_done(refusal) => self.end(errand.work),
            Outcome::Refused(Refusal::AmountDiffers | Refusal::CurrencyDiffers)
                if task.act != Act::GiveBack =>
            {
                task.act = Act::GiveBack;
                self.set_due(now, errand.work);
            }
            Outcome::Refused(refusal) => {
                let fault = format!("the ledger refuses the report: {refusal}");
                self.failed(now, errand.work, fault);
            }
        }
    }

    /// The till could not take a report: the errand is done again.
    pub fn on_turned_away(&mut self, now: Millis, errand: &Errand, retry_after_ms: u64) {
        if self.task_of(errand).is_some() {
            self.set_due(now.plus(retry_after_ms.max(1)), errand.work);
        }
    }

    /// How the clerk stands.
    pub fn standing(&self) -> Standing {
        let stuck = self.tasks.iter().filter_map(|(work, task)| {
            (task.tries >= STUCK_TRIES).then(|| Stuck {
                work: *work,
                tries: task.tries,
                since: task.since,
                fault: task.fault.clone().unwrap_or_default(),
            })
        });
        Standing {
            outstanding: self.tasks.len(),
            stuck: stuck.collect(),
        }
    }

    fn begin(&mut self, due: Millis, work: Work) {
        self.end(work);
        self.tasks_begun += 1;
        let act = match work {
            Work::Settle(_) => Act::Look,
            Work::Capture(payment) if self.payments.contains_key(&payment) => Act::Capture,
            // The amount stands with the provider; it was checked when it was authorised.
            Work::Capture(_) => Act::Look,
            Work::Void(_) => Act::Void,
            Work::Refund(_) => Act::Refund,
        };
        let task = Task::begun(self.tasks_begun, act, due);
        self.tasks.insert(work, task);
        self.set_due(due, work);
    }

    fn end(&mut self, work: Work) {
        let Some(task) = self.tasks.remove(&work) else {
            return;
        };
        if let Some(due) = task.due {
            self.schedule.remove(&(due, task.number, work));
        }
        if let Work::Refund(refund) = work {
            self.refunds.remove(&refund);
        }
    }

    fn set_due(&mut self, due: Millis, work: Work) {
        let task = self.tasks.get_mut(&work).expect("only tasks fall due");
        if let Some(before) = task.due.replace(due) {
            self.schedule.remove(&(before, task.number, work));
        }
        self.schedule.insert((due, task.number, work));
    }

    fn look_later(&mut self, now: Millis, work: Work) {
        let deposit = match work {
            Work::Settle(payment) => {
                (self.payments.get(&payment)).is_some_and(|facts| facts.method == Method::Deposit)
            }
            _ => false,
        };
        let waits = if deposit {
            &DEPOSIT_LOOKS_MS
        } else {
            &LOOKS_MS
        };
        let task = self.tasks.get_mut(&work).expect("only tasks are looked at");
        task.looks += 1;
        let wait = stepped(task.looks, waits);
        self.set_due(now.plus(wait), work);
    }

    fn failed(&mut self, now: Millis, work: Work, fault: String) {
        let task = self.tasks.get_mut(&work).expect("only tasks fail");
        task.tries += 1;
        if task.tries == 1 {
            task.since = now;
        }
        task.fault = Some(fault);
        let wait = doubling(task.tries, FAULT_MS.0, FAULT_MS.1, task.number);
        self.set_due(now.plus(wait), work);
    }

    /// The task an errand was made for, unless it is over or another took its place.
    fn task_of(&mut self, errand: &Errand) -> Option<&mut Task> {
        let task = self.tasks.get_mut(&errand.work)?;
        (task.number == errand.number).then_some(task)
    }

    fn deed_of(&mut self, work: Work) -> Deed {
        let act = self.tasks[&work].act;
        match (work, act) {
            (Work::Refund(refund), _) => {
                let RefundFacts { payment, amount } = self.refunds[&refund];
                Deed::Refund {
                    refund,
                    payment,
                    amount,
                }
            }
            (Work::Settle(payment) | Work::Capture(payment) | Work::Void(payment), act) => {
                self.deed_for(payment, act)
            }
        }
    }

    fn deed_for(&self, payment: PaymentId, act: Act) -> Deed {
        let facts = self.payments.get(&payment);
        match (act, facts) {
            (Act::Open, Some(facts)) => Deed::Open(self.opening(payment, facts)),
            (Act::Capture, Some(facts)) => Deed::Capture {
                payment,
                amount: facts.amount,
            },
            (Act::CaptureOf(amount), _) => Deed::Capture { payment, amount },
            (Act::Void | Act::GiveBack, _) => Deed::Void(payment),
            (Act::Look | Act::Open | Act::Capture | Act::Refund, _) => Deed::Look(payment),
        }
    }

    fn opening(&self, payment: PaymentId, facts: &PaymentFacts) -> OpenPayment {
        OpenPayment {
            payment,
            amount: facts.amount,
            currency: facts.currency,
            method: facts.method,
            steps: facts.steps,
            months: facts.months,
            return_url: format!("{}{}", self.return_base, payment.checkout),
            expires_at: facts.deadline,
        }
    }
}

fn first_wait(work: Work) -> u64 {
    match work {
        Work::Settle(_) => FIRST_LOOK_MS,
        Work::Capture(_) | Work::Void(_) | Work::Refund(_) => 0,
    }
}

/// Refusals by which the ledger says that the work is behind it: recorded, settled otherwise, or
/// filed away, which only happens to what is at rest.
fn means_done(refusal: Refusal) -> bool {
    matches!(
        refusal,
        Refusal::AlreadyRecorded
            | Refusal::PaymentSettled
            | Refusal::NotAuthorised
            | Refusal::PaymentUnknown
            | Refusal::RefundUnknown
    )
}

#[cfg(test)]
mod tests;

//! Money in the world: shoppers at the provider's page, the provider's callbacks, and the product's
//! own payment clerk, which dies between what it does and its report, or reports twice.

use super::World;
use crate::agenda::{Asked, Deed, Sender};
use crate::broken::Broken;
use crate::weather::Fault;
use clerks::ports::{OpenPayment, ProviderFault};
use clerks::{Answer, Errand, PaymentClerk, PaymentFacts, RefundFacts, Unfinished};
use ledger::Ledger;
use till::Reply;
use vocabulary::{Command, Event, Method, Millis, PaymentId, Work};

/// How many errands the clerk has out at a time.
const ERRANDS_MAX: usize = 8;

impl World<'_> {
    /// The clerk is told an event; a try that began sends its shopper to the provider.
    pub(super) fn clerk_hears(&mut self, at: Millis, event: &Event) {
        if PaymentClerk::cares_for(event) {
            self.clerk.on_event(at, event);
            self.clerk_looks_soon();
        }
        if let Event::PaymentStarted { payment, .. } = event
            && let Some(facts) = PaymentFacts::of_event(event)
            && !self.dice.chance(8)
        {
            let usual = match facts.method {
                Method::Deposit => self.dice.between(50, 3_000),
                Method::Card | Method::Wallet => self.dice.between(5, 600),
            };
            let late = self.dice.between(600, 6_000);
            let wait = if self.dice.chance(12) { late } else { usual };
            self.note(wait, Deed::Pay(Box::new(opening(*payment, &facts))));
        }
    }

    /// A shopper pays, or does not; the provider may call back, late or twice.
    pub(super) fn pay(&mut self, opening: &OpenPayment) {
        let Some(command) = self.provider.pay(opening, &mut self.dice) else {
            return;
        };
        let (moment, payment) = (self.clock.now(), opening.payment);
        let attempt = u64::from(payment.attempt);
        self.story
            .note(moment, &[7, payment.checkout.0 as u64, attempt], || {
                format!("the provider says of {payment}: {command:?}")
            });
        if self.strikes(Fault::NetworkFailed, 20) {
            return;
        }
        let calls = if self.dice.chance(15) { 2 } else { 1 };
        for _ in 0..calls {
            let late = self.dice.chance(10);
            let wait = if late {
                self.dice.between(500, 5_000)
            } else {
                self.dice.below(50)
            };
            self.report(wait, Sender::Callback, command.clone());
        }
    }

    /// The clerk looks up when something of its own falls due.
    pub(super) fn clerk_looks_soon(&mut self) {
        let now = self.now();
        let Some(due) = self.clerk.next_due() else {
            return;
        };
        let wait = due.since(now);
        let moment = self.clock.now() + wait;
        if self.clerk_at.is_none_or(|at| moment < at) {
            self.clerk_at = Some(moment);
            self.note(wait, Deed::Clerk);
        }
    }

    pub(super) fn clerk_looks_up(&mut self) -> Result<(), Broken> {
        if self.clerk_at.is_none_or(|at| at > self.clock.now()) {
            return Ok(());
        }
        self.clerk_at = None;
        if self.house.is_none() {
            return Ok(());
        }
        let now = self.now();
        for errand in self.clerk.due(now, ERRANDS_MAX) {
            let answer = self.call(&errand)?;
            let wait = match self.dice.chance(6) {
                true => self.dice.between(500, 4_000),
                false => self.dice.between(1, 80),
            };
            self.note(
                wait,
                Deed::Land(self.generation, Box::new((errand, answer))),
            );
        }
        // Where stamps stand still, what is due by them may be due in no time.
        match self.clerk.next_due() {
            Some(due) if due <= now => {
                self.clerk_at = Some(self.clock.now() + 5);
                self.note(5, Deed::Clerk);
            }
            _ => self.clerk_looks_soon(),
        }
        Ok(())
    }

    /// One call to the provider, which may fail before it acts, or after.
    fn call(&mut self, errand: &Errand) -> Result<Result<Answer, ProviderFault>, Broken> {
        let fails = self.strikes(Fault::ProviderFailed, 6);
        let fault = || ProviderFault::Unavailable("it is down".into());
        if fails && self.dice.chance(50) {
            return Ok(Err(fault()));
        }
        let answer = self.provider.call(&errand.deed)?;
        let moment = self.clock.now();
        self.story.note(moment, &[8], || {
            format!("the clerk has {:?} done", errand.deed)
        });
        Ok(if fails { Err(fault()) } else { answer })
    }

    /// An answer of the provider comes to the clerk that asked, if that still lives.
    pub(super) fn land(
        &mut self,
        generation: u32,
        (errand, answer): (Errand, Result<Answer, ProviderFault>),
    ) {
        if generation != self.generation || self.house.is_none() {
            return;
        }
        let now = self.now();
        for command in self.clerk.on_answer(now, &errand, answer) {
            let sender = Sender::Clerk(generation, Box::new(errand.clone()));
            if self.dice.chance(10) {
                self.report(0, sender.clone(), command.clone());
            }
            self.report(0, sender, command);
        }
        self.clerk_looks_soon();
    }

    fn report(&mut self, wait: u64, sender: Sender, command: Command) {
        let asked = Asked {
            sender,
            requests: vec![command.into()],
            after: self.heard,
        };
        self.note(wait, Deed::Arrive(Box::new(asked)));
    }

    /// What the ledger said to a report.
    pub(super) fn clerk_is_told(&mut self, generation: u32, errand: &Errand, reply: Reply) {
        if generation == self.generation {
            self.heard = self.heard.max(reply.seq);
            let now = self.now();
            self.clerk.on_outcome(now, errand, reply.outcome);
            self.clerk_looks_soon();
        }
    }

    /// The clerk dies, if it is to, once the ledger is not ahead of the disk; another takes up what
    /// the outbox has.
    pub(super) fn perhaps_replace_clerk(&mut self) {
        let settled = self
            .house
            .as_ref()
            .is_some_and(|house| house.settled_ledger().is_some());
        if self.clerk_dies && settled {
            self.generation += 1;
            self.replace_clerk();
        }
    }

    pub(super) fn replace_clerk(&mut self) {
        self.clerk_dies = false;
        self.clerk = PaymentClerk::default();
        self.clerk_at = None;
        let now = self.now();
        let ledger = self.house.as_ref().and_then(|house| house.settled_ledger());
        for work in ledger.into_iter().flat_map(unfinished) {
            self.clerk.restore(now, work);
        }
        self.clerk_looks_soon();
    }
}

fn opening(payment: PaymentId, facts: &PaymentFacts) -> OpenPayment {
    OpenPayment {
        payment,
        amount: facts.amount,
        currency: facts.currency,
        method: facts.method,
        steps: facts.steps,
        months: facts.months,
        return_url: String::new(),
        expires_at: facts.deadline,
    }
}

/// The outbox with what must be known to do it.
fn unfinished(ledger: &Ledger) -> Vec<Unfinished> {
    ledger
        .outbox()
        .filter_map(|work| unfinished_work(ledger, work))
        .collect()
}

fn unfinished_work(ledger: &Ledger, work: Work) -> Option<Unfinished> {
    let facts = |payment| payment_facts(ledger, payment);
    Some(match work {
        Work::Settle(payment) => Unfinished::Settle(payment, facts(payment)?),
        Work::Capture(payment) => Unfinished::Capture(payment, facts(payment)?),
        Work::Void(payment) => Unfinished::Void(payment, facts(payment)?),
        Work::Refund(refund) => {
            let found = ledger.refund(refund)?;
            let (payment, amount) = (found.payment, found.amount);
            Unfinished::Refund(refund, RefundFacts { payment, amount })
        }
    })
}

fn payment_facts(ledger: &Ledger, payment: PaymentId) -> Option<PaymentFacts> {
    let found = ledger.payment(payment)?;
    Some(PaymentFacts {
        amount: found.amount,
        currency: found.currency,
        method: found.method,
        steps: found.steps,
        months: found.months,
        deadline: found.deadline,
    })
}

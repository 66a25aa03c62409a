//! Time and memory: timers that fire, checkouts that leave for the disk and come back.

use crate::model::{Decision, Model, refuse_if};
use crate::tables::{Checkout, Timer};
use vocabulary::{CheckoutId, Command, Event, FiledCheckout, Receipt, Refusal};

impl Model {
    pub(crate) fn decide_memory(&mut self, command: &Command) -> Decision {
        match command {
            Command::AdvanceTo { limit } => self.advance(*limit),
            Command::RecallCheckout { filed } => self.recall_checkout(filed),
            _ => unreachable!("this family decides no other command"),
        }
    }

    fn advance(&mut self, limit: u32) -> Decision {
        refuse_if(limit == 0, Refusal::NothingAsked)?;
        let mut fired = 0;
        while fired < limit {
            let Some(timer) = self.take_due_timer() else {
                break;
            };
            self.fire(timer);
            fired += 1;
        }
        refuse_if(fired == 0, Refusal::NothingDue)?;
        Ok(Receipt::Advanced { fired })
    }

    /// The first timer whose moment has come.
    fn take_due_timer(&mut self) -> Option<Timer> {
        let first = self.timers.first_entry()?;
        let (moment, _) = *first.key();
        (moment <= self.now).then(|| first.remove())
    }

    fn fire(&mut self, timer: Timer) {
        match timer {
            Timer::OpenDeal(deal) => self.open_deal(deal),
            Timer::CloseDeal(deal) => self.close_deal(deal),
            Timer::LapseHold(hold) => self.lapse_hold(hold),
            Timer::Deadline(checkout) => self.reach_deadline(checkout),
            Timer::EndTry(payment) => self.end_try(payment),
            Timer::File(checkout) => self.file_checkout(checkout),
        }
    }

    /// The last thing that a command or a timer does with a checkout that it changed.
    pub(crate) fn changed(&mut self, checkout: CheckoutId) {
        let now = self.now;
        let row = self.checkout_mut(checkout);
        row.changed_at = now;
        if row.is_at_rest() {
            let moment = now.plus(self.rules.file_after_ms);
            self.set_timer(moment, Timer::File(checkout));
        }
    }

    /// Timer: a checkout that has rested long enough leaves memory.
    fn file_checkout(&mut self, checkout: CheckoutId) {
        let Some(row) = self.checkouts.get(&checkout) else {
            return;
        };
        let rested = row.changed_at.plus(self.rules.file_after_ms) <= self.now;
        if !rested || !row.is_at_rest() {
            return;
        }
        let row = self.take_checkout(checkout);
        self.filed.insert(checkout, row.facts.clone());
        let filed = Box::new(row.facts);
        self.say(Event::CheckoutFiled { filed });
    }

    fn recall_checkout(&mut self, filed: &FiledCheckout) -> Decision {
        let checkout = filed.checkout;
        let exists = self.checkouts.contains_key(&checkout);
        refuse_if(exists, Refusal::CheckoutExists)?;
        let mut orders = filed.orders.iter();
        let taken = orders.any(|order| self.find_order(order.order).is_some());
        refuse_if(taken, Refusal::OrderExists)?;
        let row = Checkout {
            facts: filed.clone(),
            grace_given: false,
            changed_at: self.now,
        };
        self.filed.remove(&checkout);
        self.put_checkout(checkout, row);
        self.say(Event::CheckoutRecalled { checkout });
        self.changed(checkout);
        Ok(Receipt::Done)
    }
}

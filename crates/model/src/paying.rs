//! Paying: tries begun, what the provider says of them, and the units that money confirms.

use crate::model::{Decision, Model, refuse_if};
use crate::tables::{Timer, order_total};
use crate::units::Where;
use money::{Amount, Currency};
use std::collections::BTreeMap;
use vocabulary::{
    CheckoutId, Command, DealId, DeclineReason, Event, FiledLine, FiledPayment, Method, OrderState,
    PaymentId, PaymentState, PersonKey, Receipt, Refusal, SkuId, Steps, Work,
};

/// How often a checkout may be tried to be paid.
const TRIES_MAX: usize = 20;

/// A try that is asked for.
struct Asked {
    checkout: CheckoutId,
    person: PersonKey,
    method: Method,
    steps: Steps,
    months: u8,
    amount: Amount,
    currency: Currency,
}

impl Model {
    pub(crate) fn decide_paying(&mut self, command: &Command) -> Decision {
        match *command {
            Command::StartPayment {
                checkout,
                person,
                method,
                steps,
                months,
                amount,
                currency,
            } => self.start_payment(&Asked {
                checkout,
                person,
                method,
                steps,
                months,
                amount,
                currency,
            }),
            Command::RecordAuthorisation {
                payment,
                amount,
                currency,
            } => self.record_authorisation(payment, amount, currency),
            Command::RecordCapture {
                payment,
                amount,
                currency,
            } => self.record_capture(payment, amount, currency),
            Command::RecordDecline { payment, reason } => self.record_decline(payment, reason),
            Command::RecordVoid { payment } => self.record_void(payment),
            _ => unreachable!("this family decides no other command"),
        }
    }

    fn start_payment(&mut self, asked: &Asked) -> Decision {
        self.may_pay(asked)?;
        let checkout = asked.checkout;
        let facts = &self.checkouts[&checkout].facts;
        let before = facts.pay_by;
        let attempt = u16::try_from(facts.payments.len() + 1).expect("tries are few");
        let payment = PaymentId { checkout, attempt };
        let deadline = self.now.plus(match asked.method {
            Method::Deposit => u64::from(self.shortest_deposit_ms(checkout)),
            Method::Card | Method::Wallet => self.rules.payment_ms,
        });
        let begun = FiledPayment {
            state: PaymentState::Started,
            method: asked.method,
            steps: asked.steps,
            amount: asked.amount,
            deadline,
        };
        let payments = &mut self.checkout_mut(checkout).facts.payments;
        payments.try_push(begun).expect("tries are few");
        self.say(Event::PaymentStarted {
            payment,
            amount: asked.amount,
            currency: asked.currency,
            method: asked.method,
            steps: asked.steps,
            months: asked.months,
            deadline,
        });
        self.order_work(Work::Settle(payment));
        if asked.method == Method::Deposit && deadline > before {
            self.move_deadline(checkout, deadline);
            self.set_timer(deadline, Timer::Deadline(checkout));
        }
        self.set_timer(deadline, Timer::EndTry(payment));
        self.changed(checkout);
        Ok(Receipt::Payment { payment, deadline })
    }

    /// The refusals of `StartPayment`.
    fn may_pay(&self, asked: &Asked) -> Result<(), Refusal> {
        let row = self.checkouts.get(&asked.checkout);
        let row = row.ok_or(Refusal::CheckoutUnknown)?;
        refuse_if(row.facts.person != asked.person, Refusal::NotYours)?;
        let states: Vec<OrderState> = row.facts.orders.iter().map(|order| order.state).collect();
        let closed =
            |state: &OrderState| matches!(state, OrderState::Cancelled | OrderState::Lapsed);
        refuse_if(states.iter().all(closed), Refusal::OrderClosed)?;
        let placed = row.all_orders_are(OrderState::Placed);
        refuse_if(!placed, Refusal::AlreadyPaid)?;
        let no_deposits = self.shortest_deposit_ms(asked.checkout) == 0;
        let deposit = asked.method == Method::Deposit;
        refuse_if(deposit && no_deposits, Refusal::DepositNotAllowed)?;
        refuse_if(asked.amount != row.total(), Refusal::AmountDiffers)?;
        refuse_if(
            asked.currency != row.facts.currency,
            Refusal::CurrencyDiffers,
        )?;
        refuse_if(
            row.facts.payments.len() >= TRIES_MAX,
            Refusal::TooManyAttempts,
        )
    }

    fn shortest_deposit_ms(&self, checkout: CheckoutId) -> u32 {
        let lines = self.lines(checkout);
        let clocks = (lines.iter()).map(|line| self.deal(line.deal).terms.deposit_ms);
        clocks.min().expect("a checkout has lines")
    }

    /// Timer: the deadline of a try.
    pub(crate) fn end_try(&mut self, payment: PaymentId) {
        if self.known_payment(payment).is_ok() && self.shut_try(payment) {
            self.changed(payment.checkout);
        }
    }

    fn record_authorisation(
        &mut self,
        payment: PaymentId,
        amount: Amount,
        currency: Currency,
    ) -> Decision {
        use PaymentState::{Authorised, Captured, Suspended, Voided, Voiding};
        let row = self.known_payment(payment)?.clone();
        let recorded = matches!(row.state, Authorised | Captured | Suspended);
        refuse_if(recorded, Refusal::AlreadyRecorded)?;
        refuse_if(amount != row.amount, Refusal::AmountDiffers)?;
        self.is_in_currency_of(payment, currency)?;
        let settled = matches!(row.state, Voiding | Voided);
        refuse_if(settled, Refusal::PaymentSettled)?;
        self.say(Event::PaymentAuthorised { payment });
        self.settle_work(payment);
        if self.can_be_confirmed(payment.checkout) {
            self.payment_mut(payment).state = Authorised;
            self.confirm(payment.checkout);
            self.order_work(Work::Capture(payment));
        } else {
            self.payment_mut(payment).state = Voiding;
            self.order_work(Work::Void(payment));
        }
        self.changed(payment.checkout);
        Ok(Receipt::Done)
    }

    fn record_capture(
        &mut self,
        payment: PaymentId,
        amount: Amount,
        currency: Currency,
    ) -> Decision {
        use PaymentState::{Authorised, Captured, Suspended};
        refuse_if(amount <= Amount::ZERO, Refusal::NothingAsked)?;
        let row = self.known_payment(payment)?.clone();
        let recorded = matches!(row.state, Captured | Suspended);
        refuse_if(recorded, Refusal::AlreadyRecorded)?;
        self.is_in_currency_of(payment, currency)?;
        self.say(Event::PaymentCaptured {
            payment,
            amount,
            currency,
        });
        self.settle_work(payment);
        let right = amount == row.amount;
        let authorised = row.state == Authorised;
        if right && authorised {
            self.pay(payment);
        } else if right && self.can_be_confirmed(payment.checkout) {
            self.confirm(payment.checkout);
            self.pay(payment);
        } else {
            self.payment_mut(payment).state = Suspended;
            if authorised {
                self.unconfirm(payment.checkout);
            }
            self.suspend(payment, amount, currency);
        }
        self.changed(payment.checkout);
        Ok(Receipt::Done)
    }

    fn record_decline(&mut self, payment: PaymentId, reason: DeclineReason) -> Decision {
        use PaymentState::{Authorised, Captured, Declined, Suspended, Voided, Voiding};
        let state = self.known_payment(payment)?.state;
        refuse_if(state == Declined, Refusal::AlreadyRecorded)?;
        let settled = matches!(state, Captured | Voiding | Voided | Suspended);
        refuse_if(settled, Refusal::PaymentSettled)?;
        self.say(Event::PaymentDeclined { payment, reason });
        self.settle_work(payment);
        self.payment_mut(payment).state = Declined;
        if state == Authorised {
            self.unconfirm(payment.checkout);
        }
        self.changed(payment.checkout);
        Ok(Receipt::Done)
    }

    fn record_void(&mut self, payment: PaymentId) -> Decision {
        use PaymentState::{Lapsed, Voided, Voiding};
        let state = self.known_payment(payment)?.state;
        refuse_if(state == Voided, Refusal::AlreadyRecorded)?;
        let voidable = matches!(state, Voiding | Lapsed);
        refuse_if(!voidable, Refusal::NotAuthorised)?;
        self.payment_mut(payment).state = Voided;
        self.say(Event::PaymentVoided { payment });
        self.finish_work(Work::Void(payment));
        self.changed(payment.checkout);
        Ok(Receipt::Done)
    }

    /// Refusal 94.
    fn is_in_currency_of(&self, payment: PaymentId, currency: Currency) -> Result<(), Refusal> {
        let due = self.checkouts[&payment.checkout].facts.currency;
        refuse_if(currency != due, Refusal::CurrencyDiffers)
    }

    /// The provider has answered: the work that waited for the answer is done.
    fn settle_work(&mut self, payment: PaymentId) {
        match self.payment_mut(payment).state {
            PaymentState::Started => self.finish_work(Work::Settle(payment)),
            PaymentState::Authorised => self.finish_work(Work::Capture(payment)),
            PaymentState::Lapsed | PaymentState::Voiding => self.finish_work(Work::Void(payment)),
            PaymentState::Declined
            | PaymentState::Voided
            | PaymentState::Captured
            | PaymentState::Suspended => {}
        }
    }

    /// The money is ours and pays the confirmed orders.
    fn pay(&mut self, payment: PaymentId) {
        let checkout = payment.checkout;
        self.payment_mut(payment).state = PaymentState::Captured;
        let currency = self.checkouts[&checkout].facts.currency;
        for place in 0..self.checkouts[&checkout].facts.orders.len() {
            self.order_mut(checkout, place).state = OrderState::Paid;
            let order = self.order(checkout, place).clone();
            self.say(Event::OrderPaid {
                order: order.order,
                payment,
                total: order_total(&order),
                currency,
            });
            self.post_paid(&order, currency);
        }
    }

    /// Whether all units of a checkout can be sold to it, all or nothing.
    fn can_be_confirmed(&self, checkout: CheckoutId) -> bool {
        let row = &self.checkouts[&checkout];
        let mut lines = self.lines(checkout);
        if row.all_orders_are(OrderState::Placed) {
            // All else is ordered already.
            lines.retain(|line| self.deal(line.deal).deducts_on_payment());
            self.units_are_there(&lines)
        } else if row.all_orders_are(OrderState::Lapsed) {
            self.is_within_limits_again(checkout) && self.units_are_there(&lines)
        } else {
            false
        }
    }

    /// For every line the units are left: in its deal, or after the close in free stock.
    fn units_are_there(&self, lines: &[FiledLine]) -> bool {
        let mut of_pools: BTreeMap<(DealId, SkuId), u64> = BTreeMap::new();
        let mut of_free: BTreeMap<SkuId, u64> = BTreeMap::new();
        for line in lines {
            let units = u64::from(line.units);
            *of_pools.entry((line.deal, line.sku)).or_default() += units;
            if self.deal(line.deal).closed {
                *of_free.entry(line.sku).or_default() += units;
            }
        }
        (of_pools.iter()).all(|((deal, sku), units)| self.pool_can_sell(*deal, *sku, *units))
            && (of_free.iter()).all(|(sku, units)| *units <= self.skus[sku].free)
    }

    /// A pool has the units available; after the close its allotment can grow by them.
    fn pool_can_sell(&self, deal: DealId, sku: SkuId, units: u64) -> bool {
        let counts = self.pool(deal, sku).counts;
        if self.deal(deal).closed {
            u64::from(counts.allotted()) + units <= u64::from(u32::MAX)
        } else {
            units <= u64::from(counts.available)
        }
    }

    /// The person may still have the units of a lapsed checkout.
    fn is_within_limits_again(&self, checkout: CheckoutId) -> bool {
        let person = self.checkouts[&checkout].facts.person;
        let mut wanted: BTreeMap<DealId, u64> = BTreeMap::new();
        for line in self.lines(checkout) {
            *wanted.entry(line.deal).or_default() += u64::from(line.units);
        }
        let mut wanted = wanted.iter();
        wanted.all(|(deal, units)| self.count(*deal, person) + units <= self.limit(*deal))
    }

    /// The units of a checkout are sold; a lapsed one is reinstated first.
    fn confirm(&mut self, checkout: CheckoutId) {
        let lapsed = self.checkouts[&checkout].all_orders_are(OrderState::Lapsed);
        let orders = self.checkouts[&checkout].facts.orders.len();
        for place in 0..orders {
            let order = self.order(checkout, place).order;
            if lapsed {
                self.say(Event::OrderReinstated { order });
            } else {
                self.say(Event::OrderConfirmed { order });
            }
            self.order_mut(checkout, place).state = OrderState::Confirmed;
            for line in self.order(checkout, place).lines.clone() {
                if lapsed {
                    self.sell_again(checkout, &line);
                } else {
                    self.sell(&line);
                }
            }
        }
        for place in 0..orders {
            if lapsed {
                let order = self.order(checkout, place).order;
                self.say(Event::OrderConfirmed { order });
            }
        }
    }

    /// The units of a placed line are sold.
    fn sell(&mut self, line: &FiledLine) {
        if self.deal(line.deal).deducts_on_payment() {
            self.sell_what_is_left(line);
        } else {
            let pool = (line.deal, line.sku);
            self.move_units(pool, u32::from(line.units), Where::Ordered, Where::Sold);
        }
    }

    /// The units of a lapsed line are counted, found again and sold.
    fn sell_again(&mut self, checkout: CheckoutId, line: &FiledLine) {
        let person = self.checkouts[&checkout].facts.person;
        self.raise_count(line.deal, person, line.units);
        self.sell_what_is_left(line);
    }

    /// Units are sold out of the deal; after the close out of free stock.
    fn sell_what_is_left(&mut self, line: &FiledLine) {
        let units = u32::from(line.units);
        if self.deal(line.deal).closed {
            self.take_free(line.sku, units);
            self.pool_mut(line.deal, line.sku).put(units, Where::Sold);
            self.say_stock(line.sku);
            self.say_pool(line.deal, line.sku);
        } else {
            let pool = (line.deal, line.sku);
            self.move_units(pool, units, Where::Available, Where::Sold);
        }
    }

    /// The capture of an authorised checkout failed: it waits for payment again.
    fn unconfirm(&mut self, checkout: CheckoutId) {
        for place in 0..self.checkouts[&checkout].facts.orders.len() {
            self.order_mut(checkout, place).state = OrderState::Placed;
            let order = self.order(checkout, place).clone();
            self.say(Event::OrderUnconfirmed { order: order.order });
            for line in &order.lines {
                self.unsell(line);
            }
        }
        let before = self.checkouts[&checkout].facts.pay_by;
        let pay_by = before.max(self.now.plus(self.rules.grace_ms));
        if pay_by != before {
            self.move_deadline(checkout, pay_by);
        }
        self.set_timer(pay_by, Timer::Deadline(checkout));
    }

    fn unsell(&mut self, line: &FiledLine) {
        let units = u32::from(line.units);
        if self.deal(line.deal).deducts_on_payment() {
            self.give_back(line.deal, line.sku, units, Where::Sold);
        } else {
            let pool = (line.deal, line.sku);
            self.move_units(pool, units, Where::Sold, Where::Ordered);
        }
    }

    /// All lines of a checkout, order by order.
    fn lines(&self, checkout: CheckoutId) -> Vec<FiledLine> {
        let mut lines = Vec::new();
        for order in &self.checkouts[&checkout].facts.orders {
            lines.extend(order.lines.iter().cloned());
        }
        lines
    }

    /// The try, else refusal 39. Attempts count from 1.
    pub(crate) fn known_payment(&self, payment: PaymentId) -> Result<&FiledPayment, Refusal> {
        let row = self.checkouts.get(&payment.checkout);
        let row = row.ok_or(Refusal::PaymentUnknown)?;
        let index = usize::from(payment.attempt).wrapping_sub(1);
        row.facts.payments.get(index).ok_or(Refusal::PaymentUnknown)
    }

    pub(crate) fn payment_mut(&mut self, payment: PaymentId) -> &mut FiledPayment {
        let index = usize::from(payment.attempt) - 1;
        &mut self.checkout_mut(payment.checkout).facts.payments[index]
    }
}

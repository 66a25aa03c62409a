//! What shoppers and the provider send about money: tries, results in any order, refunds.

use super::Stream;
use crate::tables::Checkout;
use money::{Amount, Currency};
use vocabulary::{
    CheckoutId, Command, DeclineReason, FiledOrder, FiledPayment, FiledRefund, Method, OrderState,
    PaymentId, PaymentState, RefundId, RefundScope, Steps,
};

/// A try with the currency its checkout has.
type Try = (PaymentId, FiledPayment, Currency);

impl Stream {
    /// Mostly a checkout that waits for its payment, sometimes any, seldom one on disk or none.
    pub(super) fn start_payment(&mut self) -> Option<Command> {
        let placed = self.checkouts_where(|row| row.all_orders_are(OrderState::Placed));
        let any = self.checkouts_where(|_| true);
        let filed: Vec<CheckoutId> = self.model.filed.keys().copied().collect();
        let checkout = match self.dice.below(100) {
            0..3 => self.dice.pick(&filed),
            3..30 => self.dice.pick(&any),
            _ => self.dice.pick(&placed),
        }?;
        if placed.contains(&checkout) && self.dice.chance(3) {
            self.hammering = Some((checkout, 32));
        }
        self.try_to_pay(checkout)
    }

    /// The next of many tries of one impatient shopper.
    pub(super) fn hammer(&mut self) -> Option<Command> {
        let (checkout, left) = self.hammering.take()?;
        if left > 1 {
            self.hammering = Some((checkout, left - 1));
        }
        self.try_to_pay(checkout)
    }

    fn try_to_pay(&mut self, checkout: CheckoutId) -> Option<Command> {
        let row = self.model.checkouts.get(&checkout);
        let total = row.map_or(Amount(1), Checkout::total);
        let currency = row.map_or(Currency::KRW, |row| row.facts.currency);
        let owner = row.map(|row| row.facts.person);
        let amounts = [
            total,
            total,
            total,
            total,
            total,
            total,
            Amount(total.0.saturating_add(1)),
        ];
        let currencies = [
            currency,
            currency,
            currency,
            currency,
            currency,
            Currency::EUR,
        ];
        Some(Command::StartPayment {
            checkout,
            person: self.mostly(owner),
            method: (self.dice).one_of([Method::Card, Method::Wallet, Method::Deposit]),
            steps: self.dice.one_of([Steps::One, Steps::Two]),
            months: self.dice.one_of([0, 3]),
            amount: self.dice.one_of(amounts),
            currency: self.dice.one_of(currencies),
        })
    }

    pub(super) fn checkouts_where(&self, wanted: impl Fn(&Checkout) -> bool) -> Vec<CheckoutId> {
        let rows = self.model.checkouts.iter().filter(|(_, row)| wanted(row));
        rows.map(|(checkout, _)| *checkout).collect()
    }

    pub(super) fn record_authorisation(&mut self) -> Option<Command> {
        let (payment, row, currency) = self.any_try()?;
        Some(Command::RecordAuthorisation {
            payment: self.perhaps_stale(payment),
            amount: self.nearly(row.amount),
            currency: self.perhaps_other(currency),
        })
    }

    pub(super) fn record_capture(&mut self) -> Option<Command> {
        let (payment, row, currency) = self.any_try()?;
        Some(Command::RecordCapture {
            payment: self.perhaps_stale(payment),
            amount: self.nearly(row.amount),
            currency: self.perhaps_other(currency),
        })
    }

    pub(super) fn record_decline(&mut self) -> Option<Command> {
        let (payment, _, _) = self.any_try()?;
        let reasons = [
            DeclineReason::Declined,
            DeclineReason::TimedOut,
            DeclineReason::Abandoned,
            DeclineReason::ProviderFault,
        ];
        Some(Command::RecordDecline {
            payment: self.perhaps_stale(payment),
            reason: self.dice.one_of(reasons),
        })
    }

    pub(super) fn record_void(&mut self) -> Option<Command> {
        let (payment, _, _) = self.any_try()?;
        let payment = self.perhaps_stale(payment);
        Some(Command::RecordVoid { payment })
    }

    /// A try in memory; mostly one of which the provider has still something to say.
    fn any_try(&mut self) -> Option<Try> {
        use PaymentState::{
            Authorised, Captured, Declined, Lapsed, Started, Suspended, Voided, Voiding,
        };
        let states: &[PaymentState] = match self.dice.below(100) {
            0..35 => &[Started],
            35..60 => &[Authorised],
            60..70 => &[Voiding],
            _ => &[
                Started, Authorised, Voiding, Captured, Declined, Lapsed, Voided, Suspended,
            ],
        };
        let mut tries = Vec::new();
        for (checkout, row) in &self.model.checkouts {
            for (index, payment) in row.facts.payments.iter().enumerate() {
                if states.contains(&payment.state) {
                    let id = PaymentId {
                        checkout: *checkout,
                        attempt: u16::try_from(index + 1).expect("tries are few"),
                    };
                    tries.push((id, payment.clone(), row.facts.currency));
                }
            }
        }
        self.dice.pick(&tries)
    }

    /// Seldom a try that was never begun, or whose checkout is on disk.
    fn perhaps_stale(&mut self, payment: PaymentId) -> PaymentId {
        let filed: Vec<CheckoutId> = self.model.filed.keys().copied().collect();
        let PaymentId { checkout, attempt } = payment;
        match self.dice.below(100) {
            0..2 => PaymentId {
                checkout,
                attempt: self.dice.one_of([0, 21, u16::MAX]),
            },
            2..4 => PaymentId {
                checkout: self.dice.pick(&filed).unwrap_or(checkout),
                attempt,
            },
            _ => payment,
        }
    }

    fn nearly(&mut self, amount: Amount) -> Amount {
        match self.dice.below(100) {
            0..4 => Amount(self.dice.one_of([0, -1])),
            4..14 => Amount(amount.0.saturating_add(self.dice.one_of([-1, 1]))),
            _ => amount,
        }
    }

    fn perhaps_other(&mut self, currency: Currency) -> Currency {
        if self.dice.chance(5) {
            return Currency::JPY;
        }
        currency
    }

    /// An order that is paid, mostly; any order, sometimes.
    pub(super) fn paid_order(&mut self) -> Option<FiledOrder> {
        let all = self.dice.chance(10);
        let mut orders = Vec::new();
        for row in self.model.checkouts.values() {
            for order in &row.facts.orders {
                if all || order.state == OrderState::Paid {
                    orders.push(order.clone());
                }
            }
        }
        self.dice.pick(&orders)
    }

    pub(super) fn request_refund(&mut self) -> Option<Command> {
        let row = self.paid_order()?;
        let order = self.perhaps_gone(row.order);
        let line = self.line_of(&row);
        let found = row.lines.get(usize::from(line)).or(row.lines.first())?;
        let price = found.price;
        let scope = match self.dice.below(100) {
            0..12 => RefundScope::Whole,
            12..50 => RefundScope::Line {
                line,
                units: self.dice.few(0, found.units.min(9) + 1),
            },
            _ => {
                let some = Amount(self.dice.below(price.0.unsigned_abs()) as i64);
                let amount = self.dice.one_of([some, some, price, Amount(1)]);
                RefundScope::Part { line, amount }
            }
        };
        Some(Command::RequestRefund { order, scope })
    }

    pub(super) fn record_refund(&mut self) -> Command {
        let refund = self.refund();
        Command::RecordRefund { refund }
    }

    pub(super) fn record_refund_failure(&mut self) -> Command {
        let refund = self.refund();
        Command::RecordRefundFailure { refund }
    }

    fn refund(&mut self) -> RefundId {
        let rows = self.model.checkouts.values();
        let refunds: Vec<FiledRefund> = rows.flat_map(|row| row.facts.refunds.clone()).collect();
        let stale = RefundId(self.dice.below(self.model.last_refund + 2));
        let found = self.dice.pick(&refunds).filter(|_| self.dice.chance(93));
        found.map_or(stale, |row| row.refund)
    }
}

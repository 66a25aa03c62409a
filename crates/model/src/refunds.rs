//! Money that goes back, and the books: every posting is made here.

use crate::model::{Decision, Model, refuse_if};
use crate::tables::line_total;
use money::{Amount, Currency};
use vocabulary::{
    Account, CheckoutId, Command, Event, FiledLine, FiledOrder, FiledRefund, OrderId, OrderState,
    PaymentId, PaymentState, Receipt, RefundId, RefundScope, RefundState, Refusal, SellerId, Tax,
    Work,
};

/// How events name shipping where they name a line.
const SHIPPING: u8 = 255;

/// What goes back of one line, or of shipping.
#[derive(Clone, Copy, Debug)]
struct Part {
    line: u8,
    units: u16,
    amount: Amount,
}

impl Model {
    pub(crate) fn decide_refunds(&mut self, command: &Command) -> Decision {
        match *command {
            Command::RequestRefund { order, scope } => self.request_refund(order, scope),
            Command::RecordRefund { refund } => self.record_refund(refund),
            Command::RecordRefundFailure { refund } => self.record_refund_failure(refund),
            _ => unreachable!("this family decides no other command"),
        }
    }

    fn request_refund(&mut self, order: OrderId, scope: RefundScope) -> Decision {
        let asks_nothing = match scope {
            RefundScope::Whole => false,
            RefundScope::Line { units, .. } => units == 0,
            RefundScope::Part { amount, .. } => amount <= Amount::ZERO,
        };
        refuse_if(asks_nothing, Refusal::NothingAsked)?;
        let (checkout, place) = self.find_order(order).ok_or(Refusal::OrderUnknown)?;
        let row = self.order(checkout, place).clone();
        let paid = row.state == OrderState::Paid;
        let parts = match scope {
            RefundScope::Whole => {
                refuse_if(!paid, Refusal::NotPaid)?;
                whole_of(&row)
            }
            RefundScope::Line { line, units } => {
                let found = known_line(&row, line)?;
                refuse_if(!paid, Refusal::NotPaid)?;
                let left = found.units - found.units_refunded;
                refuse_if(units > left, Refusal::UnitsExceeded)?;
                let amount = found.price.checked_mul(i64::from(units));
                let amount = amount.expect("a part of a line that fits");
                refuse_if(amount > left_of(found), Refusal::RefundExceeded)?;
                vec![Part {
                    line,
                    units,
                    amount,
                }]
            }
            RefundScope::Part { line, amount } => {
                let found = known_line(&row, line)?;
                refuse_if(!paid, Refusal::NotPaid)?;
                refuse_if(amount > left_of(found), Refusal::RefundExceeded)?;
                vec![Part {
                    line,
                    units: 0,
                    amount,
                }]
            }
        };
        refuse_if(parts.is_empty(), Refusal::RefundExceeded)?;
        let (refund, amount) = self.refund(checkout, place, &parts);
        self.changed(checkout);
        Ok(Receipt::Refund { refund, amount })
    }

    /// What has not gone back yet of an order.
    pub(crate) fn left_to_refund(&self, checkout: CheckoutId, place: usize) -> Amount {
        total_of(&whole_of(self.order(checkout, place)))
    }

    /// All that is left of an order goes back.
    pub(crate) fn refund_whole(&mut self, checkout: CheckoutId, place: usize) {
        let parts = whole_of(self.order(checkout, place));
        self.refund(checkout, place, &parts);
    }

    /// A refund of a paid order, part by part.
    fn refund(&mut self, checkout: CheckoutId, place: usize, parts: &[Part]) -> (RefundId, Amount) {
        let before = self.order(checkout, place).clone();
        let currency = self.checkouts[&checkout].facts.currency;
        let payment = self.captured_try(checkout);
        let amount = total_of(parts);
        let refund = self.begin_refund(payment, Some(before.order), amount, currency);
        for part in parts {
            self.refund_part(checkout, place, *part);
            self.say(Event::LineRefunded {
                refund,
                order: before.order,
                line: part.line,
                units: part.units,
                amount: part.amount,
            });
        }
        for part in parts {
            self.post_refunded(&before, currency, *part);
        }
        self.order_work(Work::Refund(refund));
        (refund, amount)
    }

    /// Money that fits nowhere is booked in suspense and sent back.
    pub(crate) fn suspend(&mut self, payment: PaymentId, amount: Amount, currency: Currency) {
        let house = (currency, SellerId(0));
        self.say(Event::MoneySuspended {
            payment,
            amount,
            currency,
        });
        self.post(house, Account::ProviderClearing, Account::Suspense, amount);
        let refund = self.begin_refund(payment, None, amount, currency);
        self.post(house, Account::Suspense, Account::RefundsDue, amount);
        self.order_work(Work::Refund(refund));
    }

    fn begin_refund(
        &mut self,
        payment: PaymentId,
        order: Option<OrderId>,
        amount: Amount,
        currency: Currency,
    ) -> RefundId {
        let refund = self.next_refund();
        let row = FiledRefund {
            refund,
            attempt: payment.attempt,
            order,
            amount,
            state: RefundState::Due,
        };
        self.checkout_mut(payment.checkout).facts.refunds.push(row);
        self.say(Event::RefundOrdered {
            refund,
            payment,
            order,
            amount,
            currency,
        });
        refund
    }

    fn refund_part(&mut self, checkout: CheckoutId, place: usize, part: Part) {
        const FITS: &str = "no more goes back than was paid";
        let order = self.order_mut(checkout, place);
        if part.line == SHIPPING {
            let refunded = order.shipping_refunded.checked_add(part.amount);
            order.shipping_refunded = refunded.expect(FITS);
        } else {
            let line = &mut order.lines[usize::from(part.line)];
            line.refunded = line.refunded.checked_add(part.amount).expect(FITS);
            line.units_refunded += part.units;
        }
    }

    /// The one try whose money paid the orders.
    fn captured_try(&self, checkout: CheckoutId) -> PaymentId {
        let payments = &self.checkouts[&checkout].facts.payments;
        let captured = payments
            .iter()
            .position(|row| row.state == PaymentState::Captured);
        let index = captured.expect("a paid order was paid by a captured try");
        let attempt = u16::try_from(index + 1).expect("tries are few");
        PaymentId { checkout, attempt }
    }

    fn record_refund(&mut self, refund: RefundId) -> Decision {
        let (checkout, index) = self.known_refund(refund)?;
        let row = self.checkouts[&checkout].facts.refunds[index].clone();
        refuse_if(row.state == RefundState::Sent, Refusal::AlreadyRecorded)?;
        self.checkout_mut(checkout).facts.refunds[index].state = RefundState::Sent;
        self.say(Event::RefundSent { refund });
        if row.state == RefundState::Due {
            self.finish_work(Work::Refund(refund));
        }
        let facts = &self.checkouts[&checkout].facts;
        let books = (facts.currency, seller_of(&facts.orders, row.order));
        self.post(
            books,
            Account::RefundsDue,
            Account::ProviderClearing,
            row.amount,
        );
        self.changed(checkout);
        Ok(Receipt::Done)
    }

    fn record_refund_failure(&mut self, refund: RefundId) -> Decision {
        let (checkout, index) = self.known_refund(refund)?;
        let state = self.checkouts[&checkout].facts.refunds[index].state;
        refuse_if(state == RefundState::Failed, Refusal::AlreadyRecorded)?;
        refuse_if(state == RefundState::Sent, Refusal::PaymentSettled)?;
        self.checkout_mut(checkout).facts.refunds[index].state = RefundState::Failed;
        self.say(Event::RefundFailed { refund });
        self.finish_work(Work::Refund(refund));
        self.changed(checkout);
        Ok(Receipt::Done)
    }

    /// Which refund of which checkout in memory; refusal 40.
    fn known_refund(&self, refund: RefundId) -> Result<(CheckoutId, usize), Refusal> {
        for (checkout, row) in &self.checkouts {
            for (index, found) in row.facts.refunds.iter().enumerate() {
                if found.refund == refund {
                    return Ok((*checkout, index));
                }
            }
        }
        Err(Refusal::RefundUnknown)
    }

    /// An order is paid: each line, then shipping; net before tax.
    pub(crate) fn post_paid(&mut self, order: &FiledOrder, currency: Currency) {
        let books = (currency, order.seller);
        for line in &order.lines {
            let total = line_total(line);
            let tax = line.tax.contained_in(total);
            self.post_taken(books, goods_account(line.tax), total, tax);
        }
        let tax = order.shipping_tax.contained_in(order.shipping);
        self.post_taken(books, Account::Shipping, order.shipping, tax);
    }

    fn post_taken(
        &mut self,
        books: (Currency, SellerId),
        account: Account,
        total: Amount,
        tax: Amount,
    ) {
        self.post(books, Account::ProviderClearing, account, less(total, tax));
        self.post(books, Account::ProviderClearing, Account::TaxIncluded, tax);
    }

    /// A part goes back. `before` is the order as it was before the refund.
    fn post_refunded(&mut self, before: &FiledOrder, currency: Currency, part: Part) {
        let books = (currency, before.seller);
        let (account, law, gone) = if part.line == SHIPPING {
            (
                Account::Shipping,
                before.shipping_tax,
                before.shipping_refunded,
            )
        } else {
            let line = &before.lines[usize::from(part.line)];
            (goods_account(line.tax), line.tax, line.refunded)
        };
        let after = gone.checked_add(part.amount);
        let after = after.expect("no more goes back than was paid");
        let tax = less(law.contained_in(after), law.contained_in(gone));
        self.post(books, account, Account::RefundsDue, less(part.amount, tax));
        self.post(books, Account::TaxIncluded, Account::RefundsDue, tax);
    }

    /// Debits one account and credits another; zero is not posted.
    fn post(
        &mut self,
        (currency, seller): (Currency, SellerId),
        debit: Account,
        credit: Account,
        amount: Amount,
    ) {
        if amount.is_zero() {
            return;
        }
        let units = i128::from(amount.0);
        *self.balances.entry((currency, seller, debit)).or_default() += units;
        *self.balances.entry((currency, seller, credit)).or_default() -= units;
        self.say(Event::Posted {
            currency,
            seller,
            debit,
            credit,
            amount,
        });
    }
}

/// Refusal 38.
pub(crate) fn known_line(order: &FiledOrder, line: u8) -> Result<&FiledLine, Refusal> {
    (order.lines.get(usize::from(line))).ok_or(Refusal::LineUnknown)
}

/// All parts of an order of which something is left: the lines in order, then shipping.
fn whole_of(order: &FiledOrder) -> Vec<Part> {
    let mut parts = Vec::new();
    for (number, line) in order.lines.iter().enumerate() {
        parts.push(Part {
            line: u8::try_from(number).expect("an order has at most 20 lines"),
            units: line.units - line.units_refunded,
            amount: left_of(line),
        });
    }
    parts.push(Part {
        line: SHIPPING,
        units: 0,
        amount: less(order.shipping, order.shipping_refunded),
    });
    parts.retain(|part| !part.amount.is_zero());
    parts
}

fn total_of(parts: &[Part]) -> Amount {
    let amounts = parts.iter().map(|part| part.amount);
    crate::tables::sum(amounts).expect("parts of a total that fits")
}

fn left_of(line: &FiledLine) -> Amount {
    less(line_total(line), line.refunded)
}

fn less(whole: Amount, part: Amount) -> Amount {
    whole.checked_sub(part).expect("a part is within its whole")
}

fn goods_account(tax: Tax) -> Account {
    match tax {
        Tax::Included { .. } => Account::GoodsTaxed,
        Tax::Exempt => Account::GoodsExempt,
    }
}

/// Whose books a refund stands in: the order's seller, or the house for money in suspense.
pub(crate) fn seller_of(orders: &[FiledOrder], order: Option<OrderId>) -> SellerId {
    let found = orders.iter().find(|row| Some(row.order) == order);
    found.map_or(SellerId(0), |row| row.seller)
}

//! What the order tables of the records are folded from: events in, changes of rows out.
//!
//! The rows themselves, and how far they have been folded, lie in the records. A fold may begin at
//! any command.

use crate::event_json;
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use vocabulary::{
    CheckoutId, DealId, DeclineReason, Event, FiledCheckout, HoldId, Method, Millis, OrderId,
    OrderState, PaymentId, PaymentState, PersonKey, RefundId, RefundState, SellerId, Seq, SkuId,
    Steps, Tax, Work, Zone,
};

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// One order.
    Order(OrderId),
    /// All orders of a checkout.
    Checkout(CheckoutId),
    /// A refund; whose it is stands in the row of the refund.
    Refund(RefundId),
    /// A deal, and so no order: the shop's own systems want to hear of it all the same.
    Deal(DealId),
}

/// Which count of a line rose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineCount {
    /// Units that left the house.
    Shipped,
    /// Units that arrived.
    Delivered,
    /// Units that the shopper wants to send back.
    ReturnAsked,
    /// Units that came back.
    Returned,
}

/// A change of the order tables. Changes are applied in their order, each exactly once.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // The fields are those of the events of the same names.
pub enum OrderChange {
    /// A row of a checkout.
    CheckoutPlaced {
        checkout: CheckoutId,
        person: PersonKey,
        zone: Zone,
        total: Amount,
        currency: Currency,
        at: Millis,
        pay_by: Millis,
    },
    /// A checkout's payment deadline is another.
    DeadlineMoved {
        checkout: CheckoutId,
        pay_by: Millis,
    },
    /// A row of an order.
    OrderPlaced {
        order: OrderId,
        checkout: CheckoutId,
        seller: SellerId,
        person: PersonKey,
        goods: Amount,
        shipping: Amount,
        surcharge: Amount,
        tax: Amount,
        total: Amount,
        currency: Currency,
        seq: Seq,
        at: Millis,
    },
    /// A row of a line.
    LinePlaced {
        order: OrderId,
        line: u8,
        hold: HoldId,
        deal: DealId,
        sku: SkuId,
        units: u16,
        price: Amount,
        tax: Tax,
    },
    /// An order has another state; `payment` is set when it was paid.
    OrderStands {
        order: OrderId,
        state: OrderState,
        payment: Option<PaymentId>,
        at: Millis,
    },
    /// A row of a try to pay.
    PaymentStarted {
        payment: PaymentId,
        amount: Amount,
        currency: Currency,
        method: Method,
        steps: Steps,
        months: u8,
        deadline: Millis,
        at: Millis,
    },
    /// A try to pay has another state; `reason` is set when it was declined.
    PaymentStands {
        payment: PaymentId,
        state: PaymentState,
        reason: Option<DeclineReason>,
        at: Millis,
    },
    /// A row of a refund.
    RefundOrdered {
        refund: RefundId,
        payment: PaymentId,
        order: Option<OrderId>,
        amount: Amount,
        currency: Currency,
        at: Millis,
    },
    /// A refund has another state.
    RefundStands {
        refund: RefundId,
        state: RefundState,
        at: Millis,
    },
    /// Money of a line goes back; line 255 is shipping.
    LineRefunded {
        order: OrderId,
        line: u8,
        units: u16,
        amount: Amount,
    },
    /// Units of a line moved after the payment.
    LineMoved {
        order: OrderId,
        line: u8,
        count: LineCount,
        units: u16,
        at: Millis,
    },
    /// A checkout left the ledger's memory; it may come back.
    CheckoutFiled {
        filed: Box<FiledCheckout>,
        at: Millis,
    },
    /// A row of the history of an order or deal.
    Happened {
        /// The command it came of.
        seq: Seq,
        /// The how many-th of that command's rows of history, from 0.
        index: u32,
        at: Millis,
        subject: Subject,
        /// [`vocabulary::EventKind::name`].
        kind: &'static str,
        /// [`event_json`] as text.
        json: String,
    },
}

/// Turns events into changes of the order tables.
#[derive(Clone, Debug, Default)]
pub struct OrdersFold {
    standings: Standings,
    seq: Seq,
    index: u32,
}

/// What became of an order or of a try to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// An order has another state; `payment` is set when it was paid.
    Order {
        order: OrderId,
        state: OrderState,
        payment: Option<PaymentId>,
    },
    /// A try to pay has another state; `reason` is set when it was declined.
    Payment {
        payment: PaymentId,
        state: PaymentState,
        reason: Option<DeclineReason>,
    },
}

/// Says of each event which order or try to pay has another state after it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Standings {
    seq: Seq,
    /// The try that the command under way has authorised.
    authorised: Option<PaymentId>,
}

impl OrdersFold {
    /// Appends to `changes` what `event` changes. Must see all events of a command or none.
    pub fn fold(&mut self, at: Millis, seq: Seq, event: &Event, changes: &mut Vec<OrderChange>) {
        if self.seq != seq {
            (self.seq, self.index) = (seq, 0);
        }
        changes.extend(self.row(at, seq, event));
        if let Some(subject) = subject(event) {
            changes.push(self.happened(at, subject, event));
        }
    }

    /// The change of a row that `event` is; all but the history.
    fn row(&mut self, at: Millis, seq: Seq, event: &Event) -> Option<OrderChange> {
        let standing = self.standings.after(seq, event);
        let row = standing.map(|standing| standing_row(at, standing));
        row.or_else(|| placed_row(at, seq, event))
            .or_else(|| checkout_row(at, event))
            .or_else(|| money_row(at, event))
            .or_else(|| line_row(at, event))
    }

    fn happened(&mut self, at: Millis, subject: Subject, event: &Event) -> OrderChange {
        let index = self.index;
        self.index += 1;
        OrderChange::Happened {
            seq: self.seq,
            index,
            at,
            subject,
            kind: event.kind().name(),
            json: event_json(event).to_string(),
        }
    }
}

impl Standings {
    /// What has another state after `event`. Inlined, with what it asks: most events are of no concern, and an answer that is
    /// handed over in memory costs more than finding that out.
    #[inline]
    pub(crate) fn after(&mut self, seq: Seq, event: &Event) -> Option<Standing> {
        if self.seq != seq {
            (self.seq, self.authorised) = (seq, None);
        }
        if let Event::PaymentAuthorised { payment } = event {
            self.authorised = Some(*payment);
        }
        order_standing(event)
            .or_else(|| payment_standing(event))
            .or_else(|| self.voiding(event))
    }

    /// Authorised in vain: the same command that took the authorisation orders its return.
    #[inline]
    fn voiding(&self, event: &Event) -> Option<Standing> {
        match *event {
            Event::WorkOrdered {
                work: Work::Void(payment),
            } if self.authorised == Some(payment) => Some(Standing::Payment {
                payment,
                state: PaymentState::Voiding,
                reason: None,
            }),
            _ => None,
        }
    }
}

#[inline]
fn order_standing(event: &Event) -> Option<Standing> {
    let stands = |order, state, payment| Standing::Order {
        order,
        state,
        payment,
    };
    Some(match *event {
        Event::OrderConfirmed { order } => stands(order, OrderState::Confirmed, None),
        Event::OrderUnconfirmed { order } => stands(order, OrderState::Placed, None),
        Event::OrderPaid { order, payment, .. } => stands(order, OrderState::Paid, Some(payment)),
        Event::OrderCancelled { order, .. } => stands(order, OrderState::Cancelled, None),
        Event::OrderLapsed { order } => stands(order, OrderState::Lapsed, None),
        _ => return None,
    })
}

#[inline]
fn payment_standing(event: &Event) -> Option<Standing> {
    let stands = |payment, state, reason| Standing::Payment {
        payment,
        state,
        reason,
    };
    Some(match *event {
        Event::PaymentAuthorised { payment } => stands(payment, PaymentState::Authorised, None),
        Event::PaymentCaptured { payment, .. } => stands(payment, PaymentState::Captured, None),
        Event::PaymentDeclined { payment, reason } => {
            stands(payment, PaymentState::Declined, Some(reason))
        }
        Event::PaymentLapsed { payment } => stands(payment, PaymentState::Lapsed, None),
        Event::PaymentVoided { payment } => stands(payment, PaymentState::Voided, None),
        Event::MoneySuspended { payment, .. } => stands(payment, PaymentState::Suspended, None),
        _ => return None,
    })
}

fn standing_row(at: Millis, standing: Standing) -> OrderChange {
    match standing {
        Standing::Order {
            order,
            state,
            payment,
        } => OrderChange::OrderStands {
            order,
            state,
            payment,
            at,
        },
        Standing::Payment {
            payment,
            state,
            reason,
        } => OrderChange::PaymentStands {
            payment,
            state,
            reason,
            at,
        },
    }
}

fn placed_row(at: Millis, seq: Seq, event: &Event) -> Option<OrderChange> {
    Some(match *event {
        Event::CheckoutPlaced {
            checkout,
            person,
            zone,
            total,
            currency,
            pay_by,
        } => OrderChange::CheckoutPlaced {
            checkout,
            person,
            zone,
            total,
            currency,
            at,
            pay_by,
        },
        Event::OrderPlaced {
            order,
            checkout,
            seller,
            person,
            goods,
            shipping,
            surcharge,
            tax,
            total,
            currency,
        } => OrderChange::OrderPlaced {
            order,
            checkout,
            seller,
            person,
            goods,
            shipping,
            surcharge,
            tax,
            total,
            currency,
            seq,
            at,
        },
        Event::LinePlaced {
            order,
            line,
            hold,
            deal,
            sku,
            units,
            price,
            tax,
        } => OrderChange::LinePlaced {
            order,
            line,
            hold,
            deal,
            sku,
            units,
            price,
            tax,
        },
        _ => return None,
    })
}

fn checkout_row(at: Millis, event: &Event) -> Option<OrderChange> {
    Some(match *event {
        Event::DeadlineMoved { checkout, pay_by } => {
            OrderChange::DeadlineMoved { checkout, pay_by }
        }
        Event::CheckoutFiled { ref filed } => OrderChange::CheckoutFiled {
            filed: filed.clone(),
            at,
        },
        _ => return None,
    })
}

fn money_row(at: Millis, event: &Event) -> Option<OrderChange> {
    Some(match *event {
        Event::PaymentStarted {
            payment,
            amount,
            currency,
            method,
            steps,
            months,
            deadline,
        } => OrderChange::PaymentStarted {
            payment,
            amount,
            currency,
            method,
            steps,
            months,
            deadline,
            at,
        },
        Event::RefundOrdered {
            refund,
            payment,
            order,
            amount,
            currency,
        } => OrderChange::RefundOrdered {
            refund,
            payment,
            order,
            amount,
            currency,
            at,
        },
        Event::RefundSent { refund } => OrderChange::RefundStands {
            refund,
            state: RefundState::Sent,
            at,
        },
        Event::RefundFailed { refund } => OrderChange::RefundStands {
            refund,
            state: RefundState::Failed,
            at,
        },
        _ => return None,
    })
}

fn line_row(at: Millis, event: &Event) -> Option<OrderChange> {
    let moved = |order, line, count, units| OrderChange::LineMoved {
        order,
        line,
        count,
        units,
        at,
    };
    Some(match *event {
        Event::LineRefunded {
            order,
            line,
            units,
            amount,
            ..
        } => OrderChange::LineRefunded {
            order,
            line,
            units,
            amount,
        },
        Event::LineShipped { order, line, units } => moved(order, line, LineCount::Shipped, units),
        Event::LineDelivered { order, line, units } => {
            moved(order, line, LineCount::Delivered, units)
        }
        Event::ReturnAsked { order, line, units } => {
            moved(order, line, LineCount::ReturnAsked, units)
        }
        Event::LineReturned {
            order, line, units, ..
        } => moved(order, line, LineCount::Returned, units),
        _ => return None,
    })
}

/// True for an event that [`OrdersFold`] must see.
pub(crate) fn concerns_orders(event: &Event) -> bool {
    let voids = matches!(
        event,
        Event::WorkOrdered {
            work: Work::Void(_)
        }
    );
    voids || subject(event).is_some()
}

/// What an event is about, when it belongs into the history of an order or concerns the shop's own
/// systems.
fn subject(event: &Event) -> Option<Subject> {
    Some(match *event {
        Event::CheckoutPlaced { checkout, .. }
        | Event::DeadlineMoved { checkout, .. }
        | Event::CheckoutRecalled { checkout } => Subject::Checkout(checkout),
        Event::CheckoutFiled { ref filed } => Subject::Checkout(filed.checkout),
        Event::OrderPlaced { order, .. }
        | Event::LinePlaced { order, .. }
        | Event::OrderConfirmed { order }
        | Event::OrderPaid { order, .. }
        | Event::OrderUnconfirmed { order }
        | Event::OrderCancelled { order, .. }
        | Event::OrderLapsed { order }
        | Event::OrderReinstated { order }
        | Event::LineRefunded { order, .. }
        | Event::LineShipped { order, .. }
        | Event::LineDelivered { order, .. }
        | Event::ReturnAsked { order, .. }
        | Event::LineReturned { order, .. } => Subject::Order(order),
        Event::PaymentStarted { payment, .. }
        | Event::PaymentAuthorised { payment }
        | Event::PaymentCaptured { payment, .. }
        | Event::PaymentDeclined { payment, .. }
        | Event::PaymentLapsed { payment }
        | Event::PaymentVoided { payment }
        | Event::MoneySuspended { payment, .. } => Subject::Checkout(payment.checkout),
        Event::RefundOrdered { refund, .. }
        | Event::RefundSent { refund }
        | Event::RefundFailed { refund } => Subject::Refund(refund),
        Event::DealOpened { deal }
        | Event::DealClosed { deal }
        | Event::UnsoldReturned { deal, .. } => Subject::Deal(deal),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYMENT: PaymentId = PaymentId {
        checkout: CheckoutId(3),
        attempt: 1,
    };

    fn folded(seq: u64, events: &[Event]) -> Vec<OrderChange> {
        let mut changes = Vec::new();
        let mut fold = OrdersFold::default();
        for event in events {
            fold.fold(Millis(9), Seq(seq), event, &mut changes);
        }
        changes
    }

    fn states(changes: &[OrderChange]) -> Vec<PaymentState> {
        let state = |change: &OrderChange| match change {
            OrderChange::PaymentStands { state, .. } => Some(*state),
            _ => None,
        };
        changes.iter().filter_map(state).collect()
    }

    #[test]
    fn an_authorisation_in_vain_is_voiding_and_a_lapsed_try_stays_lapsed() {
        let void = Event::WorkOrdered {
            work: Work::Void(PAYMENT),
        };
        let in_vain = folded(
            1,
            &[Event::PaymentAuthorised { payment: PAYMENT }, void.clone()],
        );
        assert_eq!(
            states(&in_vain),
            [PaymentState::Authorised, PaymentState::Voiding]
        );
        let lapsed = folded(1, &[Event::PaymentLapsed { payment: PAYMENT }, void]);
        assert_eq!(states(&lapsed), [PaymentState::Lapsed]);
    }

    #[test]
    fn history_is_numbered_within_each_command() {
        let mut changes = Vec::new();
        let mut fold = OrdersFold::default();
        for seq in [4, 4, 5] {
            let lapsed = Event::OrderLapsed { order: OrderId(1) };
            fold.fold(Millis(9), Seq(seq), &lapsed, &mut changes);
        }
        let numbers: Vec<_> = changes
            .iter()
            .filter_map(|change| match change {
                OrderChange::Happened { seq, index, .. } => Some((seq.0, *index)),
                _ => None,
            })
            .collect();
        assert_eq!(numbers, [(4, 0), (4, 1), (5, 0)]);
    }
}

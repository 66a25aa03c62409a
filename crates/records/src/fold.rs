//! How the order tables are folded: changes in their order, in the same transaction as how far
//! they go, so that each is applied exactly once.
//!
//! Many changes become a few statements, one for each table that gains rows and one for each whose
//! rows change; rows come before their changes, and of several states of one row the last counts.

use crate::entrance_codes::erase_codes_of_arrived;
use crate::keys::{blob, signed, unsigned};
use crate::rows::Rows;
use crate::states::{Word, basis_points};
use crate::{Records, RecordsFault};
use sqlx::SqliteConnection;
use std::collections::BTreeMap;
use views::{LineCount, OrderChange, Subject};
use vocabulary::{CheckoutId, Millis, OrderId, OrderState, PaymentId, RefundId, Seq};

/// The row of `folds` that says how far the order tables go.
const ORDERS: &str = "orders";

/// How far the order tables have been folded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrdersReached(pub Seq);

impl Records {
    /// The last command that the order tables show.
    pub async fn orders_reached(&self) -> Result<OrdersReached, RecordsFault> {
        let reached: Option<i64> = sqlx::query_scalar("SELECT reached FROM folds WHERE name = ?")
            .bind(ORDERS)
            .fetch_optional(&self.readers)
            .await?;
        Ok(OrdersReached(Seq(unsigned(reached.unwrap_or(0))?)))
    }

    /// Applies the changes of all commands behind `from` up to and with `to`, all or nothing.
    ///
    /// # Errors
    /// [`RecordsFault::OutOfOrder`] when the tables have not reached exactly `from`: they were
    /// folded by somebody else meanwhile, or a batch is missing. Read
    /// [`Records::orders_reached`] again and go on from there.
    pub async fn fold_orders(
        &self,
        from: OrdersReached,
        to: OrdersReached,
        changes: &[OrderChange],
    ) -> Result<(), RecordsFault> {
        let mut sheet = Sheet::new();
        changes.iter().for_each(|change| sheet.take(change));
        let mut transaction = self.begin().await?;
        advance(&mut transaction, from, to).await?;
        sheet.write(&mut transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Burns the order tables: they can be folded from the first command again.
    pub async fn burn_orders(&self) -> Result<(), RecordsFault> {
        let mut transaction = self.begin().await?;
        for statement in [
            "DELETE FROM folds WHERE name = 'orders'",
            "DELETE FROM checkouts",
            "DELETE FROM orders",
            "DELETE FROM order_lines",
            "DELETE FROM payments",
            "DELETE FROM refunds",
            "DELETE FROM order_events",
            "DELETE FROM filed_checkouts",
        ] {
            sqlx::query(statement).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }
}

async fn advance(
    connection: &mut SqliteConnection,
    from: OrdersReached,
    to: OrdersReached,
) -> Result<(), RecordsFault> {
    sqlx::query("INSERT INTO folds (name, reached) VALUES (?, 0) ON CONFLICT (name) DO NOTHING")
        .bind(ORDERS)
        .execute(&mut *connection)
        .await?;
    let moved = sqlx::query("UPDATE folds SET reached = ? WHERE name = ? AND reached = ?")
        .bind(signed(to.0.0))
        .bind(ORDERS)
        .bind(signed(from.0.0))
        .execute(&mut *connection)
        .await?;
    if moved.rows_affected() == 1 && from <= to {
        return Ok(());
    }
    let reached: i64 = sqlx::query_scalar("SELECT reached FROM folds WHERE name = ?")
        .bind(ORDERS)
        .fetch_one(&mut *connection)
        .await?;
    Err(RecordsFault::OutOfOrder {
        reached: unsigned(reached)?,
        offered: to.0.0,
    })
}

/// The last state of an order, and by which try it was paid when, if it was.
struct OrderStanding {
    state: OrderState,
    paid: Option<(u16, Millis)>,
    at: Millis,
}

/// The statements that some changes become.
struct Sheet {
    checkouts: Rows,
    orders: Rows,
    lines: Rows,
    payments: Rows,
    refunds: Rows,
    events: Rows,
    deadlines: BTreeMap<CheckoutId, Millis>,
    order_states: BTreeMap<OrderId, OrderStanding>,
    payment_states: BTreeMap<PaymentId, (String, Option<String>, Millis)>,
    refund_states: BTreeMap<RefundId, (String, Millis)>,
    line_counts: BTreeMap<(OrderId, u8), [i64; 6]>,
    order_refunds: BTreeMap<OrderId, i64>,
    filed: BTreeMap<CheckoutId, (Vec<u8>, Millis)>,
}

impl Sheet {
    fn new() -> Self {
        Sheet {
            checkouts: Rows::new(
                "INSERT INTO checkouts (id, person, zone, total, currency, placed_at, pay_by)",
            ),
            orders: Rows::new(
                "INSERT INTO orders (id, checkout_id, seller, person, state, goods, shipping,
                     surcharge, tax, total, refunded, currency, placed_seq, placed_at, changed_at)",
            ),
            lines: Rows::new(
                "INSERT INTO order_lines (order_id, line, hold, deal, sku, units, price,
                     tax_basis_points, units_refunded, refunded, shipped, delivered, return_asked,
                     returned)",
            ),
            payments: Rows::new(
                "INSERT INTO payments (checkout_id, attempt, method, steps, months, amount,
                     currency, state, started_at, changed_at, deadline)",
            ),
            refunds: Rows::new(
                "INSERT INTO refunds (id, checkout_id, attempt, order_id, amount, currency, state,
                     ordered_at, changed_at)",
            ),
            events: Rows::new(
                "WITH v (seq, place, at, checkout_id, order_id, refund_id, kind, body) AS (",
            ),
            deadlines: BTreeMap::new(),
            order_states: BTreeMap::new(),
            payment_states: BTreeMap::new(),
            refund_states: BTreeMap::new(),
            line_counts: BTreeMap::new(),
            order_refunds: BTreeMap::new(),
            filed: BTreeMap::new(),
        }
    }

    fn take(&mut self, change: &OrderChange) {
        match change {
            OrderChange::CheckoutPlaced { .. } | OrderChange::OrderPlaced { .. } => {
                self.take_placed(change);
            }
            OrderChange::LinePlaced { .. } => self.take_line(change),
            OrderChange::PaymentStarted { .. } | OrderChange::RefundOrdered { .. } => {
                self.take_money(change);
            }
            OrderChange::Happened { .. } => self.take_event(change),
            OrderChange::LineRefunded { .. } | OrderChange::LineMoved { .. } => {
                self.take_counts(change);
            }
            _ => self.take_state(change),
        }
    }

    fn take_placed(&mut self, change: &OrderChange) {
        match *change {
            OrderChange::CheckoutPlaced {
                checkout,
                person,
                zone,
                total,
                currency,
                at,
                pay_by,
            } => {
                self.checkouts.row(|row| {
                    row.push_bind(blob(checkout.0))
                        .push_bind(blob(person.0))
                        .push_bind(i64::from(zone.0))
                        .push_bind(total.0)
                        .push_bind(currency.code())
                        .push_bind(signed(at.0))
                        .push_bind(signed(pay_by.0));
                });
            }
            OrderChange::OrderPlaced {
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
            } => self.orders.row(|row| {
                row.push_bind(blob(order.0))
                    .push_bind(blob(checkout.0))
                    .push_bind(i64::from(seller.0))
                    .push_bind(blob(person.0))
                    .push_bind(OrderState::Placed.name())
                    .push_bind(goods.0)
                    .push_bind(shipping.0)
                    .push_bind(surcharge.0)
                    .push_bind(tax.0)
                    .push_bind(total.0)
                    .push_bind(0_i64)
                    .push_bind(currency.code())
                    .push_bind(signed(seq.0))
                    .push_bind(signed(at.0))
                    .push_bind(signed(at.0));
            }),
            _ => {}
        }
    }

    fn take_line(&mut self, change: &OrderChange) {
        let OrderChange::LinePlaced {
            order,
            line,
            hold,
            deal,
            sku,
            units,
            price,
            tax,
        } = *change
        else {
            return;
        };
        self.lines.row(|row| {
            row.push_bind(blob(order.0))
                .push_bind(i64::from(line))
                .push_bind(signed(hold.0))
                .push_bind(i64::from(deal.0))
                .push_bind(i64::from(sku.0))
                .push_bind(i64::from(units))
                .push_bind(price.0)
                .push_bind(basis_points(tax));
            for _count in 0..6 {
                row.push_bind(0_i64);
            }
        });
    }

    fn take_money(&mut self, change: &OrderChange) {
        match *change {
            OrderChange::PaymentStarted {
                payment,
                amount,
                currency,
                method,
                steps,
                months,
                deadline,
                at,
            } => self.payments.row(|row| {
                row.push_bind(blob(payment.checkout.0))
                    .push_bind(i64::from(payment.attempt))
                    .push_bind(method.name())
                    .push_bind(steps.name())
                    .push_bind(i64::from(months))
                    .push_bind(amount.0)
                    .push_bind(currency.code())
                    .push_bind(vocabulary::PaymentState::Started.name())
                    .push_bind(signed(at.0))
                    .push_bind(signed(at.0))
                    .push_bind(signed(deadline.0));
            }),
            OrderChange::RefundOrdered {
                refund,
                payment,
                order,
                amount,
                currency,
                at,
            } => {
                self.refunds.row(|row| {
                    row.push_bind(signed(refund.0))
                        .push_bind(blob(payment.checkout.0))
                        .push_bind(i64::from(payment.attempt))
                        .push_bind(order.map(|order| blob(order.0)))
                        .push_bind(amount.0)
                        .push_bind(currency.code())
                        .push_bind(vocabulary::RefundState::Due.name())
                        .push_bind(signed(at.0))
                        .push_bind(signed(at.0));
                });
            }
            _ => {}
        }
    }

    fn take_event(&mut self, change: &OrderChange) {
        let OrderChange::Happened {
            seq,
            index,
            at,
            subject,
            kind,
            ref json,
        } = *change
        else {
            return;
        };
        let (checkout, order, refund) = match subject {
            Subject::Checkout(checkout) => (Some(blob(checkout.0)), None, None),
            Subject::Order(order) => (None, Some(blob(order.0)), None),
            Subject::Refund(refund) => (None, None, Some(signed(refund.0))),
            Subject::Deal(_) => (None, None, None),
        };
        self.events.row(|row| {
            row.push_bind(signed(seq.0))
                .push_bind(i64::from(index))
                .push_bind(signed(at.0))
                .push_bind(checkout)
                .push_bind(order)
                .push_bind(refund)
                .push_bind(kind)
                .push_bind(json.clone());
        });
    }

    fn take_state(&mut self, change: &OrderChange) {
        match *change {
            OrderChange::DeadlineMoved { checkout, pay_by } => {
                self.deadlines.insert(checkout, pay_by);
            }
            OrderChange::OrderStands {
                order,
                state,
                payment,
                at,
            } => {
                let before = self
                    .order_states
                    .get(&order)
                    .and_then(|standing| standing.paid);
                let paid = before.or(payment.map(|payment| (payment.attempt, at)));
                self.order_states
                    .insert(order, OrderStanding { state, paid, at });
            }
            OrderChange::PaymentStands {
                payment,
                state,
                reason,
                at,
            } => {
                let reason = reason.map(Word::name);
                self.payment_states
                    .insert(payment, (state.name(), reason, at));
            }
            OrderChange::RefundStands { refund, state, at } => {
                self.refund_states.insert(refund, (state.name(), at));
            }
            OrderChange::CheckoutFiled { ref filed, at } => {
                let bytes = postcard::to_allocvec(filed).expect("a filing is always encodable");
                self.filed.insert(filed.checkout, (bytes, at));
            }
            _ => {}
        }
    }

    fn take_counts(&mut self, change: &OrderChange) {
        match *change {
            OrderChange::LineRefunded {
                order,
                line,
                units,
                amount,
            } => {
                *self.order_refunds.entry(order).or_default() += amount.0;
                let counts = self.line_counts.entry((order, line)).or_default();
                counts[0] += i64::from(units);
                counts[1] += amount.0;
            }
            OrderChange::LineMoved {
                order,
                line,
                count,
                units,
                ..
            } => {
                let column = match count {
                    LineCount::Shipped => 2,
                    LineCount::Delivered => 3,
                    LineCount::ReturnAsked => 4,
                    LineCount::Returned => 5,
                };
                let counts = self.line_counts.entry((order, line)).or_default();
                counts[column] += i64::from(units);
            }
            _ => {}
        }
    }

    /// Orders of which a parcel came, or is not to come any more.
    fn settled(&self) -> Vec<OrderId> {
        let counts = self.line_counts.iter();
        let came = counts.filter(|(_, counts)| counts[0] > 0 || counts[3] > 0);
        let states = self.order_states.iter();
        let cancelled = states.filter(|(_, standing)| standing.state == OrderState::Cancelled);
        came.map(|((order, _), _)| *order)
            .chain(cancelled.map(|(order, _)| *order))
            .collect()
    }

    async fn write(self, connection: &mut SqliteConnection) -> Result<(), RecordsFault> {
        let settled = self.settled();
        self.checkouts.run("", connection).await?;
        self.orders.run("", connection).await?;
        self.lines.run("", connection).await?;
        self.payments.run("", connection).await?;
        self.refunds.run("", connection).await?;
        let events =
            ") INSERT INTO order_events (seq, place, at, checkout_id, order_id, kind, body)
             SELECT v.seq, v.place, v.at, coalesce(v.checkout_id, o.checkout_id, r.checkout_id),
                 coalesce(v.order_id, r.order_id), v.kind, v.body
             FROM v LEFT JOIN orders o ON o.id = v.order_id
                 LEFT JOIN refunds r ON r.id = v.refund_id";
        self.events.run(events, connection).await?;
        write_deadlines(self.deadlines, connection).await?;
        write_order_states(self.order_states, connection).await?;
        write_payment_states(self.payment_states, connection).await?;
        write_refund_states(self.refund_states, connection).await?;
        write_line_counts(self.line_counts, connection).await?;
        write_order_refunds(self.order_refunds, connection).await?;
        write_filed(self.filed, connection).await?;
        erase_codes_of_arrived(settled, connection).await
    }
}

async fn write_deadlines(
    deadlines: BTreeMap<CheckoutId, Millis>,
    connection: &mut SqliteConnection,
) -> Result<(), RecordsFault> {
    let mut rows = Rows::new("WITH v (id, pay_by) AS (");
    for (checkout, pay_by) in deadlines {
        rows.row(|row| {
            row.push_bind(blob(checkout.0)).push_bind(signed(pay_by.0));
        });
    }
    let tail = ") UPDATE checkouts SET pay_by = v.pay_by FROM v WHERE checkouts.id = v.id";
    Ok(rows.run(tail, connection).await?)
}

async fn write_order_states(
    states: BTreeMap<OrderId, OrderStanding>,
    connection: &mut SqliteConnection,
) -> Result<(), RecordsFault> {
    let mut rows = Rows::new("WITH v (id, state, attempt, paid_at, at) AS (");
    for (order, OrderStanding { state, paid, at }) in states {
        rows.row(|row| {
            row.push_bind(blob(order.0))
                .push_bind(state.name())
                .push_bind(paid.map(|(attempt, _)| i64::from(attempt)))
                .push_bind(paid.map(|(_, at)| signed(at.0)))
                .push_bind(signed(at.0));
        });
    }
    let tail = ") UPDATE orders SET state = v.state, changed_at = v.at,
             paid_at = coalesce(orders.paid_at, v.paid_at),
             paid_attempt = coalesce(orders.paid_attempt, v.attempt)
         FROM v WHERE orders.id = v.id";
    Ok(rows.run(tail, connection).await?)
}

async fn write_payment_states(
    states: BTreeMap<PaymentId, (String, Option<String>, Millis)>,
    connection: &mut SqliteConnection,
) -> Result<(), RecordsFault> {
    let mut rows = Rows::new("WITH v (checkout_id, attempt, state, reason, at) AS (");
    for (payment, (state, reason, at)) in states {
        rows.row(|row| {
            row.push_bind(blob(payment.checkout.0))
                .push_bind(i64::from(payment.attempt))
                .push_bind(state)
                .push_bind(reason)
                .push_bind(signed(at.0));
        });
    }
    let tail = ") UPDATE payments SET state = v.state, reason = v.reason, changed_at = v.at
         FROM v WHERE payments.checkout_id = v.checkout_id AND payments.attempt = v.attempt";
    Ok(rows.run(tail, connection).await?)
}

async fn write_refund_states(
    states: BTreeMap<RefundId, (String, Millis)>,
    connection: &mut SqliteConnection,
) -> Result<(), RecordsFault> {
    let mut rows = Rows::new("WITH v (id, state, at) AS (");
    for (refund, (state, at)) in states {
        rows.row(|row| {
            row.push_bind(signed(refund.0))
                .push_bind(state)
                .push_bind(signed(at.0));
        });
    }
    let tail = ") UPDATE refunds SET state = v.state, changed_at = v.at
         FROM v WHERE refunds.id = v.id";
    Ok(rows.run(tail, connection).await?)
}

async fn write_line_counts(
    counts: BTreeMap<(OrderId, u8), [i64; 6]>,
    connection: &mut SqliteConnection,
) -> Result<(), RecordsFault> {
    let mut rows = Rows::new("WITH v (id, line, c0, c1, c2, c3, c4, c5) AS (");
    for ((order, line), counts) in counts {
        rows.row(|row| {
            row.push_bind(blob(order.0)).push_bind(i64::from(line));
            for count in counts {
                row.push_bind(count);
            }
        });
    }
    let tail = ") UPDATE order_lines SET units_refunded = units_refunded + v.c0,
             refunded = refunded + v.c1, shipped = shipped + v.c2, delivered = delivered + v.c3,
             return_asked = return_asked + v.c4, returned = returned + v.c5
         FROM v WHERE order_lines.order_id = v.id AND order_lines.line = v.line";
    Ok(rows.run(tail, connection).await?)
}

async fn write_order_refunds(
    refunds: BTreeMap<OrderId, i64>,
    connection: &mut SqliteConnection,
) -> Result<(), RecordsFault> {
    let mut rows = Rows::new("WITH v (id, refunded) AS (");
    for (order, refunded) in refunds {
        rows.row(|row| {
            row.push_bind(blob(order.0)).push_bind(refunded);
        });
    }
    let tail = ") UPDATE orders SET refunded = orders.refunded + v.refunded
         FROM v WHERE orders.id = v.id";
    Ok(rows.run(tail, connection).await?)
}

async fn write_filed(
    filed: BTreeMap<CheckoutId, (Vec<u8>, Millis)>,
    connection: &mut SqliteConnection,
) -> Result<(), RecordsFault> {
    let mut rows = Rows::new("INSERT INTO filed_checkouts (checkout_id, filed, filed_at)");
    for (checkout, (bytes, at)) in filed {
        rows.row(|row| {
            row.push_bind(blob(checkout.0))
                .push_bind(bytes)
                .push_bind(signed(at.0));
        });
    }
    let tail = "ON CONFLICT (checkout_id) DO UPDATE
         SET filed = excluded.filed, filed_at = excluded.filed_at";
    Ok(rows.run(tail, connection).await?)
}

//! The orders and their lines. What they are paid with is in `payments.rs`.

use crate::checkouts::Checkouts;
use crate::halves::{self, Halves};
use crate::index::Index;
use crate::queues::{Queue, Queues};
use crate::raw::raw_row;
use crate::slab::Row;
use arrayvec::ArrayVec;
use money::Amount;
use serde::{Deserialize, Serialize};
use std::ops;
use vocabulary::{HOLDS_MAX, Millis, ORDERS_MAX, OrderId, OrderState, SellerId, Tax};

/// An order.
#[derive(Clone, Copy)]
pub(crate) struct Order {
    id: Halves,
    /// The berth of its checkout.
    pub(crate) berth: Row,
    pub(crate) seller: SellerId,
    pub(crate) state: OrderState,
    pub(crate) goods: Amount,
    pub(crate) shipping: Amount,
    pub(crate) shipping_tax: Tax,
    pub(crate) shipping_refunded: Amount,
    lines: Queue,
}

raw_row!(Order {
    id,
    berth,
    seller,
    state,
    goods,
    shipping,
    shipping_tax,
    shipping_refunded,
    lines,
});

impl Order {
    /// An order without lines.
    pub(crate) fn placed(id: OrderId, berth: Row, seller: SellerId) -> Self {
        Order {
            id: id.0.into(),
            berth,
            seller,
            state: OrderState::Placed,
            goods: Amount::ZERO,
            shipping: Amount::ZERO,
            shipping_tax: Tax::Exempt,
            shipping_refunded: Amount::ZERO,
            lines: Queue::default(),
        }
    }

    pub(crate) fn id(&self) -> OrderId {
        OrderId(self.id.into())
    }

    /// What is due for it.
    pub(crate) fn total(&self) -> Amount {
        let total = self.goods.checked_add(self.shipping);
        total.expect("the total fitted when the order was placed")
    }

    /// How much of its shipping has not gone back.
    pub(crate) fn shipping_left(&self) -> Amount {
        Amount(self.shipping.0 - self.shipping_refunded.0)
    }
}

/// A line of an order.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    pub(crate) pool: Row,
    pub(crate) units: u16,
    pub(crate) price: Amount,
    pub(crate) tax: Tax,
    pub(crate) refunded: Amount,
    pub(crate) units_refunded: u16,
    pub(crate) shipped: u16,
    pub(crate) delivered: u16,
    pub(crate) delivered_at: Millis,
    pub(crate) return_asked: u16,
    pub(crate) returned: u16,
}

raw_row!(Line {
    pool,
    units,
    price,
    tax,
    refunded,
    units_refunded,
    shipped,
    delivered,
    delivered_at,
    return_asked,
    returned,
});

impl Line {
    /// A line to which nothing has happened yet.
    pub(crate) fn placed(pool: Row, units: u16, price: Amount, tax: Tax) -> Self {
        Line {
            pool,
            units,
            price,
            tax,
            refunded: Amount::ZERO,
            units_refunded: 0,
            shipped: 0,
            delivered: 0,
            delivered_at: Millis(0),
            return_asked: 0,
            returned: 0,
        }
    }

    /// Its price, all units together.
    pub(crate) fn goods(&self) -> Amount {
        self.price_of(self.units)
    }

    /// The price of so many of its units.
    pub(crate) fn price_of(&self, units: u16) -> Amount {
        let goods = self.price.checked_mul(units.into());
        goods.expect("the goods fitted when the order was placed")
    }

    /// How much of its price has not gone back.
    pub(crate) fn left(&self) -> Amount {
        Amount(self.goods().0 - self.refunded.0)
    }
}

/// Units that a line has bought from a pool.
#[derive(Clone, Copy)]
pub(crate) struct Bought {
    pub(crate) pool: Row,
    pub(crate) units: u32,
}

/// The rows of a checkout's orders.
pub(crate) type OrderRows = ArrayVec<Row, ORDERS_MAX>;
/// What the lines of an order, or of a checkout, have bought.
pub(crate) type BoughtLines = ArrayVec<Bought, HOLDS_MAX>;

/// Every order in memory.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Orders {
    orders: Queues<Order>,
    lines: Queues<Line>,
    #[serde(skip)]
    by_id: Index,
}

impl Orders {
    /// Makes room for so many orders more, of a line each.
    pub(crate) fn make_room(&mut self, orders: usize) {
        let order = Order::placed(OrderId(0), 0, SellerId(0));
        self.orders.make_room(orders, order);
        let line = Line::placed(0, 0, Amount::ZERO, Tax::Exempt);
        self.lines.make_room(orders, line);
        self.by_id.make_room(orders);
    }

    /// Puts an order at the end of a checkout's.
    pub(crate) fn append(&mut self, queue: &mut Queue, order: Order) -> Row {
        let row = self.orders.append(queue, order);
        self.by_id.insert(halves::hash(order.id), row);
        row
    }

    /// Puts a line at the end of an order's.
    pub(crate) fn append_line(&mut self, order: Row, line: Line) {
        self.lines.append(&mut self.orders[order].lines, line);
    }

    pub(crate) fn find(&self, id: OrderId) -> Option<Row> {
        let id = Halves::from(id.0);
        let is_it = |row| self.orders[row].id == id;
        self.by_id.find(halves::hash(id), is_it)
    }

    /// Brings near where an order would be found.
    pub(crate) fn foresee(&self, id: OrderId) {
        self.by_id.foresee(halves::hash(Halves::from(id.0)));
    }

    /// Brings the first order of a checkout near.
    pub(crate) fn foresee_first(&self, queue: Queue) {
        self.orders.foresee_first(queue);
    }

    /// Brings the first line of the first order of a checkout near.
    pub(crate) fn foresee_line(&self, queue: Queue) {
        if let Some(order) = self.items(queue).next() {
            self.lines.foresee_first(order.lines);
        }
    }

    /// Where the orders of a checkout lie.
    pub(crate) fn rows(&self, queue: Queue) -> OrderRows {
        self.orders.rows(queue).collect()
    }

    /// The orders of a checkout.
    pub(crate) fn items(&self, queue: Queue) -> impl Iterator<Item = &Order> {
        self.orders.items(queue)
    }

    /// How the first order of a checkout stands: as all do until they are paid.
    pub(crate) fn first_state(&self, queue: Queue) -> OrderState {
        let first = self.items(queue).next();
        first.expect("a checkout has an order").state
    }

    /// The lines of an order.
    pub(crate) fn lines(&self, order: Row) -> impl Iterator<Item = &Line> {
        self.lines.items(self.orders[order].lines)
    }

    /// What the lines of an order have bought.
    pub(crate) fn bought(&self, order: Row) -> BoughtLines {
        let bought = self.lines(order).map(|line| Bought {
            pool: line.pool,
            units: line.units.into(),
        });
        bought.collect()
    }

    /// What all lines of a checkout have bought.
    pub(crate) fn bought_by(&self, queue: Queue) -> BoughtLines {
        let orders = self.orders.rows(queue);
        orders.flat_map(|order| self.bought(order)).collect()
    }

    /// The line of that number, from 0.
    pub(crate) fn find_line(&self, order: Row, number: u8) -> Option<&Line> {
        self.lines(order).nth(number.into())
    }

    /// The same of a line that is there, to be changed.
    pub(crate) fn line_mut(&mut self, order: Row, number: u8) -> &mut Line {
        let mut rows = self.lines.rows(self.orders[order].lines);
        let row = rows.nth(number.into()).expect("the line was found before");
        drop(rows);
        &mut self.lines[row]
    }

    /// Takes the orders of a checkout out of memory.
    pub(crate) fn clear(&mut self, queue: Queue) {
        for row in self.rows(queue) {
            self.by_id.remove(halves::hash(self.orders[row].id), row);
            self.lines.clear(self.orders[row].lines);
        }
        self.orders.clear(queue);
    }

    /// The newest moment at which the id of any of them was made, by its client's clock.
    pub(crate) fn newest_made_at(&self, checkouts: &Checkouts) -> Option<Millis> {
        let placed = checkouts
            .iter()
            .flat_map(|(_, checkout)| self.orders.rows(checkout.orders));
        let ids = placed.map(|row| OrderId(u128::from(self.orders[row].id)));
        ids.filter_map(OrderId::made_at).max()
    }

    /// Makes the index anew, after reading a snapshot.
    pub(crate) fn reindex(&mut self, checkouts: &Checkouts) {
        let Orders { orders, by_id, .. } = self;
        let placed = checkouts
            .iter()
            .flat_map(|(_, checkout)| orders.rows(checkout.orders));
        let entries = placed.map(|row| (halves::hash(orders[row].id), row));
        by_id.fill(orders.used(), entries);
    }
}

impl ops::Index<Row> for Orders {
    type Output = Order;

    fn index(&self, row: Row) -> &Order {
        &self.orders[row]
    }
}

impl ops::IndexMut<Row> for Orders {
    fn index_mut(&mut self, row: Row) -> &mut Order {
        &mut self.orders[row]
    }
}

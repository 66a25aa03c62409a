//! The table of orders that may still be paid, by what their payment will add to the deals. The sums themselves are the
//! board's.

use crate::index::Index;
use crate::mostly_one::MostlyOne;
use crate::slab::{NONE, Row, Slab};
use money::Amount;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use vocabulary::{DealId, OrderId};

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OpenOrder {
    pub(crate) order: OrderId,
    pub(crate) lines: MostlyOne<OpenLine>,
}

/// A line of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OpenLine {
    pub(crate) deal: DealId,
    pub(crate) units: u16,
    pub(crate) price: Amount,
}

/// The table. Two are equal when the same orders are open, wherever they lie.
#[derive(Clone, Debug)]
pub(crate) struct OpenOrders {
    rows: Slab<OpenOrder>,
    by_order: Index,
    /// Where an order was placed last: its lines follow it.
    last: Row,
}

impl Default for OpenOrders {
    fn default() -> Self {
        OpenOrders {
            rows: Slab::default(),
            by_order: Index::default(),
            last: NONE,
        }
    }
}

impl OpenOrders {
    /// Enters an order.
    pub(crate) fn enter(&mut self, open: OpenOrder) {
        let order = open.order;
        self.last = self.rows.insert(open);
        self.by_order.insert(order, self.last);
    }

    /// Adds a line to an order.
    ///
    /// # Panics
    /// When the order is not open.
    pub(crate) fn add_line(&mut self, order: OrderId, line: OpenLine) {
        let last = self.rows.get(self.last);
        if last.is_none_or(|open| open.order != order) {
            let found = self.find(order);
            self.last = found.expect("an order is placed before its lines");
        }
        self.rows[self.last].lines.push(line);
    }

    /// Takes an order out, if it is open.
    pub(crate) fn remove(&mut self, order: OrderId) -> Option<OpenOrder> {
        let row = self.find(order)?;
        self.by_order.remove(order, row);
        Some(self.rows.remove(row))
    }

    /// Brings near where the index has an order.
    pub(crate) fn foresee(&self, order: OrderId) {
        self.by_order.foresee(order);
    }

    /// Brings near an order, when the index of it is near.
    pub(crate) fn foresee_row(&self, order: OrderId) {
        if let Some(row) = self.by_order.find(order, |_| true) {
            self.rows.foresee(row);
        }
    }

    fn find(&self, order: OrderId) -> Option<Row> {
        let is_it = |row: Row| self.rows[row].order == order;
        self.by_order.find(order, is_it)
    }
}

impl PartialEq for OpenOrders {
    fn eq(&self, other: &Self) -> bool {
        let has = |open: &OpenOrder| {
            let row = other.find(open.order);
            row.is_some_and(|row| other.rows[row] == *open)
        };
        self.rows.len() == other.rows.len() && self.rows.iter().all(has)
    }
}

impl Eq for OpenOrders {}

/// As a sequence of orders.
impl Serialize for OpenOrders {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let open: Vec<&OpenOrder> = self.rows.iter().collect();
        open.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for OpenOrders {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut orders = OpenOrders::default();
        for open in Vec::deserialize(deserializer)? {
            orders.enter(open);
        }
        Ok(orders)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(deal: u32) -> OpenLine {
        OpenLine {
            deal: DealId(deal),
            units: 1,
            price: Amount(5),
        }
    }

    fn entered(orders: &mut OpenOrders, ids: impl Iterator<Item = u128>) {
        for id in ids {
            let (order, lines) = (OrderId(id), MostlyOne::None);
            orders.enter(OpenOrder { order, lines });
        }
    }

    #[test]
    fn a_line_joins_its_order_even_when_others_were_placed_since() {
        let mut orders = OpenOrders::default();
        entered(&mut orders, 1..=3);
        for deal in [7, 8] {
            orders.add_line(OrderId(2), line(deal));
        }
        let lines = orders.remove(OrderId(2)).map(|open| open.lines);
        assert_eq!(lines.as_deref(), Some(&[line(7), line(8)][..]));
        assert_eq!(orders.remove(OrderId(2)), None);
        assert_eq!(
            orders.remove(OrderId(3)).map(|open| open.lines),
            Some(MostlyOne::None)
        );
    }

    #[test]
    fn tables_are_equal_by_what_is_open_and_read_back() {
        let (mut one, mut other) = (OpenOrders::default(), OpenOrders::default());
        entered(&mut one, 1..=3_000);
        for id in 1_000..3_000 {
            one.remove(OrderId(id));
        }
        entered(&mut one, 1_000..2_000);
        entered(&mut other, (1..2_000).rev());
        assert_ne!(one, other);
        other.enter(OpenOrder {
            order: OrderId(3_000),
            lines: MostlyOne::None,
        });
        assert_eq!(one, other);
        one.add_line(OrderId(1_500), line(1));
        assert_ne!(one, other);
        let bytes = postcard::to_allocvec(&one).expect("it is written");
        assert_eq!(postcard::from_bytes(&bytes), Ok(one));
    }
}

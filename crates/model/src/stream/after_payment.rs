//! What is sent after the payment: shipments, deliveries, returns, and checkouts back from disk.

use super::Stream;
use vocabulary::{CheckoutId, Command, FiledCheckout, FiledLine, FiledOrder, OrderId};

impl Stream {
    pub(super) fn record_shipment(&mut self) -> Option<Command> {
        let (order, line, row) = self.paid_line()?;
        let units = self.units(row.units - row.shipped)?;
        Some(Command::RecordShipment { order, line, units })
    }

    pub(super) fn record_delivery(&mut self) -> Option<Command> {
        let (order, line, row) = self.paid_line()?;
        let units = self.units(row.shipped - row.delivered)?;
        Some(Command::RecordDelivery { order, line, units })
    }

    pub(super) fn ask_return(&mut self) -> Option<Command> {
        let (order, line, row) = self.paid_line()?;
        let found = self.model.find_order(order);
        let owner = found.map(|(checkout, _)| self.model.checkouts[&checkout].facts.person);
        Some(Command::AskReturn {
            order,
            line,
            units: self.units(row.delivered - row.return_asked)?,
            person: self.mostly(owner),
        })
    }

    pub(super) fn record_return(&mut self) -> Option<Command> {
        let (order, line, row) = self.paid_line()?;
        Some(Command::RecordReturn {
            order,
            line,
            units: self.units(row.shipped - row.returned)?,
            restock: self.dice.chance(60),
        })
    }

    /// Mostly one or all of the units that are left, seldom none or one too many.
    fn units(&mut self, left: u16) -> Option<u16> {
        if left == 0 && self.dice.chance(80) {
            return None;
        }
        Some(match self.dice.below(100) {
            0..4 => 0,
            4..10 => left.saturating_add(1),
            10..30 => left.max(1),
            _ => 1,
        })
    }

    fn paid_line(&mut self) -> Option<(OrderId, u8, FiledLine)> {
        let row = self.paid_order()?;
        let line = self.line_of(&row);
        let order = self.perhaps_gone(row.order);
        let found = row.lines.get(usize::from(line)).or(row.lines.first());
        found.map(|facts| (order, line, facts.clone()))
    }

    /// A line of an order, seldom one that it does not have.
    pub(super) fn line_of(&mut self, order: &FiledOrder) -> u8 {
        if self.dice.chance(4) {
            return self.dice.one_of([order.lines.len() as u8, 255]);
        }
        self.dice.below(order.lines.len() as u64) as u8
    }

    /// Seldom an order that is on disk, or none at all.
    pub(super) fn perhaps_gone(&mut self, order: OrderId) -> OrderId {
        let filed = self.model.filed.values().flat_map(|row| row.orders.first());
        let filed: Vec<OrderId> = filed.map(|row| row.order).collect();
        match self.dice.below(100) {
            0..2 => OrderId(self.dice.wide()),
            2..4 => self.dice.pick(&filed).unwrap_or(order),
            _ => order,
        }
    }

    /// Mostly a checkout from disk, sometimes one that is in memory.
    pub(super) fn recall_checkout(&mut self) -> Option<Command> {
        let filed: Vec<&FiledCheckout> = self.model.filed.values().collect();
        let in_memory: Vec<CheckoutId> = self.checkouts_where(|_| true);
        let filed = if self.dice.chance(65) {
            self.dice.pick(&filed)?.clone()
        } else {
            let checkout = self.dice.pick(&in_memory)?;
            self.model.checkouts[&checkout].facts.clone()
        };
        let filed = Box::new(filed);
        Some(Command::RecallCheckout { filed })
    }
}

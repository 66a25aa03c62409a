//! The whole state as text, in a form that does not depend on how it is stored: two deciders that
//! agree write the same. Also what a person inspects.

use crate::deals::Deal;
use crate::ledger::Ledger;
use crate::orders::Line;
use crate::slab::Row;
use std::fmt::{self, Write};
use vocabulary::DealId;

impl Ledger {
    /// Appends a line for every SKU, deal, pool, place, hold, count, checkout, balance and work, in
    /// the order of their numbers.
    pub fn describe(&self, out: &mut String) {
        const WRITABLE: &str = "a string takes any text";
        self.describe_stock(out).expect(WRITABLE);
        self.describe_shoppers(out).expect(WRITABLE);
        for berth in self.checkouts.sorted() {
            self.describe_checkout(berth, out).expect(WRITABLE);
        }
        self.describe_books(out).expect(WRITABLE);
    }

    fn describe_stock(&self, out: &mut String) -> fmt::Result {
        for (id, sku) in self.stock.iter() {
            writeln!(out, "sku {id} {} {}", sku.stock(), sku.free())?;
        }
        for (id, deal) in self.deals.iter() {
            self.describe_deal(id, deal, out)?;
        }
        Ok(())
    }

    fn describe_deal(&self, id: DealId, deal: &Deal, out: &mut String) -> fmt::Result {
        let (opened, closed) = (u8::from(deal.opened), u8::from(deal.closed));
        let (starts, ends) = (deal.terms.starts_at, deal.terms.ends_at);
        write!(out, "deal {id} {opened} {closed} {starts} {ends} ")?;
        writeln!(out, "{} {}", deal.extensions, deal.extension_ms)?;
        for pool in deal.pools().map(|row| self.deals.pool(row)) {
            let counts = pool.counts();
            write!(out, "pool {id} {} {} ", pool.sku, pool.price)?;
            write!(out, "{} {} ", counts.available, counts.held)?;
            writeln!(out, "{} {}", counts.ordered, counts.sold)?;
        }
        Ok(())
    }

    fn describe_shoppers(&self, out: &mut String) -> fmt::Result {
        for place in self.waitlist.iter() {
            let pool = self.deals.pool(place.pool);
            let (deal, sku) = (pool.deal, pool.sku);
            writeln!(out, "place {} {deal} {sku} {}", place.id, place.person)?;
        }
        for (id, hold) in self.holds.iter() {
            let pool = self.deals.pool(hold.pool);
            let person = self.persons.person(hold.count_row);
            write!(out, "hold {id} {} {} ", pool.deal, pool.sku)?;
            write!(out, "{} {} {person} ", hold.units, hold.price)?;
            writeln!(out, "{} {}", hold.expires_at, hold.extended)?;
        }
        for (deal, person, units) in self.persons.sorted() {
            writeln!(out, "count {deal} {person} {units}")?;
        }
        Ok(())
    }

    fn describe_checkout(&self, berth: Row, out: &mut String) -> fmt::Result {
        let checkout = &self.checkouts[berth];
        let id = self.checkouts.id(berth);
        write!(
            out,
            "checkout {id} {} {} ",
            checkout.person(),
            checkout.zone
        )?;
        write!(out, "{} {} ", checkout.currency, checkout.pay_by)?;
        writeln!(out, "{}", checkout.total)?;
        for order in self.orders.rows(checkout.orders) {
            self.describe_order(order, out)?;
        }
        for payment in self.payments.items(checkout.payments) {
            write!(out, "payment {} {:?} ", payment.attempt, payment.state)?;
            write!(out, "{:?} {:?} ", payment.method, payment.steps)?;
            writeln!(out, "{} {}", payment.amount, payment.deadline)?;
        }
        for refund in self.refunds.items(checkout.refunds) {
            write!(out, "refund {} {} ", refund.id, refund.attempt)?;
            writeln!(out, "{:?} {}", refund.state, refund.amount)?;
        }
        Ok(())
    }

    fn describe_order(&self, row: Row, out: &mut String) -> fmt::Result {
        let order = &self.orders[row];
        write!(out, "order {} {:?} ", order.id(), order.state)?;
        write!(out, "{} {} ", order.goods, order.shipping)?;
        writeln!(out, "{}", order.shipping_refunded)?;
        for (number, line) in self.orders.lines(row).enumerate() {
            self.describe_line(number, line, out)?;
        }
        Ok(())
    }

    fn describe_line(&self, number: usize, line: &Line, out: &mut String) -> fmt::Result {
        let pool = self.deals.pool(line.pool);
        write!(out, "line {number} {} {} ", pool.deal, pool.sku)?;
        write!(out, "{} {} ", line.units, line.price)?;
        write!(out, "{} {} ", line.refunded, line.units_refunded)?;
        write!(out, "{} {} ", line.shipped, line.delivered)?;
        writeln!(out, "{} {}", line.return_asked, line.returned)
    }

    fn describe_books(&self, out: &mut String) -> fmt::Result {
        for (currency, seller, account, balance) in self.balances() {
            writeln!(out, "balance {currency} {seller} {account:?} {balance}")?;
        }
        for work in self.outbox() {
            writeln!(out, "work {work:?}")?;
        }
        Ok(())
    }
}

//! The whole state as text, a line a fact, in a form that does not depend on how it is stored.
//!
//! Two deciders that agree describe themselves alike; where they differ, the first line that
//! differs says what is wrong.

use crate::model::Model;
use crate::tables::{Checkout, goods};
use std::fmt::{self, Write};
use vocabulary::FiledOrder;

impl Model {
    /// SKUs, deals with their pools, places, holds, counts, checkouts, balances and open work, in
    /// the order of their ids.
    pub fn describe(&self) -> String {
        let mut text = String::new();
        self.write_all(&mut text).expect("text takes all lines");
        text
    }

    fn write_all(&self, text: &mut String) -> fmt::Result {
        self.write_stock(text)?;
        self.write_holding(text)?;
        for (id, row) in &self.checkouts {
            writeln!(text, "checkout {id} {}", checkout_facts(row))?;
            for order in &row.facts.orders {
                write_order(text, order)?;
            }
            write_payments(text, row)?;
        }
        for ((currency, seller, account), balance) in &self.balances {
            if *balance != 0 {
                writeln!(text, "balance {currency} {seller} {account:?} {balance}")?;
            }
        }
        for work in &self.outbox {
            writeln!(text, "work {work:?}")?;
        }
        Ok(())
    }

    fn write_stock(&self, text: &mut String) -> fmt::Result {
        for (id, row) in &self.skus {
            writeln!(text, "sku {id} {} {}", row.stock, row.free)?;
        }
        for (id, row) in &self.deals {
            let (opened, closed) = (u8::from(row.opened), u8::from(row.closed));
            let (starts, ends) = (row.terms.starts_at, row.terms.ends_at);
            write!(text, "deal {id} {opened} {closed} {starts} {ends}")?;
            writeln!(text, " {} {}", row.extensions.0, row.extensions.1)?;
            for pool in &row.pools {
                let counts = pool.counts;
                write!(text, "pool {id} {} {}", pool.sku, pool.price)?;
                write!(text, " {} {}", counts.available, counts.held)?;
                writeln!(text, " {} {}", counts.ordered, counts.sold)?;
            }
        }
        Ok(())
    }

    fn write_holding(&self, text: &mut String) -> fmt::Result {
        for (id, row) in &self.places {
            writeln!(text, "place {id} {} {} {}", row.deal, row.sku, row.person)?;
        }
        for (id, row) in &self.holds {
            write!(text, "hold {id} {} {} {}", row.deal, row.sku, row.units)?;
            write!(text, " {} {} {}", row.price, row.person, row.expires_at)?;
            writeln!(text, " {}", row.extended)?;
        }
        for ((deal, person), count) in &self.counts {
            writeln!(text, "count {deal} {person} {count}")?;
        }
        Ok(())
    }
}

fn checkout_facts(row: &Checkout) -> String {
    let facts = &row.facts;
    format!(
        "{} {} {} {} {}",
        facts.person,
        facts.zone,
        facts.currency,
        facts.pay_by,
        row.total()
    )
}

fn write_order(text: &mut String, order: &FiledOrder) -> fmt::Result {
    write!(
        text,
        "order {} {:?} {}",
        order.order,
        order.state,
        goods(order)
    )?;
    writeln!(text, " {} {}", order.shipping, order.shipping_refunded)?;
    for (number, line) in order.lines.iter().enumerate() {
        write!(
            text,
            "line {number} {} {} {}",
            line.deal, line.sku, line.units
        )?;
        write!(
            text,
            " {} {} {}",
            line.price, line.refunded, line.units_refunded
        )?;
        write!(text, " {} {}", line.shipped, line.delivered)?;
        writeln!(text, " {} {}", line.return_asked, line.returned)?;
    }
    Ok(())
}

fn write_payments(text: &mut String, row: &Checkout) -> fmt::Result {
    for (index, payment) in row.facts.payments.iter().enumerate() {
        let (attempt, state) = (index + 1, payment.state);
        write!(
            text,
            "payment {attempt} {state:?} {:?} {:?}",
            payment.method, payment.steps
        )?;
        writeln!(text, " {} {}", payment.amount, payment.deadline)?;
    }
    for refund in &row.facts.refunds {
        let (id, attempt, state) = (refund.refund, refund.attempt, refund.state);
        writeln!(text, "refund {id} {attempt} {state:?} {}", refund.amount)?;
    }
    Ok(())
}

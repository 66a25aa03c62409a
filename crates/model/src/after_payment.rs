//! After the payment: what was shipped, what arrived, what is asked back and what came back.

use crate::model::{Decision, Model, refuse_if};
use crate::refunds::known_line;
use crate::units::Where;
use vocabulary::{
    CheckoutId, Command, Event, FiledLine, OrderId, OrderState, PersonKey, Receipt, Refusal,
};

/// A line of a paid order, where it stands and as it is.
struct Found {
    checkout: CheckoutId,
    place: usize,
    facts: FiledLine,
}

impl Model {
    pub(crate) fn decide_after_payment(&mut self, command: &Command) -> Decision {
        match *command {
            Command::RecordShipment { order, line, units } => {
                self.record_shipment(order, line, units)
            }
            Command::RecordDelivery { order, line, units } => {
                self.record_delivery(order, line, units)
            }
            Command::AskReturn {
                order,
                line,
                units,
                person,
            } => self.ask_return(order, line, units, person),
            Command::RecordReturn {
                order,
                line,
                units,
                restock,
            } => self.record_return(order, line, units, restock),
            _ => unreachable!("this family decides no other command"),
        }
    }

    fn record_shipment(&mut self, order: OrderId, line: u8, units: u16) -> Decision {
        let found = self.paid_line(order, line, units, None)?;
        let facts = &found.facts;
        more_than(facts.units, facts.shipped, units)?;
        self.line_mut(&found, line).shipped += units;
        self.say(Event::LineShipped { order, line, units });
        self.changed(found.checkout);
        Ok(Receipt::Done)
    }

    fn record_delivery(&mut self, order: OrderId, line: u8, units: u16) -> Decision {
        let found = self.paid_line(order, line, units, None)?;
        let facts = &found.facts;
        more_than(facts.shipped, facts.delivered, units)?;
        let now = self.now;
        let row = self.line_mut(&found, line);
        row.delivered += units;
        row.delivered_at = now;
        self.say(Event::LineDelivered { order, line, units });
        self.changed(found.checkout);
        Ok(Receipt::Done)
    }

    fn ask_return(&mut self, order: OrderId, line: u8, units: u16, person: PersonKey) -> Decision {
        let found = self.paid_line(order, line, units, Some(person))?;
        let facts = &found.facts;
        more_than(facts.delivered, facts.return_asked, units)?;
        let end = facts.delivered_at.plus(self.rules.withdrawal_ms);
        refuse_if(self.now >= end, Refusal::WithdrawalOver)?;
        self.line_mut(&found, line).return_asked += units;
        self.say(Event::ReturnAsked { order, line, units });
        self.changed(found.checkout);
        Ok(Receipt::Done)
    }

    fn record_return(&mut self, order: OrderId, line: u8, units: u16, restock: bool) -> Decision {
        let found = self.paid_line(order, line, units, None)?;
        let facts = &found.facts;
        more_than(facts.shipped, facts.returned, units)?;
        self.line_mut(&found, line).returned += units;
        self.say(Event::LineReturned {
            order,
            line,
            units,
            restocked: restock,
        });
        if restock {
            self.restock(facts, units);
        }
        self.changed(found.checkout);
        Ok(Receipt::Done)
    }

    /// Units that came back can be sold again.
    fn restock(&mut self, line: &FiledLine, units: u16) {
        let pool = (line.deal, line.sku);
        let units = u32::from(units);
        self.pool_mut(line.deal, line.sku).take(units, Where::Sold);
        self.add_free(line.sku, units);
        *self.restocked.entry(pool).or_default() += u64::from(units);
        self.say_pool(line.deal, line.sku);
        self.say_stock(line.sku);
    }

    /// Refusals 20, 37, 38, 41 (where a shopper asks) and 100.
    fn paid_line(
        &self,
        order: OrderId,
        line: u8,
        units: u16,
        asks: Option<PersonKey>,
    ) -> Result<Found, Refusal> {
        refuse_if(units == 0, Refusal::NothingAsked)?;
        let (checkout, place) = self.find_order(order).ok_or(Refusal::OrderUnknown)?;
        let row = self.order(checkout, place);
        let facts = known_line(row, line)?.clone();
        let owner = self.checkouts[&checkout].facts.person;
        let foreign = asks.is_some_and(|person| person != owner);
        refuse_if(foreign, Refusal::NotYours)?;
        refuse_if(row.state != OrderState::Paid, Refusal::NotPaid)?;
        Ok(Found {
            checkout,
            place,
            facts,
        })
    }

    fn line_mut(&mut self, found: &Found, line: u8) -> &mut FiledLine {
        &mut self.order_mut(found.checkout, found.place).lines[usize::from(line)]
    }
}

/// Refusal 102: of `whole` units, `done` are done and `units` more shall be.
fn more_than(whole: u16, done: u16, units: u16) -> Result<(), Refusal> {
    let exceeded = u32::from(done) + u32::from(units) > u32::from(whole);
    refuse_if(exceeded, Refusal::UnitsExceeded)
}

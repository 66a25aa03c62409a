//! Holding and waiting: holds asked for, released and lapsed; places taken and left.

use crate::model::{Decision, Model, refuse_if};
use crate::tables::{Place, Timer};
use crate::units::Where;
use vocabulary::{
    Command, DealId, Event, HoldId, HoldOrigin, PersonKey, PlaceId, Receipt, Refusal, Shopper,
    SkuId,
};

impl Model {
    pub(crate) fn decide_holding(&mut self, command: &Command) -> Decision {
        match *command {
            Command::PlaceHold {
                deal,
                sku,
                units,
                shopper,
                or_wait,
            } => self.place_hold(deal, sku, units, shopper, or_wait),
            Command::ReleaseHold { hold, person } => self.release_hold(hold, person),
            Command::ExtendHold { hold, person } => self.extend_hold(hold, person),
            Command::JoinWaitlist { deal, sku, shopper } => self.join_waitlist(deal, sku, shopper),
            Command::LeaveWaitlist { place, person } => self.leave_waitlist(place, person),
            _ => unreachable!("this family decides no other command"),
        }
    }

    fn place_hold(
        &mut self,
        deal: DealId,
        sku: SkuId,
        units: u16,
        shopper: Shopper,
        or_wait: bool,
    ) -> Decision {
        refuse_if(units == 0, Refusal::NothingAsked)?;
        self.may_take_part(deal, sku, shopper)?;
        let available = self.pool(deal, sku).counts.available;
        if or_wait && available == 0 {
            self.may_wait(deal, sku, shopper.person)?;
            return Ok(self.take_place(deal, sku, shopper.person));
        }
        self.is_within_limit(deal, shopper.person, units)?;
        refuse_if(available < u32::from(units), Refusal::StockExhausted)?;
        self.raise_count(deal, shopper.person, units);
        let hold = self.hold_units(deal, sku, units, shopper.person, HoldOrigin::Asked);
        let expires_at = self.holds[&hold].expires_at;
        Ok(Receipt::Hold { hold, expires_at })
    }

    fn release_hold(&mut self, hold: HoldId, person: PersonKey) -> Decision {
        let held = self.holds.get(&hold).ok_or(Refusal::HoldUnknown)?;
        refuse_if(held.person != person, Refusal::NotYours)?;
        self.end_hold(hold, Event::HoldReleased { hold });
        Ok(Receipt::Done)
    }

    fn extend_hold(&mut self, hold: HoldId, person: PersonKey) -> Decision {
        let held = *self.holds.get(&hold).ok_or(Refusal::HoldUnknown)?;
        refuse_if(held.person != person, Refusal::NotYours)?;
        let deal = self.deal(held.deal);
        let (most, span_ms) = deal.extensions;
        refuse_if(deal.is_over(self.now), Refusal::DealOver)?;
        refuse_if(held.extended >= most, Refusal::NoMoreTime)?;
        let somebody_waits = !self.waiting(held.deal, held.sku).is_empty();
        refuse_if(somebody_waits, Refusal::OthersWait)?;
        let times = held.extended + 1;
        let expires_at = held.expires_at.plus(u64::from(span_ms));
        let longer = self.holds.get_mut(&hold).expect("the hold was looked up");
        (longer.extended, longer.expires_at) = (times, expires_at);
        self.say(Event::HoldExtended {
            hold,
            expires_at,
            times,
        });
        self.set_timer(expires_at, Timer::LapseHold(hold));
        Ok(Receipt::Hold { hold, expires_at })
    }

    fn join_waitlist(&mut self, deal: DealId, sku: SkuId, shopper: Shopper) -> Decision {
        self.may_take_part(deal, sku, shopper)?;
        self.may_wait(deal, sku, shopper.person)?;
        let available = self.pool(deal, sku).counts.available;
        refuse_if(available > 0, Refusal::NotExhausted)?;
        Ok(self.take_place(deal, sku, shopper.person))
    }

    fn leave_waitlist(&mut self, place: PlaceId, person: PersonKey) -> Decision {
        let waited = *self.places.get(&place).ok_or(Refusal::PlaceUnknown)?;
        refuse_if(waited.person != person, Refusal::NotYours)?;
        self.end_place(place, Event::WaitlistLeft { place });
        Ok(Receipt::Done)
    }

    /// Refusals 32, 33, 70 to 73.
    pub(crate) fn may_take_part(
        &self,
        deal: DealId,
        sku: SkuId,
        shopper: Shopper,
    ) -> Result<(), Refusal> {
        let row = self.known_deal(deal)?;
        self.known_pool(deal, sku)?;
        let terms = row.terms;
        refuse_if(self.now < terms.starts_at, Refusal::DealNotOpen)?;
        refuse_if(row.is_over(self.now), Refusal::DealOver)?;
        refuse_if(terms.members_only && !shopper.member, Refusal::MembersOnly)?;
        refuse_if(
            terms.verified_only && !shopper.verified,
            Refusal::VerificationRequired,
        )
    }

    /// Refusals 74, 75, 77, 78.
    fn may_wait(&self, deal: DealId, sku: SkuId, person: PersonKey) -> Result<(), Refusal> {
        let waiting = self.waiting(deal, sku);
        let waits = (waiting.iter()).any(|place| self.places[place].person == person);
        refuse_if(waits, Refusal::AlreadyWaiting)?;
        self.is_within_limit(deal, person, 1)?;
        let places = self.deal(deal).terms.waitlist_max;
        refuse_if(places == 0, Refusal::NoWaitlist)?;
        refuse_if(
            waiting.len() as u64 >= u64::from(places),
            Refusal::WaitlistFull,
        )
    }

    /// Refusal 75.
    pub(crate) fn is_within_limit(
        &self,
        deal: DealId,
        person: PersonKey,
        units: u16,
    ) -> Result<(), Refusal> {
        let wanted = self.count(deal, person) + u64::from(units);
        refuse_if(wanted > self.limit(deal), Refusal::LimitReached)
    }

    /// How many units of the deal one person may have; without a limit, what a count holds.
    pub(crate) fn limit(&self, deal: DealId) -> u64 {
        match self.deal(deal).terms.limit {
            0 => u64::from(u32::MAX),
            limit => u64::from(limit),
        }
    }

    fn take_place(&mut self, deal: DealId, sku: SkuId, person: PersonKey) -> Receipt {
        let ahead = u32::try_from(self.waiting(deal, sku).len()).expect("a waitlist has a limit");
        self.last_place += 1;
        let place = PlaceId(self.last_place);
        self.places.insert(place, Place { deal, sku, person });
        self.raise_count(deal, person, 1);
        self.say(Event::WaitlistJoined {
            place,
            deal,
            sku,
            person,
        });
        Receipt::Place { place, ahead }
    }

    /// A place comes to its end without a hold.
    pub(crate) fn end_place(&mut self, place: PlaceId, how: Event) {
        let waited = self.places.remove(&place).expect("the place was looked up");
        self.lower_count(waited.deal, waited.person, 1);
        self.say(how);
    }

    /// Timer: the clock of a hold has run out, unless it was given more time.
    pub(crate) fn lapse_hold(&mut self, hold: HoldId) {
        let held = self.holds.get(&hold);
        if held.is_some_and(|held| held.expires_at <= self.now) {
            self.end_hold(hold, Event::HoldLapsed { hold });
        }
    }

    /// A hold comes to its end without an order; its units go on.
    fn end_hold(&mut self, hold: HoldId, how: Event) {
        let held = self.holds.remove(&hold).expect("the hold was looked up");
        self.lower_count(held.deal, held.person, held.units);
        self.say(how);
        self.give_back(held.deal, held.sku, u32::from(held.units), Where::Held);
    }
}

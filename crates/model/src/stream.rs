//! Random festivals: streams of commands that a shop, its shoppers and its payment provider might
//! send, with everything that goes wrong.
//!
//! A stream drives a model of its own, so that it can aim: at the hold that lapses in this very
//! millisecond, at the try that was captured already, at an order that has left memory. It is small
//! on purpose: few people, few units, short clocks, so that everybody is in everybody's way.
//! The same seed makes the same stream for ever.

mod after_payment;
mod asker;
mod dice;
mod paying;
mod shop;
mod shopping;

use crate::{Decider, Model};
pub use asker::Asker;
pub use dice::Dice;
use vocabulary::{
    CheckoutId, Command, CommandKind, Event, Millis, PersonKey, Request, RequestKey, Shopper,
};

/// When every stream begins: the first of January 2026.
const BEGINNING: Millis = Millis(1_767_225_600_000);
/// How many people there are in a world.
const PEOPLE: usize = 5;
/// How often which command is tried.
const WEIGHTS: &[(u64, CommandKind)] = &[
    (8, CommandKind::AdoptRules),
    (8, CommandKind::OpenSeller),
    (10, CommandKind::SetShipping),
    (10, CommandKind::ListSku),
    (25, CommandKind::ReceiveStock),
    (12, CommandKind::WithdrawStock),
    (45, CommandKind::ScheduleDeal),
    (25, CommandKind::ChangeDeal),
    (14, CommandKind::RepriceDeal),
    (30, CommandKind::AddAllotment),
    (12, CommandKind::EndDeal),
    (170, CommandKind::PlaceHold),
    (25, CommandKind::ReleaseHold),
    (80, CommandKind::JoinWaitlist),
    (30, CommandKind::LeaveWaitlist),
    (150, CommandKind::PlaceCheckout),
    (30, CommandKind::CancelOrder),
    (90, CommandKind::StartPayment),
    (75, CommandKind::RecordAuthorisation),
    (80, CommandKind::RecordCapture),
    (55, CommandKind::RecordDecline),
    (35, CommandKind::RecordVoid),
    (60, CommandKind::RequestRefund),
    (30, CommandKind::RecordRefund),
    (20, CommandKind::RecordRefundFailure),
    (50, CommandKind::RecordShipment),
    (45, CommandKind::RecordDelivery),
    (70, CommandKind::AskReturn),
    (35, CommandKind::RecordReturn),
    (12, CommandKind::AdvanceTo),
    (20, CommandKind::RecallCheckout),
    (60, CommandKind::BuyNow),
    (30, CommandKind::AllowExtensions),
    (40, CommandKind::ExtendHold),
];

/// An endless stream of stamped requests; stamps never fall, and what is due comes first.
#[derive(Clone, Debug)]
pub struct Stream {
    dice: Dice,
    model: Model,
    now: Millis,
    people: Vec<PersonKey>,
    /// Requests that carried a key.
    keyed: Vec<Request>,
    /// A shopper who tries to pay this checkout again and again, so many times more.
    hammering: Option<(CheckoutId, u32)>,
    events: Vec<Event>,
}

impl Stream {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Stream {
        let mut dice = Dice::new(seed);
        let people = (0..PEOPLE).map(|_| PersonKey(dice.wide())).collect();
        Stream {
            dice,
            model: Model::fresh(),
            now: BEGINNING,
            people,
            keyed: Vec::new(),
            hammering: None,
            events: Vec::new(),
        }
    }

    fn something_is_due(&self) -> bool {
        self.model.next_due().is_some_and(|due| due <= self.now)
    }

    /// Time stands still, creeps, runs up to what is due next or just before it, or leaps.
    fn pass_time(&mut self) {
        if self.something_is_due() || self.hammering.is_some() {
            return;
        }
        let due = self.model.next_due().unwrap_or(self.now);
        self.now = match self.dice.below(100) {
            0..70 => self.now,
            70..80 => self.now.plus(1),
            80..90 => due,
            90..95 => self.now.max(Millis(due.0 - 1)),
            95..99 => self.now.plus(self.dice.below(300)),
            _ => self.now.plus(self.dice.below(4_000)),
        };
    }

    fn compose(&mut self) -> Request {
        if self.something_is_due() {
            let advance = self.advance();
            return self.perhaps_keyed(advance);
        }
        if let Some(again) = self.hammer() {
            return again.into();
        }
        if self.dice.chance(4)
            && let Some(repeat) = self.repeat()
        {
            return repeat;
        }
        loop {
            let kind = self.next_kind();
            if let Some(command) = self.command(kind) {
                return self.perhaps_keyed(command);
            }
        }
    }

    /// A world needs sellers, SKUs and deals before anything else makes sense.
    fn next_kind(&mut self) -> CommandKind {
        let few = self.deals_open_now().len() < 2;
        let setting_up = self.dice.chance(60);
        if setting_up && self.model.sellers.len() < 2 {
            CommandKind::OpenSeller
        } else if setting_up && self.model.skus.len() < 5 {
            CommandKind::ListSku
        } else if setting_up && few && self.dice.chance(40) {
            CommandKind::ScheduleDeal
        } else {
            self.dice.weighted(WEIGHTS)
        }
    }

    /// A command of that kind; none when the world holds nothing it could be about.
    fn command(&mut self, kind: CommandKind) -> Option<Command> {
        use CommandKind as Kind;
        match kind {
            Kind::AdoptRules => Some(self.adopt_rules()),
            Kind::OpenSeller => Some(self.open_seller()),
            Kind::SetShipping => Some(self.set_shipping()),
            Kind::ListSku => Some(self.list_sku()),
            Kind::ReceiveStock => Some(self.receive_stock()),
            Kind::WithdrawStock => Some(self.withdraw_stock()),
            Kind::ScheduleDeal => self.schedule_deal(),
            Kind::ChangeDeal => self.change_deal(),
            Kind::RepriceDeal => self.reprice_deal(),
            Kind::AddAllotment => self.add_allotment(),
            Kind::EndDeal => Some(self.end_deal()),
            Kind::PlaceHold => self.place_hold(),
            Kind::ReleaseHold => Some(self.release_hold()),
            Kind::JoinWaitlist => self.join_waitlist(),
            Kind::LeaveWaitlist => Some(self.leave_waitlist()),
            Kind::PlaceCheckout => self.place_checkout(),
            Kind::BuyNow => self.buy_now(),
            Kind::CancelOrder => Some(self.cancel_order()),
            Kind::StartPayment => self.start_payment(),
            Kind::RecordAuthorisation => self.record_authorisation(),
            Kind::RecordCapture => self.record_capture(),
            Kind::RecordDecline => self.record_decline(),
            Kind::RecordVoid => self.record_void(),
            Kind::RequestRefund => self.request_refund(),
            Kind::RecordRefund => Some(self.record_refund()),
            Kind::RecordRefundFailure => Some(self.record_refund_failure()),
            Kind::RecordShipment => self.record_shipment(),
            Kind::RecordDelivery => self.record_delivery(),
            Kind::AskReturn => self.ask_return(),
            Kind::RecordReturn => self.record_return(),
            Kind::AdvanceTo => Some(self.advance()),
            Kind::RecallCheckout => self.recall_checkout(),
            Kind::AllowExtensions => Some(self.allow_extensions()),
            Kind::ExtendHold => Some(self.extend_hold()),
        }
    }

    /// Often too few timers at a time, so that others wait their turn.
    fn advance(&mut self) -> Command {
        let limit = match self.dice.below(100) {
            0..3 => 0,
            3..45 => 1,
            45..80 => self.dice.between(2, 4),
            _ => 1_000,
        };
        let limit = u32::try_from(limit).expect("a small limit");
        Command::AdvanceTo { limit }
    }

    /// Whoever recalls a checkout vouches for what it sends, so that is never sent again later.
    fn perhaps_keyed(&mut self, command: Command) -> Request {
        let recalls = command.kind() == CommandKind::RecallCheckout;
        let mut request = Request::from(command);
        if !recalls && self.dice.chance(20) {
            request.key = Some(RequestKey {
                key: self.dice.wide(),
                body: self.dice.roll(),
            });
            self.keyed.push(request.clone());
        }
        request
    }

    /// An earlier request with its key, mostly one of the last; sometimes with another body.
    fn repeat(&mut self) -> Option<Request> {
        let recent = self.keyed.len().saturating_sub(15);
        let from = if self.dice.chance(85) { recent } else { 0 };
        let mut request = self.dice.pick(&self.keyed[from..])?;
        let key = request.key.as_mut().expect("these carry keys");
        if self.dice.chance(40) {
            key.body ^= 1;
        }
        Some(request)
    }

    /// How many things are wrong with the command at hand: mostly none, sometimes several, since
    /// refusals have an order of precedence.
    fn faults(&mut self) -> u32 {
        match self.dice.below(100) {
            0..78 => 0,
            78..94 => 1,
            94..99 => 2,
            _ => 3,
        }
    }

    fn person(&mut self) -> PersonKey {
        self.dice.pick(&self.people).expect("a world has people")
    }

    fn shopper(&mut self) -> Shopper {
        Shopper {
            person: self.person(),
            member: self.dice.chance(80),
            verified: self.dice.chance(80),
        }
    }
}

impl Iterator for Stream {
    type Item = (Millis, Request);

    fn next(&mut self) -> Option<(Millis, Request)> {
        self.pass_time();
        let request = self.compose();
        self.events.clear();
        self.model.apply(self.now, &request, &mut self.events);
        Some((self.now, request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_stream_and_another_seed_another() {
        let stream = |seed| Stream::new(seed).take(500).collect::<Vec<_>>();
        assert_eq!(stream(1), stream(1));
        assert_ne!(stream(1), stream(2));
    }

    #[test]
    fn stamps_never_fall() {
        let stamps: Vec<Millis> = Stream::new(3).take(2_000).map(|(at, _)| at).collect();
        assert!(stamps.is_sorted());
    }
}

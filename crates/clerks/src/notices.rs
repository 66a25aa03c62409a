//! The notice clerk: whom an event concerns, what they are told of it, when it may leave the house and when it is tried
//! again. How it reads and over which way it leaves is decided elsewhere.

use crate::backoff::doubling;
use vocabulary::{DealId, Event, HoldId, HoldOrigin, Millis, OrderId, PersonKey, SkuId};

/// A sort of notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// A watched deal is open.
    DealOpened,
    /// The waitlist gave a hold.
    Offered,
    /// An order is paid.
    OrderPaid,
    /// An order was not paid in time.
    OrderLapsed,
    /// The shop gave an order up.
    OrderCancelled,
    /// Units left the house.
    OrderShipped,
    /// Units arrived.
    OrderDelivered,
    /// Money is on its way back.
    Refunded,
}

impl NoticeKind {
    /// Every sort.
    pub const ALL: [NoticeKind; 8] = [
        NoticeKind::DealOpened,
        NoticeKind::Offered,
        NoticeKind::OrderPaid,
        NoticeKind::OrderLapsed,
        NoticeKind::OrderCancelled,
        NoticeKind::OrderShipped,
        NoticeKind::OrderDelivered,
        NoticeKind::Refunded,
    ];

    /// Its name in records and messages.
    pub const fn name(self) -> &'static str {
        match self {
            NoticeKind::DealOpened => "deal_opened",
            NoticeKind::Offered => "offered",
            NoticeKind::OrderPaid => "order_paid",
            NoticeKind::OrderLapsed => "order_lapsed",
            NoticeKind::OrderCancelled => "order_cancelled",
            NoticeKind::OrderShipped => "order_shipped",
            NoticeKind::OrderDelivered => "order_delivered",
            NoticeKind::Refunded => "refunded",
        }
    }

    /// The sort of that name.
    pub fn named(name: &str) -> Option<NoticeKind> {
        NoticeKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// True for what promotes something: at night it needs a consent of its own.
    pub const fn promotes(self) -> bool {
        matches!(self, NoticeKind::DealOpened)
    }

    /// How long a notice of this sort waits for what is noted a moment after its event, in ms: with whom units left is
    /// no word of the journal.
    pub const fn settles_ms(self) -> u64 {
        match self {
            NoticeKind::OrderShipped => 10 * SECOND_MS,
            _ => 0,
        }
    }
}

/// Whom an event concerns at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// Everybody who watches a deal.
    Watchers(DealId),
    /// Who waited and has a hold now.
    Holder {
        /// Who.
        person: PersonKey,
        /// The hold.
        hold: HoldId,
        /// Of which deal.
        deal: DealId,
        /// Of what.
        sku: SkuId,
        /// The first millisecond in which it is lapsed.
        expires_at: Millis,
    },
}

/// Whom an event of the till concerns, if it cannot wait for the order tables.
pub fn concern(event: &Event) -> Option<Concern> {
    match *event {
        Event::DealOpened { deal } => Some(Concern::Watchers(deal)),
        Event::HoldPlaced {
            hold,
            deal,
            sku,
            person,
            expires_at,
            origin: HoldOrigin::Offered(_),
            ..
        } => Some(Concern::Holder {
            person,
            hold,
            deal,
            sku,
            expires_at,
        }),
        _ => None,
    }
}

/// What a buyer is told of an event of their order.
pub fn told_to_buyer(event: &Event) -> Option<(NoticeKind, OrderId)> {
    match *event {
        Event::OrderPaid { order, .. } => Some((NoticeKind::OrderPaid, order)),
        Event::OrderLapsed { order } => Some((NoticeKind::OrderLapsed, order)),
        Event::OrderCancelled {
            order,
            by_staff: true,
        } => Some((NoticeKind::OrderCancelled, order)),
        Event::LineShipped { order, .. } => Some((NoticeKind::OrderShipped, order)),
        Event::LineDelivered { order, .. } => Some((NoticeKind::OrderDelivered, order)),
        Event::LineRefunded { order, .. } => Some((NoticeKind::Refunded, order)),
        _ => None,
    }
}

const SECOND_MS: u64 = 1_000;
/// Seconds of a day at which the night begins and ends for promotions (Korea: Act on Promotion of Information and
/// Communications Network Utilization, article 50).
const NIGHT_FROM_S: u32 = 21 * 60 * 60;
const NIGHT_TO_S: u32 = 8 * 60 * 60;
const DAY_S: u32 = 24 * 60 * 60;

/// How long a notice is kept back at this second of the shop's day, in ms.
pub fn kept_back_ms(kind: NoticeKind, at_night: bool, second_of_day: u32) -> u64 {
    let night = !(NIGHT_TO_S..NIGHT_FROM_S).contains(&second_of_day);
    if !kind.promotes() || at_night || !night {
        return 0;
    }
    let left = (NIGHT_TO_S + DAY_S - second_of_day) % DAY_S;
    u64::from(left) * SECOND_MS
}

/// How often a delivery is tried.
const TRIES_MAX: u32 = 6;
const FIRST_WAIT_MS: u64 = 2_000;
const LONGEST_WAIT_MS: u64 = 10 * 60 * SECOND_MS;

/// When a delivery that failed `tries` times is tried again; never, when it was tried enough or would come too late.
pub fn next_try(tries: u32, now: Millis, useful_until: Millis, seed: u64) -> Option<Millis> {
    let again = now.plus(doubling(tries, FIRST_WAIT_MS, LONGEST_WAIT_MS, seed));
    (tries < TRIES_MAX && again < useful_until).then_some(again)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u32 = 3_600;

    #[test]
    fn what_promotes_waits_for_the_morning_unless_nights_were_agreed_to() {
        let kept = |hour| kept_back_ms(NoticeKind::DealOpened, false, hour) / 3_600_000;
        let hours = [21, 23, 0, 7, 8, 12, 20].map(|hour| kept(hour * HOUR));
        assert_eq!(hours, [11, 9, 8, 1, 0, 0, 0]);
        assert_eq!(
            kept_back_ms(NoticeKind::DealOpened, false, 8 * HOUR - 1),
            1_000
        );
        assert_eq!(kept_back_ms(NoticeKind::DealOpened, true, 0), 0);
        for kind in NoticeKind::ALL.into_iter().filter(|kind| !kind.promotes()) {
            assert_eq!(
                kept_back_ms(kind, false, 0),
                0,
                "{kind:?} is part of what was asked for"
            );
        }
    }

    #[test]
    fn a_delivery_is_tried_a_few_times_and_never_too_late() {
        let until = Millis(1_000_000_000);
        let tries = (1..).take_while(|tries| next_try(*tries, Millis(0), until, 7).is_some());
        assert_eq!(tries.count(), 5);
        assert_eq!(next_try(1, Millis(0), Millis(1_500), 7), None);
    }

    #[test]
    fn only_what_left_waits_for_the_word_with_whom() {
        let wait = |kind: &NoticeKind| kind.settles_ms() > 0;
        let waiting: Vec<_> = NoticeKind::ALL.into_iter().filter(wait).collect();
        assert_eq!(waiting, [NoticeKind::OrderShipped]);
    }

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in NoticeKind::ALL {
            assert_eq!(NoticeKind::named(kind.name()), Some(kind));
        }
        assert_eq!(NoticeKind::named("other"), None);
    }
}

//! Figures: what moves with every order. They are read from the view alone and cost no table.

use crate::moment::{Moment, Point};
use crate::shop::Shop;
use money::Currency;
use serde::Serialize;
use utoipa::ToSchema;
use views::{BoardView, Gallery, Rate, Tally};
use vocabulary::{Account, Millis};

/// What moves with every order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Figures {
    /// By currency, the festival's own first.
    pub totals: Vec<Totals>,
    /// Orders a second.
    pub orders: Speed,
    /// Payments a second.
    pub payments: Speed,
    /// How often other things happened.
    pub deeds: Deeds,
    /// Where the units are that were ordered.
    pub pipeline: Pipeline,
    /// The stamp of the last thing that is counted.
    pub at: Moment,
    /// The shop's clock.
    pub now: Moment,
    /// The Doorbuster-Sequence up to which everything is counted.
    pub sequence: String,
    /// The balances of the books at that sequence.
    #[serde(skip)]
    #[schema(ignore)]
    pub books: Vec<Balance>,
}

impl Figures {
    /// Differs where the figures do.
    pub fn key(&self) -> String {
        let speeds = (self.orders.per_second, self.payments.per_second);
        format!("{} {} {}", self.sequence, speeds.0, speeds.1)
    }
}

/// What stands in an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Balance {
    /// Three letters (ISO 4217).
    pub currency: &'static str,
    /// The account's name.
    pub account: String,
    /// Whole minor units; debits are positive.
    #[schema(value_type = i64)]
    pub balance: i128,
}

/// Sums in one currency.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct Totals {
    /// Three letters (ISO 4217).
    #[serde(serialize_with = "code")]
    #[schema(value_type = String)]
    pub currency: Currency,
    /// Orders placed, shipping included.
    pub placed: Sum,
    /// Orders paid, shipping included.
    pub paid: Sum,
    /// Of those, what was paid since the first bell of the present festival.
    pub since_bell: Sum,
    /// Refunds sent.
    pub refunded: Sum,
}

/// A number of things and their value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Tally)]
pub(crate) struct Sum {
    /// How many.
    pub count: u64,
    /// Whole minor units.
    #[schema(value_type = i64)]
    pub amount: i128,
}

impl From<Tally> for Sum {
    fn from(tally: Tally) -> Self {
        Sum {
            count: tally.count,
            amount: tally.amount,
        }
    }
}

/// How fast something happens.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct Speed {
    /// In the last whole second.
    pub per_second: u32,
    /// In the busiest second.
    pub peak: u32,
    /// When that was.
    pub peak_at: Moment,
}

/// How often things happened.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct Deeds {
    /// Holds asked for and given.
    pub holds: u64,
    /// Holds that the waitlist gave.
    pub offers: u64,
    /// Holds whose clock ran out.
    pub holds_lapsed: u64,
    /// Places taken in waitlists.
    pub waited: u64,
    /// Orders not paid in time.
    pub orders_lapsed: u64,
    /// Orders cancelled.
    pub orders_cancelled: u64,
    /// Tries to pay that came to nothing.
    pub payments_declined: u64,
}

/// Where the units are that were ordered.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct Pipeline {
    /// Ordered, those of orders that came to nothing too.
    pub ordered: u64,
    /// In paid orders.
    pub paid: u64,
    /// Out of the house.
    pub shipped: u64,
    /// Arrived.
    pub delivered: u64,
    /// Paid back.
    pub refunded: u64,
}

/// The figures at this moment.
pub(crate) fn figures(shop: &Shop) -> Figures {
    let (views, now) = (shop.views(), shop.now());
    let seq = views.reached();
    let shard = shop.shard;
    let board = &views.board;
    Figures {
        totals: totals(board, shop.settings.currency),
        orders: speed(board.orders(), now),
        payments: speed(board.payments(), now),
        deeds: deeds(&views),
        pipeline: pipeline(board),
        at: board.at().into(),
        now: now.into(),
        sequence: Point { shard, seq }.to_string(),
        books: books(board),
    }
}

fn books(board: &BoardView) -> Vec<Balance> {
    let currencies = board.totals().map(|(currency, _)| currency);
    let all = currencies.flat_map(|currency| {
        Account::ALL.map(|account| Balance {
            currency: currency.code(),
            account: format!("{account:?}"),
            balance: board.balance(currency, account),
        })
    });
    all.filter(|balance| balance.balance != 0).collect()
}

fn totals(board: &BoardView, own: Currency) -> Vec<Totals> {
    let told = board.totals().map(|(currency, totals)| Totals {
        currency,
        placed: totals.placed.into(),
        paid: totals.paid.into(),
        since_bell: board.since_bell(currency).into(),
        refunded: totals.refunded.into(),
    });
    let mut told: Vec<Totals> = told.collect();
    if told.iter().all(|totals| totals.currency != own) {
        told.push(Totals {
            currency: own,
            placed: Sum::default(),
            paid: Sum::default(),
            since_bell: Sum::default(),
            refunded: Sum::default(),
        });
    }
    told.sort_by_key(|totals| (totals.currency != own, totals.currency));
    told
}

fn speed(rate: &Rate, now: Millis) -> Speed {
    Speed {
        per_second: rate.per_second(now),
        peak: rate.peak().per_second,
        peak_at: rate.peak().at.into(),
    }
}

fn deeds(views: &Gallery) -> Deeds {
    let deeds = views.board.deeds();
    Deeds {
        holds: deeds.holds,
        offers: deeds.offers,
        holds_lapsed: deeds.holds_lapsed,
        waited: deeds.waited,
        orders_lapsed: deeds.orders_lapsed,
        orders_cancelled: deeds.orders_cancelled,
        payments_declined: deeds.payments_declined,
    }
}

fn pipeline(board: &BoardView) -> Pipeline {
    let units = board.pipeline();
    Pipeline {
        ordered: units.ordered,
        paid: units.paid,
        shipped: units.shipped,
        delivered: units.delivered,
        refunded: units.refunded,
    }
}

pub(super) fn code<S: serde::Serializer>(currency: &Currency, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(currency.code())
}

//! The audit from the outside: what the crowd was told, held against what the shop says now.

use crate::{Answer, Ask, CartSaid, CheckoutSaid, Said, What};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;
use vocabulary::Millis;

/// Checkouts that are remembered at most; of a longer run the oldest are forgotten and counted.
const REMEMBERED_MAX: usize = 2_000_000;

/// What the crowd was told, and what came out when it asked again.
#[derive(Debug, Default)]
pub struct Audit {
    checkouts: HashMap<Uuid, Told>,
    by_age: VecDeque<Uuid>,
    holds: HashMap<String, ToldHold>,
    sold: HashMap<Pool, u32>,
    report: Report,
}

/// A SKU of a deal, by the shop's ids.
type Pool = (Arc<str>, Arc<str>);

#[derive(Debug)]
struct Told {
    session: Arc<str>,
    seq: Option<Arc<str>>,
    orders: Vec<Uuid>,
    lines: Vec<(Pool, u32)>,
    total: i64,
    state: String,
    cancelled: Option<Uuid>,
    /// A cancellation was sent, and nobody heard what became of it.
    in_doubt: bool,
}

#[derive(Debug)]
struct ToldHold {
    session: Arc<str>,
    seq: Option<Arc<str>>,
    pool: Pool,
    units: u32,
    expires_at: Millis,
    /// Something that ends it was sent, and nobody heard what became of it.
    in_doubt: bool,
}

/// What the audit found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Orders that were acknowledged, one for each seller of a checkout.
    pub orders: u64,
    /// Checkouts that were acknowledged.
    pub checkouts: u64,
    /// Checkouts that the shop said were paid, while the crowd was in it.
    pub paid: u64,
    /// Holds that were acknowledged, offers included.
    pub holds: u64,
    /// Units that the shop says are sold to the crowd.
    pub units_sold: u64,
    /// Checkouts that were looked up again.
    pub checkouts_looked_up: u64,
    /// Carts that were looked up again for holds that still stand.
    pub carts_looked_up: u64,
    /// Checkouts that a long run forgot.
    pub forgotten: u64,
    /// Pools whose sold units were held against their allotment.
    pub pools_compared: u64,
    /// Look-ups that got no answer.
    pub unanswered: u64,
    /// What does not agree.
    pub findings: Vec<Finding>,
}

/// Something the shop says now that it had said otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// An acknowledged checkout is not there.
    CheckoutMissing(Uuid),
    /// An acknowledged order is not in its checkout.
    OrderMissing(Uuid),
    /// The checkout's total has changed: told, said.
    TotalDiffers(Uuid, i64, i64),
    /// The checkout stands as it cannot after what was told: told, said.
    StateDiffers(Uuid, String, String),
    /// An acknowledged cancellation did not happen.
    NotCancelled(Uuid),
    /// An acknowledged hold is not in the cart, though its clock still runs.
    HoldMissing(String),
    /// A hold has other units than told: told, said.
    HoldDiffers(String, u32, u32),
    /// More was sold to the crowd alone than the deal had: deal, SKU, sold, allotment.
    Oversold(String, String, u32, u32),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::CheckoutMissing(id) => {
                write!(f, "checkout {id} was acknowledged and is not there")
            }
            Finding::OrderMissing(id) => write!(f, "order {id} was acknowledged and is not there"),
            Finding::TotalDiffers(id, told, said) => {
                write!(f, "checkout {id} came to {told} and comes to {said} now")
            }
            Finding::StateDiffers(id, told, said) => {
                write!(f, "checkout {id} was {told} and is {said} now")
            }
            Finding::NotCancelled(id) => write!(f, "order {id} was cancelled and stands"),
            Finding::HoldMissing(id) => write!(f, "hold {id} was acknowledged and is not there"),
            Finding::HoldDiffers(id, told, said) => {
                write!(f, "hold {id} had {told} units and has {said} now")
            }
            Finding::Oversold(deal, sku, sold, allotted) => {
                write!(
                    f,
                    "deal {deal} sold {sold} units of {sku} and had {allotted}"
                )
            }
        }
    }
}

impl Audit {
    /// Remembers what is sent: who is cut off before the answer cannot know whether it was done.
    pub fn send(&mut self, ask: &Ask) {
        self.doubt(ask, true);
    }

    fn doubt(&mut self, ask: &Ask, in_doubt: bool) {
        let holds = match &ask.what {
            What::Release { hold } => std::slice::from_ref(hold),
            What::CheckOut { holds, .. } => holds,
            What::Cancel { order } => return self.doubt_order(*order, in_doubt),
            _ => return,
        };
        for hold in holds {
            if let Some(told) = self.holds.get_mut(hold) {
                told.in_doubt = in_doubt;
            }
        }
    }

    fn doubt_order(&mut self, order: Uuid, in_doubt: bool) {
        if let Some(told) = self.told_of(order) {
            told.in_doubt = in_doubt;
        }
    }

    /// Remembers what an answer says; only what is acknowledged counts.
    pub fn hear(&mut self, ask: &Ask, answer: &Answer) {
        if let Answer::Refused { .. } = answer {
            return self.doubt(ask, false);
        }
        let (Some(session), Answer::Said { said, seq }) = (&ask.session, answer) else {
            return;
        };
        match (&ask.what, said) {
            (
                What::Hold {
                    deal, sku, units, ..
                },
                Said::Hold(hold),
            ) => {
                let pool = (deal.clone(), sku.clone());
                let told = ToldHold::new(session, pool, *units, hold.expires_at);
                let seq = seq.clone();
                self.told_hold(&hold.hold, ToldHold { seq, ..told });
            }
            (What::SeeCart, Said::Cart(cart)) => self.told_cart(session, cart),
            (What::Release { hold }, _) => drop(self.holds.remove(hold)),
            (What::CheckOut { orders, holds, .. }, Said::Checkout(said)) => {
                self.told_checkout((session, seq), orders, holds, said);
            }
            (What::SeeCheckout { checkout }, Said::Checkout(said)) => {
                self.told_state(*checkout, said)
            }
            (What::Cancel { order }, _) => self.told_cancelled(*order),
            _ => {}
        }
    }

    fn told_hold(&mut self, hold: &str, told: ToldHold) {
        if self.holds.insert(hold.to_owned(), told).is_none() {
            self.report.holds += 1;
        }
    }

    /// Offers come to light in the cart alone.
    fn told_cart(&mut self, session: &Arc<str>, cart: &CartSaid) {
        for hold in &cart.holds {
            let (Some(deal), Some(sku), Some(units)) = (&hold.deal, &hold.sku, hold.units) else {
                continue;
            };
            if !self.holds.contains_key(&hold.hold) {
                let pool = (deal.as_str().into(), sku.as_str().into());
                self.told_hold(
                    &hold.hold,
                    ToldHold::new(session, pool, units, hold.expires_at),
                );
            }
        }
    }

    fn told_checkout(
        &mut self,
        (session, seq): (&Arc<str>, &Option<Arc<str>>),
        orders: &[Uuid],
        holds: &[String],
        said: &CheckoutSaid,
    ) {
        if self.checkouts.contains_key(&said.checkout) {
            return;
        }
        let taken = holds.iter().filter_map(|hold| self.holds.remove(hold));
        let told = Told {
            session: session.clone(),
            seq: seq.clone(),
            orders: orders.to_vec(),
            lines: taken.map(|hold| (hold.pool, hold.units)).collect(),
            total: said.total.amount,
            state: "placed".into(),
            cancelled: None,
            in_doubt: false,
        };
        self.report.checkouts += 1;
        self.report.orders += orders.len() as u64;
        self.checkouts.insert(said.checkout, told);
        self.by_age.push_back(said.checkout);
        self.forget();
    }

    fn forget(&mut self) {
        if self.by_age.len() > REMEMBERED_MAX {
            let oldest = self.by_age.pop_front().expect("there are many");
            self.checkouts.remove(&oldest);
            self.report.forgotten += 1;
        }
    }

    fn told_state(&mut self, checkout: Uuid, said: &CheckoutSaid) {
        let (Some(told), Some(state)) = (self.checkouts.get_mut(&checkout), &said.state) else {
            return;
        };
        if state == "paid" && told.state != "paid" {
            self.report.paid += 1;
        }
        told.state.clone_from(state);
    }

    fn told_cancelled(&mut self, order: Uuid) {
        if let Some(told) = self.told_of(order) {
            told.cancelled = Some(order);
        }
    }

    /// The checkout of an order; who cancels does so soon, so the newest are looked at first.
    fn told_of(&mut self, order: Uuid) -> Option<&mut Told> {
        let mut newest = self.by_age.iter().rev();
        let of = newest.find(|id| self.checkouts[*id].orders.contains(&order))?;
        self.checkouts.get_mut(of)
    }

    /// The checkouts to look up again, newest first.
    pub fn checkouts(&self) -> Vec<Uuid> {
        self.by_age.iter().rev().copied().collect()
    }

    /// The look-up of a checkout, by who placed it; it must show at least the placing.
    pub fn ask_for(&self, checkout: Uuid) -> Option<Ask> {
        let told = self.checkouts.get(&checkout)?;
        let look = reading(What::SeeCheckout { checkout }, &told.session);
        Some(Ask {
            at_least: told.seq.clone(),
            ..look
        })
    }

    /// Holds the answer to [`Audit::ask_for`] against what was told.
    pub fn compare(&mut self, checkout: Uuid, answer: &Answer) {
        match answer {
            Answer::Lost => return self.report.unanswered += 1,
            Answer::Refused { status: 404, .. } => self.find(Finding::CheckoutMissing(checkout)),
            Answer::Refused { .. } => return self.report.unanswered += 1,
            Answer::Said {
                said: Said::Checkout(said),
                ..
            } => self.compare_said(checkout, said),
            Answer::Said { .. } => return self.report.unanswered += 1,
        }
        self.report.checkouts_looked_up += 1;
    }

    fn compare_said(&mut self, checkout: Uuid, said: &CheckoutSaid) {
        let Some(told) = self.checkouts.get(&checkout) else {
            return;
        };
        let mut findings = differences(checkout, told, said);
        self.report.findings.append(&mut findings);
        if said.is_sold() {
            for (pool, units) in &told.lines {
                *self.sold.entry(pool.clone()).or_default() += units;
                self.report.units_sold += u64::from(*units);
            }
        }
    }

    /// The carts that must still show holds a little after `now`: each with its look-up and those holds.
    pub fn carts(&self, now: Millis) -> Vec<(Ask, Vec<String>)> {
        let live = self.holds.iter().filter(|(_, hold)| hold.stands(now));
        let mut by_session: BTreeMap<&Arc<str>, Cart> = BTreeMap::new();
        for (id, hold) in live {
            let cart = by_session.entry(&hold.session).or_default();
            cart.holds.push(id.clone());
            cart.seq = later(cart.seq.take(), hold.seq.clone());
        }
        let carts = by_session.into_iter();
        let asks = carts.map(|(session, cart)| {
            let look = reading(What::SeeCart, session);
            let at_least = cart.seq;
            (Ask { at_least, ..look }, cart.holds)
        });
        asks.collect()
    }

    /// Holds a cart against the holds that its shopper was told of; `now` is when it was answered.
    pub fn compare_cart(&mut self, holds: &[String], now: Millis, answer: &Answer) {
        let Answer::Said {
            said: Said::Cart(cart),
            ..
        } = answer
        else {
            return self.report.unanswered += 1;
        };
        self.report.carts_looked_up += 1;
        let told = holds.iter().filter_map(|id| self.holds.get_key_value(id));
        let live = told.filter(|(_, hold)| hold.stands(now));
        let findings: Vec<Finding> = live
            .filter_map(|(id, told)| missing(id, told, cart))
            .collect();
        self.report.findings.extend(findings);
    }

    /// The deals of which something is sold.
    pub fn deals(&self) -> Vec<Arc<str>> {
        let mut deals: Vec<Arc<str>> = self.sold.keys().map(|(deal, _)| deal.clone()).collect();
        deals.sort_unstable();
        deals.dedup();
        deals
    }

    /// Holds what was sold of a pool against its allotment.
    pub fn compare_allotment(&mut self, deal: &str, sku: &str, allotted: u32) {
        let Some(sold) = self.sold.get(&(deal.into(), sku.into())).copied() else {
            return;
        };
        self.report.pools_compared += 1;
        if sold > allotted {
            self.find(Finding::Oversold(deal.into(), sku.into(), sold, allotted));
        }
    }

    fn find(&mut self, finding: Finding) {
        self.report.findings.push(finding);
    }

    /// What was told and found so far.
    pub fn report(&self) -> &Report {
        &self.report
    }
}

/// A hold whose clock runs out within this time may be gone already by the shop's clock.
const CLOSE_MS: u64 = 2_000;

/// What the cart of a session must show.
#[derive(Default)]
struct Cart {
    holds: Vec<String>,
    seq: Option<Arc<str>>,
}

impl ToldHold {
    fn new(session: &Arc<str>, pool: Pool, units: u32, expires_at: Millis) -> ToldHold {
        ToldHold {
            session: session.clone(),
            seq: None,
            pool,
            units,
            expires_at,
            in_doubt: false,
        }
    }

    /// Whether the shop must still know it a little after `now`.
    fn stands(&self, now: Millis) -> bool {
        !self.in_doubt && self.expires_at > now.plus(CLOSE_MS)
    }
}

/// The later of two sequences of one shard: they are written without leading zeros, so the longer number is the later.
fn later(one: Option<Arc<str>>, other: Option<Arc<str>>) -> Option<Arc<str>> {
    [one, other]
        .into_iter()
        .flatten()
        .max_by(|a, b| (a.len(), a).cmp(&(b.len(), b)))
}

fn reading(what: What, session: &Arc<str>) -> Ask {
    Ask {
        what,
        session: Some(session.clone()),
        key: None,
        at_least: None,
    }
}

fn missing(id: &str, told: &ToldHold, cart: &CartSaid) -> Option<Finding> {
    match cart.holds.iter().find(|hold| hold.hold == id) {
        None => Some(Finding::HoldMissing(id.to_owned())),
        Some(hold) => {
            let units = hold.units.unwrap_or(told.units);
            (units != told.units).then(|| Finding::HoldDiffers(id.to_owned(), told.units, units))
        }
    }
}

fn differences(checkout: Uuid, told: &Told, said: &CheckoutSaid) -> Vec<Finding> {
    let there = |order: &&Uuid| said.orders.iter().any(|known| known.order == **order);
    let missing = told.orders.iter().filter(|order| !there(order));
    let mut findings: Vec<Finding> = missing.map(|order| Finding::OrderMissing(*order)).collect();
    if said.total.amount != told.total {
        findings.push(Finding::TotalDiffers(
            checkout,
            told.total,
            said.total.amount,
        ));
    }
    let state = said.state.as_deref().unwrap_or("placed");
    let may_be_cancelled = told.cancelled.is_some() || told.in_doubt;
    if !may_follow(&told.state, state, may_be_cancelled) {
        findings.push(Finding::StateDiffers(
            checkout,
            told.state.clone(),
            state.to_owned(),
        ));
    }
    if let Some(order) = told.cancelled
        && said
            .state_of(order)
            .is_some_and(|state| state != "cancelled")
    {
        findings.push(Finding::NotCancelled(order));
    }
    findings
}

/// Whether a checkout that was `told` can stand as `said` later: the diagram of the order in
/// `docs/contracts/states.md`. Only its shopper cancels, and a paid order of nobody's wish stays paid.
fn may_follow(told: &str, said: &str, cancelled: bool) -> bool {
    match (told, said) {
        (_, "cancelled") => cancelled || told == "cancelled",
        ("paid", said) => said == "paid",
        ("cancelled", _) => false,
        _ => matches!(said, "placed" | "confirmed" | "paid" | "lapsed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HoldSaid, OrderSaid, Price};

    const ID: Uuid = Uuid::from_u128(1);

    fn ask(what: What) -> Ask {
        reading(what, &"session".into())
    }

    fn said(said: Said) -> Answer {
        Answer::Said { said, seq: None }
    }

    fn checkout(state: Option<&str>, total: i64) -> Answer {
        said(Said::Checkout(CheckoutSaid {
            checkout: ID,
            total: Price {
                amount: total,
                currency: "KRW".into(),
            },
            state: state.map(str::to_owned),
            orders: vec![OrderSaid {
                order: ID,
                state: None,
            }],
            payments: Vec::new(),
        }))
    }

    fn hold(expires_at: u64) -> HoldSaid {
        HoldSaid {
            hold: "h".into(),
            expires_at: Millis(expires_at),
            deal: None,
            sku: None,
            units: None,
        }
    }

    /// An audit that was told of a hold of two units, and unless `holding` of its order.
    fn told(holding: bool) -> Audit {
        let mut audit = Audit::default();
        let what = What::Hold {
            deal: "d".into(),
            sku: "s".into(),
            units: 2,
            or_wait: false,
        };
        audit.hear(&ask(what), &said(Said::Hold(hold(50_000))));
        let what = What::CheckOut {
            checkout: ID,
            orders: vec![ID],
            holds: vec!["h".into()],
        };
        if !holding {
            audit.hear(&ask(what.clone()), &checkout(None, 100));
            audit.hear(&ask(what), &checkout(None, 100));
        }
        audit
    }

    #[test]
    fn an_order_that_stands_as_told_is_no_finding_and_a_double_click_counts_once() {
        let mut audit = told(false);
        audit.compare(ID, &checkout(Some("paid"), 100));
        assert_eq!(audit.report().findings, []);
        assert_eq!((audit.report().orders, audit.report().units_sold), (1, 2));
    }

    #[test]
    fn a_lost_order_another_total_and_an_unpaid_paid_order_are_found() {
        let mut audit = told(false);
        let missing = Answer::Refused {
            status: 404,
            name: "checkout_unknown".into(),
        };
        audit.compare(ID, &missing);
        audit.compare(ID, &checkout(Some("placed"), 101));
        audit.hear(
            &ask(What::SeeCheckout { checkout: ID }),
            &checkout(Some("paid"), 100),
        );
        audit.compare(ID, &checkout(Some("placed"), 100));
        let expected = [
            Finding::CheckoutMissing(ID),
            Finding::TotalDiffers(ID, 100, 101),
            Finding::StateDiffers(ID, "paid".into(), "placed".into()),
        ];
        assert_eq!(audit.report().findings, expected);
    }

    #[test]
    fn nobody_but_the_shopper_cancels_and_what_was_cancelled_stays_so() {
        let mut audit = told(false);
        audit.compare(ID, &checkout(Some("cancelled"), 100));
        assert_eq!(audit.report().findings.len(), 1);
        audit.hear(&ask(What::Cancel { order: ID }), &said(Said::Done));
        audit.compare(ID, &checkout(Some("cancelled"), 100));
        assert_eq!(audit.report().findings.len(), 1);
        audit.compare(ID, &checkout(Some("placed"), 100));
        assert_eq!(
            audit.report().findings.last(),
            Some(&Finding::NotCancelled(ID))
        );
    }

    #[test]
    fn a_hold_must_be_in_the_cart_until_its_clock_runs_out() {
        let mut audit = told(true);
        assert!(
            audit.carts(Millis(49_000)).is_empty(),
            "it may be gone by the shop's clock"
        );
        let (_, holds) = audit.carts(Millis(10_000)).remove(0);
        let there = HoldSaid {
            units: Some(2),
            ..hold(50_000)
        };
        let cart = CartSaid {
            holds: vec![there],
            places: Vec::new(),
        };
        audit.compare_cart(&holds, Millis(10_000), &said(Said::Cart(cart)));
        assert_eq!(audit.report().findings, []);
        audit.compare_cart(
            &holds,
            Millis(10_000),
            &said(Said::Cart(CartSaid::default())),
        );
        assert_eq!(audit.report().findings, [Finding::HoldMissing("h".into())]);
    }

    #[test]
    fn a_hold_whose_end_was_sent_and_never_answered_is_not_looked_for() {
        let mut audit = told(true);
        let release = ask(What::Release { hold: "h".into() });
        audit.send(&release);
        audit.hear(&release, &Answer::Lost);
        assert!(audit.carts(Millis(10_000)).is_empty(), "it may be gone");
        let refused = Answer::Refused {
            status: 409,
            name: "payment_open".into(),
        };
        audit.hear(&release, &refused);
        assert_eq!(audit.carts(Millis(10_000)).len(), 1, "it stands");
    }

    #[test]
    fn a_cart_is_asked_to_show_the_last_hold_that_was_told() {
        let mut audit = Audit::default();
        for (id, seq) in [("h", "0-99"), ("i", "0-100")] {
            let what = What::Hold {
                deal: "d".into(),
                sku: "s".into(),
                units: 1,
                or_wait: false,
            };
            let said = Said::Hold(HoldSaid {
                hold: id.into(),
                ..hold(50_000)
            });
            let seq = Some(seq.into());
            audit.hear(&ask(what), &Answer::Said { said, seq });
        }
        let (look, holds) = audit.carts(Millis(10_000)).remove(0);
        assert_eq!((look.at_least.as_deref(), holds.len()), (Some("0-100"), 2));
    }

    #[test]
    fn an_order_may_be_cancelled_by_who_never_heard_the_answer() {
        let mut audit = told(false);
        audit.send(&ask(What::Cancel { order: ID }));
        audit.compare(ID, &checkout(Some("cancelled"), 100));
        assert_eq!(audit.report().findings, []);
    }

    #[test]
    fn more_sold_than_allotted_is_found() {
        let mut audit = told(false);
        audit.compare(ID, &checkout(Some("confirmed"), 100));
        audit.compare_allotment("d", "s", 2);
        assert_eq!(audit.report().findings, []);
        audit.compare_allotment("d", "s", 1);
        assert_eq!(
            audit.report().findings,
            [Finding::Oversold("d".into(), "s".into(), 2, 1)]
        );
    }
}

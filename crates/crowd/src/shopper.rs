//! One visit of one shopper, as a state machine: answers in, deeds out.

use crate::plan::{AfterOrder, Plan, Wish};
use crate::{Answer, Ask, Card, CartSaid, CheckoutSaid, Market, Mix, Random, Said, What, figures};
use std::sync::Arc;
use uuid::Uuid;
use vocabulary::Millis;

/// A shopper looks this often whether a payment is through, or a place is served.
const PATIENT_LOOKS: u32 = 12;
/// Between two looks at a payment.
const LOOK_AGAIN_MS: u64 = 400;
/// Nobody is quicker than this.
const QUICKEST_MS: f64 = 5.0;

/// What a shopper does next.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Asks: all of these at once.
    Ask(Vec<Ask>),
    /// Waits, in milliseconds.
    Think(u64),
    /// Goes away.
    Leave,
}

/// Where in the visit a shopper is: what comes next, once the answers to the last asks are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Arrive,
    Enter,
    Look,
    Looked,
    TakeHold,
    Held,
    SeeCart,
    CartSeen,
    Decide,
    CheckOut,
    CheckedOut,
    Pay,
    PaymentOpened,
    FillIn,
    Return,
    Returned,
    Gone,
}

/// A shopper on a visit.
#[derive(Debug)]
pub struct Shopper {
    random: Random,
    haste: f64,
    plan: Plan,
    step: Step,
    sessions: Vec<Arc<str>>,
    seen: Option<Arc<str>>,
    looks_left: usize,
    wished: usize,
    held: Vec<(String, Wish)>,
    places: Vec<String>,
    checkout: Option<Checkout>,
    card: Card,
    page: String,
    patience: u32,
}

#[derive(Debug)]
struct Checkout {
    id: Uuid,
    orders: Vec<Uuid>,
    due: Option<(i64, Arc<str>)>,
}

impl Shopper {
    /// A shopper on the visit of this number, with what the market looks like on the way in.
    pub fn arriving(visit: u64, mix: &Mix, market: &Market, mut random: Random) -> Shopper {
        let plan = Plan::of(visit, mix, market, &mut random);
        Shopper {
            random,
            haste: mix.haste,
            looks_left: plan.looks,
            card: plan.card,
            plan,
            step: Step::Arrive,
            sessions: Vec::new(),
            seen: None,
            wished: 0,
            held: Vec::new(),
            places: Vec::new(),
            checkout: None,
            page: String::new(),
            patience: PATIENT_LOOKS,
        }
    }

    /// The next deed, given the answers to the asks of the last one (none after a pause).
    pub fn next(&mut self, now: Millis, market: &Market, answers: Vec<Answer>) -> Deed {
        self.remember(&answers);
        match self.step {
            Step::Arrive => self.arrive(),
            Step::Enter => self.enter(answers, market),
            Step::Look => self.look(market),
            Step::Looked => self.looked(),
            Step::TakeHold => self.take_hold(),
            Step::Held => self.take_answers(answers),
            Step::SeeCart => self.ask(What::SeeCart, Step::CartSeen),
            Step::CartSeen => self.cart_seen(answers),
            Step::Decide => self.decide(),
            Step::CheckOut => self.check_out(now),
            Step::CheckedOut => self.checked_out(answers),
            Step::Pay => self.pay(),
            Step::PaymentOpened => self.payment_opened(answers),
            Step::FillIn => self.fill_in(),
            Step::Return => self.come_back(),
            Step::Returned => self.returned(answers),
            Step::Gone => Deed::Leave,
        }
    }

    fn remember(&mut self, answers: &[Answer]) {
        for answer in answers {
            if let Answer::Said { seq: Some(seq), .. } = answer {
                self.seen = Some(seq.clone());
            }
        }
    }

    fn arrive(&mut self) -> Deed {
        let what = What::OpenSession(self.plan.who.clone());
        let asks = (0..self.plan.windows).map(|_| self.asking(what.clone(), None));
        let asks = asks.collect();
        self.asked(asks, Step::Enter)
    }

    fn enter(&mut self, answers: Vec<Answer>, market: &Market) -> Deed {
        for answer in answers {
            if let Answer::Said {
                said: Said::Session(session),
                ..
            } = answer
            {
                self.sessions.push(session);
            }
        }
        if self.sessions.is_empty() {
            return Deed::Leave;
        }
        self.look(market)
    }

    fn look(&mut self, market: &Market) -> Deed {
        if self.looks_left == 0 {
            return if self.plan.wishes.is_empty() {
                Deed::Leave
            } else {
                self.take_hold()
            };
        }
        let wished = self.plan.wishes.len().checked_sub(self.looks_left);
        let wished = wished.map(|nth| &self.plan.wishes[nth]);
        self.looks_left -= 1;
        let (deal, is_soon): (Arc<str>, bool) = match wished {
            Some(wish) => (wish.deal.clone(), false),
            None => match market.strolled_by(&mut self.random) {
                Some(deal) => (deal.deal.as_str().into(), deal.state == "upcoming"),
                None => return self.pause(Step::Looked),
            },
        };
        let mut asks = vec![self.asking(What::SeeDeal { deal: deal.clone() }, self.session(0))];
        if is_soon && self.plan.watches {
            asks.push(self.asking(What::Watch { deal }, self.session(0)));
        }
        self.asked(asks, Step::Looked)
    }

    fn looked(&mut self) -> Deed {
        self.pause(Step::Look)
    }

    fn take_hold(&mut self) -> Deed {
        let Some(wish) = self.plan.wishes.get(self.wished).cloned() else {
            return Deed::Leave;
        };
        let what = What::Hold {
            deal: wish.deal,
            sku: wish.sku,
            units: wish.units,
            or_wait: self.plan.or_wait,
        };
        let windows = if self.wished == 0 {
            self.sessions.len()
        } else {
            1
        };
        let asks = (0..windows).map(|window| self.asking(what.clone(), self.session(window)));
        let asks = asks.collect();
        let asks = self.clicked(asks);
        self.asked(asks, Step::Held)
    }

    fn take_answers(&mut self, answers: Vec<Answer>) -> Deed {
        let wish = self.plan.wishes[self.wished].clone();
        for answer in answers {
            match answer {
                Answer::Said {
                    said: Said::Hold(hold),
                    ..
                } => self.keep(hold.hold, wish.clone()),
                Answer::Said {
                    said: Said::Place(place),
                    ..
                } if !self.places.contains(&place.place) => self.places.push(place.place),
                _ => {}
            }
        }
        self.wished += 1;
        if self.wished < self.plan.wishes.len() {
            self.pause(Step::TakeHold)
        } else if !self.held.is_empty() {
            self.pause(Step::Decide)
        } else if !self.places.is_empty() {
            self.pause(Step::SeeCart)
        } else {
            Deed::Leave
        }
    }

    /// A double click is answered twice with the same hold.
    fn keep(&mut self, hold: String, wish: Wish) {
        if self.held.iter().all(|(known, _)| *known != hold) {
            self.held.push((hold, wish));
        }
    }

    fn cart_seen(&mut self, answers: Vec<Answer>) -> Deed {
        if let Some(Answer::Said {
            said: Said::Cart(cart),
            ..
        }) = answers.into_iter().next()
        {
            self.take_offers(cart);
        }
        if !self.held.is_empty() {
            return self.pause(Step::Decide);
        }
        self.patience = self.patience.saturating_sub(1);
        if self.patience > 0 && !self.places.is_empty() {
            return self.pause(Step::SeeCart);
        }
        match self.places.pop() {
            Some(place) => self.ask(What::LeaveWaitlist { place }, Step::Gone),
            None => Deed::Leave,
        }
    }

    fn take_offers(&mut self, cart: CartSaid) {
        for hold in cart.holds {
            let wishes = self.plan.wishes.iter();
            let wish = wishes
                .clone()
                .find(|wish| hold.deal.as_deref() == Some(&*wish.deal));
            if let Some(wish) = wish.cloned() {
                self.keep(hold.hold, wish);
            }
        }
        let still = |place: &String| cart.places.iter().any(|said| said.place == *place);
        self.places.retain(still);
    }

    fn decide(&mut self) -> Deed {
        if self.plan.buys {
            self.step = Step::CheckOut;
            return Deed::Think(0);
        }
        if !self.random.chance(crate::mix::RELEASING) {
            return Deed::Leave;
        }
        let held = std::mem::take(&mut self.held).into_iter();
        let releases = held.map(|(hold, _)| self.asking(What::Release { hold }, self.session(0)));
        let releases = releases.collect();
        self.asked(releases, Step::Gone)
    }

    fn check_out(&mut self, now: Millis) -> Deed {
        let mut sellers: Vec<&str> = self.held.iter().map(|(_, wish)| &*wish.seller).collect();
        let mut seen = Vec::new();
        sellers.retain(|seller| {
            let is_first = !seen.contains(seller);
            seen.push(*seller);
            is_first
        });
        let count = sellers.len();
        let orders: Vec<Uuid> = (0..count).map(|_| self.uuid(now)).collect();
        let id = self.uuid(now);
        let holds = self.held.iter().map(|(hold, _)| hold.clone()).collect();
        let what = What::CheckOut {
            checkout: id,
            orders: orders.clone(),
            holds,
        };
        self.checkout = Some(Checkout {
            id,
            orders,
            due: None,
        });
        let asks = vec![self.asking(what, self.session(0))];
        let asks = self.clicked(asks);
        self.asked(asks, Step::CheckedOut)
    }

    fn checked_out(&mut self, answers: Vec<Answer>) -> Deed {
        let Some(said) = answers.into_iter().find_map(checkout_said) else {
            return Deed::Leave;
        };
        let checkout = self.checkout.as_mut().expect("it was asked for");
        checkout.due = Some((said.total.amount, said.total.currency.into()));
        match self.plan.after_order {
            AfterOrder::Leaves => Deed::Leave,
            AfterOrder::Pays => self.pause(Step::Pay),
            AfterOrder::Cancels => {
                let order = checkout.orders[0];
                self.ask(What::Cancel { order }, Step::Gone)
            }
        }
    }

    fn pay(&mut self) -> Deed {
        let checkout = self.checkout.as_ref().expect("it was placed");
        let (amount, currency) = checkout.due.clone().expect("the shop said what is due");
        let what = What::Pay {
            checkout: checkout.id,
            method: self.plan.method,
            amount,
            currency,
        };
        self.ask(what, Step::PaymentOpened)
    }

    fn payment_opened(&mut self, answers: Vec<Answer>) -> Deed {
        for answer in answers {
            if let Answer::Said {
                said: Said::Payment(payment),
                ..
            } = answer
            {
                self.page = payment.redirect_url;
                return self.pause(Step::FillIn);
            }
        }
        Deed::Leave
    }

    fn fill_in(&mut self) -> Deed {
        let what = What::FillIn {
            url: self.page.clone(),
            card: self.card,
        };
        let asks = vec![Ask {
            session: None,
            ..self.asking(what, None)
        }];
        self.patience = PATIENT_LOOKS;
        self.asked(asks, Step::Return)
    }

    fn come_back(&mut self) -> Deed {
        let checkout = self.checkout.as_ref().expect("it was placed").id;
        self.ask(What::SeeCheckout { checkout }, Step::Returned)
    }

    fn returned(&mut self, answers: Vec<Answer>) -> Deed {
        let said = answers.into_iter().find_map(checkout_said);
        if said
            .as_ref()
            .is_some_and(|said| said.state.as_deref() == Some("paid"))
        {
            return Deed::Leave;
        }
        let was_declined = said.as_ref().is_some_and(CheckoutSaid::was_declined);
        if was_declined && self.card == Card::Declined {
            self.card = Card::Good;
            return self.pause(Step::Pay);
        }
        self.patience = self.patience.saturating_sub(1);
        if self.patience == 0 {
            return Deed::Leave;
        }
        self.step = Step::Return;
        Deed::Think(LOOK_AGAIN_MS)
    }

    fn session(&self, window: usize) -> Option<Arc<str>> {
        self.sessions.get(window).cloned()
    }

    fn ask(&mut self, what: What, then: Step) -> Deed {
        let ask = self.asking(what, self.session(0));
        self.asked(vec![ask], then)
    }

    fn asked(&mut self, asks: Vec<Ask>, then: Step) -> Deed {
        self.step = then;
        Deed::Ask(asks)
    }

    /// The ask with a key of its own where it is a write, and the own writes shown where it is a read.
    fn asking(&mut self, what: What, session: Option<Arc<str>>) -> Ask {
        let key = what
            .is_write()
            .then(|| format!("{:016x}{:016x}", self.random.bits(), self.random.bits()));
        let at_least = if key.is_none() {
            self.seen.clone()
        } else {
            None
        };
        Ask {
            what,
            session,
            key,
            at_least,
        }
    }

    /// The same asks once more, keys and all, for who clicks twice.
    fn clicked(&self, mut asks: Vec<Ask>) -> Vec<Ask> {
        if self.plan.double_clicks {
            asks.extend(asks.clone());
        }
        asks
    }

    /// A pause as long as the data's, divided by the crowd's haste.
    fn pause(&mut self, then: Step) -> Deed {
        self.step = then;
        let ms = f64::from(self.random.draw(&figures::GAP_SECONDS)) * 1_000.0 / self.haste;
        Deed::Think(ms.max(QUICKEST_MS) as u64)
    }

    fn uuid(&mut self, now: Millis) -> Uuid {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.random.bits().to_le_bytes());
        random[8..].copy_from_slice(&self.random.bits().to_le_bytes()[..2]);
        uuid::Builder::from_unix_timestamp_millis(now.0, &random).into_uuid()
    }
}

fn checkout_said(answer: Answer) -> Option<CheckoutSaid> {
    match answer {
        Answer::Said {
            said: Said::Checkout(said),
            ..
        } => Some(said),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::tests::deal;
    use crate::{HoldSaid, OrderSaid, PaymentSaid, PlaceSaid, Price};
    use std::collections::HashSet;

    const MIX: Mix = Mix {
        strolling: 2_000,
        members: true,
        haste: 1.0,
    };

    /// A shop that does what it is asked, as long as it is not sold out.
    #[derive(Default)]
    struct Shop {
        sold_out: bool,
        asked: Vec<Ask>,
        paid: bool,
        declined: bool,
    }

    impl Shop {
        fn answer(&mut self, ask: &Ask) -> Answer {
            let seq = ask
                .what
                .is_write()
                .then(|| Arc::from(format!("0-{}", self.asked.len())));
            self.asked.push(ask.clone());
            let said = match &ask.what {
                What::OpenSession(_) => Said::Session("s".into()),
                What::Hold { or_wait: true, .. } if self.sold_out => Said::Place(PlaceSaid {
                    place: "p".into(),
                    ahead: 0,
                    deal: None,
                }),
                What::Hold { .. } if self.sold_out => {
                    return Answer::Refused {
                        status: 409,
                        name: "stock_exhausted".into(),
                    };
                }
                What::Hold { .. } => Said::Hold(hold(ask.key.as_ref().expect("a write has a key"))),
                What::SeeCart => Said::Cart(CartSaid {
                    holds: vec![hold("offered")],
                    places: vec![],
                }),
                What::CheckOut {
                    checkout, orders, ..
                } => stands(*checkout, orders, "placed", false),
                What::Pay { .. } => Said::Payment(PaymentSaid {
                    payment: "1".into(),
                    redirect_url: "http://p/1".into(),
                }),
                What::FillIn { card, .. } => {
                    self.declined = *card == Card::Declined;
                    self.paid = !self.declined;
                    Said::SentBack
                }
                What::SeeCheckout { checkout } => {
                    let state = if self.paid { "paid" } else { "placed" };
                    stands(*checkout, &[], state, self.declined)
                }
                _ => Said::Done,
            };
            Answer::Said { said, seq }
        }

        /// One whole visit.
        fn visited_by(&mut self, visit: u64, seed: u64) {
            self.paid = false;
            let deals = vec![deal("d", 0, "available"), deal("e", 0, "available")];
            let market = Market::at(Millis(100_000), deals);
            let mut shopper = Shopper::arriving(visit, &MIX, &market, Random::seeded(seed));
            let (mut now, mut answers) = (Millis(1_800_000_000_000), Vec::new());
            for _ in 0..2_000 {
                match shopper.next(now, &market, std::mem::take(&mut answers)) {
                    Deed::Ask(asks) => answers = asks.iter().map(|ask| self.answer(ask)).collect(),
                    Deed::Think(ms) => now = now.plus(ms),
                    Deed::Leave => return,
                }
            }
            panic!("the visit does not end")
        }

        fn visited(sold_out: bool, visits: u64) -> Shop {
            let mut shop = Shop {
                sold_out,
                ..Shop::default()
            };
            for visit in 0..visits {
                shop.visited_by(visit, visit * 7);
            }
            shop
        }

        fn asked(&self, name: &str) -> usize {
            self.asked
                .iter()
                .filter(|ask| ask.what.name() == name)
                .count()
        }
    }

    fn hold(id: &str) -> HoldSaid {
        let (deal, sku) = (Some("d".into()), Some("d-1".into()));
        HoldSaid {
            hold: id.into(),
            expires_at: Millis(9),
            deal,
            sku,
            units: Some(1),
        }
    }

    fn stands(checkout: Uuid, orders: &[Uuid], state: &str, declined: bool) -> Said {
        let orders = orders.iter().map(|order| OrderSaid {
            order: *order,
            state: None,
        });
        let last = if declined { "declined" } else { "captured" };
        Said::Checkout(CheckoutSaid {
            checkout,
            total: Price {
                amount: 9_900,
                currency: "KRW".into(),
            },
            state: Some(state.into()),
            orders: orders.collect(),
            payments: vec![crate::said::PaymentState {
                state: Some(last.into()),
            }],
        })
    }

    #[test]
    fn a_crowd_orders_as_often_as_its_mix_says() {
        let shop = Shop::visited(false, 4_000);
        let asked = shop.asked.iter();
        let checkouts: HashSet<Uuid> = asked
            .filter_map(|ask| match &ask.what {
                What::CheckOut { checkout, .. } => Some(*checkout),
                _ => None,
            })
            .collect();
        let (made, expected) = (checkouts.len() as f64, 4_000.0 / MIX.visits_for(1.0));
        assert!((made / expected - 1.0).abs() < 0.06, "{made} of {expected}");
    }

    #[test]
    fn every_deed_of_a_shopper_comes_to_pass_somewhere_in_the_crowd() {
        let shops = [Shop::visited(false, 2_000), Shop::visited(true, 500)];
        for name in What::NAMES
            .into_iter()
            .filter(|name| !["watch", "leave"].contains(name))
        {
            assert!(
                shops.iter().any(|shop| shop.asked(name) > 0),
                "nobody asked for {name}"
            );
        }
    }

    #[test]
    fn a_double_click_repeats_its_key_and_a_second_window_comes_in_by_itself() {
        let shop = Shop::visited(false, 2_000);
        let keys: Vec<&String> = shop
            .asked
            .iter()
            .filter_map(|ask| ask.key.as_ref())
            .collect();
        let distinct: HashSet<&&String> = keys.iter().collect();
        assert!(distinct.len() < keys.len(), "somebody clicks twice");
        assert!(shop.asked("session") > 2_000, "somebody has two windows");
    }

    #[test]
    fn a_declined_card_is_followed_by_another_try() {
        let shop = Shop::visited(false, 2_000);
        let cards: Vec<Card> = shop
            .asked
            .iter()
            .filter_map(|ask| match ask.what {
                What::FillIn { ref card, .. } => Some(*card),
                _ => None,
            })
            .collect();
        let declined = cards.iter().position(|card| *card == Card::Declined);
        let first = declined.expect("some cards are declined");
        assert_eq!(cards[first + 1], Card::Good);
    }

    #[test]
    fn own_writes_are_shown_in_later_reads() {
        let shop = Shop::visited(false, 50);
        let mut looks = shop.asked.iter().filter(|ask| ask.what.name() == "status");
        assert!(looks.all(|ask| ask.at_least.is_some()));
    }

    #[test]
    fn the_same_seed_visits_the_same_way() {
        assert_eq!(
            Shop::visited(false, 20).asked,
            Shop::visited(false, 20).asked
        );
    }
}

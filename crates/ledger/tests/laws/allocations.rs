//! Once the tables have their size, what shoppers ask for takes no memory from the system.

use allocation_counter::measure;
use ledger::Ledger;
use model::festival::{self, OPENS, PRICE};
use money::Currency;
use vocabulary::{
    CheckoutId, Command, DealId, Event, HoldId, Method, Millis, OrderId, Outcome, PaymentId,
    PersonKey, Request, RequestKey, SkuId, Steps, Zone,
};

const SHOPPERS: u128 = 300;
/// Keys are forgotten by then, and checkouts that nothing will happen to are filed.
const LATER_MS: u64 = 3 * 24 * 3_600_000;
/// Rounds until everything has its size.
const GROWING: u64 = 3;

/// A shop, and what it is told in.
struct Shop {
    ledger: Ledger,
    now: Millis,
    ids: u128,
    events: Vec<Event>,
    written: Vec<u8>,
}

impl Shop {
    fn open() -> Shop {
        let mut shop = Shop {
            ledger: Ledger::new(),
            now: Millis(0),
            ids: 0,
            events: Vec::new(),
            written: Vec::new(),
        };
        shop.ledger.make_room(10 * SHOPPERS as usize);
        for request in festival::commands(100_000) {
            shop.does(request.command);
        }
        shop.now = Millis(OPENS);
        shop.falls_due();
        shop
    }

    fn does(&mut self, command: Command) {
        self.asks(None, command);
    }

    fn asks(&mut self, key: Option<RequestKey>, command: Command) {
        for event in self.events.drain(..) {
            self.ledger.reuse(event);
        }
        self.written.clear();
        let request = Request { key, command };
        let (events, written) = (&mut self.events, &mut self.written);
        let ledger = &mut self.ledger;
        let outcome = ledger.apply_and_write(self.now, &request, events, written);
        assert!(
            matches!(outcome, Outcome::Done(_)),
            "{request:?}: {outcome:?}"
        );
    }

    fn falls_due(&mut self) {
        while self.ledger.next_due().is_some_and(|due| due <= self.now) {
            self.does(Command::AdvanceTo { limit: 64 });
        }
    }

    /// A third holds and lets go, a third orders and does not pay, a third pays.
    fn sells(&mut self) {
        for n in 0..SHOPPERS {
            self.ids += 1;
            let id = uuid7(self.now, self.ids);
            let key = RequestKey { key: id, body: 7 };
            match n % 3 {
                0 => {
                    self.asks(Some(key), festival::hold(n).command);
                    let hold = self.held();
                    let person = PersonKey(n);
                    self.does(Command::ReleaseHold { hold, person });
                }
                rest => {
                    self.asks(Some(key), buy(n, id));
                    if rest == 2 {
                        self.pays(n, CheckoutId(id));
                    }
                }
            }
        }
    }

    /// The hold that was told of last.
    fn held(&self) -> HoldId {
        let held = self.events.iter().find_map(|event| match event {
            Event::HoldPlaced { hold, .. } => Some(*hold),
            _ => None,
        });
        held.expect("a hold was placed")
    }

    fn pays(&mut self, person: u128, checkout: CheckoutId) {
        self.does(Command::StartPayment {
            checkout,
            person: PersonKey(person),
            method: Method::Card,
            steps: Steps::One,
            months: 0,
            amount: PRICE,
            currency: Currency::KRW,
        });
        self.does(Command::RecordCapture {
            payment: PaymentId {
                checkout,
                attempt: 1,
            },
            amount: PRICE,
            currency: Currency::KRW,
        });
    }
}

/// An id of this time.
fn uuid7(at: Millis, number: u128) -> u128 {
    u128::from(at.0) << 80 | 7 << 76 | 2 << 62 | number
}

fn buy(person: u128, id: u128) -> Command {
    Command::BuyNow {
        deal: DealId(1),
        sku: SkuId(1),
        units: 1,
        shopper: festival::shopper(person),
        checkout: CheckoutId(id),
        order: OrderId(id ^ 1 << 40),
        zone: Zone(0),
    }
}

#[test]
fn once_the_tables_have_their_size_shoppers_take_no_memory() {
    let mut shop = Shop::open();
    for round in 0..3 * GROWING {
        let taken = measure(|| shop.sells());
        shop.now = Millis(shop.now.0 + LATER_MS);
        let filed = measure(|| shop.falls_due());
        if round >= GROWING {
            // A new moment at which something falls due may need a leaf of the tree of moments.
            assert!(taken.count_total <= 1, "{taken:?} in round {round}");
            assert!(filed.count_total <= 1, "{filed:?} in round {round}");
        }
    }
}

//! A filed checkout comes back, unless one of its ids has been taken since.

use ledger::Ledger;
use money::{Amount, Currency};
use vocabulary::*;

const START: u64 = 1_767_225_600_000;
const ANN: PersonKey = PersonKey(1);
const HOUR: u64 = 3_600_000;

#[test]
fn a_recalled_checkout_is_whole_and_an_order_id_in_use_keeps_it_out() {
    let mut shop = Shop::open();
    let (checkout, order) = (CheckoutId(shop.id(1)), OrderId(shop.id(2)));
    shop.order(HoldId(1), checkout, order);
    let before = shop.ledger.checkout(checkout).expect("it was placed");
    let filed = shop.cancel_and_file(order);
    assert_eq!(shop.ledger.checkout(checkout), None);
    assert_eq!(shop.ledger.order(order), None);

    let day = Rules {
        idempotency_ms: 48 * HOUR,
        file_after_ms: 96 * HOUR,
        ..Rules::default()
    };
    shop.done(Command::AdoptRules { rules: day });
    let other = CheckoutId(shop.id(3));
    shop.order(HoldId(2), other, order);
    let recall = Command::RecallCheckout { filed };
    assert_eq!(
        shop.send(recall.clone()).0,
        Outcome::Refused(Refusal::OrderExists)
    );
    shop.cancel_and_file(order);
    shop.done(recall);
    let after = shop.ledger.checkout(checkout).expect("it was recalled");
    assert_eq!(after.orders[0].state, OrderState::Cancelled);
    assert_eq!((after.total, after.pay_by), (before.total, before.pay_by));
    assert_eq!(after.orders[0].lines, before.orders[0].lines);
    shop.ledger.check().expect("the ledger adds up");
}

/// A shop whose one deal is open, under rules of short windows.
struct Shop {
    ledger: Ledger,
    now: Millis,
}

impl Shop {
    fn open() -> Self {
        let mut shop = Shop {
            ledger: Ledger::new(),
            now: Millis(START),
        };
        let reference = Reference(1);
        let (seller, sku) = (SellerId(1), SkuId(1));
        let tax = Tax::Exempt;
        shop.done(Command::AdoptRules {
            rules: Rules {
                idempotency_ms: HOUR,
                file_after_ms: 2 * HOUR,
                ..Rules::default()
            },
        });
        shop.done(Command::OpenSeller { reference });
        shop.done(Command::ListSku {
            reference,
            seller,
            tax,
        });
        shop.done(Command::ReceiveStock { sku, units: 5 });
        shop.done(Command::ScheduleDeal {
            reference,
            seller,
            currency: Currency::KRW,
            terms: terms(),
            pools: vec![PoolDraft {
                sku,
                units: 5,
                price: Amount(9_900),
            }],
        });
        shop
    }

    /// A UUID of version 7 made when the shop opened.
    fn id(&self, number: u128) -> u128 {
        u128::from(START) << 80 | 7 << 76 | number
    }

    fn order(&mut self, hold: HoldId, checkout: CheckoutId, order: OrderId) {
        self.done(Command::PlaceHold {
            deal: DealId(1),
            sku: SkuId(1),
            units: 1,
            shopper: Shopper {
                person: ANN,
                member: true,
                verified: true,
            },
            or_wait: false,
        });
        self.done(Command::PlaceCheckout {
            checkout,
            orders: [order].into_iter().collect(),
            holds: [hold].into_iter().collect(),
            person: ANN,
            zone: Zone(0),
        });
    }

    /// Lets the checkout of a cancelled order rest until it is filed.
    fn cancel_and_file(&mut self, order: OrderId) -> Box<FiledCheckout> {
        let by = Cancelling::Staff;
        self.done(Command::CancelOrder { order, by });
        loop {
            self.now = self.ledger.next_due().expect("a filing is ahead");
            for event in self.done(Command::AdvanceTo { limit: 1 }) {
                if let Event::CheckoutFiled { filed } = event {
                    return filed;
                }
            }
        }
    }

    fn done(&mut self, command: Command) -> Vec<Event> {
        let name = command.kind().name();
        let (outcome, events) = self.send(command);
        assert!(matches!(outcome, Outcome::Done(_)), "{name}: {outcome:?}");
        events
    }

    fn send(&mut self, command: Command) -> (Outcome, Vec<Event>) {
        let mut events = Vec::new();
        let due = |ledger: &Ledger, now| ledger.next_due().is_some_and(|due| due <= now);
        let sweep = Request::from(Command::AdvanceTo { limit: 100 });
        while command.kind() != CommandKind::AdvanceTo && due(&self.ledger, self.now) {
            self.ledger.apply(self.now, &sweep, &mut Vec::new());
        }
        let request = Request::from(command);
        let outcome = self.ledger.apply(self.now, &request, &mut events);
        (outcome, events)
    }
}

fn terms() -> DealTerms {
    DealTerms {
        starts_at: Millis(START),
        ends_at: Millis(START + 1_000 * HOUR),
        hold_ms: 60_000,
        payment_ms: 60_000,
        deposit_ms: 0,
        limit: 0,
        members_only: false,
        verified_only: false,
        deduct: Deduct::OnOrder,
        waitlist_max: 0,
    }
}

//! The ledger's rules, the payment clerk and the sandbox over real HTTP, with a provider that
//! misbehaves and a clerk that is killed again and again: in the end both books say the same.

use crate::scene::{GOOD_CARD, Scene, now, read_callback, until};
use adapters::sandbox::Knobs;
use adapters::{Happened, PaymentDriver, drive_payments};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use clerks::ports::{OpenPayment, PaymentProvider};
use clerks::{PaymentClerk, PaymentFacts, RefundFacts, Standing, Unfinished};
use futures::StreamExt;
use model::{Decider, Model};
use money::{Amount, Currency};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use vocabulary::{
    Account, CheckoutId, Command, DealTerms, Deduct, Event, Method, Millis, OrderId, Outcome,
    PaymentId, PersonKey, PoolDraft, Receipt, Reference, RefundId, RefundScope, Request, Rules,
    SellerId, Shopper, SkuId, Steps, Tax, Work, Zone,
};

const SHOPPERS: u128 = 500;
/// The ledger's clock runs so much faster than the wall's, so that nobody waits for its deadlines.
const HASTE: u64 = 10;
const PRICE: Amount = Amount(10_000);

/// A ledger behind a lock, with what its events say of money.
struct Shop {
    started: Millis,
    ledger: Mutex<Ledger>,
}

struct Ledger {
    model: Model,
    clerk: Option<mpsc::Sender<Happened>>,
    payments: BTreeMap<PaymentId, PaymentFacts>,
    refunds: BTreeMap<RefundId, RefundFacts>,
    captured: BTreeMap<PaymentId, i64>,
    refunded: BTreeMap<PaymentId, i64>,
    clearing: i64,
}

impl Shop {
    fn opened() -> Arc<Shop> {
        let ledger = Ledger {
            model: Model::fresh(),
            clerk: None,
            payments: BTreeMap::new(),
            refunds: BTreeMap::new(),
            captured: BTreeMap::new(),
            refunded: BTreeMap::new(),
            clearing: 0,
        };
        let shop = Shop {
            started: now(),
            ledger: Mutex::new(ledger),
        };
        shop.set_up();
        Arc::new(shop)
    }

    fn set_up(&self) {
        let rules = Rules {
            payment_ms: 60_000,
            grace_ms: 10_000,
            file_after_ms: 2 * 86_400_000,
            ..Rules::default()
        };
        let terms = DealTerms {
            starts_at: self.clock(),
            ends_at: self.clock().plus(86_400_000),
            hold_ms: 900_000,
            payment_ms: 60_000,
            deposit_ms: 0,
            limit: 0,
            members_only: false,
            verified_only: false,
            deduct: Deduct::OnOrder,
            waitlist_max: 0,
        };
        let (seller, sku, reference) = (SellerId(1), SkuId(1), Reference(1));
        let units = SHOPPERS as u32;
        let tax = Tax::Included {
            basis_points: 1_000,
        };
        for command in [
            Command::AdoptRules { rules },
            Command::OpenSeller { reference },
            Command::ListSku {
                reference,
                seller,
                tax,
            },
            Command::ReceiveStock { sku, units },
            Command::ScheduleDeal {
                reference,
                seller,
                currency: Currency::KRW,
                terms,
                pools: vec![PoolDraft {
                    sku,
                    units,
                    price: PRICE,
                }],
            },
        ] {
            self.done(command);
        }
    }

    fn clock(&self) -> Millis {
        self.started.plus(now().since(self.started) * HASTE)
    }

    fn submit(&self, command: Command) -> Outcome {
        let mut ledger = self.ledger.lock().expect("the ledger stands");
        ledger.apply(self.clock(), command)
    }

    fn done(&self, command: Command) -> Receipt {
        match self.submit(command.clone()) {
            Outcome::Done(receipt) => receipt,
            outcome => panic!("{command:?}: {outcome:?}"),
        }
    }

    /// A clerk that takes up what the outbox holds, and everything that happens from now on.
    fn hire(self: &Arc<Self>, provider: Arc<dyn PaymentProvider>) -> tokio::task::JoinHandle<()> {
        let (tell, happened) = mpsc::channel(100_000);
        let mut clerk = PaymentClerk::returning_to("http://shop.example/checkouts/");
        let mut ledger = self.ledger.lock().expect("the ledger stands");
        for work in ledger.model.outbox() {
            clerk.restore(self.clock(), ledger.unfinished(work));
        }
        ledger.clerk = Some(tell);
        drop(ledger);
        let (shop, timed) = (self.clone(), self.clone());
        let driver = PaymentDriver {
            provider,
            submit: move |command| {
                let outcome = shop.submit(command);
                async move { Ok(outcome) }
            },
            clock: move || timed.clock(),
            happened,
            standing: watch::channel(Standing::default()).0,
            in_flight_max: 64,
        };
        tokio::spawn(drive_payments(clerk, driver))
    }
}

impl Ledger {
    fn apply(&mut self, at: Millis, command: Command) -> Outcome {
        while self.model.next_due().is_some_and(|due| due <= at) {
            self.decide(at, Command::AdvanceTo { limit: 1_024 });
        }
        self.decide(at, command)
    }

    fn decide(&mut self, at: Millis, command: Command) -> Outcome {
        let mut events = Vec::new();
        let outcome = self.model.apply(at, &Request::from(command), &mut events);
        for event in &events {
            self.fold(event);
        }
        events.retain(PaymentClerk::cares_for);
        if let Some(clerk) = self.clerk.as_ref().filter(|_| !events.is_empty()) {
            // A killed clerk hears nothing more; the next one finds it in the outbox.
            drop(clerk.try_send(Happened { at, events }));
        }
        outcome
    }

    fn fold(&mut self, event: &Event) {
        match *event {
            Event::PaymentStarted { payment, .. } => {
                let facts = PaymentFacts::of_event(event).expect("it has facts");
                self.payments.insert(payment, facts);
            }
            Event::PaymentCaptured {
                payment, amount, ..
            } => {
                *self.captured.entry(payment).or_default() += amount.0;
            }
            Event::RefundOrdered {
                refund,
                payment,
                amount,
                ..
            } => {
                self.refunds.insert(refund, RefundFacts { payment, amount });
            }
            Event::RefundSent { refund } => {
                let facts = self.refunds[&refund];
                *self.refunded.entry(facts.payment).or_default() += facts.amount.0;
            }
            Event::Posted {
                debit,
                credit,
                amount,
                ..
            } => {
                let of = |account| {
                    if account == Account::ProviderClearing {
                        amount.0
                    } else {
                        0
                    }
                };
                self.clearing += of(debit) - of(credit);
            }
            _ => {}
        }
    }

    fn unfinished(&self, work: Work) -> Unfinished {
        match work {
            Work::Settle(payment) => Unfinished::Settle(payment, self.payments[&payment]),
            Work::Capture(payment) => Unfinished::Capture(payment, self.payments[&payment]),
            Work::Void(payment) => Unfinished::Void(payment, self.payments[&payment]),
            Work::Refund(refund) => Unfinished::Refund(refund, self.refunds[&refund]),
        }
    }
}

async fn take_callback(
    State(shop): State<Arc<Shop>>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> StatusCode {
    match read_callback(&headers, &body) {
        Some(callback) => {
            shop.submit(callback.into());
            StatusCode::OK
        }
        None => StatusCode::UNAUTHORIZED,
    }
}

/// One shopper buys one unit; every seventh leaves without paying, every fifth wants the money back.
async fn shop_once(shop: &Shop, scene: &Scene, number: u128) {
    let person = PersonKey(number);
    let shopper = Shopper {
        person,
        member: false,
        verified: false,
    };
    let Receipt::Hold { hold, .. } = shop.done(Command::PlaceHold {
        deal: vocabulary::DealId(1),
        sku: SkuId(1),
        units: 1,
        shopper,
        or_wait: false,
    }) else {
        panic!("a hold is placed");
    };
    let id = (u128::from(shop.clock().0) << 80) | (7 << 76) | (2 << 62) | number;
    let (checkout, order) = (CheckoutId(id), order_of(CheckoutId(id)));
    shop.done(Command::PlaceCheckout {
        checkout,
        orders: [order].into_iter().collect(),
        holds: [hold].into_iter().collect(),
        person,
        zone: Zone(0),
    });
    let steps = if number.is_multiple_of(3) {
        Steps::One
    } else {
        Steps::Two
    };
    let Receipt::Payment { payment, deadline } = shop.done(Command::StartPayment {
        checkout,
        person,
        method: Method::Card,
        steps,
        months: 0,
        amount: PRICE,
        currency: Currency::KRW,
    }) else {
        panic!("a payment is started");
    };
    let opening = OpenPayment {
        payment,
        amount: PRICE,
        currency: Currency::KRW,
        method: Method::Card,
        steps,
        months: 0,
        return_url: "http://shop.example/".into(),
        expires_at: deadline,
    };
    let opened = scene.open(opening).await;
    if !number.is_multiple_of(7) {
        scene.type_card(&opened.redirect_url, GOOD_CARD).await;
    }
    if number.is_multiple_of(5) {
        // Refused where it is not paid yet, or never will be.
        let scope = RefundScope::Whole;
        shop.submit(Command::RequestRefund { order, scope });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_500_payments_with_every_misfortune_both_books_say_the_same() {
    let shop = Shop::opened();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let callback_url = format!("http://{}/", listener.local_addr().expect("it is bound"));
    let router = axum::Router::new()
        .route("/", axum::routing::post(take_callback))
        .with_state(shop.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let folder = tempfile::tempdir().expect("a folder");
    let knobs = Knobs {
        decline_rate: 0.1,
        capture_failure_rate: 0.05,
        refund_failure_rate: 0.1,
        lose_rate: 0.2,
        repeat_rate: 0.2,
        reorder_rate: 0.2,
        delay_ms: [0, 30],
        ..Knobs::default()
    };
    let scene = Scene::in_folder(folder.path(), callback_url, knobs).await;
    for chunk in 0..5 {
        let clerk = shop.hire(scene.provider.clone());
        let numbers = chunk * SHOPPERS / 5..(chunk + 1) * SHOPPERS / 5;
        let shoppers = futures::stream::iter(numbers);
        let shopping = shoppers.for_each_concurrent(32, |number| shop_once(&shop, &scene, number));
        shopping.await;
        clerk.abort();
        assert!(clerk.await.is_err_and(|end| end.is_cancelled()));
    }
    let left = outbox_len(&shop);
    assert!(left > 0, "the last clerk was killed with work left");
    let clerk = shop.hire(scene.provider.clone());
    refund_some(&shop);
    until("the outbox is empty", || async {
        shop.submit(Command::AdvanceTo { limit: 1_024 });
        outbox_len(&shop) == 0
    })
    .await;
    compare(&shop, &scene.books().await);
    clerk.abort();
}

/// The one order of a checkout: the same UUID with another bit in its random part.
fn order_of(checkout: CheckoutId) -> OrderId {
    OrderId(checkout.0 | 1 << 32)
}

/// Every tenth paid payment goes back whole.
fn refund_some(shop: &Shop) {
    let paid: Vec<PaymentId> = {
        let ledger = shop.ledger.lock().expect("the ledger stands");
        ledger.captured.keys().copied().step_by(10).collect()
    };
    for payment in paid {
        let order = order_of(payment.checkout);
        let scope = RefundScope::Whole;
        shop.submit(Command::RequestRefund { order, scope });
    }
}

fn outbox_len(shop: &Shop) -> usize {
    shop.ledger
        .lock()
        .expect("the ledger stands")
        .model
        .outbox()
        .len()
}

fn compare(shop: &Shop, books: &serde_json::Value) {
    let ledger = shop.ledger.lock().expect("the ledger stands");
    let items = books["items"].as_array().expect("a list");
    assert_eq!(items.len(), ledger.payments.len());
    let mut kinds = BTreeMap::<&str, usize>::new();
    let (mut captured, mut refunded) = (0, 0);
    for item in items {
        let reference = item["reference"].as_str().expect("text");
        let payment: PaymentId = reference.parse().expect("a payment");
        let of = |book: &BTreeMap<PaymentId, i64>| book.get(&payment).copied().unwrap_or(0);
        assert_eq!(item["captured"], of(&ledger.captured), "captured of {item}");
        assert_eq!(item["refunded"], of(&ledger.refunded), "refunded of {item}");
        captured += of(&ledger.captured);
        refunded += of(&ledger.refunded);
        *kinds
            .entry(item["state"].as_str().expect("text"))
            .or_default() += 1;
    }
    assert_eq!(
        ledger.clearing,
        captured - refunded,
        "what the provider owes"
    );
    let still_reserved = kinds.get("authorised").or(kinds.get("open"));
    assert_eq!(still_reserved, None, "{kinds:?}");
    assert!(
        kinds["captured"] > 300 && kinds["declined"] > 20 && kinds["voided"] > 20,
        "{kinds:?}"
    );
    assert!(refunded > 0);
    eprintln!("{kinds:?}; captured {captured}, refunded {refunded}");
}

//! How many products a second go into the catalogue, and how many orders into the order tables.
//!
//! `cargo run --release -p records --example records_throughput`

use intake::{Localized, PictureSource, ProductDraft, SkuDraft};
use money::{Amount, Currency};
use records::{OrdersReached, Records};
use std::time::Instant;
use views::{OrderChange, OrdersFold};
use vocabulary::{
    CheckoutId, DealId, Event, HoldId, Method, Millis, OrderId, PaymentId, PersonKey, SellerId,
    Seq, SkuId, Steps, Tax, Zone,
};

const PRODUCTS: u32 = 60_000;
const PRODUCTS_TOGETHER: usize = 1_000;
const ORDERS: u64 = 200_000;
const ORDERS_TOGETHER: u64 = 1_024;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let records = Records::open(&folder.path().join("records.sqlite"))
        .await
        .expect("records");
    let drafts: Vec<ProductDraft> = (0..PRODUCTS).map(draft).collect();
    for run in ["first import", "second import"] {
        let begun = Instant::now();
        for some in drafts.chunks(PRODUCTS_TOGETHER) {
            let numbers = some.iter().flat_map(numbered).collect();
            let imported = records.upsert_products(some, &numbers).await;
            imported.expect("imported");
        }
        told(run, "products", f64::from(PRODUCTS), begun);
    }
    let begun = Instant::now();
    let mut changes_count = 0;
    for first in (0..ORDERS).step_by(ORDERS_TOGETHER as usize) {
        let changes = orders(first);
        changes_count += changes.len();
        let to = OrdersReached(Seq((first + ORDERS_TOGETHER) * 4));
        records
            .fold_orders(OrdersReached(Seq(first * 4)), to, &changes)
            .await
            .expect("folded");
    }
    told("fold", "paid orders", ORDERS as f64, begun);
    told("fold", "order changes", changes_count as f64, begun);
}

fn told(deed: &str, what: &str, count: f64, begun: Instant) {
    println!(
        "{deed:>14}: {:.0} {what}/s",
        count / begun.elapsed().as_secs_f64()
    );
}

/// The SKUs of a draft with numbers as the journal gives them, counting up.
fn numbered(draft: &ProductDraft) -> impl Iterator<Item = (String, SkuId)> {
    let first = draft.id.parse::<u32>().expect("a number") * 4;
    let skus = (first..).map(SkuId).zip(&draft.skus);
    skus.map(|(number, sku)| (sku.id.clone(), number))
}

fn draft(n: u32) -> ProductDraft {
    let id = format!("{}", 3_000_000 + n);
    let sku = |size| SkuDraft {
        id: format!("{id}-{size}"),
        option: Localized::from([("en", size)]),
        stock: 100,
    };
    ProductDraft {
        seller: format!("brand-{}", n % 700),
        name: Localized::from([("ko", format!("겨울 패딩 숏 점퍼 {n}"))]),
        description: Localized::from([(
            "ko",
            format!("<p>가볍고 따뜻해요. {}</p>", "좋아요 ".repeat(20)),
        )]),
        category: ["의류", "아우터", "패딩"]
            .map(|name| Localized::from([("ko", name)]))
            .to_vec(),
        brand: Some(format!("brand-{}", n % 700)),
        price: Amount(59_000),
        list_price: Some(Amount(118_000)),
        currency: Currency::KRW,
        tax: Tax::Included {
            basis_points: 1_000,
        },
        colours: vec!["black".to_owned()],
        pictures: vec![PictureSource(format!("{id}.jpg"))],
        skus: ["S", "M", "L", "XL"].map(sku).to_vec(),
        id,
    }
}

fn orders(first: u64) -> Vec<OrderChange> {
    let mut fold = OrdersFold::default();
    let mut changes = Vec::new();
    for n in first..first + ORDERS_TOGETHER {
        for (step, events) in (1..).zip(paid_order(n)) {
            for event in events {
                fold.fold(Millis(n), Seq(n * 4 + step), &event, &mut changes);
            }
        }
    }
    changes
}

/// Placing, starting to pay, authorisation and capture of an order of one line.
fn paid_order(n: u64) -> [Vec<Event>; 4] {
    let (checkout, order) = (
        CheckoutId(u128::from(n) << 64),
        OrderId(u128::from(n) << 64 | 1),
    );
    let payment = PaymentId {
        checkout,
        attempt: 1,
    };
    let (person, currency, total) = (PersonKey(u128::from(n)), Currency::KRW, Amount(9_900));
    let (zone, pay_by, deadline) = (Zone(0), Millis(n + 9), Millis(n + 9));
    let (none, seller, price, units) = (Amount(0), SellerId(1), total, 1);
    let (goods, shipping, surcharge, tax) = (total, none, none, Amount(900));
    let placed = vec![
        Event::CheckoutPlaced {
            checkout,
            person,
            zone,
            total,
            currency,
            pay_by,
        },
        Event::OrderPlaced {
            order,
            checkout,
            seller,
            person,
            goods,
            shipping,
            surcharge,
            tax,
            total,
            currency,
        },
        Event::LinePlaced {
            order,
            line: 0,
            hold: HoldId(n),
            deal: DealId(1),
            sku: SkuId(1),
            units,
            price,
            tax: Tax::Exempt,
        },
    ];
    [
        placed,
        started(payment, total, deadline),
        authorised(payment, order),
        captured(payment, order, total),
    ]
}

fn started(payment: PaymentId, amount: Amount, deadline: Millis) -> Vec<Event> {
    let (currency, method, steps, months) = (Currency::KRW, Method::Card, Steps::Two, 0);
    let started = vec![Event::PaymentStarted {
        payment,
        amount,
        currency,
        method,
        steps,
        months,
        deadline,
    }];
    started
}

fn authorised(payment: PaymentId, order: OrderId) -> Vec<Event> {
    vec![
        Event::PaymentAuthorised { payment },
        Event::OrderConfirmed { order },
    ]
}

fn captured(payment: PaymentId, order: OrderId, total: Amount) -> Vec<Event> {
    let (amount, currency) = (total, Currency::KRW);
    vec![
        Event::PaymentCaptured {
            payment,
            amount,
            currency,
        },
        Event::OrderPaid {
            order,
            payment,
            total,
            currency,
        },
    ]
}

//! A crowd buys while the server is killed again and again: nothing that was acknowledged is lost,
//! nothing is oversold, and the money agrees with the provider's.

use super::festival::Festival;
use super::journal::{Journal, Moved, text};
use super::process::{Running, until};
use super::size::{self, size};
use super::web::Web;
use crowd::Random;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

#[test]
fn what_was_acknowledged_survives_kills_at_any_moment_and_the_books_agree_with_the_providers() {
    let Some(festival) = size::festival() else {
        return;
    };
    let patience = size().patience;
    let mut festival = festival.set(&SETTINGS);
    let acks = festival.beside("acks.jsonl");
    festival.start();
    let mut crowd = crowd(&festival, &acks);
    let mut random = Random::seeded(SEED);
    for kill in 0..size().kills {
        let wanted = written(&acks) + random.below(2 * size().between_kills as usize) as u64;
        eprintln!("kill {} at {wanted} bytes of acknowledgements", kill + 1);
        until(patience, "more acknowledgements", || {
            let ended = crowd.ended();
            assert!(
                ended.is_none(),
                "the crowd went home: {}",
                crowd.complaints()
            );
            (written(&acks) > wanted).then_some(())
        });
        festival.kill();
        festival.start();
    }
    let report = crowd.end(patience).done();
    as_the_crowd_was_told(&report.out);
    until(patience, "nothing left for the clerks to do", || {
        let outbox = festival.run(&["inspect", "outbox"]).done().out;
        outbox.trim().is_empty().then_some(())
    });
    let theirs = provider_books(&festival);
    reconciled(&festival);
    festival.stop();

    festival.run(&["verify", "--model"]).done();
    let journal = Journal::of(&festival.data());
    assert!(
        journal.all("OrderPaid").count() > 20,
        "too little was sold to tell anything"
    );
    nothing_acknowledged_is_missing(&journal, &acks);
    nothing_is_oversold(&journal);
    books_balance(&festival);
    books_agree(&journal.moved(), &theirs);
}

/// Of the moments of the kills.
const SEED: u64 = 11;

/// Tries to pay end soon, snapshots come often, and nobody is asked to slow down.
const SETTINGS: [&str; 12] = [
    "--rules-payment-ms",
    "8000",
    "--rules-grace-ms",
    "2000",
    "--snapshots-every",
    "1000",
    "--limits-requests-per-second",
    "1000000",
    "--limits-address-requests-per-second",
    "10000000",
    "--limits-sessions-per-minute",
    "10000000",
];

fn crowd(festival: &Festival, acks: &Path) -> Running {
    let data = festival.data().display().to_string();
    let acks = acks.to_str().expect("a readable path");
    festival.crowd(&[&["--data", &data, "--acks", acks], size().crowd].concat())
}

/// The crowd looked everything up again after the last restart, and what it asked was answered by the contract.
fn as_the_crowd_was_told(report: &str) {
    eprintln!("{report}");
    let report: Value = serde_json::from_str(report).expect("--json prints one JSON object");
    assert_eq!(
        report["audit"]["findings"],
        Value::Array(Vec::new()),
        "{report}"
    );
    assert!(
        report["audit"]["checkouts_looked_up"].as_u64() > Some(20),
        "{report}"
    );
    assert_eq!(report["malformed"], 0, "{report}");
}

/// How long a file is, in bytes.
fn written(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |file| file.len())
}

/// Each line of the file names what was acknowledged; the journal must have made it so.
fn nothing_acknowledged_is_missing(journal: &Journal, acks: &Path) {
    let known = |kind: &str, field: &str| journal.ids(kind, field);
    let (holds, places) = (
        known("HoldPlaced", "hold"),
        known("WaitlistJoined", "place"),
    );
    let (checkouts, orders) = (
        known("CheckoutPlaced", "checkout"),
        known("OrderPlaced", "order"),
    );
    let (payments, cancelled) = (
        known("PaymentStarted", "payment"),
        known("OrderCancelled", "order"),
    );
    let over = &known("HoldReleased", "hold") | &known("HoldLapsed", "hold");
    let left = &known("WaitlistLeft", "place") | &known("WaitlistEnded", "place");
    let paid = journal
        .all("OrderPaid")
        .map(|event| text(&event["payment"]));
    let paid: BTreeSet<String> = paid
        .map(|payment| checkout_of(&payment).to_owned())
        .collect();
    let file = fs::read_to_string(acks).expect("the crowd wrote it");
    eprintln!("{} acknowledgements", file.lines().count());
    for line in file.lines() {
        let ack: Value = serde_json::from_str(line).expect("a line of JSON");
        let id = |name: &str| text(&ack["ids"][name]);
        let stands = match ack["op"].as_str().expect("an op") {
            "hold" if ack["ids"]["hold"].is_null() => places.contains(&id("place")),
            "hold" => holds.contains(&id("hold")),
            "release" => over.contains(&id("hold")),
            "leave" => left.contains(&id("place")),
            "checkout" => {
                let mut of = ack["ids"]["orders"].as_array().expect("a list").iter();
                checkouts.contains(&id("checkout")) && of.all(|order| orders.contains(&text(order)))
            }
            "payment" => payments.contains(&id("payment")),
            "status" => paid.contains(&id("checkout")),
            "cancel" => cancelled.contains(&id("order")),
            "session" | "watch" => true,
            other => panic!("an acknowledgement of nothing we know: {other}"),
        };
        assert!(stands, "acknowledged and not in the journal: {line}");
    }
}

fn checkout_of(payment: &str) -> &str {
    payment
        .split_once('.')
        .expect("checkout, dot, number of the try")
        .0
}

fn nothing_is_oversold(journal: &Journal) {
    let pools = journal.allotted_and_sold();
    assert!(
        pools.values().any(|(allotted, sold)| sold == allotted),
        "nothing ran out: {pools:?}"
    );
    for (pool, (allotted, sold)) in pools {
        assert!(sold <= allotted, "{pool:?} sold {sold} of {allotted}");
    }
}

fn books_balance(festival: &Festival) {
    let books = festival.run(&["inspect", "books"]).done().out;
    let rows = books.lines().filter(|row| row.starts_with("KRW"));
    let balances: Vec<i64> = rows
        .map(|row| row.split_whitespace().next_back().expect("a balance"))
        .map(|balance| balance.replace(',', "").parse().expect("whole won"))
        .collect();
    assert!(balances.iter().any(|balance| *balance > 0), "{books}");
    assert_eq!(balances.iter().sum::<i64>(), 0, "{books}");
}

/// The binary's own comparison comes to the same.
fn reconciled(festival: &Festival) {
    let provider = festival.provider();
    festival
        .run(&["reconcile", "--provider-url", &provider])
        .done();
}

fn provider_books(festival: &Festival) -> BTreeMap<String, Moved> {
    let key = festival.secret("provider_key");
    let books = Web::open().list(&format!("{}/v1/books", festival.provider()), &key);
    let number = |payment: &Value, name: &str| payment[name].as_i64().expect("an amount");
    let moved = books.iter().map(|payment| {
        let (captured, refunded) = (number(payment, "captured"), number(payment, "refunded"));
        (text(&payment["reference"]), Moved { captured, refunded })
    });
    moved.collect()
}

/// Payment by payment; one that never reached the provider moved nothing.
fn books_agree(ours: &BTreeMap<String, Moved>, theirs: &BTreeMap<String, Moved>) {
    for (payment, moved) in theirs {
        let own = ours
            .get(payment)
            .unwrap_or_else(|| panic!("we know nothing of {payment}"));
        assert_eq!(own, moved, "{payment}");
    }
    for (payment, moved) in ours
        .iter()
        .filter(|(payment, _)| !theirs.contains_key(*payment))
    {
        assert_eq!(
            *moved,
            Moved::default(),
            "the provider knows nothing of {payment}"
        );
    }
}

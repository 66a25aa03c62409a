//! What happened, as `doorbuster replay --json` tells it, folded once more and by other means than
//! the house's own: what was promised, what was sold, what money moved.

use super::festival::on;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The events that are asked for; a rehearsal has millions of others.
#[rustfmt::skip]
const KINDS: [&str; 16] = [
    "HoldPlaced", "HoldReleased", "HoldLapsed", "WaitlistJoined", "WaitlistLeft", "WaitlistEnded", "CheckoutPlaced",
    "OrderPlaced", "LinePlaced", "OrderPaid", "OrderCancelled", "PaymentStarted", "PaymentCaptured", "RefundOrdered",
    "RefundSent", "PoolChanged",
];

/// Every event of a journal, oldest first: its kind and its fields.
pub struct Journal {
    events: Vec<(String, Value)>,
}

/// Minor units that moved for one try to pay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// From the shopper.
    pub captured: i64,
    /// Back to the shopper.
    pub refunded: i64,
}

impl Journal {
    /// The journal of a data folder.
    pub fn of(data: &Path) -> Journal {
        let told = on(data, &["replay", "--json"]).done().out;
        let lines = told
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let mut events = Vec::new();
        for line in lines {
            for event in line["events"].as_array().expect("a list") {
                let mut kinds = event.as_object().expect("one kind").iter();
                let (kind, fields) = kinds.next().expect("one kind");
                if KINDS.contains(&kind.as_str()) {
                    events.push((kind.clone(), fields.clone()));
                }
            }
        }
        Journal { events }
    }

    /// The fields of every event of a kind.
    pub fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        assert!(KINDS.contains(&kind), "{kind} is not kept");
        let of_kind = self.events.iter().filter(move |(own, _)| own == kind);
        of_kind.map(|(_, fields)| fields)
    }

    /// One field of every event of a kind, as text.
    pub fn ids(&self, kind: &str, field: &str) -> BTreeSet<String> {
        self.all(kind).map(|fields| text(&fields[field])).collect()
    }

    /// Units that were given to each pool of a deal, and units of it in orders that are paid and not cancelled.
    pub fn allotted_and_sold(&self) -> BTreeMap<(String, String), (u64, u64)> {
        let mut pools: BTreeMap<_, (u64, u64)> = BTreeMap::new();
        for changed in self.all("PoolChanged") {
            let counts = changed["counts"].as_object().expect("four numbers");
            let units = counts
                .values()
                .map(|count| count.as_u64().expect("a number"));
            pools.entry(pool(changed)).or_insert((units.sum(), 0));
        }
        let (paid, gone) = (
            self.ids("OrderPaid", "order"),
            self.ids("OrderCancelled", "order"),
        );
        for line in self.all("LinePlaced") {
            let order = text(&line["order"]);
            if paid.contains(&order) && !gone.contains(&order) {
                let (_, sold) = pools.entry(pool(line)).or_default();
                *sold += line["units"].as_u64().expect("a number");
            }
        }
        pools
    }

    /// What money moved, try by try.
    pub fn moved(&self) -> BTreeMap<String, Moved> {
        let payment = |fields: &Value| text(&fields["payment"]);
        let amount = |fields: &Value| fields["amount"].as_i64().expect("an amount");
        let mut moved: BTreeMap<String, Moved> = BTreeMap::new();
        for started in self.all("PaymentStarted") {
            moved.entry(payment(started)).or_default();
        }
        for captured in self.all("PaymentCaptured") {
            moved.entry(payment(captured)).or_default().captured += amount(captured);
        }
        let sent = self.ids("RefundSent", "refund");
        for ordered in self.all("RefundOrdered") {
            if sent.contains(&text(&ordered["refund"])) {
                moved.entry(payment(ordered)).or_default().refunded += amount(ordered);
            }
        }
        moved
    }
}

/// An id as text: a text, a number, or the checkout and the number of a try to pay it.
pub fn text(id: &Value) -> String {
    match id {
        Value::String(text) => text.clone(),
        Value::Object(payment) => format!("{}.{}", text(&payment["checkout"]), payment["attempt"]),
        other => other.to_string(),
    }
}

fn pool(fields: &Value) -> (String, String) {
    (text(&fields["deal"]), text(&fields["sku"]))
}

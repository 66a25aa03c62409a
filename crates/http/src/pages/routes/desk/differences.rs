//! In what a deal of a file is another than the one on the schedule, in the reader's language.

use crate::pages::words::Words;
use intake::{DealDraft, DealPool};
use money::Currency;
use vocabulary::{Deduct, Millis};

/// Every difference, as a line each.
pub fn differences(w: &Words, file: &DealDraft, schedule: &DealDraft) -> Vec<String> {
    let said = |column: &str, there: String, here: String| {
        let column = w.say(&format!("column-{column}"));
        line(w, column, there, here)
    };
    let terms = terms(w, schedule).into_iter().zip(terms(w, file));
    let terms = terms.filter(|((_, there), (_, here))| there != here);
    let mut found: Vec<String> = terms
        .map(|((column, there), (_, here))| said(column, there, here))
        .collect();
    for pool in &file.pools {
        let other = schedule.pools.iter().find(|other| other.sku == pool.sku);
        match other {
            Some(other) => {
                found.extend(of_pool(w, file.currency, pool, (other, schedule.currency)))
            }
            None => {
                found.push(w.say_with("import-without-sku", [("sku", pool.sku.as_str().into())]))
            }
        }
    }
    let more = schedule
        .pools
        .iter()
        .filter(|other| file.pools.iter().all(|pool| pool.sku != other.sku));
    found.extend(
        more.map(|other| w.say_with("import-besides-sku", [("sku", other.sku.as_str().into())])),
    );
    found
}

fn line(w: &Words, what: String, there: String, here: String) -> String {
    w.say_with(
        "import-difference",
        [
            ("what", what.into()),
            ("there", there.into()),
            ("here", here.into()),
        ],
    )
}

fn of_pool(
    w: &Words,
    currency: Currency,
    pool: &DealPool,
    (other, others): (&DealPool, Currency),
) -> Vec<String> {
    let count = |units: u32| w.count(units.into());
    let both = [
        (
            "price",
            w.amount(other.price, others),
            w.amount(pool.price, currency),
        ),
        ("allotment", count(other.allotment), count(pool.allotment)),
    ];
    let differing = both.into_iter().filter(|(_, there, here)| there != here);
    differing
        .map(|(column, there, here)| {
            let what = format!("{} {}", pool.sku, w.say(&format!("column-{column}")));
            line(w, what, there, here)
        })
        .collect()
}

/// What all pools have in common, by column, in words.
fn terms(w: &Words, deal: &DealDraft) -> [(&'static str, String); 13] {
    let (terms, extensions) = (&deal.terms, &deal.extensions);
    let yes_no = |yes: bool| w.say(if yes { "import-yes" } else { "import-no" });
    let clock = |ms: u32| w.clock(ms.into());
    [
        ("currency", deal.currency.code().to_owned()),
        ("start", moment(w, terms.starts_at)),
        ("end", moment(w, terms.ends_at)),
        ("limit", w.count(terms.limit.into())),
        ("hold", clock(terms.hold_ms)),
        ("payment", clock(terms.payment_ms)),
        ("deposit", clock(terms.deposit_ms)),
        ("members-only", yes_no(terms.members_only)),
        ("verified-only", yes_no(terms.verified_only)),
        ("deduct", w.say(deducted(terms.deduct))),
        ("waitlist", w.count(terms.waitlist_max.into())),
        ("extensions", w.count(extensions.times.into())),
        ("extension", clock(extensions.span_ms)),
    ]
}

/// As exact as it must be to tell two moments apart.
fn moment(w: &Words, at: Millis) -> String {
    match at.0 % 1_000 {
        0 => w.exact_moment(at),
        ms => format!("{}.{ms:03}", w.exact_moment(at)),
    }
}

fn deducted(deduct: Deduct) -> &'static str {
    match deduct {
        Deduct::OnOrder => "deduct-order",
        Deduct::OnPayment => "deduct-payment",
    }
}

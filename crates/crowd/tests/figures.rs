//! The figures in the tree are those that the data give, wherever the data are at hand.

#[path = "../examples/derive/measure.rs"]
mod measure;

use crowd::figures;
use measure::{Baskets, Sessions, baskets, sessions};
use std::path::PathBuf;

/// The folder of real data that lies beside the repository.
fn data() -> Option<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let found = here
        .ancestors()
        .map(|folder| folder.join("shared/data"))
        .find(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("skipped: there is no folder shared/data beside the repository");
    }
    found
}

#[test]
fn what_shoppers_do_is_what_the_sessions_say() {
    let Some(data) = data() else { return };
    let measured = sessions(&data.join("sessions/rees46_3h/events.csv")).expect("they are read");
    let written = Sessions {
        views: figures::VIEWS,
        gap_seconds: figures::GAP_SECONDS,
        holding_in_10_000: figures::HOLDING_IN_10_000,
        buying_in_10_000: figures::BUYING_IN_10_000,
        events_in_1_000_s: figures::EVENTS_IN_1_000_S,
        variance_in_100_means: figures::VARIANCE_IN_100_MEANS,
    };
    assert_eq!(measured, written);
}

#[test]
fn what_shoppers_buy_is_what_the_invoices_say() {
    let Some(data) = data() else { return };
    let measured = baskets(&data.join("orders/uci_online_retail")).expect("they are read");
    let written = Baskets {
        lines: figures::LINES,
        units: figures::UNITS,
    };
    assert_eq!(measured, written);
}

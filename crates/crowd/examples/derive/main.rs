//! Derives the figures of the crowd from real sessions and baskets, and prints them as `src/figures.rs`:
//! `cargo run -p crowd --example derive -- SESSIONS ORDERS > crates/crowd/src/figures.rs`, where SESSIONS is the
//! file of events of rees46_3h and ORDERS the folder uci_online_retail.

mod measure;

use measure::{Baskets, Sessions, baskets, sessions};

/// Everything that is derived.
struct Measured {
    sessions: Sessions,
    baskets: Baskets,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(events), Some(orders)) = (arguments.next(), arguments.next()) else {
        return Err("say where the sessions and the orders lie".into());
    };
    let measured = Measured {
        sessions: sessions(events.as_ref())?,
        baskets: baskets(orders.as_ref())?,
    };
    print(&measured);
    Ok(())
}

fn print(measured: &Measured) {
    let Measured { sessions, baskets } = measured;
    println!("{HEAD}");
    table(
        "VIEWS",
        "Pages of products that a session looks at.",
        &sessions.views,
    );
    table(
        "GAP_SECONDS",
        "Seconds between one deed of a session and the next.",
        &sessions.gap_seconds,
    );
    share(
        "HOLDING_IN_10_000",
        "Sessions in 10,000 that put something into the cart, or buy at once.",
        sessions.holding_in_10_000,
    );
    share(
        "BUYING_IN_10_000",
        "Of those, sessions in 10,000 that buy.",
        sessions.buying_in_10_000,
    );
    share(
        "EVENTS_IN_1_000_S",
        "Events in 1,000 seconds of the settled half hour.",
        sessions.events_in_1_000_s,
    );
    share(
        "VARIANCE_IN_100_MEANS",
        "The variance of events a second, in hundredths of their mean; independent arrivals have 100.",
        sessions.variance_in_100_means,
    );
    table("LINES", "Lines of a basket.", &baskets.lines);
    table("UNITS", "Units of a line.", &baskets.units);
}

fn share(name: &str, says: &str, value: u32) {
    println!("\n/// {says}\npub const {name}: u32 = {value};");
}

fn table(name: &str, says: &str, percentiles: &[u32; 101]) {
    println!(
        "\n/// {says} Percentiles 0 to 100.\n#[rustfmt::skip]\npub const {name}: [u32; 101] = ["
    );
    for row in percentiles.chunks(20) {
        let cells: Vec<String> = row.iter().map(u32::to_string).collect();
        println!("    {},", cells.join(", "));
    }
    println!("];");
}

const HEAD: &str = "\
//! How real shoppers behave, in aggregates alone. Written by `cargo run -p crowd --example derive`; a test derives them again
//! where the data are. What no data tell (rushes, second windows, double clicks) stands in `mix`.
//!
//! Sources: sessions from REES46, \"eCommerce behavior data from multi category store\", the first three hours
//! of October 2019; baskets from the UCI Machine Learning Repository, \"Online Retail\" (CC BY 4.0), every invoice
//! of December 2010 and January 2011 without cancellations, gifts and corrections. It is a wholesaler's: see `plan` for
//! where a basket is cut.";

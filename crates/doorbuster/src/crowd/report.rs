//! The summary of a crowd or of races: as text or as JSON. It ends in an error where something does not agree.

use crate::output::say;
use adapters::crowd_http::{Closed, Crew, PagesReport, RaceReport, Seen, Serves};
use anyhow::bail;
use crowd::{Outcome, Tally};
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::thread::available_parallelism;

/// Findings are shown up to a screenful; JSON has them all.
const SHOWN_MAX: usize = 20;

/// Says how a crowd fared.
pub(super) fn crowd(crew: &Crew, as_json: bool) -> anyhow::Result<()> {
    let (text, findings) = crew.see(|seen| {
        let text = if as_json {
            summary(&seen).to_string()
        } else {
            told(&seen)
        };
        (text, seen.told.findings.len())
    });
    say!("{text}");
    if findings > 0 {
        bail!("{findings} things are not as the crowd was told");
    }
    Ok(())
}

fn summary(seen: &Seen<'_>) -> Value {
    let (tally, told) = (seen.tally, seen.told);
    let latencies = tally.latencies();
    let latencies =
        latencies.map(|(name, latencies)| (name.to_owned(), quantiles("answers", latencies)));
    json!({
        "visits": tally.visits, "turned_away": tally.turned_away, "door": quantiles("visits", tally.door()),
        "orders_per_second": seen.closed.map(orders_per_second),
        "orders": told.orders, "checkouts": told.checkouts, "paid": told.paid, "holds": told.holds,
        "places": tally.places, "units_sold": told.units_sold,
        "refused": tally.refusals(), "retried": tally.retries(), "lost": tally.lost, "malformed": tally.malformed,
        "latencies": latencies.collect::<serde_json::Map<_, _>>(),
        "audit": {
            "checkouts_looked_up": told.checkouts_looked_up, "carts_looked_up": told.carts_looked_up,
            "pools_compared": told.pools_compared, "unanswered": told.unanswered, "forgotten": told.forgotten,
            "findings": told.findings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        },
    })
}

fn quantiles(counted: &str, spans: &Histogram<u64>) -> Value {
    let at = |quantile| spans.value_at_quantile(quantile);
    json!({counted: spans.len(), "p50_us": at(0.5), "p90_us": at(0.9), "p99_us": at(0.99),
        "p999_us": at(0.999), "max_us": spans.max()})
}

fn told(seen: &Seen<'_>) -> String {
    let (tally, told) = (seen.tally, seen.told);
    let mut text = latencies(tally);
    text.push('\n');
    text.push_str(&counts("refused", tally.refusals().iter()));
    text.push_str(&counts("asked again", tally.retries().iter()));
    let _ = writeln!(
        text,
        "{} visits ({} turned away at the door), {} holds, {} places, {} orders in {} checkouts, {} seen paid, {} asks lost, {} answers against the contract",
        tally.visits,
        tally.turned_away,
        told.holds,
        tally.places,
        told.orders,
        told.checkouts,
        told.paid,
        tally.lost,
        tally.malformed,
    );
    if let Some(closed) = seen.closed {
        let _ = writeln!(
            text,
            "{:.1} orders a second in the {:.0} s that the doors were open",
            orders_per_second(closed),
            closed.open.as_secs_f64(),
        );
    }
    if let Some(malformed) = seen.malformed {
        let _ = writeln!(text, "first answer against the contract: {malformed}");
    }
    let _ = write!(
        text,
        "audit: {} of {} checkouts and {} carts looked up again, {} units sold, {} pools held against their allotment, {} look-ups unanswered, {} checkouts forgotten: {}",
        told.checkouts_looked_up,
        told.checkouts,
        told.carts_looked_up,
        told.units_sold,
        told.pools_compared,
        told.unanswered,
        told.forgotten,
        listed(&told.findings),
    );
    text
}

/// Acknowledged orders for each second that the doors were open.
fn orders_per_second(closed: Closed) -> f64 {
    closed.orders as f64 / closed.open.as_secs_f64()
}

fn listed<T: Display>(findings: &[T]) -> String {
    if findings.is_empty() {
        return "all is as the crowd was told".to_owned();
    }
    let mut text = format!("{} FINDINGS", findings.len());
    for finding in findings.iter().take(SHOWN_MAX) {
        let _ = write!(text, "\n  {finding}");
    }
    text
}

/// A table of latencies, in milliseconds; first, how long visits waited at the crowd's own door.
pub(super) fn latencies(tally: &Tally) -> String {
    table(std::iter::once(("at door", tally.door())).chain(tally.latencies()))
}

fn table<'a>(rows: impl Iterator<Item = (&'static str, &'a Histogram<u64>)>) -> String {
    let mut text = format!(
        "{:<10}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n",
        "ms", "answers", "p50", "p90", "p99", "p99.9", "max"
    );
    for (name, latencies) in rows {
        let _ = write!(text, "{name:<10}{:>10}", latencies.len());
        for quantile in [0.5, 0.9, 0.99, 0.999, 1.0] {
            let us = latencies.value_at_quantile(quantile);
            let _ = write!(text, "{:>10.2}", us as f64 / 1_000.0);
        }
        text.push('\n');
    }
    text
}

/// A line of counts, the most frequent first; nothing where there are none.
pub(super) fn counts<'a, N: Display + 'a>(
    title: &str,
    counts: impl Iterator<Item = (&'a N, &'a u64)>,
) -> String {
    let mut counts: Vec<_> = counts.collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    if counts.is_empty() {
        return String::new();
    }
    let listed: Vec<String> = counts
        .iter()
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    format!("{title}: {}\n", listed.join(", "))
}

/// What a crowd at the pages proves.
pub(super) struct Proof {
    /// What the shop can serve, where it was measured.
    pub serves: Option<Serves>,
    /// How many processors the crowd itself kept busy.
    pub own_share: f64,
    /// What it saw.
    pub report: PagesReport,
}

impl Proof {
    /// How many times as many came a second as the shop was measured to serve.
    fn times(&self) -> Option<f64> {
        let serves = self.serves?;
        Some(self.report.came_per_second() / serves.shoppers_per_second)
    }

    fn spans(&self) -> [(&'static str, &Histogram<u64>); 3] {
        let report = &self.report;
        [
            ("pages", &report.served),
            ("come later", &report.refused),
            ("kept here", &report.kept),
        ]
    }
}

/// Says what a crowd saw of the pages.
pub(super) fn pages(proof: &Proof, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        say!("{}", pages_summary(proof));
    } else {
        say!("{}", told_of_pages(proof));
    }
    let wrongs = proof.report.wrongs();
    if !wrongs.is_empty() {
        bail!(
            "{} shoppers got no answer or saw what nobody should see",
            wrongs.iter().map(|(_, count)| count).sum::<u64>()
        );
    }
    Ok(())
}

fn pages_summary(proof: &Proof) -> Value {
    let report = &proof.report;
    let [pages, later, kept] = proof.spans().map(|(_, spans)| quantiles("answers", spans));
    let serves = proof.serves.map(|serves| {
        json!({"shoppers_per_second": serves.shoppers_per_second, "answers_per_second": serves.answers_per_second})
    });
    json!({
        "serves": serves, "times": proof.times(), "came_per_second": report.came_per_second(),
        "shoppers": report.shoppers(), "served": report.shoppers_served(),
        "gave_up_waiting": report.ended(&Outcome::GaveUp), "lost": report.lost(),
        "waited_in_room": report.waited_in_room, "refused_with_words": report.turned_away.0, "set_back": report.set_back,
        "outcomes": named(&report.outcomes), "statuses": named(&report.statuses), "wrongs": report.wrongs(),
        "answers": {"pages": pages, "come_later": later, "kept_here": kept},
        "holds_per_second": report.holds_per_second(),
        "to_hold_ms": {"p50": report.to_hold.value_at_quantile(0.5), "p99": report.to_hold.value_at_quantile(0.99),
            "max": report.to_hold.max()},
        "own_processors": proof.own_share,
    })
}

fn named<N: std::fmt::Debug>(counts: &BTreeMap<N, u64>) -> BTreeMap<String, u64> {
    let named = counts
        .iter()
        .map(|(name, count)| (format!("{name:?}"), *count));
    named.collect()
}

fn told_of_pages(proof: &Proof) -> String {
    let (report, mut text) = (&proof.report, String::new());
    if let Some(serves) = proof.serves {
        let (shoppers, answers) = (serves.shoppers_per_second, serves.answers_per_second);
        let _ = writeln!(
            text,
            "the shop serves {shoppers:.0} shoppers a second from a deal to the cart ({answers:.0} answers)"
        );
    }
    let _ = write!(
        text,
        "{} shoppers came, {:.0} a second",
        report.shoppers(),
        report.came_per_second()
    );
    if let Some(times) = proof.times() {
        let _ = write!(text, ": {times:.1} times as many");
    }
    let _ = writeln!(
        text,
        "\nserved {}, waited in the waiting room {}, asked in words to come later {} ({} times), \
         waited to the end of their patience {}, lost {}",
        report.shoppers_served(),
        report.waited_in_room,
        report.turned_away.0,
        report.turned_away.1,
        report.ended(&Outcome::GaveUp),
        report.lost(),
    );
    text.push_str(&counts("ended", named(&report.outcomes).iter()));
    text.push_str(&counts("statuses", named(&report.statuses).iter()));
    text.push_str(&table(proof.spans().into_iter()));
    let _ = write!(
        text,
        "{:.1} holds a second; from coming to the cart p50 {} ms, max {} ms; {} were set back by somebody who came back\n\
         the crowd itself kept {:.2} of {} processors busy",
        report.holds_per_second(),
        report.to_hold.value_at_quantile(0.5),
        report.to_hold.max(),
        report.set_back,
        proof.own_share,
        available_parallelism().map_or(1, usize::from),
    );
    text
}

/// Says how races went.
pub(super) fn race(report: &RaceReport, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let summary = json!({"rounds": report.rounds, "sold": report.sold, "lapsed": report.lapsed, "released": report.released,
            "declined": report.declined, "served": report.served, "wrongs": report.wrongs});
        say!("{summary}");
    } else {
        say!(
            "{} races: {} units sold, {} holds lapsed, {} released, {} payments declined, {} served from the waitlist: {}",
            report.rounds,
            report.sold,
            report.lapsed,
            report.released,
            report.declined,
            report.served,
            if report.wrongs.is_empty() {
                "sold once each time, and served in order".to_owned()
            } else {
                listed(&report.wrongs)
            },
        );
    }
    if !report.wrongs.is_empty() {
        bail!("{} things went wrong", report.wrongs.len());
    }
    Ok(())
}

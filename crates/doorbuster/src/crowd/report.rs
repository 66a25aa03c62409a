//! The summary of a crowd or of races: as text or as JSON. It ends in an error where something does not agree.

use crate::output::say;
use adapters::crowd_http::{Closed, Crew, PagesReport, RaceReport, Seen};
use anyhow::bail;
use crowd::Tally;
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

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
    let mut text = format!(
        "{:<10}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n",
        "ms", "answers", "p50", "p90", "p99", "p99.9", "max"
    );
    for (name, latencies) in std::iter::once(("at door", tally.door())).chain(tally.latencies()) {
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

/// Says what a crowd saw of the pages.
pub(super) fn pages(report: &PagesReport, as_json: bool) -> anyhow::Result<()> {
    let wrongs = report.wrongs();
    let outcomes: BTreeMap<String, u64> = named(&report.outcomes);
    let statuses: BTreeMap<String, u64> = named(&report.statuses);
    if as_json {
        say!(
            "{}",
            json!({"outcomes": outcomes, "statuses": statuses, "waited_in_room": report.waited_in_room,
                "set_back": report.set_back, "holds_per_second": report.holds_per_second(),
                "answers": quantiles("answers", &report.answers), "wrongs": wrongs,
                "to_hold_ms": {"p50": report.to_hold.value_at_quantile(0.5), "p99": report.to_hold.value_at_quantile(0.99),
                    "max": report.to_hold.max()}})
        );
    } else {
        say!("{}", told_of_pages(report, &outcomes, &statuses));
    }
    if !wrongs.is_empty() {
        bail!(
            "{} shoppers saw what nobody should see",
            wrongs.iter().map(|(_, count)| count).sum::<u64>()
        );
    }
    Ok(())
}

fn named<N: std::fmt::Debug>(counts: &BTreeMap<N, u64>) -> BTreeMap<String, u64> {
    let named = counts
        .iter()
        .map(|(name, count)| (format!("{name:?}"), *count));
    named.collect()
}

fn told_of_pages(
    report: &PagesReport,
    outcomes: &BTreeMap<String, u64>,
    statuses: &BTreeMap<String, u64>,
) -> String {
    let ms = |us: u64| us as f64 / 1_000.0;
    let at = |quantile| ms(report.answers.value_at_quantile(quantile));
    let (hold, longest) = (report.to_hold.value_at_quantile(0.5), report.to_hold.max());
    format!(
        "{}{}{} waited in the waiting room, {} were set back by somebody who came back\n\
         answers: {} in all, p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms\n\
         {:.1} holds a second; from coming to holding p50 {hold} ms, max {longest} ms",
        counts("ended", outcomes.iter()),
        counts("statuses", statuses.iter()),
        report.waited_in_room,
        report.set_back,
        report.answers.len(),
        at(0.5),
        at(0.99),
        ms(report.answers.max()),
        report.holds_per_second(),
    )
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

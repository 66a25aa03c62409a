//! What /metrics shows: the recorder, and the table of all that is counted.

use crate::house::House;
use anyhow::Context;
use clerks::Standing;
use http::{Disk, Meters, Vitals};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::path::Path;
use std::time::Duration;
use tokio::sync::watch;
use vocabulary::Refusal;

/// How often what was recorded is put together, so that it does not pile up where nobody scrapes.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);
/// The bounds that durations are counted by, in seconds.
const SECONDS: [f64; 12] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5,
];
/// The bounds that batches are counted by, in commands.
const COMMANDS: [f64; 9] = [
    1.0, 4.0, 16.0, 64.0, 256.0, 1_024.0, 4_096.0, 16_384.0, 65_536.0,
];

enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// One thing that is counted.
struct Meter {
    kind: Kind,
    name: &'static str,
    meaning: &'static str,
}

const fn counter(name: &'static str, meaning: &'static str) -> Meter {
    let kind = Kind::Counter;
    Meter {
        kind,
        name,
        meaning,
    }
}

const fn gauge(name: &'static str, meaning: &'static str) -> Meter {
    let kind = Kind::Gauge;
    Meter {
        kind,
        name,
        meaning,
    }
}

const fn histogram(name: &'static str, meaning: &'static str) -> Meter {
    let kind = Kind::Histogram;
    Meter {
        kind,
        name,
        meaning,
    }
}

const METERS: &[Meter] = &[
    gauge(
        "doorbuster_till_queue_requests",
        "requests handed in and not decided yet; past 65,536 the answer is 503",
    ),
    histogram(
        "doorbuster_batch_commands",
        "commands in a batch: what was journaled and synced together",
    ),
    histogram(
        "doorbuster_journal_append_seconds",
        "time to write a batch and have it on disk",
    ),
    counter(
        "doorbuster_journal_bytes_total",
        "bytes of commands journaled since the start",
    ),
    gauge("doorbuster_journal_sequence", "the last sequence on disk"),
    gauge(
        "doorbuster_views_lag_commands",
        "commands on disk that the views in memory do not show yet",
    ),
    gauge(
        "doorbuster_orders_lag_commands",
        "commands on disk that the order tables do not show yet",
    ),
    gauge("doorbuster_holds_open", "holds whose clock runs"),
    gauge("doorbuster_waitlist_places", "places in waitlists"),
    counter(
        "doorbuster_refusals_total",
        "requests that were refused since the start, by the ledger or at a shutter, by `refusal`",
    ),
    gauge(
        "doorbuster_payment_work",
        "pieces of work that the payment clerk has still to do",
    ),
    gauge(
        "doorbuster_payment_work_stuck",
        "those of them that fail again and again",
    ),
    gauge(
        "doorbuster_webhooks_lag_commands",
        "commands on disk behind what the slowest endpoint that is not paused has taken",
    ),
    gauge(
        "doorbuster_webhooks_failing",
        "endpoints whose last message did not arrive yet, however often it was tried",
    ),
    gauge("doorbuster_webhooks_paused", "endpoints that are paused"),
    counter(
        "doorbuster_notices_sent_total",
        "notices that left or could not, by `way` (`push`, `mail`) and `outcome` (`taken`, `gone`: nobody is there any more, `not_taken`: tried again)",
    ),
    counter(
        "doorbuster_letters_given_up_total",
        "letters that somebody asked for, like a link for a forgotten password, and that the mail server took in none of several tries",
    ),
    gauge(
        "doorbuster_stream_listeners",
        "open streams of the board, the claimed bars and the waiting room",
    ),
    gauge(
        "doorbuster_waiting_turns",
        "shoppers who wait for their turn in the waiting room",
    ),
    counter(
        "doorbuster_http_requests_total",
        "requests answered since the start, by `route`, `method` and `status`",
    ),
    histogram(
        "doorbuster_http_request_seconds",
        "time to an answer's first byte, by `route`, `method` and `status`",
    ),
];

/// Starts recording. Nothing that is counted before is shown.
pub(super) fn start() -> anyhow::Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_commands".to_owned()), &COMMANDS)?
        .install_recorder()
        .context("metrics cannot be recorded")?;
    METERS.iter().for_each(Meter::describe);
    for refusal in Refusal::ALL {
        metrics::counter!("doorbuster_refusals_total", "refusal" => refusal.name()).absolute(0);
    }
    for way in ["push", "mail"] {
        for outcome in ["taken", "gone", "not_taken"] {
            let sent = metrics::counter!("doorbuster_notices_sent_total", "way" => way, "outcome" => outcome);
            sent.absolute(0);
        }
    }
    metrics::counter!("doorbuster_letters_given_up_total").absolute(0);
    let kept = handle.clone();
    tokio::spawn(async move {
        let mut every = tokio::time::interval(UPKEEP_EVERY);
        loop {
            every.tick().await;
            kept.run_upkeep();
        }
    });
    Ok(handle)
}

/// What the web room shows.
pub(super) fn of(
    handle: PrometheusHandle,
    house: &House,
    payments: watch::Receiver<Standing>,
) -> Meters {
    let (journaled, data) = (house.journaled.clone(), house.data().to_owned());
    Meters {
        recorded: handle,
        vitals: Box::new(move || {
            let payments = payments.borrow();
            Vitals {
                journal_seq: journaled.seq(),
                payment_work: payments.outstanding as u64,
                payment_work_stuck: payments.stuck.len() as u64,
                stuck_since: payments.stuck.iter().map(|stuck| stuck.since).min(),
                disk: disk(&data),
            }
        }),
    }
}

/// The disk under a folder.
fn disk(folder: &Path) -> Option<Disk> {
    let told = rustix::fs::statvfs(folder).ok()?;
    Some(Disk {
        free: told.f_bavail.checked_mul(told.f_frsize)?,
        whole: told.f_blocks.checked_mul(told.f_frsize)?,
    })
}

impl Meter {
    fn describe(&self) {
        match self.kind {
            Kind::Counter => metrics::describe_counter!(self.name, self.meaning),
            Kind::Gauge => {
                metrics::describe_gauge!(self.name, self.meaning);
                metrics::gauge!(self.name).set(0.0);
            }
            Kind::Histogram => metrics::describe_histogram!(self.name, self.meaning),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_says_what_each_metric_means() {
        let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/operations.md");
        let guide = std::fs::read_to_string(guide).expect("the guide is there");
        for Meter {
            name,
            meaning,
            kind,
        } in METERS
        {
            let kind = match kind {
                Kind::Counter => "counter",
                Kind::Gauge => "gauge",
                Kind::Histogram => "histogram",
            };
            let row = format!("| `{name}` | {kind} | {meaning} |");
            assert!(
                guide.contains(&row),
                "docs/guide/operations.md lacks\n{row}"
            );
        }
        let rows = guide
            .lines()
            .filter(|line| line.starts_with("| `doorbuster_"));
        assert_eq!(
            rows.count(),
            METERS.len(),
            "it lists some that are not there"
        );
    }
}

//! Three times what it can do: the shop at its peak, then asked for a multiple of that by clients who do
//! not wait, then at half of its peak again, and at its peak once more. What is still done, how soon who is turned away hears of it, what
//! it takes of memory, and how soon all is as it was.

use super::buyer::Buyers;
use super::client::{Driven, Load, drive};
use super::cpu::{self, CpuUs};
use super::processors::Halves;
use super::rush::{Came, Rush, Stage, StageCame, WINDOW, Window, rush};
use super::stand::Stand;
use crate::How;
use crate::figure::{Figure, Runs, Sheet};
use anyhow::{Context, ensure};
use clap::Args;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What is asked.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask bench overload
      The peak, three times as much for ten seconds, and half of it again.
  cargo xtask bench overload --times 10 --seconds 30 --runs 1
      Ten times as much for half a minute.
  cargo xtask bench overload --check
      Ends with 1 where a promise is broken, and says which.

The shop has one half of the processors and the clients have the other, so that they take nothing from it.
What they could not offer is seen in the line `offered`: a shop that is asked for less than that is not
overloaded as much.")]
pub struct Ask {
    /// How many times the peak is asked for.
    #[arg(long, value_name = "FACTOR", default_value_t = 3.0)]
    times: f64,
    /// How long the peak is measured, and how long the overload lasts.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// On whose disk the journals lie.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// Fails when a promise is broken.
    #[arg(long)]
    pub check: bool,
    #[command(flatten)]
    pub how: How,
}

/// The crowd at the peak, who wait for their answers.
const PEAK: (usize, usize) = (64, 64);
/// The crowd of the overload: together they may wait for twice as many answers as requests find room at the counter.
const CONNECTIONS: usize = 512;
const TOGETHER: usize = 16;
const UNANSWERED_MAX: usize = 256;

/// The stages, by their place.
const CALM: usize = 1;
const OVERLOAD: [usize; 2] = [3, 4];
const AFTER: usize = 5;
const STAGES: usize = 6;
/// Shoppers of the peak that is measured once more at the end differ from those before.
const AGAIN: u64 = 1 << 20;
/// How long the shop is watched before and after.
const WATCHED: Duration = Duration::from_secs(5);
/// So many windows in a row must be as good as they were.
const STEADY: usize = 5;

/// Of the peak's orders and payments, so many are still done.
const GOODPUT_MIN: f64 = 0.9;
/// How soon nearly all hear of it who are turned away.
const REFUSED_WITHIN_MS: f64 = 500.0;
/// How soon all is as it was.
const BACK_WITHIN: Duration = Duration::from_secs(2);
/// More orders than are placed in a second.
const ORDERS_A_SECOND: usize = 150_000;
/// How much more memory may be taken for an order than at the peak.
const MEMORY_MAX: f64 = 1.25;

impl Ask {
    /// For how many orders there is room, so that the overload does not come when it is used up.
    fn room(&self) -> usize {
        ORDERS_A_SECOND * (4 * self.seconds as usize + 2 * WATCHED.as_secs() as usize)
    }
}

/// Measures it.
///
/// # Errors
/// When a disk, a till, a server or a client fails.
pub fn run(ask: &Ask) -> anyhow::Result<Vec<Figure>> {
    let mut sheet = Sheet::default();
    for run in 0..ask.how.runs {
        eprintln!("run {} of {}", run + 1, ask.how.runs);
        let place = tempfile::tempdir_in(&ask.folder).context("no folder for a run")?;
        let processors = Halves::of_this_machine()?;
        processors.for_the_shop()?;
        let stand = Stand::open(&place.path().join("data"), ask.room())?;
        processors.for_clients()?;
        let peak = Peak::of(&stand, ask, u64::from(run))?;
        catch_up(&stand)?;
        let over = Over::of(&stand, ask, &peak, u64::from(run))?;
        catch_up(&stand)?;
        let again = Peak::of(&stand, ask, u64::from(run) + AGAIN)?;
        stand.close()?;
        let (peak, over, again) = (&peak, &over, &again);
        let sheet = &mut sheet;
        Told {
            ask,
            peak,
            over,
            again,
            sheet,
        }
        .all();
    }
    Ok(sheet.figures())
}

/// Waits until what follows has the processors for itself.
fn catch_up(stand: &Stand) -> anyhow::Result<()> {
    eprintln!("the order tables catch up");
    stand.catch_up()
}

/// What was done as fast as it goes, and what it took.
struct Peak {
    driven: Driven,
    looks: Vec<Look>,
}

/// What the process has taken so far.
struct Look {
    memory_kib: f64,
    cpu: CpuUs,
}

impl Look {
    fn now() -> anyhow::Result<Look> {
        let status = fs::read_to_string("/proc/self/status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next());
        Ok(Look {
            memory_kib: kib.context("no resident memory")?.parse()?,
            cpu: cpu::used(),
        })
    }
}

impl Peak {
    fn of(stand: &Stand, ask: &Ask, seed: u64) -> anyhow::Result<Peak> {
        let (connections, depth) = PEAK;
        let load = Load {
            thread: "client",
            connections,
            depth,
            rate: None,
            span: Duration::from_secs(ask.seconds),
        };
        let shelf = Arc::new(stand.shelf.clone());
        let mut looks = Vec::new();
        let driven = drive(
            stand.address,
            load,
            |n| Buyers::of(&shelf, seed << 32 | n as u64),
            || looks.push(Look::now()),
        )?;
        let looks = looks.into_iter().collect::<anyhow::Result<_>>()?;
        Ok(Peak { driven, looks })
    }

    fn requests_a_second(&self) -> f64 {
        self.driven.a_second(self.driven.counted.requests)
    }

    fn done(&self) -> f64 {
        (self.driven.counted.orders + self.driven.counted.payments) as f64
    }

    fn goodput(&self) -> f64 {
        self.done() / self.driven.seconds
    }
}

/// What came of the overload, of the calm before it and of the time after it.
struct Over {
    came: Came,
    /// What all of the overload came to.
    overload: StageCame,
    looks: Vec<Look>,
    span: Duration,
    after_begins: Duration,
    calm_begins: Duration,
}

impl Over {
    fn of(stand: &Stand, ask: &Ask, peak: &Peak, seed: u64) -> anyhow::Result<Over> {
        let asked = stages(ask, peak.requests_a_second());
        let shelf = Arc::new(stand.shelf.clone());
        let mut looks = Vec::new();
        let came = rush(
            stand.address,
            &asked,
            |n| Buyers::of(&shelf, seed << 32 | 1 << 31 | n as u64),
            |_| looks.push(Look::now()),
        )?;
        let mut overload = StageCame::default();
        for stage in OVERLOAD {
            overload.add(&came.stages[stage])?;
        }
        Ok(Over {
            came,
            overload,
            looks: looks.into_iter().collect::<anyhow::Result<_>>()?,
            span: Duration::from_secs(ask.seconds),
            after_begins: asked.begin_of(AFTER),
            calm_begins: asked.begin_of(CALM),
        })
    }

    fn done(&self) -> f64 {
        (self.overload.counted.orders + self.overload.counted.payments) as f64
    }

    /// So many of something a second of the overload.
    fn a_second(&self, count: u64) -> f64 {
        count as f64 / self.span.as_secs_f64()
    }

    /// By window the latency below which nearly all were done, from this moment on, in milliseconds.
    fn p99s_ms(&self, begin: Duration) -> Vec<f64> {
        let place = |at: Duration| (at.as_millis() / WINDOW.as_millis()) as usize;
        let windows = &self.came.windows[place(begin)..place(begin + WATCHED)];
        windows.iter().map(Window::p99_ms).collect()
    }

    fn back_ms(&self) -> f64 {
        let before = self.p99s_ms(self.calm_begins);
        let after = self.p99s_ms(self.after_begins);
        back_after(&before, &after).as_secs_f64() * 1_000.0
    }
}

/// How long it takes until some windows in a row are no worse than the worst of before; all of it where they
/// never are.
fn back_after(before: &[f64], after: &[f64]) -> Duration {
    let whole = before.iter().copied().filter(|ms| ms.is_finite());
    let worst = whole.fold(0.0, f64::max);
    let mut rows = after.windows(STEADY);
    let windows = rows.position(|row| row.iter().all(|ms| *ms <= worst));
    WINDOW * windows.unwrap_or(after.len()) as u32
}

/// Half of the peak, to warm up and to be watched; the overload, which rises before it is measured; half again.
fn stages(ask: &Ask, peak: f64) -> Rush {
    let (half, over) = (peak / 2.0, peak * ask.times);
    let span = Duration::from_secs(ask.seconds);
    let spans: [(f64, Duration); STAGES] = [
        (half, Duration::from_secs(1)),
        (half, WATCHED),
        (over, span / 4),
        (over, span / 2),
        (over, span / 2),
        (half, WATCHED),
    ];
    Rush {
        connections: CONNECTIONS,
        together: TOGETHER,
        unanswered_max: UNANSWERED_MAX,
        stages: spans.map(|(rate, span)| Stage { rate, span }).into(),
    }
}

const GOODPUT: &str = "done in overload, orders and payments";
const BACK: &str = "back to what it was, after";
const MEMORY: &str = "memory for each order";
const REFUSED_P99: &str = "turned away, p99";
const WITHOUT_WHEN: &str = "turned away without Retry-After";
const WRONG: &str = "answers that are neither done nor turned away";

/// Writes down what a run came to.
struct Told<'a> {
    ask: &'a Ask,
    peak: &'a Peak,
    over: &'a Over,
    again: &'a Peak,
    sheet: &'a mut Sheet,
}

impl Told<'_> {
    fn all(&mut self) {
        self.rates();
        self.latencies();
        self.memory();
        self.cpu();
    }

    fn tell(&mut self, name: &str, unit: &'static str, ours: f64, baseline: (&str, f64)) {
        self.sheet.tell(name, unit, ours, baseline);
    }

    fn rates(&mut self) {
        let (ask, peak, over) = (self.ask, self.peak, self.over);
        let came = &over.overload;
        let goodput = over.done() / over.span.as_secs_f64();
        // A machine that changes its speed changes it for both.
        let around = f64::midpoint(peak.goodput(), self.again.goodput());
        let beside = ("the peak, before and after", around);
        self.tell(GOODPUT, "a second", goodput, beside);
        let target = peak.requests_a_second() * ask.times;
        let sent = over.a_second(came.sent);
        self.tell(
            "offered, requests",
            "a second",
            sent,
            ("what was meant to be", target),
        );
        let answered = over.a_second(came.counted.requests);
        let turned = over.a_second(came.turned);
        self.tell(
            "turned away (429, 503)",
            "a second",
            turned,
            ("answered", answered),
        );
        let without = over.a_second(came.without_when);
        self.tell(WITHOUT_WHEN, "a second", without, ("answered", answered));
        let wrong = over.a_second(came.counted.refused - came.turned);
        self.tell(WRONG, "a second", wrong, ("answered", answered));
    }

    fn latencies(&mut self) {
        let (peak, over) = (self.peak, self.over);
        let came = &over.overload;
        for (quantile, name) in [(0.5, "p50"), (0.99, "p99")] {
            let ms = |us: u64| us as f64 / 1_000.0;
            let done = ms(came.done_us.value_at_quantile(quantile));
            let turned = ms(came.turned_us.value_at_quantile(quantile));
            let at_peak = peak.driven.latency_ms(quantile);
            let beside = ("the peak", at_peak);
            self.tell(&format!("done, {name}"), "ms", done, beside);
            if came.turned > 0 {
                self.tell(
                    &format!("turned away, {name}"),
                    "ms",
                    turned,
                    ("done", done),
                );
            }
        }
        let promised = BACK_WITHIN.as_secs_f64() * 1_000.0;
        self.tell(BACK, "ms", over.back_ms(), ("what is promised", promised));
        let middle = |p99s: Vec<f64>| Runs::of(p99s).median();
        let before = middle(over.p99s_ms(over.calm_begins));
        let after = middle(over.p99s_ms(over.after_begins));
        let name = "p99 of 100 ms at half of the peak";
        self.tell(name, "ms", after, ("before the overload", before));
    }

    fn memory(&mut self) {
        let (peak, over) = (self.peak, self.over);
        let mib = |look: &Look| look.memory_kib / 1_024.0;
        let [begin, middle, end] = [OVERLOAD[0], OVERLOAD[1], AFTER].map(|n| mib(&over.looks[n]));
        let beside = ("the beginning", begin);
        for (name, value) in [("beginning", begin), ("middle", middle), ("end", end)] {
            self.tell(
                &format!("memory, {name} of the overload"),
                "MiB",
                value,
                beside,
            );
        }
        let grown = |mib: f64, orders: u64| mib.max(0.0) * 1_048_576.0 / orders.max(1) as f64;
        let ours = grown(end - begin, over.overload.counted.orders);
        let peak_mib = mib(&peak.looks[1]) - mib(&peak.looks[0]);
        let at_peak = grown(peak_mib, peak.driven.counted.orders);
        self.tell(MEMORY, "bytes", ours, ("the peak", at_peak));
    }

    fn cpu(&mut self) {
        let (peak, over) = (self.peak, self.over);
        let at_peak = cpu::between(&peak.looks[0].cpu, &peak.looks[1].cpu);
        let spent = cpu::between(&over.looks[OVERLOAD[0]].cpu, &over.looks[AFTER].cpu);
        let each = |us: f64, requests: u64| us / requests.max(1) as f64;
        for (thread, us) in spent {
            let ours = each(us, over.overload.counted.requests);
            let peaks = at_peak.get(&thread).copied().unwrap_or_default();
            let peaks = each(peaks, peak.driven.counted.requests);
            if ours > 0.05 {
                let name = format!("CPU of an answer, thread {thread}");
                self.tell(&name, "us/request", ours, ("the peak", peaks));
            }
        }
    }
}

/// What is promised of a figure.
struct Promise {
    figure: &'static str,
    is_kept: fn(&Figure) -> bool,
    /// How it is said when it is broken.
    broken: &'static str,
}

const PROMISES: [Promise; 6] = [
    Promise {
        figure: GOODPUT,
        is_kept: |it| it.ratio() >= GOODPUT_MIN,
        broken: "less than 90 % of the peak is done",
    },
    Promise {
        figure: REFUSED_P99,
        is_kept: |it| it.ours.max() <= REFUSED_WITHIN_MS,
        broken: "who is turned away waits for longer than half a second",
    },
    Promise {
        figure: WITHOUT_WHEN,
        is_kept: |it| it.ours.max() == 0.0,
        broken: "some are turned away without Retry-After",
    },
    Promise {
        figure: WRONG,
        is_kept: |it| it.ours.max() == 0.0,
        broken: "some are answered wrongly",
    },
    Promise {
        figure: MEMORY,
        is_kept: |it| it.ratio() <= MEMORY_MAX,
        broken: "memory grows with what is not done",
    },
    Promise {
        figure: BACK,
        is_kept: |it| it.ratio() <= 1.0,
        broken: "it does not come back within 2 s",
    },
];

/// Says which promises are broken.
///
/// # Errors
/// Names them.
pub fn judge(figures: &[Figure]) -> anyhow::Result<()> {
    let broken = PROMISES.iter().filter(|promise| {
        let figure = figures.iter().find(|figure| figure.name == promise.figure);
        figure.is_some_and(|figure| !(promise.is_kept)(figure))
    });
    let said: Vec<&str> = broken.map(|promise| promise.broken).collect();
    ensure!(said.is_empty(), "{}", said.join("; "));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_back_when_five_windows_in_a_row_are_as_good_as_the_worst_before() {
        let before = [4.0, 9.0, f64::INFINITY, 3.0];
        let never = back_after(&before, &[10.0; 20]);
        assert_eq!(never, WINDOW * 20);
        let mut after = vec![f64::INFINITY, 5.0, 5.0, 90.0];
        after.extend([9.0; 6]);
        assert_eq!(back_after(&before, &after), WINDOW * 4);
        assert_eq!(back_after(&before, &[1.0; 6]), Duration::ZERO);
    }

    #[test]
    fn a_broken_promise_is_named_and_a_kept_one_is_not() {
        let mut sheet = Sheet::default();
        sheet.tell(GOODPUT, "a second", 80.0, ("the peak", 100.0));
        sheet.tell(BACK, "ms", 300.0, ("what is promised", 2_000.0));
        let said = judge(&sheet.figures()).expect_err("too little is done");
        assert_eq!(said.to_string(), "less than 90 % of the peak is done");
    }
}

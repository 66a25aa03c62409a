//! What the terminal shows while a crowd is in the shop: a live table; plain lines where there is no terminal.

use adapters::crowd_http::{Crew, Race, Seen};
use crossterm::cursor::MoveTo;
use crossterm::terminal::{Clear, ClearType};
use crossterm::{execute, terminal};
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Write as _;
use std::io::{IsTerminal, stderr};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Shows a crowd until it is aborted. Everything goes to standard error: standard output is the summary's.
pub(super) async fn keep(crew: Arc<Crew>, duration: Option<Duration>) {
    let is_terminal = stderr().is_terminal();
    let (pause, begun) = (
        Duration::from_secs(if is_terminal { 1 } else { 10 }),
        Instant::now(),
    );
    let (visits, haste) = crew.pace();
    eprintln!(
        "crowd: {visits:.1} visits a second between the bells, pauses of the data divided by {haste:.1}"
    );
    let mut before = (0, 0, begun);
    loop {
        tokio::time::sleep(pause).await;
        let at = Instant::now();
        let counts = crew.see(|seen| (seen.told.orders, seen.tally.answers(), at));
        let rates = rates(before, counts);
        before = counts;
        if is_terminal {
            let table = crew.see(|seen| table(&seen, rates, begun.elapsed(), duration));
            draw(&table);
        } else {
            eprintln!("{}", crew.see(|seen| line(&seen, rates, begun.elapsed())));
        }
    }
}

/// Takes the table away.
pub(super) fn clear() {
    if stderr().is_terminal() {
        draw("");
    }
}

fn draw(table: &str) {
    let height = terminal::size().map_or(24, |(_, rows)| usize::from(rows));
    let shown: Vec<&str> = table.lines().take(height.saturating_sub(1)).collect();
    // A terminal that cannot be drawn on is no reason to send the crowd home.
    let _ = execute!(stderr(), Clear(ClearType::All), MoveTo(0, 0));
    eprintln!("{}", shown.join("\n"));
}

/// Orders and answers a second.
fn rates(before: (u64, u64, Instant), now: (u64, u64, Instant)) -> (f64, f64) {
    let seconds = now.2.duration_since(before.2).as_secs_f64().max(0.001);
    (
        (now.0 - before.0) as f64 / seconds,
        (now.1 - before.1) as f64 / seconds,
    )
}

fn line(seen: &Seen<'_>, (orders, answers): (f64, f64), since: Duration) -> String {
    let (tally, told) = (seen.tally, seen.told);
    format!(
        "crowd: {:>4} s  {orders:.0} orders/s  {answers:.0} answers/s  {} orders  {} paid  {} inside  {} at the door  {} refused  {} retried  {} lost",
        since.as_secs(),
        told.orders,
        told.paid,
        seen.inside,
        seen.waiting,
        tally.refusals().values().sum::<u64>(),
        tally.retries().values().sum::<u64>(),
        tally.lost,
    )
}

fn table(
    seen: &Seen<'_>,
    rates: (f64, f64),
    since: Duration,
    duration: Option<Duration>,
) -> String {
    let mut text = line(seen, rates, since);
    if let Some(duration) = duration {
        let left = duration.saturating_sub(since).as_secs();
        let _ = write!(text, "  {left} s left");
    }
    text.push_str("\n\n");
    text.push_str(&super::report::latencies(seen.tally));
    text.push('\n');
    text.push_str(&super::report::counts(
        "refused",
        seen.tally.refusals().iter(),
    ));
    text.push_str(&super::report::counts(
        "asked again",
        seen.tally.retries().iter(),
    ));
    if let Some(malformed) = seen.malformed {
        let _ = writeln!(text, "first answer against the contract: {malformed}");
    }
    text
}

/// Shows how many races are over until it is aborted.
pub(super) async fn keep_race(race: Arc<Race>, rounds: usize) {
    let bar = ProgressBar::new(rounds as u64);
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} races, {eta} left  {msg}");
    bar.set_style(style.expect("the template is well formed"));
    loop {
        let report = race.report();
        bar.set_position(report.rounds);
        bar.set_message(format!(
            "{} sold, {} served from the waitlist, {} wrong",
            report.sold,
            report.served,
            report.wrongs.len()
        ));
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

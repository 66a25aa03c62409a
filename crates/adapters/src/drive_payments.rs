//! Drives the payment clerk: gives it events and the time, makes its calls, hands in its reports.
//! What to do is decided by the clerk alone.

use clerks::ports::{PaymentProvider, ProviderFault};
use clerks::{Answer, Errand, PaymentClerk, Standing};
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use vocabulary::{Command, Event, Millis, Outcome};

/// Events of one durable batch; only those that [`PaymentClerk::cares_for`] need be in it.
#[derive(Clone, Debug)]
pub struct Happened {
    /// The batch's stamp.
    pub at: Millis,
    /// In order.
    pub events: Vec<Event>,
}

/// The till could not take a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TurnedAway {
    /// When to come again, in ms.
    pub retry_after_ms: u64,
}

/// What the driver stands between.
pub struct PaymentDriver<Submit, Clock> {
    /// Who is called.
    pub provider: Arc<dyn PaymentProvider>,
    /// Hands a report in to the till: `Fn(Command) -> Future<Result<Outcome, TurnedAway>>`.
    pub submit: Submit,
    /// The time.
    pub clock: Clock,
    /// What the till published. When it closes the driver ends; the channel's bound is the queue's.
    pub happened: mpsc::Receiver<Happened>,
    /// Where the clerk's standing is shown, after every change of it.
    pub standing: watch::Sender<Standing>,
    /// How many calls and reports may be under way.
    pub in_flight_max: usize,
}

/// What came back.
enum Landed {
    Answer(Errand, Result<Answer, ProviderFault>),
    Outcome(Errand, Result<Outcome, TurnedAway>),
}

/// How often the standing is shown, at the most, in ms.
const STANDING_MS: u64 = 500;

/// Runs until no more events can come; calls under way are then left to the next start, which does
/// them again under the same ids.
pub async fn drive_payments<Submit, Reply, Clock>(
    mut clerk: PaymentClerk,
    mut driver: PaymentDriver<Submit, Clock>,
) where
    Submit: Fn(Command) -> Reply + Send,
    Reply: Future<Output = Result<Outcome, TurnedAway>> + Send + 'static,
    Clock: Fn() -> Millis + Send,
{
    let mut flight = FuturesUnordered::<BoxFuture<'static, Landed>>::new();
    let mut shown_at = Millis(0);
    loop {
        let now = (driver.clock)();
        if now.since(shown_at) >= STANDING_MS || now < shown_at {
            driver.standing.send_replace(clerk.standing());
            shown_at = now;
        }
        let room = driver.in_flight_max.saturating_sub(flight.len());
        for errand in clerk.due(now, room) {
            flight.push(call(driver.provider.clone(), errand));
        }
        let wait = wait_for(&clerk, now, flight.len() < driver.in_flight_max);
        tokio::select! {
            happened = driver.happened.recv() => match happened {
                Some(happened) => learn(&mut clerk, happened, &mut driver.happened),
                None => return,
            },
            Some(landed) = flight.next() => {
                let now = (driver.clock)();
                for (errand, command) in land(&mut clerk, now, landed) {
                    flight.push(hand_in(&driver.submit, errand, command));
                }
            }
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Until the next errand is due; with nothing due, until the standing is shown again.
fn wait_for(clerk: &PaymentClerk, now: Millis, room: bool) -> Duration {
    let due = clerk.next_due().filter(|_| room);
    let wait = due.map_or(STANDING_MS, |due| due.since(now).min(STANDING_MS));
    Duration::from_millis(wait)
}

fn learn(clerk: &mut PaymentClerk, first: Happened, more: &mut mpsc::Receiver<Happened>) {
    let mut next = Some(first);
    while let Some(happened) = next {
        for event in &happened.events {
            clerk.on_event(happened.at, event);
        }
        next = more.try_recv().ok();
    }
}

fn land(clerk: &mut PaymentClerk, now: Millis, landed: Landed) -> Vec<(Errand, Command)> {
    match landed {
        Landed::Answer(errand, answer) => {
            if let Err(fault) = &answer {
                tracing::warn!(work = ?errand.work, %fault, "the payment provider failed");
            }
            let reports = clerk.on_answer(now, &errand, answer);
            reports
                .into_iter()
                .map(|report| (errand.clone(), report))
                .collect()
        }
        Landed::Outcome(errand, Ok(outcome)) => {
            clerk.on_outcome(now, &errand, outcome);
            Vec::new()
        }
        Landed::Outcome(errand, Err(away)) => {
            clerk.on_turned_away(now, &errand, away.retry_after_ms);
            Vec::new()
        }
    }
}

fn call(provider: Arc<dyn PaymentProvider>, errand: Errand) -> BoxFuture<'static, Landed> {
    Box::pin(async move {
        let answer = errand.deed.run(provider.as_ref()).await;
        Landed::Answer(errand, answer)
    })
}

fn hand_in<Submit, Reply>(
    submit: &Submit,
    errand: Errand,
    command: Command,
) -> BoxFuture<'static, Landed>
where
    Submit: Fn(Command) -> Reply,
    Reply: Future<Output = Result<Outcome, TurnedAway>> + Send + 'static,
{
    let reply = submit(command);
    Box::pin(async move { Landed::Outcome(errand, reply.await) })
}

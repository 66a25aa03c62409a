//! The payment side: the provider (ours to reach, or the sandbox of our own), and the clerk that
//! does the outbox's work with it.

use crate::clock;
use crate::config::Settings;
use crate::house::House;
use crate::sandbox::{self, OpenSandbox};
use adapters::sandbox::Knobs;
use adapters::{
    Happened, HttpProvider, PaymentDriver, ProviderAddress, TurnedAway, drive_payments,
};
use anyhow::Context;
use clerks::ports::PaymentProvider;
use clerks::{PaymentClerk, PaymentFacts, RefundFacts, Standing, Unfinished};
use ledger::Ledger;
use std::sync::Arc;
use till::{Counter, Reply, Subscriber, Ticket};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use vocabulary::{Command, Outcome, PaymentId, Work};

/// How many batches may wait for the clerk.
const BATCHES_MAX: usize = 4_096;
/// How long a call to the provider may take.
const CALL_MS: u64 = 10_000;
/// How many calls and reports may be under way: a thousand payments a second, half a second each.
const IN_FLIGHT_MAX: usize = 512;

/// What the till tells the clerk: only what it cares for.
pub(super) fn subscribe() -> (Subscriber, mpsc::Receiver<Happened>) {
    let (sender, receiver) = mpsc::channel(BATCHES_MAX);
    let subscriber: Subscriber = Box::new(move |published| {
        let events: Vec<_> = published
            .events
            .iter()
            .filter(|(_, event)| PaymentClerk::cares_for(event))
            .map(|(_, event)| event.clone())
            .collect();
        if !events.is_empty() {
            // The driver goes away only with the server.
            let _ = sender.blocking_send(Happened {
                at: published.at,
                events,
            });
        }
    });
    (subscriber, receiver)
}

/// The provider, and the sandbox where it is one within.
pub(super) struct Provider {
    pub client: Arc<dyn PaymentProvider>,
    sandbox: Option<OpenSandbox>,
}

/// Reaches the provider that is configured, or opens the sandbox.
pub(super) async fn open_provider(settings: &Settings, house: &House) -> anyhow::Result<Provider> {
    let (url, sandbox) = match &settings.provider_url {
        Some(url) => (url.clone(), None),
        None => {
            let address = format!("http://127.0.0.1:{}", settings.sandbox_listen.port());
            let shared = house.secrets.shared();
            let sandbox = sandbox::open(settings, &shared, Knobs::default()).await?;
            (address, Some(sandbox))
        }
    };
    let api_key = house.secrets.provider_key.clone();
    let address = ProviderAddress {
        base_url: url,
        api_key,
        timeout_ms: CALL_MS,
    };
    let client = HttpProvider::at(address).context("the provider cannot be called")?;
    Ok(Provider {
        client: Arc::new(client),
        sandbox,
    })
}

impl Provider {
    /// Closes the sandbox, where there is one.
    pub(super) async fn finish(self) {
        if let Some(sandbox) = self.sandbox {
            // What stopped it before was logged when it did.
            let _ = sandbox.finish().await;
        }
    }
}

/// The clerk at work.
pub(super) struct Payments {
    driving: JoinHandle<()>,
    standing: watch::Receiver<Standing>,
}

/// Puts the clerk to work, beginning with what was in the outbox.
pub(super) async fn start(
    settings: &Settings,
    house: &House,
    provider: &Provider,
    happened: mpsc::Receiver<Happened>,
) -> anyhow::Result<Payments> {
    let mut clerk = PaymentClerk::returning_to(format!("{}/checkouts/", settings.public_url));
    let unfinished = house.look(unfinished).await?;
    for work in unfinished {
        clerk.restore(clock::now(), work);
    }
    let (shown, standing) = watch::channel(Standing::default());
    let mut watched = standing.clone();
    tokio::spawn(async move {
        while watched.changed().await.is_ok() {
            tell_how_it_stands(&watched.borrow_and_update());
        }
    });
    let counter = house.counter.clone();
    let driver = PaymentDriver {
        provider: Arc::clone(&provider.client),
        submit: move |command| submit(counter.clone(), command),
        clock: clock::now,
        happened,
        standing: shown,
        in_flight_max: IN_FLIGHT_MAX,
    };
    Ok(Payments {
        driving: tokio::spawn(drive_payments(clerk, driver)),
        standing,
    })
}

/// For whoever watches: how much the clerk has left to do, and what fails again and again.
fn tell_how_it_stands(standing: &Standing) {
    metrics::gauge!("doorbuster_payment_work").set(standing.outstanding as f64);
    metrics::gauge!("doorbuster_payment_work_stuck").set(standing.stuck.len() as f64);
    for stuck in &standing.stuck {
        tracing::debug!(work = ?stuck.work, tries = stuck.tries, fault = %stuck.fault, "stuck");
    }
}

impl Payments {
    /// How much the clerk has left to do, for whoever watches.
    pub(super) fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.clone()
    }

    /// Lets the calls under way go; what they did not report is done again at the next start.
    pub(super) async fn finish(self) {
        self.driving.abort();
        let _ = self.driving.await;
    }
}

/// The outbox with what must be known to do it.
fn unfinished(ledger: &Ledger) -> Vec<Unfinished> {
    ledger
        .outbox()
        .filter_map(|work| unfinished_work(ledger, work))
        .collect()
}

fn unfinished_work(ledger: &Ledger, work: Work) -> Option<Unfinished> {
    let facts = |payment| payment_facts(ledger, payment);
    Some(match work {
        Work::Settle(payment) => Unfinished::Settle(payment, facts(payment)?),
        Work::Capture(payment) => Unfinished::Capture(payment, facts(payment)?),
        Work::Void(payment) => Unfinished::Void(payment, facts(payment)?),
        Work::Refund(refund) => {
            let found = ledger.refund(refund)?;
            let facts = RefundFacts {
                payment: found.payment,
                amount: found.amount,
            };
            Unfinished::Refund(refund, facts)
        }
    })
}

fn payment_facts(ledger: &Ledger, payment: PaymentId) -> Option<PaymentFacts> {
    let found = ledger.payment(payment)?;
    Some(PaymentFacts {
        amount: found.amount,
        currency: found.currency,
        method: found.method,
        steps: found.steps,
        months: 0,
        deadline: found.deadline,
    })
}

async fn submit(counter: Counter, command: Command) -> Result<Outcome, TurnedAway> {
    const LATER: TurnedAway = TurnedAway {
        retry_after_ms: 200,
    };
    let (sender, receiver) = oneshot::channel();
    let reply = Box::new(move |replies: Vec<Reply>| {
        let _ = sender.send(replies);
    });
    let requests = vec![command.into()];
    counter
        .submit(Ticket { requests, reply })
        .map_err(|_| LATER)?;
    let replies = receiver.await.map_err(|_| LATER)?;
    replies.first().map(|reply| reply.outcome).ok_or(LATER)
}

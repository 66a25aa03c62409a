//! The webhook side: tells the shop's own systems what happened, from the records, while the festival
//! is served. In which sequence and when again is the webhook clerk's to say.

mod book;
mod history;
mod names;
mod notebook;
mod roll;

use crate::clock;
use crate::config::Settings;
use crate::house::House;
use adapters::{Reach, WebhookDriver, WebhookSender, drive_webhooks};
use anyhow::Context;
use book::RecordsBook;
use clerks::{WebhookClerk, WebhookStanding};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use vocabulary::Seq;

/// How often what was told is written down. It shares the writer with the order tables, and so must
/// not write at every message.
const WRITTEN_EVERY: Duration = Duration::from_millis(250);
/// How many changed endpoints may wait for the clerk.
const ORDERS_MAX: usize = 64;

/// The clerk at work.
pub(super) struct Webhooks {
    book: Arc<RecordsBook>,
    following: JoinHandle<()>,
    calling: JoinHandle<()>,
    driving: JoinHandle<()>,
    stop_writing: oneshot::Sender<()>,
    writing: JoinHandle<()>,
}

/// Puts the clerk to work, each endpoint from where it was.
///
/// # Errors
/// When the platform has no TLS to offer.
pub(super) fn start(settings: &Settings, house: &House) -> anyhow::Result<Webhooks> {
    let sender = WebhookSender::reaching(reach(settings)).context("webhooks cannot be sent")?;
    let book = Arc::new(RecordsBook::over(house.records.clone()));
    let (follow, reached) = watch::channel(*house.ordered.borrow());
    let (order, orders) = mpsc::channel(ORDERS_MAX);
    let (shown, standing) = watch::channel(Vec::new());
    let (stop_writing, stopped) = oneshot::channel();
    let driver = WebhookDriver {
        sender,
        book: book.clone(),
        names: book.names(),
        clock: clock::now,
        reached,
        orders,
        standing: shown,
    };
    tokio::spawn(tell_how_they_stand(standing));
    Ok(Webhooks {
        following: tokio::spawn(follow_the_tables(house.ordered.clone(), follow)),
        calling: tokio::spawn(roll::call_again_and_again(
            house.records.clone(),
            book.clone(),
            order,
        )),
        driving: tokio::spawn(drive_webhooks(WebhookClerk::default(), driver)),
        writing: tokio::spawn(write_down(book.clone(), stopped)),
        stop_writing,
        book,
    })
}

impl Webhooks {
    /// Lets messages under way land that do so soon, and writes down how far everybody was told.
    /// What happens from now on is told after the next start.
    pub(super) async fn finish(self) {
        self.following.abort();
        let _ = self.following.await;
        let _ = self.driving.await;
        self.calling.abort();
        let _ = self.calling.await;
        let _ = self.stop_writing.send(());
        let _ = self.writing.await;
        self.book.write_down().await;
    }
}

fn reach(settings: &Settings) -> Reach {
    if settings.webhooks_anywhere {
        Reach::Anywhere
    } else {
        Reach::PublicOnly
    }
}

/// Tells the clerk how far the order tables have come: what it is told of can be read. The clerk's
/// work ends with this.
async fn follow_the_tables(mut ordered: watch::Receiver<Seq>, follow: watch::Sender<Seq>) {
    while ordered.changed().await.is_ok() {
        follow.send_replace(*ordered.borrow_and_update());
    }
}

async fn write_down(book: Arc<RecordsBook>, mut stopped: oneshot::Receiver<()>) {
    while tokio::time::timeout(WRITTEN_EVERY, &mut stopped)
        .await
        .is_err()
    {
        book.write_down().await;
    }
}

/// For whoever watches: how far the slowest endpoint lags, how many fail, how many are not told.
async fn tell_how_they_stand(mut standing: watch::Receiver<Vec<WebhookStanding>>) {
    while standing.changed().await.is_ok() {
        let endpoints = standing.borrow_and_update();
        let told = || endpoints.iter().filter(|endpoint| endpoint.active);
        let behind = told().map(|endpoint| endpoint.behind).max();
        let failing = told().filter(|endpoint| endpoint.tries > 0).count();
        let paused = endpoints.len() - told().count();
        metrics::gauge!("doorbuster_webhooks_lag_commands").set(behind.unwrap_or(0) as f64);
        metrics::gauge!("doorbuster_webhooks_failing").set(failing as f64);
        metrics::gauge!("doorbuster_webhooks_paused").set(paused as f64);
    }
}

#[cfg(test)]
mod tests;

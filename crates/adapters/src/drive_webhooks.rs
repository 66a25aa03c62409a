//! Drives the webhook clerk: reads pages for it, posts its messages, keeps its news.

use crate::webhooks::WebhookSender;
use clerks::ports::{BookFault, DeliveryNote, HappeningsPage, WebhookBook};
use clerks::{
    Endpoint, EndpointId, Names, News, Response, WebhookClerk, WebhookErrand, WebhookStanding,
};
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use vocabulary::{Millis, Seq};

/// How many happenings are read at a time.
const PAGE: usize = 256;
/// How often the standing is shown while nothing happens.
const STANDING: Duration = Duration::from_secs(1);

/// How long messages under way may take to land once the driver is to end.
const LANDING: Duration = Duration::from_secs(1);

/// What people want of the clerk while it works.
#[derive(Clone, Debug)]
pub enum WebhookOrder {
    /// An endpoint is there, was changed, or is to be told again from elsewhere: its cursor counts.
    Set(Endpoint),
    /// An endpoint is gone.
    Remove(EndpointId),
}

/// What the driver stands between.
pub struct WebhookDriver<Clock> {
    /// Posts.
    pub sender: WebhookSender,
    /// Events, addresses and cursors.
    pub book: Arc<dyn WebhookBook>,
    /// The shop's own ids.
    pub names: Arc<dyn Names>,
    /// The time.
    pub clock: Clock,
    /// How far the book's events reach. When it closes the driver ends.
    pub reached: watch::Receiver<Seq>,
    /// What people want.
    pub orders: mpsc::Receiver<WebhookOrder>,
    /// How the endpoints stand.
    pub standing: watch::Sender<Vec<WebhookStanding>>,
}

/// What came back.
enum Landed {
    Page(WebhookErrand, Result<HappeningsPage, BookFault>),
    Response(WebhookErrand, Response),
}

/// Runs until no more events can come. A message under way that does not land soon then is sent
/// again at the next start.
pub async fn drive_webhooks<Clock: Fn() -> Millis + Send>(
    mut clerk: WebhookClerk,
    mut driver: WebhookDriver<Clock>,
) {
    let sender = Arc::new(driver.sender);
    let mut flight = FuturesUnordered::<BoxFuture<'static, Landed>>::new();
    let mut orders_end = false;
    loop {
        clerk.on_reached(*driver.reached.borrow_and_update());
        let now = (driver.clock)();
        for errand in clerk.due(now) {
            flight.push(run(errand, sender.clone(), driver.book.clone(), now));
        }
        driver.standing.send_replace(clerk.standing());
        let due = clerk
            .next_due()
            .map(|due| Duration::from_millis(due.since(now)));
        let wait = due.unwrap_or(STANDING).min(STANDING);
        tokio::select! {
            reached = driver.reached.changed() => if reached.is_err() { break },
            order = driver.orders.recv(), if !orders_end => match order {
                Some(WebhookOrder::Set(endpoint)) => clerk.set_endpoint(endpoint),
                Some(WebhookOrder::Remove(endpoint)) => clerk.remove_endpoint(endpoint),
                None => orders_end = true,
            },
            Some(landed) = flight.next() => {
                let news = land(&mut clerk, (driver.clock)(), landed, driver.names.as_ref());
                keep(driver.book.as_ref(), news).await;
            }
            () = tokio::time::sleep(wait) => {}
        }
    }
    let landing = async {
        while let Some(landed) = flight.next().await {
            let news = land(&mut clerk, (driver.clock)(), landed, driver.names.as_ref());
            keep(driver.book.as_ref(), news).await;
        }
    };
    // An endpoint that says nothing holds up nobody's end.
    let _ = tokio::time::timeout(LANDING, landing).await;
}

fn land(clerk: &mut WebhookClerk, now: Millis, landed: Landed, names: &dyn Names) -> Option<News> {
    match landed {
        Landed::Page(errand, Ok(page)) => clerk.on_page(&errand, &page, names),
        Landed::Page(errand, Err(fault)) => {
            tracing::warn!(%fault, "webhooks wait");
            clerk.on_unreadable(now, &errand);
            None
        }
        Landed::Response(errand, response) => clerk.on_response(now, &errand, &response),
    }
}

/// A cursor that was not kept only means that a message is sent twice.
async fn keep(book: &dyn WebhookBook, news: Option<News>) {
    let Some(news) = news else { return };
    if let News::Paused {
        endpoint, reason, ..
    } = &news
    {
        tracing::error!(?endpoint, reason, "a webhook endpoint is paused");
    }
    if let Err(fault) = book.keep(news).await {
        tracing::warn!(%fault, "how far a webhook endpoint was told is not kept");
    }
}

fn run(
    errand: WebhookErrand,
    sender: Arc<WebhookSender>,
    book: Arc<dyn WebhookBook>,
    now: Millis,
) -> BoxFuture<'static, Landed> {
    Box::pin(async move {
        match &errand {
            WebhookErrand::Read { behind, .. } => {
                let page = book.behind(*behind, PAGE).await;
                Landed::Page(errand, page)
            }
            WebhookErrand::Send { .. } => {
                let response = deliver(&errand, &sender, book.as_ref(), now).await;
                Landed::Response(errand, response)
            }
        }
    })
}

async fn deliver(
    errand: &WebhookErrand,
    sender: &WebhookSender,
    book: &dyn WebhookBook,
    now: Millis,
) -> Response {
    let WebhookErrand::Send {
        endpoint, message, ..
    } = errand
    else {
        unreachable!("only messages are delivered");
    };
    let address = match book.address(*endpoint).await {
        Ok(Some(address)) => address,
        Ok(None) => return Response::NotTaken("the endpoint is not in the records".into()),
        Err(fault) => return Response::NotTaken(fault.to_string()),
    };
    let sent = sender.send(&address, message, now).await;
    let note = DeliveryNote {
        endpoint: *endpoint,
        message_id: message.id.clone(),
        at: now,
        status: sent.status,
        took_ms: sent.took_ms,
        fault: match &sent.response {
            Response::NotTaken(fault) => Some(fault.clone()),
            Response::Taken | Response::Gone => None,
        },
    };
    if let Err(fault) = book.note(note).await {
        tracing::warn!(%fault, "a webhook delivery is not noted");
    }
    sent.response
}

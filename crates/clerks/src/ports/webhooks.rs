//! What the webhook clerk needs kept: events that can be read from any point, where endpoints
//! listen, how far each has come. The records keep it.

use crate::{Cursor, EndpointId, Happening, News};
use std::future::Future;
use std::pin::Pin;
use vocabulary::Millis;

/// What an answer of the book comes in.
pub type BookFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, BookFault>> + Send + 'a>>;

/// The book cannot be read or written just now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the book of webhooks cannot be used: {0}")]
pub struct BookFault(pub String);

/// Happenings in sequence.
#[derive(Clone, Debug, Default)]
pub struct HappeningsPage {
    /// Oldest first; those of which nobody is told may be left out.
    pub happenings: Vec<Happening>,
    /// Up to where was read, what was left out included.
    pub read: Cursor,
    /// There were no more at that time.
    pub at_end: bool,
}

/// Where an endpoint listens.
#[derive(Clone)]
pub struct WebhookAddress {
    /// Where messages are posted.
    pub url: String,
    /// What they are signed with; must not be logged.
    pub secret: String,
}

/// A try to deliver a message, as it is kept for the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryNote {
    /// To whom.
    pub endpoint: EndpointId,
    /// Which message; the same at each try.
    pub message_id: String,
    /// When.
    pub at: Millis,
    /// The HTTP status; none when there was no answer.
    pub status: Option<u16>,
    /// How long it took.
    pub took_ms: u64,
    /// What went wrong, in words.
    pub fault: Option<String>,
}

/// What is kept for webhooks.
pub trait WebhookBook: Send + Sync {
    /// What stands behind a cursor, in sequence, at most `limit` happenings. All that the till published up to
    /// the sequence that the clerk was told of must be there.
    fn behind(&self, cursor: Cursor, limit: usize) -> BookFuture<'_, HappeningsPage>;

    /// Where an endpoint listens; none when it is gone.
    fn address(&self, endpoint: EndpointId) -> BookFuture<'_, Option<WebhookAddress>>;

    /// Keeps how far an endpoint has come, or that it is paused; not what comes of a turn before its
    /// last replay. What was kept in the last moments before a crash may be lost.
    fn keep(&self, news: News) -> BookFuture<'_, ()>;

    /// Keeps a try to deliver.
    fn note(&self, note: DeliveryNote) -> BookFuture<'_, ()>;
}

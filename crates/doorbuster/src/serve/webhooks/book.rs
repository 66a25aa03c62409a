//! The book of webhooks over the records: happenings from the history of orders, addresses from the
//! endpoints, what was told and how it was answered into the notebook.

use super::history::happening;
use super::names::ShopNames;
use super::notebook::{Notebook, Place};
use crate::clock;
use clerks::ports::{
    BookFault, BookFuture, DeliveryNote, HappeningsPage, WebhookAddress, WebhookBook,
};
use clerks::{Cursor, EndpointId, News};
use records::{Delivery, Records};
use std::fmt::Display;
use std::sync::Arc;
use vocabulary::Millis;

/// How long after an event the records may still learn what the shop calls a thing: the journal
/// learns of it first.
const NAMED_WITHIN_MS: u64 = 60_000;

/// The book.
pub(super) struct RecordsBook {
    records: Records,
    names: Arc<ShopNames>,
    notebook: Notebook,
}

impl RecordsBook {
    /// The book over these records.
    pub(super) fn over(records: Records) -> RecordsBook {
        RecordsBook {
            names: Arc::new(ShopNames::of(records.clone())),
            notebook: Notebook::default(),
            records,
        }
    }

    /// The shop's own ids of all that was read from the book.
    pub(super) fn names(&self) -> Arc<ShopNames> {
        self.names.clone()
    }

    /// How far an endpoint has been told, which the records may not know yet.
    pub(super) fn place_of(&self, endpoint: &records::Endpoint) -> Place {
        self.notebook.place_of(endpoint)
    }

    /// Forgets how far an endpoint was told that is gone.
    pub(super) fn forget(&self, endpoint: EndpointId) {
        self.notebook.forget(endpoint);
    }

    /// Brings what was noted into the records; what cannot be written stays noted.
    pub(super) async fn write_down(&self) {
        if let Err(fault) = self.notebook.write_into(&self.records).await {
            tracing::warn!(%fault, "how far webhook endpoints were told is written down later");
        }
    }

    async fn page(&self, behind: Cursor, limit: usize) -> Result<HappeningsPage, BookFault> {
        let count = u32::try_from(limit).unwrap_or(u32::MAX);
        let rows = self.records.events_after(behind.seq, behind.index, count);
        let rows = rows.await.map_err(fault)?;
        let mut page = HappeningsPage {
            happenings: Vec::new(),
            read: behind,
            at_end: rows.len() < limit,
        };
        for row in &rows {
            if let Some(happening) = happening(&self.records, row).await? {
                let may_wait = is_fresh(happening.at);
                self.names.learn(&happening.event, may_wait).await?;
                page.happenings.push(happening);
            }
            page.read = Cursor {
                seq: row.seq,
                index: row.index,
            };
        }
        Ok(page)
    }

    async fn endpoint_address(
        &self,
        endpoint: EndpointId,
    ) -> Result<Option<WebhookAddress>, BookFault> {
        let found = self.records.endpoint(records::EndpointId(endpoint.0)).await;
        Ok(found.map_err(fault)?.map(|endpoint| WebhookAddress {
            url: endpoint.url,
            secret: endpoint.secret,
        }))
    }

    async fn news(&self, news: News) -> Result<(), BookFault> {
        match news {
            News::Moved {
                endpoint,
                replays,
                cursor,
            } => {
                self.notebook.told(endpoint, Place { replays, cursor });
                Ok(())
            }
            News::Paused {
                endpoint,
                replays,
                reason,
            } => {
                let id = records::EndpointId(endpoint.0);
                let paused = self.records.pause_endpoint(id, replays, &reason);
                paused.await.map_err(fault)
            }
        }
    }
}

impl WebhookBook for RecordsBook {
    fn behind(&self, cursor: Cursor, limit: usize) -> BookFuture<'_, HappeningsPage> {
        Box::pin(self.page(cursor, limit))
    }

    fn address(&self, endpoint: EndpointId) -> BookFuture<'_, Option<WebhookAddress>> {
        Box::pin(self.endpoint_address(endpoint))
    }

    fn keep(&self, news: News) -> BookFuture<'_, ()> {
        Box::pin(self.news(news))
    }

    fn note(&self, note: DeliveryNote) -> BookFuture<'_, ()> {
        let delivery = Delivery {
            message_id: note.message_id,
            at: note.at,
            status: note.status,
            took_ms: note.took_ms,
            fault: note.fault,
        };
        self.notebook.tried(note.endpoint, delivery);
        Box::pin(async { Ok(()) })
    }
}

/// What went wrong, for the clerk's driver, which tries again.
pub(super) fn fault(cause: impl Display) -> BookFault {
    BookFault(cause.to_string())
}

fn is_fresh(at: Millis) -> bool {
    clock::now().since(at) < NAMED_WITHIN_MS
}

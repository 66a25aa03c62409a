//! How far each endpoint was told and how it answered, noted in memory and written into the records
//! now and then, together. A crash before that only means that something is told twice.

use clerks::{Cursor, EndpointId};
use records::{Delivery, Records, RecordsFault, Told, WebhookCursor};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard};

/// How many deliveries may wait to be written; past it the oldest are forgotten.
const DELIVERIES_MAX: usize = 10_000;

/// How far an endpoint was told, in which of its turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// How often it was told to begin again.
    pub replays: u64,
    /// Up to and with this event.
    pub cursor: Cursor,
}

/// The notebook.
#[derive(Default)]
pub(super) struct Notebook(Mutex<Notes>);

#[derive(Default)]
struct Notes {
    places: BTreeMap<EndpointId, Place>,
    /// Of which endpoints the records know an older place.
    moved: BTreeSet<EndpointId>,
    deliveries: VecDeque<(records::EndpointId, Delivery)>,
}

impl Notebook {
    /// Notes how far an endpoint was told.
    pub(super) fn told(&self, endpoint: EndpointId, place: Place) {
        let mut notes = self.open();
        notes.places.insert(endpoint, place);
        notes.moved.insert(endpoint);
    }

    /// Notes a try to deliver.
    pub(super) fn tried(&self, endpoint: EndpointId, delivery: Delivery) {
        let mut notes = self.open();
        if notes.deliveries.len() == DELIVERIES_MAX {
            notes.deliveries.pop_front();
        }
        let id = records::EndpointId(endpoint.0);
        notes.deliveries.push_back((id, delivery));
    }

    /// How far an endpoint of the records was told: as noted, unless it was told to begin again since.
    pub(super) fn place_of(&self, endpoint: &records::Endpoint) -> Place {
        let noted = self
            .open()
            .places
            .get(&EndpointId(endpoint.id.0))
            .copied()
            .filter(|place| place.replays == endpoint.replays);
        noted.unwrap_or(Place {
            replays: endpoint.replays,
            cursor: Cursor {
                seq: endpoint.cursor.seq,
                index: endpoint.cursor.index,
            },
        })
    }

    /// Forgets an endpoint.
    pub(super) fn forget(&self, endpoint: EndpointId) {
        let mut notes = self.open();
        notes.places.remove(&endpoint);
        notes.moved.remove(&endpoint);
    }

    /// Writes what the records do not know yet.
    ///
    /// # Errors
    /// Those of the records; what was to be written then stays noted.
    pub(super) async fn write_into(&self, records: &Records) -> Result<(), RecordsFault> {
        let (moved, deliveries) = self.take();
        if moved.is_empty() && deliveries.is_empty() {
            return Ok(());
        }
        let written = records.keep_told(&moved, &deliveries).await;
        if written.is_err() {
            self.put_back(&moved, deliveries);
        }
        written
    }

    fn take(&self) -> (Vec<Told>, Vec<(records::EndpointId, Delivery)>) {
        let mut notes = self.open();
        let moved = std::mem::take(&mut notes.moved);
        let moved = moved.iter().filter_map(|endpoint| {
            let place = notes.places.get(endpoint)?;
            Some(told(*endpoint, *place))
        });
        let moved = moved.collect();
        (moved, std::mem::take(&mut notes.deliveries).into())
    }

    /// Places that were noted anew meanwhile are written instead of the older ones.
    fn put_back(&self, moved: &[Told], deliveries: Vec<(records::EndpointId, Delivery)>) {
        let mut notes = self.open();
        let moved = moved.iter().map(|told| EndpointId(told.endpoint.0));
        notes.moved.extend(moved);
        let room = DELIVERIES_MAX - notes.deliveries.len();
        for delivery in deliveries.into_iter().rev().take(room) {
            notes.deliveries.push_front(delivery);
        }
    }

    fn open(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().expect("nobody panics while noting")
    }
}

fn told(endpoint: EndpointId, place: Place) -> Told {
    Told {
        endpoint: records::EndpointId(endpoint.0),
        replays: place.replays,
        cursor: WebhookCursor {
            seq: place.cursor.seq,
            index: place.cursor.index,
        },
    }
}

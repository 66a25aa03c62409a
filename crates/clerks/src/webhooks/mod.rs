//! The webhook clerk: tells the shop's own systems what happened, each endpoint in sequence. Pure: it
//! is told how far the events have come, the time and the answers; it says what to read and send.
//!
//! The next message leaves only after the one before was taken. An endpoint that takes nothing is
//! tried ever more rarely, for three days; then it is paused, and a person must see to it.

mod endpoint;
mod message;
mod moment;

pub use endpoint::{Cursor, Endpoint, EndpointId, Errand, News, Response, WebhookStanding};
pub use message::{Happening, Message, Names, RefundDetails, WEBHOOK_KINDS, message_of};
pub use moment::rfc3339;

use crate::backoff::stepped;
use crate::ports::HappeningsPage;
use endpoint::Line;
use std::collections::BTreeMap;
use vocabulary::{Millis, Seq};

/// The waits between tries that failed, in ms; the last one goes on.
const WAITS_MS: [u64; 6] = [1_000, 5_000, 30_000, 120_000, 600_000, 3_600_000];
/// How long an endpoint may take nothing before it is paused, in ms.
const PATIENCE_MS: u64 = 3 * 24 * 3_600_000;

/// Tells every endpoint of one shard's events.
#[derive(Debug, Default)]
pub struct WebhookClerk {
    lines: BTreeMap<EndpointId, Line>,
    /// How far events can be read.
    head: Seq,
}

impl WebhookClerk {
    /// Sets up an endpoint, or changes one; what is under way for it counts no more.
    pub fn set_endpoint(&mut self, endpoint: Endpoint) {
        let number = self
            .lines
            .get(&endpoint.id)
            .map_or(0, |line| line.number + 1);
        let line = Line::set_up(endpoint, number);
        self.lines.insert(line.endpoint.id, line);
    }

    /// An endpoint is gone.
    pub fn remove_endpoint(&mut self, id: EndpointId) {
        self.lines.remove(&id);
    }

    /// Events up to this sequence can be read now.
    pub fn on_reached(&mut self, head: Seq) {
        self.head = self.head.max(head);
    }

    /// What is to be read and sent now, at most one errand for each endpoint. Each is out until its
    /// page or response comes.
    pub fn due(&mut self, now: Millis) -> Vec<Errand> {
        let head = self.head;
        let lines = self.lines.values_mut();
        lines.filter_map(|line| line.errand(now, head)).collect()
    }

    /// When something falls due by itself; only failed tries wait for time.
    pub fn next_due(&self) -> Option<Millis> {
        let waiting = self.lines.values().filter(|line| line.waits(self.head));
        waiting.map(|line| line.due).min()
    }

    /// A page that was asked for.
    pub fn on_page(
        &mut self,
        errand: &Errand,
        page: &HappeningsPage,
        names: &dyn Names,
    ) -> Option<News> {
        let line = self.line_of(errand)?;
        line.take_page(page, names)
    }

    /// The events could not be read; they are asked for again.
    pub fn on_unreadable(&mut self, now: Millis, errand: &Errand) {
        if let Some(line) = self.line_of(errand) {
            line.out = None;
            line.due = now.plus(WAITS_MS[0]);
        }
    }

    /// What an endpoint said to a message.
    pub fn on_response(
        &mut self,
        now: Millis,
        errand: &Errand,
        response: &Response,
    ) -> Option<News> {
        let line = self.line_of(errand)?;
        line.out = None;
        match response {
            Response::Taken => Some(line.taken()),
            Response::Gone => Some(line.paused("the endpoint says that it is gone (410)".into())),
            Response::NotTaken(fault) => line.failed(now, fault),
        }
    }

    /// How the endpoints stand.
    pub fn standing(&self) -> Vec<WebhookStanding> {
        let lines = self.lines.values();
        lines.map(|line| line.standing(self.head)).collect()
    }

    /// The line an errand was made for, unless it was set up anew since.
    fn line_of(&mut self, errand: &Errand) -> Option<&mut Line> {
        let line = self.lines.get_mut(&errand.endpoint())?;
        (line.number == errand.number() && line.out.is_some()).then_some(line)
    }
}

impl Line {
    fn failed(&mut self, now: Millis, fault: &str) -> Option<News> {
        self.tries += 1;
        let since = *self.failing_since.get_or_insert(now);
        if now.since(since) >= PATIENCE_MS {
            return Some(self.paused(format!("nothing was taken for three days: {fault}")));
        }
        self.due = now.plus(stepped(self.tries, &WAITS_MS));
        None
    }
}

#[cfg(test)]
mod tests;

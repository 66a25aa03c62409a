//! One endpoint and the line of messages before it.

use super::message::{Message, Names, message_of};
use crate::ports::HappeningsPage;
use std::collections::VecDeque;
use vocabulary::{Millis, Seq};

/// An endpoint's id in the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndpointId(pub u128);

/// How far an endpoint has been told: up to and with this event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The command.
    pub seq: Seq,
    /// The how many-th of its events, from 0.
    pub index: u32,
}

impl Cursor {
    /// The cursor of who is to be told everything from `seq` on.
    pub const fn before(seq: Seq) -> Cursor {
        Cursor {
            seq: Seq(seq.0.saturating_sub(1)),
            index: u32::MAX,
        }
    }
}

/// Somewhere that listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// The names of the events it wants; all when empty.
    pub kinds: Vec<String>,
    /// Messages are sent.
    pub active: bool,
    /// How far it has been told.
    pub cursor: Cursor,
    /// How often people had it told again from elsewhere; news of one such turn says nothing about
    /// the next.
    pub replays: u64,
}

/// What the clerk wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Read the happenings behind a cursor.
    Read {
        /// For whom.
        endpoint: EndpointId,
        /// Behind which.
        behind: Cursor,
        /// Tells it from one made before the endpoint was changed.
        number: u64,
    },
    /// Post a message.
    Send {
        /// To whom.
        endpoint: EndpointId,
        /// What.
        message: Message,
        /// Tells it from one made before the endpoint was changed.
        number: u64,
    },
}

impl Errand {
    /// For whom.
    pub const fn endpoint(&self) -> EndpointId {
        match self {
            Errand::Read { endpoint, .. } | Errand::Send { endpoint, .. } => *endpoint,
        }
    }

    pub(super) const fn number(&self) -> u64 {
        match self {
            Errand::Read { number, .. } | Errand::Send { number, .. } => *number,
        }
    }
}

/// What an endpoint said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// A 2xx.
    Taken,
    /// 410: it will never take anything.
    Gone,
    /// Anything else, or nothing at all.
    NotTaken(String),
}

/// What must be kept about an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// It has been told so far.
    Moved {
        /// Which.
        endpoint: EndpointId,
        /// In which of its turns.
        replays: u64,
        /// How far.
        cursor: Cursor,
    },
    /// Nothing is sent any more until a person says so.
    Paused {
        /// Which.
        endpoint: EndpointId,
        /// In which of its turns.
        replays: u64,
        /// Why.
        reason: String,
    },
}

/// How an endpoint stands, for metrics and the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookStanding {
    /// Which.
    pub endpoint: EndpointId,
    /// How far it has been told.
    pub cursor: Cursor,
    /// How many sequences lie between that and what there is to tell.
    pub behind: u64,
    /// Messages are sent.
    pub active: bool,
    /// Failures in a row.
    pub tries: u32,
}

/// The line of messages before one endpoint.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) endpoint: Endpoint,
    pub(super) number: u64,
    /// Messages read and not taken yet: never more than one page.
    messages: VecDeque<Message>,
    /// How far events were read, those included that the endpoint does not want.
    read: Cursor,
    /// Up to where there was nothing more to read.
    exhausted: Seq,
    /// An errand is out; the head when it left.
    pub(super) out: Option<Seq>,
    pub(super) tries: u32,
    pub(super) failing_since: Option<Millis>,
    pub(super) due: Millis,
}

impl Line {
    pub(super) fn set_up(endpoint: Endpoint, number: u64) -> Line {
        Line {
            read: endpoint.cursor,
            endpoint,
            number,
            messages: VecDeque::new(),
            exhausted: Seq(0),
            out: None,
            tries: 0,
            failing_since: None,
            due: Millis(0),
        }
    }

    /// Whether it has something to do as soon as its time comes.
    pub(super) fn waits(&self, head: Seq) -> bool {
        let has_work = !self.messages.is_empty() || self.exhausted < head;
        self.endpoint.active && self.out.is_none() && has_work
    }

    pub(super) fn errand(&mut self, now: Millis, head: Seq) -> Option<Errand> {
        if !self.waits(head) || self.due > now {
            return None;
        }
        self.out = Some(head);
        let (endpoint, number) = (self.endpoint.id, self.number);
        Some(match self.messages.front() {
            Some(message) => Errand::Send {
                endpoint,
                message: message.clone(),
                number,
            },
            None => Errand::Read {
                endpoint,
                behind: self.read,
                number,
            },
        })
    }

    /// Takes what the endpoint wants; tells how far it has come when it wants none of it.
    pub(super) fn take_page(&mut self, page: &HappeningsPage, names: &dyn Names) -> Option<News> {
        let head = self.out.take()?;
        if page.at_end {
            self.exhausted = head;
        }
        let told = page.happenings.iter();
        let wanted = told.filter_map(|each| message_of(each, names));
        let kinds = &self.endpoint.kinds;
        let wanted =
            wanted.filter(|each| kinds.is_empty() || kinds.iter().any(|kind| kind == each.kind));
        self.messages.extend(wanted);
        self.read = self.read.max(page.read);
        self.moved_past_unwanted()
    }

    pub(super) fn taken(&mut self) -> News {
        let message = self.messages.pop_front();
        let message = message.expect("what was taken stood at the front");
        self.tries = 0;
        self.failing_since = None;
        self.due = Millis(0);
        self.moved_past_unwanted()
            .unwrap_or_else(|| self.moved(message.cursor))
    }

    pub(super) fn paused(&mut self, reason: String) -> News {
        self.endpoint.active = false;
        News::Paused {
            endpoint: self.endpoint.id,
            replays: self.endpoint.replays,
            reason,
        }
    }

    pub(super) fn standing(&self, head: Seq) -> WebhookStanding {
        let told = if self.messages.is_empty() && self.exhausted >= head {
            head
        } else {
            self.endpoint.cursor.seq
        };
        WebhookStanding {
            endpoint: self.endpoint.id,
            cursor: self.endpoint.cursor,
            behind: head.0.saturating_sub(told.0),
            active: self.endpoint.active,
            tries: self.tries,
        }
    }

    /// Once nothing waits, the endpoint has been told as far as was read.
    fn moved_past_unwanted(&mut self) -> Option<News> {
        let moves = self.messages.is_empty() && self.endpoint.cursor < self.read;
        moves.then(|| self.moved(self.read))
    }

    fn moved(&mut self, cursor: Cursor) -> News {
        self.endpoint.cursor = cursor;
        News::Moved {
            endpoint: self.endpoint.id,
            replays: self.endpoint.replays,
            cursor,
        }
    }
}

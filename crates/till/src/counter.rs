//! The counter: where requests are handed in, a bounded queue in front of the loop. Past its
//! limit it turns people away at once; it never grows and never blocks who hands in.

use crate::shutters::Shutters;
use crate::turn::Reply;
use ledger::Ledger;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;
use vocabulary::Request;

/// How many requests may wait.
pub const QUEUE_REQUESTS_MAX: usize = 65_536;

/// Who waits for the answers; called once, or dropped uncalled when the till stops before.
pub type Answer = Box<dyn FnOnce(Vec<Reply>) + Send>;

/// Requests handed in together, and who waits for the answers.
pub struct Ticket {
    /// Decided next to each other, in this order.
    pub requests: Vec<Request>,
    /// Called once with an answer for each request when they are durable; dropped uncalled when
    /// the till stops before.
    pub reply: Answer,
}

/// Runs on the till's thread while everything it has executed is durable.
pub type Look = Box<dyn FnOnce(&Ledger) + Send>;

/// Turned away at the counter; nothing was done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Turned {
    /// Too many wait already.
    #[error("{QUEUE_REQUESTS_MAX} requests wait already; try again in {retry_after_ms} ms")]
    Full {
        /// When to try again.
        retry_after_ms: u64,
    },
    /// The till has stopped.
    #[error("the till has stopped: {0}")]
    Closed(String),
}

/// Where requests are handed in. Clones share one queue.
#[derive(Clone)]
pub struct Counter {
    shared: Arc<Shared>,
}

struct Shared {
    queue: Mutex<Queue>,
    arrived: Condvar,
    shutters: Shutters,
}

#[derive(Default)]
struct Queue {
    tickets: VecDeque<(Answer, Vec<Request>)>,
    looks: Vec<Look>,
    requests: usize,
    closing: bool,
    closed: Option<String>,
}

/// What the loop finds when it looks up.
pub(crate) struct Taken {
    pub tickets: VecDeque<(Answer, Vec<Request>)>,
    pub looks: Vec<Look>,
    pub closing: bool,
}

impl Default for Counter {
    fn default() -> Self {
        let shared = Shared {
            queue: Mutex::new(Queue::default()),
            arrived: Condvar::new(),
            shutters: Shutters::default(),
        };
        Counter {
            shared: Arc::new(shared),
        }
    }
}

impl Counter {
    /// Hands in a ticket.
    ///
    /// # Errors
    /// [`Turned`] when the queue is full or the till has stopped; the ticket is dropped then.
    pub fn submit(&self, ticket: Ticket) -> Result<(), Turned> {
        let mut queue = self.queue();
        queue.open()?;
        let requests = queue.requests + ticket.requests.len();
        if requests > QUEUE_REQUESTS_MAX && queue.requests > 0 {
            return Err(Turned::Full {
                retry_after_ms: 100,
            });
        }
        queue.requests = requests;
        queue.tickets.push_back((ticket.reply, ticket.requests));
        self.shared.arrived.notify_one();
        Ok(())
    }

    /// Asks to look at the ledger between turns.
    ///
    /// # Errors
    /// [`Turned::Closed`] when the till has stopped.
    pub fn look(&self, look: Look) -> Result<(), Turned> {
        let mut queue = self.queue();
        queue.open()?;
        queue.looks.push(look);
        self.shared.arrived.notify_one();
        Ok(())
    }

    /// Where nobody can buy, so that nobody needs to be asked.
    pub fn shutters(&self) -> &Shutters {
        &self.shared.shutters
    }

    /// How many requests wait now.
    pub fn waiting(&self) -> usize {
        self.queue().requests
    }

    /// Takes nothing more in; what waits is still decided, then the till stops.
    pub fn drain(&self) {
        self.queue().closing = true;
        self.shared.arrived.notify_one();
    }

    /// Everything that waits, at once; sleeps until something does, up to `patience` when there is
    /// some. Requests stay counted until `forget`.
    pub(crate) fn take(&self, patience: Option<Duration>) -> Taken {
        let mut queue = self.queue();
        while queue.is_idle() {
            let Some(patience) = patience else {
                queue = self.shared.arrived.wait(queue).expect(UNPOISONED);
                continue;
            };
            queue = self
                .shared
                .arrived
                .wait_timeout(queue, patience)
                .expect(UNPOISONED)
                .0;
            break;
        }
        Taken {
            tickets: std::mem::take(&mut queue.tickets),
            looks: std::mem::take(&mut queue.looks),
            closing: queue.closing,
        }
    }

    /// `requests` were decided and wait no more.
    pub(crate) fn forget(&self, requests: usize) {
        self.queue().requests -= requests;
    }

    /// Shuts the counter for good; whoever still waits is dropped, and so told.
    pub(crate) fn close(&self, reason: &str) {
        let mut queue = self.queue();
        queue.closed = Some(reason.to_owned());
        queue.tickets.clear();
        queue.looks.clear();
        self.shared.shutters.raise_all();
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.shared.queue.lock().expect(UNPOISONED)
    }
}

const UNPOISONED: &str = "nobody panics while holding the counter";

impl Queue {
    fn open(&self) -> Result<(), Turned> {
        match &self.closed {
            Some(reason) => Err(Turned::Closed(reason.clone())),
            None if self.closing => Err(Turned::Closed("the server is shutting down".into())),
            None => Ok(()),
        }
    }

    fn is_idle(&self) -> bool {
        self.tickets.is_empty() && self.looks.is_empty() && !self.closing
    }
}

impl std::fmt::Debug for Counter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counter")
            .field("waiting", &self.waiting())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::Command;

    fn ticket(requests: usize) -> Ticket {
        let request = Request::from(Command::AdvanceTo { limit: 1 });
        Ticket {
            requests: vec![request; requests],
            reply: Box::new(|_| ()),
        }
    }

    #[test]
    fn past_its_limit_it_turns_people_away_and_takes_them_again_when_there_is_room() {
        let counter = Counter::default();
        counter
            .submit(ticket(QUEUE_REQUESTS_MAX))
            .expect("room for all");
        assert!(matches!(
            counter.submit(ticket(1)),
            Err(Turned::Full { .. })
        ));
        let taken = counter.take(None);
        assert!(
            matches!(counter.submit(ticket(1)), Err(Turned::Full { .. })),
            "not decided yet"
        );
        counter.forget(
            taken
                .tickets
                .iter()
                .map(|(_, requests)| requests.len())
                .sum(),
        );
        counter.submit(ticket(1)).expect("room again");
    }

    #[test]
    fn after_draining_and_after_closing_nothing_is_taken_in() {
        let counter = Counter::default();
        counter.drain();
        assert!(matches!(counter.submit(ticket(1)), Err(Turned::Closed(_))));
        let counter = Counter::default();
        counter.close("the disk is full");
        assert_eq!(
            counter.submit(ticket(1)),
            Err(Turned::Closed("the disk is full".into()))
        );
        assert!(counter.look(Box::new(|_| ())).is_err());
    }
}

//! Requests that arrive together go to the till together: what all connections ask within one poll of
//! the runtime becomes one ticket, so that a crowd of single requests costs the till one lock, one
//! answer and one wake-up instead of thousands. Who asks much at once has a ticket of their own.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};
use till::{Counter, Reply, Ticket, Turned};
use tokio::sync::oneshot;
use vocabulary::Request;

/// A ticket has as many requests as this, and those of whoever asked last: where the counter is almost
/// full, it turns away a part of the crowd and not all of it.
const TICKET_REQUESTS: usize = 1_024;
/// So many requests of one asker are worth a ticket of their own: to gather them would cost more than the
/// wake-up that it saves.
const OWN_TICKET_MIN: usize = 16;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unasked {
    /// Turned away at the counter; nothing was done.
    Turned(Turned),
    /// The till stopped before it answered; nobody knows what was done.
    Unanswered,
}

/// Where requests are gathered before the counter.
#[derive(Clone)]
pub struct Gathering {
    counter: Counter,
    gathered: Arc<Mutex<Gathered>>,
}

#[derive(Default)]
struct Gathered {
    requests: Vec<Request>,
    askers: Vec<(Range<usize>, Asker)>,
    /// Somebody is on the way to hand it in.
    is_taken_care_of: bool,
}

type Asker = oneshot::Sender<Result<Replies, Unasked>>;

/// The answers to what one asked, among those to all that was asked with it.
#[derive(Debug)]
pub struct Replies {
    all: Arc<Vec<Reply>>,
    own: Range<usize>,
}

impl Replies {
    fn own(all: Vec<Reply>) -> Replies {
        let own = 0..all.len();
        let all = Arc::new(all);
        Replies { all, own }
    }
}

impl std::ops::Deref for Replies {
    type Target = [Reply];

    fn deref(&self) -> &[Reply] {
        &self.all[self.own.clone()]
    }
}

impl Gathering {
    /// In front of this counter.
    pub fn before(counter: Counter) -> Gathering {
        let gathered = Arc::default();
        Gathering { counter, gathered }
    }

    /// Has requests decided, next to each other and in their order.
    ///
    /// # Errors
    /// [`Unasked`].
    pub async fn ask(&self, requests: Vec<Request>) -> Result<Replies, Unasked> {
        if requests.is_empty() || requests.len() >= OWN_TICKET_MIN {
            return submit(&self.counter, requests).await.map(Replies::own);
        }
        let (asker, answered) = oneshot::channel();
        let (is_first, is_full) = {
            let mut gathered = self.gathered();
            let begin = gathered.requests.len();
            gathered.requests.extend(requests);
            let own = begin..gathered.requests.len();
            gathered.askers.push((own, asker));
            let is_first = !std::mem::replace(&mut gathered.is_taken_care_of, true);
            (is_first, gathered.requests.len() >= TICKET_REQUESTS)
        };
        if is_full {
            let full = self.take();
            tokio::spawn(hand_in(self.counter.clone(), full));
        } else if is_first {
            let gathering = self.clone();
            tokio::spawn(async move {
                // Whoever is ready to ask in this poll asks before this goes on.
                tokio::task::yield_now().await;
                let gathered = gathering.take();
                hand_in(gathering.counter, gathered).await;
            });
        }
        answered.await.unwrap_or(Err(Unasked::Unanswered))
    }

    fn take(&self) -> Gathered {
        std::mem::take(&mut *self.gathered())
    }

    fn gathered(&self) -> MutexGuard<'_, Gathered> {
        self.gathered.lock().expect("nobody panics while asking")
    }
}

/// Hands a ticket in, waits for its answers, and gives each asker its own. The till wakes this one
/// task; the askers are woken here, which costs the till nothing.
async fn hand_in(counter: Counter, gathered: Gathered) {
    let Gathered {
        requests, askers, ..
    } = gathered;
    let answered = submit(&counter, requests).await.map(Arc::new);
    for (own, asker) in askers {
        let own = answered.clone().map(|all| Replies { all, own });
        let _ = asker.send(own);
    }
}

/// Hands a ticket in and waits for its answers.
async fn submit(counter: &Counter, requests: Vec<Request>) -> Result<Vec<Reply>, Unasked> {
    if requests.is_empty() {
        return Ok(Vec::new());
    }
    let (reply, replies) = oneshot::channel();
    let reply = Box::new(move |answers| {
        // Whoever asked may have gone away; what was done stays done.
        let _ = reply.send(answers);
    });
    let turned = counter.submit(Ticket { requests, reply });
    turned.map_err(Unasked::Turned)?;
    replies.await.map_err(|_| Unasked::Unanswered)
}

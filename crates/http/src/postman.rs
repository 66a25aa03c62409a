//! Single letters that somebody asked for a moment ago, like a link for a forgotten password. They are written
//! and sent beside the answer, so that the answer tells nothing, not even by its time.

use crate::problem::{Kind, Problem};
use clerks::notices::next_try;
use clerks::ports::{Letter, Notifier, Sent};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vocabulary::Millis;

/// How many letters may be under way; past it who asks comes again.
const UNDER_WAY_MAX: usize = 128;
/// How long a try may take.
const TRY_WITHIN: Duration = Duration::from_secs(20);
/// After how long who found no place may ask again.
const AGAIN_MS: u64 = 10_000;

/// Who carries letters to mailboxes.
#[derive(Clone)]
pub struct Postman {
    letters: Arc<dyn Notifier>,
    under_way: Arc<Semaphore>,
    rounds: TaskTracker,
    closing: CancellationToken,
}

impl Postman {
    /// One who goes through this notifier; nobody where it sends no mail.
    pub fn through(letters: Arc<dyn Notifier>) -> Option<Postman> {
        letters.has_mail().then(|| Postman {
            letters,
            under_way: Arc::new(Semaphore::new(UNDER_WAY_MAX)),
            rounds: TaskTracker::new(),
            closing: CancellationToken::new(),
        })
    }

    /// Sends what `writing` comes to, if it comes to a letter, after this has returned.
    ///
    /// # Errors
    /// [`Kind::OVERLOADED`] where too many letters are under way.
    pub fn send(
        &self,
        writing: impl Future<Output = Result<Option<Letter>, Problem>> + Send + 'static,
    ) -> Result<(), Problem> {
        let place = Arc::clone(&self.under_way).try_acquire_owned();
        let place = place.map_err(|_| Problem::from(Kind::OVERLOADED).retry_after(AGAIN_MS))?;
        let postman = self.clone();
        self.rounds.spawn(async move {
            match writing.await {
                Ok(None) => {}
                Ok(Some(letter)) => postman.carry(&letter).await,
                Err(problem) => tracing::warn!(?problem, "a letter was not written"),
            }
            drop(place);
        });
        Ok(())
    }

    /// Sends a letter of which nobody can ask once more: it waits for its place.
    pub fn send_in_turn(&self, letter: Letter) {
        let postman = self.clone();
        self.rounds.spawn(async move {
            let place = postman.under_way.acquire().await;
            postman.carry(&letter).await;
            drop(place);
        });
    }

    /// Ends when all letters have left. Each is tried once more at most.
    pub async fn finish(&self) {
        self.closing.cancel();
        self.rounds.close();
        self.rounds.wait().await;
    }

    /// Tries until the letter is taken, or nobody is there, or it serves nobody any more.
    async fn carry(&self, letter: &Letter) {
        let (began, seed) = (Instant::now(), rand::random());
        let useful_until = Millis(letter.keep_s.saturating_mul(1_000));
        for tries in 1.. {
            let sent = timeout(TRY_WITHIN, self.letters.send(letter)).await;
            if matches!(sent, Ok(Sent::Taken | Sent::Gone)) {
                return;
            }
            let now = Millis(u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
            let again = next_try(tries, now, useful_until, seed);
            let Some(again) = again.filter(|_| !self.closing.is_cancelled()) else {
                break;
            };
            let wait = Duration::from_millis(again.since(now));
            // Who closes does not wait: the last try is now.
            let _ = timeout(wait, self.closing.cancelled()).await;
        }
        metrics::counter!("doorbuster_letters_given_up_total").increment(1);
        tracing::warn!("a letter was given up: the mail server took it in none of several tries");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clerks::ports::{LetterTo, SendFuture};
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Takes a letter at the try of that number, and hangs or says no before.
    struct Server {
        takes_at: usize,
        hangs: bool,
        tries: AtomicUsize,
    }

    impl Server {
        fn tries(&self) -> usize {
            self.tries.load(Ordering::Relaxed)
        }
    }

    impl Notifier for Server {
        fn send<'a>(&'a self, _: &'a Letter) -> SendFuture<'a> {
            Box::pin(async {
                let tries = self.tries.fetch_add(1, Ordering::Relaxed) + 1;
                match (tries >= self.takes_at, self.hangs) {
                    (true, _) => Sent::Taken,
                    (false, false) => Sent::NotTaken("later".to_owned()),
                    (false, true) => std::future::pending().await,
                }
            })
        }

        fn has_mail(&self) -> bool {
            true
        }
    }

    fn letter() -> Letter {
        Letter {
            to: LetterTo::Mail("hong@example.kr".to_owned()),
            title: String::new(),
            body: String::new(),
            url: String::new(),
            link: String::new(),
            tag: String::new(),
            keep_s: 1_800,
        }
    }

    fn postman(takes_at: usize, hangs: bool) -> (Arc<Server>, Postman) {
        let server = Arc::new(Server {
            takes_at,
            hangs,
            tries: AtomicUsize::new(0),
        });
        let postman = Postman::through(Arc::clone(&server) as Arc<dyn Notifier>);
        (server, postman.expect("it has mail"))
    }

    #[tokio::test(start_paused = true)]
    async fn a_letter_is_tried_until_it_is_taken_or_was_tried_enough() {
        for (takes_at, hangs, tried) in [(3, false, 3), (3, true, 3), (99, false, 6)] {
            let (server, postman) = postman(takes_at, hangs);
            postman.send_in_turn(letter());
            postman.rounds.close();
            postman.rounds.wait().await;
            assert_eq!(server.tries(), tried);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_may_ask_again_is_turned_away_where_too_many_are_under_way_and_who_cannot_waits() {
        let (server, postman) = postman(1, false);
        let (hold, held) = tokio::sync::watch::channel(());
        for _ in 0..UNDER_WAY_MAX {
            let mut held = held.clone();
            let writing = async move {
                let _ = held.changed().await;
                Ok(None)
            };
            postman.send(writing).expect("a place");
        }
        let refused = postman.send(async { Ok(Some(letter())) });
        assert_eq!(refused.expect_err("full").name, Kind::OVERLOADED.name);
        postman.send_in_turn(letter());
        tokio::task::yield_now().await;
        assert_eq!(server.tries(), 0);
        drop(hold);
        postman.finish().await;
        assert_eq!(server.tries(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn who_stops_waits_for_letters_under_way_and_not_for_their_next_tries() {
        let (server, postman) = postman(99, false);
        postman.send_in_turn(letter());
        tokio::task::yield_now().await;
        assert_eq!(server.tries(), 1);
        let began = Instant::now();
        postman.finish().await;
        assert_eq!((server.tries(), began.elapsed()), (2, Duration::ZERO));
    }
}

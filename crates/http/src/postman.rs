//! Single letters that somebody asked for a moment ago, like a link for a forgotten password. They are written
//! and sent beside the answer, so that the answer tells nothing, not even by its time.

use crate::problem::{Kind, Problem};
use clerks::ports::{Letter, Notifier, Sent};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// How many letters may be under way; past it who asks comes again.
const UNDER_WAY_MAX: usize = 128;
/// How long is waited before each try.
const TRIES: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_secs(5),
    Duration::from_secs(30),
];
/// After how long who found no place may ask again.
const AGAIN_MS: u64 = 10_000;

/// Who carries letters to mailboxes.
#[derive(Clone)]
pub struct Postman {
    letters: Arc<dyn Notifier>,
    under_way: Arc<Semaphore>,
}

impl Postman {
    /// One who goes through this notifier; nobody where it sends no mail.
    pub fn through(letters: Arc<dyn Notifier>) -> Option<Postman> {
        letters.has_mail().then(|| Postman {
            letters,
            under_way: Arc::new(Semaphore::new(UNDER_WAY_MAX)),
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
        let letters = Arc::clone(&self.letters);
        tokio::spawn(async move {
            match writing.await {
                Ok(None) => {}
                Ok(Some(letter)) => carry(&*letters, &letter).await,
                Err(problem) => tracing::warn!(?problem, "a letter was not written"),
            }
            drop(place);
        });
        Ok(())
    }
}

async fn carry(letters: &dyn Notifier, letter: &Letter) {
    for wait in TRIES {
        tokio::time::sleep(wait).await;
        if !matches!(letters.send(letter).await, Sent::NotTaken(_)) {
            return;
        }
    }
    tracing::warn!("the mail server took a letter in none of several tries");
}

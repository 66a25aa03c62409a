//! Turns: of two who change the same thing at once, one waits until the other is done, so that neither
//! decides by what the other is about to change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};
use tokio::sync::OwnedMutexGuard;

/// Whose turn it is, thing by thing.
#[derive(Default)]
pub struct Turns(Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>);

/// Held by whose turn it is.
pub type Turn = OwnedMutexGuard<()>;

impl Turns {
    /// Waits for one's turn with `thing`: kind and id, like the target of a deed.
    pub async fn take(&self, thing: impl Into<String>) -> Turn {
        let lock = self.lock_of(thing.into());
        lock.lock_owned().await
    }

    fn lock_of(&self, thing: String) -> Arc<tokio::sync::Mutex<()>> {
        let mut locks = self
            .0
            .lock()
            .expect("nobody panics while holding the turns");
        locks.retain(|_, lock| lock.strong_count() > 0);
        if let Some(lock) = locks.get(&thing).and_then(Weak::upgrade) {
            return lock;
        }
        let lock = Arc::default();
        locks.insert(thing, Arc::downgrade(&lock));
        lock
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[test]
    fn one_waits_for_another_at_the_same_thing_alone_and_nothing_is_kept() {
        let turns = Turns::default();
        let first = turns.take("product:a").now_or_never();
        assert!(first.is_some());
        assert!(turns.take("product:a").now_or_never().is_none());
        assert!(turns.take("product:b").now_or_never().is_some());
        drop(first);
        assert!(turns.take("product:a").now_or_never().is_some());
        drop(turns.lock_of("product:c".to_owned()));
        assert_eq!(turns.0.lock().expect("whole").len(), 1);
    }
}

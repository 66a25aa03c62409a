//! Chores: what staff started that takes a while, done beside the pages; a page asks how far it is.
//! They live in memory: after a restart what was not done is started again, which does no harm.

use super::import::{Preview, Put};
use crate::deeds::staff::{Bulk, BulkRow};
use crate::problem::{Kind, Problem};
use crate::who::Staff;
use std::collections::VecDeque;
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use vocabulary::RequestKey;

/// How many are kept; the oldest is forgotten first.
const KEPT_MAX: usize = 12;
const UNPOISONED: &str = "nobody panics while holding the chores";

/// What came of a chore.
#[derive(Debug)]
pub enum Came {
    /// Many deals were changed.
    Bulk(Bulk, Vec<BulkRow>),
    /// A file was read.
    Preview(Preview),
    /// Its deals were put on the schedule.
    Put(Put),
}

/// Something that takes a while.
#[derive(Debug)]
pub struct Chore {
    /// Its name in addresses.
    pub id: String,
    by: String,
    done: AtomicUsize,
    total: AtomicUsize,
    came: OnceLock<Result<Came, Problem>>,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Chores(Mutex<VecDeque<Arc<Chore>>>);

impl Chore {
    /// Says how far it is.
    pub fn tell(&self, done: usize, total: usize) {
        self.total.store(total, Ordering::Relaxed);
        self.done.store(done, Ordering::Relaxed);
    }

    /// How many of how many are done.
    pub fn progress(&self) -> (usize, usize) {
        let done = self.done.load(Ordering::Relaxed);
        (done, self.total.load(Ordering::Relaxed).max(done))
    }

    /// What came of it; none while it is under way.
    ///
    /// # Errors
    /// What went wrong.
    pub fn came(&self) -> Result<Option<&Came>, Problem> {
        match self.came.get() {
            None => Ok(None),
            Some(Ok(came)) => Ok(Some(came)),
            Some(Err(problem)) => Err(problem.clone()),
        }
    }
}

impl Chores {
    /// Begins a chore, unless the same form began it before.
    pub fn begin<F>(
        &self,
        staff: &Staff,
        key: RequestKey,
        work: impl FnOnce(Arc<Chore>) -> F,
    ) -> Arc<Chore>
    where
        F: Future<Output = Result<Came, Problem>> + Send + 'static,
    {
        let id = format!("{:032x}", key.key);
        let mut chores = self.0.lock().expect(UNPOISONED);
        if let Some(known) = chores.iter().find(|chore| chore.id == id) {
            return known.clone();
        }
        let chore = Arc::new(Chore {
            id,
            by: staff.name.clone(),
            done: AtomicUsize::new(0),
            total: AtomicUsize::new(0),
            came: OnceLock::new(),
        });
        chores.push_back(chore.clone());
        if chores.len() > KEPT_MAX {
            chores.pop_front();
        }
        drop(chores);
        let (working, told) = (tokio::spawn(work(chore.clone())), chore.clone());
        tokio::spawn(async move {
            // Were it to panic, its page must not wait for ever.
            let came = working.await.unwrap_or(Err(Kind::FAULT.into()));
            let _ = told.came.set(came);
        });
        chore
    }

    /// The chore of that name, of who began it.
    ///
    /// # Errors
    /// [`Kind::NOT_FOUND`].
    pub fn find(&self, staff: &Staff, id: &str) -> Result<Arc<Chore>, Problem> {
        let chores = self.0.lock().expect(UNPOISONED);
        let mut theirs = chores.iter().filter(|chore| chore.by == staff.name);
        let found = theirs.find(|chore| chore.id == id).cloned();
        found.ok_or(Kind::NOT_FOUND.into())
    }
}

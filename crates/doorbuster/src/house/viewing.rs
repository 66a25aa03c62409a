//! The views in memory, folded on a thread of their own, with a checkpoint file. What they have seen goes on
//! to the order tables. Both queues are bounded; a view that lags makes the till wait, and the counter turn
//! people away.

use anyhow::Context;
use records::TablesFeed;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, RwLock};
use std::thread::{self, JoinHandle};
use till::Published;
use tokio::sync::watch;
use views::Gallery;
use vocabulary::Seq;

/// How many batches may wait to be folded.
const BATCHES_MAX: usize = 256;
/// After how many commands the views are saved.
const CHECKPOINT_EVERY: u64 = 1_000_000;

/// Where batches are handed in.
#[derive(Clone)]
pub(super) struct Feed {
    /// What views and tables have both reached; older batches are for neither.
    pub begins_at: Seq,
    batches: SyncSender<Arc<Published>>,
}

impl Feed {
    pub(super) fn give(&self, published: &Arc<Published>) {
        if published.last_seq > self.begins_at {
            // The thread only ends when every feed is gone.
            let _ = self.batches.send(Arc::clone(published));
        }
    }
}

pub(super) struct Viewing {
    pub feed: Feed,
    pub gallery: Arc<RwLock<Gallery>>,
    pub reached: watch::Receiver<Seq>,
    pub thread: JoinHandle<()>,
}

/// Starts with the views as they were saved, or with none; a checkpoint that cannot be read costs
/// a replay and nothing else.
pub(super) fn start(data: &Path, tables: TablesFeed) -> anyhow::Result<Viewing> {
    let path = data.join("views.checkpoint");
    let saved = read(&path);
    let saved_at = saved.reached();
    let begins_at = saved_at.min(tables.begins_at());
    let (batches, waiting) = sync_channel(BATCHES_MAX);
    let (reach, reached) = watch::channel(saved_at);
    let gallery = Arc::new(RwLock::new(saved));
    let folder = Folder {
        gallery: Arc::clone(&gallery),
        reach,
        path,
        saved_at,
        tables,
    };
    let thread = thread::Builder::new()
        .name("views".into())
        .spawn(move || folder.fold_all(&waiting))
        .context("the views' thread cannot be started")?;
    Ok(Viewing {
        feed: Feed { begins_at, batches },
        gallery,
        reached,
        thread,
    })
}

fn read(path: &Path) -> Gallery {
    let Ok(file) = File::open(path) else {
        return Gallery::default();
    };
    Gallery::read_checkpoint(BufReader::new(file)).unwrap_or_else(|fault| {
        tracing::warn!(%fault, "the views are folded from the journal again");
        Gallery::default()
    })
}

struct Folder {
    gallery: Arc<RwLock<Gallery>>,
    reach: watch::Sender<Seq>,
    path: PathBuf,
    saved_at: Seq,
    tables: TablesFeed,
}

impl Folder {
    fn fold_all(mut self, waiting: &Receiver<Arc<Published>>) {
        for published in waiting {
            self.fold(&published);
            let Published { at, last_seq, .. } = *published;
            self.tables.bring(at, published.events.iter(), last_seq);
            drop(published);
            if last_seq.0.saturating_sub(self.saved_at.0) >= CHECKPOINT_EVERY {
                self.save();
            }
        }
        self.save();
    }

    fn fold(&self, published: &Published) {
        let mut gallery = self.gallery.write().expect("no view panics while folding");
        let reached = gallery.reached();
        if published.last_seq <= reached {
            return;
        }
        let unseen = published.events.after(reached);
        gallery.fold_batch(published.at, unseen, published.last_seq);
        drop(gallery);
        self.reach.send_replace(published.last_seq);
    }

    /// Saves the views beside the old checkpoint, then in its place.
    fn save(&mut self) {
        let (bytes, at) = {
            let gallery = self.gallery.read().expect("no view panics while folding");
            let mut bytes = Vec::new();
            let written = gallery.write_checkpoint(&mut bytes);
            (written.map(|()| bytes), gallery.reached())
        };
        let partial = self.path.with_extension("partial");
        let saved = bytes.map_err(anyhow::Error::from).and_then(|bytes| {
            fs::write(&partial, bytes)?;
            fs::rename(&partial, &self.path)?;
            Ok(())
        });
        match saved {
            Ok(()) => self.saved_at = at,
            Err(fault) => tracing::warn!(%fault, "the views could not be saved; they are no truth"),
        }
    }
}

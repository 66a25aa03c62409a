//! The journal of a data folder: founded or opened, fenced, and replayed into a ledger.

use super::SHARD;
use super::viewing::Feed;
use crate::config::Settings;
use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use journal::{
    Access, DataFolder, FileJournal, Identity, Journal, JournalId, Options, SnapshotStore,
};
use rand::TryRng;
use std::sync::Arc;
use till::{Recovered, recover as replay_all};

/// A journal that is ours to write.
pub(super) struct OpenedJournal {
    pub journal: FileJournal,
    pub snapshots: SnapshotStore,
    /// The epoch that the journal is fenced for.
    pub epoch: u64,
}

pub(super) fn open(settings: &Settings) -> anyhow::Result<OpenedJournal> {
    let folder = DataFolder::open(&settings.data)?;
    let snapshots = SnapshotStore::at(&folder.layout().snapshots);
    let options = Options {
        segment_bytes: settings.segment_bytes & !4095,
        access: Access::Direct,
    };
    let opened = if FileJournal::exists(&folder) {
        FileJournal::open(folder, options)?
    } else {
        let journal = JournalId(fresh_id()?);
        FileJournal::create(
            folder,
            Identity {
                journal,
                shard: u32::from(SHARD.0),
            },
            options,
        )?
    };
    if let Some(cut) = opened.cut {
        tracing::warn!(
            ?cut,
            "a batch that was never acknowledged was cut from the journal's end"
        );
    }
    let mut journal = opened.journal;
    let epoch = opened.tail.fence + 1;
    journal.fence(epoch)?;
    Ok(OpenedJournal {
        journal,
        snapshots,
        epoch,
    })
}

fn fresh_id() -> anyhow::Result<[u8; 16]> {
    let mut id = [0; 16];
    rand::rngs::SysRng
        .try_fill_bytes(&mut id)
        .context("the system gives no randomness")?;
    Ok(id)
}

/// Brings a ledger up to date and gives the views what they have not seen.
pub(super) fn recover(opened: &OpenedJournal, feed: &Feed) -> anyhow::Result<Recovered> {
    let reader = opened.journal.reader();
    let end = reader.tail().next_seq;
    let views_at = feed.begins_at;
    let style = ProgressStyle::with_template("replay {bar:40} {pos}/{len} commands, {eta} left")
        .expect("the template is valid");
    let bar = ProgressBar::new(end.saturating_sub(views_at.0)).with_style(style);
    let recovered = replay_all(
        SHARD,
        &*reader,
        Some(&opened.snapshots),
        views_at,
        |replayed| {
            bar.inc(replayed.requests.len() as u64);
            feed.give(&Arc::new(replayed.published));
        },
    )?;
    bar.finish_and_clear();
    for (seq, fault) in &recovered.unusable {
        tracing::warn!(%seq, %fault, "a snapshot cannot be used; an older one serves");
    }
    tracing::info!(
        snapshot = recovered.snapshot.map(|seq| seq.0),
        replayed = recovered.replayed,
        next = recovered.next_seq.0,
        "the ledger is up to date"
    );
    Ok(recovered)
}

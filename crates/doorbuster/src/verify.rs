//! `doorbuster verify`: proves that a data folder is whole: every checksum, every link of the
//! chain, the digest of every batch by replay, the invariants, on request the naive model, and the
//! records.

use crate::output::say;
use crate::records_copy;
use anyhow::{Context, bail};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use journal::{Access, BatchHeader, FileReader, Layout, Reader, SnapshotStore};
use ledger::Ledger;
use model::{Decider, Model};
use std::path::{Path, PathBuf};
use till::{Replayed, replay};
use vocabulary::{Millis, Seq, Shard};

/// Prove that a festival is whole: that the ledger comes out of its journal again, and that its records can be read.
#[derive(Debug, Parser)]
#[command(after_help = "\
Examples:
  doorbuster verify
      Checks ./doorbuster-data: checksums, chain, the digest of every batch by replay, the records.
  doorbuster verify --data /var/lib/doorbuster --model
      Also feeds the naive model with the whole journal and compares it with the ledger.

It only reads. Beside a server the batch that is being written may look torn; a backup (`doorbuster backup`) has none such.
Exits with 1 and names file and byte where anything is damaged.")]
pub struct Args {
    /// The data folder.
    #[arg(long, value_name = "FOLDER", default_value = "doorbuster-data")]
    data: PathBuf,
    /// Feed the naive model too: slower, and independent of the ledger's code.
    #[arg(long)]
    model: bool,
}

/// Runs the command.
///
/// # Errors
/// The first damage, or the first difference.
pub async fn run(args: &Args) -> anyhow::Result<()> {
    crate::house::must_be_in(&args.data)?;
    let report = journal::verify(&args.data, Access::Direct)?;
    say!(
        "journal    whole: {} batches in {} segments, sequences {} to {}, {} snapshots",
        report.batches,
        report.segments,
        report.first_seq,
        report.tail.next_seq - 1,
        report.snapshots,
    );
    if let Some(cut) = report.torn {
        say!("torn tail  {cut:?}: never acknowledged, cut at the next start");
    }
    let proof = Proof::of(&args.data, report.first_seq, args.model)?;
    proof.print();
    records_copy::must_be_whole(&args.data).await?;
    say!("records    whole: every page");
    if !args.data.join("secrets.toml").exists() {
        say!("secrets    not in this folder: whoever serves it must have them elsewhere");
    }
    Ok(())
}

/// What replaying a journal showed.
pub struct Proof {
    ledger: Ledger,
    commands: u64,
    modelled: bool,
}

impl Proof {
    /// Replays the journal in `data` from `first_seq`, comparing digests batch by batch.
    ///
    /// # Errors
    /// The first difference between journal, ledger and model, or a broken invariant.
    pub fn of(data: &Path, first_seq: u64, with_model: bool) -> anyhow::Result<Proof> {
        let reader = FileReader::open(data, Access::Direct)?;
        let (mut ledger, mut next_seq) = start(data, first_seq, with_model)?;
        let mut model = with_model.then(Model::fresh);
        let bar = progress(reader.tail().next_seq - next_seq.0);
        let begun_at = next_seq.0;
        for batch in reader.read(next_seq.0)? {
            let batch = batch?;
            let header = batch.header;
            let replayed = replay(Shard(0), &mut ledger, next_seq, batch)?;
            if let Some(model) = &mut model {
                follow(model, header, &replayed)?;
            }
            next_seq = Seq(header.next_seq());
            bar.set_position(next_seq.0 - begun_at);
        }
        bar.finish_and_clear();
        ledger.check().context("an invariant is broken")?;
        if let Some(model) = &model {
            compare(&ledger, model)?;
        }
        Ok(Proof {
            ledger,
            commands: next_seq.0 - begun_at,
            modelled: with_model,
        })
    }

    fn print(&self) {
        say!(
            "replay     equal: {} commands, the digest of every batch",
            self.commands
        );
        say!("invariants hold: units in every pool and SKU, debits equal credits");
        if self.modelled {
            say!("model      agrees: every digest, and the state at the end");
        }
        say!("digest     {}", self.ledger.digest());
    }
}

/// An empty ledger, or the oldest snapshot where the first segments were taken elsewhere.
fn start(data: &Path, first_seq: u64, with_model: bool) -> anyhow::Result<(Ledger, Seq)> {
    if first_seq == journal::FIRST_SEQ {
        return Ok((Ledger::new(), Seq(first_seq)));
    }
    if with_model {
        bail!(
            "the journal begins with sequence {first_seq}: put the archived segments back into archive/ to feed the model from the beginning"
        );
    }
    let store = SnapshotStore::at(&Layout::of(data).snapshots);
    let Some(seq) = store.list()?.into_iter().find(|seq| seq + 1 >= first_seq) else {
        bail!("the journal begins with sequence {first_seq} and no snapshot reaches it");
    };
    let snapshot = store.open(seq)?;
    Ok((Ledger::read_snapshot(snapshot)?, Seq(seq + 1)))
}

fn follow(model: &mut Model, header: BatchHeader, replayed: &Replayed) -> anyhow::Result<()> {
    let at = Millis(header.stamped_at_ms);
    let mut events = Vec::new();
    for request in &replayed.requests {
        model.apply(at, request, &mut events);
    }
    let told = replayed.published.events.iter().map(|(_, event)| event);
    if model.digest() != replayed.published.digest || !told.eq(events.iter()) {
        bail!(
            "the model disagrees with the ledger in the batch of sequence {} to {}",
            header.first_seq,
            header.next_seq() - 1
        );
    }
    Ok(())
}

fn compare(ledger: &Ledger, model: &Model) -> anyhow::Result<()> {
    let mut described = String::new();
    ledger.describe(&mut described);
    let modelled = model.describe();
    if let Some((ours, theirs)) = described
        .lines()
        .zip(modelled.lines())
        .find(|(a, b)| a != b)
    {
        bail!("the state differs: the ledger has `{ours}`, the model `{theirs}`");
    }
    if described.len() != modelled.len() {
        bail!("the state differs: one of ledger and model knows more than the other");
    }
    model.check().context("the model finds an invariant broken")
}

fn progress(commands: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("replay {bar:40} {pos}/{len} commands, {eta} left")
        .expect("the template is valid");
    ProgressBar::new(commands).with_style(style)
}

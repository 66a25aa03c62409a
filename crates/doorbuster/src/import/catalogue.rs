//! Products: read on a thread of their own, told to the ledger chunk by chunk, taken by the records
//! while the next chunk is told of, then their pictures made.

use super::listing::Lister;
use super::report::{Problems, table};
use super::telling::{self, Told};
use super::{MappedArgs, pictures};
use crate::house::House;
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use intake::{Located, ProductDraft, RowProblem, Source, Tally, bytes_to_read, read_products};
use records::{ImportCounts, RecordsFault};
use std::sync::atomic::Ordering;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// How many products the records take at once.
const CHUNK: usize = 2_000;
/// How many rows may wait for the records.
const ROWS_MAX: usize = 2 * CHUNK;

type Row = Result<Located<ProductDraft>, RowProblem>;

/// Imports a catalogue, says what came of it and tells how many rows were left out.
pub(super) async fn import(house: &House, mapped: &MappedArgs) -> anyhow::Result<u64> {
    let args = &mapped.file;
    let mut problems = Problems::into(args.problems.as_deref())?;
    let mut taken = take(house, mapped, &mut problems).await?;
    if !args.dry_run {
        telling::sellers(house, taken.currency, &mut taken.lister.told).await?;
        let wanted = std::mem::take(&mut taken.pictures);
        pictures::make(house, &taken.folder, wanted, &mut problems).await?;
    }
    let title = if args.dry_run {
        "Nothing was changed. It would be:"
    } else {
        "Imported:"
    };
    let (counts, told) = (taken.counts, taken.lister.told);
    let mut said = rows(&taken.tally, counts, &problems);
    if !args.dry_run {
        said.extend(told_rows(told));
    }
    table(title, &said);
    let products = counts.added + counts.changed + counts.same;
    if products == 0 && taken.tally.rows > 0 {
        bail!("no product went in");
    }
    Ok(problems.left_out())
}

/// What the records took.
struct Taken {
    tally: Tally,
    counts: ImportCounts,
    currency: money::Currency,
    folder: std::path::PathBuf,
    lister: Lister,
    /// The chunk that the records are taking.
    under_way: Option<JoinHandle<Result<ImportCounts, RecordsFault>>>,
    pictures: Vec<pictures::Wanted>,
}

async fn take(
    house: &House,
    mapped: &MappedArgs,
    problems: &mut Problems,
) -> anyhow::Result<Taken> {
    let args = &mapped.file;
    let source = Source::open(&args.path)?;
    let mapping = mapped.told()?;
    let bar = progress(bytes_to_read(&source, mapping.as_ref())?);
    let (bytes, folder) = (source.bytes_read(), source.folder().to_owned());
    let (sender, mut rows) = mpsc::channel::<Row>(ROWS_MAX);
    let reading = tokio::task::spawn_blocking(move || {
        read_products(&source, mapping.as_ref(), &mut |row| {
            let _ = sender.blocking_send(row);
        })
    });
    let mut taken = Taken {
        tally: Tally::default(),
        counts: ImportCounts::default(),
        currency: money::Currency::KRW,
        folder,
        lister: Lister::default(),
        under_way: None,
        pictures: Vec::new(),
    };
    let mut waiting = Vec::new();
    while rows.recv_many(&mut waiting, CHUNK).await > 0 {
        taken
            .chunk(house, args.dry_run, waiting.drain(..), problems)
            .await?;
        bar.set_position(bytes.load(Ordering::Relaxed));
    }
    taken.settle().await?;
    bar.finish_and_clear();
    taken.tally = reading.await.context("the reader panicked")??;
    problems.left(&taken.tally);
    Ok(taken)
}

impl Taken {
    async fn chunk(
        &mut self,
        house: &House,
        dry_run: bool,
        rows: impl Iterator<Item = Row>,
        problems: &mut Problems,
    ) -> anyhow::Result<()> {
        let mut drafts = Vec::new();
        for row in rows {
            match row {
                Ok(located) => {
                    self.note(&located);
                    drafts.push(located.draft);
                }
                Err(problem) => problems.take(&problem),
            }
        }
        if dry_run {
            self.counts += house.records.compare_products(&drafts).await?;
            return Ok(());
        }
        let numbers = self.lister.list(house, &drafts).await?;
        self.settle().await?;
        let records = house.records.clone();
        self.under_way = Some(tokio::spawn(async move {
            records.upsert_products(&drafts, &numbers).await
        }));
        Ok(())
    }

    /// Waits until the records have taken the chunk that is under way.
    async fn settle(&mut self) -> anyhow::Result<()> {
        if let Some(under_way) = self.under_way.take() {
            self.counts += under_way.await.context("the records panicked")??;
        }
        Ok(())
    }

    fn note(&mut self, located: &Located<ProductDraft>) {
        let draft = &located.draft;
        self.currency = draft.currency;
        if !draft.pictures.is_empty() {
            self.pictures.push(pictures::Wanted {
                location: located.location.clone(),
                product: draft.id.clone(),
                sources: draft.pictures.clone(),
            });
        }
    }
}

/// What the ledger was told of; a dry run does not ask it.
fn told_rows(told: Told) -> [(&'static str, u64); 3] {
    [
        ("sellers opened", told.sellers),
        ("SKUs listed", told.skus),
        ("stock changed", told.stock_changes),
    ]
}

fn rows<'a>(tally: &Tally, counts: ImportCounts, problems: &Problems) -> Vec<(&'a str, u64)> {
    vec![
        ("rows read", tally.rows),
        ("products added", counts.added),
        ("products changed", counts.changed),
        ("products the same", counts.same),
        ("rows of a product read before", tally.passed_over),
        ("rows left out", problems.left_out()),
        ("rows kept without a part", problems.kept()),
    ]
}

fn progress(bytes: u64) -> ProgressBar {
    let template = "import {bar:40} {bytes}/{total_bytes}, {eta} left";
    let style = ProgressStyle::with_template(template).expect("the template is valid");
    ProgressBar::new(bytes).with_style(style)
}

//! Products: read on a thread of their own, taken by the records in chunks, then told to the
//! ledger, then their pictures made.

use super::report::{Problems, table};
use super::telling::{self, Told};
use super::{MappedArgs, pictures};
use crate::house::House;
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use intake::{Located, ProductDraft, RowProblem, Source, Tally, bytes_to_read, read_products};
use records::ImportCounts;
use std::sync::atomic::Ordering;
use tokio::sync::mpsc;
use vocabulary::SkuId;

/// How many products the records take at once.
const CHUNK: usize = 2_000;
/// How many rows may wait for the records.
const ROWS_MAX: usize = 2 * CHUNK;

type Row = Result<Located<ProductDraft>, RowProblem>;

/// Imports a catalogue and says what came of it.
pub(super) async fn import(house: &House, mapped: &MappedArgs) -> anyhow::Result<()> {
    let args = &mapped.file;
    let mut problems = Problems::into(args.problems.as_deref())?;
    let read = take(house, mapped, &mut problems).await?;
    let mut told = Told::default();
    if !args.dry_run {
        tell(house, read.currency, read.stock, &mut told).await?;
        pictures::make(house, &read.folder, read.pictures, &mut problems).await?;
    }
    let title = if args.dry_run {
        "Nothing was changed. It would be:"
    } else {
        "Imported:"
    };
    table(title, &rows(&read.tally, read.counts, told, &problems));
    let products = read.counts.added + read.counts.changed + read.counts.same;
    if products == 0 && read.tally.rows > 0 {
        bail!("no product went in");
    }
    Ok(())
}

/// What the records took.
struct Taken {
    tally: Tally,
    counts: ImportCounts,
    currency: money::Currency,
    folder: std::path::PathBuf,
    stock: Vec<(String, u32)>,
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
        stock: Vec::new(),
        pictures: Vec::new(),
    };
    let mut waiting = Vec::new();
    while rows.recv_many(&mut waiting, CHUNK).await > 0 {
        taken
            .chunk(house, args.dry_run, waiting.drain(..), problems)
            .await?;
        bar.set_position(bytes.load(Ordering::Relaxed));
    }
    bar.finish_and_clear();
    taken.tally = reading.await.context("the reader panicked")??;
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
        self.counts += match dry_run {
            true => house.records.compare_products(&drafts).await?,
            false => house.records.upsert_products(&drafts).await?,
        };
        Ok(())
    }

    fn note(&mut self, located: &Located<ProductDraft>) {
        let draft = &located.draft;
        self.currency = draft.currency;
        self.stock
            .extend(draft.skus.iter().map(|sku| (sku.id.clone(), sku.stock)));
        if !draft.pictures.is_empty() {
            self.pictures.push(pictures::Wanted {
                location: located.location.clone(),
                product: draft.id.clone(),
                sources: draft.pictures.clone(),
            });
        }
    }
}

async fn tell(
    house: &House,
    currency: money::Currency,
    stock: Vec<(String, u32)>,
    told: &mut Told,
) -> anyhow::Result<()> {
    telling::sellers(house, currency, told).await?;
    // Those that the ledger knows already; the others are listed with their stock.
    for chunk in stock.chunks(CHUNK) {
        let ids: Vec<&str> = chunk.iter().map(|(id, _)| id.as_str()).collect();
        let known = house.records.numbered_skus(&ids).await?;
        let wanted: Vec<(SkuId, u32)> = chunk
            .iter()
            .filter_map(|(id, stock)| Some((known.get(id)?.number, *stock)))
            .collect();
        telling::set_stock(house, wanted, told).await?;
    }
    telling::skus(house, told).await
}

fn rows<'a>(
    tally: &Tally,
    counts: ImportCounts,
    told: Told,
    problems: &Problems,
) -> Vec<(&'a str, u64)> {
    vec![
        ("rows read", tally.rows),
        ("products added", counts.added),
        ("products changed", counts.changed),
        ("products the same", counts.same),
        ("rows of a product read before", tally.passed_over),
        ("rows left out", problems.left_out()),
        ("rows kept without a part", problems.kept()),
        ("sellers opened", told.sellers),
        ("SKUs listed", told.skus),
        ("stock changed", told.stock_changes),
    ]
}

fn progress(bytes: u64) -> ProgressBar {
    let template = "import {bar:40} {bytes}/{total_bytes}, {eta} left";
    let style = ProgressStyle::with_template(template).expect("the template is valid");
    ProgressBar::new(bytes).with_style(style)
}

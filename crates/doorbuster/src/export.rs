//! `doorbuster export`: what import takes, given back; and the orders.

use crate::house::{SHARD, must_be_in};
use crate::output::is_unread;
use anyhow::Context;
use clap::{Parser, Subcommand, ValueEnum};
use intake::{
    DealCsv, DealDraft, DealJsonLines, DealPool, Extensions, ProductCsv, ProductDraft,
    ProductJsonLines,
};
use jiff::tz::TimeZone;
use journal::{Access, FileReader, Layout, SnapshotStore};
use ledger::{DealFacts, Ledger};
use money::format_plain;
use records::{OrderCursor, ProductFilter, Records};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Write, stdout};
use std::path::{Path, PathBuf};
use till::recover;
use vocabulary::Seq;

/// How many rows are read at once.
const PAGE: u32 = 500;

/// Write out the catalogue, the sellers, the deals or the orders.
#[derive(Debug, Parser)]
#[command(after_help = "\
Examples:
  doorbuster export catalogue --to products.csv
      Opens right in Excel in Korean; `doorbuster import catalogue products.csv` takes it back.
  doorbuster export deals --format jsonl
      The deals that are not over yet.
  doorbuster export orders --to orders.csv
      Every order with its state and sums, oldest first.

Reads the data folder and changes nothing; the server may be running.")]
pub struct Args {
    #[command(subcommand)]
    what: What,
    /// The data folder.
    #[arg(
        long,
        value_name = "FOLDER",
        default_value = "doorbuster-data",
        global = true
    )]
    data: PathBuf,
    /// Where to write; to standard output by default.
    #[arg(long, value_name = "FILE", global = true)]
    to: Option<PathBuf>,
    /// How to write.
    #[arg(long, value_enum, default_value_t = Form::Csv, global = true)]
    format: Form,
    /// The time zone of the deals' times.
    #[arg(long, value_name = "ZONE", default_value = "Asia/Seoul", global = true)]
    time_zone: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// With a byte order mark, for spreadsheets.
    Csv,
    /// A JSON object a line.
    Jsonl,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum What {
    /// Products with their SKUs.
    Catalogue,
    /// Sellers with their shipping terms; always JSON Lines.
    Sellers,
    /// Deals that are not over yet.
    Deals,
    /// Orders; names and addresses stay with the API.
    Orders,
}

type Output = Box<dyn Write>;

/// Runs the command.
///
/// # Errors
/// When the festival cannot be read or the file cannot be written.
pub async fn run(args: &Args) -> anyhow::Result<()> {
    match write(args).await {
        Err(error) if args.to.is_none() && is_unread(&error) => Ok(()),
        written => written,
    }
}

async fn write(args: &Args) -> anyhow::Result<()> {
    must_be_in(&args.data)?;
    let records = Records::open(&args.data.join("records.sqlite")).await?;
    let mut output = open(args.to.as_deref())?;
    match args.what {
        What::Catalogue => output = catalogue(&records, args.format, output).await?,
        What::Sellers => sellers(&records, &mut output).await?,
        What::Deals => output = deals(&records, args, output).await?,
        What::Orders => orders(&records, args.format, &mut output).await?,
    }
    output.flush()?;
    Ok(())
}

fn open(to: Option<&Path>) -> anyhow::Result<Output> {
    let Some(path) = to else {
        return Ok(Box::new(BufWriter::new(stdout())));
    };
    let file =
        File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(Box::new(BufWriter::new(file)))
}

async fn catalogue(records: &Records, form: Form, output: Output) -> anyhow::Result<Output> {
    match form {
        Form::Jsonl => {
            let mut lines = ProductJsonLines::into(output);
            each_product(records, |draft| lines.write(draft)).await?;
            Ok(lines.finish()?)
        }
        Form::Csv => {
            let mut languages = BTreeSet::new();
            each_product(records, |draft| {
                languages.extend(ProductCsv::<Output>::languages_of(draft));
                Ok(())
            })
            .await?;
            let mut csv = ProductCsv::into(output, &languages)?;
            each_product(records, |draft| csv.write(draft)).await?;
            Ok(csv.finish()?)
        }
    }
}

async fn each_product(
    records: &Records,
    mut each: impl FnMut(&ProductDraft) -> std::io::Result<()>,
) -> anyhow::Result<()> {
    let mut after = String::new();
    loop {
        let page = records
            .products(&ProductFilter::default(), &after, PAGE)
            .await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after.clone_from(&last.id);
        for product in page {
            each(&records.draft_of(product).await?)?;
        }
    }
}

async fn sellers(records: &Records, output: &mut Output) -> anyhow::Result<()> {
    let mut after = String::new();
    loop {
        let page = records.sellers(&after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after.clone_from(&last.id);
        for seller in &page {
            serde_json::to_writer(&mut *output, seller)?;
            writeln!(output)?;
        }
    }
}

async fn deals(records: &Records, args: &Args, output: Output) -> anyhow::Result<Output> {
    let zone = TimeZone::get(&args.time_zone).context("no such time zone")?;
    let reader = FileReader::open(&args.data, Access::Direct)?;
    let store = SnapshotStore::at(&Layout::of(&args.data).snapshots);
    let ledger = recover(SHARD, &reader, Some(&store), Seq(u64::MAX), |_| ())?.ledger;
    match args.format {
        Form::Csv => {
            let mut csv = DealCsv::into(output, zone)?;
            each_deal(records, &ledger, |deal| csv.write(deal)).await?;
            Ok(csv.finish()?)
        }
        Form::Jsonl => {
            let mut lines = DealJsonLines::into(output, zone);
            each_deal(records, &ledger, |deal| lines.write(deal)).await?;
            Ok(lines.finish()?)
        }
    }
}

async fn each_deal(
    records: &Records,
    ledger: &Ledger,
    mut each: impl FnMut(&DealDraft) -> std::io::Result<()>,
) -> anyhow::Result<()> {
    let mut after = String::new();
    loop {
        let page = records.deals(&after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after.clone_from(&last.id);
        for deal in page {
            let facts = deal.number.and_then(|number| ledger.deal(number));
            if let Some(facts) = facts.filter(|facts| !facts.closed) {
                each(&draft(records, deal.id, &facts).await?)?;
            }
        }
    }
}

/// How much more time holds of a deal may have.
pub(crate) fn extensions(facts: &DealFacts) -> Extensions {
    let (times, span_ms) = facts.extensions;
    Extensions { times, span_ms }
}

async fn draft(records: &Records, id: String, facts: &DealFacts) -> anyhow::Result<DealDraft> {
    let mut pools = Vec::with_capacity(facts.pools.len());
    for pool in &facts.pools {
        let sku = records.sku_numbered(pool.sku).await?;
        let sku = sku
            .with_context(|| format!("the records do not know SKU {}", pool.sku))?
            .id;
        pools.push(DealPool {
            sku,
            allotment: pool.counts.allotted(),
            price: pool.price,
        });
    }
    Ok(DealDraft {
        id,
        currency: facts.currency,
        terms: facts.terms,
        extensions: extensions(facts),
        pools,
    })
}

async fn orders(records: &Records, form: Form, output: &mut Output) -> anyhow::Result<()> {
    const COLUMNS: [&str; 12] = [
        "order",
        "checkout",
        "seller",
        "state",
        "placed_at",
        "paid_at",
        "goods",
        "shipping",
        "tax",
        "total",
        "refunded",
        "currency",
    ];
    if form == Form::Csv {
        writeln!(output, "\u{feff}{}", COLUMNS.join(","))?;
    }
    let mut after = OrderCursor::START;
    loop {
        let page = records.export_orders(after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.cursor();
        for order in &page {
            let row = row(records, order).await?;
            match form {
                Form::Csv => writeln!(output, "{}", row.join(","))?,
                Form::Jsonl => {
                    let object: serde_json::Map<_, _> = COLUMNS
                        .into_iter()
                        .zip(row)
                        .map(|(column, text)| (column.to_owned(), text.into()))
                        .collect();
                    serde_json::to_writer(&mut *output, &object)?;
                    writeln!(output)?;
                }
            }
        }
    }
}

async fn row(records: &Records, order: &records::Order) -> anyhow::Result<[String; 12]> {
    let seller = records.seller_numbered(order.seller).await?;
    let amount = |amount| format_plain(amount, order.currency);
    Ok([
        order.order.to_string(),
        order.checkout.to_string(),
        quoted(&seller.map_or_else(|| order.seller.to_string(), |seller| seller.id)),
        format!("{:?}", order.state).to_lowercase(),
        time(order.placed_at.0),
        order.paid.map(|(at, _)| time(at.0)).unwrap_or_default(),
        amount(order.goods),
        amount(order.shipping),
        amount(order.tax),
        amount(order.total),
        amount(order.refunded),
        order.currency.code().to_owned(),
    ])
}

/// A CSV field that may hold commas or quotes.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn time(ms: u64) -> String {
    let ms = i64::try_from(ms).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(ms)
        .map_or_else(|_| ms.to_string(), |time| format!("{time:.3}"))
}

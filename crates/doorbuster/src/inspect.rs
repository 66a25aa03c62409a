//! `doorbuster inspect`: one thing of a festival as the ledger has it, at the journal's end.

use crate::house::{SHARD, must_be_in};
use crate::output;
use anyhow::{Context, bail};
use clap::{Parser, Subcommand};
use journal::{Access, FileReader, Layout, SnapshotStore};
use ledger::Ledger;
use money::format_plain;
use records::Records;
use std::path::{Path, PathBuf};
use till::recover;
use vocabulary::{CheckoutId, DealId, HoldId, OrderId, PaymentId, Seq, SkuId};

/// Look at one thing of a festival as the ledger has it now.
#[derive(Debug, Parser)]
#[command(after_help = "\
Examples:
  doorbuster inspect deal D-0001       by the shop's own id, or by the ledger's number
  doorbuster inspect order 0199e7a0-5b00-7000-8000-000000000001
  doorbuster inspect books             the balance of every account
  doorbuster inspect outbox            what the clerks have still to do
  doorbuster inspect snapshots

Reads the data folder as it is on disk and changes nothing; the server may be running.")]
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
}

#[derive(Debug, Subcommand)]
enum What {
    /// A deal: its terms, and where the units of its pools are.
    Deal { id: String },
    /// A SKU: its stock.
    Sku { id: String },
    /// A hold.
    Hold { number: u64 },
    /// The checkout of an order, with all its orders, tries to pay and refunds.
    Order { id: OrderId },
    /// A checkout.
    Checkout { id: CheckoutId },
    /// One try to pay: the checkout's id, a dot, the number of the try.
    Payment { id: PaymentId },
    /// The balance of every account, per currency and seller.
    Books,
    /// What the clerks have still to do, oldest first.
    Outbox,
    /// The snapshots there are.
    Snapshots,
    /// Everything, a line a thing: what `verify --model` compares.
    State,
}

/// Runs the command.
///
/// # Errors
/// When there is no such thing, or the journal is damaged.
pub async fn run(args: &Args) -> anyhow::Result<()> {
    must_be_in(&args.data)?;
    let reader = FileReader::open(&args.data, Access::Direct)?;
    let store = SnapshotStore::at(&Layout::of(&args.data).snapshots);
    let recovered = recover(SHARD, &reader, Some(&store), Seq(u64::MAX), |_| ())?;
    let ledger = recovered.ledger;
    match &args.what {
        What::Deal { id } => show(ledger.deal(deal_number(&args.data, id).await?)),
        What::Sku { id } => show(ledger.sku(sku_number(&args.data, id).await?)),
        What::Hold { number } => show(ledger.hold(HoldId(*number))),
        What::Order { id } => show(ledger.order(*id).and_then(|id| ledger.checkout(id))),
        What::Checkout { id } => show(ledger.checkout(*id)),
        What::Payment { id } => show(ledger.payment(*id)),
        What::Books => books(&ledger),
        What::Outbox => ledger
            .outbox()
            .try_for_each(|work| line(&format!("{work:?}"))),
        What::Snapshots => store
            .list()?
            .into_iter()
            .try_for_each(|seq| line(&seq.to_string())),
        What::State => {
            let mut described = String::new();
            ledger.describe(&mut described);
            line(described.trim_end())
        }
    }
}

fn line(text: &str) -> anyhow::Result<()> {
    Ok(output::line(text)?)
}

fn show<T: std::fmt::Debug>(facts: Option<T>) -> anyhow::Result<()> {
    match facts {
        Some(facts) => line(&format!("{facts:#?}")),
        None => bail!(
            "the ledger has no such thing in memory (a checkout long at rest is filed in the records)"
        ),
    }
}

fn books(ledger: &Ledger) -> anyhow::Result<()> {
    for (currency, seller, account, balance) in ledger.balances() {
        let amount = i64::try_from(balance)
            .map(money::Amount)
            .context("the balance is too large to show")?;
        let shown = format_plain(amount, currency);
        line(&format!(
            "{currency}  seller {seller:<6} {:<18} {shown:>20}",
            format!("{account:?}")
        ))?;
    }
    line(&format!("digest {}", ledger.digest()))
}

async fn deal_number(data: &Path, id: &str) -> anyhow::Result<DealId> {
    if let Ok(number) = id.parse() {
        return Ok(DealId(number));
    }
    let records = Records::open(&data.join("records.sqlite")).await?;
    let deal = records
        .deal(id)
        .await?
        .with_context(|| format!("no deal `{id}`"))?;
    deal.number
        .with_context(|| format!("the ledger does not know the deal `{id}`"))
}

async fn sku_number(data: &Path, id: &str) -> anyhow::Result<SkuId> {
    let records = Records::open(&data.join("records.sqlite")).await?;
    if let Some(sku) = records.sku(id).await? {
        return sku
            .number
            .with_context(|| format!("the ledger does not know the SKU `{id}`"));
    }
    let number = id.parse().ok().with_context(|| format!("no SKU `{id}`"))?;
    Ok(SkuId(number))
}

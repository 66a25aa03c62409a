//! `doorbuster backup` and `doorbuster restore`: a copy of a festival that opens as a festival.

use crate::output::say;
use crate::records_copy;
use anyhow::{Context, ensure};
use clap::Parser;
use journal::{Access, FileReader, Reader};
use std::path::PathBuf;

/// Copy a festival while it is served.
#[derive(Debug, Parser)]
#[command(after_help = "\
Examples:
  doorbuster backup --to /mnt/backup/2026-11-11
      Copies ./doorbuster-data as it is now; everything acknowledged before is in the copy.
  doorbuster verify --data /mnt/backup/2026-11-11
      Proves the copy.

The copy holds the journal, the snapshots, the records, the pictures and the secrets: keep it as
safe as the shop.")]
pub struct BackupArgs {
    /// The data folder.
    #[arg(long, value_name = "FOLDER", default_value = "doorbuster-data")]
    data: PathBuf,
    /// A folder that is empty or not there yet.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
}

/// Make a data folder out of a backup.
#[derive(Debug, Parser)]
#[command(after_help = "\
Example:
  doorbuster restore --from /mnt/backup/2026-11-11 --data doorbuster-data
      Verifies the backup, then copies it; the data folder must be empty or not there.")]
pub struct RestoreArgs {
    /// The backup.
    #[arg(long, value_name = "FOLDER")]
    from: PathBuf,
    /// Where the festival shall be.
    #[arg(long, value_name = "FOLDER", default_value = "doorbuster-data")]
    data: PathBuf,
}

/// Runs `backup`. The journal is copied last: the records are views of it and people, so a copy of
/// them may be older than the journal's, never newer than it in what both know.
///
/// # Errors
/// Damage met on the way, or a target that is not empty.
pub async fn backup(args: &BackupArgs) -> anyhow::Result<()> {
    crate::house::must_be_in(&args.data)?;
    let staged = args.to.with_extension("records");
    let copied = async {
        records_copy::stage(&args.data, &staged).await?;
        let tail = FileReader::open(&args.data, Access::Direct)?.tail();
        let copied = journal::backup(&args.data, &args.to, tail, Access::Direct)?;
        records_copy::settle(&staged, &args.to).context("the records could not be moved")?;
        anyhow::Ok(copied)
    };
    let copied = copied
        .await
        .with_context(|| format!("no backup in {}", args.to.display()))?;
    say!(
        "copied {} batches up to sequence {}, {} snapshots, the records and the pictures to {}",
        copied.batches,
        copied.tail.next_seq - 1,
        copied.snapshots,
        args.to.display()
    );
    Ok(())
}

/// Runs `restore`.
///
/// # Errors
/// Damage in the backup (nothing is written then), or a target that is not empty.
pub async fn restore(args: &RestoreArgs) -> anyhow::Result<()> {
    ensure!(
        args.from.join("FORMAT").exists(),
        "there is no backup in {}",
        args.from.display()
    );
    records_copy::must_be_whole(&args.from).await?;
    let copied = journal::restore(&args.from, &args.data, Access::Direct)?;
    records_copy::stage(&args.from, &args.data).await?;
    say!(
        "restored {} batches up to sequence {} into {}",
        copied.batches,
        copied.tail.next_seq - 1,
        args.data.display()
    );
    Ok(())
}

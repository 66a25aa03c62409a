//! What a backup holds beside the journal: the records, the pictures, the secrets and the sandbox
//! provider's books.

use anyhow::{Context, bail, ensure};
use records::Records;
use std::fs;
use std::path::Path;

/// Files and folders that are copied as they are.
const PLAIN: [&str; 4] = ["secrets.toml", "doorbuster.toml", "pictures", "sandbox"];

/// The file of the records in a data folder.
pub const RECORDS: &str = "records.sqlite";

/// Makes sure that the records of a data folder are there and can be read.
///
/// # Errors
/// When they are missing, or what is wrong with them.
pub async fn must_be_whole(data: &Path) -> anyhow::Result<()> {
    let path = data.join(RECORDS);
    ensure!(path.exists(), "{} is missing", path.display());
    let wrong = Records::examine(&path).await?;
    if let Some(first) = wrong.first() {
        let more = wrong.len() - 1;
        bail!("{} is damaged: {first} (and {more} more)", path.display());
    }
    Ok(())
}

/// Copies all of it from the data folder `from` into `to`, while it is served.
///
/// # Errors
/// When something cannot be read or written.
pub async fn stage(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to).with_context(|| format!("no folder {}", to.display()))?;
    let tables = from.join(RECORDS);
    if tables.exists() {
        let records = Records::open(&tables).await?;
        records.backup_to(&to.join(RECORDS)).await?;
        records.close().await;
    }
    for name in PLAIN {
        let (old, copy) = (from.join(name), to.join(name));
        if old.exists() {
            copy_all(&old, &copy).with_context(|| format!("{} cannot be copied", old.display()))?;
        }
    }
    Ok(())
}

/// Moves what was staged into the copy of the journal.
///
/// # Errors
/// When something cannot be moved.
pub fn settle(staged: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(staged)? {
        let entry = entry?;
        fs::rename(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(fs::remove_dir(staged)?)
}

fn copy_all(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(|_| ());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy_all(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

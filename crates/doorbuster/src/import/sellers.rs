//! Sellers: JSON Lines of id, name, about and shipping terms.

use super::FileArgs;
use super::report::{Problems, table};
use super::telling::{self, Told};
use crate::config::Settings;
use crate::house::House;
use anyhow::{Context, bail};
use records::Seller;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Imports sellers, says what came of it and tells how many lines were left out.
pub(super) async fn import(
    house: &House,
    args: &FileArgs,
    settings: &Settings,
) -> anyhow::Result<u64> {
    let mut problems = Problems::into(args.problems.as_deref())?;
    let (mut told, mut read) = (Told::default(), 0);
    for seller in lines(&args.path, &mut problems)? {
        read += 1;
        if !args.dry_run {
            house.records.put_seller(&seller).await?;
        }
    }
    if !args.dry_run {
        telling::sellers(house, settings.currency, &mut told).await?;
    }
    let title = if args.dry_run {
        "Nothing was changed. It would be:"
    } else {
        "Imported:"
    };
    let out = problems.left_out();
    let mut rows = vec![("sellers read", read), ("lines left out", out)];
    if !args.dry_run {
        rows.insert(1, ("sellers opened", told.sellers));
    }
    table(title, &rows);
    if read == 0 {
        bail!("no seller went in");
    }
    Ok(out)
}

/// The good lines of the file; the others are problems.
pub(super) fn lines(path: &Path, problems: &mut Problems) -> anyhow::Result<Vec<Seller>> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut sellers = Vec::new();
    for (number, line) in (1..).zip(BufReader::new(file).lines()) {
        let line = line.with_context(|| format!("{} is not UTF-8", path.display()))?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(&line) {
            Ok(seller) => sellers.push(seller),
            Err(error) => {
                problems.refuse(&format!("{}:{number}", path.display()), &error.to_string())
            }
        }
    }
    Ok(sellers)
}

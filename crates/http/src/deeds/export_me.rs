//! All that is stored of a person leaves as one JSON file, row by row, so that memory holds some of them.

use super::my_account::owner;
use crate::moment::Moment;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::who::Shopper;
use futures::{Stream, StreamExt, stream};
use records::{PersonalRow, Records};
use serde_json::{Value, json};
use std::io;
use std::sync::Arc;
use tokio::sync::mpsc;
use vocabulary::{DealId, Millis, SellerId, SkuId};

/// How many rows wait for who is slow.
const WAITING_MAX: usize = 64;
/// Columns that hold a moment, beside those that end with `_at`.
const MOMENTS: [&str; 4] = ["at", "pay_by", "deadline", "last_seen"];

/// Begins an export of all that is stored of who asks, with an account or without. A piece that fails ends
/// it, so that nobody takes a part for the whole.
///
/// # Errors
/// Those of the records.
pub async fn export_me(
    shop: &Arc<Shop>,
    shopper: &Shopper,
) -> Result<impl Stream<Item = io::Result<Vec<u8>>> + use<>, Problem> {
    let owner = owner(shop, shopper).await?;
    let (sender, rows) = mpsc::channel(WAITING_MAX);
    let records = shop.records.clone();
    let reading = tokio::spawn(async move { records.export_person(&owner, &sender).await });
    let file = File {
        shop: Arc::clone(shop),
        rows,
        reading: Some(reading),
        sections: Records::personal_sections().collect(),
        open: None,
    };
    let head = json!({"shop": shop.settings.name, "exported_at": Moment(shop.now())});
    let head = head.to_string();
    let head = head.trim_end_matches('}').as_bytes().to_vec();
    // Whoever packs the file asks once more after its end, which an unfolding does not bear.
    let rest = stream::unfold(file, File::next).fuse();
    Ok(stream::once(async { Ok(head) }).chain(rest))
}

/// A file that is being written.
struct File {
    shop: Arc<Shop>,
    rows: mpsc::Receiver<PersonalRow>,
    /// None once the end is written.
    reading: Option<tokio::task::JoinHandle<Result<(), records::RecordsFault>>>,
    /// Sections that have not begun.
    sections: std::collections::VecDeque<&'static str>,
    /// The section that has begun.
    open: Option<&'static str>,
}

impl File {
    async fn next(mut self) -> Option<(io::Result<Vec<u8>>, File)> {
        self.reading.as_ref()?;
        match self.rows.recv().await {
            Some(row) => {
                let piece = self.row(row).await;
                Some((piece, self))
            }
            None => {
                let reading = self.reading.take()?;
                let read = reading.await.map_err(io::Error::other);
                let end = match read.and_then(|read| read.map_err(io::Error::other)) {
                    Ok(()) => Ok(self.end()),
                    Err(fault) => Err(fault),
                };
                Some((end, self))
            }
        }
    }

    async fn row(&mut self, PersonalRow { section, row }: PersonalRow) -> io::Result<Vec<u8>> {
        let mut text = String::new();
        match self.open == Some(section) {
            true => text.push_str(",\n"),
            false => self.begin(section, &mut text),
        }
        let row = readable(&self.shop, row).await;
        let row = row.map_err(|problem| io::Error::other(problem.name))?;
        text.push_str(&row.to_string());
        Ok(text.into_bytes())
    }

    /// Begins a section; those before it of which there are no rows are empty.
    fn begin(&mut self, section: &str, text: &mut String) {
        self.close(text);
        while let Some(next) = self.sections.pop_front() {
            if next == section {
                text.push_str(&format!(",\n\"{next}\": [\n"));
                self.open = Some(next);
                return;
            }
            text.push_str(&format!(",\n\"{next}\": []"));
        }
    }

    fn close(&mut self, text: &mut String) {
        if self.open.take().is_some() {
            text.push_str("\n]");
        }
    }

    fn end(&mut self) -> Vec<u8> {
        let mut text = String::new();
        self.begin("", &mut text);
        text.push_str("\n}\n");
        text.into_bytes()
    }
}

/// A row as people and programs read it: moments as RFC 3339, and the shop's own ids of what the ledger
/// numbers.
async fn readable(shop: &Shop, mut row: Value) -> Result<Value, Problem> {
    let Some(fields) = row.as_object_mut() else {
        return Ok(row);
    };
    for (name, value) in fields.iter_mut() {
        let Some(number) = value.as_u64() else {
            continue;
        };
        if name.ends_with("_at") || MOMENTS.contains(&name.as_str()) {
            *value = json!(Moment(Millis(number)));
        } else if let Some(id) = own_id(shop, name, number).await? {
            *value = json!(id);
        }
    }
    Ok(row)
}

async fn own_id(shop: &Shop, name: &str, number: u64) -> Result<Option<String>, Problem> {
    let Ok(number) = u32::try_from(number) else {
        return Ok(None);
    };
    Ok(match name {
        "deal" => Some(shop.directory.deal_id(DealId(number)).await?),
        "sku" => Some(shop.directory.sku_id(SkuId(number)).await?),
        "seller" => Some(super::seller_id(shop, SellerId(number)).await?),
        _ => None,
    })
}

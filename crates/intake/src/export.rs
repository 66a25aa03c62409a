//! Drafts back into files, in the native columns and the native JSON form that `import` takes
//! without a mapping.
//!
//! CSV begins with a byte order mark, so that Excel opens Hangul and Hanzi rightly, and holds nothing that a
//! spreadsheet would take for a formula; `import` reads it as it was.

use crate::deal::{self, DealLine};
use crate::formula::harmless;
use crate::native::{self, LIST, PATH};
use crate::product_line::{ProductLine, SkuLine, Texts};
use crate::{DealDraft, ProductDraft, lists};
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::io::{self, Write};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes products as JSON Lines, one product a line.
pub struct ProductJsonLines<W>(W);

impl<W: Write> ProductJsonLines<W> {
    /// A writer into `output`.
    pub fn into(output: W) -> ProductJsonLines<W> {
        ProductJsonLines(output)
    }

    /// Writes one product.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn write(&mut self, product: &ProductDraft) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, product)?;
        self.0.write_all(b"\n")
    }

    /// Flushes and gives the output back.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn finish(mut self) -> io::Result<W> {
        self.0.flush()?;
        Ok(self.0)
    }
}

/// Writes products as CSV, one SKU a line, with columns for the languages named at the start.
pub struct ProductCsv<W: Write> {
    output: csv::Writer<W>,
    languages: Vec<String>,
}

impl<W: Write> ProductCsv<W> {
    /// A writer into `output` with columns for these languages. Texts in others would be lost:
    /// [`languages_of`](Self::languages_of) finds them all.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn into(mut output: W, languages: &BTreeSet<String>) -> io::Result<ProductCsv<W>> {
        output.write_all(BYTE_ORDER_MARK)?;
        let mut csv = ProductCsv {
            output: csv::Writer::from_writer(output),
            languages: languages.iter().cloned().collect(),
        };
        let header = csv.header();
        written(&mut csv.output, &header)?;
        Ok(csv)
    }

    /// Every language that a product has a text in.
    pub fn languages_of(product: &ProductDraft) -> BTreeSet<String> {
        let options = product.skus.iter().map(|sku| &sku.option);
        let texts = [&product.name, &product.description]
            .into_iter()
            .chain(&product.category)
            .chain(options);
        texts
            .flat_map(|text| text.languages())
            .map(str::to_owned)
            .collect()
    }

    /// Writes one product.
    ///
    /// # Errors
    /// What the output refuses; [`io::ErrorKind::InvalidInput`] for a text in a language without a column.
    pub fn write(&mut self, product: &ProductDraft) -> io::Result<()> {
        let strange = Self::languages_of(product)
            .into_iter()
            .find(|l| !self.languages.contains(l));
        if let Some(language) = strange {
            let message = format!(
                "product {} has a text in `{language}`, which has no column",
                product.id
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let line = ProductLine::from(product.clone());
        for sku in &line.skus {
            let record = self.record(&line, sku);
            written(&mut self.output, &record)?;
        }
        Ok(())
    }

    /// Flushes and gives the output back.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn finish(self) -> io::Result<W> {
        self.output
            .into_inner()
            .map_err(csv::IntoInnerError::into_error)
    }

    fn header(&self) -> Vec<String> {
        let by_language = |stem: &str| -> Vec<String> {
            self.languages
                .iter()
                .map(|language| format!("{stem}_{language}"))
                .collect()
        };
        let mut header = vec!["id".to_owned(), "seller".to_owned()];
        for stem in ["name", "description", "category"] {
            header.extend(by_language(stem));
        }
        let shared = [
            "brand",
            "price",
            "list_price",
            "currency",
            "tax",
            "colours",
            "pictures",
            "sku",
        ];
        header.extend(shared.map(str::to_owned));
        header.extend(by_language("option"));
        header.push("stock".to_owned());
        header
    }

    fn record(&self, line: &ProductLine, sku: &SkuLine) -> Vec<String> {
        let mut record = vec![line.id.clone(), line.seller.clone()];
        record.extend(self.texts(&line.name));
        record.extend(self.texts(&line.description));
        record.extend(
            self.languages
                .iter()
                .map(|language| path_in(language, &line.category)),
        );
        let list = |texts: &[String]| lists::join(texts.iter().map(String::as_str), LIST);
        record.extend([
            line.brand.clone(),
            line.price.clone(),
            line.list_price.clone(),
            line.currency.clone(),
            line.tax.clone(),
            list(&line.colours),
            list(&line.pictures),
            sku.id.clone(),
        ]);
        record.extend(self.texts(&sku.option));
        record.push(sku.stock.clone());
        record
    }

    fn texts(&self, texts: &Texts) -> impl Iterator<Item = String> {
        self.languages
            .iter()
            .map(|language| texts.get(language).cloned().unwrap_or_default())
    }
}

/// What the output refused, as it said it: that a pipe is broken must still be seen.
fn written<T: AsRef<str>>(output: &mut csv::Writer<impl Write>, cells: &[T]) -> io::Result<()> {
    let cells = cells.iter().map(|cell| harmless(cell.as_ref()));
    let record = output.write_record(cells.map(|cell| cell.into_owned().into_bytes()));
    record.map_err(|error| match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    })
}

/// The path in one language; blank when it names no level, else with blanks for levels it does not name.
fn path_in(language: &str, category: &[Texts]) -> String {
    let names = category
        .iter()
        .map(|level| level.get(language).map_or("", String::as_str));
    match names.clone().all(str::is_empty) {
        true => String::new(),
        false => lists::join(names, PATH),
    }
}

/// Writes deals as CSV, one SKU of a deal a line, times in one zone with its offset.
pub struct DealCsv<W: Write> {
    output: csv::Writer<W>,
    zone: TimeZone,
}

impl<W: Write> DealCsv<W> {
    /// A writer into `output`.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn into(mut output: W, zone: TimeZone) -> io::Result<DealCsv<W>> {
        output.write_all(BYTE_ORDER_MARK)?;
        let mut output = csv::Writer::from_writer(output);
        written(&mut output, &native::DEAL)?;
        Ok(DealCsv { output, zone })
    }

    /// Writes one deal.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn write(&mut self, deal: &DealDraft) -> io::Result<()> {
        for line in deal::lines_of(deal, &self.zone) {
            let record = native::DEAL.map(|column| line[column].as_str());
            written(&mut self.output, &record)?;
        }
        Ok(())
    }

    /// Flushes and gives the output back.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn finish(self) -> io::Result<W> {
        self.output
            .into_inner()
            .map_err(csv::IntoInnerError::into_error)
    }
}

/// Writes deals as JSON Lines, one SKU of a deal a line, keyed as the columns of the CSV are.
pub struct DealJsonLines<W> {
    output: W,
    zone: TimeZone,
}

impl<W: Write> DealJsonLines<W> {
    /// A writer into `output`.
    pub fn into(output: W, zone: TimeZone) -> DealJsonLines<W> {
        DealJsonLines { output, zone }
    }

    /// Writes one deal.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn write(&mut self, deal: &DealDraft) -> io::Result<()> {
        let lines: Vec<DealLine> = deal::lines_of(deal, &self.zone);
        for line in lines {
            serde_json::to_writer(&mut self.output, &line)?;
            self.output.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Flushes and gives the output back.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn finish(mut self) -> io::Result<W> {
        self.output.flush()?;
        Ok(self.output)
    }
}

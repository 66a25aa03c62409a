//! Intake: files in, rows out, and the same rows back into files.
//!
//! Encodings, CSV, TSV, JSON, JSON Lines, folders and `.tar.xz` archives of them, the mapping file,
//! cleaning and sanitising, pictures. What comes out is a [`ProductDraft`] or a [`DealDraft`] that
//! keeps every rule a file can break, or a [`RowProblem`] that says where and why it does not.
//!
//! No SQL, no sockets, no async runtime: who stores the drafts lives in the records.

mod clean;
mod deal;
mod delimited;
mod documents;
mod draft;
mod encoding;
mod export;
mod fault;
mod formula;
mod gather;
mod import;
mod json;
mod judge;
mod judged;
mod lists;
mod mapping;
mod native;
mod pattern;
mod peek;
mod percent;
pub mod pictures;
mod plan;
mod problem;
mod product_line;
mod reserved_id;
mod rows;
mod seen;
mod source;
mod times;

pub use deal::{DealDefaults, DealDraft, DealPool, Extensions, read_deals};
pub use documents::read_documents;
pub use draft::{Localized, PictureSource, ProductDraft, SkuDraft};
pub use export::{DealCsv, DealJsonLines, ProductCsv, ProductJsonLines};
pub use fault::Fault;
pub use formula::harmless;
pub use import::{Each, Tally, bytes_to_read, read_products};
pub use judged::judge_product;
pub use mapping::{Duplicates, Format, Mapping};
pub use native::DEAL as DEAL_COLUMNS;
pub use peek::{Peek, peek};
pub use problem::{Cause, Located, Location, RowProblem};
pub use product_line::tax_text;
pub use reserved_id::is_reserved_id;
pub use source::Source;

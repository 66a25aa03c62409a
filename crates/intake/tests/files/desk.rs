//! What the tests of this folder share: files in a folder of their own, read into drafts and words.

use intake::{Each, Fault, Mapping, ProductDraft, RowProblem, Source, Tally, read_products};
use std::path::Path;

/// A folder with these files.
pub fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }
    folder
}

/// What reading a catalogue gave.
#[derive(Debug, Default)]
pub struct Catalogue {
    pub drafts: Vec<ProductDraft>,
    pub problems: Vec<RowProblem>,
    pub tally: Tally,
}

impl Catalogue {
    /// The ids in order.
    pub fn ids(&self) -> Vec<&str> {
        self.drafts.iter().map(|draft| draft.id.as_str()).collect()
    }

    /// Each problem as `file:line cause`.
    pub fn said(&self) -> Vec<String> {
        let said = |problem: &RowProblem| format!("{} {}", problem.location, problem.cause.name());
        self.problems.iter().map(said).collect()
    }
}

/// Reads the products at a path.
pub fn catalogue(path: &Path, mapping: Option<&str>) -> Result<Catalogue, Fault> {
    let mapping = mapping
        .map(|text| Mapping::parse(text, "mapping.toml"))
        .transpose()?;
    let source = Source::open(path)?;
    let mut read = Catalogue::default();
    let each: Each<ProductDraft> = &mut |row| match row {
        Ok(located) => read.drafts.push(located.draft),
        Err(problem) => read.problems.push(problem),
    };
    read.tally = read_products(&source, mapping.as_ref(), each)?;
    Ok(read)
}

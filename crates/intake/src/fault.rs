//! What stops an import: the files, the archive, the encoding or the mapping are not as said.
//!
//! What is wrong with single rows is a [`crate::RowProblem`].

use std::io;

/// Why an import, an export or the reading of a mapping stopped.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The operating system refused a file.
    #[error("{file}: {cause}")]
    Io {
        /// The file.
        file: String,
        /// What the system said.
        cause: io::Error,
    },
    /// Nothing to read.
    #[error("{root}: no file here is meant by {wanted}")]
    NoFiles {
        /// What was to be imported.
        root: String,
        /// The patterns or endings that were looked for.
        wanted: String,
    },
    /// The ending says nothing and the mapping does not either.
    #[error(
        "{file}: the ending tells no format; say `format` (csv, tsv, json or jsonl) in the mapping"
    )]
    UnknownFormat {
        /// The file.
        file: String,
    },
    /// No such encoding.
    #[error("unknown encoding `{label}`; did you mean `{nearest}`?")]
    UnknownEncoding {
        /// What was asked for.
        label: String,
        /// The nearest encoding that is supported.
        nearest: &'static str,
    },
    /// The mapping names a column that the file does not have.
    #[error("{file}:1: there is no column `{wanted}`{}; the mapping wants it for {field}", hint(.nearest))]
    MissingColumn {
        /// The file whose header lacks it.
        file: String,
        /// The column that the mapping names.
        wanted: String,
        /// What it was wanted for.
        field: String,
        /// The most similar column that the file has, with its number from 1; 0 where it is a key
        /// and no column.
        nearest: Option<(String, usize)>,
    },
    /// The header line is not usable.
    #[error("{file}:1: {message}")]
    Header {
        /// The file.
        file: String,
        /// What is wrong with it.
        message: String,
    },
    /// The mapping file is wrong.
    #[error("{file}:{line}:{column}: {message}")]
    Mapping {
        /// The mapping file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A mapping for products was given for deals or the other way round.
    #[error("{file}: the mapping has no [{section}] section")]
    WrongMapping {
        /// The mapping file.
        file: String,
        /// The section that is missing.
        section: &'static str,
    },
}

impl Fault {
    /// Wraps what the system said about `file`.
    pub(crate) fn io(file: impl Into<String>) -> impl FnOnce(io::Error) -> Fault {
        let file = file.into();
        move |cause| Fault::Io { file, cause }
    }
}

fn hint(nearest: &Option<(String, usize)>) -> String {
    match nearest {
        Some((key, 0)) => format!("; the nearest is `{key}`"),
        Some((column, number)) => format!("; the nearest is `{column}` (column {number})"),
        None => String::new(),
    }
}

/// The most similar of `known` to `wanted`, with its number from 1.
pub(crate) fn nearest<'a>(
    wanted: &str,
    known: impl Iterator<Item = &'a str>,
) -> Option<(String, usize)> {
    let wanted = wanted.to_lowercase();
    known
        .enumerate()
        .map(|(index, name)| {
            (
                strsim::jaro_winkler(&wanted, &name.to_lowercase()),
                name,
                index,
            )
        })
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.2.cmp(&a.2)))
        .map(|(_, name, index)| (name.to_owned(), index + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_column_is_named_with_its_number() {
        let known = ["productId", "brandName", "price"];
        assert_eq!(
            nearest("productid", known.into_iter()),
            Some(("productId".into(), 1))
        );
        assert_eq!(
            nearest("brand", known.into_iter()),
            Some(("brandName".into(), 2))
        );
        assert_eq!(nearest("x", [].into_iter()), None);
    }
}

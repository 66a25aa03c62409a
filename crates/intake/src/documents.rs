//! JSON documents as whatever type they deserialise into, for what is neither product nor deal
//! (sellers, say): the same files, encodings and locations, without a mapping.

use crate::mapping::Files;
use crate::rows::Reading;
use crate::source::Opened;
use crate::{Cause, Each, Fault, Format, Located, RowProblem, Source, Tally};
use serde::de::DeserializeOwned;

/// Reads the documents of JSON and JSON Lines files. One that does not have the shape of `T` is a
/// [`Cause::BrokenJson`].
///
/// # Errors
/// A [`Fault`] that stops the import, as for products; [`Fault::UnknownFormat`] for a table.
pub fn read_documents<T: DeserializeOwned>(source: &Source, each: Each<T>) -> Result<Tally, Fault> {
    let unsaid = Files::default();
    let reading = Reading::by(&unsaid)?;
    let mut tally = Tally::default();
    let mut visit = |opened: Opened| {
        tally.files += 1;
        let file = reading.open(opened)?;
        if matches!(file.format, Format::Csv | Format::Tsv) {
            return Err(Fault::UnknownFormat {
                file: file.name.to_string(),
            });
        }
        reading.documents(file, &mut |location, text| {
            tally.rows += 1;
            match text.and_then(shaped) {
                Ok(draft) => {
                    tally.drafts += 1;
                    each(Ok(Located { location, draft }));
                }
                Err(cause) => {
                    tally.refused += 1;
                    each(Err(RowProblem::refusing(&location, cause)));
                }
            }
        })
    };
    let files = source.each(&[], |name| reading.readable(name), &mut visit)?;
    if files == 0 {
        return Err(Fault::NoFiles {
            root: source.folder().display().to_string(),
            wanted: reading.wanted(),
        });
    }
    Ok(tally)
}

/// The document in its shape.
pub(crate) fn shaped<T: DeserializeOwned>(text: &[u8]) -> Result<T, Cause> {
    serde_json::from_slice(text).map_err(|_| match std::str::from_utf8(text) {
        Ok(_) => Cause::BrokenJson,
        Err(_) => Cause::Undecodable,
    })
}

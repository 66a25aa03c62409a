//! A look at a delimited file before anything is made of it: how it is written, what its columns are
//! called, and what stands on some of its lines, word for word.

use crate::delimited::Records;
use crate::encoding::{self, Utf8Text};
use crate::{Fault, fault};
use std::io::{BufReader, Cursor};

/// What a file looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peek {
    /// The name of its encoding, as the web's list has it.
    pub encoding: &'static str,
    /// What parts its fields.
    pub delimiter: char,
    /// What its columns are called.
    pub header: Vec<String>,
    /// How many rows follow the header.
    pub rows: u64,
    /// The fields of the rows that were asked for, by the line on which they begin. A row that cannot
    /// be read is one field: its first line.
    pub lines: Vec<(u64, Vec<String>)>,
}

/// Looks at a file in memory; the rows that begin on a line that is `wanted` are kept.
///
/// # Errors
/// [`Fault::UnknownEncoding`], where that is told and is none.
pub fn peek(
    content: &[u8],
    told_encoding: Option<&str>,
    told_delimiter: Option<char>,
    wanted: impl Fn(u64) -> bool,
) -> Result<Peek, Fault> {
    let told = told_encoding.map(encoding::by_label).transpose()?;
    let encoding = encoding::found(content, told).name();
    let name = "deals.csv";
    let Utf8Text { input, .. } =
        encoding::as_utf8(Box::new(Cursor::new(content)), told).map_err(fault::Fault::io(name))?;
    let delimiter = told_delimiter.and_then(|it| u8::try_from(it).ok());
    let mut records =
        Records::open(BufReader::new(input), delimiter).map_err(fault::Fault::io(name))?;
    let mut peek = Peek {
        encoding,
        delimiter: records.delimiter().into(),
        header: Vec::new(),
        rows: 0,
        lines: Vec::new(),
    };
    while let Some(next) = records.next().map_err(fault::Fault::io(name))? {
        let (line, fields) = match next {
            Ok(record) => {
                let field = |at| text(record.field(at).unwrap_or_default());
                (record.line, (0..record.width()).map(field).collect())
            }
            Err(broken) => (broken.line, vec![text(&broken.text)]),
        };
        match peek.header.is_empty() {
            true => {
                peek.header = fields;
                records.expect_width(peek.header.len());
            }
            false => {
                peek.rows += 1;
                peek.lines.extend(wanted(line).then_some((line, fields)));
            }
        }
    }
    Ok(peek)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .trim_end_matches(['\r', '\n'])
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_delimiter_header_and_the_wanted_lines_are_told() {
        let (bytes, _, _) =
            encoding_rs::EUC_KR.encode("딜;가격\n심야 특가 하나;39000\n\"둘\";5\n잘못;1;2\n");
        let peek = peek(&bytes, Some("euc-kr"), None, |line| line != 2).expect("readable");
        assert_eq!(
            (peek.encoding, peek.delimiter, peek.rows),
            ("EUC-KR", ';', 3)
        );
        assert_eq!(peek.header, ["딜", "가격"]);
        let lines = [
            (3, vec!["둘".to_owned(), "5".to_owned()]),
            (4, vec!["잘못;1;2".to_owned()]),
        ];
        assert_eq!(peek.lines, lines);
    }

    #[test]
    fn lines_that_end_with_a_carriage_return_alone_are_lines() {
        let peek = peek(b"sku,price\rA,1\rB,2\r", None, None, |_| true).expect("readable");
        assert_eq!((peek.rows, peek.lines[1].0), (2, 3));
        assert_eq!(peek.lines[1].1, ["B", "2"]);
    }
}

//! CSV and TSV (RFC 4180): records out of lines, with their line numbers, so that a broken quote
//! spoils its own row and not the file.
//!
//! A record over several lines is believed only when its quotes close properly and it has as many
//! fields as the header; else its first line alone is broken and reading goes on with the next.

use crate::Cause;
use crate::formula::is_told;
use std::collections::VecDeque;
use std::io::{self, BufRead};
use std::ops::Range;

/// The most lines that one record may span.
const LINES_MAX: usize = 500;
/// The most bytes that one record may have.
const BYTES_MAX: usize = 4 << 20;

/// The records of a file.
pub(crate) struct Records<R> {
    input: R,
    delimiter: u8,
    /// The byte that ends a line.
    line_end: u8,
    /// How many fields a record must have, once the header is known.
    width: Option<usize>,
    /// Lines that were read ahead and given back, oldest first.
    ahead: VecDeque<Vec<u8>>,
    /// The line on which the next record begins.
    line: u64,
}

/// One record: its text without quotes, and where its fields lie in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// The line on which it begins.
    pub line: u64,
    text: Vec<u8>,
    fields: Vec<Range<usize>>,
}

impl Record {
    /// The bytes of a field; `None` past the last.
    pub fn field(&self, index: usize) -> Option<&[u8]> {
        self.fields
            .get(index)
            .map(|range| &self.text[range.clone()])
    }

    /// How many fields there are.
    pub fn width(&self) -> usize {
        self.fields.len()
    }

    /// The fields with line ends between them.
    pub fn joined(&self) -> Vec<u8> {
        let fields = self.fields.iter().map(|range| &self.text[range.clone()]);
        fields.collect::<Vec<_>>().join(&b'\n')
    }

    /// The bytes of all fields, one after the other.
    pub fn bytes(&self) -> &[u8] {
        &self.text
    }
}

/// A record that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub line: u64,
    pub cause: Cause,
    /// Its first line, as it stands in the file.
    pub text: Vec<u8>,
}

impl<R: BufRead> Records<R> {
    /// Records of UTF-8 input. Without a delimiter the first line shows it.
    pub fn open(mut input: R, delimiter: Option<u8>) -> io::Result<Records<R>> {
        let line_end = line_end(input.fill_buf()?);
        let mut records = Records {
            input,
            delimiter: b',',
            line_end,
            width: None,
            ahead: VecDeque::new(),
            line: 1,
        };
        if let Some(first) = records.take_line()? {
            records.delimiter = delimiter.unwrap_or_else(|| likely_delimiter(&first));
            records.ahead.push_back(first);
        }
        Ok(records)
    }

    /// What parts the fields.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// From now on a record must have this many fields.
    pub fn expect_width(&mut self, width: usize) {
        self.width = Some(width);
    }

    /// The next record that is not a blank line; `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Result<Record, Broken>>> {
        loop {
            let Some(first) = self.take_line()? else {
                return Ok(None);
            };
            let line = self.line;
            self.line += 1;
            if first.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return self.record(line, first).map(Some);
        }
    }

    fn record(&mut self, line: u64, first: Vec<u8>) -> io::Result<Result<Record, Broken>> {
        let mut cutter = Cutter::of(self.delimiter);
        let mut more: Vec<Vec<u8>> = Vec::new();
        let mut bytes = first.len();
        let mut state = cutter.feed(&first);
        while state == State::Open && more.len() < LINES_MAX && bytes < BYTES_MAX {
            let Some(next) = self.take_line()? else {
                break;
            };
            bytes += next.len();
            state = cutter.feed(&next);
            more.push(next);
        }
        let record = Record {
            line,
            ..cutter.record
        };
        let width_fits = self.width.is_none_or(|width| width == record.width());
        let cause = match state {
            State::Whole if width_fits => {
                self.line += more.len() as u64;
                return Ok(Ok(record));
            }
            State::Whole if more.is_empty() => Cause::WrongWidth,
            _ if bytes >= BYTES_MAX => Cause::RowTooLong,
            _ => Cause::BrokenQuoting,
        };
        more.into_iter()
            .rev()
            .for_each(|line| self.ahead.push_front(line));
        let text = first;
        Ok(Err(Broken { line, cause, text }))
    }

    /// The next line with its end; `None` at the end of the file.
    fn take_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(line) = self.ahead.pop_front() {
            return Ok(Some(line));
        }
        let mut line = Vec::new();
        io::Read::take(&mut self.input, BYTES_MAX as u64).read_until(self.line_end, &mut line)?;
        Ok((!line.is_empty()).then_some(line))
    }
}

/// Old spreadsheets end lines with a carriage return alone.
fn line_end(head: &[u8]) -> u8 {
    match head.contains(&b'\r') && !head.contains(&b'\n') {
        true => b'\r',
        false => b'\n',
    }
}

/// The delimiter that the header line holds most of; a comma when it holds none.
fn likely_delimiter(header: &[u8]) -> u8 {
    let count = |delimiter: u8| header.iter().filter(|b| **b == delimiter).count();
    [b'|', b';', b'\t', b',']
        .into_iter()
        .max_by_key(|delimiter| count(*delimiter))
        .expect("there are candidates")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Whole,
    /// A quote is open at the end of the line.
    Open,
    /// Text follows a closing quote.
    Broken,
}

/// Cuts lines into the fields of one record; goes on where the last line left a quote open.
struct Cutter {
    delimiter: u8,
    record: Record,
    field_start: usize,
    quoted: bool,
}

impl Cutter {
    fn of(delimiter: u8) -> Cutter {
        Cutter {
            delimiter,
            record: Record::default(),
            field_start: 0,
            quoted: false,
        }
    }

    fn feed(&mut self, line: &[u8]) -> State {
        let mut rest = line;
        loop {
            if self.quoted || (self.at_field_start() && rest.first() == Some(&b'"')) {
                let opening = usize::from(!self.quoted);
                let Some(after) = self.quoted_field(&rest[opening..]) else {
                    return State::Open;
                };
                rest = after;
                if !ends_field(rest, self.delimiter) {
                    return State::Broken;
                }
            }
            match rest.iter().position(|b| *b == self.delimiter) {
                Some(at) => {
                    self.finish_field(&rest[..at]);
                    rest = &rest[at + 1..];
                }
                None => {
                    self.finish_field(without_line_end(rest));
                    return State::Whole;
                }
            }
        }
    }

    fn at_field_start(&self) -> bool {
        self.record.text.len() == self.field_start
    }

    /// Takes text up to the closing quote and returns what follows; `None` when the quote stays open.
    fn quoted_field<'a>(&mut self, mut rest: &'a [u8]) -> Option<&'a [u8]> {
        self.quoted = true;
        while let Some(at) = rest.iter().position(|b| *b == b'"') {
            self.record.text.extend_from_slice(&rest[..at]);
            rest = &rest[at + 1..];
            if rest.first() != Some(&b'"') {
                self.quoted = false;
                return Some(rest);
            }
            self.record.text.push(b'"');
            rest = &rest[1..];
        }
        self.record.text.extend_from_slice(rest);
        None
    }

    fn finish_field(&mut self, tail: &[u8]) {
        self.record.text.extend_from_slice(tail);
        let end = self.record.text.len();
        let told = is_told(&self.record.text[self.field_start..]);
        let begins = self.field_start + usize::from(told);
        self.record.fields.push(begins..end);
        self.field_start = end;
    }
}

fn ends_field(rest: &[u8], delimiter: u8) -> bool {
    rest.first() == Some(&delimiter) || without_line_end(rest).is_empty()
}

fn without_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every record as `line:field|field`, every broken one as `line!cause`.
    fn read(text: &str, delimiter: Option<u8>) -> Vec<String> {
        let mut records = Records::open(text.as_bytes(), delimiter).expect("memory reads");
        let mut said = Vec::new();
        while let Some(next) = records.next().expect("memory reads") {
            match next {
                Ok(record) => {
                    records.expect_width(records.width.unwrap_or(record.width()));
                    said.push(shown(&record));
                }
                Err(broken) => said.push(format!("{}!{}", broken.line, broken.cause.name())),
            }
        }
        said
    }

    fn shown(record: &Record) -> String {
        let fields = (0..record.width()).filter_map(|at| record.field(at));
        let fields: Vec<_> = fields.map(|field| String::from_utf8_lossy(field)).collect();
        format!("{}:{}", record.line, fields.join("|"))
    }

    #[test]
    fn quotes_delimiters_and_line_ends_are_read_as_written() {
        assert_eq!(
            read("a,b\r\n\"x, \"\"y\"\"\",\"two\nlines\"\r\n\r\n5\",6", None),
            ["1:a|b", "2:x, \"y\"|two\nlines", "5:5\"|6"]
        );
        assert_eq!(read("a\tb\n1,5\t2\n", None), ["1:a|b", "2:1,5|2"]);
        assert_eq!(read("a;b\n1,5;2\n", None), ["1:a|b", "2:1,5|2"]);
        assert_eq!(read("a,b\n,\n\"\",\n", None), ["1:a|b", "2:|", "3:|"]);
    }

    #[test]
    fn a_broken_row_spoils_itself_alone() {
        assert_eq!(
            read("a,b\n\"1,2\n3,4\n5,6\n", None),
            ["1:a|b", "2!broken_quoting", "3:3|4", "4:5|6"]
        );
        assert_eq!(
            read("a,b\n\"1,2\n3,4\n\"5\",6\n", None),
            ["1:a|b", "2!broken_quoting", "3:3|4", "4:5|6"]
        );
        assert_eq!(
            read("a,b\n\"1\"x,2\n3\n4,5,6\n7,8", None),
            [
                "1:a|b",
                "2!broken_quoting",
                "3!wrong_width",
                "4!wrong_width",
                "5:7|8"
            ]
        );
    }

    #[test]
    fn a_row_without_end_is_cut_and_reading_goes_on() {
        let long = format!("a,b\n\"{}\n1,2\n", "x".repeat(BYTES_MAX));
        let said = read(&long, None);
        assert_eq!(said[1], "2!row_too_long");
        assert_eq!(
            said.last().map(|s| s.split_once(':').expect("a record").1),
            Some("1|2")
        );
    }

    proptest! {
        #[test]
        fn what_the_csv_writer_writes_is_read_back(
            rows in proptest::collection::vec(proptest::collection::vec("[a,\"가\n ]{0,5}", 3), 1..6)
        ) {
            let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).expect("memory writes");
            }
            let bytes = writer.into_inner().expect("memory flushes");
            let mut records = Records::open(bytes.as_slice(), Some(b',')).expect("memory reads");
            records.expect_width(3);
            for row in &rows {
                let record = records.next().expect("memory reads").expect("a row").expect("a good row");
                let fields: Vec<_> = (0..3).map(|at| String::from_utf8_lossy(record.field(at).expect("3 fields"))).collect();
                prop_assert_eq!(&fields, row);
            }
        }
    }
}

//! The rows of one file, whatever its format and encoding, with the location where each begins.

use crate::delimited::{Broken, Record, Records};
use crate::encoding::{self, Utf8Text};
use crate::fault::nearest;
use crate::json::{self, VALUE_BYTES_MAX, Values};
use crate::mapping::Files;
use crate::pattern::{Captures, Pattern};
use crate::plan::{Fields, Slots};
use crate::source::Opened;
use crate::{Cause, Fault, Format, Location};
use encoding_rs::Encoding;
use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

/// How files are to be read, told by the mapping or left to be found out.
pub(crate) struct Reading<'m> {
    files: &'m Files,
    encoding: Option<&'static Encoding>,
    /// Which files are meant, in order; empty for all with a known ending.
    pub patterns: Vec<Pattern>,
}

/// A file opened for its rows.
pub(crate) struct RowFile<'a> {
    pub name: Arc<str>,
    pub captures: Captures,
    pub format: Format,
    input: BufReader<Box<dyn Read + 'a>>,
    decoded: bool,
}

/// Takes a document's location and its text, or why it has none.
pub(crate) type EachDocument<'a> = &'a mut dyn FnMut(Location, Result<&[u8], Cause>);

/// Takes a row's location and its fields, or why it has none.
pub(crate) type EachRow<'a> = &'a mut dyn FnMut(Location, Result<Fields, Unread>);

/// A row that cannot be read: why, and what stands there.
pub(crate) struct Unread {
    pub cause: Cause,
    pub text: Vec<u8>,
}

impl<'m> Reading<'m> {
    /// Reading as the mapping's `[files]` section says.
    pub fn by(files: &'m Files) -> Result<Reading<'m>, Fault> {
        let encoding = files
            .encoding
            .as_deref()
            .map(encoding::by_label)
            .transpose()?;
        Ok(Reading {
            files,
            encoding,
            patterns: files
                .include
                .iter()
                .map(|text| Pattern::parse(text))
                .collect(),
        })
    }

    /// What is looked for, in words.
    pub fn wanted(&self) -> String {
        match self.files.include.is_empty() {
            true => "its ending (.csv, .tsv, .json, .jsonl, .ndjson, or .tar.xz)".to_owned(),
            false => format!("include = {:?}", self.files.include),
        }
    }

    /// True for a name whose ending, or the told format, says that rows are in it.
    pub fn readable(&self, name: &str) -> bool {
        Format::of_name(name).is_some()
    }

    /// Opens a file for its rows.
    pub fn open<'a>(&self, opened: Opened<'a>) -> Result<RowFile<'a>, Fault> {
        let known = self.files.format.or_else(|| Format::of_name(&opened.name));
        let format = known.ok_or_else(|| Fault::UnknownFormat {
            file: opened.name.to_string(),
        })?;
        let text = encoding::as_utf8(opened.input, self.encoding);
        let Utf8Text { input, decoded } = text.map_err(Fault::io(&*opened.name))?;
        Ok(RowFile {
            name: opened.name,
            captures: opened.captures,
            format,
            input: BufReader::with_capacity(1 << 16, input),
            decoded,
        })
    }

    /// Reads a CSV or TSV file. `slots` says, once the header is known, what of it is wanted.
    pub fn delimited(
        &self,
        file: RowFile,
        slots: impl FnOnce(&RowFile, &[String]) -> Result<Slots, Fault>,
        each: EachRow,
    ) -> Result<(), Fault> {
        let RowFile {
            input,
            name,
            captures,
            format,
            decoded,
        } = file;
        let told = self
            .files
            .delimiter
            .and_then(|delimiter| u8::try_from(delimiter).ok());
        let delimiter = told.or((format == Format::Tsv).then_some(b'\t'));
        let mut records = Records::open(input, delimiter).map_err(Fault::io(&*name))?;
        let Some(header) = self.header(&mut records, &name)? else {
            return Ok(());
        };
        records.expect_width(header.len());
        let empty = BufReader::new(Box::new(std::io::empty()) as Box<dyn Read>);
        let about = RowFile {
            input: empty,
            name,
            captures,
            format,
            decoded,
        };
        let slots = slots(&about, &header)?;
        let columns = Columns::of(&slots, &header, &about)?;
        while let Some(next) = records.next().map_err(Fault::io(&*about.name))? {
            match next {
                Ok(record) => each(
                    about.location(record.line),
                    columns.fields(&record, decoded).map_err(|cause| Unread {
                        cause,
                        text: record.joined(),
                    }),
                ),
                Err(Broken { line, cause, text }) => {
                    each(about.location(line), Err(Unread { cause, text }));
                }
            }
        }
        Ok(())
    }

    /// The names of the columns: the first record, unless the mapping names them.
    fn header<R: BufRead>(
        &self,
        records: &mut Records<R>,
        file: &str,
    ) -> Result<Option<Vec<String>>, Fault> {
        if !self.files.columns.is_empty() {
            return Ok(Some(self.files.columns.clone()));
        }
        let first = records.next().map_err(Fault::io(file))?;
        let record = match first {
            None => return Ok(None),
            Some(record) => record.map_err(|broken| Fault::Header {
                file: file.to_owned(),
                message: broken.cause.help().to_owned(),
            })?,
        };
        let names = (0..record.width()).filter_map(|at| record.field(at));
        let names = names.map(|name| String::from_utf8_lossy(name).trim().to_owned());
        Ok(Some(names.collect()))
    }

    /// Reads a JSON or JSON Lines file: each document's text, or why it has none.
    pub fn documents(&self, mut file: RowFile, each: EachDocument) -> Result<(), Fault> {
        let name = Arc::clone(&file.name);
        let located = |line| Location {
            file: Arc::clone(&name),
            line,
        };
        let decoded = file.decoded;
        let mut checked = |line, text: Result<&[u8], Cause>| {
            each(located(line), text.and_then(|text| whole(text, decoded)));
        };
        match (file.format, &self.files.rows) {
            (Format::Jsonl, _) => lines(&mut file.input, &mut checked),
            (_, None) => values(&mut file.input, &mut checked),
            (_, Some(pointer)) => elements(&mut file.input, pointer, &mut checked),
        }
        .map_err(Fault::io(&*name))
    }
}

impl RowFile<'_> {
    fn location(&self, line: u64) -> Location {
        Location {
            file: Arc::clone(&self.name),
            line,
        }
    }

    /// The text of a `file:NAME` slot.
    fn capture(&self, slots: &Slots, index: usize) -> Option<Result<String, Fault>> {
        let slot = &slots.0[index];
        let name = slot.column.strip_prefix("file:")?;
        Some(
            self.captures
                .get(name)
                .cloned()
                .ok_or_else(|| Fault::MissingColumn {
                    file: self.name.to_string(),
                    wanted: slot.column.clone(),
                    field: slot.field().to_owned(),
                    nearest: nearest(name, self.captures.keys().map(String::as_str)),
                }),
        )
    }

    /// What the `file:NAME` slots of this file say, by slot.
    pub fn captured(&self, slots: &Slots) -> Result<Vec<(usize, String)>, Fault> {
        let captured = |index| self.capture(slots, index).map(|text| Ok((index, text?)));
        (0..slots.0.len()).filter_map(captured).collect()
    }
}

/// Where each slot finds its text in the records of one file.
struct Columns {
    by_slot: Vec<Option<usize>>,
    captured: Vec<(usize, String)>,
}

impl Columns {
    fn of(slots: &Slots, header: &[String], file: &RowFile) -> Result<Columns, Fault> {
        let mut by_slot = Vec::with_capacity(slots.0.len());
        for slot in &slots.0 {
            let column = header.iter().position(|name| *name == slot.column);
            let elsewhere = slot.optional || slot.column.starts_with("file:");
            if column.is_none() && !elsewhere {
                return Err(Fault::MissingColumn {
                    file: file.name.to_string(),
                    wanted: slot.column.clone(),
                    field: slot.field().to_owned(),
                    nearest: nearest(&slot.column, header.iter().map(String::as_str)),
                });
            }
            if let Some(first) = column {
                once(header, first, file)?;
            }
            by_slot.push(column);
        }
        Ok(Columns {
            by_slot,
            captured: file.captured(slots)?,
        })
    }

    fn fields(&self, record: &Record, decoded: bool) -> Result<Fields, Cause> {
        whole(record.bytes(), decoded)?;
        let mut fields = Fields::with_slots(self.by_slot.len());
        for (column, found) in self.by_slot.iter().zip(&mut fields.found) {
            if let Some(bytes) = column.and_then(|column| record.field(column)) {
                let text = std::str::from_utf8(bytes).map_err(|_| Cause::Undecodable)?;
                found.push(text.to_owned());
            }
        }
        for (slot, text) in &self.captured {
            fields.found[*slot] = vec![text.clone()];
        }
        Ok(fields)
    }
}

/// A column that is wanted may not stand twice: which of them would be meant?
fn once(header: &[String], first: usize, file: &RowFile) -> Result<(), Fault> {
    let (name, after) = (&header[first], &header[first + 1..]);
    let Some(again) = after.iter().position(|other| other == name) else {
        return Ok(());
    };
    let (first, again) = (first + 1, first + again + 2);
    Err(Fault::Header {
        file: file.name.to_string(),
        message: format!("columns {first} and {again} are both called `{name}`; rename one"),
    })
}

/// The text, unless a part of it could not be decoded.
fn whole(text: &[u8], decoded: bool) -> Result<&[u8], Cause> {
    let replaced = "\u{fffd}".as_bytes();
    match decoded
        && text
            .windows(replaced.len())
            .any(|window| window == replaced)
    {
        true => Err(Cause::Undecodable),
        false => Ok(text),
    }
}

type EachText<'a> = &'a mut dyn FnMut(u64, Result<&[u8], Cause>);

fn lines(input: &mut impl BufRead, each: EachText) -> std::io::Result<()> {
    let mut line = 0;
    let mut text = Vec::new();
    loop {
        text.clear();
        let length = input
            .by_ref()
            .take(VALUE_BYTES_MAX as u64)
            .read_until(b'\n', &mut text)?;
        line += 1;
        match length {
            0 => return Ok(()),
            VALUE_BYTES_MAX if !text.ends_with(b"\n") => {
                each(line, Err(Cause::RowTooLong));
                input.skip_until(b'\n')?;
            }
            _ if text.iter().all(u8::is_ascii_whitespace) => {}
            _ => each(line, Ok(&text)),
        }
    }
}

fn values(input: &mut impl BufRead, each: EachText) -> std::io::Result<()> {
    let mut values = Values::of(input);
    while let Some(next) = values.next()? {
        match next {
            Ok(value) => each(value.line, Ok(&value.text)),
            Err(broken) => each(broken.line, Err(broken.cause)),
        }
    }
    Ok(())
}

fn elements(input: &mut impl BufRead, pointer: &str, each: EachText) -> std::io::Result<()> {
    let mut values = Values::of(input);
    while let Some(next) = values.next()? {
        let (line, rows) = match &next {
            Ok(value) => (value.line, json::elements(&value.text, pointer)),
            Err(broken) => (broken.line, Err(broken.cause)),
        };
        match rows {
            Ok(rows) => rows
                .iter()
                .for_each(|row| each(line + row.line - 1, Ok(&row.text))),
            Err(cause) => each(line, Err(cause)),
        }
    }
    Ok(())
}

//! JSON: cutting a stream into values with their line numbers, and picking wanted texts out of one
//! without building the rest.
//!
//! Numbers are taken as they are written, never through a float.

use crate::Cause;
use crate::plan::{Fields, Items, ProductPlan, Slots};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead};

/// The most bytes that one value may have.
pub(crate) const VALUE_BYTES_MAX: usize = 16 << 20;

/// One value of a stream, as text, with the line on which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub line: u64,
    pub text: Vec<u8>,
}

/// A value that cannot be cut out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub line: u64,
    pub cause: Cause,
}

/// The values of a document: the elements when it is an array, else the documents one after the
/// other. Only brackets and quotes are looked at; each value is parsed by whoever takes it.
pub(crate) struct Values<R> {
    input: R,
    line: u64,
    in_array: bool,
    begun: bool,
}

impl<R: BufRead> Values<R> {
    /// The values of UTF-8 input.
    pub fn of(input: R) -> Values<R> {
        Values {
            input,
            line: 1,
            in_array: false,
            begun: false,
        }
    }

    /// The next value; `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Result<Value, Broken>>> {
        while let Some(byte) = self.peek()? {
            match byte {
                b'\n' => self.skip_one(),
                b'[' if !self.begun => {
                    self.in_array = true;
                    self.skip_one();
                }
                b',' | b']' if self.in_array => self.skip_one(),
                _ if byte.is_ascii_whitespace() => self.skip_one(),
                b',' | b']' | b'}' => {
                    self.skip_one();
                    return Ok(Some(Err(cut(self.line, Cause::BrokenJson))));
                }
                _ => {
                    self.begun = true;
                    return self.value().map(Some);
                }
            }
            self.begun |= byte == b'[';
        }
        Ok(None)
    }

    /// Takes bytes up to the end of the value that begins here.
    fn value(&mut self) -> io::Result<Result<Value, Broken>> {
        let line = self.line;
        let mut text = Vec::new();
        let mut scan = Scan::default();
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                let whole = scan.depth == 0 && !scan.in_string;
                return Ok(if whole {
                    Ok(Value { line, text })
                } else {
                    Err(cut(line, Cause::BrokenJson))
                });
            }
            let (length, ended) = scan.end_in(buffer);
            self.line += newlines(&buffer[..length]);
            text.extend_from_slice(&buffer[..length]);
            self.input.consume(length);
            if ended {
                return Ok(Ok(Value { line, text }));
            }
            if text.len() > VALUE_BYTES_MAX {
                self.skip_to_the_end()?;
                return Ok(Err(cut(line, Cause::RowTooLong)));
            }
        }
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.input.fill_buf()?.first().copied())
    }

    fn skip_one(&mut self) {
        let newline = self
            .input
            .fill_buf()
            .is_ok_and(|buffer| buffer.first() == Some(&b'\n'));
        self.line += u64::from(newline);
        self.input.consume(1);
    }

    /// Nothing after a value without end can be told apart from it.
    fn skip_to_the_end(&mut self) -> io::Result<()> {
        loop {
            let length = self.input.fill_buf()?.len();
            if length == 0 {
                return Ok(());
            }
            self.input.consume(length);
        }
    }
}

fn cut(line: u64, cause: Cause) -> Broken {
    Broken { line, cause }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|b| **b == b'\n').count() as u64
}

/// Where in a value a scan stands.
#[derive(Default)]
struct Scan {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Scan {
    /// How many bytes of `buffer` belong to the value, and whether it ends there.
    fn end_in(&mut self, buffer: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while at < buffer.len() {
            if self.in_string {
                at += self.skip_string(&buffer[at..]);
                continue;
            }
            match buffer[at] {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth <= 1 => return self.close(at),
                b'}' | b']' => self.depth -= 1,
                b',' | b'\n' if self.depth == 0 => return (at, true),
                _ => {}
            }
            at += 1;
        }
        (buffer.len(), false)
    }

    /// A closing bracket: of the value itself, or of the array around it.
    fn close(&mut self, at: usize) -> (usize, bool) {
        let own = usize::from(self.depth == 1);
        (at + own, true)
    }

    /// How many bytes of `buffer` belong to the string that is open, its closing quote included.
    fn skip_string(&mut self, buffer: &[u8]) -> usize {
        let mut at = usize::from(std::mem::take(&mut self.escaped));
        while let Some(length) = buffer
            .get(at..)
            .and_then(|rest| rest.iter().position(|byte| matches!(byte, b'"' | b'\\')))
        {
            at += length + 1;
            if buffer[at - 1] == b'"' {
                self.in_string = false;
                return at;
            }
            self.escaped = at == buffer.len();
            at += usize::from(!self.escaped);
        }
        buffer.len()
    }
}

/// Which parts of a document are wanted, as a tree of keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    root: Node,
    item: Node,
    row_slots: usize,
    item_slots: usize,
}

#[derive(Clone, Debug, Default)]
struct Node {
    /// The slots that take the text found here.
    slots: Vec<usize>,
    /// The elements found here are the items.
    is_items: bool,
    children: Vec<(String, Node)>,
}

impl Wanted {
    /// What the plan's slots want of a document.
    pub fn by(plan: &ProductPlan) -> Wanted {
        let mut wanted = Wanted::by_slots(&plan.row);
        wanted.item = tree(&plan.item, |column| {
            column != "item" && !column.starts_with("row:")
        });
        wanted.item_slots = plan.item.0.len();
        for (index, slot) in plan.item.0.iter().enumerate() {
            if slot.column == "item" {
                wanted.item.slots.push(index);
            }
        }
        if let Items::Elements(each) = &plan.items {
            wanted.root.at(&pointer(each)).is_items = true;
        }
        wanted
    }

    /// What slots of rows want of a document.
    pub fn by_slots(slots: &Slots) -> Wanted {
        Wanted {
            root: tree(slots, |column| !column.starts_with("file:")),
            row_slots: slots.0.len(),
            ..Wanted::default()
        }
    }

    /// Picks the wanted texts out of one document.
    pub fn pick(&self, text: &[u8]) -> Result<Fields, Cause> {
        let mut fields = Fields::with_slots(self.row_slots);
        let mut parser = serde_json::Deserializer::from_slice(text);
        let picker = Picker {
            node: &self.root,
            wanted: self,
            fields: &mut fields,
        };
        let picked = parser.deserialize_map(picker).and_then(|()| parser.end());
        match picked {
            Ok(()) => Ok(fields),
            Err(_) if std::str::from_utf8(text).is_err() => Err(Cause::Undecodable),
            Err(_) => Err(Cause::BrokenJson),
        }
    }
}

/// The keys and pointers of a document's scalar values, to suggest from when one is not found.
pub(crate) fn pointers(text: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(value) = serde_json::from_slice::<serde_json::Value>(text) {
        collect_pointers(&value, "", &mut found);
    }
    found
}

fn collect_pointers(value: &serde_json::Value, path: &str, found: &mut Vec<String>) {
    let Some(object) = value.as_object() else {
        return;
    };
    for (key, child) in object {
        let path = format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
        collect_pointers(child, &path, found);
        found.push(path);
    }
}

/// The array at a pointer inside a document: each element with its line inside the document.
pub(crate) fn elements(text: &[u8], at: &str) -> Result<Vec<Value>, Cause> {
    let text = std::str::from_utf8(text).map_err(|_| Cause::Undecodable)?;
    let mut raw: &RawValue = serde_json::from_str(text).map_err(|_| Cause::BrokenJson)?;
    for key in pointer(at) {
        let mut object: std::collections::HashMap<Cow<str>, &RawValue> =
            serde_json::from_str(raw.get()).map_err(|_| Cause::BrokenJson)?;
        raw = object.remove(key.as_str()).ok_or(Cause::BrokenJson)?;
    }
    let rows: Vec<&RawValue> = serde_json::from_str(raw.get()).map_err(|_| Cause::BrokenJson)?;
    let start = text.as_ptr() as usize;
    let line =
        |row: &RawValue| newlines(&text.as_bytes()[..row.get().as_ptr() as usize - start]) + 1;
    let value = |row: &RawValue| Value {
        line: line(row),
        text: row.get().into(),
    };
    Ok(rows.into_iter().map(value).collect())
}

/// The keys of a JSON pointer (RFC 6901); a name without a leading `/` is one key. `*` stands for
/// every element of an array.
fn pointer(column: &str) -> Vec<String> {
    match column.strip_prefix('/') {
        Some(path) => path
            .split('/')
            .map(|key| key.replace("~1", "/").replace("~0", "~"))
            .collect(),
        None => vec![column.to_owned()],
    }
}

fn tree(slots: &Slots, wanted: impl Fn(&str) -> bool) -> Node {
    let mut root = Node::default();
    for (index, slot) in slots.0.iter().enumerate() {
        if wanted(&slot.column) {
            root.at(&pointer(&slot.column)).slots.push(index);
        }
    }
    root
}

impl Node {
    /// The node at a path, made where it is not there.
    fn at(&mut self, path: &[String]) -> &mut Node {
        let Some((key, rest)) = path.split_first() else {
            return self;
        };
        let known = self.children.iter().position(|(child, _)| child == key);
        let index = known.unwrap_or_else(|| {
            self.children.push((key.clone(), Node::default()));
            self.children.len() - 1
        });
        self.children[index].1.at(rest)
    }

    fn child(&self, key: &str) -> Option<&Node> {
        let found = self.children.iter().find(|(child, _)| child == key);
        found.map(|(_, node)| node)
    }

    /// True when the value here must be read as a whole.
    fn is_leaf(&self) -> bool {
        !self.slots.is_empty() || self.is_items
    }
}

/// Fills slots from the value at one node.
struct Picker<'a> {
    node: &'a Node,
    wanted: &'a Wanted,
    fields: &'a mut Fields,
}

impl<'de> DeserializeSeed<'de> for Picker<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        if !self.node.is_leaf() {
            return input.deserialize_any(self);
        }
        let raw: &RawValue = serde::Deserialize::deserialize(input)?;
        self.leaf(raw).map_err(serde::de::Error::custom)
    }
}

impl Picker<'_> {
    fn leaf(mut self, raw: &RawValue) -> Result<(), serde_json::Error> {
        if !self.node.slots.is_empty() {
            let mut texts = Vec::new();
            texts_of(raw, &mut texts)?;
            for slot in &self.node.slots {
                self.fields.found[*slot].extend(texts.iter().cloned());
            }
        }
        if self.node.is_items {
            self.items(raw)?;
        }
        if !self.node.children.is_empty() {
            serde_json::Deserializer::from_str(raw.get()).deserialize_any(self)?;
        }
        Ok(())
    }

    /// Fills one item from each element of an array.
    fn items(&mut self, raw: &RawValue) -> Result<(), serde_json::Error> {
        if !raw.get().starts_with('[') {
            return Ok(());
        }
        let elements: Vec<&RawValue> = serde_json::from_str(raw.get())?;
        for element in elements {
            let mut item = Fields::with_slots(self.wanted.item_slots);
            let picker = Picker {
                node: &self.wanted.item,
                wanted: self.wanted,
                fields: &mut item,
            };
            picker.deserialize(&mut serde_json::Deserializer::from_str(element.get()))?;
            self.fields.items.push(item);
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Picker<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(Key)? {
            match self.node.child(&key) {
                Some(node) => map.next_value_seed(Picker {
                    node,
                    wanted: self.wanted,
                    fields: &mut *self.fields,
                })?,
                None => map.next_value::<IgnoredAny>().map(|_| ())?,
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let unwanted = Node::default();
        for index in 0usize.. {
            let by_index = self.node.child(&index.to_string());
            let node = by_index
                .or_else(|| self.node.child("*"))
                .unwrap_or(&unwanted);
            let picker = Picker {
                node,
                wanted: self.wanted,
                fields: &mut *self.fields,
            };
            if list.next_element_seed(picker)?.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

/// A key, borrowed from the document where it has no escapes.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Self::Value, D::Error> {
        input.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

/// The text of a scalar as written, or of each element of an array.
fn texts_of(raw: &RawValue, texts: &mut Vec<String>) -> Result<(), serde_json::Error> {
    match raw.get().as_bytes().first() {
        Some(b'"') => texts.push(serde_json::from_str(raw.get())?),
        Some(b'[') => {
            for element in serde_json::from_str::<Vec<&RawValue>>(raw.get())? {
                texts_of(element, texts)?;
            }
        }
        Some(b'{' | b'n') | None => {}
        Some(_) => texts.push(raw.get().to_owned()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Slot;

    fn values(text: &str) -> Vec<String> {
        let mut values = Values::of(io::BufReader::with_capacity(3, text.as_bytes()));
        let mut said = Vec::new();
        while let Some(next) = values.next().expect("memory reads") {
            said.push(match next {
                Ok(value) => format!(
                    "{}:{}",
                    value.line,
                    String::from_utf8_lossy(&value.text).trim()
                ),
                Err(broken) => format!("{}!{}", broken.line, broken.cause.name()),
            });
        }
        said
    }

    #[test]
    fn an_array_and_a_row_of_documents_give_the_same_values() {
        let expected = ["1:{\"a\":[1,\"]}\\\"\"]}", "2:{\"a\":{}}"];
        assert_eq!(values("[{\"a\":[1,\"]}\\\"\"]},\n{\"a\":{}}]\n"), expected);
        assert_eq!(values("{\"a\":[1,\"]}\\\"\"]}\n{\"a\":{}}\n"), expected);
    }

    #[test]
    fn lines_are_counted_inside_values_and_an_open_end_is_broken() {
        assert_eq!(values("\n{\n\n}\n{}"), ["2:{\n\n}", "5:{}"]);
        assert_eq!(values("[{}, {\"a\": \"]\n"), ["1:{}", "1!broken_json"]);
        assert_eq!(
            values("[{\"a\" 1},{\"a\":2}]"),
            ["1:{\"a\" 1}", "1:{\"a\":2}"]
        );
        assert_eq!(values("[]"), [""; 0]);
        assert_eq!(values(" 7\n[1]"), ["1:7", "2:[1]"]);
        assert_eq!(values("{}}\n{}"), ["1:{}", "1!broken_json", "2:{}"]);
    }

    fn pick(columns: &[&str], text: &str) -> Result<Vec<Vec<String>>, Cause> {
        let slot = |column: &&str| Slot {
            column: (*column).to_owned(),
            fields: vec![String::new()],
            optional: false,
        };
        let slots = Slots(columns.iter().map(slot).collect());
        Wanted::by_slots(&slots)
            .pick(text.as_bytes())
            .map(|fields| fields.found)
    }

    #[test]
    fn wanted_texts_are_picked_as_written() {
        let text = r#"{"a":0.10,"b":{"c":["x","\u00e9",null,[1]],"d":true},"e":[{"f":1},{"f":2}],"b/c":3}"#;
        let picked = pick(
            &["a", "/b/c", "/e/*/f", "/e/1/f", "/b~1c", "none", "b"],
            text,
        );
        let expected: [&[&str]; 7] = [
            &["0.10"],
            &["x", "é", "1"],
            &["1"],
            &["2"],
            &["3"],
            &[],
            &[],
        ];
        assert_eq!(picked.expect("good JSON"), expected);
        assert_eq!(pick(&["/e/*/f"], text).expect("good JSON"), [["1", "2"]]);
    }

    #[test]
    fn what_is_not_an_object_is_broken() {
        for wrong in ["7", "{\"a\":1", "{\"a\" 1}", "{} {}", "[]"] {
            assert_eq!(pick(&["a"], wrong), Err(Cause::BrokenJson), "{wrong}");
        }
        let plan = Wanted::by_slots(&Slots::default());
        assert_eq!(
            plan.pick(b"{\"a\":\"\xff\"}").err(),
            None,
            "unwanted text is not looked at"
        );
    }

    #[test]
    fn rows_inside_a_document_keep_their_lines() {
        let rows = elements(
            b"{\"x\":1,\n\"data\":{\"rows\":[\n{},\n{\"a\":1}]}}",
            "/data/rows",
        );
        let lines: Vec<u64> = rows.expect("an array").iter().map(|row| row.line).collect();
        assert_eq!(lines, [3, 4]);
        assert_eq!(elements(b"{}", "/data"), Err(Cause::BrokenJson));
    }
}

//! Rust text made fit for plain searching: comments, literals and tests blanked, places kept.
//!
//! This is no parser: it knows literals, comments and braces, which is enough for formatted code.

/// A Rust file, its code apart from its literals. Lines and columns are those of the file.
pub struct Source {
    /// Comments, strings and characters blanked.
    pub code: String,
    /// As `code`, and everything that only tests see is blanked, too.
    pub shipped: String,
    /// The strings of what ships, with their quotes; all else blanked.
    pub said: String,
}

/// What opens an item that only tests see.
const TEST_MARKS: [&str; 4] = ["#[cfg(test)", "#[cfg(any(test", "#[cfg(all(test", "#[test]"];

impl Source {
    /// Reads the text of the file at `path`; files of tests ship nothing.
    pub fn read(path: &str, text: &str) -> Source {
        let (code, said) = apart(text);
        let (shipped, said) = match is_test(path) || code.contains("#![cfg(test)]") {
            true => (String::new(), String::new()),
            false => (without_tests(&code, &code), without_tests(&code, &said)),
        };
        Source {
            code,
            shipped,
            said,
        }
    }
}

/// The line of a byte's place, counted from 1.
pub fn line_of(text: &str, place: usize) -> usize {
    1 + text[..place].matches('\n').count()
}

/// The whole words of a text with their places: runs of letters, digits and underscores.
pub fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let start = text.as_ptr() as usize;
    text.split(|c: char| !is_word(c))
        .filter(|word| !word.is_empty())
        .map(move |word| (word.as_ptr() as usize - start, word))
}

/// The names of a text: runs of ASCII letters, digits, underscores and hyphens.
pub fn names_in(text: &str) -> impl Iterator<Item = &str> {
    let names = text.split(|c| !is_of_name(c));
    names.filter(|name| !name.is_empty())
}

/// The name with which a text begins; empty where it begins with none.
pub fn first_name(text: &str) -> &str {
    &text[..text.find(|c| !is_of_name(c)).unwrap_or(text.len())]
}

/// The name with which a text ends; empty where it ends with none.
pub fn last_name(text: &str) -> &str {
    &text[text.trim_end_matches(is_of_name).len()..]
}

/// The place just behind the item that begins at `start`: behind its body, or its semicolon.
pub fn end_of_item(code: &str, start: usize) -> usize {
    let mut depth = 0usize;
    let mut in_body = false;
    for (place, byte) in code.bytes().enumerate().skip(start) {
        match byte {
            b'{' if depth == 0 => (depth, in_body) = (1, true),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b';' if depth == 0 => return place + 1,
            _ => {}
        }
        if in_body && depth == 0 {
            return place + 1;
        }
    }
    code.len()
}

fn is_test(path: &str) -> bool {
    let mut parts = path.split('/').rev();
    let name = parts.next().unwrap_or(path);
    let in_folder = parts.any(|folder| folder == "tests" || folder == "benches");
    in_folder || name == "tests.rs" || name.starts_with("test_")
}

/// `text`, which has the places of `code`, without what stands in tests there.
fn without_tests(code: &str, text: &str) -> String {
    let mut shipped = text.as_bytes().to_vec();
    let marks = TEST_MARKS.iter().flat_map(|mark| code.match_indices(mark));
    for (start, _) in marks {
        let end = end_of_item(code, start);
        let blanked = shipped[start..end].iter_mut();
        blanked
            .filter(|byte| **byte != b'\n')
            .for_each(|byte| *byte = b' ');
    }
    String::from_utf8(shipped).expect("whole items were blanked")
}

/// The code of a Rust text, and its strings.
fn apart(text: &str) -> (String, String) {
    let mut sorter = Sorter {
        rest: text,
        code: String::with_capacity(text.len()),
        said: String::with_capacity(text.len()),
    };
    while !sorter.rest.is_empty() {
        sorter.advance();
    }
    (sorter.code, sorter.said)
}

/// Walks over Rust text, keeping code and strings apart, each with blanks for what it is not.
struct Sorter<'a> {
    rest: &'a str,
    code: String,
    said: String,
}

impl Sorter<'_> {
    fn advance(&mut self) {
        let rest = self.rest;
        if rest.starts_with("//") {
            self.blank(rest.find('\n').unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            self.blank(comment_length(rest));
        } else if rest.starts_with('"') {
            self.say(quoted_length(rest, '"'));
        } else if let Some(length) = raw_string_length(rest) {
            self.say(length);
        } else if is_character(rest) {
            self.blank(quoted_length(rest, '\''));
        } else {
            self.keep();
        }
    }

    fn keep(&mut self) {
        let length = self.rest.chars().next().map_or(0, char::len_utf8);
        let (kept, rest) = self.rest.split_at(length);
        self.code.push_str(kept);
        self.said.extend(blanks(kept));
        self.rest = rest;
    }

    fn say(&mut self, length: usize) {
        let (said, rest) = self.rest.split_at(length);
        self.code.extend(blanks(said));
        self.said.push_str(said);
        self.rest = rest;
    }

    fn blank(&mut self, length: usize) {
        let (gone, rest) = self.rest.split_at(length);
        self.code.extend(blanks(gone));
        self.said.extend(blanks(gone));
        self.rest = rest;
    }
}

fn blanks(text: &str) -> impl Iterator<Item = char> {
    text.bytes()
        .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
}

/// The length of the comment that opens the text; comments nest.
fn comment_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut place, mut depth) = (0, 0usize);
    while place < bytes.len() {
        match &bytes[place..bytes.len().min(place + 2)] {
            b"/*" => (place, depth) = (place + 2, depth + 1),
            b"*/" => (place, depth) = (place + 2, depth - 1),
            _ => place += 1,
        }
        if depth == 0 {
            break;
        }
    }
    place
}

/// The length of the literal that opens the text, escapes minded, both quotes included.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (place, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return place + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// The length of the raw string that opens the text, if one does.
fn raw_string_length(text: &str) -> Option<usize> {
    let behind_r = text.strip_prefix('r')?;
    let body = behind_r.trim_start_matches('#');
    let hashes = behind_r.len() - body.len();
    let body = body.strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let inside = body
        .find(&close)
        .unwrap_or(body.len().saturating_sub(close.len()));
    Some(2 + hashes + inside + close.len())
}

/// Whether a character opens the text, and not a lifetime.
fn is_character(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next() == Some('\'')
        && match chars.next() {
            Some('\\') => true,
            Some(_) => chars.next() == Some('\''),
            None => false,
        }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squeezed(code: &str) -> String {
        code.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_and_literals_are_blanked_and_lines_kept() {
        let text = "a // b\n/* c /* d */ e */ f \"g\\\"h\" i 'j' 'k: r#\"l\"m\"# n '\\'' o\n";
        let (code, said) = apart(text);
        assert_eq!(squeezed(&code), "a f i 'k: n o");
        assert_eq!(squeezed(&said), "\"g\\\"h\" r#\"l\"m\"#");
        assert_eq!(code.matches('\n').count(), 2);
        assert_eq!(code.find(" o\n"), text.find(" o\n"));
    }

    #[test]
    fn text_beyond_ascii_keeps_every_place() {
        let text = "a \"가격\" b";
        let (code, said) = apart(text);
        assert_eq!(code.find('b'), text.find('b'));
        assert_eq!(said.find('가'), text.find('가'));
    }

    #[test]
    fn what_is_for_tests_alone_is_not_shipped() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() {}\n}\nfn c() {}\n#[cfg(test)]\nmod d;\nfn e() {}\n#[test]\nfn f() { g(\"가\") }\nfn h() { i(\"나\") }";
        let source = Source::read("src/lib.rs", text);
        assert_eq!(
            squeezed(&source.shipped),
            "fn a() {} fn c() {} fn e() {} fn h() { i( ) }"
        );
        assert_eq!(squeezed(&source.said), "\"나\"");
        assert!(source.code.contains("fn b"));
    }

    #[test]
    fn files_of_tests_ship_nothing() {
        for path in [
            "tests/routes/deals.rs",
            "src/stock/tests.rs",
            "src/test_stock.rs",
        ] {
            assert_eq!(Source::read(path, "fn a() {}").shipped, "", "{path}");
        }
    }

    #[test]
    fn words_are_whole_and_know_their_places() {
        let found: Vec<_> = words("fn f_2(x: f64)").collect();
        assert_eq!(found, [(0, "fn"), (3, "f_2"), (7, "x"), (10, "f64")]);
    }
}

//! Rust text made fit for plain searching: comments, literals and tests blanked, places kept.
//!
//! This is no parser: it knows literals, comments and braces, which is enough for formatted code.

/// A Rust file without its comments and literals. Lines and columns are those of the file.
pub struct Source {
    /// Comments, strings and characters blanked.
    pub code: String,
    /// As `code`, and everything that only tests see is blanked, too.
    pub shipped: String,
}

/// What opens an item that only tests see.
const TEST_MARKS: [&str; 4] = ["#[cfg(test)", "#[cfg(any(test", "#[cfg(all(test", "#[test]"];

impl Source {
    /// Reads the text of the file at `path`; files of tests ship nothing.
    pub fn read(path: &str, text: &str) -> Source {
        let code = blank(text);
        let shipped = match is_test(path) || code.contains("#![cfg(test)]") {
            true => String::new(),
            false => without_tests(&code),
        };
        Source { code, shipped }
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

fn without_tests(code: &str) -> String {
    let mut shipped = code.as_bytes().to_vec();
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

fn blank(text: &str) -> String {
    let mut blanker = Blanker {
        rest: text,
        code: String::with_capacity(text.len()),
    };
    while !blanker.rest.is_empty() {
        blanker.advance();
    }
    blanker.code
}

/// Walks over Rust text, keeping code and writing blanks for what is not.
struct Blanker<'a> {
    rest: &'a str,
    code: String,
}

impl Blanker<'_> {
    fn advance(&mut self) {
        let rest = self.rest;
        if rest.starts_with("//") {
            self.blank(rest.find('\n').unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            self.blank(comment_length(rest));
        } else if rest.starts_with('"') {
            self.blank(quoted_length(rest, '"'));
        } else if let Some(length) = raw_string_length(rest) {
            self.blank(length);
        } else if is_character(rest) {
            self.blank(quoted_length(rest, '\''));
        } else {
            self.keep();
        }
    }

    fn keep(&mut self) {
        let mut rest = self.rest.chars();
        self.code.extend(rest.next());
        self.rest = rest.as_str();
    }

    fn blank(&mut self, length: usize) {
        let (gone, rest) = self.rest.split_at(length);
        let blanks = gone
            .bytes()
            .map(|byte| if byte == b'\n' { '\n' } else { ' ' });
        self.code.extend(blanks);
        self.rest = rest;
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn squeezed(code: &str) -> String {
        code.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_and_literals_are_blanked_and_lines_kept() {
        let text = "a // b\n/* c /* d */ e */ f \"g\\\"h\" i 'j' 'k: r#\"l\"m\"# n '\\'' o\n";
        let code = blank(text);
        assert_eq!(squeezed(&code), "a f i 'k: n o");
        assert_eq!(code.matches('\n').count(), 2);
        assert_eq!(code.find(" o\n"), text.find(" o\n"));
    }

    #[test]
    fn text_beyond_ascii_keeps_every_place() {
        let text = "a \"가격\" b";
        assert_eq!(blank(text).find('b'), text.find('b'));
    }

    #[test]
    fn what_is_for_tests_alone_is_not_shipped() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() {}\n}\nfn c() {}\n#[cfg(test)]\nmod d;\nfn e() {}";
        let source = Source::read("src/lib.rs", text);
        assert_eq!(squeezed(&source.shipped), "fn a() {} fn c() {} fn e() {}");
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

//! Several texts in one field: splitting at a separator and joining so that splitting gives them back.

/// The pieces of `text` between separators, trimmed. A backslash takes the next character as it is.
pub(crate) fn split(text: &str, separator: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = Piece::default();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if let Some(escaped) = rest.strip_prefix('\\').and_then(|tail| tail.chars().next()) {
            piece.keep(escaped);
            rest = &rest[1 + escaped.len_utf8()..];
        } else if !separator.is_empty() && rest.starts_with(separator) {
            pieces.push(std::mem::take(&mut piece).finish());
            rest = &rest[separator.len()..];
        } else {
            piece.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    pieces.push(piece.finish());
    pieces
}

/// The pieces with `separator` (one character) between blanks; empty pieces stay.
pub(crate) fn join<'a>(pieces: impl Iterator<Item = &'a str>, separator: char) -> String {
    let escaped: Vec<String> = pieces.map(|piece| escape(piece, separator)).collect();
    escaped.join(&format!(" {separator} "))
}

fn escape(piece: &str, separator: char) -> String {
    let mut escaped = String::with_capacity(piece.len());
    for c in piece.chars() {
        if c == '\\' || c == separator {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// A piece being read: blanks at its end do not count unless they were escaped.
#[derive(Default)]
struct Piece {
    text: String,
    kept: usize,
}

impl Piece {
    fn push(&mut self, c: char) {
        if c.is_whitespace() && self.text.is_empty() {
            return;
        }
        self.text.push(c);
        if !c.is_whitespace() {
            self.kept = self.text.len();
        }
    }

    fn keep(&mut self, c: char) {
        self.text.push(c);
        self.kept = self.text.len();
    }

    fn finish(mut self) -> String {
        self.text.truncate(self.kept);
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pieces_are_trimmed_and_a_backslash_escapes() {
        assert_eq!(split("블랙 | 화이트", "|"), ["블랙", "화이트"]);
        assert_eq!(split(r"a\|b|c\\", "|"), ["a|b", r"c\"]);
        assert_eq!(split("a -> b", "->"), ["a", "b"]);
        assert_eq!(split("a||b", "|"), ["a", "", "b"]);
        assert_eq!(split("", "|"), [""]);
        assert_eq!(split(r"end\", "|"), [r"end\"]);
    }

    proptest! {
        #[test]
        fn what_is_joined_splits_again(pieces in proptest::collection::vec("[a가|>\\\\]{0,6}", 1..5)) {
            let joined = join(pieces.iter().map(String::as_str), '|');
            prop_assert_eq!(split(&joined, "|"), pieces);
        }
    }
}

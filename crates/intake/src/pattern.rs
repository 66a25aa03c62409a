//! Patterns for paths: `*` within a part, `**` over parts, `{name}` for a piece that is kept.

use std::collections::BTreeMap;

/// A pattern, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    /// Any characters but `/`.
    Part,
    /// Any characters.
    Anything,
    /// At least one character but `/`, kept under a name.
    Named(String),
}

/// What the named pieces of a path were.
pub(crate) type Captures = BTreeMap<String, String>;

impl Pattern {
    /// Takes a pattern apart; a `{` without `}` stands for itself.
    pub fn parse(text: &str) -> Pattern {
        let mut pieces = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (piece, length) = next_piece(rest);
            pieces.push(piece);
            rest = &rest[length..];
        }
        Pattern(pieces)
    }

    /// The named pieces when the whole path fits, each as short as it can be.
    pub fn captures(&self, path: &str) -> Option<Captures> {
        let mut captures = Captures::new();
        fits(&self.0, path, &mut captures).then_some(captures)
    }
}

fn next_piece(text: &str) -> (Piece, usize) {
    if text.starts_with("**/") {
        return (Piece::Anything, 3);
    }
    if text.starts_with("**") {
        return (Piece::Anything, 2);
    }
    if text.starts_with('*') {
        return (Piece::Part, 1);
    }
    if let Some(end) = text.strip_prefix('{').and_then(|tail| tail.find('}')) {
        return (Piece::Named(text[1..=end].to_owned()), end + 2);
    }
    let end = text[1..].find(['*', '{']).map_or(text.len(), |at| at + 1);
    (Piece::Literal(text[..end].to_owned()), end)
}

fn fits(pieces: &[Piece], path: &str, captures: &mut Captures) -> bool {
    let Some((piece, rest)) = pieces.split_first() else {
        return path.is_empty();
    };
    let (least, over_parts) = match piece {
        Piece::Literal(text) => {
            return path
                .strip_prefix(text.as_str())
                .is_some_and(|tail| fits(rest, tail, captures));
        }
        Piece::Part => (0, false),
        Piece::Anything => (0, true),
        Piece::Named(_) => (1, false),
    };
    for length in lengths(path, over_parts).filter(|length| *length >= least) {
        if fits(rest, &path[length..], captures) {
            if let Piece::Named(name) = piece {
                captures.insert(name.clone(), path[..length].to_owned());
            }
            return true;
        }
    }
    false
}

/// The lengths, shortest first, of the beginnings of `path` that a wildcard may take.
fn lengths(path: &str, over_parts: bool) -> impl Iterator<Item = usize> {
    let end = if over_parts {
        path.len()
    } else {
        path.find('/').unwrap_or(path.len())
    };
    let starts = path[..end].char_indices().map(|(at, _)| at);
    starts.chain(std::iter::once(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_fits_or_does_not() {
        let table = [
            ("*.csv", "a.csv", true),
            ("*.csv", "b/a.csv", false),
            ("**/*.csv", "a.csv", true),
            ("**/*.csv", "c/b/a.csv", true),
            ("dump/**", "dump/a/b", true),
            ("dump/ranking/*.csv", "dump/pants.csv", false),
            ("a{b", "a{b", true),
            ("", "a", false),
        ];
        for (pattern, path, expected) in table {
            assert_eq!(
                Pattern::parse(pattern).captures(path).is_some(),
                expected,
                "{pattern} {path}"
            );
        }
    }

    #[test]
    fn named_pieces_are_kept() {
        let pattern = Pattern::parse("x/*-ranking-{category}-summary.{ending}");
        let captures = pattern.captures("x/20241127-ranking-clothes-top-summary.csv");
        let captures = captures.expect("it fits");
        assert_eq!(captures["category"], "clothes-top");
        assert_eq!(captures["ending"], "csv");
        assert_eq!(pattern.captures("x/1-ranking--summary.csv"), None);
    }
}

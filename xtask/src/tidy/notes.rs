//! Rule: no notes to ourselves in the tree; what is missing is an issue.
//!
//! A word in quotes is a name (ISO 4217 has such a code), not a note.

use super::Violation;
use super::source::words;
use super::tree::Tree;

/// The words that open a note, spelled so that this file does not break its own rule.
pub const WORDS: [&str; 3] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];

/// Finds the notes, comments and prose included.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in &tree.files {
        for (line, text) in file.lines() {
            let notes = words(text).filter(|(_, word)| WORDS.contains(word));
            for (_, word) in notes.filter(|(place, word)| !is_quoted(text, *place, word)) {
                let mend = "do it now, or open an issue";
                violations.push(Violation::at(&file.path, line, format!("`{word}`"), mend));
            }
        }
    }
    violations
}

fn is_quoted(text: &str, place: usize, word: &str) -> bool {
    let quotes = ['"', '\'', '`'];
    text[..place].ends_with(quotes) && text[place + word.len()..].starts_with(quotes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_found_whole_only() {
        for word in WORDS {
            let text = format!("fine\n// {word}: later\n{word}L \"{word}\"");
            let found = check(&Tree::of(&[("a.rs", &text)]));
            assert_eq!(found.len(), 1, "{word}");
            assert_eq!(found[0].line, 2);
        }
    }
}

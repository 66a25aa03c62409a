//! Search by name: what is typed and what is shown are folded alike, and every word must be found.

use super::entry::Entry;
use unicode_normalization::UnicodeNormalization;

/// How much of what was typed is looked at, in characters.
const TYPED_MAX: usize = 80;

/// What somebody looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    typed: String,
    words: Vec<String>,
}

impl Sought {
    /// What was typed into the field.
    pub fn of(typed: &str) -> Sought {
        let typed: String = typed.trim().chars().take(TYPED_MAX).collect();
        let words = typed.split_whitespace().map(fold);
        Sought {
            words: words.filter(|word| !word.is_empty()).collect(),
            typed,
        }
    }

    /// As it was typed.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// Nothing is sought.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// True when every word stands in name, brand or the folded name of the seller.
    pub fn finds(&self, entry: &Entry, seller: &str) -> bool {
        let stands = |word: &String| entry.goods.folded.contains(word) || seller.contains(word);
        self.words.iter().all(stands)
    }

    /// How well it fits: 0 where a name or brand begins with it, else 1.
    pub fn rank(&self, entry: &Entry) -> u8 {
        let Some(first) = self.words.first() else {
            return 0;
        };
        let mut lines = entry.goods.folded.lines();
        u8::from(!lines.any(|line| line.starts_with(first.as_str())))
    }
}

/// A text as it is compared: full-width forms, case and spaces make no difference (NFKC).
pub fn fold(text: &str) -> String {
    let plain = text.nfkc().flat_map(char::to_lowercase);
    plain.filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shelves::entry::tests::entry;

    #[test]
    fn width_case_and_spaces_make_no_difference() {
        let coat = entry(1, 0, 1);
        for typed in [
            "울코트",
            "울 코트",
            "코트",
            "ＷＯＯＬ",
            "wool coat",
            "coat moa",
            "모아",
        ] {
            assert!(Sought::of(typed).finds(&coat, "모아서옷장"), "{typed}");
        }
        assert!(!Sought::of("coat hat").finds(&coat, "모아서옷장"));
        assert!(Sought::of(" \u{3000} ").is_empty());
    }

    #[test]
    fn what_begins_so_fits_better() {
        let coat = entry(1, 0, 1);
        assert_eq!(Sought::of("wool").rank(&coat), 0);
        assert_eq!(Sought::of("coat").rank(&coat), 1);
    }

    #[test]
    fn decomposed_hangul_is_the_same_name() {
        assert_eq!(fold("\u{110b}\u{116e}\u{11af}"), "울");
    }
}

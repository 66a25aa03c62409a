//! How the board writes sums, round sums and moments. `web/scripts/board/write.js` writes them the same way, from the
//! pieces that the page carries.

use crate::pages::language::Language;
use crate::pages::words::Words;
use maud::{Markup, html};
use money::Currency;
use std::collections::BTreeMap;
use vocabulary::Millis;

/// What stands before and behind the digits of a sum.
pub(super) struct Pattern {
    pub before: String,
    pub after: String,
}

impl Pattern {
    pub fn of(words: &Words, currency: Currency) -> Pattern {
        let zero = words.sum(0, currency);
        let digit = |c: char| c.is_ascii_digit();
        let first = zero.find(digit).unwrap_or(0);
        let last = zero.rfind(digit).map_or(zero.len(), |last| last + 1);
        Pattern {
            before: zero[..first].to_owned(),
            after: zero[last..].to_owned(),
        }
    }
}

/// The words of great numbers, greatest first.
const fn great(language: Language) -> [(i128, &'static str); 3] {
    match language {
        Language::Ko => [
            (1_000_000_000_000, "조"),
            (100_000_000, "억"),
            (10_000, "만"),
        ],
        Language::Zh => [
            (1_000_000_000_000, "万亿"),
            (100_000_000, "亿"),
            (10_000, "万"),
        ],
        Language::En => [
            (1_000_000_000_000, " trillion"),
            (1_000_000_000, " billion"),
            (1_000_000, " million"),
        ],
    }
}

/// The same for the script: `number:word`, parted by `|`.
pub(super) fn scales(language: Language) -> String {
    let scales = great(language).map(|(number, word)| format!("{number}:{word}"));
    scales.join("|")
}

/// A round sum in words: `10억 원`, `₩10亿`, `₩1 billion`.
pub(super) fn round_sum(words: &Words, minor_units: i128, currency: Currency) -> String {
    let units = minor_units / 10_i128.pow(currency.digits());
    let pattern = Pattern::of(words, currency);
    let space = if words.language == Language::Ko && pattern.before.is_empty() {
        " "
    } else {
        ""
    };
    let fitting = great(words.language)
        .into_iter()
        .find(|(number, _)| units >= *number);
    let said = match fitting {
        Some((number, word)) => format!(
            "{}{word}",
            words.count((units / number).unsigned_abs() as u64)
        ),
        None => words.count(units.unsigned_abs() as u64),
    };
    format!("{}{said}{space}{}", pattern.before, pattern.after)
}

/// A time of day with its second, in the festival's zone.
pub(super) fn time(words: &Words, at: Millis) -> String {
    let exact = words.exact_moment(at);
    exact.split(' ').next_back().unwrap_or_default().to_owned()
}

/// How long something took: seconds with a tenth below ten minutes, a clock after that.
pub(super) fn took(words: &Words, ms: u64) -> String {
    match ms {
        0..600_000 => {
            let seconds = format!("{}.{}", ms / 1_000, ms % 1_000 / 100);
            words.say_with("board-seconds", [("seconds", seconds.into())])
        }
        _ => words.clock(ms),
    }
}

/// A name of the catalogue in this language, else in English, else in whichever comes first; the id where there is none.
pub(super) fn name<'a>(words: &Words, names: &'a BTreeMap<String, String>, id: &'a str) -> &'a str {
    let name = names.get(words.language.tag()).or_else(|| names.get("en"));
    name.or_else(|| names.values().next())
        .map_or(id, |name| name)
}

/// A number without its digits' worth. It stands unseen where the number has its room, so that another number of the same
/// shape moves nothing beside it.
pub(super) fn shape(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_digit() { '0' } else { c };
    text.chars().map(plain).collect()
}

/// What lies over its shape.
pub(super) fn over(text: &str) -> Markup {
    html! { span { (text) } }
}

/// The filled part of a bar of 100 by 4, as the points of a polygon.
pub(super) fn filled(share: impl std::fmt::Display) -> String {
    format!("0 0 {share} 0 {share} 4 0 4")
}

/// A share in whole percent, rounded down.
pub(super) fn percent(part: i128, whole: i128) -> i128 {
    (part * 100).checked_div(whole).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn round_sums_are_said_as_people_say_them() {
        let words = |language| Words::of(language, TimeZone::UTC);
        let (ko, zh, en) = (
            words(Language::Ko),
            words(Language::Zh),
            words(Language::En),
        );
        assert_eq!(round_sum(&ko, 1_000_000_000, Currency::KRW), "10억 원");
        assert_eq!(round_sum(&ko, 2_000_000, Currency::KRW), "200만 원");
        assert_eq!(round_sum(&zh, 1_000_000_000, Currency::KRW), "₩10亿");
        assert_eq!(round_sum(&en, 1_000_000_000, Currency::KRW), "₩1 billion");
        assert_eq!(round_sum(&en, 500_000_000, Currency::USD), "$5 million");
        assert_eq!(round_sum(&ko, 500, Currency::USD), "$5");
        assert_eq!(
            scales(Language::Ko),
            "1000000000000:조|100000000:억|10000:만"
        );
    }

    #[test]
    fn numbers_with_the_same_places_have_the_same_shape_and_others_have_not() {
        assert_eq!(shape("₩1,234"), shape("₩9,876"));
        assert_ne!(shape("₩1,234"), shape("₩12,345"));
        assert_eq!(filled(25), "0 0 25 0 25 4 0 4");
    }

    #[test]
    fn a_span_has_tenths_while_they_matter() {
        let ko = Words::of(Language::Ko, TimeZone::UTC);
        assert_eq!(took(&ko, 96_480), "96.4초");
        assert_eq!(took(&ko, 3_600_000), "1:00:00");
        assert_eq!(time(&ko, Millis(3_723_000)), "01:02:03");
    }
}

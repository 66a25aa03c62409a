//! Which language a page is in: the one asked for, else the first of ours that the browser would
//! like, else Korean.

use super::texts::{EN, KO, Texts, ZH};
use axum::http::{HeaderMap, header};
use money::{Amount, Currency, format_plain};

/// A language of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Language {
    Ko,
    Zh,
    En,
}

impl Language {
    pub(super) const ALL: [Language; 3] = [Language::Ko, Language::Zh, Language::En];

    pub(in crate::sandbox) fn of(wish: Option<&str>, headers: &HeaderMap) -> Language {
        let accepted = headers.get(header::ACCEPT_LANGUAGE);
        let accepted = accepted.and_then(|value| value.to_str().ok()).unwrap_or("");
        wish.and_then(Language::of_tag)
            .or_else(|| preferred(accepted))
            .unwrap_or(Language::Ko)
    }

    pub(in crate::sandbox) const fn code(self) -> &'static str {
        match self {
            Language::Ko => "ko",
            Language::Zh => "zh",
            Language::En => "en",
        }
    }

    pub(super) const fn texts(self) -> &'static Texts {
        match self {
            Language::Ko => &KO,
            Language::Zh => &ZH,
            Language::En => &EN,
        }
    }

    fn of_tag(tag: &str) -> Option<Language> {
        let primary = tag.split('-').next()?.trim();
        Language::ALL
            .into_iter()
            .find(|l| l.code().eq_ignore_ascii_case(primary))
    }
}

/// `41,000원`, `¥410.00`, `$410.00`: as one writes it in that language.
pub(super) fn price(amount: Amount, currency: Currency, language: Language) -> String {
    let digits = group(&format_plain(amount, currency));
    match (currency, language) {
        (Currency::KRW, Language::Ko) => format!("{digits}원"),
        (Currency::KRW, _) => format!("₩{digits}"),
        (Currency::CNY, Language::Zh) => format!("¥{digits}"),
        (Currency::USD, _) => format!("${digits}"),
        (currency, _) => format!("{currency} {digits}"),
    }
}

/// Sets a comma before every third digit of the whole units.
pub(super) fn group(plain: &str) -> String {
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        let left = whole.len() - place;
        if place > 0 && left.is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

/// The language of ours with the highest weight in an `Accept-Language` header (RFC 9110).
fn preferred(header: &str) -> Option<Language> {
    let mut best = None;
    for part in header.split(',') {
        let (tag, parameters) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight_millis(parameters);
        let better = best.is_none_or(|(heaviest, _)| weight > heaviest);
        if let Some(language) = Language::of_tag(tag.trim()).filter(|_| better && weight > 0) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// `q=0.8` as 800; nothing as 1000.
fn weight_millis(parameters: &str) -> u32 {
    let Some(weight) = parameters.trim().strip_prefix("q=") else {
        return 1_000;
    };
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let thousandths: String = fraction.chars().chain("000".chars()).take(3).collect();
    let read = |text: &str| text.parse::<u32>().unwrap_or(0).min(1_000);
    (read(whole) * 1_000 + read(&thousandths)).min(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(wish: Option<&str>, accepted: &'static str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().unwrap());
        Language::of(wish, &headers)
    }

    #[test]
    fn the_wish_goes_before_the_browser_and_korean_is_last() {
        assert_eq!(of(Some("en"), "zh-CN"), Language::En);
        assert_eq!(of(Some("xx"), "zh-CN,en;q=0.8"), Language::Zh);
        assert_eq!(of(None, "fr, en;q=0.5, zh;q=0.6"), Language::Zh);
        assert_eq!(of(None, "fr, zh;q=0, en-GB;q=0.1"), Language::En);
        assert_eq!(of(None, "fr"), Language::Ko);
        assert_eq!(of(None, ""), Language::Ko);
    }

    #[test]
    fn prices_are_written_as_each_language_does() {
        assert_eq!(
            price(Amount(1_041_000), Currency::KRW, Language::Ko),
            "1,041,000원"
        );
        assert_eq!(price(Amount(900), Currency::KRW, Language::En), "₩900");
        assert_eq!(
            price(Amount(123_456), Currency::CNY, Language::Zh),
            "¥1,234.56"
        );
        assert_eq!(price(Amount(5), Currency::USD, Language::En), "$0.05");
        assert_eq!(group("-123456"), "-123,456");
    }
}

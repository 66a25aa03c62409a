//! Which language a page speaks: the cookie `lang`, else `Accept-Language`, else the festival's own.
//!
//! What it then says stands in [`super::words`].

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};

/// The cookie in which a visitor's choice is kept.
pub const COOKIE_NAME: &str = "lang";

/// A language of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Korean.
    Ko,
    /// Chinese, simplified.
    Zh,
    /// English.
    En,
}

impl Language {
    /// All of them, in the order of the switch.
    pub const ALL: [Language; 3] = [Language::Ko, Language::Zh, Language::En];

    /// Its tag in HTML, in cookies and in localized texts.
    pub const fn tag(self) -> &'static str {
        match self {
            Language::Ko => "ko",
            Language::Zh => "zh",
            Language::En => "en",
        }
    }

    /// Its own name for itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Language::Ko => "한국어",
            Language::Zh => "中文",
            Language::En => "English",
        }
    }

    /// The language of a tag such as `zh-Hans-CN`.
    pub fn of_tag(tag: &str) -> Option<Language> {
        let primary = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
        Language::ALL
            .into_iter()
            .find(|language| language.tag() == primary)
    }

    /// The language that a request asks for, if it is one of ours.
    pub fn of(headers: &HeaderMap) -> Option<Language> {
        chosen(headers).or_else(|| preferred(headers))
    }
}

fn chosen(headers: &HeaderMap) -> Option<Language> {
    let cookies = headers.get_all(COOKIE).iter();
    cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE_NAME)
        .and_then(|(_, tag)| Language::of_tag(tag))
}

/// The supported language of the greatest weight; of equal ones the first.
fn preferred(headers: &HeaderMap) -> Option<Language> {
    let accepted = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut ranges: Vec<(u16, Language)> = accepted.split(',').filter_map(weighed).collect();
    ranges.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    ranges.first().map(|(_, language)| *language)
}

/// A language range with its weight in thousandths (RFC 9110, section 12.4.2).
fn weighed(range: &str) -> Option<(u16, Language)> {
    let (tag, weight) = range.split_once(";q=").unwrap_or((range, "1"));
    let language = Language::of_tag(tag)?;
    let (whole, part) = weight.trim().split_once('.').unwrap_or((weight.trim(), ""));
    let thousandths: u16 = format!("{part:0<3}").get(..3)?.parse().ok()?;
    let weight = whole.parse::<u16>().ok()?.min(1) * 1_000 + thousandths;
    (weight > 0).then_some((weight, language))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(cookie: &str, accepted: &str) -> Option<Language> {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, cookie.parse().expect("a cookie"));
        headers.insert(ACCEPT_LANGUAGE, accepted.parse().expect("a list"));
        Language::of(&headers)
    }

    #[test]
    fn the_choice_goes_before_the_browser() {
        assert_eq!(asked("a=b; lang=zh", "en"), Some(Language::Zh));
        assert_eq!(asked("lang=fr", "en-GB"), Some(Language::En));
        assert_eq!(asked("", "fr, de;q=0.5"), None);
    }

    #[test]
    fn the_browser_s_weights_are_kept() {
        assert_eq!(asked("", "fr, en;q=0.7, zh-CN;q=0.85"), Some(Language::Zh));
        assert_eq!(asked("", "zh;q=0, en;q=0.1"), Some(Language::En));
        assert_eq!(asked("", "en, ko"), Some(Language::En));
    }
}

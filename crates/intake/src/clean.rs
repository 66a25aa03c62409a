//! Making text fit to show: tidy names, entities decoded, HTML reduced to what is harmless.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

/// One line of text: control characters gone, runs of blanks folded into one, ends trimmed.
pub(crate) fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !is_noise(*c)) {
        if !c.is_whitespace() {
            tidied.push(c);
        } else if !tidied.is_empty() && !tidied.ends_with(' ') {
            tidied.push(' ');
        }
    }
    tidied.truncate(tidied.trim_end().len());
    tidied
}

/// HTML without scripts, styles, pictures, forms or event handlers (ammonia's list without `img`).
/// Text without markup passes as it is, trimmed.
pub(crate) fn sanitise(html: &str) -> String {
    let html = html.trim();
    if !html.contains(['<', '>', '&', '\0', '\r']) {
        return html.to_owned();
    }
    SANITISER.clean(html).to_string().trim().to_owned()
}

/// Plain text as HTML that shows the same: markup escaped, line ends as `<br>`.
pub(crate) fn text_as_html(text: &str) -> String {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    escaped.trim().lines().collect::<Vec<_>>().join("<br>")
}

/// The text with the entities that shops leave in names (`&amp;`, `&#39;`, `&eacute;`) decoded.
pub(crate) fn decode_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let (shown, length) = entity_at(rest).unwrap_or(('&', 1));
        decoded.push(shown);
        rest = &rest[length..];
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

static SANITISER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::default();
    builder
        .rm_tags(["img"])
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]));
    builder
});

/// The longest entity that is looked for, with `&` and `;`.
const ENTITY_LENGTH_MAX: usize = 10;

const NAMED: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("reg", '®'),
    ("copy", '©'),
    ("trade", '™'),
    ("deg", '°'),
    ("middot", '·'),
    ("times", '×'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("eacute", 'é'),
    ("egrave", 'è'),
    ("agrave", 'à'),
    ("ccedil", 'ç'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("auml", 'ä'),
    ("szlig", 'ß'),
    ("pound", '£'),
    ("euro", '€'),
    ("yen", '¥'),
];

/// The character of the entity that `text` begins with, and how many bytes it takes.
fn entity_at(text: &str) -> Option<(char, usize)> {
    let end = text
        .bytes()
        .take(ENTITY_LENGTH_MAX)
        .position(|b| b == b';')?;
    let name = text.get(1..end)?;
    let shown = match name.strip_prefix('#') {
        Some(number) => numbered(number)?,
        None => NAMED.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((shown, end + 1))
}

fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).filter(|c| !c.is_control())
}

/// Characters that show nothing and make equal names differ.
fn is_noise(c: char) -> bool {
    (c.is_control() && !c.is_whitespace()) || matches!(c, '\u{200b}' | '\u{feff}' | '\u{00ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_folded_and_invisible_characters_go() {
        assert_eq!(tidy("  양말 \t\u{200b} 3족\u{0} "), "양말 3족");
        assert_eq!(tidy(" \n "), "");
    }

    #[test]
    fn entities_are_decoded_once() {
        assert_eq!(
            decode_entities("Tom &amp; Jerry&#39;s &#x41;"),
            "Tom & Jerry's A"
        );
        assert_eq!(
            decode_entities("&amp;amp; &unknown; R&D"),
            "&amp; &unknown; R&D"
        );
        assert_eq!(decode_entities("&가;"), "&가;");
    }

    #[test]
    fn scripts_handlers_and_pictures_are_gone_and_cleaning_again_changes_nothing() {
        let dirty = "<p onclick=x>a<script>alert(1)</script><img src=x onerror=y> \
                     <a href='javascript:z'>b</a><b>c</b> &ldquo;d&rdquo;";
        let clean = sanitise(dirty);
        for gone in ["onclick", "script", "img", "onerror", "alert"] {
            assert!(!clean.contains(gone), "{clean}");
        }
        assert!(clean.contains("<b>c</b> “d”"), "{clean}");
        assert_eq!(sanitise(&clean), clean);
    }

    #[test]
    fn nul_characters_are_gone_from_texts() {
        assert_eq!(sanitise("a\0b <b>c\0d</b>"), "ab <b>cd</b>");
    }

    #[test]
    fn plain_text_becomes_html_that_shows_the_same() {
        assert_eq!(text_as_html("a < b\r\nc & d"), "a &lt; b<br>c &amp; d");
        assert_eq!(sanitise(&text_as_html("a < b\nc")), "a &lt; b<br>c");
    }
}

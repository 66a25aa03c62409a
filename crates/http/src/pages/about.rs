//! The shop's terms, privacy and returns pages: plain texts, the operator's own or ours, set as pages.
//!
//! A text is paragraphs with a blank line between them; `# ` begins a heading, `- ` an item of a list.

use super::frame::Frame;
use super::language::Language;
use super::seller::business_facts;
use maud::{Markup, html};
use records::Business;
use rust_embed::Embed;

/// The pages there are, by their name in addresses.
pub const ABOUT: [&str; 3] = ["terms", "privacy", "returns"];

/// Our own texts, which say what this software does: `<language>/<page>.txt`.
#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/about"]
struct Texts;

/// A line or lines of a text, and what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Heading(String),
    Items(Vec<String>),
    Paragraph(String),
}

/// What a page says where the operator has no text of their own.
pub fn own_text(language: Language, page: &str) -> String {
    let file = Texts::get(&format!("{}/{page}.txt", language.tag()));
    let file = file.map(|file| String::from_utf8_lossy(&file.data).into_owned());
    file.unwrap_or_default()
}

/// The page around a text.
pub fn about(frame: &Frame, page: &str, text: &str, business: &Business) -> Markup {
    let w = &frame.words;
    let title = w.say(&format!("about-{page}"));
    let body = html! {
        nav.chips aria-label=(w.say("nav-about-pages")) {
            @for other in ABOUT {
                a.chip href=(format!("/about/{other}")) aria-current=[(other == page).then_some("page")] { (w.say(&format!("about-{other}"))) }
            }
        }
        article.prose {
            h1 { (title) }
            @for piece in pieces(text) {
                @match piece {
                    Piece::Heading(text) => h2 { (text) },
                    Piece::Items(items) => ul { @for item in items { li { (item) } } },
                    Piece::Paragraph(text) => p { (text) },
                }
            }
            @if !business.is_blank() { h2 { (w.say("business")) } (business_facts(w, business)) }
        }
    };
    frame.page(&title, &body)
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut after_blank = true;
    for line in text.trim_start_matches('\u{feff}').lines().map(str::trim) {
        let fresh = std::mem::replace(&mut after_blank, line.is_empty());
        if let Some(heading) = line.strip_prefix("# ") {
            pieces.push(Piece::Heading(heading.to_owned()));
        } else if let Some(item) = line.strip_prefix("- ") {
            match pieces.last_mut() {
                Some(Piece::Items(items)) => items.push(item.to_owned()),
                _ => pieces.push(Piece::Items(vec![item.to_owned()])),
            }
        } else if !line.is_empty() {
            match pieces.last_mut() {
                Some(Piece::Paragraph(text)) if !fresh => {
                    text.push(' ');
                    text.push_str(line);
                }
                _ => pieces.push(Piece::Paragraph(line.to_owned())),
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_headings_lists_and_paragraphs() {
        let told = pieces("하나\n둘\n\n셋\n# 넷\n- 다섯\n- 여섯\n<b>\n");
        let paragraph = |text: &str| Piece::Paragraph(text.to_owned());
        assert_eq!(
            told,
            [
                paragraph("하나 둘"),
                paragraph("셋"),
                Piece::Heading("넷".to_owned()),
                Piece::Items(vec!["다섯".to_owned(), "여섯".to_owned()]),
                paragraph("<b>"),
            ]
        );
    }

    #[test]
    fn every_page_has_a_text_in_every_language_with_the_same_headings() {
        for page in ABOUT {
            let headings = Language::ALL.map(|language| {
                let pieces = pieces(&own_text(language, page));
                let headings = pieces
                    .iter()
                    .filter(|piece| matches!(piece, Piece::Heading(_)));
                headings.count()
            });
            assert!(headings[0] > 2, "{page}");
            assert!(headings.iter().all(|count| *count == headings[0]), "{page}");
        }
    }
}

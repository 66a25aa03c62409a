//! What went wrong, in words, and what to do now.

use super::frame::Frame;
use maud::{Markup, html};
use vocabulary::Refusal;

/// A wrong that a whole page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// There is nothing at this address.
    Missing,
    /// It belongs to somebody else, or the role does not reach.
    Forbidden,
    /// What was sent makes no sense.
    Malformed,
    /// Too many requests; try again after so many seconds.
    TooMany(u64),
    /// The shop cannot answer now; try again after so many seconds.
    Unavailable(u64),
    /// A rule said no.
    Refused(Refusal),
}

impl Trouble {
    /// The page.
    pub fn render(self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let title = w.say(&format!("trouble-{}", self.name()));
        let body = html! {
            section.trouble {
                h1 { (title) }
                p.lead {
                    @match self {
                        Trouble::Refused(refusal) => (w.say(&format!("refusal-{}", refusal.name()))),
                        Trouble::TooMany(seconds) | Trouble::Unavailable(seconds) => {
                            (w.say_with(&format!("trouble-{}-note", self.name()), [("span", w.span(seconds * 1_000).into())]))
                        }
                        _ => (w.say(&format!("trouble-{}-note", self.name()))),
                    }
                }
                p {
                    @if matches!(self, Trouble::TooMany(_) | Trouble::Unavailable(_)) {
                        a.button href=(frame.address) { (w.say("try-again")) } " "
                    }
                    @if frame.address.starts_with("/desk/") {
                        a.button-quiet href="/desk/deals" { (w.say("desk-deals")) } " "
                        a.button-quiet href="/desk/orders" { (w.say("desk-orders")) }
                    } @else {
                        a.button-quiet href="/" { (w.say("to-open-deals")) } " "
                        a.button-quiet href="/cart" { (w.say("to-cart")) }
                    }
                }
            }
        };
        frame.page(&title, &body)
    }

    fn name(self) -> &'static str {
        match self {
            Trouble::Missing => "missing",
            Trouble::Forbidden => "forbidden",
            Trouble::Malformed => "malformed",
            Trouble::TooMany(_) => "too-many",
            Trouble::Unavailable(_) => "unavailable",
            Trouble::Refused(_) => "refused",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::language::Language;
    use crate::pages::words::Words;
    use jiff::tz::TimeZone;

    #[test]
    fn every_trouble_says_what_it_is_and_what_to_do() {
        let words = Words::of(Language::Ko, TimeZone::UTC);
        let refused = Trouble::Refused(Refusal::DealOver);
        assert!(words.knows(&format!("trouble-{}", refused.name())));
        for trouble in [
            Trouble::Missing,
            Trouble::Forbidden,
            Trouble::Malformed,
            Trouble::TooMany(1),
            Trouble::Unavailable(1),
        ] {
            assert!(
                words.knows(&format!("trouble-{}", trouble.name())),
                "{trouble:?}"
            );
            assert!(
                words.knows(&format!("trouble-{}-note", trouble.name())),
                "{trouble:?}"
            );
        }
    }
}

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

/// Where somebody ran into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// In the shop.
    Shop,
    /// At the desk, as this member of the staff, or as nobody who is known.
    Desk(Option<&'a str>),
}

impl Trouble {
    /// The page.
    pub fn render(self, frame: &Frame, place: Place) -> Markup {
        let w = &frame.words;
        let title = w.say(&format!("trouble-{}", self.name()));
        let body = html! {
            section.trouble {
                h1 { (title) }
                p.lead { (self.note(frame, place)) }
                p {
                    @if self.passes() { a.button href=(frame.address) { (w.say("try-again")) } " " }
                    (ways_on(frame, place))
                }
            }
        };
        match place {
            Place::Shop => frame.page(&title, &body),
            Place::Desk(staff) => frame.desk_page(&title, staff, &body),
        }
    }

    /// True when the same request may succeed a little later.
    pub fn passes(self) -> bool {
        matches!(self, Trouble::TooMany(_) | Trouble::Unavailable(_))
    }

    fn note(self, frame: &Frame, place: Place) -> String {
        let w = &frame.words;
        let key = format!("trouble-{}-note", self.name());
        match self {
            Trouble::Missing if place != Place::Shop => w.say("trouble-missing-note-desk"),
            Trouble::Refused(refusal) => w.refusal(refusal),
            Trouble::TooMany(seconds) | Trouble::Unavailable(seconds) => {
                w.say_with(&key, [("span", w.span(seconds * 1_000).into())])
            }
            _ => w.say(&key),
        }
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

/// Pages that are there. Whoever is not known at the desk is asked to sign in on the way.
fn ways_on(frame: &Frame, place: Place) -> Markup {
    let w = &frame.words;
    let ways: &[(&str, &str)] = match place {
        Place::Shop => &[("/", "to-open-deals"), ("/cart", "to-cart")],
        Place::Desk(Some(_)) => &[
            ("/desk/deals", "desk-deals"),
            ("/desk/orders", "desk-orders"),
        ],
        Place::Desk(None) => &[("/desk/deals", "desk")],
    };
    html! { @for (address, key) in ways { a.button-quiet href=(address) { (w.say(key)) } " " } }
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

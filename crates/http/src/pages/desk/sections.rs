//! The sections of the desk: what stands in its side bar, on a phone in the bar below.

use crate::pages::icon::icon;
use crate::pages::visit::is_desk;
use crate::pages::words::Words;
use crate::rights::{self, Needs};
use axum::http::Method;
use maud::{Markup, html};
use records::Role;

/// A place at the desk that has pages of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its first page.
    pub address: &'static str,
    /// The message that names it.
    pub key: &'static str,
    icon: &'static str,
    /// Has a place of its own in the narrow bar.
    first: bool,
    /// Where those of its pages stand that are about nothing that has an id.
    whole: Option<&'static str>,
}

const fn section(address: &'static str, key: &'static str, icon: &'static str) -> Section {
    Section {
        address,
        key,
        icon,
        first: false,
        whole: None,
    }
}

const fn with(mut section: Section, whole: &'static str) -> Section {
    section.whole = Some(whole);
    section
}

const fn first(mut section: Section) -> Section {
    section.first = true;
    section
}

/// All, in their order.
const SECTIONS: [Section; 8] = [
    first(section("/desk", "today", "home")),
    first(with(
        section("/desk/deals", "desk-deals", "tag"),
        "/desk/schedule",
    )),
    first(section("/desk/orders", "desk-orders", "box")),
    section("/desk/timeline", "at-desk-timeline", "calendar"),
    with(
        section("/desk/products", "at-desk-products", "image"),
        "/desk/catalogue",
    ),
    section("/desk/people", "people", "people"),
    section("/desk/audit", "desk-audit", "list"),
    section("/board", "board", "chart"),
];

impl Section {
    /// Those that this role may enter, by the table of rights.
    pub fn open_to(role: Role) -> impl Iterator<Item = Section> {
        SECTIONS
            .into_iter()
            .filter(move |section| section.lets_in(role))
    }

    fn lets_in(self, role: Role) -> bool {
        match rights::needed(&Method::GET, self.address) {
            Some(Needs::Role(least)) => role >= least,
            Some(Needs::Nothing) => true,
            // What is not the staff's own, like the board, is open to everybody.
            None => !is_desk(self.address),
        }
    }

    /// The page at `address` is one of its own.
    fn holds(self, address: &str) -> bool {
        let path = address.split('?').next().unwrap_or_default();
        let below = |stem| {
            path.strip_prefix(stem)
                .is_some_and(|it| it.starts_with('/'))
        };
        path == self.address
            || (self.address != "/desk" && below(self.address))
            || self.whole.is_some_and(below)
    }

    fn link(self, w: &Words, here: &str) -> Markup {
        html! {
            a.desk-section href=(self.address) aria-current=[self.holds(here).then_some("page")] {
                (icon(self.icon)) span { (w.say(self.key)) }
            }
        }
    }
}

/// The bar with the sections, as it looks from the page at `here`. On a phone those that have no
/// place of their own stand behind its last button, which opens without script too.
pub fn bar(w: &Words, role: Role, here: &str) -> Markup {
    html! {
        nav.desk-nav aria-label=(w.say("nav-desk")) {
            ul.desk-sections {
                @for section in Section::open_to(role) {
                    li data-later[!section.first] { (section.link(w, here)) }
                }
                li.desk-more {
                    details {
                        summary.desk-section { (icon("menu")) span { (w.say("desk-more")) } }
                        ul.desk-more-list {
                            @for section in Section::open_to(role).filter(|section| !section.first) {
                                li { (section.link(w, here)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_holds_the_pages_below_its_own() {
        let deals = Section::open_to(Role::Viewer)
            .find(|section| section.key == "desk-deals")
            .expect("deals are for everybody");
        assert!(deals.holds("/desk/deals?state=over") && deals.holds("/desk/deals/NIGHT/end"));
        assert!(deals.holds("/desk/schedule/make?like=NIGHT"));
        assert!(!deals.holds("/desk/dealers") && !deals.holds("/desk"));
    }

    #[test]
    fn nobody_is_shown_a_door_that_is_closed_to_them() {
        let keys = |role| {
            Section::open_to(role)
                .map(|section| section.key)
                .collect::<Vec<_>>()
        };
        let viewer = [
            "today",
            "desk-deals",
            "desk-orders",
            "at-desk-timeline",
            "at-desk-products",
            "desk-audit",
            "board",
        ];
        assert_eq!(keys(Role::Viewer), viewer);
        assert!(keys(Role::Owner).contains(&"people"));
    }
}

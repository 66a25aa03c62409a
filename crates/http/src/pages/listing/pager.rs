//! The pager of a list: first, near and last pages. All its links carry the moment of the list.

use super::Listing;
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use maud::{Markup, html};

/// How many pages beside this one are near.
const NEAR: usize = 2;

/// The pager; nothing where there is one page.
pub fn pager(listing: &Listing, frame: &Frame) -> Markup {
    let w = &frame.words;
    let (page, pages) = (listing.page, listing.pages);
    html! {
        @if pages > 1 {
            nav.pager aria-label=(w.say("pages")) {
                @if page > 0 {
                    a.pager-step rel="prev" href=(listing.page_address(page - 1)) { (icon("left")) span { (w.say("page-before")) } }
                }
                ol {
                    @for near in near(page, pages) {
                        li {
                            @match near {
                                None => span.pager-gap aria-hidden="true" { "…" },
                                Some(near) => a href=(listing.page_address(near)) aria-current=[(near == page).then_some("page")] {
                                    span aria-hidden="true" { (near + 1) }
                                    span.sr-only { (w.say_with("page-number", [("page", (near + 1).into())])) }
                                },
                            }
                        }
                    }
                }
                @if page + 1 < pages {
                    a.pager-step rel="next" href=(listing.page_address(page + 1)) { span { (w.say("page-next")) } (icon("right")) }
                }
            }
        }
    }
}

/// The pages that are offered, from 0; none for a gap. A gap of one page is that page.
fn near(page: usize, pages: usize) -> Vec<Option<usize>> {
    let is_near =
        |other: &usize| *other == 0 || *other + 1 == pages || other.abs_diff(page) <= NEAR;
    let mut offered: Vec<Option<usize>> = Vec::new();
    let mut next = 0;
    for near in (0..pages).filter(is_near) {
        match near - next {
            0 => {}
            1 => offered.push(Some(next)),
            _ => offered.push(None),
        }
        offered.push(Some(near));
        next = near + 1;
    }
    offered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_last_and_near_pages_are_offered() {
        let told = |page, pages| -> Vec<String> {
            let offered = near(page, pages).into_iter();
            offered
                .map(|near| near.map_or("…".to_owned(), |near| (near + 1).to_string()))
                .collect()
        };
        assert_eq!(told(0, 180).join(" "), "1 2 3 … 180");
        assert_eq!(told(9, 180).join(" "), "1 … 8 9 10 11 12 … 180");
        assert_eq!(told(4, 180).join(" "), "1 2 3 4 5 6 7 … 180");
        assert_eq!(told(1, 3).join(" "), "1 2 3");
    }
}

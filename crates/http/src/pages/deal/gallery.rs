//! The pictures of a deal: side by side to be leafed through, with thumbs, each leading to the large
//! one. A script opens that in a dialog.

use super::DealPage;
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use crate::pages::tile::blank;
use maud::{Markup, html};

/// Pictures of a gallery.
const PICTURES_MAX: usize = 10;
/// How wide a picture stands on the page (HTML's `sizes`).
const SIZES: &str = "(min-width: 76rem) 38rem, (min-width: 56rem) 52vw, 100vw";

/// The gallery.
pub fn gallery(page: &DealPage, frame: &Frame) -> Markup {
    let w = &frame.words;
    let pictures = &page.pictures[..page.pictures.len().min(PICTURES_MAX)];
    let count = pictures.len();
    let told = |place: usize| {
        w.say_with(
            "picture-of",
            [
                ("name", page.name.as_str().into()),
                ("place", (place + 1).into()),
                ("count", count.into()),
            ],
        )
    };
    html! {
        div.gallery data-gallery data-close=(w.say("zoom-close")) data-before=(w.say("picture-before")) data-next=(w.say("picture-next")) {
            @if count == 0 { div.gallery-blank { (blank(&page.name)) } }
            @else {
                ul.gallery-strip tabindex=[(count > 1).then_some("0")] aria-label=(w.say("deal-pictures")) {
                    @for (place, picture) in pictures.iter().enumerate() {
                        li id=(format!("picture-{}", place + 1)) {
                            a.gallery-large href=(picture.address(picture.widest())) data-place=(place) {
                                (picture.render(&told(place), SIZES, place == 0))
                                span.gallery-zoom { (icon("zoom")) span.sr-only { (w.say("zoom")) } }
                            }
                        }
                    }
                }
                @if count > 1 {
                    ul.gallery-thumbs aria-label=(w.say("picture-choose")) {
                        @for (place, picture) in pictures.iter().enumerate() {
                            li {
                                a.thumb href=(format!("#picture-{}", place + 1)) data-place=(place) aria-label=(told(place)) aria-current=[(place == 0).then_some("true")] {
                                    (picture.render("", "4.5rem", false))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

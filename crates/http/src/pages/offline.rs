//! What shows where there is no line; a worker of the browser keeps it.

use super::assets::{self, Wing};
use super::frame::Frame;
use super::icon::icon;
use maud::{Markup, html};

/// Where the page is.
pub const ADDRESS: &str = "/offline";

/// The page. It has no way to anywhere, for there is none.
pub fn offline(frame: &Frame) -> Markup {
    let w = &frame.words;
    let body = html! {
        header.masthead.masthead-shop { div.masthead-row { span.brand { (frame.festival) } } }
        main #main tabindex="-1" {
            section.trouble.offline {
                (icon("globe"))
                h1 { (w.say("offline-title")) }
                p.lead { (w.say("offline-note")) }
                p { a.button href="" { (w.say("try-again")) } }
            }
        }
    };
    let title = format!("{} · {}", w.say("offline-title"), frame.festival);
    frame.document(&title, Wing::Shop, &body)
}

/// The worker, with what it keeps.
pub fn worker() -> String {
    let drawn_with = [Wing::Shop.sheet(), assets::address("icons.svg")];
    let (edition, source) = assets::worker();
    format!(
        "const EDITION = {edition:?};\nconst OFFLINE = {ADDRESS:?};\nconst DRAWN_WITH = {drawn_with:?};\n\n{source}"
    )
}

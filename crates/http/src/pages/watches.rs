//! The deals that a shopper watches.

use super::frame::Frame;
use super::tile::Tile;
use maud::{Markup, html};

/// The page.
pub fn watches(frame: &Frame, tiles: &[Tile]) -> Markup {
    let w = &frame.words;
    let body = html! {
        h1 { (w.say("watches")) }
        @if tiles.is_empty() {
            p.empty { (w.say("watches-none")) " " a href="/" { (w.say("to-open-deals")) } }
        } @else {
            p.lead { (w.say("watches-note")) }
            ul.tiles { @for tile in tiles { (tile.render(frame, false)) } }
        }
    };
    frame.page(&w.say("watches"), &body)
}

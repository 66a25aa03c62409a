//! What a shopper was told, and the deals that they watch.

use super::empty::nothing;
use super::figures::machine_moment;
use super::frame::Frame;
use super::tile::Tile;
use crate::notices::Wording;
use maud::{Markup, html};
use vocabulary::Millis;

/// Something the shopper was told.
#[derive(Clone, Debug)]
pub struct Told {
    /// In words.
    pub said: Wording,
    /// When it happened.
    pub at: Millis,
    /// It had not been seen.
    pub fresh: bool,
}

/// The page.
pub fn watches(frame: &Frame, told: &[Told], tiles: &[Tile], push_key: Option<&str>) -> Markup {
    let w = &frame.words;
    let body = html! {
        h1 { (w.say("notices")) }
        @if told.is_empty() {
            p.empty { (w.say("notices-none")) }
        } @else {
            ul.told { @for notice in told { (notice.render(frame)) } }
        }
        section.shelf aria-labelledby="watched" {
            h2 #watched { (w.say("watches")) }
            @if tiles.is_empty() {
                (nothing(frame, "bell", "watches-none"))
            } @else {
                p.lead { (w.say("watches-note")) }
                ul.tiles { @for tile in tiles { (tile.render(frame, false)) } }
            }
        }
        // Last: nothing that is read already makes way when a script shows it.
        (push_offer(frame, push_key))
    };
    frame.page(&w.say("notices"), &body)
}

impl Told {
    fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            li.told-item data-new[self.fresh] {
                div.told-text {
                    p.told-title {
                        (self.said.title)
                        @if self.fresh { " " span.tag { (w.say("notices-new")) } }
                    }
                    p { (self.said.body) }
                    time datetime=(machine_moment(self.at)) { (w.moment(self.at)) }
                }
                a.button-quiet href=(self.said.path) { (self.said.link) }
            }
        }
    }
}

/// Shown by the script, where this browser can be pushed to.
fn push_offer(frame: &Frame, push_key: Option<&str>) -> Markup {
    let w = &frame.words;
    html! {
        @if let Some(key) = push_key {
            div.push-offer hidden data-push-key=(key) data-offer=(w.say("push-offer")) data-note=(w.say("push-offer-note"))
                data-on=(w.say("push-on")) data-off=(w.say("push-off")) data-refused=(w.say("push-refused")) {
                p data-push-words {}
                button.button-quiet type="button" {}
            }
        }
    }
}

//! The board: the festival's totals on a big dark page, equal to the books, made for a wall and kept alive by a stream.
//!
//! What it shows is made in `crate::board`. Every number stands in an element of its own that `web/scripts/board` finds by
//! its `data-` name, so that the words around it are said here alone.

mod curve;
mod headline;
mod lists;
mod map;
mod rates;
mod replay;
mod wording;

pub(super) use headline::next_bell;

use super::assets::Wing;
use super::frame::Frame;
use super::icon::icon;
use crate::board::{BoardCurve, Dial, Figures, Standings};
use maud::{Markup, html};
use money::Currency;
use std::sync::Arc;
use wording::Pattern;

/// What stands on the board.
pub struct Board {
    /// The festival's own currency.
    pub own: Currency,
    /// What moves with every order.
    pub figures: Arc<Figures>,
    /// What is joined with the catalogue.
    pub standings: Arc<Standings>,
    /// The first minutes.
    pub curve: BoardCurve,
    /// On a wall: without what leads elsewhere.
    pub is_wall: bool,
    /// It shows a past festival.
    pub replay: Option<Arc<Dial>>,
}

impl Board {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let pattern = Pattern::of(w, self.own);
        let body = html! {
            main #main.wall tabindex="-1" data-board data-wall[self.is_wall] data-speed=[self.speed()] data-levers[self.levers().is_some()]
                data-currency=(self.own.code()) data-before=(pattern.before) data-after=(pattern.after)
                data-digits=(self.own.digits()) data-scales=(wording::scales(w.language))
                data-zone=(w.zone.iana_name().unwrap_or("UTC")) data-seconds=(w.say_with("board-seconds", [("seconds", "{seconds}".into())]))
                data-unknown=(w.say("board-place-unknown")) {
                (self.head(frame))
                @if let Some(dial) = self.levers() { (replay::levers(frame, dial)) }
                div.wall-top {
                    (headline::gmv(frame, self.own, &self.figures))
                    (headline::bells(frame, self.own, &self.figures, &self.standings))
                }
                div.wall-middle {
                    div.wall-column {
                        (rates::rates(frame, &self.figures, &self.standings))
                        (curve::curve(frame, self.own, &self.curve))
                    }
                    (map::places(frame, self.own, &self.standings))
                    (lists::tops(frame, self.own, &self.standings))
                }
                div.wall-bottom {
                    (lists::pipeline(frame, &self.figures))
                    (lists::ticker(frame, &self.standings))
                }
            }
            @if !self.is_wall && self.replay.is_none() { (frame.board_foot()) }
        };
        let title = format!("{} · {}", w.say("board"), frame.festival);
        frame.document(&title, Wing::Board, &body)
    }

    /// What moves a replay; a wall has nothing to press.
    fn levers(&self) -> Option<&Dial> {
        self.replay.as_deref().filter(|_| !self.is_wall)
    }

    /// How fast the clock of a replay runs; 0 where it stands.
    fn speed(&self) -> Option<u32> {
        let (speed, is_standing) = self.replay.as_ref()?.speed();
        Some(if is_standing { 0 } else { speed })
    }

    fn head(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let now = wording::time(w, frame.now);
        html! {
            header.wall-head {
                h1 { (frame.festival) span.wall-place { (w.say(if self.replay.is_some() { "board-replay" } else { "board" })) } }
                p.wall-live data-live data-live-now=(w.say(if self.replay.is_some() { "board-replay" } else { "board-live" })) data-live-lost=(w.say_with("board-lost", [("moment", "{moment}".into())])) {
                    span.wall-lamp aria-hidden="true" {}
                    span data-live-words { (w.say_with("board-as-of", [("moment", now.as_str().into())])) }
                    noscript { " " a href="/board" { (w.say("board-again")) } }
                }
                p.wall-clock {
                    span.sr-only { (w.say_with("shop-time", [("zone", frame.zone().into())])) }
                    time data-wall-clock data-shape=(wording::shape(&now)) { (wording::over(&now)) }
                    span.wall-zone aria-hidden="true" { (frame.zone()) }
                }
                button.wall-full type="button" data-full hidden title=(w.say("board-full-key")) {
                    (icon("zoom")) span { (w.say("board-full")) }
                }
            }
        }
    }
}

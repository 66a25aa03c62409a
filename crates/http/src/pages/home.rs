//! The home page: what opens next with its countdown, what is open, what goes fast, what comes.

use super::countdown::{moment, turning_countdown};
use super::frame::Frame;
use super::icon::icon;
use super::picture::Picture;
use super::tile::{Tile, blank, escaped};
use super::waiting::{waiting_address, way_in};
use maud::{Markup, html};
use vocabulary::Millis;

/// How many tiles are in sight at once on a wide screen: their pictures are not waited for.
const EAGER: usize = 4;

/// The next bell.
#[derive(Clone, Copy, Debug)]
pub struct Bell {
    /// When it rings.
    pub at: Millis,
    /// How many deals open with it.
    pub deals: usize,
    /// From when on one may wait for it in the waiting room, where there is one.
    pub waiting_room: Option<Millis>,
}

/// A category of the first level.
#[derive(Clone, Debug)]
pub struct Aisle {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// A picture out of it.
    pub picture: Option<Picture>,
}

/// What stands on the home page.
#[derive(Clone, Debug)]
pub struct Home {
    /// The next bell, if one is to come.
    pub bell: Option<Bell>,
    /// Nothing was ever planned.
    pub is_empty: bool,
    /// The categories in which something is or will be open.
    pub aisles: Vec<Aisle>,
    /// Deals that are open, newest first.
    pub open: Vec<Tile>,
    /// How many are open.
    pub open_count: usize,
    /// Those of which most is claimed and something is left.
    pub hot: Vec<Tile>,
    /// Those that end first.
    pub ending: Vec<Tile>,
    /// The deals that come next.
    pub coming: Vec<Tile>,
    /// How many are to come.
    pub coming_count: usize,
}

impl Home {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let body = html! {
            (self.hero(frame))
            (self.aisles(frame))
            @if self.is_empty { (self.before_any(frame)) }
            @else {
                section.shelf aria-labelledby="open-now" {
                    (head(frame, "open-now", self.open_count, "/deals"))
                    @if self.open.is_empty() {
                        p.empty { (w.say(if self.bell.is_some() { "open-none" } else { "all-over" })) }
                        @if self.bell.is_none() { p.shelf-more { a.button-quiet href="/deals?time=over" { (w.say("see-over")) } } }
                    } @else {
                        ul.tiles { @for (place, tile) in self.open.iter().enumerate() { (tile.render(frame, place < EAGER)) } }
                    }
                }
                (self.row(frame, "home-hot", &self.hot, "/deals"))
                (self.row(frame, "home-ending", &self.ending, "/deals?sort=ending"))
                @if !self.coming.is_empty() {
                    section.shelf aria-labelledby="coming" {
                        (head(frame, "coming", self.coming_count, "/deals?time=next"))
                        ul.tiles { @for tile in &self.coming { (tile.render(frame, false)) } }
                    }
                }
                p.shelf-more { a.button-quiet.button-more href="/deals" { (w.say("all-deals")) (icon("right")) } }
            }
        };
        frame.page(&w.say("home-title"), &body)
    }

    fn hero(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            section.hero {
                h1.hero-title { (frame.festival) }
                @match self.bell {
                    Some(bell) => {
                        p.hero-line { (w.say_with("bell-deals", [("count", bell.deals.into())])) }
                        p.hero-clock { (turning_countdown(w, frame.now, bell.at)) }
                        p.hero-note { (moment(w, bell.at)) " · " (w.say("bell-note")) }
                        @if let Some(opens_at) = bell.waiting_room { (self.to_waiting_room(frame, opens_at, bell.at)) }
                    }
                    None => p.hero-line {
                        (w.say(match (self.is_empty, self.open_count) {
                            (true, _) => "bell-never",
                            (false, 0) => "bell-over",
                            (false, _) => "bell-none",
                        }))
                    },
                }
            }
        }
    }

    /// Into the waiting room of the deal that opens next; where several do, to where each of them stands.
    fn to_waiting_room(&self, frame: &Frame, opens_at: Millis, bell: Millis) -> Markup {
        let mut next = self.coming.iter().filter(|tile| tile.starts_at == bell);
        let address = match (next.next(), next.next()) {
            (Some(only), None) => waiting_address(&only.deal),
            _ => "#coming".to_owned(),
        };
        way_in(frame, &address, opens_at, bell)
    }

    fn aisles(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            @if self.aisles.len() > 1 {
                nav.aisles aria-label=(w.say("categories")) {
                    ul {
                        @for aisle in &self.aisles {
                            li {
                                a.aisle href=(format!("/deals?time=any&category={}", escaped(&aisle.id))) {
                                    span.aisle-picture {
                                        @match &aisle.picture {
                                            Some(picture) => (picture.render("", "5rem", true)),
                                            None => (blank(&aisle.name)),
                                        }
                                    }
                                    span.aisle-name { (aisle.name) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn row(&self, frame: &Frame, name: &str, tiles: &[Tile], all: &str) -> Markup {
        html! {
            @if !tiles.is_empty() {
                section.shelf aria-labelledby=(name) {
                    (head(frame, name, 0, all))
                    ul.tiles.tiles-row { @for tile in tiles { (tile.render(frame, false)) } }
                }
            }
        }
    }

    fn before_any(&self, frame: &Frame) -> Markup {
        html! { p.empty { (frame.words.say("coming-none")) } }
    }
}

/// The heading of a shelf, with its count and the way to all of it.
fn head(frame: &Frame, name: &str, count: usize, all: &str) -> Markup {
    let w = &frame.words;
    html! {
        div.shelf-head {
            h2 #(name) {
                (w.say(name))
                @if count > 0 { " " span.count { (w.say_with("deals-count", [("count", count.into())])) } }
            }
            a.shelf-all href=(all) { (w.say("see-all")) span.sr-only { " · " (w.say(name)) } (icon("right")) }
        }
    }
}

//! Where parcels go: Korea by province, the world by country. How much is said three times: by hatching, by rank and by
//! number, so that no colour is needed.

use super::wording::percent;
use crate::board::{KOREA, Outline, Outlines, PlaceSum, Standings, WORLD};
use crate::pages::frame::Frame;
use maud::{Markup, PreEscaped, html};
use money::Currency;

/// Places in the list of provinces, and of countries.
const PROVINCES_LISTED: usize = 7;
const COUNTRIES_LISTED: usize = 4;
/// Places that have their rank on the map of Korea; on the world's they would lie upon each other.
const RANKED: usize = 5;

/// Both maps with their lists.
pub(super) fn places(frame: &Frame, own: Currency, standings: &Standings) -> Markup {
    let w = &frame.words;
    let whole: i128 = standings.countries.iter().map(|it| it.sum.amount).sum();
    html! {
        section.places aria-labelledby="places" {
            h2 #places.wall-label { (w.say("board-places")) }
            (patterns())
            (map(frame, "korea", &KOREA, &standings.provinces, &w.say("board-korea")))
            div.places-lists {
                (list(frame, own, "provinces", &standings.provinces, &KOREA, (PROVINCES_LISTED, whole)))
                (map(frame, "world", &WORLD, &standings.countries, &w.say("board-world")))
                (list(frame, own, "countries", &standings.countries, &WORLD, (COUNTRIES_LISTED, whole)))
            }
        }
    }
}

/// The hatchings: the more, the more of it is filled.
fn patterns() -> Markup {
    html! {
        svg.patterns aria-hidden="true" width="0" height="0" {
            defs {
                @for level in 1..=5_u8 {
                    pattern id=(format!("hatch-{level}")) width="20" height="20" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                        rect.hatch-ground width="20" height="20" {}
                        rect.hatch-line width=(level * 4) height="20" {}
                    }
                }
            }
        }
    }
}

fn map(frame: &Frame, name: &str, outlines: &Outlines, sums: &[PlaceSum], title: &str) -> Markup {
    let (width, height) = outlines.size;
    let most = most(sums);
    let amount = |code: &str| {
        sums.iter()
            .find(|it| it.place == code)
            .map_or(0, |it| it.sum.amount)
    };
    let id = format!("map-{name}");
    html! {
        div.map-room {
            svg.map data-map=(name) viewBox=(format!("0 0 {width} {height}")) role="img" aria-labelledby=(id) {
                title #(id) { (title) }
                @for place in outlines.places.iter().filter(|place| !place.path.is_empty()) {
                    (outline(frame, place, level(amount(place.code), most)))
                }
                @if name == "korea" { g data-ranks {
                    @for (rank, place) in (1..).zip(sums.iter().filter(|it| !it.place.is_empty()).take(RANKED)) {
                        @if let Some(place) = outlines.place(&place.place).filter(|place| !place.path.is_empty()) { (label(place, rank)) }
                    }
                } }
            }
        }
    }
}

/// The outline; its middle is told for the script, which moves the ranks.
fn outline(frame: &Frame, place: &Outline, level: u8) -> Markup {
    let fill = (level > 0).then(|| format!("url(#hatch-{level})"));
    html! {
        path data-place=(place.code) data-name=(place.name(frame.words.language)) data-x=(place.middle.0) data-y=(place.middle.1)
            fill=[fill] d=(PreEscaped(place.path)) {}
    }
}

fn label(place: &Outline, rank: usize) -> Markup {
    html! { text x=(place.middle.0) y=(place.middle.1) { (rank) } }
}

fn most(sums: &[PlaceSum]) -> i128 {
    let known = sums.iter().filter(|it| !it.place.is_empty());
    known.map(|it| it.sum.amount).max().unwrap_or(0)
}

/// How much of a place is filled, of five steps.
fn level(amount: i128, most: i128) -> u8 {
    match percent(amount, most) {
        _ if amount <= 0 => 0,
        0..10 => 1,
        10..25 => 2,
        25..50 => 3,
        50..75 => 4,
        _ => 5,
    }
}

fn list(
    frame: &Frame,
    own: Currency,
    name: &str,
    sums: &[PlaceSum],
    outlines: &Outlines,
    (listed, whole): (usize, i128),
) -> Markup {
    let w = &frame.words;
    html! {
        ol.places-list data-places=(name) data-listed=(listed) {
            @for place in sums.iter().take(listed) {
                li {
                    span.place-name {
                        @if place.place.is_empty() { (w.say("board-place-unknown")) }
                        @else { (outlines.name(&place.place, w.language)) }
                    }
                    span.place-share { (percent(place.sum.amount, whole)) "%" }
                    b.place-sum { (w.sum(place.sum.amount, own)) }
                }
            }
            @if sums.is_empty() { li.places-none { (w.say("board-places-none")) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_brought_most_is_filled_and_nobody_who_brought_something_is_empty() {
        let levels = [0, 1, 10, 30, 60, 100].map(|amount| level(amount, 100));
        assert_eq!(levels, [0, 1, 2, 3, 4, 5]);
        assert_eq!(level(1, 1_000_000), 1);
    }
}

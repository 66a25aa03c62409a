//! The first minutes as a curve, beside those of an earlier festival. `web/scripts/board/curve.js` draws it on.

use super::wording::{percent, round_sum};
use crate::board::{BoardCurve, EarlierLine, Line};
use crate::pages::frame::Frame;
use maud::{Markup, html};
use money::Currency;
use std::fmt::Write;

/// The plane on which is drawn.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 200.0;

/// The curve with what it says in words.
pub(super) fn curve(frame: &Frame, own: Currency, curve: &BoardCurve) -> Markup {
    let w = &frame.words;
    let earlier = curve.earlier.as_ref();
    let top = top(curve);
    let now = curve.line.seconds.last().copied().unwrap_or(0);
    let draw = |line: &Line| points(line, curve.horizon, top);
    html! {
        section.curve aria-labelledby="curve" data-curve
            data-ahead=(w.say_with("board-ahead", [("percent", "{percent}".into())]))
            data-behind=(w.say_with("board-behind", [("percent", "{percent}".into())])) {
            h2 #curve.wall-label { (w.say("board-curve")) }
            p.curve-says data-curve-says {
                @if let Some(earlier) = earlier { (compared(frame, &curve.line, &earlier.line, now)) }
            }
            div.curve-plane {
                span.curve-top aria-hidden="true" data-curve-top { @if top > 0 { (round_sum(w, top, own)) } }
                svg viewBox="0 0 600 200" preserveAspectRatio="none" role="img" aria-labelledby="curve" {
                    rect.curve-room width="600" height="200" {}
                    path.curve-grid d="M0 50H600M0 100H600M0 150H600M0 199H600" {}
                    @if let Some(earlier) = earlier { polyline.curve-earlier data-curve-earlier points=(draw(&earlier.line)) {} }
                    polyline.curve-now data-curve-now points=(draw(&curve.line)) {}
                }
            }
            p.curve-legend {
                span { (w.say("board-this")) }
                @if let Some(earlier) = earlier { span.curve-key-earlier { (named(frame, earlier)) } }
                span.curve-horizon { "0 – " span data-curve-horizon { (w.clock(u64::from(curve.horizon) * 1_000)) } }
            }
        }
    }
}

/// What an earlier festival is called; one of this shop's own, which has no name, is told by its day.
fn named(frame: &Frame, earlier: &EarlierLine) -> String {
    if !earlier.festival.is_empty() {
        return earlier.festival.clone();
    }
    let w = &frame.words;
    w.say_with("board-earlier", [("day", w.day(earlier.bell.0).into())])
}

/// How far this festival is ahead of the other at the same time after the bell.
fn compared(frame: &Frame, line: &Line, earlier: &Line, now: u32) -> String {
    let w = &frame.words;
    let paid = line.amounts.last().copied().unwrap_or(0);
    let place = earlier.seconds.partition_point(|second| *second <= now);
    let then = place
        .checked_sub(1)
        .map_or(0, |place| earlier.amounts[place]);
    if then == 0 {
        return String::new();
    }
    let ahead = percent(paid - then, then);
    let key = if ahead >= 0 {
        "board-ahead"
    } else {
        "board-behind"
    };
    w.say_with(
        key,
        [("percent", i64::try_from(ahead.abs()).unwrap_or(0).into())],
    )
}

/// The least round sum that both curves stay under: 1, 2 or 5 of a power of ten.
fn top(curve: &BoardCurve) -> i128 {
    let last = |line: &Line| line.amounts.last().copied().unwrap_or(0);
    let most = last(&curve.line).max(curve.earlier.as_ref().map_or(0, |it| last(&it.line)));
    let mut power = 1;
    while power > 0 && most > power * 10 {
        power *= 10;
    }
    let round = [1, 2, 5, 10].map(|digit| power * digit);
    round
        .into_iter()
        .find(|round| *round >= most)
        .filter(|_| most > 0)
        .unwrap_or(0)
}

/// A line as the points of a polyline, from the bell on.
fn points(line: &Line, horizon: u32, top: i128) -> String {
    let mut points = format!("0 {HEIGHT}");
    for (second, amount) in line.seconds.iter().zip(&line.amounts) {
        let x = f64::from(*second).min(f64::from(horizon)) * WIDTH / f64::from(horizon.max(1));
        let y = HEIGHT - *amount as f64 * HEIGHT / top.max(1) as f64;
        write!(points, " {x:.1} {y:.1}").expect("a text takes all");
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve_of(amounts: &[i128]) -> BoardCurve {
        BoardCurve {
            currency: "KRW",
            bell: None,
            horizon: 60,
            line: Line {
                seconds: (1..).take(amounts.len()).collect(),
                amounts: amounts.to_vec(),
            },
            earlier: None,
        }
    }

    #[test]
    fn a_curve_stays_on_its_plane() {
        assert_eq!(
            [0, 1, 7, 10, 11, 4_999, 5_001].map(|most| top(&curve_of(&[most]))),
            [0, 1, 10, 10, 20, 5_000, 10_000]
        );
        let curve = curve_of(&[50, 100]);
        assert_eq!(
            points(&curve.line, curve.horizon, top(&curve)),
            "0 200 10.0 100.0 20.0 0.0"
        );
    }
}

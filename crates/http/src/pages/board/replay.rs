//! The sign and the levers of a replay: it is never taken for what happens now.

use super::wording::time;
use crate::board::Dial;
use crate::pages::frame::Frame;
use crate::shop::Clock;
use maud::{Markup, html};
use vocabulary::Millis;

/// Speeds that are offered.
const SPEEDS: [u32; 6] = [1, 10, 60, 300, 1_000, 10_000];
/// Of so many parts of the festival the beginnings are offered to go to.
const PARTS: u64 = 10;

/// What stands above the board.
pub(super) fn levers(frame: &Frame, dial: &Dial) -> Markup {
    let w = &frame.words;
    let (speed, is_standing) = dial.speed();
    let (first, last) = dial.span();
    let part = last.since(first) / PARTS;
    let now = dial.now();
    html! {
        section.replay aria-labelledby="replay" {
            h2 #replay.replay-sign { (w.say("board-replay")) }
            p { (w.exact_moment(first)) " – " (w.exact_moment(last)) }
            form method="post" action="/board/replay" {
                button.button-quiet name="do" value=(if is_standing { "go" } else { "stand" }) {
                    (w.say(if is_standing { "board-replay-go" } else { "board-replay-stand" }))
                }
            }
            form method="post" action="/board/replay" {
                label { span { (w.say("board-replay-speed")) } " "
                    select name="speed" data-submits {
                        @for offered in SPEEDS { option value=(offered) selected[offered == speed] { "×" (w.count(offered.into())) } }
                        @if !SPEEDS.contains(&speed) { option value=(speed) selected { "×" (w.count(speed.into())) } }
                    }
                }
                button.button-quiet type="submit" data-scriptless { (w.say("board-replay-set")) }
            }
            form method="post" action="/board/replay" {
                label { span { (w.say("board-replay-to")) } " "
                    select name="to" data-submits {
                        @for place in 0..=PARTS {
                            @let at = Millis(first.0 + place * part);
                            option value=(at) selected[at <= now && now < at.plus(part.max(1))] { (time(w, at)) }
                        }
                    }
                }
                button.button-quiet type="submit" data-scriptless { (w.say("board-replay-set")) }
            }
        }
    }
}

//! Clocks that run: a moment with the time left until it, which a script keeps moving.

use super::figures::machine_moment;
use super::words::Words;
use maud::{Markup, html};
use vocabulary::Millis;

/// The time left until `until`.
pub fn countdown(words: &Words, now: Millis, until: Millis) -> Markup {
    html! {
        time.clock datetime=(machine_moment(until)) data-until=(until) { (words.clock(until.since(now))) }
    }
}

/// Like [`countdown`]; the page is loaded again when the clock has run out.
pub fn turning_countdown(words: &Words, now: Millis, until: Millis) -> Markup {
    html! {
        time.clock datetime=(machine_moment(until)) data-until=(until) data-turn="page" {
            (words.clock(until.since(now)))
        }
    }
}

/// Like [`turning_countdown`] for the hold of `what`, announced when it comes near its end.
pub fn hold_countdown(words: &Words, now: Millis, until: Millis, what: &str) -> Markup {
    html! {
        time.clock datetime=(machine_moment(until)) data-until=(until) data-turn="page" data-announce=(what) {
            (words.clock(until.since(now)))
        }
    }
}

/// Like [`turning_countdown`]; where the page was loaded again already, what is hidden under `says` shows.
pub fn telling_countdown(words: &Words, now: Millis, until: Millis, says: &str) -> Markup {
    html! {
        time.clock datetime=(machine_moment(until)) data-until=(until) data-turn="page" data-says=(says) {
            (words.clock(until.since(now)))
        }
    }
}

/// Like [`hold_countdown`] on a page where something is filled in, which is never loaded again: what
/// is hidden under `says` shows when the clock has run out.
pub fn lapsing_countdown(
    words: &Words,
    now: Millis,
    until: Millis,
    what: &str,
    says: &str,
) -> Markup {
    html! {
        time.clock datetime=(machine_moment(until)) data-until=(until) data-announce=(what) data-says=(says) {
            (words.clock(until.since(now)))
        }
    }
}

/// A moment told in words.
pub fn moment(words: &Words, at: Millis) -> Markup {
    html! { time datetime=(machine_moment(at)) { (words.moment(at)) } }
}

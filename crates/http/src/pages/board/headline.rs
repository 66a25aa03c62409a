//! The sum that everybody looks at, what belongs to it, the next bell and the marks.

use super::wording::{Pattern, filled, over, percent, round_sum, shape, took};
use crate::board::{Figures, Standings, Totals};
use crate::pages::countdown::{countdown, moment};
use crate::pages::frame::Frame;
use maud::{Markup, html};
use money::Currency;

/// Marks that are told.
const MARKS_TOLD: usize = 4;

/// The sum, with its count and what was ordered and paid back; other currencies below.
pub(super) fn gmv(frame: &Frame, own: Currency, figures: &Figures) -> Markup {
    let w = &frame.words;
    let Some((first, others)) = figures.totals.split_first() else {
        return html! {};
    };
    let sum = w.sum(first.paid.amount, own);
    html! {
        section.gmv aria-labelledby="gmv" {
            h2 #gmv.wall-label { (w.say("board-paid")) }
            p.gmv-figure data-gmv data-value=(first.paid.amount) data-length=(sum.chars().count()) { (sum) }
            dl.gmv-more {
                div hidden[first.since_bell == first.paid] data-since-bell {
                    dt { (w.say("board-since-bell")) } (figure("since-bell", &w.sum(first.since_bell.amount, own)))
                }
                (pair(&w.say("board-paid-orders"), "paid-count", &w.count(first.paid.count)))
                (pair(&w.say("board-placed"), "placed", &w.sum(first.placed.amount, own)))
                (pair(&w.say("board-refunded"), "refunded", &w.sum(first.refunded.amount, own)))
                @for totals in others { (other(frame, totals)) }
            }
        }
    }
}

fn pair(label: &str, figure: &str, text: &str) -> Markup {
    html! { div { dt { (label) } (self::figure(figure, text)) } }
}

/// A figure over its shape.
fn figure(name: &str, text: &str) -> Markup {
    html! { dd data-figure=(name) data-shape=(shape(text)) { (over(text)) } }
}

fn other(frame: &Frame, totals: &Totals) -> Markup {
    let w = &frame.words;
    let pattern = Pattern::of(w, totals.currency);
    let paid = w.sum(totals.paid.amount, totals.currency);
    html! {
        div data-other=(totals.currency.code()) data-before=(pattern.before) data-after=(pattern.after) data-digits=(totals.currency.digits()) {
            dt { (w.say_with("board-paid-in", [("currency", totals.currency.code().into())])) }
            dd data-other-paid data-shape=(shape(&paid)) { (over(&paid)) }
        }
    }
}

/// The next bell with its clock, and the round sums that were passed.
pub(super) fn bells(
    frame: &Frame,
    own: Currency,
    figures: &Figures,
    standings: &Standings,
) -> Markup {
    let w = &frame.words;
    let paid = figures
        .totals
        .first()
        .map_or(0, |totals| totals.since_bell.amount);
    let share = percent(paid, standings.next_mark).clamp(0, 100);
    let said = format!("{share}%");
    html! {
        section.bells aria-labelledby="bells" {
            h2 #bells.wall-label { (w.say("board-next-bell")) }
            (next_bell(frame, standings))
            div.marks {
                h3.wall-label { (w.say("board-marks")) }
                ol.marks-passed data-marks data-none=(w.say("board-none-yet")) {
                    @for mark in standings.marks.iter().rev().take(MARKS_TOLD).rev() {
                        li { span.mark-sum { (round_sum(w, mark.amount, own)) } b { (took(w, mark.after_ms)) } }
                    }
                }
                p.marks-next {
                    span { (w.say("board-next-mark")) " " b data-next-mark { (round_sum(w, standings.next_mark, own)) } }
                    span.marks-bar {
                        svg.meter viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" {
                            rect.meter-track width="100" height="4" {}
                            polygon.meter-fill data-next-bar points=(filled(share)) {}
                        }
                    }
                    span.number data-next-share data-shape=(shape(&said)) { (over(&said)) }
                }
            }
        }
    }
}

/// The clock until the next bell, by itself: it is asked for again when another bell is the next one.
pub(in crate::pages) fn next_bell(frame: &Frame, standings: &Standings) -> Markup {
    let w = &frame.words;
    html! {
        p.bells-clock data-next-bell=[standings.next_bell.map(|at| at.0)] {
            @match standings.next_bell {
                Some(at) => {
                    span.bells-left data-shape=(shape(&w.clock(at.0.since(frame.now)))) { (countdown(w, frame.now, at.0)) }
                    span.bells-what { (moment(w, at.0)) " · " (w.say_with("board-opens", [("count", standings.next_deals.into())])) }
                },
                None => span.bells-what { (w.say("bell-none")) },
            }
        }
    }
}

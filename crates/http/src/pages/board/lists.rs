//! What sells best, where the units are, and what became of deals.

use super::wording::{filled, name, percent, time};
use crate::board::{Figures, Ranked, Standings, What};
use crate::pages::frame::Frame;
use crate::pages::tile::deal_address;
use maud::{Markup, html};
use money::Currency;

/// Entries that are rendered of each list; the style sheet shows as many as there is room for.
const LISTED: usize = 5;
/// Happenings that are rendered.
const TOLD: usize = 8;

/// Products, categories and sellers.
pub(super) fn tops(frame: &Frame, own: Currency, standings: &Standings) -> Markup {
    let w = &frame.words;
    html! {
        div.tops {
            (top(frame, own, "products", &w.say("board-products"), &standings.top_products))
            (top(frame, own, "categories", &w.say("board-categories"), &standings.top_categories))
            (top(frame, own, "sellers", &w.say("board-sellers"), &standings.top_sellers))
        }
    }
}

fn top(frame: &Frame, own: Currency, kind: &str, label: &str, ranked: &[Ranked]) -> Markup {
    let w = &frame.words;
    let most = ranked.first().map_or(0, |it| it.amount);
    html! {
        section.top {
            h2.wall-label { (label) }
            ol.top-list data-top=(kind) data-listed=(LISTED) {
                @for it in ranked.iter().take(LISTED) {
                    li {
                        span.top-name { (name(w, &it.name, &it.id)) }
                        b.top-sum { (w.sum(it.amount, own)) }
                        svg.meter viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" {
                            rect.meter-room width="100" height="4" {}
                            polygon.meter-fill points=(filled(percent(it.amount, most))) {}
                        }
                    }
                }
            }
            p.top-none hidden[!ranked.is_empty()] { (w.say("board-none-yet")) }
        }
    }
}

/// Units from ordered to delivered.
pub(super) fn pipeline(frame: &Frame, figures: &Figures) -> Markup {
    let w = &frame.words;
    let units = figures.pipeline;
    let steps = [
        ("ordered", units.ordered),
        ("paid", units.paid),
        ("shipped", units.shipped),
        ("delivered", units.delivered),
        ("refunded", units.refunded),
    ];
    html! {
        section.pipeline aria-labelledby="pipeline" {
            h2 #pipeline.wall-label { (w.say("board-pipeline")) }
            ol {
                @for (step, count) in steps {
                    li data-step=(step) {
                        span.step-label { (w.say(&format!("board-step-{step}"))) }
                        b data-step-count { (w.count(count)) }
                        svg.meter viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" {
                            rect.meter-track width="100" height="4" {}
                            polygon.meter-fill data-step-bar points=(filled(percent(count.into(), units.ordered.into()))) {}
                        }
                    }
                }
            }
        }
    }
}

/// Deals that opened, sold out and ended, latest first.
pub(super) fn ticker(frame: &Frame, standings: &Standings) -> Markup {
    let w = &frame.words;
    html! {
        section.ticker aria-labelledby="ticker" {
            h2 #ticker.wall-label {
                (w.say("board-ticker"))
                " · " (w.say("board-open-now")) " " b data-open-deals { (w.count(standings.open_deals as u64)) }
            }
            ul data-ticker data-listed=(TOLD) data-opened=(w.say("board-opened")) data-sold_out=(w.say("board-sold-out")) data-closed=(w.say("board-closed")) {
                @for told in standings.happenings.iter().take(TOLD) {
                    li data-what=(attribute(told.what)) {
                        time { (time(w, told.at.0)) }
                        span.ticker-what { (w.say(said(told.what))) }
                        a href=(deal_address(&told.deal)) { (name(w, &told.name, &told.deal)) }
                    }
                }
            }
            p.top-none hidden[!standings.happenings.is_empty()] { (w.say("board-none-yet")) }
        }
    }
}

fn attribute(what: What) -> &'static str {
    match what {
        What::Opened => "opened",
        What::SoldOut => "sold_out",
        What::Closed => "closed",
    }
}

fn said(what: What) -> &'static str {
    match what {
        What::Opened => "board-opened",
        What::SoldOut => "board-sold-out",
        What::Closed => "board-closed",
    }
}

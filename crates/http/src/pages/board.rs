//! The board: the festival's totals on a big dark page, equal to the books, kept alive by a stream.

use super::assets::Wing;
use super::claimed_bar::claimed_bar;
use super::frame::Frame;
use super::tile::deal_address;
use maud::{Markup, html};
use money::Currency;
use vocabulary::Millis;

/// Totals in one currency.
#[derive(Clone, Copy, Debug)]
pub struct Totals {
    /// Of the sums.
    pub currency: Currency,
    /// Orders paid: how many and their value.
    pub paid: (u64, i128),
    /// Orders placed.
    pub placed: (u64, i128),
    /// Refunds sent.
    pub refunded: (u64, i128),
}

/// How many a second, with the busiest second.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rate {
    /// In the last second.
    pub now: u32,
    /// In the busiest one.
    pub peak: u32,
    /// Which that was.
    pub peak_at: Millis,
}

/// A deal in a list of the board.
#[derive(Clone, Debug)]
pub struct BoardDeal {
    /// The shop's own id.
    pub deal: String,
    /// The product's name.
    pub name: String,
    /// In percent.
    pub claimed: u8,
}

/// What stands on the board.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// By currency; the festival's own first.
    pub totals: Vec<Totals>,
    /// Orders placed.
    pub orders: Rate,
    /// Payments captured.
    pub payments: Rate,
    /// Holds given, offers made, holds lapsed.
    pub holds: [u64; 3],
    /// Open deals with most claimed.
    pub hottest: Vec<BoardDeal>,
    /// Deals of which nothing is left, latest first.
    pub sold_out: Vec<BoardDeal>,
}

impl Board {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let body = html! {
            main #main tabindex="-1" {
                header.board-head {
                    h1 { (frame.festival) }
                    p.board-live data-board-live { (w.say("board-live")) }
                }
                div #board-figures { (self.figures(frame)) }
                footer.board-note {
                    (w.say_with("shop-time", [("zone", frame.zone().into())])) " "
                    a href="/" { (w.say("to-open-deals")) }
                }
            }
        };
        frame.document(
            &format!("{} · {}", w.say("board"), frame.festival),
            Wing::Board,
            &body,
        )
    }

    /// What the stream moves.
    pub fn figures(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            @for totals in &self.totals { (totals.render(frame)) }
            div.board-cells {
                (rate(frame, "board-orders", "orders", self.orders))
                (rate(frame, "board-payments", "payments", self.payments))
                (cell(&w.say("board-holds"), &w.count(self.holds[0]), "holds", None))
                (cell(&w.say("board-offers"), &w.count(self.holds[1]), "offers", None))
                (cell(&w.say("board-lapses"), &w.count(self.holds[2]), "lapses", None))
            }
            div.board-lists {
                section {
                    h2 { (w.say("board-hottest")) }
                    ul.board-list data-board-list="hottest" {
                        @for deal in &self.hottest {
                            li {
                                a.board-name href=(deal_address(&deal.deal)) { (deal.name) }
                                (claimed_bar(w, &deal.deal, deal.claimed))
                            }
                        }
                    }
                }
                section {
                    h2 { (w.say("board-sold-out")) }
                    ul.board-list data-board-list="sold-out" {
                        @for deal in &self.sold_out {
                            li { a.board-name href=(deal_address(&deal.deal)) { (deal.name) } }
                        }
                    }
                    @if self.sold_out.is_empty() { p.board-note { (w.say("board-sold-out-none")) } }
                }
            }
        }
    }
}

impl Totals {
    /// Nothing yet.
    pub fn none(currency: Currency) -> Totals {
        Totals {
            currency,
            paid: (0, 0),
            placed: (0, 0),
            refunded: (0, 0),
        }
    }

    fn render(self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let sum = |(_, amount): (u64, i128)| w.sum(amount, self.currency);
        let number = |(count, _): (u64, i128)| {
            w.say_with(
                "board-count",
                [("number", w.count(count).into()), ("count", count.into())],
            )
        };
        html! {
            section.board-grand {
                p.board-label { (w.say("board-paid")) " · " (number(self.paid)) }
                p.board-figure { (sum(self.paid)) }
            }
            div.board-cells {
                (cell(&w.say("board-placed"), &sum(self.placed), "placed", Some(number(self.placed))))
                (cell(&w.say("board-refunded"), &sum(self.refunded), "refunded", Some(number(self.refunded))))
            }
        }
    }
}

fn rate(frame: &Frame, label: &str, name: &str, rate: Rate) -> Markup {
    let w = &frame.words;
    let peak = (rate.peak > 0).then(|| {
        let at = w.exact_moment(rate.peak_at);
        w.say_with(
            "board-peak",
            [
                ("count", w.count(rate.peak.into()).into()),
                ("moment", at.into()),
            ],
        )
    });
    cell(&w.say(label), &w.count(rate.now.into()), name, peak)
}

fn cell(label: &str, figure: &str, name: &str, note: Option<String>) -> Markup {
    html! {
        div.board-cell data-board=(name) {
            p.board-label { (label) }
            p.board-figure { (figure) }
            @if let Some(note) = note { p.board-note { (note) } }
        }
    }
}

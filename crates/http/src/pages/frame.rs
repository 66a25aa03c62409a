//! The frame around every page of the shop: head, header, language switch, notice, footer.

use super::assets::{self, Wing};
use super::desk::frame::AtDesk;
use super::figures::machine_moment;
use super::icon::icon;
use super::language::Language;
use super::notice::Notice;
use super::words::Words;
use crate::moment::Point;
use maud::{DOCTYPE, Markup, html};
use uuid::Builder;
use vocabulary::Millis;

/// What every page needs to know of its visitor and its moment.
#[derive(Clone)]
pub struct Frame {
    /// What it is said with.
    pub words: Words,
    /// When the page is made.
    pub now: Millis,
    /// What the page shows at least; streams go on from there.
    pub reached: Point,
    /// The festival's name.
    pub festival: String,
    /// Path and query of this page, for the way back.
    pub address: String,
    /// The shopper is signed in.
    pub member: bool,
    /// Holds that the shopper has now.
    pub holds: usize,
    /// Who of the staff looks; none in the shop, and nobody who is known at the desk's entrance.
    pub at_desk: Option<AtDesk>,
    /// What happened with the last deed.
    pub notice: Option<Notice>,
}

impl Frame {
    /// A page of the shop with `title` and what stands between header and footer.
    pub fn page(&self, title: &str, body: &Markup) -> Markup {
        let heading = format!("{title} · {}", self.festival);
        let body = html! {
            (self.header())
            main #main tabindex="-1" {
                @if let Some(notice) = self.notice { (notice.render(&self.words)) }
                (body)
            }
            (self.footer(&self.more()))
        };
        self.document(&heading, Wing::Shop, &body)
    }

    /// The whole document around a body.
    pub fn document(&self, title: &str, wing: Wing, body: &Markup) -> Markup {
        let w = &self.words;
        html! {
            (DOCTYPE)
            html lang=(w.language.tag())
                data-days=(w.say_with("days-clock", [("days", "{days}".into()), ("clock", "{clock}".into())]))
                data-claimed=(w.say_with("claimed", [("percent", "{percent}".into())]))
                data-left=(w.say_with("hold-left", [("span", "{span}".into())])) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                    meta name="color-scheme" content=(if wing == Wing::Board { "dark" } else { "light dark" });
                    title { (title) }
                    link rel="icon" href=(assets::address("icon.svg")) type="image/svg+xml";
                    link rel="stylesheet" href=(wing.sheet());
                    script type="module" src=(wing.script()) {}
                }
                body class=(wing.name()) {
                    a.skip href="#main" { (w.say("skip")) }
                    (body)
                    time #now hidden datetime=(machine_moment(self.now)) data-now=(self.now) data-reached=(self.reached) {}
                    div #said.sr-only aria-live="polite" {}
                }
            }
        }
    }

    /// A key made when the form was rendered, so that a double click is one deed. It is a UUID of
    /// version 7 by the shop's clock, since a checkout takes it for its id.
    pub fn key(&self) -> Markup {
        let key = Builder::from_unix_timestamp_millis(self.now.0, &rand::random()).into_uuid();
        html! { input type="hidden" name="key" value=(key); }
    }

    fn header(&self) -> Markup {
        let w = &self.words;
        html! {
            header.masthead.masthead-shop {
                div.masthead-row {
                    a.brand href="/" { (self.festival) }
                    nav.masthead-nav aria-label=(w.say("nav-shop")) {
                        a href="/watches" { (icon("bell")) span { (w.say("watches")) } }
                        a href="/orders" { (icon("box")) span { (w.say("orders")) } }
                        @if !self.member { a href="/sign-in" { (icon("person")) span { (w.say("sign-in")) } } }
                        a.cart-link href="/cart" {
                            (icon("cart"))
                            span { (w.say("cart")) }
                            @if self.holds > 0 {
                                span.badge aria-label=(w.say_with("cart-holds", [("count", self.holds.into())])) { (self.holds) }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Where else a shopper may go.
    fn more(&self) -> Markup {
        let w = &self.words;
        html! {
            nav.colophon-nav aria-label=(w.say("nav-more")) {
                a href="/board" { (w.say("board")) }
                @if self.member {
                    form method="post" action="/sign-out" {
                        button.link-button type="submit" { (w.say("sign-out")) }
                    }
                } @else {
                    a href="/sign-up" { (w.say("sign-up")) }
                }
            }
        }
    }

    fn footer(&self, more: &Markup) -> Markup {
        let w = &self.words;
        html! {
            footer.colophon {
                div.colophon-row {
                    (self.language_switch())
                    (more)
                }
                p.colophon-note {
                    (w.say_with("shop-time", [("zone", self.zone().into())]))
                }
            }
        }
    }

    /// The languages, each in its own words.
    pub(super) fn language_switch(&self) -> Markup {
        html! {
            form.languages method="post" action="/language" aria-label=(self.words.say("language")) {
                input type="hidden" name="back" value=(self.address);
                @for language in Language::ALL {
                    button.language type="submit" name="to" value=(language.tag()) lang=(language.tag())
                        aria-current=[(language == self.words.language).then_some("true")] {
                        (language.own_name())
                    }
                }
            }
        }
    }

    /// The name of the zone in which times are told.
    pub fn zone(&self) -> String {
        self.words.zone_name()
    }
}

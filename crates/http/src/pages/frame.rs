//! The frame around every page of the shop: head, header, language switch, notice, footer.

use super::assets::{self, Wing};
use super::desk::frame::AtDesk;
use super::figures::machine_moment;
use super::language::Language;
use super::masthead::masthead;
use super::night::NightOffer;
use super::notice::Notice;
use super::seller::{business_rows, linked};
use super::words::Words;
use crate::moment::Point;
use crate::press::Gap;
use maud::{DOCTYPE, Markup, html};
use records::Business;
use std::sync::Arc;
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
    /// The visitor has a session, and hears what is told to them.
    pub hears: bool,
    /// The number of the newest notice when the page was made.
    pub noticed: i64,
    /// Holds that the shopper has now.
    pub holds: usize,
    /// Who runs the shop, in the eyes of the law.
    pub business: Arc<Business>,
    /// The shop sends mail, by which who forgot their password is helped.
    pub sends_mail: bool,
    /// Who of the staff looks; none in the shop, and nobody who is known at the desk's entrance.
    pub at_desk: Option<AtDesk>,
    /// What happened with the last deed.
    pub notice: Option<Notice>,
    /// That what is watched is told of at night, too, offered beside the notice.
    pub night: Option<NightOffer>,
    /// After so many seconds, in digits, the page is loaded again where no script keeps it alive.
    pub refresh_s: Option<String>,
    /// What was last looked for by name.
    pub sought: String,
    /// The page is made for all visitors: what is the visitor's own is left open.
    pub printing: bool,
}

impl Frame {
    /// A page of the shop with `title` and what stands between header and footer.
    pub fn page(&self, title: &str, body: &Markup) -> Markup {
        let heading = format!("{title} · {}", self.festival);
        let body = html! {
            (masthead(self))
            main #main tabindex="-1" {
                (self.gap(Gap::Notice, || self.told()))
                (body)
            }
            (self.gap(Gap::Foot, || self.foot()))
        };
        self.document(&heading, Wing::Shop, &body)
    }

    /// What is a visitor's own, or the gap for it while the page is made for all.
    pub fn gap(&self, gap: Gap, own: impl FnOnce() -> Markup) -> Markup {
        match self.printing {
            true => gap.open(),
            false => own(),
        }
    }

    /// What happened with the last deed.
    pub fn told(&self) -> Markup {
        html! {
            @if let Some(notice) = self.notice { (notice.render(&self.words)) }
            @if let Some(night) = &self.night { (night.render(self)) }
        }
    }

    /// The foot of a page of the shop.
    pub fn foot(&self) -> Markup {
        self.footer(&self.more(), &self.legal())
    }

    /// The whole document around a body.
    pub fn document(&self, title: &str, wing: Wing, body: &Markup) -> Markup {
        let w = &self.words;
        html! {
            (DOCTYPE)
            html lang=(w.language.tag())
                data-days=(w.say_with("days-clock", [("days", "{days}".into()), ("clock", "{clock}".into())]))
                data-claimed=(w.say_with("claimed", [("percent", "{percent}".into())]))
                data-left=(w.say_with("hold-left", [("span", "{span}".into())]))
                data-gone=(w.say("flag-gone")) data-waitlist=(w.say("flag-waitlist"))
                data-lost=(w.say("line-lost")) data-found=(w.say("line-found")) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                    meta name="color-scheme" content=(if wing == Wing::Board { "dark" } else { "light dark" });
                    title { (title) }
                    @if let Some(seconds) = &self.refresh_s {
                        noscript { meta http-equiv="refresh" content=(seconds); }
                    }
                    link rel="icon" href=(assets::address("icon.svg")) type="image/svg+xml";
                    link rel="stylesheet" href=(wing.sheet());
                    script type="module" src=(wing.script()) {}
                }
                body class=(wing.name()) data-hears[self.hears] {
                    a.skip href="#main" { (w.say("skip")) }
                    (body)
                    time #page-made hidden datetime=(machine_moment(self.now)) data-now=(self.now) data-reached=(self.reached) data-noticed=(self.noticed) {}
                    div #said.sr-only aria-live="polite" {}
                    @if wing == Wing::Shop { div #notices.toasts role="status" data-close=(w.say("notice-close")) {} }
                }
            }
        }
    }

    /// A key made when the form was rendered, so that a double click is one deed. It is a UUID of
    /// version 7 by the shop's clock, since a checkout takes it for its id.
    pub fn key(&self) -> Markup {
        self.gap(Gap::Key, || {
            let key = Builder::from_unix_timestamp_millis(self.now.0, &rand::random()).into_uuid();
            html! { input type="hidden" name="key" value=(key); }
        })
    }

    /// Below the board: the languages, the zone, and the way to the deals.
    pub fn board_foot(&self) -> Markup {
        let w = &self.words;
        let more = html! {
            nav.colophon-nav aria-label=(w.say("nav-more")) { a href="/" { (w.say("to-open-deals")) } }
        };
        self.footer(&more, &html! {})
    }

    /// Where else a shopper may go.
    fn more(&self) -> Markup {
        let w = &self.words;
        html! {
            nav.colophon-nav aria-label=(w.say("nav-more")) {
                a href="/board" { (w.say("board")) }
                a href="/me" { (w.say("my-page")) }
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

    /// What the law wants at the foot of every page: the terms, and who runs the shop.
    fn legal(&self) -> Markup {
        let w = &self.words;
        let known = business_rows(&self.business);
        html! {
            nav.colophon-legal aria-label=(w.say("nav-about")) {
                a href="/about/terms" { (w.say("about-terms")) }
                a.colophon-privacy href="/about/privacy" { (w.say("about-privacy")) }
                a href="/about/returns" { (w.say("about-returns")) }
            }
            @if !known.is_empty() {
                dl.colophon-business aria-label=(w.say("business")) {
                    @for (name, text) in known { div { dt { (w.say(name)) } dd { (linked(name, text)) } } }
                }
            }
        }
    }

    fn footer(&self, more: &Markup, legal: &Markup) -> Markup {
        let w = &self.words;
        html! {
            footer.colophon {
                div.colophon-row {
                    (self.language_switch())
                    (more)
                }
                (legal)
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

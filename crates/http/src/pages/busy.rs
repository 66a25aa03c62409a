//! What people see when more is asked than can be done: one page a language, written once, that loads itself
//! again. It asks nobody anything, so that it costs next to nothing in the very moment when there is nothing
//! to spare.

use super::frame::Frame;
use super::language::Language;
use super::words::Words;
use crate::moment::Point;
use crate::press::Print;
use crate::shop::Shop;
use maud::html;
use std::sync::OnceLock;
use vocabulary::{Millis, Seq};

/// The pages, each once it was needed.
#[derive(Debug, Default)]
pub struct BusyPages([OnceLock<Print>; 3]);

impl BusyPages {
    /// The page in this language.
    pub(crate) fn page(&self, shop: &Shop, language: Language) -> &Print {
        let print = || {
            let page = render(shop, language);
            Print::of(&page, shop.now(), Millis(u64::MAX), |_| String::new())
        };
        self.0[language as usize].get_or_init(print)
    }
}

fn render(shop: &Shop, language: Language) -> String {
    let settings = &shop.settings;
    let frame = Frame {
        business: settings.business.clone(),
        sends_mail: false,
        hears: false,
        noticed: 0,
        words: Words::of(language, settings.time_zone.clone()),
        now: shop.now(),
        reached: Point {
            shard: shop.shard,
            seq: Seq(0),
        },
        festival: settings.name.clone(),
        address: "/".to_owned(),
        member: true,
        holds: 0,
        notice: None,
        refresh_s: None,
        at_desk: None,
        night: None,
        sought: String::new(),
        printing: false,
    };
    let w = &frame.words;
    let title = w.say("busy");
    let body = html! {
        section.waiting {
            div.wait data-state="busy" {
                h1 { (title) }
                p.lead { (w.say("busy-note")) }
                p { a.button href="" { (w.say("busy-again")) } }
            }
        }
    };
    frame.page(&title, &body).into_string()
}

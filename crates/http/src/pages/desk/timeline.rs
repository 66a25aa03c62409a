//! The timeline: deals over time, a row a seller or a category. It is a list of links to the form by
//! which a deal is moved; a script draws it as bars that are moved and stretched.

use super::deals::{Choice, select};
use super::head::crumbs;
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use crate::pages::tile::escaped;
use crate::pages::words::Words;
use maud::{Markup, html};
use vocabulary::Millis;

/// How much of time is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zoom {
    /// Six hours from the hour that is asked for.
    Hours,
    /// A day.
    #[default]
    Day,
    /// Seven days.
    Week,
}

/// A deal as a bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// The shop's own id.
    pub deal: String,
    /// The product's name.
    pub name: String,
    /// The bell.
    pub starts_at: Millis,
    /// The end.
    pub ends_at: Millis,
    /// How it stands, by name.
    pub state: &'static str,
    /// In percent.
    pub claimed: u8,
    /// Its SKUs, by number: two bars that share one clash.
    pub skus: Vec<u32>,
}

/// The timeline.
#[derive(Clone, Debug)]
pub struct TimelinePage {
    /// The day it begins on: `2026-11-11`.
    pub day: String,
    /// The hour it begins at, where hours are shown.
    pub hour: String,
    /// How much of time.
    pub zoom: Zoom,
    /// From where to where.
    pub window: [Millis; 2],
    /// A row a category, and not a seller.
    pub by_category: bool,
    /// The shop's own id of the seller that alone is shown.
    pub seller: String,
    /// Who sells.
    pub sellers: Vec<Choice>,
    /// The addresses of the times before and after.
    pub around: [String; 2],
    /// Rows with their names.
    pub rows: Vec<(String, Vec<Bar>)>,
    /// When a new deal would run, until it is drawn otherwise.
    pub fresh: [Millis; 2],
    /// Deals that are not shown, since there are too many.
    pub more: usize,
    /// May move deals.
    pub may_change: bool,
}

impl Zoom {
    /// All, the nearest first.
    pub const ALL: [Zoom; 3] = [Zoom::Hours, Zoom::Day, Zoom::Week];

    /// Its name in addresses and messages.
    pub fn name(self) -> &'static str {
        match self {
            Zoom::Hours => "hours",
            Zoom::Day => "day",
            Zoom::Week => "week",
        }
    }

    /// The zoom of that name.
    pub fn named(name: &str) -> Option<Zoom> {
        Zoom::ALL.into_iter().find(|zoom| zoom.name() == name)
    }

    /// How far its ticks are apart.
    fn tick_ms(self) -> u64 {
        const HOUR_MS: u64 = 3_600_000;
        match self {
            Zoom::Hours => HOUR_MS / 2,
            Zoom::Day => 2 * HOUR_MS,
            Zoom::Week => 24 * HOUR_MS,
        }
    }
}

impl TimelinePage {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say("at-desk-timeline");
        let body = html! {
            (crumbs(w, &[("/desk/deals", w.say("desk-deals"))]))
            div.deals-head {
                h1 { (title) }
                div.desk-ways {
                    a.button-quiet rel="prev" href=(self.around[0]) { (icon("left")) " " (w.say("timeline-before")) }
                    a.button-quiet href="/desk/timeline" { (w.say("timeline-today")) }
                    a.button-quiet rel="next" href=(self.around[1]) { (w.say("timeline-after")) " " (icon("right")) }
                    @if self.may_change { a.button href=(self.make()) { (icon("plus")) " " (w.say("deal-make")) } }
                }
            }
            (self.chosen(w))
            @if self.more > 0 { p.notice.notice-warn { (w.say_with("timeline-more", [("count", w.count(self.more as u64).into())])) } }
            @if self.rows.is_empty() { p.empty { (w.say("timeline-none")) } }
            @if !self.rows.is_empty() || self.may_change { (self.drawn(frame)) }
        };
        frame.desk_page(&title, Some(staff), &body)
    }

    fn chosen(&self, w: &Words) -> Markup {
        let zooms: Vec<Choice> = Zoom::ALL
            .map(|zoom| {
                (
                    zoom.name().to_owned(),
                    w.say(&format!("timeline-{}", zoom.name())),
                )
            })
            .to_vec();
        html! {
            form.desk-filter method="get" action="/desk/timeline" {
                div.field { label for="day" { (w.say("at-desk-day")) } input #day name="day" type="date" value=(self.day); }
                div.field {
                    label for="zoom" { (w.say("timeline-zoom")) }
                    select #zoom name="zoom" { @for (value, text) in &zooms { option value=(value) selected[value == self.zoom.name()] { (text) } } }
                }
                @if self.zoom == Zoom::Hours { div.field { label for="hour" { (w.say("timeline-hour")) } input #hour name="hour" type="number" min="0" max="23" value=(self.hour); } }
                (select("seller", &w.say("at-desk-seller"), &w.say("at-desk-all-sellers"), &self.sellers, &self.seller))
                div.field {
                    label for="rows" { (w.say("timeline-rows")) }
                    select #rows name="rows" {
                        option value="seller" selected[!self.by_category] { (w.say("at-desk-seller")) }
                        option value="category" selected[self.by_category] { (w.say("at-desk-category")) }
                    }
                }
                div.desk-filter-end { button.button-quiet type="submit" { (icon("filter")) " " (w.say("at-desk-filter-apply")) } }
            }
        }
    }

    fn drawn(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let [from, to] = self.window;
        let ticks = (from.0..to.0)
            .step_by(self.zoom.tick_ms() as usize)
            .map(Millis);
        html! {
            @if self.may_change { p #timeline-help.fine { (w.say("timeline-help")) } }
            div.timeline data-timeline data-from=(from) data-to=(to) data-moves[self.may_change] data-back=(frame.address)
                data-moved=(w.say_with("timeline-moved", [("name", "{name}".into()), ("from", "{from}".into()), ("to", "{to}".into())])) data-clash=(w.say("timeline-clash")) data-beside=(w.say_with("timeline-beside", [("count", "{count}".into())])) data-close=(w.say("back")) {
                div.timeline-axis aria-hidden="true" { @for tick in ticks { span.tick data-at=(tick) { (self.tick_words(w, tick)) } } }
                @for (name, bars) in &self.rows { (self.row(frame, name, bars)) }
                @if self.rows.is_empty() { (self.row(frame, &w.say("timeline-new"), &[])) }
                div.now-line hidden aria-hidden="true" {}
            }
        }
    }

    fn row(&self, frame: &Frame, name: &str, bars: &[Bar]) -> Markup {
        html! {
            section.timeline-row aria-label=(name) {
                h2 { (name) }
                ol.timeline-lane {
                    @for bar in bars { (self.bar(frame, bar)) }
                    @if self.may_change { li { (self.new_bar(&frame.words)) } }
                }
            }
        }
    }

    /// The form of a new deal, with the times that nobody has drawn otherwise.
    fn make(&self) -> String {
        let [starts, ends] = self.fresh;
        format!("/desk/schedule/make?window={starts}-{ends}")
    }

    /// Where a script draws a new deal; a link to its form for everybody.
    fn new_bar(&self, w: &Words) -> Markup {
        let [starts, ends] = self.fresh;
        html! {
            a.bar.bar-new href=(self.make()) data-address="/desk/schedule/make" data-starts=(starts) data-ends=(ends) data-moves aria-describedby="timeline-help" {
                span.bar-name { (w.say("timeline-new")) }
                span.bar-when { (w.moment(starts)) " – " (w.moment(ends)) }
            }
        }
    }

    fn tick_words(&self, w: &Words, at: Millis) -> String {
        let exact = w.exact_moment(at);
        match self.zoom {
            Zoom::Week => exact.get(5..10),
            _ => exact.get(11..16),
        }
        .unwrap_or_default()
        .to_owned()
    }

    fn bar(&self, frame: &Frame, bar: &Bar) -> Markup {
        let w = &frame.words;
        let address = format!("/desk/deals/{}", escaped(&bar.deal));
        let moves = self.may_change && bar.state != "over";
        let href = match moves {
            true => format!("{address}/move?back={}", escaped(&frame.address)),
            false => address.clone(),
        };
        let skus: Vec<String> = bar.skus.iter().map(u32::to_string).collect();
        let when = format!("{} – {}", w.moment(bar.starts_at), w.moment(bar.ends_at));
        html! {
            li {
                a.bar href=(href) data-state=(bar.state) data-address=(address) data-starts=(bar.starts_at) data-ends=(bar.ends_at)
                    data-skus=(skus.join(" ")) data-moves[moves] data-fast[bar.state == "open"]
                    aria-describedby=[moves.then_some("timeline-help")] {
                    svg.bar-fill viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" { rect width=(bar.claimed) height="10" {} }
                    span.bar-name { (bar.name) }
                    span.bar-when { (when) }
                    span.bar-claimed { (w.say_with("claimed", [("percent", bar.claimed.into())])) }
                }
            }
        }
    }
}

//! A list of deals with its filters: the day's deals, and what a search found. Every filter is part of
//! the address, so that it works without script, can be shared, and is found again on the way back.

use super::figures::machine_moment;
use super::frame::Frame;
use super::icon::icon;
use super::tile::{Tile, escaped};
use crate::shelves::{Sort, Time, Wanted};
use maud::{Markup, html};
use money::{Currency, format_plain};
use vocabulary::Millis;

mod filters;
mod pager;

use filters::{chips, filters};
use pager::pager;

/// After how long a list is called old, in ms.
const OLD_MS: u64 = 120_000;
/// Tiles whose pictures are not waited for.
const EAGER: usize = 4;

/// What can be chosen, with how many deals it would show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many deals.
    pub count: usize,
}

/// A bell of the strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Which deals.
    pub time: Time,
    /// How many.
    pub count: usize,
}

/// What stands on the page.
#[derive(Clone, Debug)]
pub struct Listing {
    /// `/deals` or `/search`.
    pub path: &'static str,
    /// What is wanted.
    pub wanted: Wanted,
    /// The moment as of which the list is.
    pub at: Millis,
    /// Which page, from 0.
    pub page: usize,
    /// How many pages.
    pub pages: usize,
    /// How many deals.
    pub count: usize,
    /// The deals of this page.
    pub tiles: Vec<Tile>,
    /// The strip of bells.
    pub tabs: Vec<Tab>,
    /// From the root down to the category that is filtered by.
    pub path_of_category: Vec<Choice>,
    /// The categories below it.
    pub below: Vec<Choice>,
    /// Who sells what is of that time and name.
    pub sellers: Vec<Choice>,
    /// In which prices are typed.
    pub currency: Currency,
    /// Fields of the form that could not be read, as they were typed.
    pub unread: Vec<(&'static str, String)>,
    /// What is open otherwise, where nothing was found.
    pub others: Vec<Tile>,
}

impl Listing {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let body = html! {
            header.list-head {
                h1 { (self.title(frame)) }
                (self.strip(frame))
            }
            div.list {
                (filters(self, frame))
                section.list-body aria-labelledby="count" data-at=(self.at) {
                    div.list-bar {
                        h2 #count.count { span role="status" { (w.say_with("deals-found", [("count", self.count.into())])) } }
                        (self.order(frame))
                    }
                    (chips(self, frame))
                    (self.age(frame))
                    @if self.tiles.is_empty() { (self.nothing(frame)) }
                    @else { ul.tiles { @for (place, tile) in self.tiles.iter().enumerate() { (tile.render(frame, place < EAGER)) } } }
                    (pager(self, frame))
                }
            }
        };
        frame.page(&self.title(frame), &body)
    }

    /// The address of a page of this list, which stays as it is.
    pub fn page_address(&self, page: usize) -> String {
        let at = Some(self.at);
        address(self.path, &self.wanted, self.currency, at, page)
    }

    /// The address of a list made anew.
    pub fn address_of(&self, wanted: &Wanted) -> String {
        address(self.path, wanted, self.currency, None, 0)
    }

    fn title(&self, frame: &Frame) -> String {
        let w = &frame.words;
        match (self.path, self.wanted.sought.typed()) {
            ("/search", "") => w.say("seek"),
            ("/search", typed) => w.say_with("sought", [("typed", typed.into())]),
            _ => match self.path_of_category.last() {
                Some(category) => category.name.clone(),
                None => w.say("all-deals"),
            },
        }
    }

    fn strip(&self, frame: &Frame) -> Markup {
        // The counts are those of the whole day: beside what was found for a word they would mislead.
        let counted = self.wanted.sought.typed().is_empty();
        html! {
            nav.strip aria-label=(frame.words.say("bells")) {
                ul {
                    @for tab in &self.tabs {
                        @let wanted = Wanted { time: tab.time, ..self.wanted.clone() };
                        li {
                            a.tab href=(self.address_of(&wanted)) aria-current=[(tab.time == self.wanted.time).then_some("true")] {
                                span.tab-name { (time_name(frame, tab.time)) }
                                @if counted { span.tab-count { (frame.words.count(tab.count as u64)) } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn order(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            form.filter.order action=(self.path) method="get" {
                (hidden(self, &["sort"]))
                label for="sort" { span.sr-only { (w.say("list-sort")) } (icon("sort")) }
                select #sort name="sort" data-submits {
                    @for sort in SORTS {
                        option value=(sort_name(sort)) selected[sort == self.wanted.sort] { (w.say(&format!("sort-{}", sort_word(sort, &self.wanted)))) }
                    }
                }
                button.button-quiet type="submit" data-scriptless { (w.say("filter")) }
            }
        }
    }

    /// The list stands still while one leafs through it: after a while that is said.
    fn age(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            @if frame.now.since(self.at) >= OLD_MS {
                p.list-age {
                    (icon("clock"))
                    span { (w.say_with("list-of", [("moment", w.moment(self.at).into())])) }
                    a href=(self.address_of(&self.wanted)) { (w.say("list-anew")) }
                }
            }
        }
    }

    fn nothing(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let key = match (
            self.path,
            self.wanted.sought.is_empty(),
            self.wanted.is_filtered(),
        ) {
            ("/search", true, _) => "seek-what",
            (_, _, true) => "none-so",
            ("/search", ..) => "none-called",
            _ => "none-then",
        };
        html! {
            div.empty.empty-large {
                (icon("search"))
                p { (w.say(key)) }
                @if self.wanted.is_filtered() {
                    p { a.button-quiet href=(self.address_of(&unfiltered(&self.wanted))) { (w.say("filters-clear")) } }
                } @else if !matches!(self.wanted.time, Time::Any) {
                    p { a.button-quiet href=(self.address_of(&Wanted { time: Time::Any, ..self.wanted.clone() })) { (w.say("whenever")) } }
                }
            }
            @if !self.others.is_empty() {
                h2.list-others { (w.say("open-now")) }
                ul.tiles { @for tile in &self.others { (tile.render(frame, false)) } }
            }
        }
    }
}

/// The address of a list: only what is not as usual stands in it, always in the same order.
pub fn address(
    path: &str,
    wanted: &Wanted,
    currency: Currency,
    at: Option<Millis>,
    page: usize,
) -> String {
    let mut pairs = pairs(path, wanted, currency);
    pairs.extend(at.map(|at| ("at", at.to_string())));
    if page > 0 {
        pairs.push(("page", (page + 1).to_string()));
    }
    let pairs = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", escaped(value)));
    match pairs.collect::<Vec<_>>().join("&") {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// What is wanted, as the fields of a form.
fn pairs(path: &str, wanted: &Wanted, currency: Currency) -> Vec<(&'static str, String)> {
    let amount = |amount| format_plain(amount, currency);
    let yes = |set: bool| set.then(|| "yes".to_owned());
    let usual = usual_time(path);
    let all = [
        (
            "q",
            Some(wanted.sought.typed().to_owned()).filter(|it| !it.is_empty()),
        ),
        (
            "time",
            (wanted.time != usual).then(|| time_value(wanted.time)),
        ),
        ("category", wanted.category.clone()),
        ("seller", wanted.seller.clone()),
        ("least", wanted.least.map(amount)),
        ("most", wanted.most.map(amount)),
        ("off", wanted.off.map(|off| off.to_string())),
        ("members", yes(wanted.members)),
        ("left", yes(wanted.left)),
        (
            "sort",
            (wanted.sort != Sort::default()).then(|| sort_name(wanted.sort).to_owned()),
        ),
    ];
    all.into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

/// What is wanted but for some fields, as hidden fields of a form that brings those.
fn hidden(listing: &Listing, but: &[&str]) -> Markup {
    let mut pairs = pairs(listing.path, &listing.wanted, listing.currency);
    pairs.retain(|(name, _)| !but.contains(name));
    html! { @for (name, value) in pairs { input type="hidden" name=(name) value=(value); } }
}

/// Without its filters.
fn unfiltered(wanted: &Wanted) -> Wanted {
    Wanted {
        sought: wanted.sought.clone(),
        time: wanted.time,
        sort: wanted.sort,
        ..Wanted::default()
    }
}

/// Of which time a list is where none is asked for.
pub fn usual_time(path: &str) -> Time {
    match path {
        "/search" => Time::Any,
        _ => Time::Open,
    }
}

/// A time in an address.
fn time_value(time: Time) -> String {
    match time {
        Time::Any => "any".to_owned(),
        Time::Open => "open".to_owned(),
        Time::Coming => "next".to_owned(),
        Time::Over => "over".to_owned(),
        Time::Bell(at) => at.to_string(),
    }
}

/// The time of an address; none where it means nothing.
pub fn time_of(value: &str) -> Option<Time> {
    Some(match value {
        "any" => Time::Any,
        "open" => Time::Open,
        "next" => Time::Coming,
        "over" => Time::Over,
        bell => Time::Bell(Millis(bell.parse().ok()?)),
    })
}

fn time_name(frame: &Frame, time: Time) -> Markup {
    let w = &frame.words;
    match time {
        Time::Any => html! { (w.say("all")) },
        Time::Open => html! { (w.say("time-open")) },
        Time::Coming => html! { (w.say("time-next")) },
        Time::Over => html! { (w.say("time-over")) },
        Time::Bell(at) => html! { time datetime=(machine_moment(at)) { (w.bell(at, frame.now)) } },
    }
}

/// The orders, in the order of the choice.
const SORTS: [Sort; 5] = [
    Sort::Bell,
    Sort::Ending,
    Sort::Discount,
    Sort::Cheap,
    Sort::Dear,
];

/// An order in an address.
fn sort_name(sort: Sort) -> &'static str {
    match sort {
        Sort::Bell => "bell",
        Sort::Ending => "ending",
        Sort::Discount => "discount",
        Sort::Cheap => "cheap",
        Sort::Dear => "dear",
    }
}

/// What an order is called: the usual one depends on what is asked for.
fn sort_word(sort: Sort, wanted: &Wanted) -> &'static str {
    match (sort, wanted.time) {
        (Sort::Bell, _) if !wanted.sought.is_empty() => "fit",
        (Sort::Bell, Time::Coming | Time::Bell(_)) => "next",
        (Sort::Bell, Time::Over) => "ended",
        _ => sort_name(sort),
    }
}

/// The order of an address; the usual one where it means nothing.
pub fn sort_of(value: &str) -> Sort {
    let mut sorts = SORTS.into_iter();
    sorts
        .find(|sort| sort_name(*sort) == value)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shelves::search::Sought;
    use money::Amount;

    #[test]
    fn an_address_says_what_is_not_as_usual_and_always_alike() {
        let wanted = Wanted {
            sought: Sought::of(" 울 코트"),
            category: Some("의류".to_owned()),
            most: Some(Amount(50_000)),
            left: true,
            sort: Sort::Cheap,
            time: Time::Any,
            ..Wanted::default()
        };
        assert_eq!(
            address("/search", &wanted, Currency::KRW, Some(Millis(7)), 1),
            "/search?q=%EC%9A%B8%20%EC%BD%94%ED%8A%B8&category=%EC%9D%98%EB%A5%98&most=50000&left=yes&sort=cheap&at=7&page=2"
        );
        assert_eq!(
            address("/deals", &Wanted::default(), Currency::KRW, None, 0),
            "/deals"
        );
        assert_eq!(
            time_of(&time_value(Time::Bell(Millis(5)))),
            Some(Time::Bell(Millis(5)))
        );
    }
}

//! The deals of the desk as a list: filtered, sorted, and chosen from to do one thing to many.

use crate::pages::claimed_bar::claimed_bar;
use crate::pages::countdown::moment;
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use crate::pages::picture::Picture;
use crate::pages::tile::{Price, escaped};
use crate::pages::words::Words;
use maud::{Markup, html};
use vocabulary::Millis;

/// Which deals a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Holds may be placed.
    #[default]
    Open,
    /// The bell has not rung.
    Upcoming,
    /// Ended.
    Over,
    /// However they stand.
    All,
}

/// What is filtered by, as it stands in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// How they stand.
    pub state: State,
    /// In ids and names.
    pub text: String,
    /// The shop's own id of the seller.
    pub seller: String,
    /// The category's id.
    pub category: String,
    /// A day: `2026-11-11`.
    pub day: String,
    /// `sold-out` or `untouched`.
    pub only: String,
    /// The name of an order.
    pub sort: String,
}

/// Something that can be chosen: what is sent and what it is called.
pub type Choice = (String, String);

/// A deal as a row.
#[derive(Clone, Debug)]
pub struct DealRow {
    /// The shop's own id.
    pub deal: String,
    /// The product's name.
    pub name: String,
    /// The seller's name.
    pub seller: String,
    /// The product's first picture.
    pub picture: Option<Picture>,
    /// How it stands.
    pub state: State,
    /// The bell.
    pub starts_at: Millis,
    /// The end.
    pub ends_at: Millis,
    /// What a unit costs.
    pub price: Price,
    /// In percent.
    pub claimed: u8,
    /// Units of all pools: available, held, ordered, sold.
    pub units: [u64; 4],
    /// How many wait.
    pub waiting: u64,
}

/// The list.
#[derive(Clone, Debug)]
pub struct DealsPage {
    /// Which deals.
    pub filter: Filter,
    /// Who sells.
    pub sellers: Vec<Choice>,
    /// What is sold.
    pub categories: Vec<Choice>,
    /// Those of this page.
    pub rows: Vec<DealRow>,
    /// From 0.
    pub page: usize,
    /// On all pages.
    pub total: usize,
    /// On one page.
    pub page_rows: usize,
    /// The most that one deed is done to.
    pub bulk_max: usize,
    /// May make and change deals.
    pub may_change: bool,
}

/// Ways to sort, by their names in addresses and messages.
pub const SORTS: [&str; 7] = [
    "starts",
    "starts-last",
    "ends",
    "claimed",
    "claimed-least",
    "available",
    "waiting",
];
/// What can be done to many deals at once.
pub const BULK: [&str; 5] = ["move", "reprice", "add", "duplicate", "end"];

impl State {
    /// All, in the order of the tabs.
    pub const ALL: [State; 4] = [State::Open, State::Upcoming, State::Over, State::All];

    /// Its name in addresses and messages.
    pub fn name(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Upcoming => "upcoming",
            State::Over => "over",
            State::All => "all",
        }
    }

    /// The state of that name.
    pub fn named(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl Filter {
    /// Names and values, without the state.
    pub fn pairs(&self) -> [(&'static str, &str); 6] {
        [
            ("text", &self.text),
            ("seller", &self.seller),
            ("category", &self.category),
            ("day", &self.day),
            ("only", &self.only),
            ("sort", &self.sort),
        ]
    }

    /// The address of a page of another list with this filter.
    pub fn address(&self, path: &str, state: State, page: usize) -> String {
        let mut address = format!("{path}?state={}", state.name());
        let pairs = self.pairs().into_iter();
        for (name, value) in pairs.filter(|(_, value)| !value.is_empty()) {
            address.push_str(&format!("&{name}={}", escaped(value)));
        }
        if page > 0 {
            address.push_str(&format!("&page={page}"));
        }
        address
    }

    fn is_plain(&self) -> bool {
        self.pairs().iter().all(|(_, value)| value.is_empty())
    }
}

impl DealRow {
    /// The address of the deal at the desk.
    pub fn address(&self) -> String {
        format!("/desk/deals/{}", escaped(&self.deal))
    }
}

impl DealsPage {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let body = html! {
            div.deals-head {
                h1 { (w.say("desk-deals")) }
                (self.ways_on(w))
            }
            nav.chips aria-label=(w.say("states")) {
                @for state in State::ALL {
                    a.chip href=(self.filter.address(PATH, state, 0)) aria-current=[(state == self.filter.state).then_some("true")] {
                        (w.say(&format!("state-{}", state.name())))
                    }
                }
            }
            (self.filters(w))
            @if self.rows.is_empty() { (self.nothing(w)) } @else { (self.chosen_from(frame)) }
            (self.pager(w))
        };
        frame.desk_page(&w.say("desk-deals"), Some(staff), &body)
    }

    fn ways_on(&self, w: &Words) -> Markup {
        html! {
            div.desk-ways {
                a.button-quiet href="/desk/timeline" { (icon("calendar")) " " (w.say("at-desk-timeline")) }
                a.button-quiet href="/desk/products" { (icon("tag")) " " (w.say("at-desk-products")) }
                a.button-quiet href=(self.filter.address("/desk/schedule/export", self.filter.state, 0)) download { (icon("download")) " " (w.say("deals-export")) }
                @if self.may_change {
                    a.button-quiet href="/desk/schedule/import" { (icon("upload")) " " (w.say("deals-import")) }
                    a.button href="/desk/schedule/make" { (icon("plus")) " " (w.say("deal-make")) }
                }
            }
        }
    }

    fn filters(&self, w: &Words) -> Markup {
        let f = &self.filter;
        let only: Vec<Choice> = named(w, "at-desk-only-", &["sold-out", "untouched"]);
        html! {
            form.desk-filter role="search" method="get" action=(PATH) aria-label=(w.say("deals-filter")) {
                input type="hidden" name="state" value=(f.state.name());
                div.field.grow {
                    label for="text" { (w.say("deals-text")) }
                    input #text name="text" type="search" value=(f.text);
                }
                (select("seller", &w.say("at-desk-seller"), &w.say("at-desk-all-sellers"), &self.sellers, &f.seller))
                (select("category", &w.say("at-desk-category"), &w.say("at-desk-all-categories"), &self.categories, &f.category))
                div.field { label for="day" { (w.say("at-desk-day")) } input #day name="day" type="date" value=(f.day); }
                (select("only", &w.say("at-desk-only"), &w.say("at-desk-only-any"), &only, &f.only))
                (select("sort", &w.say("at-desk-sort"), &w.say("at-desk-sort-usual"), &named(w, "at-desk-sort-", &SORTS), &f.sort))
                div.desk-filter-end {
                    button.button-quiet type="submit" { (icon("filter")) " " (w.say("at-desk-filter-apply")) }
                    @if !f.is_plain() { a.link-button href=(Filter::default().address(PATH, f.state, 0)) { (w.say("at-desk-filter-clear")) } }
                }
            }
            p.fine role="status" { (w.say_with("at-desk-deals-found", [("count", w.count(self.total as u64).into())])) }
        }
    }

    fn nothing(&self, w: &Words) -> Markup {
        html! {
            div.empty {
                p { (w.say(if self.filter.is_plain() { "deals-none" } else { "deals-none-found" })) }
                @if self.may_change && self.filter.is_plain() { p { a.button href="/desk/schedule/make" { (w.say("deal-make")) } } }
            }
        }
    }

    fn chosen_from(&self, frame: &Frame) -> Markup {
        if !self.may_change {
            return self.sheet(frame);
        }
        let w = &frame.words;
        html! {
            form method="get" action="/desk/schedule/bulk" data-bulk {
                (self.sheet(frame))
                div.bulk-bar role="group" aria-label=(w.say("bulk")) {
                    span.bulk-count role="status" data-chosen=(w.say_with("bulk-chosen", [("count", "{count}".into())])) { (w.say("bulk-choose")) }
                    @if self.total > self.rows.len() && self.total <= self.bulk_max {
                        label.check {
                            input type="checkbox" name="all" value="yes";
                            span { (w.say_with("bulk-all", [("count", w.count(self.total as u64).into())])) }
                        }
                    }
                    input type="hidden" name="state" value=(self.filter.state.name());
                    @for (name, value) in self.filter.pairs() { @if !value.is_empty() { input type="hidden" name=(name) value=(value); } }
                    label.sr-only for="what" { (w.say("bulk-what")) }
                    select #what name="what" { @for what in BULK { option value=(what) { (w.say(&format!("bulk-{what}"))) } } }
                    button.button type="submit" { (w.say("bulk-next")) }
                }
            }
        }
    }

    fn sheet(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            div.sheet.sheet-counts tabindex="0" role="group" aria-label=(w.say("desk-deals")) {
                table.deals {
                    thead { tr {
                        @if self.may_change { th.pick data-all=(w.say("at-desk-choose-all")) { span.sr-only { (w.say("at-desk-choose")) } } }
                        th { (w.say("deal")) } th { (w.say("at-desk-window")) } th { (w.say("at-desk-price")) } th { (w.say("claimed-share")) }
                        th.figure { (w.say("available")) } th.figure { (w.say("held")) } th.figure { (w.say("ordered")) }
                        th.figure { (w.say("sold")) } th.figure { (w.say("waiting-count")) }
                    } }
                    tbody { @for row in &self.rows { (self.row(w, row)) } }
                }
            }
        }
    }

    fn row(&self, w: &Words, row: &DealRow) -> Markup {
        let [available, held, ordered, sold] = row.units;
        let shown_state = self.filter.state == State::All;
        html! {
            tr {
                @if self.may_change {
                    td.pick { label.pick-box { input type="checkbox" name="deal" value=(row.deal) aria-label=(w.say_with("at-desk-choose-deal", [("deal", row.deal.as_str().into())])); } }
                }
                td data-label=(w.say("deal")) {
                    div.deal-what {
                        div.thumb { @if let Some(picture) = &row.picture { (picture.render("", "3rem", false)) } }
                        div {
                            a.deal-name href=(row.address()) { (row.name) }
                            span.deal-id { (row.deal) " · " (row.seller) }
                            @if shown_state { span.tag data-standing=(row.state.name()) { (w.say(&format!("state-{}", row.state.name()))) } }
                        }
                    }
                }
                td data-label=(w.say("at-desk-window")) { span.window { (moment(w, row.starts_at)) br; "– " (moment(w, row.ends_at)) } }
                td data-label=(w.say("at-desk-price")) { (row.price.render(w)) }
                td data-label=(w.say("claimed-share")) { (claimed_bar(w, &row.deal, row.claimed)) }
                td.figure data-label=(w.say("available")) { (w.count(available)) }
                td.figure data-label=(w.say("held")) { (w.count(held)) }
                td.figure data-label=(w.say("ordered")) { (w.count(ordered)) }
                td.figure data-label=(w.say("sold")) { (w.count(sold)) }
                td.figure data-label=(w.say("waiting-count")) { (w.count(row.waiting)) }
            }
        }
    }

    fn pager(&self, w: &Words) -> Markup {
        let pages = self.total.div_ceil(self.page_rows.max(1));
        let address = |page| self.filter.address(PATH, self.filter.state, page);
        html! {
            @if pages > 1 {
                nav.desk-pager aria-label=(w.say("pages")) {
                    @if self.page > 0 { a.button-quiet rel="prev" href=(address(self.page - 1)) { (icon("left")) " " (w.say("page-before")) } }
                    span { (w.say_with("at-desk-page-of", [("page", (self.page + 1).into()), ("pages", pages.into())])) }
                    @if self.page + 1 < pages { a.button-quiet rel="next" href=(address(self.page + 1)) { (w.say("page-next")) " " (icon("right")) } }
                }
            }
        }
    }
}

const PATH: &str = "/desk/deals";

/// Choices whose messages begin with `kind` and end with their names.
pub fn named(w: &Words, kind: &str, names: &[&str]) -> Vec<Choice> {
    let choice = |name: &&str| ((*name).to_owned(), w.say(&format!("{kind}{name}")));
    names.iter().map(choice).collect()
}

/// A choice with its label; `any` is the first and blank one.
pub fn select(name: &str, label: &str, any: &str, choices: &[Choice], chosen: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            select #(name) name=(name) {
                option value="" { (any) }
                @for (value, text) in choices { option value=(value) selected[value == chosen] { (text) } }
            }
        }
    }
}

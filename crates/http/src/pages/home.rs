//! The home page: what opens next with its countdown, what is open, what comes later.

use super::countdown::{moment, turning_countdown};
use super::frame::Frame;
use super::tile::{Tile, escaped};
use maud::{Markup, html};
use vocabulary::Millis;

/// A choice of a filter.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// What the visitor filtered by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A category's id.
    pub category: Option<String>,
    /// A seller's id.
    pub seller: Option<String>,
}

/// The next bell.
#[derive(Clone, Copy, Debug)]
pub struct Bell {
    /// When it rings.
    pub at: Millis,
    /// How many deals open with it.
    pub deals: usize,
}

/// What stands on the home page.
#[derive(Clone, Debug)]
pub struct Home {
    /// The next bell, if one is to come.
    pub bell: Option<Bell>,
    /// The open deals of this page.
    pub open: Vec<Tile>,
    /// How many open deals there are on all pages.
    pub open_count: usize,
    /// The deals that come next.
    pub upcoming: Vec<Tile>,
    /// The categories to filter by.
    pub categories: Vec<Choice>,
    /// The sellers to filter by.
    pub sellers: Vec<Choice>,
    /// What is filtered by.
    pub filter: Filter,
    /// Which page this is, from 0.
    pub page: usize,
    /// There is a page after this.
    pub more: bool,
}

impl Home {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let body = html! {
            @if self.page == 0 { (self.hero(frame)) } @else { h1.sr-only { (frame.festival) } }
            (self.filters(frame))
            section.shelf aria-labelledby="open-now" {
                h2 #open-now {
                    (w.say("open-now")) " "
                    span.count { (w.say_with("deals-count", [("count", self.open_count.into())])) }
                }
                @if self.open.is_empty() {
                    p.empty { (w.say("open-none")) }
                } @else {
                    ul.tiles { @for (place, tile) in self.open.iter().enumerate() { (tile.render(frame, place < 4)) } }
                }
                (self.pager(frame))
            }
            @if self.page == 0 {
                section.shelf aria-labelledby="coming" {
                    h2 #coming { (w.say("coming")) }
                    @if self.upcoming.is_empty() {
                        p.empty { (w.say("coming-none")) }
                    } @else {
                        ul.tiles { @for tile in &self.upcoming { (tile.render(frame, false)) } }
                    }
                }
            }
        };
        frame.page(&w.say("home-title"), &body)
    }

    fn hero(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            section.hero {
                h1.hero-title { (frame.festival) }
                @match self.bell {
                    Some(bell) => {
                        p.hero-line { (w.say_with("bell-deals", [("count", bell.deals.into())])) }
                        p.hero-clock { (turning_countdown(w, frame.now, bell.at)) }
                        p.hero-note { (moment(w, bell.at)) " · " (w.say("bell-note")) }
                    }
                    None => p.hero-line { (w.say("bell-none")) },
                }
            }
        }
    }

    fn filters(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            form.filters method="get" action="/" {
                @if !self.categories.is_empty() {
                    nav.chips aria-label=(w.say("categories")) {
                        (self.chip(&w.say("all"), None))
                        @for category in &self.categories { (self.chip(&category.name, Some(&category.id))) }
                    }
                }
                @if self.sellers.len() > 1 {
                    div.filter {
                        @if let Some(category) = &self.filter.category {
                            input type="hidden" name="category" value=(category);
                        }
                        label.sr-only for="seller" { (w.say("seller")) }
                        select #seller name="seller" data-submits {
                            option value="" { (w.say("all-sellers")) }
                            @for seller in &self.sellers {
                                option value=(seller.id) selected[self.filter.seller.as_ref() == Some(&seller.id)] { (seller.name) }
                            }
                        }
                        button.button-quiet type="submit" { (w.say("filter")) }
                    }
                }
            }
        }
    }

    fn chip(&self, name: &str, category: Option<&String>) -> Markup {
        let current = self.filter.category.as_ref() == category;
        let filter = Filter {
            category: category.cloned(),
            seller: self.filter.seller.clone(),
        };
        html! { a.chip href=(filter.address(0)) aria-current=[current.then_some("true")] { (name) } }
    }

    fn pager(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            @if self.page > 0 || self.more {
                nav.pager aria-label=(w.say("pages")) {
                    @if self.page > 0 { a rel="prev" href=(self.filter.address(self.page - 1)) { (w.say("page-before")) } }
                    span { (w.say_with("page-number", [("page", (self.page + 1).into())])) }
                    @if self.more { a rel="next" href=(self.filter.address(self.page + 1)) { (w.say("page-next")) } }
                }
            }
        }
    }
}

impl Filter {
    /// The address of a page of the home page, from 0, so filtered.
    pub fn address(&self, page: usize) -> String {
        let category = self
            .category
            .as_ref()
            .map(|id| format!("category={}", escaped(id)));
        let seller = self
            .seller
            .as_ref()
            .map(|id| format!("seller={}", escaped(id)));
        let page = (page > 0).then(|| format!("page={page}"));
        let pairs: Vec<String> = [category, seller, page].into_iter().flatten().collect();
        match pairs.is_empty() {
            true => "/".to_owned(),
            false => format!("/?{}", pairs.join("&")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_stays_while_one_leafs_through_the_pages() {
        let filter = Filter {
            category: Some("의류".to_owned()),
            seller: Some("a&b".to_owned()),
        };
        assert_eq!(
            filter.address(2),
            "/?category=%EC%9D%98%EB%A5%98&seller=a%26b&page=2"
        );
        assert_eq!(Filter::default().address(0), "/");
    }
}

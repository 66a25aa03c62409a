//! The catalogue at the desk: products found by text, category and seller.

use super::deals::{Choice, select};
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use crate::pages::picture::Picture;
use crate::pages::tile::escaped;
use crate::pages::words::Words;
use maud::{Markup, html};

/// A product as a row.
#[derive(Clone, Debug)]
pub struct ProductRow {
    /// The shop's own id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The seller's name.
    pub seller: String,
    /// Its category's path.
    pub category: String,
    /// Its first picture.
    pub picture: Option<Picture>,
    /// What it costs, and what it is listed at.
    pub price: (String, Option<String>),
    /// How many SKUs.
    pub skus: usize,
    /// Languages in which it has no name.
    pub untranslated: Vec<&'static str>,
}

/// The list.
#[derive(Clone, Debug)]
pub struct ProductsPage {
    /// What was typed.
    pub text: String,
    /// The seller that was chosen.
    pub seller: String,
    /// The category that was chosen.
    pub category: String,
    /// Who sells.
    pub sellers: Vec<Choice>,
    /// What is sold.
    pub categories: Vec<Choice>,
    /// Those of this page.
    pub rows: Vec<ProductRow>,
    /// From 0.
    pub page: usize,
    /// How many pages.
    pub pages: usize,
    /// On all pages.
    pub total: u64,
    /// May make and change products.
    pub may_change: bool,
}

const PATH: &str = "/desk/products";

impl ProductsPage {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say("at-desk-products");
        let body = html! {
            div.deals-head {
                h1 { (title) }
                div.desk-ways { @if self.may_change { a.button href="/desk/catalogue/make" { (icon("plus")) " " (w.say("product-make")) } } }
            }
            form.desk-filter role="search" method="get" action=(PATH) aria-label=(w.say("product-find")) {
                div.field.grow { label for="text" { (w.say("product-text")) } input #text name="text" type="search" value=(self.text); }
                (select("seller", &w.say("at-desk-seller"), &w.say("at-desk-all-sellers"), &self.sellers, &self.seller))
                (select("category", &w.say("at-desk-category"), &w.say("at-desk-all-categories"), &self.categories, &self.category))
                div.desk-filter-end { button.button-quiet type="submit" { (icon("search")) " " (w.say("find")) } }
            }
            p.fine role="status" { (w.say_with("products-found", [("count", w.count(self.total).into())])) }
            @if self.rows.is_empty() { p.empty { (w.say("products-none-found")) } } @else { (self.sheet(w, &title)) }
            (self.pager(w))
        };
        frame.desk_page(&title, Some(staff), &body)
    }

    fn sheet(&self, w: &Words, title: &str) -> Markup {
        html! {
            div.sheet tabindex="0" role="group" aria-label=(title) {
                table.deals {
                    thead { tr { th { (w.say("product")) } th { (w.say("at-desk-category")) } th.figure { (w.say("at-desk-price")) } th.figure { "SKU" } th { (w.say("product-languages")) } } }
                    tbody {
                        @for row in &self.rows {
                            tr {
                                td data-label=(w.say("product")) {
                                    div.deal-what {
                                        div.thumb { @if let Some(picture) = &row.picture { (picture.render("", "3rem", false)) } @else { (icon("image")) } }
                                        div { a.deal-name href=(format!("{PATH}/{}", escaped(&row.id))) { (row.name) } span.deal-id { (row.id) " · " (row.seller) } }
                                    }
                                }
                                td data-label=(w.say("at-desk-category")) { (row.category) }
                                td.figure data-label=(w.say("at-desk-price")) { (row.price.0) @if let Some(listed) = &row.price.1 { br; s.price-was { (listed) } } }
                                td.figure data-label="SKU" { (row.skus) }
                                td data-label=(w.say("product-languages")) {
                                    @if row.untranslated.is_empty() { span.verdict data-verdict="yes" { (w.say("product-all-languages")) } }
                                    @else { span.verdict data-verdict="differs" { (w.say_with("product-no-language", [("languages", row.untranslated.join(", ").into())])) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn pager(&self, w: &Words) -> Markup {
        let address = |page: usize| {
            let (text, seller) = (escaped(&self.text), escaped(&self.seller));
            let category = escaped(&self.category);
            format!("{PATH}?text={text}&seller={seller}&category={category}&page={page}")
        };
        html! {
            @if self.pages > 1 {
                nav.desk-pager aria-label=(w.say("pages")) {
                    @if self.page > 0 { a.button-quiet rel="prev" href=(address(self.page - 1)) { (w.say("page-before")) } }
                    span { (w.say_with("at-desk-page-of", [("page", (self.page + 1).into()), ("pages", self.pages.into())])) }
                    @if self.page + 1 < self.pages { a.button-quiet rel="next" href=(address(self.page + 1)) { (w.say("page-next")) } }
                }
            }
        }
    }
}

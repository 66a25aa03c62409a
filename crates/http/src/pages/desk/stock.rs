//! Stock at the desk: where the units of a product are, and the form by which units come in or leave.

use super::deals::Choice;
use super::head::crumbs;
use crate::pages::figures::machine_moment;
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use crate::pages::tile::escaped;
use crate::pages::words::Words;
use maud::{Markup, html};
use vocabulary::Millis;

/// A SKU with where its units are.
#[derive(Clone, Debug)]
pub struct StockRow {
    /// The shop's own id.
    pub sku: String,
    /// Size or colour.
    pub option: String,
    /// All units ever received and not withdrawn.
    pub stock: u64,
    /// Units in no deal.
    pub free: u64,
    /// Units of deals: available, held, ordered, sold.
    pub allotted: [u64; 4],
    /// Deals that have it and are not over.
    pub deals: usize,
}

/// Units that came or left.
#[derive(Clone, Debug)]
pub struct StockDeed {
    /// When.
    pub at: Millis,
    /// Who.
    pub who: String,
    /// What, in words.
    pub what: String,
}

/// What units do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flow {
    /// They come into the free stock.
    #[default]
    Receive,
    /// They leave it, for the shop's other channels or for good.
    Withdraw,
}

/// The stock of a product, with what is typed into its form.
#[derive(Clone, Debug, Default)]
pub struct StockPage {
    /// The shop's own id of the product.
    pub product: String,
    /// What it is called.
    pub name: String,
    /// Its SKUs.
    pub rows: Vec<StockRow>,
    /// The SKU that is chosen.
    pub sku: String,
    /// What its units are to do.
    pub flow: Flow,
    /// How many, as typed.
    pub units: String,
    /// What is wrong with that.
    pub error: Option<String>,
    /// What it comes to, in words; none before a number was said.
    pub effect: Option<String>,
    /// It was sent otherwise than it was foreseen.
    pub otherwise: bool,
    /// What came and left, newest first.
    pub deeds: Vec<StockDeed>,
}

impl Flow {
    /// Both.
    pub const ALL: [Flow; 2] = [Flow::Receive, Flow::Withdraw];

    /// Its name in forms and messages.
    pub fn name(self) -> &'static str {
        match self {
            Flow::Receive => "receive",
            Flow::Withdraw => "withdraw",
        }
    }

    /// The flow of that name; the usual one where there is none.
    pub fn named(name: &str) -> Flow {
        let mut all = Flow::ALL.into_iter();
        all.find(|flow| flow.name() == name).unwrap_or_default()
    }

    /// What undoes it.
    pub fn back(self) -> Flow {
        match self {
            Flow::Receive => Flow::Withdraw,
            Flow::Withdraw => Flow::Receive,
        }
    }
}

/// The address of the stock of a product.
pub fn address(product: &str) -> String {
    format!("/desk/products/{}/stock", escaped(product))
}

/// Where the units of each SKU are.
pub fn table(w: &Words, rows: &[StockRow]) -> Markup {
    let places = ["available", "held", "ordered", "sold"];
    html! {
        div.sheet tabindex="0" role="group" aria-label=(w.say("stock-title")) {
            table {
                thead { tr {
                    th { "SKU" } th.figure { (w.say("stock-all")) } th.figure { (w.say("at-desk-free")) } th.figure { (w.say("stock-deals")) }
                    @for place in places { th.figure { (w.say(place)) } }
                } }
                tbody {
                    @for row in rows {
                        tr {
                            td data-label="SKU" { span.deal-name { @if row.option.is_empty() { (row.sku) } @else { (row.option) } } span.deal-id { (row.sku) } }
                            td.figure data-label=(w.say("stock-all")) { (w.count(row.stock)) }
                            td.figure data-label=(w.say("at-desk-free")) { strong { (w.count(row.free)) } }
                            td.figure data-label=(w.say("stock-deals")) { (w.count(row.deals as u64)) }
                            @for (place, units) in places.iter().zip(row.allotted) { td.figure data-label=(w.say(place)) { (w.count(units)) } }
                        }
                    }
                }
            }
        }
        p.field-hint { (w.say("stock-hint")) }
    }
}

impl StockPage {
    /// What the effect is the effect of, as the form sends it along: nothing else is done.
    pub fn foreseen(&self) -> String {
        format!("{}:{}:{}", self.sku, self.flow.name(), self.units)
    }

    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say("stock-title");
        let body = html! {
            (crumbs(w, &[(&format!("/desk/products/{}", escaped(&self.product)), self.name.clone())]))
            h1 { (title) }
            section.panel { (table(w, &self.rows)) }
            (self.form(frame))
            (self.history(w))
        };
        frame.desk_page(&title, Some(staff), &body)
    }

    fn form(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            form.panel method="post" action=(address(&self.product)) novalidate {
                (frame.key())
                h2 { (w.say("stock-move")) }
                fieldset.choices {
                    legend { (w.say("stock-flow")) }
                    @for flow in Flow::ALL {
                        label.choice {
                            input type="radio" name="flow" value=(flow.name()) checked[flow == self.flow];
                            span { (w.say(&format!("stock-{}", flow.name()))) }
                        }
                    }
                }
                div.fields { (self.skus(w)) (self.field(w)) }
                @if self.otherwise { p.notice.notice-warn role="status" { (w.say("foreseen-otherwise")) } }
                @if let Some(effect) = &self.effect {
                    input type="hidden" name="foreseen" value=(self.foreseen());
                    p.move-effect role="status" { strong { (effect) } }
                }
                div.toolbar {
                    @if self.effect.is_some() { button.button type="submit" { (w.say(&format!("stock-{}-now", self.flow.name()))) } }
                    button.button-quiet type="submit" formmethod="get" { (icon("search")) " " (w.say("bulk-preview")) }
                }
            }
        }
    }

    fn skus(&self, w: &Words) -> Markup {
        let choice = |row: &StockRow| {
            let free = w.say_with("at-desk-free-units", [("count", w.count(row.free).into())]);
            let named = format!("{} {}", row.sku, row.option);
            (row.sku.clone(), format!("{} · {free}", named.trim()))
        };
        let choices: Vec<Choice> = self.rows.iter().map(choice).collect();
        html! {
            div.field {
                label for="stock-sku" { "SKU" }
                select #stock-sku name="sku" { @for (sku, text) in &choices { option value=(sku) selected[*sku == self.sku] { (text) } } }
            }
        }
    }

    fn field(&self, w: &Words) -> Markup {
        let error = self.error.as_ref();
        html! {
            div.field data-bad[error.is_some()] {
                label for="stock-units" { (w.say("at-desk-units")) }
                input #stock-units name="units" type="number" min="1" value=(self.units) required
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| "stock-units-error")];
                @if let Some(error) = error { p #stock-units-error.field-error role="alert" { (error) } }
            }
        }
    }

    fn history(&self, w: &Words) -> Markup {
        html! {
            section.panel aria-labelledby="stock-history" {
                h2 #stock-history { (w.say("at-desk-history")) }
                @if self.deeds.is_empty() { p.fine { (w.say("at-desk-history-none")) } }
                ol.deeds {
                    @for deed in &self.deeds {
                        li.deed-done { div {
                            p { strong { (deed.what) } }
                            p.fine { time datetime=(machine_moment(deed.at)) { (w.exact_moment(deed.at)) } " · " (deed.who) }
                        } }
                    }
                }
            }
        }
    }
}

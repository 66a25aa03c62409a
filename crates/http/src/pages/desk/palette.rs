//! The command palette: where to go, what to do, what to find, by keyboard; and the page that does the
//! same without script.

use super::head::Head;
use super::sections::Section;
use crate::pages::countdown::moment;
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use crate::pages::language::Language;
use crate::pages::tile::escaped;
use maud::{Markup, html};
use records::Role;
use serde::Serialize;
use vocabulary::Millis;

/// The letters behind `g` that lead to a section.
const LETTERS: [(&str, &str); 5] = [
    ("t", "/desk"),
    ("d", "/desk/deals"),
    ("o", "/desk/orders"),
    ("p", "/desk/people"),
    ("a", "/desk/audit"),
];

/// What was looked for and found.
#[derive(Clone, Debug, Default)]
pub struct FindPage {
    /// What was typed.
    pub query: String,
    /// Deals: id and name.
    pub deals: Vec<(String, String)>,
    /// Orders: id, who receives it, and when it was placed.
    pub orders: Vec<(String, String, Millis)>,
}

/// Something found, as the script shows it.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct FoundItem {
    /// What it is called.
    pub label: String,
    /// What it is.
    pub note: String,
    /// Its page.
    pub to: String,
}

impl FindPage {
    /// What was found, for a script.
    pub fn items(&self, frame: &Frame) -> Vec<FoundItem> {
        let w = &frame.words;
        let deals = self.deals.iter().map(|(deal, name)| FoundItem {
            label: name.clone(),
            note: format!("{} {deal}", w.say("deal")),
            to: format!("/desk/deals/{}", escaped(deal)),
        });
        let orders = self.orders.iter().map(|(order, name, at)| FoundItem {
            label: name.clone(),
            note: format!("{} {order} · {}", w.say("desk-order"), w.moment(*at)),
            to: format!("/desk/orders/{order}"),
        });
        deals.chain(orders).collect()
    }

    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say("desk-find");
        let head = Head {
            title: &title,
            ..Head::default()
        };
        let empty = self.deals.is_empty() && self.orders.is_empty();
        let body = html! {
            (head.render(w))
            form.toolbar method="get" action="/desk/find" role="search" {
                div.search {
                    label.sr-only for="q" { (w.say("desk-find-what")) }
                    input #q type="search" name="q" value=(self.query) placeholder=(w.say("desk-find-what")) autocomplete="off";
                    button.button type="submit" { (w.say("find")) }
                }
            }
            @if !self.query.is_empty() && empty { p.empty { (w.say("desk-found-none")) } }
            @if !self.deals.is_empty() {
                section.panel { h2 { (w.say("desk-deals")) }
                    ul.desk-found { @for (deal, name) in &self.deals { li { a href=(format!("/desk/deals/{}", escaped(deal))) { (name) } " " span.fine { (deal) } } } }
                }
            }
            @if !self.orders.is_empty() {
                section.panel { h2 { (w.say("desk-orders")) }
                    ul.desk-found { @for (order, name, at) in &self.orders { li { a href=(format!("/desk/orders/{order}")) { (name) } " " span.fine { (order) " · " (moment(w, *at)) } } } }
                }
            }
        };
        frame.desk_page(&title, Some(staff), &body)
    }
}

/// The way to find things, in the bar above: a page without script, the palette with it.
pub fn opener(frame: &Frame) -> Markup {
    html! {
        a.desk-opener href="/desk/find" data-opens="palette" {
            (icon("search")) span { (frame.words.say("desk-find")) } kbd aria-hidden="true" { "Ctrl K" }
        }
    }
}

/// The dialogs, closed. Without script nothing opens them.
pub fn dialogs(frame: &Frame, role: Role) -> Markup {
    let w = &frame.words;
    html! {
        dialog.palette #palette aria-label=(w.say("desk-find")) data-found="/desk/find.json" data-none=(w.say("desk-found-none")) {
            input.palette-input type="text" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list"
                aria-label=(w.say("desk-find-what")) placeholder=(w.say("desk-find-what")) autocomplete="off" spellcheck="false";
            ul.palette-list #palette-list role="listbox" aria-label=(w.say("desk-find")) {
                @for section in Section::open_to(role) { (option(&w.say(section.key), &w.say("palette-go"), section.address)) }
                (option(&w.say("desk-me"), &w.say("palette-go"), "/desk/me"))
                @if role >= Role::Merchandiser { (option(&w.say("deal-make"), &w.say("palette-do"), "/desk/schedule/make")) }
                @if role >= Role::Owner {
                    (option(&w.say("invite"), &w.say("palette-do"), "/desk/people/invite"))
                    (option(&w.say("keys"), &w.say("palette-go"), "/desk/keys"))
                }
                @for language in Language::ALL.into_iter().filter(|language| *language != w.language) {
                    li role="option" aria-selected="false" lang=(language.tag()) data-language=(language.tag()) { span { (language.own_name()) } span.palette-note { (w.say("language")) } }
                }
                li role="option" aria-selected="false" data-signs-out { span { (w.say("sign-out")) } span.palette-note { (w.say("palette-do")) } }
            }
            p.palette-hint { (w.say("palette-hint")) }
        }
        (shortcuts(frame, role))
    }
}

fn option(label: &str, note: &str, to: &str) -> Markup {
    html! { li role="option" aria-selected="false" data-to=(to) { span { (label) } span.palette-note { (note) } } }
}

fn shortcuts(frame: &Frame, role: Role) -> Markup {
    let w = &frame.words;
    html! {
        dialog.palette.shortcuts #shortcuts aria-labelledby="shortcuts-title" {
            h2 #shortcuts-title { (w.say("shortcuts")) }
            dl.shortcuts-list {
                div { dt { kbd { "Ctrl" } " " kbd { "K" } } dd { (w.say("desk-find")) } }
                div { dt { kbd { "?" } } dd { (w.say("shortcuts")) } }
                @for section in Section::open_to(role) {
                    @if let Some((letter, _)) = LETTERS.iter().find(|(_, address)| *address == section.address) {
                        div { dt { kbd { "g" } " " kbd { (letter) } } dd data-letter=(letter) data-to=(section.address) { (w.say(section.key)) } }
                    }
                }
            }
            label.check { input type="checkbox" data-letters; span { (w.say("shortcuts-letters")) } }
            form method="dialog" { button.button-quiet type="submit" { (w.say("close")) } }
        }
    }
}

//! A member's address book, the form of one address, and the page that finds an address in Korea.

use super::address_form::{AddressForm, TypedAddress};
use super::error_summary::{WrongField, error_summary};
use super::form::deed;
use super::frame::Frame;
use super::icon::icon;
use crate::countries;
use clerks::ports::FoundAddress;
use maud::{Markup, html};
use records::{ADDRESSES_MAX, Address, AddressId};

/// The book.
pub fn book(frame: &Frame, book: &[(AddressId, Address)]) -> Markup {
    let w = &frame.words;
    let body = html! {
        h1 { (w.say("addresses")) }
        @if book.is_empty() { p.empty { (w.say("addresses-none")) } }
        ul.rows.address-rows {
            @for (id, address) in book { (entry(frame, *id, address)) }
        }
        @if book.len() < ADDRESSES_MAX {
            p { a.button href="/addresses/add" { (w.say("add-address")) } }
        } @else {
            p.notice { (w.say_with("addresses-full", [("count", ADDRESSES_MAX.into())])) }
        }
    };
    frame.page(&w.say("addresses"), &body)
}

fn entry(frame: &Frame, id: AddressId, address: &Address) -> Markup {
    let w = &frame.words;
    html! {
        li.row {
            div.row-text {
                p.row-name { (address.recipient) @if address.first { " " span.tag { (w.say("first-choice")) } } }
                @for line in countries::lines(&address.place) { p.row-time { (line) } }
                p.row-time { (address.phone) }
            }
            div.row-deeds {
                @if !address.first {
                    (deed(frame, &format!("/addresses/{id}/first"), "link-button", &w.say("make-first"), &[]))
                }
                a.link-button href=(format!("/addresses/{id}")) { (w.say("address-edit")) span.sr-only { ": " (address.recipient) } }
                details.confirm {
                    summary.link-button { (w.say("address-delete")) span.sr-only { ": " (address.recipient) } }
                    (deed(frame, &format!("/addresses/{id}/delete"), "button-quiet", &w.say("address-delete-now"), &[]))
                }
            }
        }
    }
}

/// One address, to be added or changed.
pub struct AddressPage<'a> {
    /// Which one; none for one that is added.
    pub id: Option<AddressId>,
    /// What stands in its fields.
    pub typed: &'a TypedAddress,
    /// It becomes the first choice.
    pub first: bool,
    /// What is wrong.
    pub wrong: &'a [WrongField],
    /// Where parcels go.
    pub countries: &'a [String],
}

impl AddressPage<'_> {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let (title, action) = match self.id {
            Some(id) => (w.say("change-address"), format!("/addresses/{id}")),
            None => (w.say("add-address"), "/addresses/add".to_owned()),
        };
        let form = AddressForm {
            typed: self.typed,
            wrong: self.wrong,
            countries: self.countries,
        };
        let body = html! {
            h1 { (title) }
            form.form.address-form method="post" action=(action) novalidate {
                button.sr-only type="submit" tabindex="-1" aria-hidden="true" {}
                input type="hidden" name="back" value=(action);
                (error_summary(frame, self.wrong))
                (form.render(frame))
                label.check {
                    input type="checkbox" name="first" value="yes" checked[self.first];
                    span { (w.say("use-first")) }
                }
                button.button.button-wide type="submit" { (w.say("address-save")) }
            }
            p { a href="/addresses" { (w.say("addresses")) } }
        };
        frame.page(&title, &body)
    }
}

/// What was looked for, and what was found.
pub struct Finding<'a> {
    /// The form to come back to.
    pub back: &'a str,
    /// Everything that was typed there.
    pub kept: &'a [(String, String)],
    /// What is looked for.
    pub query: &'a str,
    /// What was found; none before anything was looked for.
    pub found: Option<&'a [FoundAddress]>,
    /// The book of addresses does not answer.
    pub failed: bool,
}

impl Finding<'_> {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let body = html! {
            h1 { (w.say("find-address")) }
            form.form.find-form method="post" action="/addresses/find" role="search" aria-label=(w.say("find-address")) {
                (self.kept())
                div.field {
                    label for="query" { (w.say("find-address-by")) }
                    div.field-with-deed {
                        input #query name="query" type="search" autocomplete="off" value=(self.query) autofocus aria-describedby="query-hint";
                        button.button type="submit" { (icon("search")) " " (w.say("find-now")) }
                    }
                    p.field-hint #query-hint { (w.say("find-address-hint")) }
                }
            }
            @if self.failed { p.notice.notice-bad role="alert" { (w.say("find-failed")) } }
            form.form method="post" action=(self.back) {
                (self.kept())
                @if let Some(found) = self.found { (self.results(frame, found)) }
                button.button-quiet type="submit" name="go" value="back" { (w.say("type-yourself")) }
            }
        };
        frame.page(&w.say("find-address"), &body)
    }

    fn results(&self, frame: &Frame, found: &[FoundAddress]) -> Markup {
        let w = &frame.words;
        html! {
            p role="status" { (w.say_with("addresses-found", [("count", found.len().into())])) }
            ul.found {
                @for address in found {
                    li {
                        button.found-address type="submit" name="found" value={ (address.postcode) "|" (address.line) } {
                            span.found-postcode { (address.postcode) }
                            span { (address.line) }
                        }
                    }
                }
            }
        }
    }

    fn kept(&self) -> Markup {
        html! {
            input type="hidden" name="back" value=(self.back);
            @for (name, value) in self.kept { input type="hidden" name=(name) value=(value); }
        }
    }
}

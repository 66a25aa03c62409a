//! Sending units back: the form, the sums before it is sent, and how a request stands.

use super::countdown::moment;
use super::frame::Frame;
use super::picture::Picture;
use crate::deeds::{NOTE_CHARACTERS_MAX, ReturnQuote};
use maud::{Markup, html};
use money::{Amount, Currency};
use records::{ReturnKind, ReturnPayer, ReturnReason};
use std::collections::BTreeMap;
use vocabulary::Millis;

/// A line of which units may go back.
#[derive(Clone, Debug)]
pub struct Returnable {
    /// Its number.
    pub line: u8,
    /// What it is.
    pub name: String,
    /// A picture of it.
    pub picture: Option<Picture>,
    /// How many units may go back.
    pub most: u16,
    /// What it can be exchanged for: the shop's own id and what it is called.
    pub options: Vec<(String, String)>,
}

/// What was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Units by line.
    pub units: BTreeMap<u8, u16>,
    /// What is wanted instead, by line.
    pub wishes: BTreeMap<u8, String>,
    /// Money or others.
    pub kind: ReturnKind,
    /// Why.
    pub reason: Option<ReturnReason>,
    /// In the shopper's words.
    pub note: String,
}

/// The form.
#[derive(Clone, Debug)]
pub struct ReturnForm {
    /// The order's id.
    pub order: String,
    /// Lines of which units may go back.
    pub lines: Vec<Returnable>,
    /// What was chosen so far.
    pub chosen: Chosen,
    /// What is wrong: the field and the message that says how.
    pub errors: Vec<(&'static str, String)>,
    /// What the way costs who changed their mind: back, and back and forth.
    pub fees: [Amount; 2],
    /// Of the fees.
    pub currency: Currency,
    /// The first moment in which it is too late for some line.
    pub until: Option<Millis>,
}

/// What was asked, as a row.
#[derive(Clone, Debug)]
pub struct ReturnRow {
    /// Money or others.
    pub kind: ReturnKind,
    /// Why.
    pub reason: ReturnReason,
    /// Who pays the way.
    pub payer: ReturnPayer,
    /// What it costs who bought.
    pub fee: Amount,
    /// Of the fee.
    pub currency: Currency,
    /// In the shopper's words.
    pub note: String,
    /// When.
    pub asked_at: Millis,
    /// What, how many, and what instead.
    pub lines: Vec<(String, u16, Option<String>)>,
    /// The message that says how it stands.
    pub state: &'static str,
}

/// The message that names a reason.
pub fn reason_message(reason: ReturnReason) -> String {
    format!("return-reason-{}", reason.name().replace('_', "-"))
}

impl ReturnForm {
    /// The page to choose on.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let back = format!("/orders/{}", self.order);
        let body = html! {
            p.crumb { a href=(back) { (w.say("back-to-order")) } }
            h1 { (w.say("return-title")) }
            @if self.lines.is_empty() {
                (self.nothing(frame, &back))
            } @else {
                @if let Some(until) = self.until {
                    p.lead { (w.say_with("return-until", [("moment", w.moment(until).into())])) }
                }
                (self.wrongs(frame))
                form.form.return-form method="post" action=(format!("{back}/return")) {
                    (frame.key())
                    (self.what(frame))
                    (self.kinds(frame))
                    (self.reasons(frame))
                    (self.note(frame))
                    button.button type="submit" name="step" value="check" { (w.say("return-check")) }
                }
            }
        };
        frame.page(&w.say("return-title"), &body)
    }

    /// Nothing may go back by itself; there is always somebody to ask.
    fn nothing(&self, frame: &Frame, back: &str) -> Markup {
        let w = &frame.words;
        html! {
            div.empty {
                p { (w.say("return-nothing")) }
                p.fine { (w.say("return-late-help")) }
                p { a.button-quiet href=(back) { (w.say("back-to-order")) } }
            }
        }
    }

    fn wrongs(&self, frame: &Frame) -> Markup {
        html! {
            @if !self.errors.is_empty() {
                div.notice.notice-bad role="alert" {
                    p { (frame.words.say("form-wrong")) }
                    ul { @for (field, text) in &self.errors { li { a href=(format!("#{field}")) { (text) } } } }
                }
            }
        }
    }

    fn error(&self, field: &str) -> Markup {
        let error = self.errors.iter().find(|(wrong, _)| *wrong == field);
        html! { @if let Some((_, text)) = error { p.field-error { (text) } } }
    }

    fn what(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            fieldset #units tabindex="-1" {
                legend.legend { (w.say("return-what")) }
                (self.error("units"))
                ul.rows {
                    @for line in &self.lines {
                        @let id = format!("units-{}", line.line);
                        li.row {
                            (picture(line.picture.as_ref()))
                            div.row-text {
                                p.row-name { (line.name) }
                                (self.wish(frame, line))
                            }
                            div.field.field-short {
                                label for=(id) { (w.say("units")) span.sr-only { " · " (line.name) } }
                                select id=(id) name=(id) {
                                    @for units in 0..=line.most {
                                        option value=(units) selected[units == self.units_of(line)] { (units) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// What was chosen; at first all of what is the only line.
    fn units_of(&self, line: &Returnable) -> u16 {
        let first = if self.lines.len() == 1 { line.most } else { 0 };
        self.chosen.units.get(&line.line).copied().unwrap_or(first)
    }

    fn wish(&self, frame: &Frame, line: &Returnable) -> Markup {
        let w = &frame.words;
        let id = format!("wish-{}", line.line);
        let wished = self.chosen.wishes.get(&line.line);
        html! {
            @if line.options.len() > 1 {
                div.field.return-wish {
                    label for=(id) { (w.say("return-wish")) span.sr-only { " · " (line.name) } }
                    select id=(id) name=(id) {
                        @for (sku, name) in &line.options {
                            option value=(sku) selected[wished == Some(sku)] { (name) }
                        }
                    }
                }
            } @else if let Some((sku, _)) = line.options.first() {
                input type="hidden" name=(id) value=(sku);
            }
        }
    }

    fn kinds(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let kinds = [
            (
                ReturnKind::Return,
                "return",
                "return-kind-return",
                "return-kind-return-note",
            ),
            (
                ReturnKind::Exchange,
                "exchange",
                "return-kind-exchange",
                "return-kind-exchange-note",
            ),
        ];
        html! {
            fieldset {
                legend.legend { (w.say("return-kind")) }
                div.choices {
                    @for (kind, value, name, note) in kinds {
                        label.choice.choice-tall {
                            input type="radio" name="kind" value=(value) checked[self.chosen.kind == kind];
                            span.choice-text { span.choice-name { (w.say(name)) } span.fine { (w.say(note)) } }
                        }
                    }
                }
            }
        }
    }

    fn reasons(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            fieldset #reason tabindex="-1" {
                legend.legend { (w.say("return-reason")) }
                (self.error("reason"))
                div.choices {
                    @for reason in ReturnReason::ALL {
                        label.choice.choice-tall {
                            input type="radio" name="reason" value=(reason.name()) required checked[self.chosen.reason == Some(reason)];
                            span.choice-text {
                                span.choice-name { (w.say(&reason_message(reason))) }
                                span.fine { (self.cost(frame, reason)) }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Who pays the way for this reason, with the sum.
    fn cost(&self, frame: &Frame, reason: ReturnReason) -> String {
        let w = &frame.words;
        let [back, both] = self.fees.map(|fee| w.amount(fee, self.currency));
        match reason.payer() {
            ReturnPayer::Seller => w.say("return-cost-seller"),
            ReturnPayer::Buyer if self.fees[0].is_zero() => w.say("return-cost-none"),
            ReturnPayer::Buyer => w.say_with(
                "return-cost-buyer",
                [("back", back.into()), ("both", both.into())],
            ),
        }
    }

    fn note(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            div.field {
                label for="note" { (w.say("return-note")) }
                textarea #note name="note" rows="3" maxlength=(NOTE_CHARACTERS_MAX) aria-describedby="note-hint" { (self.chosen.note) }
                p.field-hint #note-hint { (w.say_with("return-note-hint", [("count", NOTE_CHARACTERS_MAX.into())])) }
                (self.error("note"))
            }
        }
    }

    /// The page that shows the sums before it is sent.
    pub fn check(&self, frame: &Frame, key: &str, quote: &ReturnQuote) -> Markup {
        let w = &frame.words;
        let here = format!("/orders/{}/return", self.order);
        let title = w.say("return-check-title");
        let body = html! {
            form.form.narrow.return-check method="post" action=(here) {
                h1 { (title) }
                (self.hidden(key))
                dl.facts {
                    div { dt { (w.say("return-kind")) } dd { (w.say(kind_message(self.chosen.kind))) } }
                    @for line in &self.lines {
                        @let units = self.chosen.units.get(&line.line).copied().unwrap_or_default();
                        @if units > 0 {
                            div {
                                dt { (w.say("return-what-short")) }
                                dd { (line.name) " × " (units) @if let Some(wish) = self.wished(line) { br; (w.say_with("return-wished", [("name", wish.into())])) } }
                            }
                        }
                    }
                    @if let Some(reason) = self.chosen.reason {
                        div { dt { (w.say("return-reason")) } dd { (w.say(&reason_message(reason))) } }
                    }
                    @if !self.chosen.note.is_empty() { div { dt { (w.say("return-note")) } dd { (self.chosen.note) } } }
                }
                (self.sums(frame, quote))
                p.fine { (w.say("return-effect")) }
                button.button.button-wide type="submit" name="step" value="send" { (w.say("return-send")) }
                button.button-quiet type="submit" name="step" value="change" { (w.say("return-change")) }
            }
        };
        frame.page(&title, &body)
    }

    fn sums(&self, frame: &Frame, quote: &ReturnQuote) -> Markup {
        let w = &frame.words;
        let money = |amount| w.amount(amount, self.currency);
        html! {
            section.summary aria-label=(w.say("return-sums")) {
                h2 { (w.say("return-sums")) }
                dl.bill-lines {
                    @if self.chosen.kind == ReturnKind::Return {
                        div { dt { (w.say("goods")) } dd { (money(quote.goods)) } }
                        @if !quote.shipping.is_zero() { div { dt { (w.say("shipping")) } dd { (money(quote.shipping)) } } }
                    }
                    div {
                        dt { (w.say(if self.chosen.kind == ReturnKind::Return { "return-fee" } else { "return-fee-both" })) }
                        dd { @match quote.payer {
                            ReturnPayer::Seller => (w.say("return-fee-seller")),
                            ReturnPayer::Buyer => { @if self.chosen.kind == ReturnKind::Return { "− " } (money(quote.fee)) },
                        } }
                    }
                    @if self.chosen.kind == ReturnKind::Return {
                        div.bill-total { dt { (w.say("return-refund")) } dd { (money(quote.refund())) } }
                    }
                }
            }
        }
    }

    fn wished(&self, line: &Returnable) -> Option<String> {
        let wish = self.chosen.wishes.get(&line.line)?;
        let found = line.options.iter().find(|(sku, _)| sku == wish)?;
        (self.chosen.kind == ReturnKind::Exchange).then(|| found.1.clone())
    }

    fn hidden(&self, key: &str) -> Markup {
        let chosen = &self.chosen;
        html! {
            input type="hidden" name="key" value=(key);
            @for (line, units) in &chosen.units { input type="hidden" name=(format!("units-{line}")) value=(units); }
            @for (line, wish) in &chosen.wishes { input type="hidden" name=(format!("wish-{line}")) value=(wish); }
            input type="hidden" name="kind" value=(if chosen.kind == ReturnKind::Exchange { "exchange" } else { "return" });
            @if let Some(reason) = chosen.reason { input type="hidden" name="reason" value=(reason.name()); }
            input type="hidden" name="note" value=(chosen.note);
        }
    }
}

fn kind_message(kind: ReturnKind) -> &'static str {
    match kind {
        ReturnKind::Return => "return-kind-return",
        ReturnKind::Exchange => "return-kind-exchange",
    }
}

/// The picture of a row, or the room for it.
pub fn picture(picture: Option<&Picture>) -> Markup {
    html! {
        div.row-picture { @if let Some(picture) = picture { (picture.render("", "72px", false)) } }
    }
}

/// What was asked so far, for the shopper and for the desk.
pub fn returns(frame: &Frame, rows: &[ReturnRow]) -> Markup {
    let w = &frame.words;
    html! {
        ul.rows {
            @for row in rows {
                li.row.return-row {
                    div.row-text {
                        p.row-name { (w.say(kind_message(row.kind))) " · " (w.say(&reason_message(row.reason))) }
                        @for (name, units, wish) in &row.lines {
                            p { (name) " × " (units) @if let Some(wish) = wish { " → " (wish) } }
                        }
                        p.row-time {
                            (moment(w, row.asked_at)) " · "
                            @match row.payer {
                                ReturnPayer::Seller => (w.say("return-payer-seller")),
                                ReturnPayer::Buyer => (w.say_with("return-payer-buyer", [("amount", w.amount(row.fee, row.currency).into())])),
                            }
                        }
                        @if !row.note.is_empty() { p.return-words { (row.note) } }
                    }
                    span.tag data-state=(row.state) { (w.say(row.state)) }
                }
            }
        }
    }
}

//! What holds come to, line by line, before they are ordered: beside the cart and the first step of a
//! checkout. A script takes it anew when picks or the address change.

use super::frame::Frame;
use crate::deeds::Quote;
use maud::{Markup, html};

/// The lines of a quote.
pub fn bill(frame: &Frame, quote: &Quote) -> Markup {
    let w = &frame.words;
    let amount = |amount| w.amount(amount, quote.currency);
    html! {
        dl.bill-lines {
            @if !quote.saved().is_zero() {
                div { dt { (w.say("bill-listed")) } dd { (amount(quote.listed)) } }
                div.bill-saved { dt { (w.say("bill-saved")) } dd { "−" (amount(quote.saved())) } }
            }
            div { dt { (w.say_with("goods-of", [("count", quote.units.into())])) } dd { (amount(quote.goods)) } }
            div {
                dt { (w.say("shipping")) }
                dd { @if quote.shipping.is_zero() { (w.say("free")) } @else { (amount(quote.shipping)) } }
            }
            @if !quote.surcharge.is_zero() {
                div { dt { (w.say("surcharge")) } dd { (amount(quote.surcharge)) } }
            }
            div.bill-total { dt { (w.say("total")) } dd { (amount(quote.total)) } }
            div.bill-tax { dt { (w.say("tax-included")) } dd { (amount(quote.tax)) } }
        }
    }
}

/// The same with what a script keeps up to date; also when nothing is picked.
pub fn live_bill(frame: &Frame, quote: Option<&Quote>) -> Markup {
    let w = &frame.words;
    let total = quote.map(|quote| w.amount(quote.total, quote.currency));
    html! {
        div.bill data-bill data-sum=(total.unwrap_or_default()) data-name=(w.say("total")) {
            @match quote {
                Some(quote) => (bill(frame, quote)),
                None => p.fine { (w.say("nothing-picked")) },
            }
        }
    }
}

/// The sum alone, kept up to date with the bill.
pub fn live_sum(frame: &Frame, quote: Option<&Quote>) -> Markup {
    let total = quote.map(|quote| frame.words.amount(quote.total, quote.currency));
    html! { strong data-sum-shown { (total.unwrap_or_default()) } }
}

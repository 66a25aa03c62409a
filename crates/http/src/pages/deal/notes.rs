//! What one wants to know before buying: what happens when the clock runs out, how it is delivered,
//! how it goes back.

use super::{DealPage, Shipping};
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use maud::{Markup, html};

/// The notes.
pub fn notes(page: &DealPage, frame: &Frame) -> Markup {
    let w = &frame.words;
    html! {
        section.notes aria-labelledby="clock-note" {
            h2 #clock-note { (icon("clock")) (w.say("clock-title")) }
            ol.notes-steps {
                @for step in steps(page, frame) { li { (step) } }
            }
        }
        section.notes aria-labelledby="delivery-note" {
            h2 #delivery-note { (icon("truck")) (w.say("delivery-title")) }
            ul.terms { @for line in delivery(page, frame) { li { (line) } } }
        }
        section.notes aria-labelledby="deal-return-note" {
            h2 #deal-return-note { (icon("back")) (w.say("deal-return-title")) }
            ul.terms { li { (w.say("deal-return-note")) } li { (w.say("return-how")) } }
        }
    }
}

/// Whom a deal is for, and until when.
pub fn terms(page: &DealPage, frame: &Frame) -> Markup {
    let w = &frame.words;
    html! {
        ul.terms {
            @if page.limit > 0 { li { (w.say_with("term-limit", [("units", page.limit.into())])) } }
            @if page.members_only { li { (w.say("term-members")) } }
            @if page.verified_only { li { (w.say("term-verified")) } }
            li { (w.say_with("term-end", [("moment", w.moment(page.ends_at).into())])) }
        }
    }
}

/// Three plain steps.
fn steps(page: &DealPage, frame: &Frame) -> [String; 3] {
    let w = &frame.words;
    let (hold, pay) = (w.span(page.hold_ms.into()), w.span(page.payment_ms.into()));
    [
        w.say_with("clock-hold", [("span", hold.as_str().into())]),
        w.say(if page.waitlist {
            "clock-lapse-waitlist"
        } else {
            "clock-lapse"
        }),
        w.say_with("clock-pay", [("span", pay.into())]),
    ]
}

fn delivery(page: &DealPage, frame: &Frame) -> Vec<String> {
    let w = &frame.words;
    let amount = |it| w.amount(it, page.price.currency);
    let sent = w.say_with("delivery-by", [("seller", page.seller.as_str().into())]);
    let mut lines = vec![sent];
    let Some(Shipping {
        fee,
        free_from,
        surcharges,
        ..
    }) = &page.shipping
    else {
        lines.push(w.say("delivery-free"));
        return lines;
    };
    match (fee.is_zero(), free_from.is_zero()) {
        (true, _) => lines.push(w.say("delivery-free")),
        (false, true) => lines.push(w.say_with("delivery-fee", [("fee", amount(*fee).into())])),
        (false, false) => {
            let fee = amount(*fee);
            let free = amount(*free_from);
            lines.push(w.say_with(
                "delivery-fee-free",
                [("fee", fee.into()), ("free", free.into())],
            ));
        }
    }
    for (zone, more) in surcharges.iter().filter(|(_, more)| !more.is_zero()) {
        let key = format!("zone-{zone}");
        let zone = if w.knows(&key) {
            w.say(&key)
        } else {
            zone.clone()
        };
        lines.push(w.say_with(
            "delivery-zone",
            [("zone", zone.into()), ("fee", amount(*more).into())],
        ));
    }
    lines
}

//! The head of every page of the shop: its name, the search, the ways through it, the cart.

use super::frame::Frame;
use super::icon::icon;
use crate::press::Gap;
use maud::{Markup, html};

/// The head. What it says of the visitor is left open in a page that is printed.
pub fn masthead(frame: &Frame) -> Markup {
    let w = &frame.words;
    html! {
        header.masthead.masthead-shop {
            div.masthead-row {
                a.brand href="/" { (frame.festival) }
                form.seek action="/search" method="get" role="search" {
                    label.sr-only for="q" { (w.say("seek")) }
                    input #q type="search" name="q" value=(frame.sought) placeholder=(w.say("seek-hint")) maxlength="80" autocomplete="off" enterkeyhint="search";
                    button.seek-button type="submit" aria-label=(w.say("seek")) { (icon("search")) }
                }
                nav.masthead-nav aria-label=(w.say("nav-shop")) {
                    a href="/deals" aria-current=[here(frame, "/deals")] { (icon("list")) span { (w.say("all-deals")) } }
                    a href="/watches" aria-current=[here(frame, "/watches")] { (icon("bell")) span { (w.say("watches")) } }
                    a href="/orders" aria-current=[here(frame, "/orders")] { (icon("box")) span { (w.say("orders")) } }
                    (frame.gap(Gap::Masthead, || mine(frame)))
                }
            }
        }
    }
}

/// What the masthead says of the visitor.
pub fn mine(frame: &Frame) -> Markup {
    let w = &frame.words;
    html! {
        @if frame.member { a href="/me" aria-current=[here(frame, "/me")] { (icon("person")) span { (w.say("my-page")) } } }
        @else { a href="/sign-in" { (icon("person")) span { (w.say("sign-in")) } } }
        a href="/cart" aria-current=[here(frame, "/cart")] {
            (icon("cart"))
            span { (w.say("cart")) }
            @if frame.holds > 0 {
                span.badge { span aria-hidden="true" { (frame.holds) } span.sr-only { (w.say_with("cart-holds", [("count", frame.holds.into())])) } }
            }
        }
    }
}

fn here(frame: &Frame, path: &str) -> Option<&'static str> {
    let address = frame.address.split('?').next();
    (address == Some(path)).then_some("page")
}

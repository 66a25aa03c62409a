//! The filters of a list as a form, and what is filtered by as chips that take each away again.

use super::{Choice, Listing, hidden, unfiltered};
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use crate::shelves::Wanted;
use maud::{Markup, html};
use money::format_plain;

/// Discounts to choose from, in percent.
const DISCOUNTS: [u8; 5] = [10, 20, 30, 50, 70];

/// All filters. On a phone they are folded away.
pub fn filters(listing: &Listing, frame: &Frame) -> Markup {
    let w = &frame.words;
    html! {
        details.sieve open[!listing.unread.is_empty()] {
            summary.button-quiet { (icon("filter")) (w.say("list-filters")) }
            div.sieve-body {
                (categories(listing, frame))
                form.form action=(listing.path) method="get" {
                    (hidden(listing, &["seller", "least", "most", "off", "members", "left"]))
                    @if listing.sellers.len() > 1 || listing.wanted.seller.is_some() { (sellers(listing, frame)) }
                    (prices(listing, frame))
                    div.field {
                        label for="off" { (w.say("list-discount")) }
                        select #off name="off" {
                            option value="" { (w.say("discount-any")) }
                            @for off in DISCOUNTS {
                                option value=(off) selected[listing.wanted.off == Some(off)] { (w.say_with("discount-from", [("percent", off.into())])) }
                            }
                        }
                    }
                    label.check { input type="checkbox" name="left" value="yes" checked[listing.wanted.left]; (w.say("only-left")) }
                    label.check { input type="checkbox" name="members" value="yes" checked[listing.wanted.members]; (w.say("only-members")) }
                    button.button type="submit" { (w.say("filter")) }
                }
            }
        }
    }
}

fn categories(listing: &Listing, frame: &Frame) -> Markup {
    let w = &frame.words;
    let within = |category: Option<&Choice>| {
        let category = category.map(|it| it.id.clone());
        listing.address_of(&Wanted {
            category,
            ..listing.wanted.clone()
        })
    };
    let last = listing.path_of_category.len().saturating_sub(1);
    html! {
        @if !listing.below.is_empty() || !listing.path_of_category.is_empty() {
            nav.branches aria-label=(w.say("categories")) {
                p.branches-title { (w.say("categories")) }
                ul {
                    li { a href=(within(None)) aria-current=[listing.wanted.category.is_none().then_some("true")] { (w.say("all")) } }
                    @for (depth, category) in listing.path_of_category.iter().enumerate() {
                        li { a href=(within(Some(category))) aria-current=[(depth == last).then_some("true")] { (category.name) } }
                    }
                    @for category in &listing.below {
                        li.branch-below {
                            a href=(within(Some(category))) { (category.name) " " span.count { (w.count(category.count as u64)) } }
                        }
                    }
                }
            }
        }
    }
}

fn sellers(listing: &Listing, frame: &Frame) -> Markup {
    let w = &frame.words;
    html! {
        div.field {
            label for="seller" { (w.say("seller")) }
            select #seller name="seller" {
                option value="" { (w.say("all-sellers")) }
                @for seller in &listing.sellers {
                    option value=(seller.id) selected[listing.wanted.seller.as_ref() == Some(&seller.id)] {
                        (seller.name) " (" (w.count(seller.count as u64)) ")"
                    }
                }
            }
        }
    }
}

fn prices(listing: &Listing, frame: &Frame) -> Markup {
    let w = &frame.words;
    let fields = [
        ("least", listing.wanted.least),
        ("most", listing.wanted.most),
    ];
    html! {
        fieldset.prices {
            legend { (w.say_with("price-range", [("currency", listing.currency.code().into())])) }
            div.prices-row {
                @for (name, amount) in fields {
                    @let unread = listing.unread.iter().find(|(field, _)| *field == name);
                    @let typed = amount.map(|it| format_plain(it, listing.currency));
                    div.field data-bad[unread.is_some()] {
                        label.sr-only for=(name) { (w.say(&format!("price-{name}"))) }
                        input id=(name) name=(name) inputmode="decimal" autocomplete="off" placeholder=(w.say(&format!("price-{name}")))
                            value=[unread.map(|(_, typed)| typed).or(typed.as_ref())]
                            aria-invalid=[unread.map(|_| "true")] aria-describedby=[unread.map(|_| "price-error")];
                    }
                }
            }
            @if !listing.unread.is_empty() { p #price-error.field-error { (w.say("price-unread")) } }
        }
    }
}

/// What is filtered by; each takes itself away.
pub fn chips(listing: &Listing, frame: &Frame) -> Markup {
    let w = &frame.words;
    let chips = set(listing, frame);
    html! {
        @if !chips.is_empty() {
            ul.chips aria-label=(w.say("filters-set")) {
                @for (name, without) in &chips {
                    li {
                        a.chip.chip-set href=(listing.address_of(without)) {
                            (name) (icon("close")) span.sr-only { (w.say("filter-off")) }
                        }
                    }
                }
                @if chips.len() > 1 {
                    li { a.chip.chip-all href=(listing.address_of(&unfiltered(&listing.wanted))) { (w.say("filters-clear")) } }
                }
            }
        }
    }
}

/// Each filter that is set: what it is called, and what is wanted without it.
fn set(listing: &Listing, frame: &Frame) -> Vec<(String, Wanted)> {
    let (w, wanted) = (&frame.words, &listing.wanted);
    let amount = |amount| w.amount(amount, listing.currency);
    let mut chips = Vec::new();
    let mut chip = |name: Option<String>, take: fn(&mut Wanted)| {
        if let Some(name) = name {
            let mut without = wanted.clone();
            take(&mut without);
            chips.push((name, without));
        }
    };
    let category = listing.path_of_category.last().map(|it| it.name.clone());
    chip(category.or(wanted.category.clone()), |it| {
        it.category = None
    });
    let seller = wanted.seller.as_ref().map(|id| {
        let known = listing.sellers.iter().find(|it| it.id == *id);
        known.map_or(id, |it| &it.name).clone()
    });
    chip(seller, |it| it.seller = None);
    let least = wanted
        .least
        .map(|it| w.say_with("price-from-to", [("price", amount(it).into())]));
    chip(least, |it| it.least = None);
    let most = wanted
        .most
        .map(|it| w.say_with("price-up-to", [("price", amount(it).into())]));
    chip(most, |it| it.most = None);
    let off = wanted
        .off
        .map(|off| w.say_with("discount-from", [("percent", off.into())]));
    chip(off, |it| it.off = None);
    chip(wanted.left.then(|| w.say("only-left")), |it| {
        it.left = false
    });
    chip(wanted.members.then(|| w.say("only-members")), |it| {
        it.members = false
    });
    chips
}

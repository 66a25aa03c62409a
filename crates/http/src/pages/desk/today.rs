//! Today: what is wrong, what is open, what opens next. The script asks for the middle of the page
//! again and again.

use super::head::Head;
use crate::deeds::staff::Concern;
use crate::pages::claimed_bar::claimed_bar;
use crate::pages::countdown::{countdown, moment};
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use crate::pages::tile::escaped;
use crate::pages::words::Words;
use maud::{Markup, html};
use money::Currency;
use records::Role;
use std::collections::HashMap;
use uuid::Uuid;
use vocabulary::{DealId, Millis};

/// Today.
#[derive(Clone, Debug)]
pub struct TodayPage {
    /// What is wrong, the grave first.
    pub concerns: Vec<Concern>,
    /// The deals that are named in them: id and name.
    pub named: HashMap<DealId, (String, String)>,
    /// Figures of the festival.
    pub figures: Figures,
    /// Deals that are open, the next to end first.
    pub open: Vec<OpenDeal>,
    /// The bells to come, the next first.
    pub bells: Vec<Bell>,
    /// Who looks.
    pub role: Role,
}

/// Figures of the festival.
#[derive(Clone, Debug)]
pub struct Figures {
    /// How many deals are open.
    pub open: usize,
    /// How many come.
    pub upcoming: usize,
    /// What was paid, in minor units.
    pub paid: i128,
    /// Of the sum.
    pub currency: Currency,
    /// How many orders were paid.
    pub orders: u64,
    /// Orders in the last second.
    pub per_second: u32,
    /// How many wait.
    pub waiting: usize,
}

/// A deal that is open.
#[derive(Clone, Debug)]
pub struct OpenDeal {
    /// The shop's own id.
    pub deal: String,
    /// The product's name.
    pub name: String,
    /// In percent.
    pub claimed: u8,
    /// The end.
    pub ends_at: Millis,
}

/// A moment at which deals open.
#[derive(Clone, Debug)]
pub struct Bell {
    /// When.
    pub at: Millis,
    /// How many deals.
    pub deals: usize,
    /// The first of them: id and name.
    pub first: (String, String),
}

impl TodayPage {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say("today");
        let head = Head {
            title: &title,
            note: Some(w.moment(frame.now)),
            ..Head::default()
        };
        let body = html! {
            (head.render(w))
            div #today data-address="/desk/today" data-stale=(w.say("today-stale")) { (self.middle(frame)) }
        };
        frame.desk_page(&title, Some(staff), &body)
    }

    /// What changes while one looks.
    pub fn middle(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            (self.concerns(frame))
            (self.figures(w))
            div.today-columns {
                section.panel aria-labelledby="open-now" {
                    div.desk-title { h2 #open-now { (w.say("today-open")) } div.desk-actions { a href="/desk/deals" { (w.say("today-all")) } } }
                    @if self.open.is_empty() { p.fine { (w.say("today-open-none")) } } @else { (self.open_deals(frame)) }
                }
                section.panel aria-labelledby="opens-next" {
                    div.desk-title { h2 #opens-next { (w.say("today-next")) } div.desk-actions { a href="/desk/deals?state=upcoming" { (w.say("today-all")) } } }
                    @if self.bells.is_empty() { p.fine { (w.say("today-next-none")) } } @else { (self.bells(frame)) }
                }
            }
        }
    }

    fn concerns(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let count = w.say_with("today-wrong-count", [("count", self.concerns.len().into())]);
        html! {
            section.today-wrong aria-labelledby="wrong" {
                @if self.concerns.is_empty() {
                    div.today-fine { (icon("check")) h2 #wrong { (w.say("today-fine")) } }
                } @else {
                    h2 #wrong { (count) }
                    ul.today-concerns {
                        @for concern in &self.concerns {
                            li.today-concern data-grave[concern.is_grave()] {
                                (icon(if concern.is_grave() { "warning" } else { "info" }))
                                (self.concern(frame, concern))
                            }
                        }
                    }
                }
            }
        }
    }

    fn concern(&self, frame: &Frame, concern: &Concern) -> Markup {
        let w = &frame.words;
        let (text, detail) = self.told(w, concern);
        html! {
            div.today-told {
                p.today-what { (text) }
                @if let Some(detail) = detail { p.fine { (detail) } }
            }
            div.today-answers { (self.answers(w, concern)) }
        }
    }

    /// What is wrong, and what there is to know of it.
    fn told(&self, w: &Words, concern: &Concern) -> (String, Option<String>) {
        match concern {
            Concern::SellingOut {
                deal,
                within_ms,
                waiting,
                left_ms,
            } => {
                let name = self.name(*deal).into();
                let text = match within_ms {
                    Some(ms) => w.say_with(
                        "wrong-selling-out",
                        [("deal", name), ("span", w.span(*ms).into())],
                    ),
                    None => w.say_with(
                        "wrong-sold-out",
                        [("deal", name), ("waiting", w.count(*waiting).into())],
                    ),
                };
                let left = [("left", w.span(*left_ms).into())];
                (text, Some(w.say_with("wrong-selling-out-note", left)))
            }
            Concern::Untouched { deal, for_ms } => {
                let (name, span) = (self.name(*deal), w.span(*for_ms));
                let of = [("deal", name.into()), ("span", span.into())];
                (w.say_with("wrong-untouched", of), None)
            }
            Concern::WebhookFailing(endpoint) => {
                (w.say("wrong-webhook"), Some(endpoint.url.clone()))
            }
            Concern::WebhookPaused(endpoint) => {
                (w.say("wrong-webhook-paused"), Some(endpoint.url.clone()))
            }
            house => told_of_house(w, house),
        }
    }

    /// What may be done about it, in one click.
    fn answers(&self, w: &Words, concern: &Concern) -> Markup {
        let deals = self.role >= Role::Merchandiser;
        let owner = self.role >= Role::Owner;
        match concern {
            Concern::ClerkStuck { .. }
            | Concern::ProviderFailing { .. }
            | Concern::ManyDeclined { .. } => {
                html! { a.button-quiet href="/desk/orders" { (w.say("answer-orders")) } }
            }
            Concern::RefundsFailed { last, .. } => html! {
                @for order in last.iter().filter_map(|refund| refund.order).take(1) {
                    a.button-quiet href=(format!("/desk/orders/{order}")) { (w.say("answer-order")) }
                }
            },
            Concern::WebhookFailing(endpoint) if owner => switch(w, endpoint.id.0, "pause"),
            Concern::WebhookPaused(endpoint) if owner => switch(w, endpoint.id.0, "resume"),
            Concern::SellingOut { deal, .. } => html! {
                a.button-quiet href=(self.address(*deal, "")) { (w.say(if deals { "answer-stock" } else { "answer-deal" })) }
            },
            Concern::Untouched { deal, .. } if deals => html! {
                a.button-quiet href=(self.address(*deal, "/change")) { (w.say("answer-price")) }
                a.button-quiet href=(self.address(*deal, "/end")) { (w.say("deal-end")) }
            },
            Concern::Untouched { deal, .. } => {
                html! { a.button-quiet href=(self.address(*deal, "")) { (w.say("answer-deal")) } }
            }
            _ => html! {},
        }
    }

    fn name(&self, deal: DealId) -> String {
        let known = self.named.get(&deal);
        known.map_or_else(|| format!("#{deal}"), |(_, name)| name.clone())
    }

    fn address(&self, deal: DealId, rest: &str) -> String {
        let id = self.named.get(&deal).map_or("", |(id, _)| id.as_str());
        format!("/desk/deals/{}{rest}", escaped(id))
    }

    fn figures(&self, w: &Words) -> Markup {
        let figures = &self.figures;
        let rows = [
            ("figure-paid", w.sum(figures.paid, figures.currency)),
            ("figure-orders", w.count(figures.orders)),
            ("figure-per-second", w.count(figures.per_second.into())),
            ("figure-open", w.count(figures.open as u64)),
            ("figure-upcoming", w.count(figures.upcoming as u64)),
            ("figure-waiting", w.count(figures.waiting as u64)),
        ];
        html! {
            dl.today-figures { @for (key, value) in rows { div { dt { (w.say(key)) } dd.figure { (value) } } } }
        }
    }

    fn open_deals(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            ul.today-deals {
                @for deal in &self.open {
                    li {
                        a.today-deal href=(format!("/desk/deals/{}", escaped(&deal.deal))) { (deal.name) }
                        span.today-left { (countdown(w, frame.now, deal.ends_at)) }
                        (claimed_bar(w, &deal.deal, deal.claimed))
                    }
                }
            }
        }
    }

    fn bells(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            ul.today-bells {
                @for bell in &self.bells {
                    li {
                        div { (moment(w, bell.at)) " · " (countdown(w, frame.now, bell.at)) }
                        div {
                            a href=(format!("/desk/deals/{}", escaped(&bell.first.0))) { (bell.first.1) }
                            @if bell.deals > 1 { " " span.fine { (w.say_with("today-and-more", [("count", (bell.deals - 1).into())])) } }
                        }
                    }
                }
            }
        }
    }
}

/// The same of what concerns no deal and no endpoint: the message, and the one behind it with more.
fn told_of_house(w: &Words, concern: &Concern) -> (String, Option<String>) {
    let (key, text) = match concern {
        Concern::ClerkStuck {
            stuck, outstanding, ..
        } => {
            let of = [
                ("stuck", w.count(*stuck).into()),
                ("outstanding", w.count(*outstanding).into()),
            ];
            ("wrong-clerk", w.say_with("wrong-clerk", of))
        }
        Concern::ViewsBehind { commands } => {
            let of = [("commands", w.count(*commands).into())];
            ("wrong-views", w.say_with("wrong-views", of))
        }
        Concern::ProviderFailing { percent, tried } => (
            "wrong-provider",
            share(w, "wrong-provider", *percent, *tried),
        ),
        Concern::ManyDeclined { percent, tried } => (
            "wrong-declined",
            share(w, "wrong-declined", *percent, *tried),
        ),
        Concern::RefundsFailed { count, .. } => {
            let of = [("count", w.count(*count).into())];
            ("wrong-refunds", w.say_with("wrong-refunds", of))
        }
        Concern::DiskLow(disk) => {
            let of = [("free", (disk.free >> 30).into())];
            ("wrong-disk", w.say_with("wrong-disk", of))
        }
        _ => return (String::new(), None),
    };
    let mut note = w.say(&format!("{key}-note"));
    if let Concern::ClerkStuck {
        since: Some(at), ..
    } = concern
    {
        note.push(' ');
        note += &w.say_with("wrong-since", [("moment", w.moment(*at).into())]);
    }
    (text, Some(note))
}

fn share(w: &Words, key: &str, percent: u64, tried: u64) -> String {
    w.say_with(key, [("percent", percent.into()), ("tried", tried.into())])
}

fn switch(w: &Words, endpoint: u128, deed: &str) -> Markup {
    let action = format!("/desk/webhooks/{}/{deed}", Uuid::from_u128(endpoint));
    html! {
        form method="post" action=(action) {
            button.button-quiet type="submit" { (w.say(&format!("answer-{deed}"))) }
        }
    }
}

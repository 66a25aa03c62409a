//! The waiting room: the way in before the bell, and how it stands with who is there.

use super::cart::Item;
use super::countdown::{countdown, turning_countdown};
use super::deal::Choice;
use super::form::deed;
use super::frame::Frame;
use super::icon::icon;
use super::picture::Picture;
use super::tile::deal_address;
use super::words::Words;
use crate::press::Gap;
use crate::waiting::{Prospect, Seed, Standing, Ticket};
use maud::{Markup, html};
use vocabulary::Millis;

/// Who has no script looks again after this time at the latest, so that they are not away.
const LOOK_AGAIN_S: u64 = 20;

/// The way in before the bell.
#[derive(Clone, Debug)]
pub struct Doorway {
    /// The shop's own id of the deal.
    pub deal: String,
    /// The product's name.
    pub name: String,
    /// A picture of it.
    pub picture: Option<Picture>,
    /// The bell.
    pub opens_at: Millis,
    /// Units for one person; 0 for no limit.
    pub limit: u16,
    /// Sizes and colours.
    pub choices: Vec<Choice>,
}

/// Somebody's turn.
pub struct WaitingPage {
    /// The shop's own id of the deal.
    pub deal: String,
    /// The shop's own id of the SKU.
    pub sku: String,
    /// How it stands.
    pub standing: Standing,
    /// What they draw with.
    pub ticket: Ticket,
    /// Of the draw.
    pub seed: Seed,
}

/// Where one waits for a deal.
pub fn waiting_address(deal: &str) -> String {
    format!("{}/waiting", deal_address(deal))
}

/// The way to the way in, on the page of a deal.
pub fn to_waiting_room(frame: &Frame, deal: &str, opens_at: Millis, bell: Millis) -> Markup {
    way_in(frame, &waiting_address(deal), opens_at, bell)
}

/// The way to where one comes in: there from when the room opens until the bell.
pub fn way_in(frame: &Frame, address: &str, opens_at: Millis, bell: Millis) -> Markup {
    let w = &frame.words;
    html! {
        div.wait-way data-shown-from=(opens_at) data-shown-to=(bell) hidden[!is_between(frame.now, opens_at, bell)] {
            a.button.button-wide href=(address) { (w.say("waiting-enter")) }
            p.fine { (w.say("waiting-enter-note")) }
        }
    }
}

/// The same in a list.
pub fn to_waiting_room_of(frame: &Frame, deal: &str, opens_at: Millis, bell: Millis) -> Markup {
    let (w, address) = (&frame.words, waiting_address(deal));
    let is_shut = !is_between(frame.now, opens_at, bell);
    html! {
        a.button-quiet.wait-way href=(address) data-shown-from=(opens_at) data-shown-to=(bell) hidden[is_shut] {
            (w.say("waiting-enter"))
        }
    }
}

fn is_between(now: Millis, from: Millis, to: Millis) -> bool {
    from <= now && now < to
}

impl Doorway {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let title = w.say("waiting-room");
        let body = html! {
            section.waiting {
                (head(w, &self.name, "", self.picture.as_ref()))
                div.wait data-state="doorway" {
                    p.wait-label { (w.say("waiting-until-bell")) }
                    p.wait-figure { (turning_countdown(w, frame.now, self.opens_at)) }
                    h1 { (title) }
                    p.lead { (w.say("waiting-doorway-note")) }
                    (self.form(frame))
                }
                (promises(w))
            }
        };
        frame.page(&title, &body)
    }

    fn form(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let most = if self.limit == 0 {
            10
        } else {
            self.limit.min(10)
        };
        html! {
            form.hold.wait-form method="post" action=(waiting_address(&self.deal)) {
                @if self.choices.len() > 1 {
                    fieldset.choices {
                        legend { (w.say("choose")) }
                        @for (place, choice) in self.choices.iter().enumerate() {
                            label.choice {
                                input type="radio" name="sku" value=(choice.sku) required checked[place == 0];
                                span.choice-name { (choice.name) }
                            }
                        }
                    }
                } @else if let Some(choice) = self.choices.first() {
                    input type="hidden" name="sku" value=(choice.sku);
                }
                @if most > 1 {
                    div.field.field-short {
                        label for="units" { (w.say("units")) }
                        select #units name="units" { @for units in 1..=most { option value=(units) { (units) } } }
                    }
                }
                button.button.button-wide type="submit" { (w.say("waiting-join")) }
            }
        }
    }
}

/// The page of all who wait for the same; how it stands with each of them is left open.
pub fn room(frame: &Frame, item: &Item) -> Markup {
    let w = &frame.words;
    let stream = format!("{}/stream", waiting_address(&item.deal));
    let body = html! {
        section.waiting {
            (head(w, &item.name, &item.option, item.picture.as_ref()))
            div #standing data-stream=(stream) data-hears { (frame.gap(Gap::Standing, Markup::default)) }
            (promises(w))
            (frame.gap(Gap::Draw, Markup::default))
            (way_out(frame, &item.deal))
        }
    };
    let frame = Frame {
        refresh_s: Some(Gap::Refresh.open().0),
        ..frame.clone()
    };
    frame.page(&Gap::Title.open().0, &body)
}

fn way_out(frame: &Frame, deal: &str) -> Markup {
    let action = format!("{}/leave", waiting_address(deal));
    html! {
        div.wait-out {
            (deed(frame, &action, "button-quiet", &frame.words.say("waiting-leave"), &[]))
        }
    }
}

impl WaitingPage {
    /// How it stands, in a word for scripts and styles.
    pub fn state(&self) -> &'static str {
        match self.standing {
            Standing::Early { .. } => "early",
            Standing::Waiting { .. } => "waiting",
            Standing::Admitted { .. } => "turn",
            Standing::Absent => "absent",
        }
    }

    /// What the window is called: how many stand before them.
    pub fn title(&self, frame: &Frame) -> String {
        let w = &frame.words;
        match self.standing {
            Standing::Waiting { ahead, .. } => {
                let count = w.count(ahead as u64);
                w.say_with("waiting-title-ahead", [("count", count.into())])
            }
            Standing::Admitted { .. } => w.say("waiting-turn"),
            Standing::Early { .. } | Standing::Absent => w.say("waiting-room"),
        }
    }

    /// The part that changes.
    pub fn standing(&self, frame: &Frame) -> Markup {
        html! {
            div.wait data-state=(self.state()) data-ahead=[self.ahead()] data-prospect=[self.prospect()] {
                @match self.standing {
                    Standing::Early { opens_at, among, .. } => (early(frame, opens_at, among)),
                    Standing::Waiting { ahead, wait_ms, left, prospect, .. } => {
                        (waiting(&frame.words, ahead, wait_ms, left, prospect))
                    }
                    Standing::Admitted { until, .. } => (self.turn(frame, until)),
                    Standing::Absent => {}
                }
            }
        }
    }

    /// After how many seconds who has no script looks again: sooner when it is nearly their turn, and not all at
    /// once.
    pub fn look_again_s(&self, now: Millis, chance: u64) -> u64 {
        let (soon, spread) = match self.standing {
            Standing::Early { opens_at, .. } => (opens_at.since(now) / 1_000 + 1, 3),
            Standing::Waiting {
                ahead,
                wait_ms,
                prospect,
                ..
            } => {
                let by_time = wait_ms.map_or(5, |ms| ms / 5_000);
                let by_crowd = ahead as u64 / 200;
                let rests = if prospect == Prospect::Held { 15 } else { 2 };
                (by_time.max(by_crowd).max(rests), 2)
            }
            Standing::Admitted { until, .. } => (until.since(now) / 1_000 + 1, 1),
            Standing::Absent => (1, 1),
        };
        soon.min(LOOK_AGAIN_S) + chance % (spread + 1)
    }

    fn ahead(&self) -> Option<usize> {
        match self.standing {
            Standing::Waiting { ahead, .. } => Some(ahead),
            _ => None,
        }
    }

    fn prospect(&self) -> Option<&'static str> {
        let Standing::Waiting { prospect, .. } = self.standing else {
            return None;
        };
        Some(match prospect {
            Prospect::Good => "good",
            Prospect::Poor => "poor",
            Prospect::Held => "held",
            Prospect::Gone => "gone",
        })
    }

    fn turn(&self, frame: &Frame, until: Millis) -> Markup {
        let w = &frame.words;
        let Standing::Admitted { wish, .. } = self.standing else {
            return html! {};
        };
        html! {
            p.wait-label { (w.say("waiting-pass-left")) }
            p.wait-figure { (countdown(w, frame.now, until)) }
            h1 { (w.say("waiting-turn")) }
            p.lead { (w.say("waiting-turn-note")) }
            form.wait-form method="post" action=(format!("{}/hold", deal_address(&self.deal))) data-at-once {
                // In all windows the same, so that whichever goes on first, it is one deed.
                input type="hidden" name="key" value=(format!("turn-{}-{until}", self.ticket.shown()));
                input type="hidden" name="sku" value=(self.sku);
                input type="hidden" name="units" value=(wish.units);
                @if wish.or_wait { input type="hidden" name="or_wait" value="yes"; }
                button.button.button-wide type="submit" { (w.say("hold")) }
            }
        }
    }

    /// What can be known of the draw.
    pub fn draw(&self, w: &Words) -> Markup {
        html! {
            details.wait-draw {
                summary { (w.say("waiting-draw")) }
                p { (w.say("waiting-draw-note")) }
                dl {
                    div { dt { (w.say("waiting-draw-ticket")) } dd { code { (self.ticket.shown()) } } }
                    div { dt { (w.say("waiting-draw-promise")) } dd { code { (self.seed.commitment()) } } }
                    div {
                        dt { (w.say("waiting-draw-seed")) }
                        dd {
                            @if let Standing::Early { .. } = self.standing { (w.say("waiting-draw-sealed")) }
                            @else { code { (self.seed.opened()) } }
                        }
                    }
                }
            }
        }
    }
}

fn head(w: &Words, name: &str, option: &str, picture: Option<&Picture>) -> Markup {
    html! {
        div.wait-for {
            @if let Some(picture) = picture {
                div.row-picture { (picture.render("", "4.5rem", true)) }
            }
            p { span.wait-for-label { (w.say("waiting-for")) } span.wait-for-name { (name) }
                @if !option.is_empty() { span.wait-for-option { (option) } } }
        }
    }
}

fn early(frame: &Frame, opens_at: Millis, among: usize) -> Markup {
    let w = &frame.words;
    html! {
        p.wait-label { (w.say("waiting-until-bell")) }
        p.wait-figure { (countdown(w, frame.now, opens_at)) }
        h1 { (w.say("waiting-early")) }
        p.lead { (w.say_with("waiting-early-note", [("count", w.count(among as u64).into())])) }
    }
}

fn waiting(w: &Words, ahead: usize, wait_ms: Option<u64>, left: u32, prospect: Prospect) -> Markup {
    html! {
        @if ahead == 0 {
            p.wait-label { (w.say("waiting-next-label")) }
            p.wait-figure { (icon("check")) span.sr-only { (w.say("waiting-next")) } }
        } @else {
            p.wait-label { (w.say("waiting-ahead-label")) }
            p.wait-figure { (w.say_with("waiting-ahead", [("count", w.count(ahead as u64).into())])) }
        }
        h1 { (w.say(if ahead == 0 { "waiting-next" } else { "waiting-waits" })) }
        p.lead { (w.say(prospect_key(prospect))) }
        dl.wait-facts {
            div {
                dt { (w.say("waiting-time")) }
                dd {
                    @match wait_ms {
                        Some(ms) => (w.say_with("waiting-about", [("span", w.span(ms).into())])),
                        None => (w.say("waiting-time-unknown")),
                    }
                }
            }
            div {
                dt { (w.say("waiting-left")) }
                dd { (w.say_with("waiting-units", [("count", w.count(left.into()).into())])) }
            }
        }
    }
}

fn prospect_key(prospect: Prospect) -> &'static str {
    match prospect {
        Prospect::Good => "waiting-good",
        Prospect::Poor => "waiting-poor",
        Prospect::Held => "waiting-held",
        Prospect::Gone => "waiting-gone",
    }
}

/// What one need not worry about.
fn promises(w: &Words) -> Markup {
    html! {
        ul.wait-promises {
            @for (symbol, key) in [
                ("clock", "waiting-promise-sleep"),
                ("person", "waiting-promise-one"),
                ("check", "waiting-promise-fair"),
            ] {
                li { (icon(symbol)) span { (w.say(key)) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::language::Language;
    use jiff::tz::TimeZone;

    #[test]
    fn there_are_words_for_every_prospect() {
        let words = Words::of(Language::Ko, TimeZone::UTC);
        for prospect in [
            Prospect::Good,
            Prospect::Poor,
            Prospect::Held,
            Prospect::Gone,
        ] {
            assert!(words.knows(prospect_key(prospect)), "{prospect:?}");
        }
    }
}

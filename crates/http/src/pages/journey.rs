//! The way of an order in steps: placed, paid, shipped, delivered, and where it ends otherwise.

use super::countdown::moment;
use super::frame::Frame;
use super::history::Happened;
use super::icon::icon;
use super::order::LineStanding;
use super::payment::Standing;
use maud::{Markup, html};
use vocabulary::Millis;

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Done,
    Now,
    Ahead,
}

/// A step with its moment, once there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    name: &'static str,
    picture: &'static str,
    at: Option<Millis>,
    reach: Reach,
}

/// The steps of an order that stands so, of which this happened.
pub fn journey(
    frame: &Frame,
    standing: Standing,
    lines: &[LineStanding],
    events: &[Happened],
) -> Markup {
    let w = &frame.words;
    html! {
        ol.journey aria-label=(w.say("journey")) {
            @for step in steps(standing, lines, events) {
                li.journey-step data-reach=(step.reach.name()) aria-current=[(step.reach == Reach::Now).then_some("step")] {
                    span.journey-mark { (icon(if step.reach == Reach::Done { "check" } else { step.picture })) }
                    span.journey-name { (w.say(step.name)) }
                    span.journey-time {
                        @match (step.at, step.reach) {
                            (Some(at), Reach::Done | Reach::Now) => (moment(w, at)),
                            _ => span.sr-only { (w.say("journey-ahead")) },
                        }
                    }
                }
            }
        }
    }
}

impl Reach {
    fn name(self) -> &'static str {
        match self {
            Reach::Done => "done",
            Reach::Now => "now",
            Reach::Ahead => "ahead",
        }
    }
}

fn steps(standing: Standing, lines: &[LineStanding], events: &[Happened]) -> Vec<Step> {
    let last = |kind: &str| events.iter().rfind(|event| event.kind == kind);
    let at = |kind: &str| last(kind).map(|event| event.at);
    let step = |name, picture, at| Step {
        name,
        picture,
        at,
        reach: Reach::Ahead,
    };
    let placed = step("journey-placed", "list", at("OrderPlaced"));
    let paid = step("journey-paid", "tag", at("OrderPaid"));
    let mut steps = match standing {
        Standing::Cancelled => vec![
            placed,
            step("journey-cancelled", "close", at("OrderCancelled")),
        ],
        Standing::Lapsed => vec![placed, step("journey-lapsed", "close", at("OrderLapsed"))],
        // What was paid back before anything left will not be shipped.
        Standing::Refunded if lines.iter().all(|line| line.shipped == 0) => vec![placed, paid],
        _ => vec![
            placed,
            paid,
            step("journey-shipped", "truck", at("LineShipped")),
            step("journey-delivered", "home", at("LineDelivered")),
        ],
    };
    let reached = reached(standing, lines);
    if lines
        .iter()
        .any(|line| line.return_asked > 0 || line.returned > 0)
    {
        steps.push(step("journey-returned", "back", at("LineReturned")));
    }
    if matches!(standing, Standing::Refunded | Standing::PartlyRefunded) {
        steps.push(step("journey-refunded", "back", at("LineRefunded")));
    }
    mark(&mut steps, reached, lines, standing);
    steps
}

/// How many of the four steps of an order that goes well are done.
fn reached(standing: Standing, lines: &[LineStanding]) -> usize {
    let all = |of: fn(&LineStanding) -> u16| lines.iter().all(|line| of(line) >= line.units);
    match standing {
        Standing::Placed | Standing::Confirmed => 1,
        Standing::Cancelled | Standing::Lapsed => 2,
        _ if all(|line| line.delivered) => 4,
        _ if all(|line| line.shipped) => 3,
        _ => 2,
    }
}

fn mark(steps: &mut [Step], reached: usize, lines: &[LineStanding], standing: Standing) {
    let arrived_back = lines
        .iter()
        .any(|line| line.returned > 0 && line.returned >= line.return_asked);
    let refunded = matches!(standing, Standing::Refunded | Standing::PartlyRefunded);
    for (place, step) in steps.iter_mut().enumerate() {
        let done = match step.name {
            "journey-returned" => arrived_back,
            "journey-refunded" => refunded,
            _ => place < reached,
        };
        step.reach = if done { Reach::Done } else { Reach::Ahead };
    }
    if let Some(next) = steps.iter_mut().find(|step| step.reach == Reach::Ahead) {
        next.reach = Reach::Now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(shipped: u16, delivered: u16, asked: u16, returned: u16) -> LineStanding {
        LineStanding {
            units: 2,
            shipped,
            delivered,
            return_asked: asked,
            returned,
            ..LineStanding::default()
        }
    }

    fn told(standing: Standing, line: LineStanding) -> String {
        let steps = steps(standing, &[line], &[]);
        let tell = |step: Step| format!("{}:{}", &step.name[8..], step.reach.name());
        steps.into_iter().map(tell).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn an_order_goes_step_by_step_and_a_half_shipped_one_is_not_shipped() {
        let on_the_way = "placed:done paid:done shipped:now delivered:ahead";
        assert_eq!(
            told(Standing::Placed, line(0, 0, 0, 0)),
            "placed:done paid:now shipped:ahead delivered:ahead"
        );
        assert_eq!(told(Standing::Paid, line(0, 0, 0, 0)), on_the_way);
        assert_eq!(told(Standing::Paid, line(1, 0, 0, 0)), on_the_way);
        assert_eq!(
            told(Standing::Paid, line(2, 2, 0, 0)),
            "placed:done paid:done shipped:done delivered:done"
        );
        assert_eq!(
            told(Standing::Paid, line(2, 2, 1, 0)),
            "placed:done paid:done shipped:done delivered:done returned:now"
        );
        assert_eq!(
            told(Standing::PartlyRefunded, line(2, 2, 1, 1)),
            "placed:done paid:done shipped:done delivered:done returned:done refunded:done"
        );
        assert_eq!(
            told(Standing::Refunded, line(0, 0, 0, 0)),
            "placed:done paid:done refunded:done"
        );
        assert_eq!(
            told(Standing::Lapsed, line(0, 0, 0, 0)),
            "placed:done lapsed:done"
        );
    }
}

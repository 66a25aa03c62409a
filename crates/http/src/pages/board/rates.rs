//! Orders and payments a second, with the last minute as a small curve and the busiest second; and the phones' share.

use super::wording::{filled, over, percent, shape, time};
use crate::board::{Figures, PlaceSum, Speed, Standings};
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use maud::{Markup, html};

/// Both rates and the share.
pub(super) fn rates(frame: &Frame, figures: &Figures, standings: &Standings) -> Markup {
    let w = &frame.words;
    html! {
        div.rates {
            (rate(frame, "orders", &w.say("board-orders"), figures.orders, &standings.orders_recent))
            (rate(frame, "payments", &w.say("board-payments"), figures.payments, &standings.payments_recent))
            (phones(frame, &standings.devices))
        }
    }
}

fn rate(frame: &Frame, name: &str, label: &str, speed: Speed, recent: &[u32]) -> Markup {
    let w = &frame.words;
    html! {
        section.rate data-rate=(name) {
            h2.wall-label { (label) }
            p.rate-figure data-rate-now { (w.count(speed.per_second.into())) }
            svg.spark viewBox="0 0 60 20" preserveAspectRatio="none" aria-hidden="true" {
                rect.spark-room width="60" height="20" {}
                polygon data-spark points=(spark(recent)) {}
            }
            p.rate-peak {
                (w.say("board-peak")) " " b data-rate-peak { (w.count(speed.peak.into())) }
                @if speed.peak > 0 { " " time data-rate-peak-at { (time(w, speed.peak_at.0)) } }
                @else { " " time data-rate-peak-at {} }
            }
        }
    }
}

/// A column a second, 20 high at the busiest.
fn spark(seconds: &[u32]) -> String {
    let most = seconds.iter().copied().max().unwrap_or(0).max(1);
    let mut columns = Vec::new();
    for (place, count) in seconds.iter().enumerate() {
        let top = 20.0 - f64::from(*count) * 20.0 / f64::from(most);
        if *count > 0 {
            columns.push(format!(
                "{place} 20 {place} {top:.1} {place}.8 {top:.1} {place}.8 20"
            ));
        }
    }
    columns.join(" ")
}

fn phones(frame: &Frame, devices: &[PlaceSum]) -> Markup {
    let w = &frame.words;
    let count = |kind: &str| {
        devices
            .iter()
            .find(|it| it.place == kind)
            .map_or(0, |it| it.sum.count)
    };
    let known: u64 = ["phone", "tablet", "computer"].map(count).iter().sum();
    let share = percent(count("phone").into(), known.into());
    let said = w.count(known);
    html! {
        section.rate.phones {
            h2.wall-label { (icon("phone")) (w.say("board-phones")) }
            p.rate-figure { span data-phones-share { @if known > 0 { (share) } @else { "–" } } span.rate-unit data-phones-unit hidden[known == 0] { "%" } }
            svg.meter viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" {
                rect.meter-track width="100" height="4" {}
                polygon.meter-fill data-phones-bar points=(filled(share)) {}
            }
            p.rate-peak { (w.say("board-phones-of")) " " b data-phones-known data-shape=(shape(&said)) { (over(&said)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_second_is_as_high_as_there_is_room() {
        assert_eq!(
            spark(&[0, 1, 2]),
            "1 20 1 10.0 1.8 10.0 1.8 20 2 20 2 0.0 2.8 0.0 2.8 20"
        );
        assert_eq!(spark(&[0; 60]), "");
    }
}

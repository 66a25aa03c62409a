//! The claimed bar: how much of a deal is gone. The signature of the shop.

use super::words::Words;
use maud::{Markup, html};

/// The bar of a deal; a script moves it when the deal's claims change.
pub fn claimed_bar(words: &Words, deal: &str, percent: u8) -> Markup {
    let said = words.say_with("claimed", [("percent", percent.into())]);
    html! {
        div.claimed data-claimed-deal=(deal) data-heat=(heat(percent)) role="meter"
            aria-valuemin="0" aria-valuemax="100" aria-valuenow=(percent) aria-label=(said) {
            svg.claimed-bar viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
                rect.claimed-track width="100" height="10" {}
                rect.claimed-fill width=(percent) height="10" {}
            }
            span.claimed-words aria-hidden="true" { (said) }
        }
    }
}

/// How near a deal is to its end, for the style sheet.
fn heat(percent: u8) -> &'static str {
    match percent {
        100.. => "gone",
        80.. => "hot",
        1.. => "warm",
        0 => "cold",
    }
}

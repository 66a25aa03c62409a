//! Icons: symbols of `web/icons.svg`, drawn in the colour of the text beside them.

use super::assets::address;
use maud::{Markup, html};

/// The symbol `name`, for eyes alone: what it stands for is said beside it.
pub fn icon(name: &str) -> Markup {
    let symbol = format!("{}#{name}", address("icons.svg"));
    html! { svg.icon aria-hidden="true" width="20" height="20" { use href=(symbol) {} } }
}

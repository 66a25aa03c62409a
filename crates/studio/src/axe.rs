//! axe-core on a page: what it finds against WCAG 2.0 to 2.2, A and AA, and against good practice.

use anyhow::{Context, Result};
use chromiumoxide::Page;
use serde::Deserialize;
use std::path::Path;

const RUN: &str = include_str!("axe.js");

/// Where `npm ci` put it, below the folder in which cargo builds.
pub const PLACE: &str = "web/node_modules/axe-core/axe.min.js";

/// What it found: a rule and where it is broken.
#[derive(Debug, Deserialize)]
struct Violation {
    rule: String,
    help: String,
    places: Vec<String>,
}

/// Its source.
///
/// # Errors
/// When it is not there.
pub fn source(target: &Path) -> Result<String> {
    let place = target.join(PLACE);
    std::fs::read_to_string(&place).with_context(|| {
        format!(
            "no axe-core at {}: `cargo xtask test` puts it there",
            place.display()
        )
    })
}

/// Runs it on a page.
///
/// # Errors
/// Those of the browser.
pub async fn violations(page: &Page, source: &str) -> Result<Vec<String>> {
    page.evaluate_expression(source).await?;
    let found = page.evaluate_expression(format!("({RUN})()")).await?;
    let found: Vec<Violation> = found.into_value()?;
    let said = found.iter().map(|found| {
        format!(
            "axe {}: {} ({})",
            found.rule,
            found.help,
            found.places.join(" | ")
        )
    });
    Ok(said.collect())
}

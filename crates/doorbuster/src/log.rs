//! The log: text for people, JSON for machines, on standard error. Personal data never gets here.

use crate::config::Settings;
use std::io::{IsTerminal, stderr};
use tracing_subscriber::{EnvFilter, fmt, prelude::*};

/// Starts logging for the rest of the process.
pub fn start(settings: &Settings) {
    start_at(settings, &settings.log_level);
}

/// Starts logging for a command whose output is for people: warnings and errors alone.
pub fn start_quietly(settings: &Settings) {
    start_at(settings, "warn");
}

fn start_at(settings: &Settings, level: &str) {
    // Shops' descriptions are broken HTML more often than not: that is mended, not told.
    let filter = EnvFilter::new(format!(
        "{level},sqlx=warn,hyper=warn,tower_http=warn,html5ever=error"
    ));
    let registry = tracing_subscriber::registry().with(filter);
    let json = match settings.log_format.as_str() {
        "json" => true,
        "text" => false,
        _ => !stderr().is_terminal(),
    };
    // A second start (tests in one process) keeps the first log.
    let _ = if json {
        registry
            .with(fmt::layer().json().with_writer(stderr))
            .try_init()
    } else {
        registry
            .with(
                fmt::layer()
                    .with_target(false)
                    .with_ansi(stderr().is_terminal())
                    .with_writer(stderr),
            )
            .try_init()
    };
}

//! A promise that was found broken.

use thiserror::Error;

/// Which promise is broken, and how it shows.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{promise}: {what}")]
pub struct Broken {
    /// The promise; a failure is shrunk as long as the same one is broken.
    pub promise: &'static str,
    /// How it shows.
    pub what: String,
}

impl Broken {
    pub(crate) fn new(promise: &'static str, what: impl Into<String>) -> Self {
        let what = what.into();
        Self { promise, what }
    }
}

/// Names the promise that an unexpected error breaks.
pub(crate) trait Breaks<T> {
    fn breaks(self, promise: &'static str) -> Result<T, Broken>;
}

impl<T, E: std::fmt::Display> Breaks<T> for Result<T, E> {
    fn breaks(self, promise: &'static str) -> Result<T, Broken> {
        self.map_err(|error| Broken::new(promise, error.to_string()))
    }
}

/// Insists on what a promise demands.
pub(crate) fn insist(
    holds: bool,
    promise: &'static str,
    what: impl FnOnce() -> String,
) -> Result<(), Broken> {
    match holds {
        true => Ok(()),
        false => Err(Broken::new(promise, what())),
    }
}

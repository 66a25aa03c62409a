//! What is fuzzed. A target takes any bytes and panics when a promise is broken; what is refused in order is fine. How bytes
//! are made up is libFuzzer's affair; its finds, made small, join `corpora`, which a test replays.

mod bodies;
mod import;
mod journal;
mod requests;
mod snapshot;

/// Takes any bytes.
pub type Target = fn(&[u8]);

/// Every target, by name.
pub const TARGETS: [(&str, Target); 5] = [
    ("bodies", bodies::read),
    ("import", import::read),
    ("journal", journal::read),
    ("requests", requests::read),
    ("snapshot", snapshot::read),
];

/// The target of this name.
pub fn target(name: &str) -> Option<Target> {
    let mut targets = TARGETS.into_iter();
    targets
        .find(|(own, _)| *own == name)
        .map(|(_, target)| target)
}

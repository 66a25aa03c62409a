//! Every page in a real browser: the table of scenes, the stage on which they are played, and what looks at them.
//!
//! The command line of `cargo xtask shots`, `vitals` and `frames` lives in `main.rs`; what a page must keep is demanded by
//! the acceptance tests, which look through the same table with the same eyes.

pub mod answer;
pub mod axe;
mod boards;
pub mod browser;
mod client;
mod codes;
pub mod frames;
pub mod look;
mod play;
pub mod postbox;
pub mod scenes;
mod served;
pub mod sheets;
pub mod shots;
pub mod stage;
pub mod trace;
mod turns;
pub mod vitals;

pub use browser::Chromium;
pub use look::{Light, Look, Seen};
pub use postbox::Postbox;
pub use scenes::{SCENES, Scene, Who, named};
pub use stage::Stage;

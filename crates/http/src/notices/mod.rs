//! Notices: what a shopper is told without having asked at that moment, in words, and the bulletin from which open
//! pages hear of it. What is worth telling is the notice clerk's to say; what leaves the house goes through its port.

mod bulletin;
mod nights;
mod wording;

pub use bulletin::Bulletin;
pub use nights::kept_back;
pub use wording::{Wording, wording};

//! The pages: storefront, desk and board, rendered on the server, in Korean, Chinese and English.

mod assets;
mod board;
mod bought;
mod cart;
mod checkout;
mod claimed_bar;
mod countdown;
mod deal;
mod deposit;
mod desk;
mod entrance;
mod figures;
mod form;
mod frame;
mod history;
mod home;
mod icon;
mod language;
mod listing;
mod masthead;
mod notice;
mod offline;
mod order;
mod payment;
mod picture;
mod printed;
mod routes;
mod tile;
mod trouble;
mod visit;
mod watches;
mod window;
mod words;

pub(crate) use figures::discount_percent;
pub use language::Language;
pub use routes::{Explained, router};

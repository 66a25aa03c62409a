//! The desk: the pages for staff. Each deed there is audited, and each that cannot be undone names
//! its effect before it is done.

pub mod audit;
pub mod bulk;
pub mod chore;
pub mod deal;
pub mod deal_form;
pub mod deals;
pub mod import;
pub mod orders;
pub mod product;
pub mod products;
pub mod timeline;

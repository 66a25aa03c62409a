//! The desk: the pages for staff. Each deed there is audited, and each that cannot be undone names
//! its effect before it is done.

pub mod audit;
pub mod deals;
pub mod orders;

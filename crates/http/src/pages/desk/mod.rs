//! The desk: the pages for staff. Each deed there is audited, and each that cannot be undone names
//! its effect before it is done.

pub mod audit;
pub mod deals;
pub mod frame;
pub mod head;
pub mod orders;
pub mod sections;

//! The desk: the pages for staff. Each deed there is audited, and each that cannot be undone names
//! its effect before it is done.

pub mod audit;
pub mod deals;
pub mod device;
pub mod entrance;
pub mod frame;
pub mod head;
pub mod me;
pub mod orders;
pub mod palette;
pub mod people;
pub mod sections;
pub mod today;
pub mod undo;

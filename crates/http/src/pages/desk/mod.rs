//! The desk: the pages for staff. Each deed there is audited, and each that cannot be undone names
//! its effect before it is done.

pub mod allotment;
pub mod audit;
pub mod bulk;
pub mod chore;
pub mod deal;
pub mod deal_form;
pub mod deals;
pub mod entrance;
pub mod frame;
pub mod head;
pub mod import;
pub mod me;
pub mod orders;
pub mod palette;
pub mod people;
pub mod product;
pub mod products;
pub mod sections;
pub mod shipping;
pub mod stock;
pub mod timeline;
pub mod today;
pub mod undo;

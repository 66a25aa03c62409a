//! What several commands and timers do alike. Nothing here refuses: whoever calls has checked.

mod change;
mod confirm;
mod give_back;
mod grant;
mod lapse;
mod pay;
mod refund;
mod suspend;
mod wait;

pub(crate) use change::changed;
pub(crate) use confirm::{can_confirm, confirm, unconfirm};
pub(crate) use give_back::{give_back, offer, return_unsold};
pub(crate) use grant::grant_hold;
pub(crate) use lapse::{close_orders, shut};
pub(crate) use pay::pay_orders;
pub(crate) use refund::{Part, refund_order, refund_suspense, whole_of};
pub(crate) use suspend::suspend;
pub(crate) use wait::{end_place, take_place};

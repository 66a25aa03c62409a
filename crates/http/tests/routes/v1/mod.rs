//! The API for shoppers, everyone and the payment provider: `/v1`.

mod accounts;
mod batches;
mod belongings;
mod board;
mod checkouts;
mod deals;
mod deposits;
mod guard;
mod holds;
mod lane;
mod notices;
mod orders;
mod overload;
mod sessions;
mod shutters;
mod streams;

//! The part of the API for staff, as a program with a key meets it: `/v1/staff`.

mod deals;
mod desk;
mod orders;
mod people;
mod reserved;
mod rights;

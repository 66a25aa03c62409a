//! The part of the API for staff, as a program with a key meets it: `/v1/staff`.

mod deals;
mod defence;
mod desk;
mod orders;
mod people;
mod products;
mod reserved;
mod rights;

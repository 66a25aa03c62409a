//! The part of the API for staff, as a program with a key meets it.

mod deals;
mod desk;
mod house;
mod orders;
mod people;

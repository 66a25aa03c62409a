//! What goes in and comes out of whole files, one module a question.

mod deals;
mod desk;
mod formats;
mod real_sets;
mod round_trip;
mod traps;

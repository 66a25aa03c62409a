//! What the journal promises, held against it: the contract of every journal, torn writes, damage,
//! the archive and the copies of it. What needs a look inside is tested beside the code.

#![allow(clippy::unwrap_used)]

mod archive;
mod contract;
mod copies;
mod damage;
mod scene;
mod torn;

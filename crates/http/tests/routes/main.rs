//! Everything that is served, route by route: the folders mirror the addresses, and one house serves
//! them all.

mod document;
mod house;
mod pages;
mod staff;
mod v1;

//! The pages as a browser meets them.

mod browsing;
mod buying;
mod deposits;
mod desk;
mod desk_entrance;
mod desk_people;
mod lapsing;
mod paying;

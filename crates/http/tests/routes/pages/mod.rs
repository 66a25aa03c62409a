//! The pages as a browser meets them.

mod after;
mod belongings;
mod board;
mod browsing;
mod buying;
mod caching;
mod delivering;
mod deposits;
mod desk;
mod desk_acts;
mod desk_deals;
mod desk_entrance;
mod desk_guards;
mod desk_late;
mod desk_people;
mod desk_stock;
mod forgotten;
mod lapsing;
mod leading_on;
mod listing;
mod origins;
mod paying;
mod shipping;
mod waiting;

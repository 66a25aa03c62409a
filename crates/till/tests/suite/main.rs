//! The till, driven by hand and by its own loop, over journals in memory.

mod crashes;
mod festival;
mod loops;
mod shutters;
mod snapshots;
mod turns;

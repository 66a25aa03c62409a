//! The pages as a browser meets them: a real till on a journal in memory, real records, a scripted
//! clock, and a provider that only opens.

mod browsing;
mod buying;
mod desk;
mod house;

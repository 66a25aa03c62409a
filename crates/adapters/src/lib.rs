//! adapters

pub mod crowd_http;

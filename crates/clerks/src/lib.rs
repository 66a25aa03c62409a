//! clerks

//! http
#![allow(dead_code)]
mod pages;

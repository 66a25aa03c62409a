//! The program that libFuzzer drives: it gives bytes that it made up to the target that `FUZZ_TARGET` names.
//! `cargo xtask fuzz` builds and runs it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static TARGET: LazyLock<fuzz::Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").expect("FUZZ_TARGET names what is fuzzed");
    fuzz::target(&name).expect("FUZZ_TARGET is one of the targets")
});

fuzz_target!(|bytes: &[u8]| TARGET(bytes));

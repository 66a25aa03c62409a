//! `cargo xtask fuzz`: gives the room `fuzz` bytes that libFuzzer makes up, one target after the other.
//!
//! It takes a stable compiler: the coverage that libFuzzer steers by is a pass of LLVM, and only what is built for the target
//! is instrumented, not the build scripts.

use crate::house::{cargo, root, target_folder};
use crate::steps::{Steps, succeed};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;

const SECONDS_OF_A_MINUTE: u64 = 60;
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions=on";

/// Fuzzes one target, or all, for so many minutes each.
///
/// # Errors
/// When a promise was broken; libFuzzer names the file with the bytes, which belongs into `fuzz/corpora`.
pub fn run(only: Option<&str>, minutes: u64) -> Result<()> {
    let targets: Vec<&'static str> = TARGETS
        .into_iter()
        .filter(|name| only.is_none_or(|only| only == *name))
        .collect();
    if targets.is_empty() {
        bail!("there is no such target; there are {}", TARGETS.join(", "));
    }
    let program = build()?;
    let mut steps = Steps::default();
    for name in targets {
        let grown = target_folder()?.join("fuzz/corpora").join(name);
        let found = target_folder()?.join("fuzz/found");
        for folder in [&grown, &found] {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("no folder {}", folder.display()))?;
        }
        let mut fuzz = Command::new(&program);
        fuzz.env("FUZZ_TARGET", name);
        fuzz.arg(format!("-max_total_time={}", minutes * SECONDS_OF_A_MINUTE));
        fuzz.arg(format!("-artifact_prefix={}/{name}-", found.display()));
        fuzz.args(["-timeout=20", "-rss_limit_mb=4096", "-print_final_stats=1"]);
        // What is new goes into the first folder; the one in the tree stays as it is.
        fuzz.arg(grown).arg(root().join("fuzz/corpora").join(name));
        steps.command(name, &mut fuzz)?;
    }
    println!("\n{}", steps.table());
    Ok(())
}

/// As in `fuzz/src/lib.rs`.
const TARGETS: [&str; 5] = ["bodies", "import", "journal", "requests", "snapshot"];

fn build() -> Result<PathBuf> {
    let (host, target) = (host()?, target_folder()?.join("fuzz"));
    let mut build = cargo([
        "build",
        "--release",
        "--package",
        "fuzz",
        "--features",
        "libfuzzer",
    ]);
    build.args(["--target", &host, "--target-dir"]).arg(&target);
    succeed(build.env("RUSTFLAGS", FLAGS))?;
    Ok(target.join(host).join("release/fuzz"))
}

/// The machine that is built on, as the compiler calls it.
fn host() -> Result<String> {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .context("there is no rustc")?;
    let said = String::from_utf8_lossy(&output.stdout);
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc names no host")
}

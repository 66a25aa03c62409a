//! What baselines run on: programs of Debian, installed where that is allowed.

use anyhow::{Context, bail};
use std::process::{Command, Stdio};

/// Makes sure that a program is on the path, from the package that has it.
///
/// # Errors
/// Says what to install where this may not.
pub fn ensure(program: &str, package: &str) -> anyhow::Result<()> {
    if is_there(program) {
        return Ok(());
    }
    eprintln!("installing {package}");
    // At this run level Debian starts no service that it installs.
    let install = Command::new("apt-get")
        .args(["install", "--yes", "--quiet=2", package])
        .envs([("RUNLEVEL", "1"), ("DEBIAN_FRONTEND", "noninteractive")])
        .stdout(Stdio::null())
        .status();
    if !install.is_ok_and(|status| status.success()) || !is_there(program) {
        bail!("`{program}` is not here; install it with `apt-get install {package}`");
    }
    Ok(())
}

fn is_there(program: &str) -> bool {
    let mut asked = Command::new(program);
    asked.arg("--version");
    asked.stdout(Stdio::null()).stderr(Stdio::null());
    asked.status().is_ok()
}

/// Runs a program to its end.
///
/// # Errors
/// When it cannot be started or says that it failed, with its own words.
pub fn succeed(command: &mut Command) -> anyhow::Result<()> {
    output(command).map(|_| ())
}

/// The same, and gives what it printed.
///
/// # Errors
/// As [`succeed`].
pub fn output(command: &mut Command) -> anyhow::Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {name}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{name} ended with {}: {said}", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

//! The scripts of `web/`, checked by TypeScript: they stay plain modules, and their JSDoc must hold. Node and npm are for
//! this check and for axe-core alone; nothing of them is shipped.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::browser::install_packages;
use crate::house::{root, target_folder};
use crate::steps::succeed;

/// What the tools are and how the scripts are checked.
const FOLDER: &str = "tests/web";
/// Where the tools go, below the folder in which cargo builds.
const TOOLS: &str = "web";
const LOCK: &str = "package-lock.json";
/// What npm makes of a lock file that it has followed to the end.
const FOLLOWED: &str = "node_modules/.package-lock.json";

/// Checks every script. Where there is no Node and none may be installed it says so, unless this is CI.
///
/// # Errors
/// When a script is wrong, or the tools cannot be had.
pub fn check() -> Result<()> {
    if let Err(fault) = ensure_node() {
        if std::env::var_os("CI").is_some() {
            return Err(fault);
        }
        println!("skipped, as are the looks with axe-core: {fault:#}");
        return Ok(());
    }
    let tools = target_folder()?.join(TOOLS);
    install(&root().join(FOLDER), &tools)?;
    let project = root().join(FOLDER);
    succeed(
        Command::new(tools.join("node_modules/.bin/tsc"))
            .arg("--project")
            .arg(project),
    )
}

/// What the lock file says, into the folder of the tools; nothing when it is there already.
fn install(folder: &Path, tools: &Path) -> Result<()> {
    let lock = fs::read(folder.join(LOCK)).context("the lock file is there")?;
    let same = fs::read(tools.join(LOCK)).is_ok_and(|installed| installed == lock);
    if same && tools.join(FOLLOWED).exists() {
        return Ok(());
    }
    fs::create_dir_all(tools)?;
    for name in ["package.json", LOCK] {
        fs::copy(folder.join(name), tools.join(name))?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    succeed(npm.current_dir(tools))
}

fn ensure_node() -> Result<()> {
    if runs("node") && runs("npm") {
        return Ok(());
    }
    install_packages("the check of the scripts needs Node", &["nodejs", "npm"])?;
    match runs("npm") {
        true => Ok(()),
        false => bail!("npm was installed but does not run"),
    }
}

fn runs(program: &str) -> bool {
    let mut command = Command::new(program);
    command
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_installed_by_the_same_lock_file_is_not_installed_again() {
        let (folder, tools) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for place in [folder.path(), tools.path()] {
            fs::write(place.join(LOCK), "the same").unwrap();
        }
        fs::create_dir(tools.path().join("node_modules")).unwrap();
        fs::write(tools.path().join(FOLLOWED), "").unwrap();
        install(folder.path(), tools.path()).unwrap();
        assert!(!tools.path().join("package.json").exists());
    }
}

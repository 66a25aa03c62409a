//! A Chromium for the page tests: finding it, or installing Debian's where we may; and what else Debian has that a step
//! needs.
//!
//! How the tests drive it lives with the page tests.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::steps::succeed;

/// The names under which a Chromium or a Chrome may stand on the path.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
];

/// The path of a Chromium: the one that `CHROME` names, one on the path, or one just installed.
///
/// # Errors
/// When there is none and installing it is not ours to do; the message says what to install.
pub fn ensure() -> Result<PathBuf> {
    if let Some(chromium) = found() {
        return Ok(chromium);
    }
    install_packages("the page tests need a Chromium", &["chromium"])?;
    match found() {
        Some(chromium) => Ok(chromium),
        None => bail!("chromium was installed but is not on the path"),
    }
}

fn found() -> Option<PathBuf> {
    let told = std::env::var_os("CHROME").map(PathBuf::from);
    told.filter(|path| path.is_file()).or_else(|| {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        NAMES.iter().find_map(|name| on_path(&folders, name))
    })
}

fn on_path(folders: &OsStr, program: &str) -> Option<PathBuf> {
    std::env::split_paths(folders)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

/// Installs Debian's packages; `need` says what needs them.
///
/// # Errors
/// When installing is not ours to do; the message says what to install.
pub fn install_packages(need: &str, packages: &[&str]) -> Result<()> {
    if !Path::new("/usr/bin/apt-get").exists() {
        bail!("{}", advice(need, packages, "this is not a Debian"));
    }
    let Some(prefix) = privilege() else {
        bail!("{}", advice(need, packages, "installing takes root"));
    };
    println!("{need}: installing Debian's");
    succeed(&mut apt_get(prefix, &["update"]))?;
    let wanted = ["install", "--yes", "--no-install-recommends"];
    succeed(&mut apt_get(prefix, &[&wanted, packages].concat()))
}

fn advice(need: &str, packages: &[&str], why_not: &str) -> String {
    let packages = packages.join(" ");
    format!(
        "{need} and {why_not}: install it (Debian: `sudo apt-get install {packages}`); \
         CHROME may name a Chromium elsewhere"
    )
}

/// What to put before a command that needs root: nothing for root, `sudo` where it asks for no
/// password.
fn privilege() -> Option<&'static [&'static str]> {
    if rustix::process::geteuid().is_root() {
        return Some(&[]);
    }
    let mut sudo = Command::new("sudo");
    sudo.args(["--non-interactive", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let allowed = sudo.status().is_ok_and(|status| status.success());
    allowed.then_some(&["sudo", "--non-interactive"])
}

fn apt_get(prefix: &[&str], arguments: &[&str]) -> Command {
    let words = [
        prefix,
        &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"],
        arguments,
    ]
    .concat();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_in_the_folders_of_the_path_only() {
        let folders = OsStr::new("/no-such-folder:/bin");
        assert_eq!(on_path(folders, "sh"), Some(PathBuf::from("/bin/sh")));
        assert_eq!(on_path(OsStr::new("/no-such-folder"), "sh"), None);
    }

    #[test]
    fn apt_runs_behind_sudo_only_where_it_must() {
        assert_eq!(apt_get(&[], &["update"]).get_program(), "env");
        let command = apt_get(&["sudo", "--non-interactive"], &["update"]);
        assert_eq!(command.get_program(), "sudo");
        assert_eq!(command.get_args().last(), Some(OsStr::new("update")));
    }

    #[test]
    fn the_advice_says_what_to_install() {
        let advice = advice("it needs a browser", &["chromium"], "it takes root");
        assert!(advice.contains("apt-get install chromium"), "{advice}");
    }
}

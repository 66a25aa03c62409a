//! Where the house stands, and what cargo says of it: the root folder, cargo itself, the crates.
//!
//! What the rules make of the crates lives in `tidy`.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// A crate of the workspace, by the name of its folder, and the crates of ours that it builds on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// The folder's name: `http` for `crates/http`, whatever the package calls itself.
    pub name: String,
    /// The rooms among its normal dependencies; those of tests and build scripts do not count.
    pub leans_on: BTreeSet<String>,
}

/// The repository's root folder.
///
/// Cargo's word at run time goes before the one at build time: checkouts that share a target folder
/// share the program, too.
pub fn root() -> PathBuf {
    let told = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let xtask = told.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = xtask.parent();
    root.expect("xtask lies in the repository's root").into()
}

/// The cargo that runs us, started in the root folder with these arguments.
pub fn cargo<const N: usize>(arguments: [&str; N]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root()).args(arguments);
    command
}

/// Where cargo puts what it builds; `CARGO_TARGET_DIR` and its kin are respected.
///
/// # Errors
/// When `cargo metadata` fails: a broken manifest, no cargo.
pub fn target_folder() -> Result<PathBuf> {
    Ok(metadata()?.target_directory.into_std_path_buf())
}

/// The crates of the workspace, by name.
///
/// # Errors
/// When `cargo metadata` fails: a broken manifest, no cargo.
pub fn rooms() -> Result<Vec<Room>> {
    let mut rooms: Vec<Room> = metadata()?.packages.iter().map(room).collect();
    rooms.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(rooms)
}

fn metadata() -> Result<Metadata> {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("cargo metadata failed")
}

fn room(package: &Package) -> Room {
    let manifest = package.manifest_path.parent();
    let ours = package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == DependencyKind::Normal)
        .filter_map(|dependency| dependency.path.as_ref());
    Room {
        name: folder_name(manifest.expect("a manifest lies in a folder")),
        leans_on: ours.map(|path| folder_name(path)).collect(),
    }
}

fn folder_name(path: &cargo_metadata::camino::Utf8Path) -> String {
    path.file_name()
        .expect("a crate's folder has a name")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_tells_the_rooms_by_their_folders() {
        let rooms = rooms().unwrap();
        let names: Vec<&str> = rooms.iter().map(|room| room.name.as_str()).collect();
        assert!(names.contains(&"http"), "{names:?}");
        assert!(names.contains(&"xtask"), "{names:?}");
    }

    #[test]
    fn only_normal_dependencies_are_arrows() {
        let rooms = rooms().unwrap();
        let ledger = rooms.iter().find(|room| room.name == "ledger").unwrap();
        assert!(ledger.leans_on.contains("vocabulary"));
        assert!(!ledger.leans_on.contains("model"), "model is for its tests");
    }
}

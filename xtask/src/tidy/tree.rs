//! The tree as the rules see it: files with their text, and the rooms with their arrows.
//!
//! Reading only; no rule lives here.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};

use super::source::Source;
use crate::house::Room;

/// Endings of the files that hold text of ours; a name without an ending counts as text, too.
const TEXT: [&str; 11] = [
    "rs", "toml", "md", "txt", "js", "css", "html", "ftl", "sql", "sh", "yml",
];

/// Every file of the repository that is not ignored, and the rooms of the workspace.
pub struct Tree {
    /// In the order of their paths.
    pub files: Vec<File>,
    pub rooms: Vec<Room>,
    /// Files and folders, data included: what a link may point to.
    paths: BTreeSet<String>,
}

/// A file that the text rules look at; data has no text here.
pub struct File {
    /// From the root folder, with forward slashes.
    pub path: String,
    pub text: String,
    /// Present for Rust only.
    pub source: Option<Source>,
}

impl Tree {
    /// Reads the tree under `root`, leaving out what `.gitignore` names and what builds leave.
    ///
    /// # Errors
    /// When a folder or a file cannot be read.
    pub fn read(root: &Path, rooms: Vec<Room>) -> Result<Tree> {
        let ignored = ignored(root);
        let mut found = Vec::new();
        walk(root, "", &ignored, &mut found)?;
        found.sort();
        let texts = found.into_iter().map(|path| {
            let text = text(root, &path);
            (path, text)
        });
        Ok(Tree::from_texts(texts, rooms))
    }

    /// The file at this path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether a file or a folder stands at this path.
    pub fn holds(&self, path: &str) -> bool {
        path.is_empty() || self.paths.contains(path)
    }

    /// The paths of all files and folders.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(String::as_str)
    }

    /// The Rust files, with their source.
    pub fn sources(&self) -> impl Iterator<Item = (&File, &Source)> {
        self.files
            .iter()
            .filter_map(|file| Some((file, file.source.as_ref()?)))
    }

    fn from_texts(texts: impl Iterator<Item = (String, String)>, rooms: Vec<Room>) -> Tree {
        let mut paths = BTreeSet::new();
        let mut files = Vec::new();
        for (path, text) in texts {
            let folders = path
                .match_indices('/')
                .map(|(end, _)| path[..end].to_owned());
            paths.extend(folders);
            paths.insert(path.clone());
            if is_text(&path) {
                files.push(File::read(path, text));
            }
        }
        Tree {
            files,
            rooms,
            paths,
        }
    }

    #[cfg(test)]
    pub fn of(texts: &[(&str, &str)]) -> Tree {
        let owned = texts
            .iter()
            .map(|(path, text)| (path.to_string(), text.to_string()));
        Tree::from_texts(owned, Vec::new())
    }

    #[cfg(test)]
    pub fn with_rooms(mut self, rooms: &[(&str, &[&str])]) -> Tree {
        let room = |(name, leans_on): &(&str, &[&str])| Room {
            name: name.to_string(),
            leans_on: leans_on.iter().map(ToString::to_string).collect(),
        };
        self.rooms = rooms.iter().map(room).collect();
        self
    }
}

impl File {
    fn read(path: String, text: String) -> File {
        let source = path.ends_with(".rs").then(|| Source::read(&path, &text));
        File { path, text, source }
    }

    /// The lines with their numbers, counted from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }
}

fn walk(
    root: &Path,
    folder: &str,
    ignored: &BTreeSet<String>,
    found: &mut Vec<String>,
) -> Result<()> {
    let here = root.join(folder);
    for entry in std::fs::read_dir(&here).with_context(|| format!("cannot list {here:?}"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() {
            name
        } else {
            format!("{folder}/{name}")
        };
        if path == ".git" || ignored.contains(&path) {
            continue;
        }
        let built = entry.path().join("CACHEDIR.TAG").exists();
        match entry.file_type()?.is_dir() {
            true if built => {}
            true => walk(root, &path, ignored, found)?,
            false => found.push(path),
        }
    }
    Ok(())
}

/// The plain paths from the root that `.gitignore` names.
fn ignored(root: &Path) -> BTreeSet<String> {
    let lines = std::fs::read_to_string(root.join(".gitignore")).unwrap_or_default();
    lines
        .lines()
        .filter_map(|line| line.strip_prefix('/'))
        .map(|path| path.trim_end_matches('/').to_owned())
        .collect()
}

/// The text of a file; empty for data and for what is no UTF-8.
fn text(root: &Path, path: &str) -> String {
    match is_text(path) {
        true => std::fs::read_to_string(root.join(path)).unwrap_or_default(),
        false => String::new(),
    }
}

fn is_text(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let known = match name.rsplit_once('.') {
        Some((stem, ending)) => stem.is_empty() || TEXT.contains(&ending),
        None => true,
    };
    known && !path.starts_with("demo/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_listed_but_not_read_as_text() {
        let tree = Tree::of(&[("demo/README.md", "x"), ("a.csv", "x"), (".ci/run", "x")]);
        let read: Vec<&str> = tree.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(read, [".ci/run"]);
        assert!(tree.holds("demo/README.md") && tree.holds("a.csv") && tree.holds("demo"));
    }

    #[test]
    fn what_git_ignores_and_what_builds_leave_is_not_in_the_tree() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write(".gitignore", "/data\n*.tmp\n");
        write("data/a.md", "");
        write("built/CACHEDIR.TAG", "");
        write("built/b.md", "");
        write("kept/c.md", "");
        let tree = Tree::read(folder.path(), Vec::new()).unwrap();
        assert_eq!(
            tree.paths().collect::<Vec<_>>(),
            [".gitignore", "kept", "kept/c.md"]
        );
    }
}

//! The copy of the tree that the faults are planted in.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::SWITCH;
use super::list::Planted;

/// Copies every file that git knows from `root` to `tree`, with the faults planted. What did not
/// change since the last copy is left alone, so that it need not be built again.
///
/// # Errors
/// When a file cannot be read or written, or an anchor does not fit.
pub fn copy_with(faults: &[Planted], root: &Path, tree: &Path) -> Result<()> {
    let planted = by_file(faults);
    let listed = Command::new("git")
        .arg("ls-files")
        .current_dir(root)
        .output();
    let listed = String::from_utf8(listed.context("git cannot be started")?.stdout)?;
    let names: BTreeSet<&str> = listed.lines().collect();
    for path in planted.keys() {
        ensure!(names.contains(path), "{path} is no file of the tree");
    }
    for name in names {
        let Ok(mut bytes) = fs::read(root.join(name)) else {
            continue; // Removed, and not yet committed.
        };
        if let Some(faults) = planted.get(name) {
            let source = String::from_utf8(bytes)?;
            bytes = plant(&source, faults)
                .with_context(|| name.to_owned())?
                .into_bytes();
        }
        write_if_changed(&tree.join(name), &bytes)?;
    }
    Ok(())
}

/// The faults by the file that they are planted in.
pub fn by_file(faults: &[Planted]) -> BTreeMap<&str, Vec<&Planted>> {
    let mut files: BTreeMap<&str, Vec<&Planted>> = BTreeMap::new();
    for fault in faults {
        files.entry(&fault.path).or_default().push(fault);
    }
    files
}

/// The source with these faults in it, each behind its switch.
///
/// # Errors
/// When an anchor is not there, or there more than once.
pub fn plant(source: &str, faults: &[&Planted]) -> Result<String> {
    let mut planted = source.to_owned();
    for fault in faults {
        let Planted {
            number,
            before,
            sound,
            after,
            broken,
            ..
        } = fault;
        let anchor = format!("{before}{sound}{after}");
        let found = find_loosely(&planted, &anchor);
        let count = found.len();
        ensure!(
            count == 1,
            "fault {number}: `{anchor}` stands there {count} times, not once"
        );
        let (start, end) = found[0];
        let switched = format!("(if planted({number}) {{ {broken} }} else {{ {sound} }})");
        planted.replace_range(start..end, &format!("{before}{switched}{after}"));
    }
    planted.push_str(&switch());
    Ok(planted)
}

/// What each file with planted faults gets at its end.
fn switch() -> String {
    format!(
        "
#[allow(missing_docs)]
fn planted(fault: u32) -> bool {{
    static PLANTED: std::sync::OnceLock<Option<u32>> = std::sync::OnceLock::new();
    let read = || std::env::var(\"{SWITCH}\").ok()?.parse().ok();
    *PLANTED.get_or_init(read) == Some(fault)
}}
"
    )
}

/// Where `pattern` stands in `text`, white space aside, as ranges of bytes.
fn find_loosely(text: &str, pattern: &str) -> Vec<(usize, usize)> {
    let pattern: Vec<char> = pattern
        .chars()
        .filter(|char| !char.is_whitespace())
        .collect();
    let solid = text
        .char_indices()
        .filter(|(_, char)| !char.is_whitespace());
    let solid: Vec<(usize, char)> = solid.collect();
    let windows = solid.windows(pattern.len());
    let fitting = windows.filter(|window| window.iter().map(|(_, char)| char).eq(&pattern));
    let range = |window: &[(usize, char)]| {
        let (last, char) = window[window.len() - 1];
        (window[0].0, last + char.len_utf8())
    };
    fitting.map(range).collect()
}

fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::super::list::parse;
    use super::*;

    fn planted(source: &str) -> Result<String> {
        let list =
            parse("fault: a\nby: sim\nin: a.rs\nfind: x < «limit»;\nput: limit + 1").unwrap();
        plant(source, &list.iter().collect::<Vec<_>>())
    }

    #[test]
    fn the_fault_stands_behind_its_switch_and_white_space_does_not_matter() {
        let text = planted("a = x\n    < limit;").unwrap();
        let expected = "a = x < (if planted(1) { limit + 1 } else { limit });";
        assert!(text.starts_with(expected), "{text}");
        assert!(text.contains(SWITCH));
    }

    #[test]
    fn an_anchor_that_is_gone_or_doubled_is_refused() {
        assert!(planted("a = x < bound;").is_err());
        assert!(planted("a = x < limit; b = x < limit;").is_err());
    }
}

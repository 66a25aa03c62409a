//! Rule: only the rooms that may touch the world name its clocks, files, sockets, threads and luck.

use super::Violation;
use super::source::line_of;
use super::tree::Tree;
use Right::{Anyhow, Clocks, Entropy, Files, Runtime, Seeds, Sharing, Sockets, Threads};

/// Something of the world that a room may or may not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Right {
    Runtime,
    Files,
    Sockets,
    Clocks,
    Threads,
    /// Locks, channels and counters shared between threads.
    Sharing,
    /// Random numbers that follow from a seed.
    Seeds,
    /// Random numbers that follow from nothing.
    Entropy,
    Anyhow,
}

/// The paths that stand for each right, as whole segments anywhere in a path.
const WORDS: [(Right, &str); 18] = [
    (Runtime, "tokio"),
    (Files, "std::fs"),
    (Files, "rustix::fs"),
    (Sockets, "std::net"),
    (Sockets, "std::os::unix::net"),
    (Clocks, "std::time::Instant"),
    (Clocks, "std::time::SystemTime"),
    (Clocks, "std::time::*"),
    (Clocks, "SystemTime::now"),
    (Clocks, "Timestamp::now"),
    (Clocks, "Uuid::now_v7"),
    (Threads, "std::thread"),
    (Sharing, "std::sync"),
    (Seeds, "rand"),
    (Entropy, "rand::rng"),
    (Entropy, "rand::random"),
    (Entropy, "SysRng"),
    (Anyhow, "anyhow"),
];

/// The rights of each room, or of one file of it: the longest path that fits decides. Who does not
/// stand here has no right.
const RIGHTS: [(&str, &[Right]); 22] = [
    ("crates/money/", &[]),
    ("crates/vocabulary/", &[]),
    ("crates/ledger/", &[]),
    ("crates/model/", &[]),
    ("crates/journal/", &[Threads, Sharing]),
    ("crates/journal/src/system.rs", &[Files]),
    ("crates/journal/src/memory.rs", &[Sharing]),
    ("crates/till/", &[Threads, Sharing]),
    ("crates/views/", &[Sharing]),
    ("crates/views/examples/", &[Clocks]),
    ("crates/clerks/", &[Sharing]),
    ("crates/crowd/", &[Sharing, Seeds]),
    ("crates/crowd/examples/", &[Files]),
    ("crates/sim/", &[Sharing]),
    ("crates/sim/src/main.rs", &[Clocks, Anyhow]),
    ("crates/intake/", &[Files, Threads, Sharing]),
    ("crates/records/", EDGE),
    ("crates/adapters/", EDGE),
    ("crates/http/", EDGE),
    ("crates/doorbuster/", ALL),
    ("crates/bench/", ALL),
    ("crates/studio/", ALL),
];

const EDGE: &[Right] = &[
    Runtime, Files, Sockets, Clocks, Threads, Sharing, Seeds, Entropy,
];
const ALL: &[Right] = &[
    Runtime, Files, Sockets, Clocks, Threads, Sharing, Seeds, Entropy, Anyhow,
];

/// Finds what the shipped code of each room names without a right to.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    let rooms = tree
        .sources()
        .filter(|(file, _)| file.path.starts_with("crates/"));
    for (file, source) in rooms {
        let rights = rights(&file.path);
        for (place, named) in named_paths(&source.shipped) {
            for (right, word) in WORDS.iter().filter(|(_, word)| names(&named, word)) {
                if !rights.contains(right) {
                    let line = line_of(&source.shipped, place);
                    violations.push(trespass(&file.path, line, *right, word));
                }
            }
        }
    }
    violations
}

fn trespass(path: &str, line: usize, right: Right, word: &str) -> Violation {
    let what = format!("`{word}` is named without the right to {right:?}");
    let mend = "take it as an argument or behind a port (rights: xtask/src/tidy/walls.rs)";
    Violation::at(path, line, what, mend)
}

fn rights(path: &str) -> &'static [Right] {
    let fitting = RIGHTS.iter().filter(|(room, _)| path.starts_with(room));
    let narrowest = fitting.max_by_key(|(room, _)| room.len());
    narrowest.map_or(&[], |(_, rights)| rights)
}

/// Whether a path holds the word's segments, whole and in a row.
fn names(path: &str, word: &str) -> bool {
    format!("::{path}::").contains(&format!("::{word}::"))
}

/// Every path of two segments or more, with its place; the trees of `use` are spelled out.
fn named_paths(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut place = 0;
    while place < code.len() {
        place = collect(code, place, "", &mut found);
    }
    found.retain(|(_, path)| path.contains("::"));
    found
}

/// Collects the paths from `place` on, each behind the prefix, and returns the place where the
/// group closes (or the text ends).
fn collect(code: &str, mut place: usize, prefix: &str, found: &mut Vec<(usize, String)>) -> usize {
    while place < code.len() {
        let rest = &code.as_bytes()[place..];
        let length = rest.iter().take_while(|byte| is_path(**byte)).count();
        match rest[0] {
            b'}' => return place + 1,
            _ if length == 0 => place += 1,
            _ => {
                let end = place + length;
                let path = format!("{prefix}{}", code[place..end].trim_start_matches(':'));
                if path.ends_with("::") && code[end..].starts_with('{') {
                    place = collect(code, end + 1, &path, found);
                } else {
                    found.push((place, path));
                    place = end;
                }
            }
        }
    }
    place
}

fn is_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_:*".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, code: &str) -> usize {
        check(&Tree::of(&[(path, code)])).len()
    }

    #[test]
    fn each_word_is_found_where_there_is_no_right_to_it() {
        for (right, word) in WORDS {
            let code = format!("fn a() {{ {word}::b(); }}");
            let tree = Tree::of(&[("crates/ledger/src/a.rs", &code)]);
            let found = check(&tree).iter().any(|found| found.what.contains(word));
            assert!(found, "{right:?} by {word}");
        }
    }

    #[test]
    fn the_trees_of_use_are_spelled_out() {
        let code = "use std::{collections::BTreeMap, time::{Duration, Instant}, fs};";
        assert_eq!(found("crates/ledger/src/a.rs", code), 2);
        let code = "use std::{\n    io,\n    fs::File,\n};\nfn a() { b::c() }";
        let tree = Tree::of(&[("crates/views/src/a.rs", code)]);
        assert_eq!(check(&tree)[0].line, 3);
    }

    #[test]
    fn what_is_not_of_the_world_may_be_named_by_all() {
        let code = "use std::time::Duration; use core::fmt; let random = operand::rng();";
        assert_eq!(found("crates/ledger/src/a.rs", code), 0);
    }

    #[test]
    fn tests_may_read_files() {
        assert_eq!(found("crates/ledger/tests/tables.rs", "use std::fs;"), 0);
    }

    #[test]
    fn the_crowd_draws_from_a_seed_only() {
        assert_eq!(found("crates/crowd/src/a.rs", "use rand::Rng;"), 0);
        assert_eq!(found("crates/crowd/src/a.rs", "rand::rng()"), 1);
    }

    #[test]
    fn the_narrowest_right_decides_and_a_stranger_has_none() {
        assert_eq!(found("crates/journal/src/system.rs", "use std::fs;"), 0);
        assert_eq!(found("crates/journal/src/memory.rs", "use std::fs;"), 1);
        assert_eq!(found("crates/stranger/src/lib.rs", "use std::fs;"), 1);
        assert_eq!(
            found("crates/doorbuster/src/main.rs", "use anyhow::Result;"),
            0
        );
        assert_eq!(found("crates/http/src/lib.rs", "use anyhow::Result;"), 1);
    }
}

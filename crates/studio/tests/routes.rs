//! The table of scenes against the router: every address that answers a GET with a page is looked at.
//!
//! The addresses are read from the sources, since a router does not tell them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use studio::SCENES;
use studio::scenes::NO_PAGES;

#[test]
fn every_page_of_the_router_is_a_scene() {
    let patterns = patterns();
    assert!(patterns.len() > 20, "{patterns:?}");
    let excepted = |pattern: &str| NO_PAGES.iter().any(|(address, _)| *address == pattern);
    for pattern in patterns.iter().filter(|pattern| !excepted(pattern)) {
        assert!(
            SCENES
                .iter()
                .any(|scene| scene.page && scene.stands_for(pattern)),
            "{pattern} is no page of crates/studio/src/scenes.rs; what is no page is listed there with its reason"
        );
    }
    for (address, reason) in NO_PAGES {
        assert!(patterns.contains(*address), "{address} ({reason}) is gone");
    }
}

#[test]
fn scenes_have_names_of_their_own() {
    let names: BTreeSet<&str> = SCENES.iter().map(|scene| scene.name).collect();
    assert_eq!(names.len(), SCENES.len());
}

/// The patterns that answer a GET.
fn patterns() -> BTreeSet<String> {
    let mut files = Vec::new();
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../http/src/pages/routes");
    collect(&pages, &mut files);
    let text = files
        .iter()
        .map(|file| fs::read_to_string(file).expect("a source"));
    text.flat_map(|text| answering_get(&text)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => collect(&path, files),
            false => files.push(path),
        }
    }
}

/// Of every `.route("PATTERN", …)` whose handlers name `get`, there or where they were given a name, the pattern.
fn answering_get(text: &str) -> Vec<String> {
    let calls = text.split(".route(").skip(1);
    let pattern = |call: &str| {
        let (pattern, rest) = call.trim_start().strip_prefix('"')?.split_once('"')?;
        let handlers = &rest[..end(rest)];
        let name = handlers.trim_matches([',', ' ', '\n']);
        let get = handlers.contains(" get(") || text.contains(&format!("let {name} = get("));
        get.then(|| pattern.to_owned())
    };
    calls.filter_map(pattern).collect()
}

/// Where the call ends: at the bracket that closes what is open.
fn end(rest: &str) -> usize {
    let mut open = 1;
    for (place, character) in rest.char_indices() {
        open += match character {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if open == 0 {
            return place;
        }
    }
    rest.len()
}

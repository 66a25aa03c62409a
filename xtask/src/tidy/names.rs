//! Rule: no file, folder or module with a name that says nothing.

use super::Violation;
use super::source::{line_of, words};
use super::tree::Tree;

/// Names for a drawer of leftovers rather than for a thing.
const BANNED: [&str; 9] = [
    "common", "utils", "helpers", "core", "types", "manager", "service", "new", "v2",
];

/// Endings of the files whose names are ours to choose.
const OURS: [&str; 3] = ["rs", "js", "css"];

const MEND: &str = "name it by the noun or the verb that it holds";

/// Finds the banned names of files and folders, and of modules written inline.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let files = tree.paths().filter_map(banned_path);
    let modules = tree
        .sources()
        .flat_map(|(file, source)| inline_modules(&file.path, &source.code));
    files.chain(modules).collect()
}

fn banned_path(path: &str) -> Option<Violation> {
    let (stem, ending) = path.rsplit_once('.')?;
    let ours = OURS.contains(&ending) && !path.starts_with("demo/");
    let banned = stem.split('/').find(|part| BANNED.contains(part))?;
    ours.then(|| Violation::at(path, 1, format!("the name `{banned}` says nothing"), MEND))
}

fn inline_modules(path: &str, code: &str) -> Vec<Violation> {
    let all: Vec<(usize, &str)> = words(code).collect();
    all.windows(2)
        .filter(|pair| pair[0].1 == "mod" && BANNED.contains(&pair[1].1))
        .filter(|pair| {
            code[pair[1].0..]
                .trim_start_matches(pair[1].1)
                .trim_start()
                .starts_with('{')
        })
        .map(|pair| {
            let what = format!("the module name `{}` says nothing", pair[1].1);
            Violation::at(path, line_of(code, pair[0].0), what, MEND)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_banned_name_is_found_as_file_folder_and_module() {
        for name in BANNED {
            let file = format!("crates/a/src/{name}.rs");
            let inside = format!("web/{name}/cart.js");
            let module = format!("\nmod {name} {{}}");
            let tree = Tree::of(&[(&file, ""), (&inside, ""), ("src/b.rs", &module)]);
            assert_eq!(check(&tree).len(), 3, "{name}");
        }
    }

    #[test]
    fn names_that_only_contain_a_banned_one_are_fine() {
        let tree = Tree::of(&[("src/newcomers.rs", "mod coretta {}"), ("v2/notes.md", "")]);
        assert_eq!(check(&tree), []);
    }
}

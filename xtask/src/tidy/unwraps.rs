//! Rule: no `unwrap()` outside tests; an `expect` states the invariant it rests on.

use super::Violation;
use super::source::line_of;
use super::tree::Tree;

const CALL: &str = ".unwrap()";

/// Finds the calls of `unwrap` in what ships.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (file, source) in tree.sources() {
        for (place, _) in source.shipped.match_indices(CALL) {
            let line = line_of(&source.shipped, place);
            let mend = "return the fault, or `expect` the invariant in words";
            violations.push(Violation::at(
                &file.path,
                line,
                "`unwrap()` outside tests",
                mend,
            ));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unwrap_in_what_ships_is_found_and_one_in_a_test_is_not() {
        let code = "fn a() {\n    b().unwrap();\n}\n#[cfg(test)]\nmod tests {\n    c().unwrap()\n}";
        let found = check(&Tree::of(&[("src/a.rs", code), ("tests/b.rs", code)]));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].path.as_str(), found[0].line), ("src/a.rs", 2));
    }

    #[test]
    fn its_cousins_that_cannot_panic_are_welcome() {
        let tree = Tree::of(&[("src/a.rs", "a.unwrap_or(b).unwrap_or_default()")]);
        assert_eq!(check(&tree), []);
    }
}

//! Rule: every architecture decision record is listed in `docs/adr/README.md`.

use super::Violation;
use super::tree::Tree;

const FOLDER: &str = "docs/adr/";
const LIST: &str = "docs/adr/README.md";

/// Finds the records that the list does not link to.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let list = tree.file(LIST).map_or("", |file| &file.text);
    tree.paths()
        .filter(|path| path.ends_with(".md") && *path != LIST)
        .filter_map(|path| Some((path, path.strip_prefix(FOLDER)?)))
        .filter(|(_, name)| !list.contains(&format!("({name})")))
        .map(|(path, name)| {
            let mend = format!("add a link to `{name}` in {LIST}");
            Violation::at(path, 1, "the record is not listed", mend)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_is_not_listed_is_found() {
        let records = [("docs/adr/0001-a.md", "# A"), ("docs/adr/0002-b.md", "# B")];
        let list = (LIST, "- [A](0001-a.md)");
        let found = check(&Tree::of(&[records[0], records[1], list]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "docs/adr/0002-b.md");
    }
}

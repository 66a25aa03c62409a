//! Rule: ARCHITECTURE.md tells the truth: its map lists the rooms, its arrows are the real ones.
//!
//! The arrows written there are the ones allowed; an arrow that is not written is a violation.

use std::collections::{BTreeMap, BTreeSet};

use super::Violation;
use super::tree::Tree;
use crate::house::Room;

const PAGE: &str = "ARCHITECTURE.md";
const LINES_MAX: usize = 400;

/// Compares the page with what cargo says of the workspace.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let Some(page) = tree.file(PAGE) else {
        let mend = "write it, with a map and the arrows";
        return vec![Violation::at(PAGE, 1, "it is not there", mend)];
    };
    let mut violations = [
        section(&page.text, "Map", |block| wrong_map(block, &tree.rooms)),
        section(&page.text, "Arrows", |block| {
            wrong_arrows(block, &tree.rooms)
        }),
    ]
    .concat();
    let lines = page.text.lines().count();
    if lines > LINES_MAX {
        let what = format!("{lines} lines, more than {LINES_MAX}");
        violations.push(Violation::at(PAGE, LINES_MAX, what, "move detail to docs/"));
    }
    violations
}

/// A fenced block: its lines with their numbers in the page, the heading's number first.
struct Block<'a> {
    heading: usize,
    lines: Vec<(usize, &'a str)>,
}

fn section(
    text: &str,
    title: &str,
    wrong: impl Fn(&Block<'_>) -> Vec<Violation>,
) -> Vec<Violation> {
    match fenced_block(text, title) {
        Some(block) => wrong(&block),
        None => {
            let what = format!("there is no fenced block under `## {title}`");
            vec![Violation::at(PAGE, 1, what, "write it, a line a crate")]
        }
    }
}

fn fenced_block<'a>(text: &'a str, title: &str) -> Option<Block<'a>> {
    let mut lines = (1..).zip(text.lines());
    let (heading, _) = lines.find(|(_, line)| *line == format!("## {title}"))?;
    let inside = lines
        .take_while(|(_, line)| !line.starts_with("## "))
        .skip_while(|(_, line)| !line.starts_with("```"))
        .skip(1);
    let lines: Vec<_> = inside
        .take_while(|(_, line)| !line.starts_with("```"))
        .collect();
    (!lines.is_empty()).then_some(Block { heading, lines })
}

fn wrong_map(block: &Block<'_>, rooms: &[Room]) -> Vec<Violation> {
    let mapped = mapped_rooms(block);
    let mut violations = Vec::new();
    for (place, (line, name)) in mapped.iter().enumerate() {
        let twice = mapped[..place].iter().any(|(_, before)| before == name);
        let known = rooms.iter().any(|room| room.name == *name);
        if twice || !known {
            let what = match twice {
                true => format!("`{name}` stands in the map twice"),
                false => format!("`{name}` is no crate of the workspace"),
            };
            violations.push(Violation::at(PAGE, *line, what, "take the line out"));
        }
    }
    let listed: BTreeSet<&str> = mapped.iter().map(|(_, name)| *name).collect();
    let missing = rooms
        .iter()
        .filter(|room| !listed.contains(room.name.as_str()));
    violations.extend(missing.map(|room| {
        let what = format!("`{}` is not in the map", room.name);
        Violation::at(PAGE, block.heading, what, "give it a line")
    }));
    violations
}

/// The crates that a map names: the first word of each line; an indented line goes on with the last.
fn mapped_rooms<'a>(block: &Block<'a>) -> Vec<(usize, &'a str)> {
    let lines = block
        .lines
        .iter()
        .filter(|(_, text)| !text.starts_with(' '));
    lines
        .filter_map(|(line, text)| Some((*line, text.split_whitespace().next()?)))
        .collect()
}

fn wrong_arrows(block: &Block<'_>, rooms: &[Room]) -> Vec<Violation> {
    let written: BTreeMap<&str, (usize, BTreeSet<&str>)> = block
        .lines
        .iter()
        .filter_map(|(line, text)| arrow(*line, text))
        .collect();
    let mut violations = Vec::new();
    for room in rooms {
        let real: BTreeSet<&str> = room.leans_on.iter().map(String::as_str).collect();
        match written.get(room.name.as_str()) {
            None => violations.push(unwritten(block.heading, &room.name)),
            Some((line, allowed)) => violations.extend(differences(*line, room, allowed, &real)),
        }
    }
    let strangers = written
        .iter()
        .filter(|(name, _)| !rooms.iter().any(|room| room.name == **name));
    violations.extend(strangers.map(|(name, (line, _))| {
        let what = format!("`{name}` is no crate of the workspace");
        Violation::at(PAGE, *line, what, "take the line out")
    }));
    violations
}

/// Reads `ledger -> vocabulary, money`; a crate that leans on none of ours has nothing, or the
/// word `nothing`, behind its arrow.
fn arrow(line: usize, text: &str) -> Option<(&str, (usize, BTreeSet<&str>))> {
    let (name, others) = text.split_once("->").or_else(|| text.split_once('→'))?;
    let others = others
        .split([',', ' '])
        .filter(|other| !other.is_empty() && *other != "nothing");
    Some((name.trim(), (line, others.collect())))
}

fn unwritten(heading: usize, name: &str) -> Violation {
    let what = format!("`{name}` has no line among the arrows");
    Violation::at(PAGE, heading, what, format!("write `{name} -> ...`"))
}

fn differences(
    line: usize,
    room: &Room,
    allowed: &BTreeSet<&str>,
    real: &BTreeSet<&str>,
) -> Vec<Violation> {
    let name = &room.name;
    let forbidden = real.difference(allowed).map(|other| {
        let what = format!("`{name}` leans on `{other}`, which no arrow allows");
        Violation::at(
            PAGE,
            line,
            what,
            "take the dependency out, or argue the arrow in an ADR",
        )
    });
    let idle = allowed.difference(real).map(|other| {
        let what = format!("the arrow `{name} -> {other}` is not in the manifest");
        Violation::at(PAGE, line, what, "take the arrow out")
    });
    forbidden.chain(idle).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUE_MAP: &str = "ledger  decides\n        alone\nmoney   counts\n\nxtask   tasks";
    const TRUE_ARROWS: &str = "ledger -> money\nmoney -> nothing\nxtask ->";

    fn found(map: &str, arrows: &str) -> Vec<(usize, String)> {
        let page = format!("# A\n## Map\nIt is:\n```\n{map}\n```\n## Arrows\n```\n{arrows}\n```\n");
        let rooms: [(&str, &[&str]); 3] = [("ledger", &["money"]), ("money", &[]), ("xtask", &[])];
        let tree = Tree::of(&[(PAGE, &page)]).with_rooms(&rooms);
        check(&tree)
            .into_iter()
            .map(|found| (found.line, found.what))
            .collect()
    }

    #[test]
    fn a_page_that_tells_the_truth_is_fine() {
        assert_eq!(found(TRUE_MAP, TRUE_ARROWS), []);
    }

    #[test]
    fn a_crate_missing_from_the_map_or_too_much_in_it_is_found() {
        let map = "ledger decides\nledger decides\nshop sells\nxtask tasks";
        let whats: Vec<String> = found(map, TRUE_ARROWS)
            .into_iter()
            .map(|found| found.1)
            .collect();
        assert_eq!(
            whats,
            [
                "`ledger` stands in the map twice",
                "`shop` is no crate of the workspace",
                "`money` is not in the map",
            ]
        );
    }

    #[test]
    fn an_arrow_that_is_not_written_is_found_with_the_line_of_its_crate() {
        let arrows = "ledger ->\nmoney -> nothing\nxtask ->";
        let what = "`ledger` leans on `money`, which no arrow allows".to_owned();
        assert_eq!(found(TRUE_MAP, arrows), [(13, what)]);
    }

    #[test]
    fn an_arrow_that_is_not_real_and_a_crate_without_a_line_are_found() {
        let arrows = "ledger -> money\nmoney -> ledger\nshop -> money";
        let whats: Vec<String> = found(TRUE_MAP, arrows)
            .into_iter()
            .map(|found| found.1)
            .collect();
        assert_eq!(
            whats,
            [
                "the arrow `money -> ledger` is not in the manifest",
                "`xtask` has no line among the arrows",
                "`shop` is no crate of the workspace",
            ]
        );
    }

    #[test]
    fn a_page_without_its_blocks_and_no_page_at_all_are_found() {
        assert_eq!(check(&Tree::of(&[(PAGE, "# A\n## Map\nnone\n")])).len(), 2);
        assert_eq!(check(&Tree::of(&[])).len(), 1);
    }

    #[test]
    fn a_page_over_four_hundred_lines_is_found() {
        let page = format!(
            "## Map\n```\n \n```\n## Arrows\n```\nx\n```\n{}",
            "a\n".repeat(400)
        );
        let found = check(&Tree::of(&[(PAGE, &page)]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].what, "408 lines, more than 400");
    }
}

//! The list of planted faults, as text: a block of four lines a fault, blank lines between.

use std::fmt;

use anyhow::{Context, Result, ensure};

/// A fault to be planted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planted {
    /// Its place in the list, from 1.
    pub number: usize,
    /// What it breaks, in a line.
    pub what: String,
    /// Who must notice it.
    pub checker: Checker,
    /// The file, from the root.
    pub path: String,
    /// Text that stands in the file once, white space aside...
    pub before: String,
    /// ... with the expression to be replaced in its middle.
    pub sound: String,
    /// The end of that text.
    pub after: String,
    /// The expression that replaces it.
    pub broken: String,
}

/// Who notices a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checker {
    /// The simulated worlds.
    Sim,
    /// A law test of a room.
    Law {
        /// The room.
        room: String,
        /// What the test's name contains.
        test: String,
    },
}

impl fmt::Display for Checker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sim => f.write_str("sim"),
            Self::Law { room, test } => write!(f, "{room}: {test}"),
        }
    }
}

/// Reads the list.
///
/// # Errors
/// A block that is not of the form that the list's head describes.
pub fn parse(text: &str) -> Result<Vec<Planted>> {
    let blocks = text.split("\n\n").map(str::trim);
    let blocks = blocks.filter(|block| !block.is_empty() && !block.starts_with('#'));
    (1..)
        .zip(blocks)
        .map(|(number, block)| fault(number, block))
        .collect()
}

fn fault(number: usize, block: &str) -> Result<Planted> {
    let form =
        || format!("fault {number} is not of the form that the list's head describes:\n{block}");
    let field = |name: &str| {
        let mut lines = block.lines();
        let found = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        found.map(|text| text.trim().to_owned()).with_context(form)
    };
    let (find, noticed_by) = (field("find")?, field("by")?);
    let (before, rest) = find.split_once('«').with_context(form)?;
    let (sound, after) = rest.split_once('»').with_context(form)?;
    ensure!(!sound.trim().is_empty(), form());
    let checker = match noticed_by.split_once(' ') {
        None if noticed_by == "sim" => Checker::Sim,
        Some((room, test)) => Checker::Law {
            room: room.to_owned(),
            test: test.to_owned(),
        },
        None => anyhow::bail!(form()),
    };
    Ok(Planted {
        number,
        what: field("fault")?,
        checker,
        path: field("in")?,
        before: before.to_owned(),
        sound: sound.to_owned(),
        after: after.to_owned(),
        broken: field("put")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_says_what_where_and_who_notices() {
        let faults = parse(
            "# a list\n\nfault: no sync\nby: sim\nin: a.rs\nfind: x => «sync()»,\nput: Ok(())\n",
        );
        let fault = &faults.unwrap()[0];
        assert_eq!((fault.number, fault.what.as_str()), (1, "no sync"));
        assert_eq!(
            (fault.before.as_str(), fault.sound.as_str()),
            ("x => ", "sync()")
        );
        assert_eq!(
            (fault.after.as_str(), fault.broken.as_str()),
            (",", "Ok(())")
        );
        assert_eq!(fault.checker, Checker::Sim);
    }

    #[test]
    fn a_block_without_its_marks_is_refused() {
        assert!(parse("fault: a\nby: sim\nin: a.rs\nfind: x\nput: y").is_err());
    }
}

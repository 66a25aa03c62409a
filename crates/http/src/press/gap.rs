//! Gaps: what is left open in a printed page for what is the visitor's own.

use maud::{Markup, PreEscaped};
use std::sync::LazyLock;

/// What belongs into a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// What the masthead says of the visitor: signed in or not, how much is held.
    Masthead,
    /// What happened with the last deed.
    Notice,
    /// The foot of the page.
    Foot,
    /// The key of a form.
    Key,
    /// Whether a deal is watched: as a tile of a list says it.
    TileWatch(String),
    /// What the visitor has of the deal of the page.
    Mine,
    /// Whether the deal of the page is watched.
    Watch,
    /// What the window is called.
    Title,
    /// After how many seconds the page is loaded again without script.
    Refresh,
    /// How it stands with the visitor's turn.
    Standing,
    /// The visitor's ticket.
    Draw,
}

/// No text of anybody begins like this: it is drawn anew at every start.
static MARK: LazyLock<String> =
    LazyLock::new(|| format!("\u{fdd0}{:032x} ", rand::random::<u128>()));
const END: char = '\u{fdd1}';

impl Gap {
    /// The gap in a page that is being printed.
    pub fn open(&self) -> Markup {
        PreEscaped(format!("{}{}{END}", *MARK, self.name()))
    }

    /// The parts of a page between its gaps, with the gap behind each; the last has none.
    pub fn cut(page: &str) -> Vec<(&str, Option<Gap>)> {
        let mut parts = Vec::new();
        let mut rest = page;
        while let Some((before, behind)) = rest.split_once(MARK.as_str()) {
            let (name, behind) = behind.split_once(END).expect("every gap is closed");
            parts.push((before, Some(Gap::named(name))));
            rest = behind;
        }
        parts.push((rest, None));
        parts
    }

    fn name(&self) -> String {
        match self {
            Gap::Masthead => "masthead".to_owned(),
            Gap::Notice => "notice".to_owned(),
            Gap::Foot => "foot".to_owned(),
            Gap::Key => "key".to_owned(),
            Gap::Mine => "mine".to_owned(),
            Gap::Watch => "watch".to_owned(),
            Gap::Title => "title".to_owned(),
            Gap::Refresh => "refresh".to_owned(),
            Gap::Standing => "standing".to_owned(),
            Gap::Draw => "draw".to_owned(),
            // Ids of a shop may hold anything, also what looks like the end.
            Gap::TileWatch(deal) => format!("tile {}", hex::encode(deal)),
        }
    }

    fn named(name: &str) -> Gap {
        match name {
            "masthead" => Gap::Masthead,
            "notice" => Gap::Notice,
            "foot" => Gap::Foot,
            "key" => Gap::Key,
            "mine" => Gap::Mine,
            "watch" => Gap::Watch,
            "title" => Gap::Title,
            "refresh" => Gap::Refresh,
            "standing" => Gap::Standing,
            "draw" => Gap::Draw,
            tile => {
                let deal = tile
                    .strip_prefix("tile ")
                    .and_then(|it| hex::decode(it).ok());
                let deal = deal.and_then(|deal| String::from_utf8(deal).ok());
                Gap::TileWatch(deal.expect("gaps have the names that we gave them"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_cut_at_its_gaps_and_at_nothing_else() {
        let tile = Gap::TileWatch("신발/1\u{fdd1}".to_owned());
        let page = format!("a{}b\u{fdd0}c{}", Gap::Key.open().0, tile.open().0);
        let parts = Gap::cut(&page);
        assert_eq!(
            parts,
            [
                ("a", Some(Gap::Key)),
                ("b\u{fdd0}c", Some(tile)),
                ("", None)
            ]
        );
    }
}

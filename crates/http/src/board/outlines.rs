//! Outlines of provinces and countries, with their names and where a label stands. `crates/http/maps/README.md` says from
//! which free data they are drawn, and how.

use crate::pages::Language;
use std::sync::LazyLock;

/// The provinces of Korea.
pub(crate) static KOREA: LazyLock<Outlines> =
    LazyLock::new(|| Outlines::read(include_str!("../../maps/korea.tsv")));
/// The countries of the world.
pub(crate) static WORLD: LazyLock<Outlines> =
    LazyLock::new(|| Outlines::read(include_str!("../../maps/world.tsv")));

/// A map.
pub(crate) struct Outlines {
    /// Width and height of its plane.
    pub size: (u32, u32),
    /// What is on it, and beside it.
    pub places: Vec<Outline>,
}

/// A place of a map.
pub(crate) struct Outline {
    /// ISO 3166 or 3166-2; empty for land that has none.
    pub code: &'static str,
    /// Where a label stands.
    pub middle: (u32, u32),
    /// In Korean, Chinese and English.
    names: [&'static str; 3],
    /// As SVG writes paths; empty where the place is too small for the map.
    pub path: &'static str,
}

impl Outlines {
    fn read(text: &'static str) -> Outlines {
        let mut lines = text.lines();
        let head = lines.next().expect("the first line is the size");
        let mut places: Vec<Outline> = lines.map(Outline::read).collect();
        places.sort_by_key(|place| place.code);
        Outlines {
            size: pair(head.split_once('\t').expect("width and height")),
            places,
        }
    }

    /// The place of this code.
    pub fn place(&self, code: &str) -> Option<&Outline> {
        let found = self.places.binary_search_by_key(&code, |place| place.code);
        found.ok().map(|place| &self.places[place])
    }

    /// What the place of this code is called; the code where the map does not know it.
    pub fn name<'a>(&'a self, code: &'a str, language: Language) -> &'a str {
        self.place(code).map_or(code, |place| place.name(language))
    }
}

impl Outline {
    fn read(line: &'static str) -> Outline {
        let mut fields = line.split('\t');
        let mut next = || fields.next().expect("a place has seven fields");
        Outline {
            code: next(),
            middle: pair((next(), next())),
            names: [next(), next(), next()],
            path: next(),
        }
    }

    /// What it is called.
    pub fn name(&self, language: Language) -> &'static str {
        self.names[language as usize]
    }
}

fn pair((x, y): (&str, &str)) -> (u32, u32) {
    let number = |text: &str| text.parse().expect("the maps hold whole numbers");
    (number(x), number(y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_province_and_every_country_has_its_name_and_its_outline() {
        assert_eq!(KOREA.places.len(), 17);
        assert!(KOREA.places.iter().all(|place| place.path.starts_with('M')));
        assert_eq!(KOREA.name("KR-49", Language::Ko), "제주");
        assert_eq!(WORLD.name("CN", Language::Zh), "中国");
        assert_eq!(WORLD.name("SG", Language::En), "Singapore");
        assert_eq!(WORLD.name("XX", Language::En), "XX");
        let drawn = WORLD.places.iter().filter(|place| !place.path.is_empty());
        assert!(drawn.count() > 160);
    }

    #[test]
    fn the_maps_are_light() {
        let bytes = |map: &Outlines| {
            map.places
                .iter()
                .map(|place| place.path.len())
                .sum::<usize>()
        };
        assert!(bytes(&KOREA) < 30_000 && bytes(&WORLD) < 60_000);
    }
}

//! Korean addresses from the list that the binary carries: every road with its postcodes, and from which
//! number on each of them goes, odd and even apart. No request leaves the house.
//!
//! `#province district` heads the roads of a district; a road is `name|postcode`, or
//! `name|number:postcode,…/number:postcode,…` with the odd side before the slash.

use clerks::ports::{AddressSource, AddressesFault, Finding, FoundAddress};
use flate2::read::GzDecoder;
use std::io::Read;
use std::sync::OnceLock;

static PACKED: &[u8] = include_bytes!("../data/korean-roads.txt.gz");

/// How many addresses are told at once.
const FOUND_MAX: usize = 20;

/// How provinces are called in short, where that is no part of their name.
const IN_SHORT: [(&str, &str); 5] = [
    ("충북", "충청북"),
    ("충남", "충청남"),
    ("전남", "전라남"),
    ("경북", "경상북"),
    ("경남", "경상남"),
];

/// The list within.
#[derive(Debug, Default)]
pub struct BundledAddresses;

impl AddressSource for BundledAddresses {
    fn find<'a>(&'a self, query: &'a str) -> Finding<'a> {
        let wanted = Wanted::of(query);
        Box::pin(async move {
            // The first look unpacks the list, and each goes through all of it.
            let found = tokio::task::spawn_blocking(move || look(roads(), &wanted)).await;
            found.map_err(|fault| AddressesFault(fault.to_string()))
        })
    }
}

/// The whole list, unpacked once.
fn roads() -> &'static str {
    static ROADS: OnceLock<String> = OnceLock::new();
    ROADS.get_or_init(|| {
        let mut text = String::new();
        let read = GzDecoder::new(PACKED).read_to_string(&mut text);
        read.expect("the list in the binary is whole");
        text
    })
}

/// What is looked for.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// All roads of a postcode.
    Postcode(String),
    /// A road, perhaps with a number, in places whose names have these words in them.
    Road {
        name: String,
        number: Option<u32>,
        rest: String,
        places: Vec<String>,
    },
    /// Nothing that could be looked for.
    Nothing,
}

impl Wanted {
    fn of(query: &str) -> Wanted {
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let query = query.trim();
        if query.len() == 5 && is_digits(query) {
            return Wanted::Postcode(query.to_owned());
        }
        let mut words: Vec<String> = query.split_whitespace().flat_map(parted).collect();
        let number = words
            .iter()
            .rposition(|word| word.starts_with(|mark: char| mark.is_ascii_digit()));
        let rest = number.map_or_else(String::new, |at| words.remove(at));
        // What follows the number is a building's name or a flat.
        words.truncate(number.unwrap_or(words.len()));
        let Some(name) = words.pop() else {
            return Wanted::Nothing;
        };
        let main = rest.split('-').next().unwrap_or_default();
        Wanted::Road {
            name,
            number: main.parse().ok(),
            rest,
            places: words.iter().map(|word| in_full(word)).collect(),
        }
    }
}

/// A word, or a road and its number where they were written without a blank between them: 세종대로110, but
/// not 세종대로110길.
fn parted(word: &str) -> Vec<String> {
    let is_of_number = |mark: char| mark.is_ascii_digit() || mark == '-';
    let name = word.trim_end_matches(is_of_number);
    match (name.ends_with('로') || name.ends_with('길')) && name.len() < word.len() {
        true => vec![name.to_owned(), word[name.len()..].to_owned()],
        false => vec![word.to_owned()],
    }
}

fn in_full(word: &str) -> String {
    let mut known = IN_SHORT.iter();
    let full = known.find(|(short, _)| word.starts_with(short));
    full.map_or_else(|| word.to_owned(), |(_, full)| (*full).to_owned())
}

fn look(roads: &str, wanted: &Wanted) -> Vec<FoundAddress> {
    let (mut exact, mut others) = (Vec::new(), Vec::new());
    let (mut district, mut fits) = ("", false);
    for line in roads.lines() {
        if let Some(head) = line.strip_prefix('#') {
            (district, fits) = (head, wanted.takes_district(head));
            continue;
        }
        if !fits || exact.len() >= FOUND_MAX {
            continue;
        }
        let Some((road, codes)) = line.split_once('|') else {
            continue;
        };
        match wanted {
            Wanted::Postcode(postcode) if codes.contains(postcode.as_str()) => {
                exact.push(found(postcode, district, road, ""));
            }
            Wanted::Road { name, .. } if road == name => {
                exact.extend(wanted.addresses(district, road, codes));
            }
            Wanted::Road { name, .. } if others.len() < FOUND_MAX && road.starts_with(&**name) => {
                others.extend(wanted.addresses(district, road, codes));
            }
            _ => {}
        }
    }
    // Who names a road that there is, with a number, means no other road that begins like it.
    if exact.is_empty() || !wanted.names_a_number() {
        exact.extend(others);
    }
    exact.truncate(FOUND_MAX);
    exact
}

impl Wanted {
    fn names_a_number(&self) -> bool {
        matches!(
            self,
            Wanted::Road {
                number: Some(_),
                ..
            }
        )
    }

    fn takes_district(&self, district: &str) -> bool {
        match self {
            Wanted::Road { places, .. } => places.iter().all(|place| district.contains(&**place)),
            Wanted::Postcode(_) => true,
            Wanted::Nothing => false,
        }
    }

    /// One address where the number says which; else one for each stretch of the road.
    fn addresses(&self, district: &str, road: &str, codes: &str) -> Vec<FoundAddress> {
        let Wanted::Road { number, rest, .. } = self else {
            return Vec::new();
        };
        let Some((odd, even)) = codes.split_once('/') else {
            return vec![found(codes, district, road, rest)];
        };
        let Some(number) = *number else {
            let stretches = stretches(odd).chain(stretches(even));
            return stretches
                .map(|(_, postcode)| postcode)
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .map(|postcode| found(postcode, district, road, ""))
                .collect();
        };
        let side = if number % 2 == 1 { odd } else { even };
        let begun = stretches(side).take_while(|(first, _)| *first <= number);
        let here = begun.last().or_else(|| stretches(side).next());
        here.map(|(_, postcode)| found(postcode, district, road, rest))
            .into_iter()
            .collect()
    }
}

/// From which number on each postcode of a side goes.
fn stretches(side: &str) -> impl Iterator<Item = (u32, &str)> {
    let parts = side.split(',').filter_map(|part| part.split_once(':'));
    parts.filter_map(|(first, postcode)| Some((first.parse().ok()?, postcode)))
}

fn found(postcode: &str, district: &str, road: &str, number: &str) -> FoundAddress {
    FoundAddress {
        postcode: postcode.to_owned(),
        line: format!("{district} {road} {number}").trim_end().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn find(query: &str) -> Vec<(String, String)> {
        let found = BundledAddresses.find(query).await.expect("it is there");
        let found = found.into_iter();
        found.map(|one| (one.postcode, one.line)).collect()
    }

    #[tokio::test]
    async fn a_road_with_its_number_has_one_postcode() {
        let hall = (
            "04524".to_owned(),
            "서울특별시 중구 세종대로 110".to_owned(),
        );
        for query in [
            "서울 중구 세종대로 110",
            "중구 세종대로110",
            "서울특별시 중구 세종대로 110 시청",
        ] {
            assert_eq!(find(query).await, std::slice::from_ref(&hall), "{query}");
        }
        let jeju = (
            "63122".to_owned(),
            "제주특별자치도 제주시 문연로 6".to_owned(),
        );
        assert_eq!(find("제주 문연로 6").await, [jeju]);
        let office = find("충남 홍성 충남대로 21").await;
        assert_eq!(office[0].0, "32255", "{office:?}");
    }

    #[tokio::test]
    async fn a_road_without_a_number_tells_its_stretches_and_a_postcode_its_roads() {
        let road = find("서울 중구 세종대로").await;
        assert!(road.len() > 1 && road.len() <= FOUND_MAX, "{road:?}");
        assert!(road.iter().any(|(postcode, _)| postcode == "04524"));
        let roads = find("04524").await;
        assert!(roads.iter().all(|(postcode, _)| postcode == "04524"));
        assert!(roads.iter().any(|(_, line)| line.contains("세종대로")));
    }

    #[tokio::test]
    async fn what_is_nowhere_is_not_found() {
        for query in ["", "   ", "110", "없는길이름로 7", "#|", "00000"] {
            assert_eq!(find(query).await, [], "{query}");
        }
    }
}

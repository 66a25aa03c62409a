//! How addresses are written in the countries that parcels may go to: which parts in which order, which of
//! them are needed, what a postcode looks like.
//!
//! After the Universal Postal Union's postal addressing systems and what shoppers of each country are used to.

use crate::provinces::{AMERICAN, CHINESE, province_of};
use records::Place;

/// A part of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The postcode.
    Postcode,
    /// The province or state, chosen.
    Province,
    /// The city.
    City,
    /// Street and number.
    Line1,
    /// Flat and floor.
    Line2,
}

/// How addresses are written somewhere.
#[derive(Debug, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166 code of two letters.
    pub code: &'static str,
    /// What has to be filled in, in its order.
    pub parts: &'static [Part],
    /// What may be left out.
    pub optional: &'static [Part],
    /// What a postcode looks like: 9 is a digit, A a letter, X either, and all else itself.
    postcodes: &'static [&'static str],
    /// Code and name of each province, where people choose one.
    pub provinces: &'static [(&'static str, &'static str)],
    /// The code before phone numbers from elsewhere.
    pub dial: &'static str,
}

use Part::{City, Line1, Line2, Postcode, Province};

const EUROPEAN: &[Part] = &[Line1, Line2, Postcode, City];

const fn european(
    code: &'static str,
    dial: &'static str,
    postcodes: &'static [&'static str],
) -> Country {
    Country {
        code,
        parts: EUROPEAN,
        optional: &[Line2],
        postcodes,
        provinces: &[],
        dial,
    }
}

/// Every country whose addresses are known.
pub static COUNTRIES: [Country; 30] = [
    Country {
        code: "KR",
        parts: &[Postcode, Line1, Line2],
        optional: &[Line2],
        postcodes: &["99999"],
        provinces: &[],
        dial: "+82",
    },
    Country {
        code: "CN",
        parts: &[Province, City, Line1, Line2, Postcode],
        optional: &[Line2, Postcode],
        postcodes: &["999999"],
        provinces: &CHINESE,
        dial: "+86",
    },
    Country {
        code: "US",
        parts: &[Line1, Line2, City, Province, Postcode],
        optional: &[Line2],
        postcodes: &["99999", "99999-9999"],
        provinces: &AMERICAN,
        dial: "+1",
    },
    european("AT", "+43", &["9999"]),
    european("BE", "+32", &["9999"]),
    european("BG", "+359", &["9999"]),
    european("CY", "+357", &["9999"]),
    european("CZ", "+420", &["999 99", "99999"]),
    european("DE", "+49", &["99999"]),
    european("DK", "+45", &["9999"]),
    european("EE", "+372", &["99999"]),
    european("ES", "+34", &["99999"]),
    european("FI", "+358", &["99999"]),
    european("FR", "+33", &["99999"]),
    european("GR", "+30", &["999 99", "99999"]),
    european("HR", "+385", &["99999"]),
    european("HU", "+36", &["9999"]),
    european("IE", "+353", &["A9X XXXX", "A9XXXXX"]),
    european("IT", "+39", &["99999"]),
    european("LT", "+370", &["LT-99999", "99999"]),
    european("LU", "+352", &["9999", "L-9999"]),
    european("LV", "+371", &["LV-9999", "9999"]),
    european("MT", "+356", &["AAA 9999", "AAA9999"]),
    european("NL", "+31", &["9999 AA", "9999AA"]),
    european("PL", "+48", &["99-999", "99999"]),
    european("PT", "+351", &["9999-999"]),
    european("RO", "+40", &["999999"]),
    european("SE", "+46", &["999 99", "99999"]),
    european("SI", "+386", &["9999"]),
    european("SK", "+421", &["999 99", "99999"]),
];

/// The country of that code, if its addresses are known.
pub fn country(code: &str) -> Option<&'static Country> {
    COUNTRIES.iter().find(|country| country.code == code)
}

impl Country {
    /// True when it may be left out.
    pub fn is_optional(&self, part: Part) -> bool {
        self.optional.contains(&part)
    }

    /// True when it is asked for.
    pub fn asks(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    /// True when this can be a postcode there.
    pub fn takes_postcode(&self, text: &str) -> bool {
        self.postcodes.iter().any(|shape| has_shape(shape, text))
    }

    /// What a postcode looks like, as an example for people.
    pub fn postcode_example(&self) -> String {
        let digits = "1234567890".chars().cycle();
        let mut digits = digits.into_iter();
        let drawn = self.postcodes[0].chars().map(|shape| match shape {
            '9' | 'X' => digits.next().unwrap_or('0'),
            'A' => 'A',
            other => other,
        });
        drawn.collect()
    }

    /// True when postcodes are digits alone, for the keyboard of phones.
    pub fn has_digits_alone(&self) -> bool {
        self.postcodes
            .iter()
            .all(|shape| shape.chars().all(|mark| mark == '9'))
    }

    /// True when there is such a province, or none is chosen there.
    pub fn takes_province(&self, code: &str) -> bool {
        self.provinces.is_empty() || self.provinces.iter().any(|(known, _)| *known == code)
    }

    /// The name of a province in its own language.
    pub fn province_name(&self, code: &str) -> Option<&'static str> {
        let mut known = self.provinces.iter();
        known
            .find(|(other, _)| *other == code)
            .map(|(_, name)| *name)
    }
}

/// A place as people there write it, a line a part.
pub fn lines(place: &Place) -> Vec<String> {
    let province = country(&place.country)
        .and_then(|known| known.province_name(&place.province))
        .unwrap_or_default();
    let (city, postcode) = (place.city.as_str(), place.postcode.as_str());
    let (line1, line2) = (place.line1.as_str(), place.line2.as_str());
    let lines = match place.country.as_str() {
        "KR" => vec![format!("({postcode}) {line1}"), line2.to_owned()],
        "CN" => vec![
            format!("{province}{city}{line1}"),
            line2.to_owned(),
            postcode.to_owned(),
        ],
        "US" => {
            let state = place.province.trim_start_matches("US-");
            let last = format!("{city}, {state} {postcode}");
            vec![line1.to_owned(), line2.to_owned(), last]
        }
        _ => {
            let last = format!("{postcode} {city}");
            vec![line1.to_owned(), line2.to_owned(), last]
        }
    };
    let whole = lines.into_iter().map(|line| line.trim().to_owned());
    whole.filter(|line| !line.is_empty()).collect()
}

/// The name of the zone that a place lies in, of those that a shop knows; the plain one has none. Only in
/// Korea are there places that couriers ask more for.
pub fn zone_of(place: &Place, is_known: impl Fn(&str) -> bool) -> &'static str {
    if place.country != "KR" {
        return "";
    }
    let zone = match province_of("KR", &place.postcode) {
        Some("KR-49") => "jeju",
        Some(_) if is_island(&place.postcode) => "island",
        _ => "",
    };
    if is_known(zone) { zone } else { "" }
}

/// Postcodes of islands, first and last, to which Korean couriers ask more.
const ISLANDS: [(u32, u32); 37] = [
    (22_386, 22_388),
    (23_004, 23_010),
    (23_100, 23_116),
    (23_124, 23_136),
    (31_708, 31_708),
    (32_133, 32_133),
    (33_411, 33_411),
    (40_200, 40_240),
    (46_768, 46_771),
    (52_570, 52_571),
    (53_031, 53_033),
    (53_089, 53_104),
    (54_000, 54_000),
    (56_347, 56_349),
    (57_068, 57_069),
    (58_760, 58_762),
    (58_800, 58_810),
    (58_816, 58_818),
    (58_826, 58_826),
    (58_832, 58_832),
    (58_839, 58_841),
    (58_843, 58_866),
    (58_953, 58_958),
    (59_102, 59_103),
    (59_106, 59_106),
    (59_127, 59_127),
    (59_129, 59_129),
    (59_137, 59_146),
    (59_149, 59_170),
    (59_421, 59_421),
    (59_531, 59_531),
    (59_551, 59_551),
    (59_563, 59_563),
    (59_568, 59_568),
    (59_650, 59_650),
    (59_766, 59_766),
    (59_781, 59_790),
];

fn is_island(postcode: &str) -> bool {
    let number: Option<u32> = postcode.trim().parse().ok();
    number.is_some_and(|number| {
        let mut ranges = ISLANDS.iter();
        ranges.any(|(first, last)| (*first..=*last).contains(&number))
    })
}

fn has_shape(shape: &str, text: &str) -> bool {
    let (mut shapes, mut marks) = (shape.chars(), text.chars());
    loop {
        match (shapes.next(), marks.next()) {
            (None, None) => return true,
            (Some('9'), Some(mark)) if mark.is_ascii_digit() => {}
            (Some('A'), Some(mark)) if mark.is_ascii_alphabetic() => {}
            (Some('X'), Some(mark)) if mark.is_ascii_alphanumeric() => {}
            (Some(other), Some(mark))
                if !matches!(other, '9' | 'A' | 'X') && other.eq_ignore_ascii_case(&mark) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str) -> &'static Country {
        country(code).expect("it is known")
    }

    #[test]
    fn postcodes_look_as_they_do_in_each_country() {
        for (code, good) in [
            ("KR", "04524"),
            ("CN", "100000"),
            ("US", "10001"),
            ("US", "10001-1234"),
            ("NL", "1012 ab"),
            ("IE", "D02 X285"),
            ("PL", "00-950"),
            ("LV", "LV-1050"),
        ] {
            assert!(of(code).takes_postcode(good), "{code} {good}");
        }
        for (code, bad) in [
            ("KR", "0452"),
            ("KR", "045-240"),
            ("CN", "10000"),
            ("US", "1000"),
            ("NL", "ab12 34"),
            ("DE", "D-10115"),
            ("KR", ""),
        ] {
            assert!(!of(code).takes_postcode(bad), "{code} {bad}");
        }
    }

    #[test]
    fn every_country_takes_its_own_example_and_names_its_provinces_once() {
        for country in &COUNTRIES {
            let example = country.postcode_example();
            assert!(country.takes_postcode(&example), "{example}");
            let mut codes: Vec<_> = country.provinces.iter().map(|(code, _)| code).collect();
            codes.sort();
            codes.dedup();
            assert_eq!(codes.len(), country.provinces.len(), "{}", country.code);
            assert!(codes.iter().all(|code| code.starts_with(country.code)));
        }
    }

    #[test]
    fn jeju_and_islands_are_zones_of_their_own_where_the_shop_knows_them() {
        let place = |postcode: &str| Place {
            country: "KR".to_owned(),
            postcode: postcode.to_owned(),
            ..Place::default()
        };
        let all = |_: &str| true;
        assert_eq!(zone_of(&place("63122"), all), "jeju");
        assert_eq!(zone_of(&place("40205"), all), "island");
        assert_eq!(zone_of(&place("04524"), all), "");
        assert_eq!(zone_of(&place("40205"), |zone| zone == "jeju"), "");
        let there = Place {
            country: "US".to_owned(),
            ..place("63122")
        };
        assert_eq!(zone_of(&there, all), "");
    }

    #[test]
    fn a_place_is_written_as_people_there_write_it() {
        let place = Place {
            country: "US".to_owned(),
            postcode: "10001".to_owned(),
            province: "US-NY".to_owned(),
            city: "New York".to_owned(),
            line1: "1 Main St".to_owned(),
            line2: String::new(),
        };
        assert_eq!(lines(&place), ["1 Main St", "New York, NY 10001"]);
        let place = Place {
            country: "CN".to_owned(),
            province: "CN-SH".to_owned(),
            city: "浦东新区".to_owned(),
            line1: "世纪大道1号".to_owned(),
            postcode: String::new(),
            ..place
        };
        assert_eq!(lines(&place), ["上海市浦东新区世纪大道1号"]);
    }
}

//! Provinces by their codes of ISO 3166-2, and which of them a Korean postcode belongs to.

/// The first two digits of Korean postcodes, up to and with the first number, and the province they are given to
/// (the Ministry of the Interior's basic district numbers, in force since 2015).
const KOREAN_POSTCODES: [(u32, &str); 17] = [
    (9, "KR-11"),
    (20, "KR-41"),
    (23, "KR-28"),
    (26, "KR-42"),
    (29, "KR-43"),
    (30, "KR-50"),
    (33, "KR-44"),
    (35, "KR-30"),
    (40, "KR-47"),
    (43, "KR-27"),
    (45, "KR-31"),
    (49, "KR-26"),
    (53, "KR-48"),
    (56, "KR-45"),
    (60, "KR-46"),
    (62, "KR-29"),
    (63, "KR-49"),
];

/// The province that a postcode names, where a country's postcodes do and the code is whole.
pub fn province_of(country: &str, postcode: &str) -> Option<&'static str> {
    let postcode = postcode.trim();
    let is_whole = postcode.len() == 5 && postcode.bytes().all(|byte| byte.is_ascii_digit());
    if country != "KR" || !is_whole {
        return None;
    }
    let first: u32 = postcode.get(..2)?.parse().ok()?;
    let mut ranges = KOREAN_POSTCODES.iter().filter(|_| first > 0);
    ranges
        .find(|(last, _)| first <= *last)
        .map(|(_, province)| *province)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_korean_postcode_names_its_province() {
        for (postcode, province) in [
            ("04524", "KR-11"),
            ("13494", "KR-41"),
            ("22382", "KR-28"),
            ("24341", "KR-42"),
            ("30103", "KR-50"),
            ("48058", "KR-26"),
            ("63122", "KR-49"),
        ] {
            assert_eq!(province_of("KR", postcode), Some(province), "{postcode}");
        }
        for none in ["00000", "64000", "99999", "0452", "0452a", "04-524", ""] {
            assert_eq!(province_of("KR", none), None, "{none}");
        }
        assert_eq!(province_of("US", "10001"), None);
    }
}

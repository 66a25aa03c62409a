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

/// The mainland's provinces, in the order in which China lists them.
pub const CHINESE: [(&str, &str); 31] = [
    ("CN-BJ", "北京市"),
    ("CN-TJ", "天津市"),
    ("CN-HE", "河北省"),
    ("CN-SX", "山西省"),
    ("CN-NM", "内蒙古自治区"),
    ("CN-LN", "辽宁省"),
    ("CN-JL", "吉林省"),
    ("CN-HL", "黑龙江省"),
    ("CN-SH", "上海市"),
    ("CN-JS", "江苏省"),
    ("CN-ZJ", "浙江省"),
    ("CN-AH", "安徽省"),
    ("CN-FJ", "福建省"),
    ("CN-JX", "江西省"),
    ("CN-SD", "山东省"),
    ("CN-HA", "河南省"),
    ("CN-HB", "湖北省"),
    ("CN-HN", "湖南省"),
    ("CN-GD", "广东省"),
    ("CN-GX", "广西壮族自治区"),
    ("CN-HI", "海南省"),
    ("CN-CQ", "重庆市"),
    ("CN-SC", "四川省"),
    ("CN-GZ", "贵州省"),
    ("CN-YN", "云南省"),
    ("CN-XZ", "西藏自治区"),
    ("CN-SN", "陕西省"),
    ("CN-GS", "甘肃省"),
    ("CN-QH", "青海省"),
    ("CN-NX", "宁夏回族自治区"),
    ("CN-XJ", "新疆维吾尔自治区"),
];

/// States, the capital's district, and the one territory with most of the parcels.
pub const AMERICAN: [(&str, &str); 52] = [
    ("US-AL", "Alabama"),
    ("US-AK", "Alaska"),
    ("US-AZ", "Arizona"),
    ("US-AR", "Arkansas"),
    ("US-CA", "California"),
    ("US-CO", "Colorado"),
    ("US-CT", "Connecticut"),
    ("US-DE", "Delaware"),
    ("US-DC", "District of Columbia"),
    ("US-FL", "Florida"),
    ("US-GA", "Georgia"),
    ("US-HI", "Hawaii"),
    ("US-ID", "Idaho"),
    ("US-IL", "Illinois"),
    ("US-IN", "Indiana"),
    ("US-IA", "Iowa"),
    ("US-KS", "Kansas"),
    ("US-KY", "Kentucky"),
    ("US-LA", "Louisiana"),
    ("US-ME", "Maine"),
    ("US-MD", "Maryland"),
    ("US-MA", "Massachusetts"),
    ("US-MI", "Michigan"),
    ("US-MN", "Minnesota"),
    ("US-MS", "Mississippi"),
    ("US-MO", "Missouri"),
    ("US-MT", "Montana"),
    ("US-NE", "Nebraska"),
    ("US-NV", "Nevada"),
    ("US-NH", "New Hampshire"),
    ("US-NJ", "New Jersey"),
    ("US-NM", "New Mexico"),
    ("US-NY", "New York"),
    ("US-NC", "North Carolina"),
    ("US-ND", "North Dakota"),
    ("US-OH", "Ohio"),
    ("US-OK", "Oklahoma"),
    ("US-OR", "Oregon"),
    ("US-PA", "Pennsylvania"),
    ("US-PR", "Puerto Rico"),
    ("US-RI", "Rhode Island"),
    ("US-SC", "South Carolina"),
    ("US-SD", "South Dakota"),
    ("US-TN", "Tennessee"),
    ("US-TX", "Texas"),
    ("US-UT", "Utah"),
    ("US-VT", "Vermont"),
    ("US-VA", "Virginia"),
    ("US-WA", "Washington"),
    ("US-WV", "West Virginia"),
    ("US-WI", "Wisconsin"),
    ("US-WY", "Wyoming"),
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

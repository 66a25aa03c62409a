//! Ids that a shop may not give to a new deal, because its pages could not be reached by them.
//!
//! They are refused where deals come in. One that is in a journal already stays as it is: it is sold,
//! changed and ended like any other, by the API and from the lists.

/// The words that stand where a deal's id stands in the addresses of the desk, the shop and the API.
/// A test holds them against the routers.
pub const RESERVED_DEAL_IDS: [&str; 7] = [
    "bulk", "check", "chores", "export", "import", "make", "products",
];

/// True where a page at `/desk/deals/<id>` would be another than the deal's. Browsers take `.` and
/// `..` for folders, however they are written.
pub fn is_reserved_deal_id(id: &str) -> bool {
    RESERVED_DEAL_IDS.contains(&id) || matches!(id, "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_word_is_reserved() {
        assert!(is_reserved_deal_id("make") && is_reserved_deal_id(".."));
        for id in ["Make", "make-1", "makes", "...", ""] {
            assert!(!is_reserved_deal_id(id), "{id}");
        }
    }
}

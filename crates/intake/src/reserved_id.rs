//! Ids that a shop may not give to anything new, because its pages could not be reached by them.
//!
//! They are refused where things come in. What is called so already stays as it is: it is sold, changed and
//! ended like any other.

/// True where no page can have the id in its address: browsers take `.` and `..` for folders, however they
/// are written.
pub fn is_reserved_id(id: &str) -> bool {
    matches!(id, "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_of_folders_are_reserved() {
        assert!(is_reserved_id(".") && is_reserved_id(".."));
        for id in ["make", "...", "a.b", ""] {
            assert!(!is_reserved_id(id), "{id}");
        }
    }
}

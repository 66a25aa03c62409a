//! One product out of a form: judged by the same rules as a row of a file.

use crate::product_line::ProductLine;
use crate::{Location, ProductDraft, RowProblem, judge};
use serde_json::Value;

/// Judges a product in the JSON form of docs/guide/import.md: the draft with what was left out of it,
/// or why there is none.
///
/// # Errors
/// All that is wrong with it.
pub fn judge_product(product: Value) -> Result<(ProductDraft, Vec<RowProblem>), Vec<RowProblem>> {
    let location = Location {
        file: "".into(),
        line: 1,
    };
    let line: ProductLine = serde_json::from_value(product).map_err(|_| Vec::new())?;
    match judge::product(line, &location) {
        (Some(draft), left_out) => Ok((draft, left_out)),
        (None, problems) => Err(problems),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_form_is_judged_as_a_row_is() {
        let product = |price: &str| {
            json!({
                "id": "7", "seller": "moa", "name": {"ko": " 코트 "}, "price": price, "currency": "KRW",
                "description": {"ko": "<p onclick=x>따뜻해요<script>x</script></p>"}, "skus": [{"id": "7-S"}],
            })
        };
        let (draft, left_out) = judge_product(product("12,900")).expect("a good product");
        assert_eq!(draft.name.best("ko"), Some("코트"));
        assert_eq!(draft.description.best("ko"), Some("<p>따뜻해요</p>"));
        assert!(left_out.is_empty());
        let problems = judge_product(product("0")).expect_err("a wrong price");
        assert_eq!(problems[0].field.as_deref(), Some("price"));
    }
}

//! What a deal's page says to machines: the product with its offers (schema.org).

use super::DealPage;
use crate::pages::figures::machine_moment;
use crate::pages::tile::{Stand, deal_address};
use money::{Amount, format_plain};
use serde_json::{Value, json};

/// How much of a description machines are told, in characters.
const DESCRIPTION_MAX: usize = 500;

/// The product as JSON-LD, safe inside a script element.
pub fn machine_readable(page: &DealPage) -> String {
    let pictures: Vec<String> = page
        .pictures
        .iter()
        .map(|picture| format!("{}{}", page.base_url, picture.address(picture.widest())))
        .collect();
    let mut product = json!({
        "@context": "https://schema.org", "@type": "Product", "name": page.name,
        "url": format!("{}{}", page.base_url, deal_address(&page.deal)),
        "sku": page.product, "image": pictures, "description": plain(&page.description),
        "offers": offers(page),
    });
    if let Some(brand) = &page.brand {
        product["brand"] = json!({"@type": "Brand", "name": brand});
    }
    if let Some((_, category)) = page.categories.last() {
        product["category"] = json!(category);
    }
    // `<` must not end the script element early, whatever a name holds.
    product.to_string().replace('<', "\\u003c")
}

/// One offer; one a SKU where their prices differ.
fn offers(page: &DealPage) -> Value {
    if !page.price.from {
        return offer(page, page.price.now, page.stand);
    }
    let of_sku = |choice: &super::Choice| {
        let stand = match page.stand {
            Stand::Upcoming | Stand::Over => page.stand,
            _ => choice.stand,
        };
        let mut offer = offer(page, choice.price, stand);
        offer["sku"] = json!(choice.sku);
        offer["name"] = json!(choice.name);
        offer
    };
    page.choices.iter().map(of_sku).collect()
}

fn offer(page: &DealPage, price: Amount, stand: Stand) -> Value {
    let availability = match stand {
        Stand::Upcoming => "PreOrder",
        Stand::Open => "InStock",
        Stand::Waitlist => "BackOrder",
        Stand::Gone => "SoldOut",
        Stand::Over => "Discontinued",
    };
    json!({
        "@type": "Offer", "url": format!("{}{}", page.base_url, deal_address(&page.deal)),
        "price": format_plain(price, page.price.currency),
        "priceCurrency": page.price.currency.code(),
        "availability": format!("https://schema.org/{availability}"),
        "itemCondition": "https://schema.org/NewCondition",
        "availabilityStarts": machine_moment(page.starts_at),
        "availabilityEnds": machine_moment(page.ends_at),
        "priceValidUntil": machine_moment(page.ends_at),
        "seller": {"@type": "Organization", "name": page.seller},
    })
}

/// The text of clean HTML, shortened.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for letter in html.chars() {
        match letter {
            '<' => is_tag = true,
            '>' if is_tag => {
                is_tag = false;
                text.push(' ');
            }
            _ if is_tag => {}
            _ => text.push(letter),
        }
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(DESCRIPTION_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_its_words() {
        assert_eq!(
            plain("<p>따뜻 <b>해요</b>.</p>\n<p>둘</p>"),
            "따뜻 해요 . 둘"
        );
    }
}

//! Finding deals and orders by what somebody types: the palette's and the find page's answers.

use crate::problem::Problem;
use crate::shop::Shop;
use crate::who::Staff;
use records::{OrderCursor, Role};
use vocabulary::Millis;

/// How many of a kind are found.
const FOUND_MAX: u32 = 8;
/// The longest text that is looked for, in characters.
const TEXT_MAX: usize = 100;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Deals: id and name in the asked language.
    pub deals: Vec<(String, String)>,
    /// Orders: id, the name of who receives it, and when it was placed.
    pub orders: Vec<(String, String, Millis)>,
}

/// Looks for `text`; nothing is found for nothing.
///
/// # Errors
/// Those of the records.
pub async fn find(
    shop: &Shop,
    staff: &Staff,
    text: &str,
    language: &str,
) -> Result<Found, Problem> {
    staff.require(Role::Viewer)?;
    let text: String = text.trim().chars().take(TEXT_MAX).collect();
    if text.is_empty() {
        return Ok(Found::default());
    }
    let mut found = Found::default();
    for (deal, product) in shop.records.look_for_deals(&text, FOUND_MAX).await? {
        let known = shop.records.product(&product).await?;
        let name = known.and_then(|known| known.name.best(language).map(str::to_owned));
        found.deals.push((deal, name.unwrap_or_default()));
    }
    let orders = shop
        .records
        .search_orders(&text, OrderCursor::END, FOUND_MAX);
    for order in orders.await? {
        let contact = shop.records.contact(order.checkout).await?;
        let name = contact.map(|contact| contact.name).unwrap_or_default();
        let id = order.order.to_string();
        found.orders.push((id, name, order.placed_at));
    }
    Ok(found)
}

//! Staff send money back, or cancel an order.

use crate::deeds::staff::audit;
use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Staff;
use money::Amount;
use records::Role;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use vocabulary::{Cancelling, Command, OrderId, Receipt, RefundId, RefundScope, RequestKey};

/// How much goes back.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
pub struct RefundAsk {
    /// `whole`, `line` (the price of some units) or `part` (an amount of one line).
    pub scope: ScopeAsk,
    /// Which line, from 0.
    #[serde(default)]
    pub line: u8,
    /// For `line`: how many units.
    #[serde(default)]
    pub units: u16,
    /// For `part`: how much, in minor units.
    #[serde(default)]
    pub amount: i64,
}

/// What a refund is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RefundScope)]
pub enum ScopeAsk {
    /// All that has not gone back yet, shipping included.
    Whole,
    /// The price of some units of one line.
    Line,
    /// A part of one line's price.
    Part,
}

impl RefundAsk {
    fn scope(self) -> RefundScope {
        let RefundAsk { line, units, .. } = self;
        match self.scope {
            ScopeAsk::Whole => RefundScope::Whole,
            ScopeAsk::Line => RefundScope::Line { line, units },
            ScopeAsk::Part => RefundScope::Part {
                line,
                amount: Amount(self.amount),
            },
        }
    }
}

/// A refund that was ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderedRefund {
    /// Its number.
    pub refund: RefundId,
    /// How much goes back, in the order's currency.
    pub amount: Amount,
}

/// Orders a refund.
///
/// # Errors
/// What the ledger refuses.
pub async fn refund(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    order: OrderId,
    ask: RefundAsk,
) -> Result<Done<OrderedRefund>, Problem> {
    staff.require(Role::Support)?;
    let scope = ask.scope();
    let before = standing(shop, order).await?;
    let command = Command::RequestRefund { order, scope };
    let done = shop.order_recalling(key, command).await?;
    let Receipt::Refund { refund, amount } = done.what else {
        unreachable!("a refund is answered with one, not {:?}", done.what)
    };
    if !done.repeated {
        let after = json!({"refund": refund, "amount": amount, "scope": scope});
        let target = order.to_string();
        audit(shop, staff, "refund", &target, (before, Some(after))).await?;
    }
    Ok(done.map(|_| OrderedRefund { refund, amount }))
}

/// Cancels an order in the shop's name.
///
/// # Errors
/// What the ledger refuses.
pub async fn cancel_order(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    order: OrderId,
) -> Result<Done<()>, Problem> {
    staff.require(Role::Support)?;
    let before = standing(shop, order).await?;
    let by = Cancelling::Staff;
    let done = shop
        .order_recalling(key, Command::CancelOrder { order, by })
        .await?;
    if !done.repeated {
        let after = Some(json!({"state": "cancelled"}));
        audit(
            shop,
            staff,
            "cancel_order",
            &order.to_string(),
            (before, after),
        )
        .await?;
    }
    Ok(done.map(|_| ()))
}

async fn standing(shop: &Shop, order: OrderId) -> Result<Option<serde_json::Value>, Problem> {
    let order = shop.records.order(order).await?;
    Ok(order.map(|order| {
        let state = format!("{:?}", order.state).to_lowercase();
        json!({"state": state, "total": order.total, "refunded": order.refunded})
    }))
}

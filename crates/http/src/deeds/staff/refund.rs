//! Staff send money of a paid order back.

use super::audit::{Entry, write};
use super::order_sheet::standing;
use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Staff;
use money::Amount;
use records::Role;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use vocabulary::{Command, OrderId, Receipt, RefundId, RefundScope, RequestKey};

/// How much goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundAsk {
    /// Of what.
    pub scope: ScopeAsk,
    /// Of `Line` and `Part`: which line, from 0.
    pub line: u8,
    /// Of `Line`: how many units.
    pub units: u16,
    /// Of `Part`: how much, in minor units.
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
        let entry = Entry {
            action: "order.refund",
            target: format!("order:{order}"),
            before,
            after: Some(json!({"refund": refund, "amount": amount, "scope": scope})),
        };
        write(shop, staff, entry).await?;
    }
    Ok(done.map(|_| OrderedRefund { refund, amount }))
}

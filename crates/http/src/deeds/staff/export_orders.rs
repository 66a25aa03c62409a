//! Orders leave as CSV, a row a line of an order, piece by piece, so that memory holds one piece.

use super::audit::{Entry, write};
use super::order_columns::{Columns, Facts};
use super::order_sheet::{line_sheet, seller_id};
use crate::deeds::shipments;
use crate::moment::Moment;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::who::Staff;
use futures::Stream;
use futures::stream;
use records::{Order, OrderCursor, Role};
use serde_json::json;
use std::io;
use std::sync::Arc;
use vocabulary::Millis;

/// How many orders a piece has.
const PIECE_ORDERS: u32 = 200;

/// Which orders, and what of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrdersWanted {
    /// Only those placed at or after it.
    pub from: Option<Millis>,
    /// Only those placed before it.
    pub to: Option<Millis>,
    /// Which columns in which order, each with its heading: `order:주문번호,sku`; all when none.
    pub columns: Option<String>,
}

/// Begins an export. Each piece is some lines of the file; a piece that fails ends it.
///
/// # Errors
/// A column that there is not; those of the records.
pub async fn export_orders(
    shop: &Arc<Shop>,
    staff: &Staff,
    wanted: OrdersWanted,
) -> Result<impl Stream<Item = io::Result<Vec<u8>>> + use<>, Problem> {
    staff.require(Role::Viewer)?;
    let columns = Columns::of(wanted.columns.as_deref())?;
    let after = match wanted.from {
        Some(from) => shop.records.last_order_before(from).await?,
        None => OrderCursor::START,
    };
    let moment = |at: Option<Millis>| at.map(Moment);
    let (from, to) = (moment(wanted.from), moment(wanted.to));
    let entry = Entry {
        action: "orders.export",
        target: "orders".to_owned(),
        before: None,
        after: Some(json!({"from": from, "to": to, "columns": columns.names()})),
    };
    write(shop, staff, entry).await?;
    let heading = columns.heading()?;
    let export = Export {
        shop: shop.clone(),
        columns,
        to: wanted.to.unwrap_or(Millis(u64::MAX)),
        at: Some(after),
    };
    let heading = stream::once(async { Ok(heading) });
    let pieces = stream::try_unfold(export, |export| async {
        export
            .piece()
            .await
            .map_err(|problem| io::Error::other(problem.title))
    });
    Ok(futures::StreamExt::chain(heading, pieces))
}

struct Export {
    shop: Arc<Shop>,
    columns: Columns,
    to: Millis,
    /// Behind which order it goes on; none at the end.
    at: Option<OrderCursor>,
}

impl Export {
    async fn piece(mut self) -> Result<Option<(Vec<u8>, Export)>, Problem> {
        let Some(at) = self.at else { return Ok(None) };
        let mut orders = self.shop.records.export_orders(at, PIECE_ORDERS).await?;
        let whole = orders.len() == PIECE_ORDERS as usize;
        let last = orders.last().map(Order::cursor);
        let wanted = orders
            .iter()
            .take_while(|order| order.placed_at < self.to)
            .count();
        self.at = last.filter(|_| whole && wanted == orders.len());
        orders.truncate(wanted);
        let mut lines = Vec::new();
        for order in &orders {
            self.write(order, &mut lines).await?;
        }
        Ok(Some((lines, self)))
    }

    async fn write(&self, order: &Order, lines: &mut Vec<u8>) -> Result<(), Problem> {
        let shop = &self.shop;
        let (contact, left) = match self.columns.are_personal() {
            true => (
                shop.records.contact(order.checkout).await?,
                shipments(shop, order.order, shop.settings.language).await?,
            ),
            false => (None, Vec::new()),
        };
        let seller = seller_id(shop, order.seller).await?;
        for line in shop.records.lines(order.order).await? {
            let facts = Facts {
                order,
                seller: &seller,
                line: line_sheet(shop, &line, order.currency).await?,
                contact: contact.as_ref(),
                shipments: left.iter().filter(|it| it.line == line.line).collect(),
                zone: &shop.settings.time_zone,
            };
            lines.extend(self.columns.row(&facts)?);
        }
        Ok(())
    }
}

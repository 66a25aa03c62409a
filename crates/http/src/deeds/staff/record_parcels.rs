//! Facts after the payment, as rows: what was shipped, delivered and came back. Bad rows are
//! reported, good ones recorded.

use crate::deeds::parse;
use crate::deeds::staff::audit;
use crate::problem::{Kind, Problem};
use crate::request_key::part;
use crate::shop::Shop;
use crate::who::Staff;
use records::Role;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use vocabulary::{Command, OrderId, RequestKey, Seq};

/// What happened to the units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// They left the house.
    Shipped,
    /// They arrived.
    Delivered,
    /// They came back.
    Returned,
}

impl What {
    fn action(self) -> &'static str {
        match self {
            What::Shipped => "record_shipments",
            What::Delivered => "record_deliveries",
            What::Returned => "record_returns",
        }
    }
}

/// Units of a line to which something happened.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct Parcel {
    /// The order.
    #[schema(format = "uuid")]
    pub order: String,
    /// Which line, from 0.
    pub line: u8,
    /// How many units.
    pub units: u16,
    /// They can be sold again (of what came back).
    #[serde(default)]
    pub restock: bool,
}

/// Why a row was not recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ParcelProblem {
    /// Which row, from 1.
    pub row: u64,
    /// The problem's name.
    pub problem: String,
    /// What is wrong, in a sentence.
    pub detail: String,
}

/// What came of the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ParcelsRecorded {
    /// How many rows were recorded, now or by an earlier request with the same key.
    pub recorded: u64,
    /// The others.
    pub problems: Vec<ParcelProblem>,
    /// A view that reached this shows all of them.
    #[serde(skip)]
    pub seq: Seq,
    /// All of them had been recorded before.
    #[serde(skip)]
    pub repeated: bool,
}

/// The rows of a CSV file with the columns `order,line,units` and, of returns, `restock`.
///
/// # Errors
/// [`Kind::MALFORMED`] for what is no such file at all. A row that cannot be read is an `Err` of
/// its own.
pub fn parcels_of_csv(text: &[u8]) -> Result<Vec<Result<Parcel, ParcelProblem>>, Problem> {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text);
    let headers = reader.headers().map_err(malformed)?;
    for needed in ["order", "line", "units"] {
        if !headers.iter().any(|name| name == needed) {
            return Err(malformed(format!("there is no column `{needed}`")));
        }
    }
    let rows = (1..).zip(reader.deserialize::<Parcel>());
    let read = rows.map(|(row, parcel)| {
        parcel.map_err(|fault| ParcelProblem {
            row,
            problem: Kind::MALFORMED.name.to_owned(),
            detail: fault.to_string(),
        })
    });
    Ok(read.collect())
}

/// Records what happened, row by row.
///
/// # Errors
/// Only those that concern all rows: the role, a till that is closed, the records.
pub async fn record_parcels(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    what: What,
    rows: Vec<Result<Parcel, ParcelProblem>>,
) -> Result<ParcelsRecorded, Problem> {
    staff.require(Role::Support)?;
    let mut came = ParcelsRecorded {
        repeated: true,
        ..ParcelsRecorded::default()
    };
    for (index, row) in (0..).zip(rows) {
        let recorded = match row {
            Ok(parcel) => record(shop, part(key, index), what, &parcel).await,
            Err(problem) => {
                came.problems.push(problem);
                continue;
            }
        };
        match recorded {
            Ok((seq, repeated)) => {
                came.recorded += 1;
                came.seq = came.seq.max(seq);
                came.repeated &= repeated;
            }
            Err(problem) if problem.status.is_server_error() => return Err(problem),
            Err(problem) => came.problems.push(ParcelProblem {
                row: u64::from(index) + 1,
                problem: problem.name.to_owned(),
                detail: problem.title.to_owned(),
            }),
        }
    }
    came.repeated &= came.recorded > 0;
    if came.recorded > 0 && !came.repeated {
        let after = json!({"recorded": came.recorded, "left_out": came.problems.len()});
        audit(shop, staff, what.action(), "", (None, Some(after))).await?;
    }
    Ok(came)
}

async fn record(
    shop: &Shop,
    key: Option<RequestKey>,
    what: What,
    parcel: &Parcel,
) -> Result<(Seq, bool), Problem> {
    let order: OrderId = parse("order", &parcel.order)?;
    let (line, units, restock) = (parcel.line, parcel.units, parcel.restock);
    let command = match what {
        What::Shipped => Command::RecordShipment { order, line, units },
        What::Delivered => Command::RecordDelivery { order, line, units },
        What::Returned => Command::RecordReturn {
            order,
            line,
            units,
            restock,
        },
    };
    let done = shop.order_recalling(key, command).await?;
    Ok((done.seq, done.repeated))
}

fn malformed(fault: impl std::fmt::Display) -> Problem {
    Problem::from(Kind::MALFORMED).because(fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_row_spoils_itself_alone() {
        let text = "\u{feff}order,line,units,restock\na,0,2,true\nb,zero,1,false\nc,1,1,false\n";
        let rows = parcels_of_csv(text.as_bytes()).expect("a file with a header");
        assert_eq!(rows.len(), 3);
        let first = rows[0].as_ref().expect("it is good");
        assert_eq!((first.order.as_str(), first.restock), ("a", true));
        assert_eq!(rows[1].as_ref().expect_err("it is bad").row, 2);
        assert!(rows[2].is_ok());
        assert!(parcels_of_csv(b"order;line;units\n").is_err());
    }
}

//! Facts after the payment, as rows: what was shipped, delivered and came back. Bad rows are
//! reported, good ones recorded; a row that was recorded is known again.

use super::audit::{Entry, write};
use crate::carriers::{
    self, CARRIER_CHARACTERS_MAX, TRACKING_CHARACTERS_MAX, TRACKING_DIGITS_MIN, WaybillFault,
};
use crate::deeds::parse;
use crate::misread;
use crate::problem::{Kind, Problem};
use crate::request_key::Key;
use crate::shop::{Shop, done};
use crate::who::Staff;
use records::{Role, Waybill, WaybillId};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use utoipa::ToSchema;
use vocabulary::{Command, Millis, OrderId, Refusal, Request, RequestKey, Seq};

/// How many rows are asked of the ledger next to each other.
const TOGETHER_MAX: usize = 500;
/// The fields of a row.
const FIELDS: [&str; 7] = [
    "order",
    "line",
    "units",
    "restock",
    "parcel",
    "carrier",
    "tracking_number",
];
/// Whose request keys they are: a row is the same whoever sends it.
const SENDER: &str = "parcels";

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
    /// They can be sold again (of what came back). In CSV: true, yes or 1, false, no, 0 or nothing.
    #[serde(default, deserialize_with = "yes_or_no")]
    pub restock: bool,
    /// What tells this row from another of the same order, line and units on another day; where it is not
    /// told of what was shipped, the tracking number does.
    #[serde(default)]
    pub parcel: Option<String>,
    /// With whom they left (of what was shipped): a code, or a name. Sent again, the last word counts.
    #[serde(default)]
    pub carrier: Option<String>,
    /// The carrier's number for them (of what was shipped): 4 to 40 letters, digits, dashes and blanks.
    #[serde(default)]
    pub tracking_number: Option<String>,
}

/// Why a row was not recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ParcelProblem {
    /// Which row, from 1.
    pub row: u64,
    /// The problem's name.
    pub problem: String,
    /// The field that it is about, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong, in a sentence.
    pub detail: String,
}

/// What came of the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ParcelsRecorded {
    /// Rows that were recorded now.
    pub recorded: u64,
    /// Rows that had been recorded before.
    pub known: u64,
    /// The others.
    pub problems: Vec<ParcelProblem>,
    /// A view that reached this shows all of them.
    #[serde(skip)]
    pub seq: Seq,
}

/// The rows of a CSV file with the columns `order,line,units` and, if there are, `parcel`, of
/// shipments `carrier` and `tracking_number`, of returns `restock`.
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
    Ok(rows
        .map(|(row, parcel)| parcel.map_err(|fault| unreadable(row, fault)))
        .collect())
}

/// The rows of a JSON array of objects.
///
/// # Errors
/// [`Kind::MALFORMED`] for what is no array. An object that cannot be read is an `Err` of its own.
pub fn parcels_of_json(text: &[u8]) -> Result<Vec<Result<Parcel, ParcelProblem>>, Problem> {
    let rows: Vec<serde_json::Value> = serde_json::from_slice(text).map_err(malformed)?;
    let read = |(row, value)| parcel_of(value).map_err(|problem| refused(row, &problem));
    Ok((1..).zip(rows).map(read).collect())
}

/// A mistyped field of a program is told; columns of a file that are for others are passed over.
fn parcel_of(row: serde_json::Value) -> Result<Parcel, Problem> {
    let mut names = row.as_object().into_iter().flat_map(|row| row.keys());
    match names.find(|name| !FIELDS.contains(&name.as_str())) {
        Some(name) => Err(Problem::field(name, "is no field here")),
        None => misread::value(row),
    }
}

/// Records what happened, row by row.
///
/// # Errors
/// Only those that concern all rows: the role, a till that is closed, the records.
pub async fn record_parcels(
    shop: &Shop,
    staff: &Staff,
    what: What,
    rows: Vec<Result<Parcel, ParcelProblem>>,
) -> Result<ParcelsRecorded, Problem> {
    staff.require(Role::Support)?;
    let mut came = ParcelsRecorded::default();
    let requests = requests(what, rows, &mut came.problems);
    let mut told = Vec::new();
    let mut recorded = Ok(());
    for chunk in requests.chunks(TOGETHER_MAX) {
        recorded = record(shop, chunk, &mut came, &mut told).await;
        if recorded.is_err() {
            break;
        }
    }
    came.problems.sort_by_key(|problem| problem.row);
    if came.recorded > 0 {
        let entry = Entry {
            action: what.action(),
            target: target(&told),
            before: None,
            after: Some(json!({"rows": told, "left_out": came.problems.len()})),
        };
        write(shop, staff, entry).await?;
    }
    recorded.map(|()| came)
}

impl What {
    fn action(self) -> &'static str {
        match self {
            What::Shipped => "orders.ship",
            What::Delivered => "orders.deliver",
            What::Returned => "orders.return",
        }
    }

    fn command(self, order: OrderId, parcel: &Parcel) -> Command {
        let (line, units) = (parcel.line, parcel.units);
        let restock = parcel.restock;
        match self {
            What::Shipped => Command::RecordShipment { order, line, units },
            What::Delivered => Command::RecordDelivery { order, line, units },
            What::Returned => Command::RecordReturn {
                order,
                line,
                units,
                restock,
            },
        }
    }
}

/// A row on its way to the ledger.
struct Row {
    number: u64,
    request: Request,
    /// What left, and with whom where that was said.
    waybill: Option<Waybill>,
}

/// The rows as requests. A row without a parcel's number is told from its like by being the how
/// many-th of the file, so that the file, or a mended one, can be sent again.
fn requests(
    what: What,
    rows: Vec<Result<Parcel, ParcelProblem>>,
    problems: &mut Vec<ParcelProblem>,
) -> Vec<Row> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut requests = Vec::with_capacity(rows.len());
    for (number, row) in (1..).zip(rows) {
        let read = row.and_then(|parcel| {
            let read = request(what, &parcel, &mut seen)
                .and_then(|request| Ok((waybill(what, &parcel, &request)?, request)));
            read.map_err(|problem| refused(number, &problem))
        });
        match read {
            Ok((waybill, request)) => requests.push(Row {
                number,
                request,
                waybill,
            }),
            Err(problem) => problems.push(problem),
        }
    }
    requests
}

fn request(
    what: What,
    parcel: &Parcel,
    seen: &mut HashMap<String, u32>,
) -> Result<Request, Problem> {
    let order: OrderId = parse("order", &parcel.order)?;
    let Parcel { line, units, .. } = parcel;
    // Under a tracking number units leave once; what became of them then may be told in several rows.
    let tracking_number = parcel.tracking_number.as_ref();
    let tracking_number = tracking_number.filter(|_| what == What::Shipped);
    let names = [parcel.parcel.as_ref(), tracking_number];
    let mut names = names.into_iter().flatten().map(|name| name.trim());
    let name = names.find(|name| !name.is_empty());
    let named = Sha256::digest(name.unwrap_or_default());
    let text = format!(
        "{} {order} {line} {units} {}",
        what.action(),
        hex::encode(named)
    );
    let like = seen.entry(text.clone()).or_default();
    *like += 1;
    let restock = [u8::from(parcel.restock)];
    let key: RequestKey = Key::of(&format!("{text} {like}"), &[&restock])?.by(SENDER);
    Ok(Request {
        key: Some(key),
        command: what.command(order, parcel),
    })
}

/// The note of a shipped row: it can be said later, too, with whom it left.
fn waybill(what: What, parcel: &Parcel, request: &Request) -> Result<Option<Waybill>, Problem> {
    let (What::Shipped, Some(key)) = (what, request.key) else {
        return Ok(None);
    };
    let told = |field: &Option<String>| field.clone().unwrap_or_default();
    let (carrier, number) = (told(&parcel.carrier), told(&parcel.tracking_number));
    let read = carriers::read_waybill(&carrier, &number).map_err(waybill_problem)?;
    let (carrier, tracking_number) = read.unwrap_or_default();
    let order = parse("order", &parcel.order)?;
    Ok(Some(Waybill {
        id: WaybillId(key.key),
        order,
        line: parcel.line,
        units: parcel.units,
        carrier,
        tracking_number,
        noted_at: Millis(0),
    }))
}

/// What is wrong with a carrier or a number, in a sentence.
pub(super) fn waybill_problem(fault: WaybillFault) -> Problem {
    let detail = match fault {
        WaybillFault::CarrierMissing => "a tracking number needs its carrier".to_owned(),
        WaybillFault::Carrier => {
            format!("a carrier has a name of at most {CARRIER_CHARACTERS_MAX} characters")
        }
        WaybillFault::TrackingNumber => format!(
            "a tracking number has {TRACKING_DIGITS_MIN} to {TRACKING_CHARACTERS_MAX} letters, digits, dashes and blanks"
        ),
    };
    Problem::field(fault.field(), detail)
}

/// A fault of one row is told when what was taken of the others is noted: they were asked of the ledger with it.
async fn record(
    shop: &Shop,
    rows: &[Row],
    came: &mut ParcelsRecorded,
    told: &mut Vec<serde_json::Value>,
) -> Result<(), Problem> {
    let requests = rows.iter().map(|row| row.request.clone());
    let replies = shop.ask_all(requests.collect()).await?;
    let mut waybills = Vec::new();
    let mut fault = None;
    for (row, reply) in rows.iter().zip(replies.iter().copied()) {
        let recorded = match done(reply) {
            Err(problem) if problem.is(Refusal::OrderUnknown) => {
                // It may have been filed to disk.
                let Request { key, command } = row.request.clone();
                shop.order_recalling(key, command).await
            }
            recorded => recorded,
        };
        match recorded {
            Ok(done) => {
                came.seq = came.seq.max(done.seq);
                came.known += u64::from(done.repeated);
                came.recorded += u64::from(!done.repeated);
                told.extend((!done.repeated).then(|| fact(&row.request.command)));
                waybills.extend(row.waybill.clone());
            }
            Err(problem) if problem.status.is_server_error() => fault = Some(problem),
            Err(problem) => came.problems.push(refused(row.number, &problem)),
        }
    }
    note(shop, waybills).await?;
    fault.map_or(Ok(()), Err)
}

/// What the ledger took, known or new: a file that is sent again brings what a crash kept from the records.
async fn note(shop: &Shop, mut waybills: Vec<Waybill>) -> Result<(), Problem> {
    let noted_at = shop.now();
    for waybill in &mut waybills {
        waybill.noted_at = noted_at;
    }
    Ok(shop.records.put_waybills(&waybills).await?)
}

/// The order that the recorded rows are of, where they are of one.
fn target(told: &[serde_json::Value]) -> String {
    let one = told.iter().all(|row| row[0] == told[0][0]);
    let order = told.first().and_then(|row| row[0].as_str());
    match order.filter(|_| one) {
        Some(order) => format!("order:{order}"),
        None => "orders".to_owned(),
    }
}

/// A recorded row as the audit has it: order, line, units.
fn fact(command: &Command) -> serde_json::Value {
    match command {
        Command::RecordShipment { order, line, units }
        | Command::RecordDelivery { order, line, units }
        | Command::RecordReturn {
            order, line, units, ..
        } => json!([order, line, units]),
        other => unreachable!("no row is {:?}", other.kind()),
    }
}

fn refused(row: u64, problem: &Problem) -> ParcelProblem {
    let wrong = problem.errors.first();
    let detail = wrong.map_or(problem.title.to_owned(), |error| {
        format!("{}: {}", error.field, error.detail)
    });
    ParcelProblem {
        row,
        problem: problem.name.to_owned(),
        field: wrong.map(|error| error.field.clone()),
        detail,
    }
}

/// A yes or no as programs, people and spreadsheets write it.
fn yes_or_no<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Said {
        Plain(bool),
        Number(u8),
        Text(String),
        Nothing(()),
    }
    let wrong = || serde::de::Error::custom("restock is true, yes or 1, or false, no or 0");
    match Said::deserialize(deserializer)? {
        Said::Plain(yes) => Ok(yes),
        Said::Number(number @ 0..=1) => Ok(number == 1),
        Said::Number(_) => Err(wrong()),
        Said::Text(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "y" => Ok(true),
            "false" | "no" | "n" | "" => Ok(false),
            _ => Err(wrong()),
        },
        Said::Nothing(()) => Ok(false),
    }
}

fn unreadable(row: u64, fault: impl std::fmt::Display) -> ParcelProblem {
    ParcelProblem {
        row,
        problem: Kind::MALFORMED.name.to_owned(),
        field: None,
        detail: fault.to_string(),
    }
}

fn malformed(fault: impl std::fmt::Display) -> Problem {
    Problem::from(Kind::MALFORMED).because(fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: &str = "018c2b4e-5f00-7000-8000-000000000001";

    fn keys(csv: &str) -> Vec<RequestKey> {
        let rows = parcels_of_csv(csv.as_bytes()).expect("a file with a header");
        let mut problems = Vec::new();
        let requests = requests(What::Shipped, rows, &mut problems);
        assert_eq!(problems, []);
        let keys = requests.into_iter().map(|row| row.request.key);
        keys.map(|key| key.expect("every row has a key")).collect()
    }

    #[test]
    fn yes_and_no_are_read_as_spreadsheets_people_and_programs_write_them() {
        let restock = |said: &str| {
            let file = format!("order,line,units,restock\na,0,2,{said}\n");
            let rows = parcels_of_csv(file.as_bytes()).expect("a file with a header");
            rows[0].as_ref().map(|row| row.restock).ok()
        };
        for yes in ["TRUE", "True", "true", "YES", "y", "1"] {
            assert_eq!(restock(yes), Some(true), "{yes}");
        }
        for no in ["FALSE", "False", "false", "No", "n", "0", ""] {
            assert_eq!(restock(no), Some(false), "{no}");
        }
        for neither in ["maybe", "2", "-1"] {
            assert_eq!(restock(neither), None, "{neither}");
        }
    }

    #[test]
    fn the_audit_names_the_order_where_there_is_one() {
        let (first, other) = (json!(["a", 0, 1]), json!(["b", 0, 1]));
        assert_eq!(target(&[first.clone(), first.clone()]), "order:a");
        assert_eq!(target(&[first, other]), "orders");
    }

    #[test]
    fn a_broken_row_spoils_itself_alone() {
        let text = "\u{feff}order,line,units,restock\na,0,2,TRUE\nb,zero,1,false\nc,1,1,\n";
        let rows = parcels_of_csv(text.as_bytes()).expect("a file with a header");
        assert_eq!(rows.len(), 3);
        let first = rows[0].as_ref().expect("it is good");
        assert_eq!((first.order.as_str(), first.restock), ("a", true));
        assert_eq!(rows[1].as_ref().expect_err("it is bad").row, 2);
        assert!(!rows[2].as_ref().expect("it is good").restock);
        assert!(parcels_of_csv(b"order;line;units\n").is_err());
        let rows = parcels_of_json(br#"[{"order":"a","line":0,"units":1},{"order":7}]"#);
        let rows = rows.expect("an array");
        assert!(rows[0].is_ok() && rows[1].is_err());
        assert!(parcels_of_json(b"{}").is_err());
        let rows =
            parcels_of_json(br#"[{"order":"a","line":0,"units":1,"re_stock":true},["a",0,1]]"#);
        let rows = rows.expect("an array");
        let told = rows[0].as_ref().expect_err("it is mistyped");
        assert_eq!(told.detail, "re_stock: is no field here");
        assert!(rows[1].is_err(), "a list is no row");
    }

    #[test]
    fn a_file_sent_again_or_mended_has_the_keys_it_had() {
        let two = format!("order,line,units\n{ORDER},0,1\n{ORDER},0,1\n");
        let mended = format!("order,line,units\n{ORDER},1,1\n{ORDER},0,1\n{ORDER},0,1\n");
        let first = keys(&two);
        assert_ne!(first[0], first[1], "two parcels of one unit each");
        assert_eq!(keys(&two), first);
        assert_eq!(keys(&mended)[1..], first);
    }

    #[test]
    fn a_tracking_number_tells_rows_apart_where_no_parcel_does_and_a_bad_one_spoils_its_row() {
        let header = "order,line,units,parcel,carrier,tracking_number\n";
        let row = |told: &str| format!("{header}{ORDER},0,1,{told}\n");
        assert_ne!(keys(&row(",CJ,1234-5678")), keys(&row(",CJ,1234-5679")));
        assert_eq!(keys(&row("a,CJ,1234-5678")), keys(&row("a,CJ,1234-5679")));
        for (told, field) in [(",,12345678", "carrier: "), (",CJ,12", "tracking_number: ")] {
            let rows = parcels_of_csv(row(told).as_bytes()).expect("a file with a header");
            let mut problems = Vec::new();
            assert!(requests(What::Shipped, rows.clone(), &mut problems).is_empty());
            assert!(problems[0].detail.starts_with(field), "{problems:?}");
            let mut problems = Vec::new();
            let returned = requests(What::Returned, rows, &mut problems);
            assert_eq!((returned.len(), problems.len()), (1, 0), "{told}");
        }
        let returned = |told: &str| {
            let rows = parcels_of_csv(row(told).as_bytes()).expect("a file with a header");
            requests(What::Returned, rows, &mut Vec::new())[0]
                .request
                .key
        };
        assert_eq!(returned(",CJ,1234-5678"), returned(",CJ,1234-5679"));
        assert_ne!(returned("a,,"), returned("b,,"));
    }

    #[test]
    fn a_parcels_number_tells_rows_apart() {
        let row = |parcel: &str| format!("order,line,units,parcel\n{ORDER},0,1,{parcel}\n");
        assert_ne!(keys(&row("CJ-1")), keys(&row("CJ-2")));
        assert_eq!(keys(&row("CJ-1")), keys(&row(" CJ-1")));
    }
}

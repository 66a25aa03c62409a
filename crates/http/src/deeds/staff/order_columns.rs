//! The columns of exported orders: their names, and what stands in them.

use super::LineSheet;
use super::order_sheet::word;
use crate::deeds::{self, Shipment};
use crate::problem::{Kind, Problem};
use intake::harmless;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use money::{Amount, format_plain};
use records::{Contact, Order};
use vocabulary::Millis;

/// What tells spreadsheets that the text is UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// The longest heading, in bytes.
const HEADING_BYTES_MAX: usize = 200;

/// What a row is made of.
pub(super) struct Facts<'a> {
    pub order: &'a Order,
    /// The shop's own id.
    pub seller: &'a str,
    pub line: LineSheet,
    pub contact: Option<&'a Contact>,
    /// With whom units of the line left, oldest first.
    pub shipments: Vec<&'a Shipment>,
    /// In which days and hours are told.
    pub zone: &'a TimeZone,
}

/// A column: its name, whether it tells of a person, and what stands in it.
struct Column {
    name: &'static str,
    personal: bool,
    cell: fn(&Facts<'_>) -> String,
}

const fn column(name: &'static str, cell: fn(&Facts<'_>) -> String) -> Column {
    let personal = false;
    Column {
        name,
        personal,
        cell,
    }
}

const fn personal(name: &'static str, cell: fn(&Facts<'_>) -> String) -> Column {
    let personal = true;
    Column {
        name,
        personal,
        cell,
    }
}

/// Every column there is, in the order of a file for which nothing is said.
const COLUMNS: [Column; 36] = [
    column("order", |facts| facts.order.order.to_string()),
    column("checkout", |facts| facts.order.checkout.to_string()),
    column("placed_at", |facts| local(facts, facts.order.placed_at)),
    column("state", |facts| word(facts.order.state)),
    column("paid_at", |facts| {
        facts
            .order
            .paid
            .map_or_else(String::new, |(at, _)| local(facts, at))
    }),
    column("seller", |facts| facts.seller.to_owned()),
    column("line", |facts| facts.line.line.to_string()),
    column("deal", |facts| facts.line.deal.clone()),
    column("product", |facts| {
        facts.line.product.clone().unwrap_or_default()
    }),
    column("name", |facts| {
        facts.line.name.best("ko").unwrap_or_default().to_owned()
    }),
    column("sku", |facts| facts.line.sku.clone()),
    column("option", |facts| {
        facts.line.option.best("ko").unwrap_or_default().to_owned()
    }),
    column("units", |facts| facts.line.units.to_string()),
    column("price", |facts| decimal(facts, facts.line.price.amount)),
    column("line_refunded", |facts| {
        decimal(facts, facts.line.refunded.amount)
    }),
    column("shipped", |facts| facts.line.shipped.to_string()),
    column("delivered", |facts| facts.line.delivered.to_string()),
    column("return_asked", |facts| facts.line.return_asked.to_string()),
    column("returned", |facts| facts.line.returned.to_string()),
    column("goods", |facts| decimal(facts, facts.order.goods)),
    column("shipping", |facts| decimal(facts, facts.order.shipping)),
    column("tax", |facts| decimal(facts, facts.order.tax)),
    column("total", |facts| decimal(facts, facts.order.total)),
    column("refunded", |facts| decimal(facts, facts.order.refunded)),
    column("currency", |facts| facts.order.currency.to_string()),
    personal("recipient", |facts| told(facts, |contact| &contact.name)),
    personal("phone", |facts| told(facts, |contact| &contact.phone)),
    personal("email", |facts| told(facts, |contact| &contact.mail)),
    personal("country", |facts| {
        told(facts, |contact| &contact.place.country)
    }),
    personal("postcode", |facts| {
        told(facts, |contact| &contact.place.postcode)
    }),
    personal("address1", |facts| {
        told(facts, |contact| &contact.place.line1)
    }),
    personal("address2", |facts| {
        told(facts, |contact| &contact.place.line2)
    }),
    personal("memo", |facts| told(facts, |contact| &contact.memo)),
    // By a number the carrier tells where somebody lives.
    personal("carrier", |facts| {
        parcels(facts, |parcel| &parcel.carrier_name)
    }),
    personal("tracking_number", |facts| {
        parcels(facts, |parcel| parcel.told().1)
    }),
    column("payment", |facts| {
        facts
            .order
            .paid
            .map_or_else(String::new, |(_, it)| it.to_string())
    }),
];

/// Some columns in an order, with the headings they get.
pub(super) struct Columns(Vec<(&'static Column, String)>);

impl Columns {
    /// The columns that `asked` says: `order:주문번호,sku`; all when it says nothing.
    ///
    /// # Errors
    /// A column that there is not.
    pub fn of(asked: Option<&str>) -> Result<Columns, Problem> {
        let Some(asked) = asked else {
            let all = COLUMNS
                .iter()
                .map(|column| (column, column.name.to_owned()));
            return Ok(Columns(all.collect()));
        };
        let chosen = asked.split(',').map(|one| {
            let (name, heading) = one.split_once(':').unwrap_or((one, one));
            let column = COLUMNS.iter().find(|column| column.name == name.trim());
            let column = column.ok_or_else(|| unknown(name.trim()))?;
            match heading.len() <= HEADING_BYTES_MAX {
                true => Ok((column, heading.trim().to_owned())),
                false => Err(Problem::field("columns", "a heading is too long")),
            }
        });
        Ok(Columns(chosen.collect::<Result<_, Problem>>()?))
    }

    /// The names of the columns.
    pub fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|(column, _)| column.name).collect()
    }

    /// True when one of them tells of a person.
    pub fn are_personal(&self) -> bool {
        self.0.iter().any(|(column, _)| column.personal)
    }

    /// The first line of the file.
    ///
    /// # Errors
    /// None that is not a bug.
    pub fn heading(&self) -> Result<Vec<u8>, Problem> {
        let headings = self.0.iter().map(|(_, heading)| heading.clone());
        Ok([BYTE_ORDER_MARK.to_vec(), line(headings)?].concat())
    }

    /// A line of the file.
    ///
    /// # Errors
    /// None that is not a bug.
    pub fn row(&self, facts: &Facts<'_>) -> Result<Vec<u8>, Problem> {
        line(self.0.iter().map(|(column, _)| (column.cell)(facts)))
    }
}

fn unknown(name: &str) -> Problem {
    let names: Vec<_> = COLUMNS.iter().map(|column| column.name).collect();
    let detail = format!(
        "there is no column `{name}`; there are {}",
        names.join(", ")
    );
    Problem::field("columns", detail)
}

fn line(cells: impl Iterator<Item = String>) -> Result<Vec<u8>, Problem> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let cells = cells.map(|cell| harmless(&cell).into_owned());
    let written = writer.write_record(cells.map(String::into_bytes));
    written.map_err(|_| Problem::from(Kind::FAULT))?;
    writer.into_inner().map_err(|_| Problem::from(Kind::FAULT))
}

/// A moment as spreadsheets know it, in the festival's time zone.
fn local(facts: &Facts<'_>, at: Millis) -> String {
    let ms = i64::try_from(at.0).unwrap_or(i64::MAX);
    let at = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX);
    at.to_zoned(facts.zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

fn decimal(facts: &Facts<'_>, amount: Amount) -> String {
    format_plain(amount, facts.order.currency)
}

/// What is told of each parcel that units of the line are in.
fn parcels(facts: &Facts<'_>, field: impl Fn(&Shipment) -> &str) -> String {
    let parcels = deeds::parcels(&facts.shipments, |shipment| shipment.told());
    let told = parcels.iter().map(|parcel| field(parcel[0]));
    told.collect::<Vec<_>>().join(", ")
}

fn told(facts: &Facts<'_>, field: impl Fn(&Contact) -> &String) -> String {
    facts
        .contact
        .map_or_else(String::new, |contact| field(contact).clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_get_the_headings_and_the_order_that_are_asked_for() {
        let columns = Columns::of(Some("units:수량,order")).expect("there are such columns");
        assert_eq!(columns.names(), ["units", "order"]);
        assert_eq!(columns.0[0].1, "수량");
        assert!(!columns.are_personal());
        assert!(
            Columns::of(Some("phone"))
                .expect("there is one")
                .are_personal()
        );
        let problem = Columns::of(Some("colour")).err().expect("there is none");
        assert!(problem.errors[0].detail.contains("colour"));
        assert_eq!(Columns::of(None).expect("all").names().len(), COLUMNS.len());
    }

    #[test]
    fn no_two_columns_have_one_name() {
        let mut names: Vec<_> = COLUMNS.iter().map(|column| column.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), COLUMNS.len());
    }
}

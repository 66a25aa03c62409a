//! What is wrong with one row: where it stands, which field, why, and what helps.
//!
//! A problem never stops an import; what does is a [`crate::Fault`].

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The longest piece of a wrong value that a problem repeats, in characters.
const VALUE_SHOWN_MAX: usize = 40;

/// From our names of fields to the columns they are taken from, where those are called otherwise.
pub(crate) type Columns = BTreeMap<String, String>;

/// Where a row stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file, relative to what is imported; inside an archive `archive.tar.xz/inner/file.json`.
    pub file: Arc<str>,
    /// The line on which the row begins, from 1.
    pub line: u64,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Something read, and where it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// Where its row begins.
    pub location: Location,
    /// What was read.
    pub draft: T,
}

/// What is wrong with one row. Shows itself as one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    /// Where the row begins.
    pub location: Location,
    /// Our own name of the field, where the wrong thing is a field.
    pub field: Option<String>,
    /// The column of the file that it was taken from, where that has another name; several with a
    /// comma between them.
    pub column: Option<String>,
    /// The wrong value, shortened; empty where there is none to show.
    pub value: String,
    /// Why it is wrong.
    pub cause: Cause,
    /// True when the row went in all the same, without the wrong part.
    pub kept: bool,
    /// The wrong line that keeps out the whole deal which begins here.
    pub because_of: Option<Location>,
}

impl RowProblem {
    /// A problem that keeps its row out.
    pub(crate) fn refusing(location: &Location, cause: Cause) -> RowProblem {
        RowProblem {
            location: location.clone(),
            field: None,
            column: None,
            value: String::new(),
            cause,
            kept: false,
            because_of: None,
        }
    }

    /// The same problem, put down to another line.
    pub(crate) fn because_of(mut self, line: &Location) -> RowProblem {
        self.because_of = Some(line.clone());
        self
    }

    /// What is wrong and what helps, for people.
    pub fn help(&self) -> String {
        let help = self.cause.help();
        match &self.because_of {
            Some(line) => format!("{help} ({line})"),
            None => help.to_owned(),
        }
    }

    /// The same problem, said of a field and its value.
    pub(crate) fn of(mut self, field: &str, value: &str) -> RowProblem {
        self.field = Some(field.to_owned());
        self.value = shortened(value);
        self
    }

    /// The same problem, with the column of the file that its field is taken from.
    pub(crate) fn in_column(mut self, columns: &Columns) -> RowProblem {
        let field = self.field.as_ref();
        self.column = field.and_then(|field| columns.get(field)).cloned();
        self
    }

    /// The same problem of a row that goes in nevertheless.
    pub(crate) fn but_kept(mut self) -> RowProblem {
        self.kept = true;
        self
    }
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.location, self.cause.name())?;
        if let Some(field) = &self.field {
            write!(f, ": {field}")?;
        }
        if let Some(column) = &self.column {
            write!(f, " (column `{column}`)")?;
        }
        if !self.value.is_empty() {
            write!(f, " `{}`", self.value)?;
        }
        let what = if self.because_of.is_some() {
            "deal"
        } else {
            "row"
        };
        let fate = if self.kept { "kept" } else { "left out" };
        write!(f, ": {} (the {what} is {fate})", self.help())
    }
}

/// The value on one line and not longer than a reader needs to find it.
fn shortened(value: &str) -> String {
    let mut shown: String = value
        .chars()
        .take(VALUE_SHOWN_MAX)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if value.chars().nth(VALUE_SHOWN_MAX).is_some() {
        shown.push('…');
    }
    shown
}

macro_rules! causes {
    ($($variant:ident $name:literal $help:literal)*) => {
        /// Why a row, or a part of it, cannot be taken. The names are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Cause {
            $(#[doc = $help] $variant,)*
        }

        impl Cause {
            /// Every cause.
            pub const ALL: &[Cause] = &[$(Cause::$variant),*];

            /// The stable name, for machines and for counting.
            pub const fn name(self) -> &'static str {
                match self { $(Cause::$variant => $name,)* }
            }

            /// What is wrong and what helps, for people.
            pub const fn help(self) -> &'static str {
                match self { $(Cause::$variant => $help,)* }
            }
        }
    };
}

causes! {
    Undecodable "undecodable" "the bytes are not text in this file's encoding; say the encoding if it was detected wrongly"
    BrokenQuoting "broken_quoting" "a quote is opened and never closed, or text follows a closing quote; double the quotes inside a field"
    WrongWidth "wrong_width" "the row has more or fewer fields than the header; put fields that contain the delimiter in quotes"
    BrokenJson "broken_json" "this is not valid JSON of the expected shape"
    RowTooLong "row_too_long" "the row is longer than a row may be; look for a quote or bracket that is never closed"
    MissingField "missing_field" "the field is required and blank"
    FieldTooLong "field_too_long" "the text is longer than this field may be"
    BadLanguage "bad_language" "a language is a tag like ko, zh, en or pt-BR"
    PriceZero "price_zero" "a price must be above zero"
    PriceNegative "price_negative" "a price must be above zero"
    PriceFraction "price_fraction" "the price is finer than the smallest unit of its currency"
    PriceTooLarge "price_too_large" "the price is larger than any price may be"
    NotANumber "not_a_number" "write digits, at most one point, and commas only between thousands"
    NotAWholeNumber "not_a_whole_number" "write a whole number of zero or more"
    AllotmentZero "allotment_zero" "the allotment must be 1 or more"
    NotAPercentage "not_a_percentage" "write a percentage from 0 up to 100, with at most two decimals"
    ListPriceBelowPrice "list_price_below_price" "the list price is below the price and was left out"
    UnknownCurrency "unknown_currency" "use one of KRW, CNY, USD, EUR, JPY, INR, GBP"
    UnknownTax "unknown_tax" "write a percentage contained in the price, such as 10%, or exempt"
    DuplicateProduct "duplicate_product" "an earlier row has the same product id; the mapping can say duplicates = \"first\" or \"last\""
    DuplicateSku "duplicate_sku" "another SKU has the same id; SKU ids are unique in the whole catalogue"
    ReservedId "reserved_id" "`.` and `..` cannot stand in the address of a page, which could not be reached; take another id"
    DealLeftOut "deal_left_out" "a deal goes in whole or not at all; mend its wrong line and import it again"
    ConflictingLines "conflicting_lines" "an earlier line of the same id says otherwise"
    NotYesOrNo "not_yes_or_no" "write yes or no (also true, false, 1, 0)"
    NotATime "not_a_time" "write 2026-11-11 00:00:00.000 or 2026-11-11T00:00:00+09:00, to the millisecond at most"
    NoSuchLocalTime "no_such_local_time" "clocks skip or repeat this local time in its zone; add the offset, as in 2026-11-01T01:30:00-04:00"
    EndsBeforeStart "ends_before_start" "the end must lie after the start"
    NotADuration "not_a_duration" "write seconds, or a number with ms, s, m or h, such as 15m"
    DurationOutOfRange "duration_out_of_range" "holds and payments need more than zero and less than 49 days"
    UnknownDeduct "unknown_deduct" "write order or payment"
    WaitlistWithoutHolds "waitlist_without_holds" "a deal that deducts on payment holds no units, so it has no waitlist; write 0"
    ExtensionsContradict "extensions_contradict" "more time for holds is how often, 1 to 10, in `extensions`, and how much each time, in whole seconds, in `extension`; leave both blank for none"
    PictureMissing "picture_missing" "there is no such file beside the import"
    PictureOutside "picture_outside" "pictures are named by a path inside the imported folder, without `..` and without an address"
    PictureBroken "picture_broken" "the file is not a JPEG, PNG, WebP or GIF that can be read to its end"
    PictureTooLarge "picture_too_large" "the picture has more bytes or pixels than a picture may have"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_one_line_with_place_cause_field_value_and_fate() {
        let location = Location {
            file: "a/b.csv".into(),
            line: 7,
        };
        let problem = RowProblem::refusing(&location, Cause::PriceZero).of("price", "0\n0");
        assert_eq!(
            problem.to_string(),
            "a/b.csv:7: price_zero: price `0 0`: a price must be above zero (the row is left out)"
        );
        assert!(
            problem
                .but_kept()
                .to_string()
                .ends_with("(the row is kept)")
        );
    }

    #[test]
    fn a_problem_names_the_column_of_the_file_where_it_is_called_otherwise() {
        let location = Location {
            file: "a.csv".into(),
            line: 7,
        };
        let columns = Columns::from([("price".into(), "판매가".into())]);
        let of = |field| RowProblem::refusing(&location, Cause::MissingField).of(field, "");
        let said = |field| of(field).in_column(&columns).to_string();
        assert!(said("price").starts_with("a.csv:7: missing_field: price (column `판매가`): "));
        assert!(said("seller").starts_with("a.csv:7: missing_field: seller: "));
    }

    #[test]
    fn long_values_are_shortened_by_characters() {
        assert_eq!(shortened(&"가".repeat(41)), format!("{}…", "가".repeat(40)));
        assert_eq!(shortened(&"가".repeat(40)), "가".repeat(40));
    }

    #[test]
    fn names_of_causes_are_unique() {
        let names: std::collections::BTreeSet<_> = Cause::ALL.iter().map(|c| c.name()).collect();
        assert_eq!(names.len(), Cause::ALL.len());
    }
}

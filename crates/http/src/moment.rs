//! How moments and sequences are written on the wire: RFC 3339 with milliseconds in UTC, and an
//! opaque text that names a shard and a sequence.

use jiff::fmt::StdFmtWrite;
use jiff::fmt::temporal::DateTimePrinter;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use vocabulary::{Millis, Seq, Shard};

const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

/// A moment on the wire: `2026-11-11T00:00:00.000Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub Millis);

impl From<Millis> for Moment {
    fn from(at: Millis) -> Self {
        Moment(at)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = i64::try_from(self.0.0).unwrap_or(i64::MAX);
        let at = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::MAX);
        let written = PRINTER.print_timestamp(&at, StdFmtWrite(f));
        written.map_err(|_| fmt::Error)
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is no moment like 2026-11-11T00:00:00.000Z");
        let at: jiff::Timestamp = text.parse().map_err(|_| wrong())?;
        let ms = u64::try_from(at.as_millisecond()).map_err(|_| wrong())?;
        Ok(Moment(Millis(ms)))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples(["2026-11-11T00:00:00.000Z"])
            .into()
    }
}

impl ToSchema for Moment {}

/// A point of a journal that a read can ask for with `at_least`; opaque to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Whose journal.
    pub shard: Shard,
    /// Up to and with this command.
    pub seq: Seq,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.shard, self.seq)
    }
}

impl FromStr for Point {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (shard, seq) = text.split_once('-').ok_or(())?;
        Ok(Point {
            shard: Shard(shard.parse().map_err(|_| ())?),
            seq: Seq(seq.parse().map_err(|_| ())?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_milliseconds_and_reads_back() {
        let bell = Moment(Millis(1_794_355_200_007));
        assert_eq!(bell.to_string(), "2026-11-11T00:00:00.007Z");
        assert_eq!(bell.to_string().parse(), Ok(bell));
        assert_eq!("2026-11-11T09:00:00.007+09:00".parse(), Ok(bell));
        assert!("yesterday".parse::<Moment>().is_err());
    }

    #[test]
    fn a_point_reads_back() {
        let point = Point {
            shard: Shard(3),
            seq: Seq(77),
        };
        assert_eq!(point.to_string().parse(), Ok(point));
        assert!("77".parse::<Point>().is_err());
    }
}

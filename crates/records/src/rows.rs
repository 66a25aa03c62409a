//! Many rows in few statements: a head, a list of tuples, a tail.
//!
//! To parse a long list takes longer than to write its rows, so that lists have few lengths and each
//! text is parsed once. Every value is a parameter; heads and tails are texts of this crate.

use sqlx::query_builder::Separated;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

/// The most values that one statement takes.
pub(crate) const VALUES_MAX: usize = 32_000;
/// How many tuples a statement has; the last must be 1.
const LENGTHS: [usize; 3] = [128, 16, 1];

/// Tuples for a table.
pub(crate) struct Rows {
    head: &'static str,
    values: Vec<Value>,
    count: usize,
}

/// What a column takes.
pub(crate) enum Value {
    Null,
    Integer(i64),
    Word(&'static str),
    Text(String),
    Bytes(Vec<u8>),
}

/// A tuple that is being written.
pub(crate) struct Row<'a>(&'a mut Vec<Value>);

impl Row<'_> {
    /// Its next value.
    pub(crate) fn push_bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.0.push(value.into());
        self
    }
}

impl Rows {
    /// A statement that begins with `head`, up to and without `VALUES`.
    pub(crate) fn new(head: &'static str) -> Self {
        Rows {
            head,
            values: Vec::new(),
            count: 0,
        }
    }

    /// One more tuple; all have as many values.
    pub(crate) fn row(&mut self, bind: impl FnOnce(&mut Row<'_>)) {
        bind(&mut Row(&mut self.values));
        self.count += 1;
    }

    /// Writes the tuples with `tail` behind them; does nothing when there are none. It may take several
    /// statements: who wants all or nothing brings a transaction.
    pub(crate) async fn run(
        self,
        tail: &'static str,
        connection: &mut SqliteConnection,
    ) -> Result<(), sqlx::Error> {
        let Some(width) = self.values.len().checked_div(self.count) else {
            return Ok(());
        };
        let mut left = self.count;
        let mut values = self.values.into_iter();
        for length in LENGTHS {
            while left >= length {
                let mut statement = QueryBuilder::<Sqlite>::new(self.head);
                statement.push(" VALUES ");
                for place in 0..length {
                    statement.push(if place == 0 { "(" } else { ", (" });
                    let mut tuple = statement.separated(", ");
                    let row = values.by_ref().take(width);
                    row.for_each(|value| value.bind_to(&mut tuple));
                    statement.push(")");
                }
                statement.push(" ").push(tail);
                statement.build().execute(&mut *connection).await?;
                left -= length;
            }
        }
        Ok(())
    }
}

impl Value {
    fn bind_to(self, tuple: &mut Separated<'_, Sqlite, &'static str>) {
        match self {
            Value::Null => tuple.push_bind(None::<i64>),
            Value::Integer(number) => tuple.push_bind(number),
            Value::Word(word) => tuple.push_bind(word),
            Value::Text(text) => tuple.push_bind(text),
            Value::Bytes(bytes) => tuple.push_bind(bytes),
        };
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Integer(number)
    }
}

impl From<bool> for Value {
    fn from(is_so: bool) -> Value {
        Value::Integer(is_so.into())
    }
}

impl From<&'static str> for Value {
    fn from(word: &'static str) -> Value {
        Value::Word(word)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Value {
        Value::Bytes(bytes)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

/// The list of a condition that ends in `IN (`, and its end.
pub(crate) fn push_ids(query: &mut QueryBuilder<Sqlite>, ids: &[&str]) {
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind((*id).to_owned());
    }
    query.push(")");
}

//! Many rows in one statement: a head, a list of tuples, a tail.
//!
//! Every value is a parameter; heads and tails are texts of this crate.

use sqlx::query_builder::Separated;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

/// The most values that one statement takes.
pub(crate) const VALUES_MAX: usize = 32_000;

/// A statement that takes a list of tuples.
pub(crate) struct Rows {
    statement: QueryBuilder<Sqlite>,
    count: usize,
}

impl Rows {
    /// A statement that begins with `head`, up to and without `VALUES`.
    pub(crate) fn new(head: &'static str) -> Self {
        let mut statement = QueryBuilder::new(head);
        statement.push(" VALUES ");
        Rows {
            statement,
            count: 0,
        }
    }

    /// One more tuple.
    pub(crate) fn row(&mut self, bind: impl FnOnce(&mut Separated<'_, Sqlite, &'static str>)) {
        self.statement
            .push(if self.count == 0 { "(" } else { ", (" });
        bind(&mut self.statement.separated(", "));
        self.statement.push(")");
        self.count += 1;
    }

    /// Runs the statement with `tail` behind the tuples; does nothing when there are none.
    pub(crate) async fn run(
        mut self,
        tail: &'static str,
        connection: &mut SqliteConnection,
    ) -> Result<(), sqlx::Error> {
        if self.count > 0 {
            self.statement.push(" ").push(tail);
            self.statement
                .build()
                .persistent(false)
                .execute(connection)
                .await?;
        }
        Ok(())
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

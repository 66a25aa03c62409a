//! All that is stored of a person: which tables hold it, and how it leaves, row by row, for the person to
//! have. How it is erased stands in `accounts`.

use crate::accounts::AccountId;
use crate::keys::{blob, uuid_text};
use crate::{Records, RecordsFault};
use futures::TryStreamExt;
use serde_json::{Map, Value};
use sqlx::sqlite::SqliteRow;
use sqlx::{Column, Row, TypeInfo, ValueRef};
use tokio::sync::mpsc;
use vocabulary::PersonKey;

/// Whose rows are wanted: an account, where there is one, and the keys that stand for the person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// The account here.
    pub account: Option<AccountId>,
    /// The keys under which they trade and traded.
    pub persons: Vec<PersonKey>,
}

/// A row of a person, with the name of what it is of.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonalRow {
    /// What it is of.
    pub section: &'static str,
    /// Its fields.
    pub row: Value,
}

/// A table that holds something of a person.
pub(crate) struct Personal {
    pub(crate) table: &'static str,
    section: &'static str,
    /// Which rows are theirs: `?1` is the account, `?2` to `?5` are the keys.
    theirs: &'static str,
    /// Columns that are no knowledge of the person: secrets, and copies that searches need.
    hidden: &'static [&'static str],
}

/// How many keys can stand for one person: their own, the guest's, the member's, the verified one's.
const PERSONS_MAX: usize = 4;

macro_rules! their_checkouts {
    ($column:literal) => {
        concat!(
            $column,
            " IN (SELECT id FROM checkouts WHERE person IN (?2, ?3, ?4, ?5)
                  UNION SELECT checkout_id FROM contacts WHERE account_id = ?1)"
        )
    };
}

/// Every table with something of a person in it, in the order in which it leaves.
pub(crate) const PERSONAL: &[Personal] = &[
    Personal {
        table: "accounts",
        section: "account",
        theirs: "id = ?1",
        hidden: &["password_hash", "verified_person", "erased_at"],
    },
    Personal {
        table: "consents",
        section: "consents",
        theirs: "account_id = ?1",
        hidden: &["account_id"],
    },
    Personal {
        table: "addresses",
        section: "addresses",
        theirs: "account_id = ?1",
        hidden: &["account_id"],
    },
    Personal {
        table: "member_sessions",
        section: "sessions",
        theirs: "account_id = ?1",
        hidden: &["id", "account_id"],
    },
    Personal {
        table: "password_resets",
        section: "password_resets",
        theirs: "account_id = ?1",
        hidden: &["token_hash", "account_id"],
    },
    Personal {
        table: "watches",
        section: "watches",
        theirs: "person IN (?2, ?3, ?4, ?5)",
        hidden: &["person"],
    },
    Personal {
        table: "reachables",
        section: "languages",
        theirs: "person IN (?2, ?3, ?4, ?5)",
        hidden: &["person", "account_id"],
    },
    Personal {
        table: "notices",
        section: "notices",
        theirs: "person IN (?2, ?3, ?4, ?5)",
        hidden: &["person"],
    },
    Personal {
        table: "push_subscriptions",
        section: "browsers",
        theirs: "person IN (?2, ?3, ?4, ?5)",
        hidden: &["person", "public_key", "auth"],
    },
    Personal {
        table: "contacts",
        section: "deliveries",
        theirs: their_checkouts!("checkout_id"),
        hidden: &[
            "account_id",
            "name_folded",
            "phone_digits",
            "phone_tail",
            "mail_folded",
        ],
    },
    Personal {
        table: "checkouts",
        section: "checkouts",
        theirs: their_checkouts!("id"),
        hidden: &["person"],
    },
    Personal {
        table: "orders",
        section: "orders",
        theirs: their_checkouts!("checkout_id"),
        hidden: &["person", "placed_seq"],
    },
    Personal {
        table: "order_lines",
        section: "order_lines",
        theirs: concat!(
            "order_id IN (SELECT id FROM orders WHERE ",
            their_checkouts!("checkout_id"),
            ")"
        ),
        hidden: &["hold"],
    },
    Personal {
        table: "waybills",
        section: "shipments",
        theirs: concat!(
            "order_id IN (SELECT id FROM orders WHERE ",
            their_checkouts!("checkout_id"),
            ")"
        ),
        hidden: &["id"],
    },
    Personal {
        table: "payments",
        section: "payments",
        theirs: their_checkouts!("checkout_id"),
        hidden: &["steps"],
    },
    Personal {
        table: "virtual_accounts",
        section: "deposits",
        theirs: their_checkouts!("checkout_id"),
        hidden: &[],
    },
    Personal {
        table: "refund_accounts",
        section: "refund_accounts",
        theirs: their_checkouts!("checkout_id"),
        hidden: &[],
    },
    Personal {
        table: "cash_receipts",
        section: "cash_receipts",
        theirs: their_checkouts!("checkout_id"),
        hidden: &[],
    },
    Personal {
        table: "entrance_codes",
        section: "entrance_codes",
        theirs: their_checkouts!("checkout_id"),
        hidden: &[],
    },
    Personal {
        table: "checkout_origins",
        section: "origins",
        theirs: their_checkouts!("checkout_id"),
        hidden: &[],
    },
    Personal {
        table: "refunds",
        section: "refunds",
        theirs: their_checkouts!("checkout_id"),
        hidden: &[],
    },
    Personal {
        table: "order_events",
        section: "history",
        theirs: their_checkouts!("checkout_id"),
        hidden: &["seq", "place"],
    },
    Personal {
        table: "return_requests",
        section: "returns",
        theirs: concat!(
            "(person IN (?2, ?3, ?4, ?5) OR ",
            their_checkouts!("checkout_id"),
            ")"
        ),
        hidden: &["person"],
    },
    Personal {
        table: "return_request_lines",
        section: "return_lines",
        theirs: concat!(
            "request_id IN (SELECT id FROM return_requests
                 WHERE person IN (?2, ?3, ?4, ?5) OR ",
            their_checkouts!("checkout_id"),
            ")"
        ),
        hidden: &[],
    },
];

impl Records {
    /// Which parts an export has, in their order.
    pub fn personal_sections() -> impl Iterator<Item = &'static str> {
        PERSONAL.iter().map(|personal| personal.section)
    }

    /// The tables that an export reads.
    pub fn personal_tables() -> impl Iterator<Item = &'static str> {
        PERSONAL.iter().map(|personal| personal.table)
    }

    /// Sends all that is stored of a person to `rows`, section by section, one row at a time: memory
    /// holds no more than the channel does. Ends early when nobody listens any more.
    pub async fn export_person(
        &self,
        owner: &Owner,
        rows: &mpsc::Sender<PersonalRow>,
    ) -> Result<(), RecordsFault> {
        for personal in PERSONAL {
            if !self.export_table(personal, owner, rows).await? {
                break;
            }
        }
        Ok(())
    }

    async fn export_table(
        &self,
        personal: &Personal,
        owner: &Owner,
        rows: &mpsc::Sender<PersonalRow>,
    ) -> Result<bool, RecordsFault> {
        let text = format!("SELECT * FROM {} WHERE {}", personal.table, personal.theirs);
        let mut query = sqlx::query(sqlx::AssertSqlSafe(text))
            .bind(owner.account.map(|account| blob(account.0)));
        for index in 0..PERSONS_MAX {
            query = query.bind(owner.persons.get(index).map(|person| blob(person.0)));
        }
        let mut found = query.fetch(&self.readers);
        while let Some(row) = found.try_next().await? {
            let row = PersonalRow {
                section: personal.section,
                row: row_json(&row, personal.hidden)?,
            };
            if rows.send(row).await.is_err() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A row under the names of its columns.
fn row_json(row: &SqliteRow, hidden: &[&str]) -> Result<Value, RecordsFault> {
    let shown = row
        .columns()
        .iter()
        .filter(|column| !hidden.contains(&column.name()));
    let mut fields = Map::new();
    for column in shown {
        fields.insert(column.name().to_owned(), value_json(row, column.ordinal())?);
    }
    Ok(Value::Object(fields))
}

fn value_json(row: &SqliteRow, column: usize) -> Result<Value, RecordsFault> {
    let raw = row.try_get_raw(column)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    Ok(match raw.type_info().name() {
        "TEXT" => text_json(row.try_get_unchecked(column)?),
        "BLOB" => blob_json(row.try_get_unchecked(column)?),
        _ => Value::from(row.try_get_unchecked::<i64, _>(column)?),
    })
}

/// What lies in a column as JSON leaves as JSON.
fn text_json(text: &str) -> Value {
    let object = text
        .starts_with('{')
        .then(|| serde_json::from_str(text).ok())
        .flatten();
    object.unwrap_or_else(|| Value::from(text))
}

fn blob_json(bytes: &[u8]) -> Value {
    let id = <[u8; 16]>::try_from(bytes).map(|bytes| uuid_text(u128::from_be_bytes(bytes)));
    Value::from(id.unwrap_or_else(|_| hex::encode(bytes)))
}

//! All that is stored of a person: which tables hold it, how it leaves, row by row, for the person to have,
//! and what becomes of it when they are erased.

use crate::accounts::AccountId;
use crate::contacts::unlink_contacts;
use crate::keys::{blob, signed, uuid_text};
use crate::{Records, RecordsFault};
use futures::TryStreamExt;
use serde_json::{Map, Value};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Column, Row, Sqlite, SqliteConnection, TypeInfo, ValueRef};
use std::collections::BTreeMap;
use tokio::sync::mpsc;
use vocabulary::{Millis, PersonKey};

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
    /// What becomes of them when the person is erased.
    fate: Fate,
}

/// What becomes of rows when their person is erased.
#[derive(Clone, Copy)]
enum Fate {
    /// They are gone at once.
    Gone,
    /// They stay as long as the law asks, without what this sets; `?6` is the time.
    Blanked(&'static str),
    /// They stay as long as the law asks for records of contracts, [`crate::CONTACTS_KEPT_MS`].
    Kept,
    /// They stay so, linked to no account; those that the law no longer asks for are gone at once.
    Unlinked,
}

/// What an erasure did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// How many rows are gone or blank now, by their section of an export.
    pub rows: BTreeMap<&'static str, u64>,
    /// Contacts of checkouts that the law asks to keep, no longer linked to the account.
    pub contacts_kept: u64,
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
        fate: Fate::Blanked(
            "mail = NULL, password_hash = NULL, name = NULL, phone = NULL, locale = '',
             verified_person = NULL, erased_at = ?6",
        ),
    },
    Personal {
        table: "consents",
        section: "consents",
        theirs: "account_id = ?1",
        hidden: &["account_id"],
        fate: Fate::Gone,
    },
    Personal {
        table: "addresses",
        section: "addresses",
        theirs: "account_id = ?1",
        hidden: &["account_id"],
        fate: Fate::Gone,
    },
    Personal {
        table: "member_sessions",
        section: "sessions",
        theirs: "account_id = ?1",
        hidden: &["id", "account_id"],
        fate: Fate::Gone,
    },
    Personal {
        table: "password_resets",
        section: "password_resets",
        theirs: "account_id = ?1",
        hidden: &["token_hash", "account_id"],
        fate: Fate::Gone,
    },
    Personal {
        table: "watches",
        section: "watches",
        theirs: "person IN (?2, ?3, ?4, ?5)",
        hidden: &["person"],
        fate: Fate::Gone,
    },
    Personal {
        table: "reachables",
        section: "languages",
        theirs: "person IN (?2, ?3, ?4, ?5)",
        hidden: &["person", "account_id"],
        fate: Fate::Gone,
    },
    Personal {
        table: "notices",
        section: "notices",
        theirs: "person IN (?2, ?3, ?4, ?5)",
        hidden: &["person"],
        fate: Fate::Gone,
    },
    Personal {
        table: "push_subscriptions",
        section: "browsers",
        theirs: "person IN (?2, ?3, ?4, ?5)",
        hidden: &["person", "public_key", "auth"],
        fate: Fate::Gone,
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
        fate: Fate::Unlinked,
    },
    Personal {
        table: "checkouts",
        section: "checkouts",
        theirs: their_checkouts!("id"),
        hidden: &["person"],
        fate: Fate::Kept,
    },
    Personal {
        table: "orders",
        section: "orders",
        theirs: their_checkouts!("checkout_id"),
        hidden: &["person", "placed_seq"],
        fate: Fate::Kept,
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
        fate: Fate::Kept,
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
        fate: Fate::Kept,
    },
    Personal {
        table: "payments",
        section: "payments",
        theirs: their_checkouts!("checkout_id"),
        hidden: &["steps"],
        fate: Fate::Kept,
    },
    Personal {
        table: "virtual_accounts",
        section: "deposits",
        theirs: their_checkouts!("checkout_id"),
        hidden: &[],
        fate: Fate::Gone,
    },
    Personal {
        table: "refund_accounts",
        section: "refund_accounts",
        theirs: their_checkouts!("checkout_id"),
        hidden: &[],
        fate: Fate::Gone,
    },
    Personal {
        table: "cash_receipts",
        section: "cash_receipts",
        theirs: their_checkouts!("checkout_id"),
        hidden: &[],
        fate: Fate::Kept,
    },
    Personal {
        table: "entrance_codes",
        section: "entrance_codes",
        theirs: their_checkouts!("checkout_id"),
        hidden: &[],
        fate: Fate::Gone,
    },
    Personal {
        table: "checkout_origins",
        section: "origins",
        theirs: their_checkouts!("checkout_id"),
        hidden: &[],
        fate: Fate::Kept,
    },
    Personal {
        table: "refunds",
        section: "refunds",
        theirs: their_checkouts!("checkout_id"),
        hidden: &[],
        fate: Fate::Kept,
    },
    Personal {
        table: "order_events",
        section: "history",
        theirs: their_checkouts!("checkout_id"),
        hidden: &["seq", "place"],
        fate: Fate::Kept,
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
        fate: Fate::Blanked("note = ''"),
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
        fate: Fate::Kept,
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

    /// Erases a person, by their account, where they have one, and the keys under which they trade: each table's rows
    /// have the fate that is told of it. What the law asks to keep of contracts stays for [`crate::CONTACTS_KEPT_MS`] from
    /// storing, linked to no account; [`Records::purge_contacts`] removes it then.
    pub async fn erase_person(&self, owner: &Owner, at: Millis) -> Result<Erased, RecordsFault> {
        let mut transaction = self.begin().await?;
        let mut erased = Erased::default();
        for personal in PERSONAL {
            let rows = erase(&mut transaction, personal, owner, at).await?;
            erased.rows.insert(personal.section, rows);
        }
        // Last: they tell whose checkouts are whose.
        if let Some(account) = owner.account {
            let (gone, kept) = unlink_contacts(&mut transaction, account, at).await?;
            erased.rows.insert("deliveries", gone);
            erased.contacts_kept = kept;
        }
        transaction.commit().await?;
        // To scrub makes every writer wait: who was never here costs nothing.
        if erased.contacts_kept > 0 || erased.rows.values().any(|rows| *rows > 0) {
            self.scrub().await?;
        }
        Ok(erased)
    }

    async fn export_table(
        &self,
        personal: &Personal,
        owner: &Owner,
        rows: &mpsc::Sender<PersonalRow>,
    ) -> Result<bool, RecordsFault> {
        let text = format!("SELECT * FROM {} WHERE {}", personal.table, personal.theirs);
        let mut found = theirs(text, owner).fetch(&self.readers);
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

/// A statement on the rows of a person.
fn theirs(statement: String, owner: &Owner) -> Query<'static, Sqlite, SqliteArguments> {
    let mut query = sqlx::query(sqlx::AssertSqlSafe(statement))
        .bind(owner.account.map(|account| blob(account.0)));
    for index in 0..PERSONS_MAX {
        query = query.bind(owner.persons.get(index).map(|person| blob(person.0)));
    }
    query
}

/// Erases what is theirs in one table; tells how many rows.
async fn erase(
    connection: &mut SqliteConnection,
    personal: &Personal,
    owner: &Owner,
    at: Millis,
) -> Result<u64, RecordsFault> {
    let statement = match personal.fate {
        Fate::Gone => format!("DELETE FROM {} WHERE {}", personal.table, personal.theirs),
        Fate::Blanked(set) => {
            format!(
                "UPDATE {} SET {set} WHERE {}",
                personal.table, personal.theirs
            )
        }
        Fate::Kept | Fate::Unlinked => return Ok(0),
    };
    let done = theirs(statement, owner).bind(signed(at.0));
    Ok(done.execute(connection).await?.rows_affected())
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

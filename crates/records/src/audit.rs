//! What staff did, with before and after. Append-only: the tables themselves refuse to change it.

use crate::keys::{signed, unsigned};
use crate::{Records, RecordsFault};
use intake::harmless;
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};
use vocabulary::Millis;

/// How many entries [`Records::audit_csv`] reads at a time.
const CSV_PAGE: u32 = 1_000;

/// Something that staff, or a program with a key, did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// When.
    pub at: Millis,
    /// The login, or `key:` and the key's name.
    pub who: String,
    /// The name of what they did, like `deal.end`.
    pub action: String,
    /// To what: kind and id, like `deal:spring-7`.
    pub target: String,
    /// What was true before; none where there was nothing.
    pub before: Option<Value>,
    /// What is true now; none where it was removed.
    pub after: Option<Value>,
}

/// A deed as it stands in the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Counts up from 1 without gaps.
    pub number: u64,
    /// What was done.
    pub deed: Deed,
}

/// Which entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only of this one.
    pub who: Option<String>,
    /// Only of this name.
    pub action: Option<String>,
    /// Only to one of these; to anything where there are none.
    pub targets: Vec<String>,
    /// Only those that tell what this field was before.
    pub field: Option<String>,
    /// Only from this moment on.
    pub from: Option<Millis>,
    /// Only before this moment.
    pub until: Option<Millis>,
}

impl Records {
    /// Writes down a deed; on disk when this returns. Its number.
    pub async fn record_deed(&self, deed: &Deed) -> Result<u64, RecordsFault> {
        let written = sqlx::query(
            "INSERT INTO audit (at, who, action, target, before_json, after_json)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(signed(deed.at.0))
        .bind(&deed.who)
        .bind(&deed.action)
        .bind(&deed.target)
        .bind(deed.before.as_ref().map(Value::to_string))
        .bind(deed.after.as_ref().map(Value::to_string))
        .execute(&self.writer)
        .await?;
        unsigned(written.last_insert_rowid())
    }

    /// The entry of that number.
    pub async fn audit_entry(&self, number: u64) -> Result<Option<AuditEntry>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM audit WHERE number = ?")
            .bind(signed(number))
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(read_entry).transpose()
    }

    /// Up to `count` entries, newest first, older than the entry numbered `before`.
    pub async fn audit(
        &self,
        filter: &AuditFilter,
        before: Option<u64>,
        count: u32,
    ) -> Result<Vec<AuditEntry>, RecordsFault> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT * FROM audit WHERE number < ");
        query.push_bind(before.map_or(i64::MAX, signed));
        for (column, wanted) in [
            (" AND who = ", &filter.who),
            (" AND action = ", &filter.action),
        ] {
            if let Some(wanted) = wanted {
                query.push(column).push_bind(wanted.clone());
            }
        }
        if !filter.targets.is_empty() {
            let mut targets = query.push(" AND target IN (").separated(", ");
            for target in &filter.targets {
                targets.push_bind(target.clone());
            }
            targets.push_unseparated(")");
        }
        if let Some(field) = &filter.field {
            query.push(" AND json_type(before_json, ");
            query
                .push_bind(format!("$.\"{field}\""))
                .push(") IS NOT NULL");
        }
        for (column, moment) in [(" AND at >= ", filter.from), (" AND at < ", filter.until)] {
            if let Some(moment) = moment {
                query.push(column).push_bind(signed(moment.0));
            }
        }
        query
            .push(" ORDER BY number DESC LIMIT ")
            .push_bind(i64::from(count));
        let rows = query.build().fetch_all(&self.readers).await?;
        rows.iter().map(read_entry).collect()
    }

    /// The names of what was ever done, and who ever did something, each in order.
    pub async fn audit_names(&self) -> Result<(Vec<String>, Vec<String>), RecordsFault> {
        let actions = sqlx::query_scalar("SELECT DISTINCT action FROM audit ORDER BY action");
        let actions = actions.fetch_all(&self.readers).await?;
        let who = sqlx::query_scalar("SELECT DISTINCT who FROM audit ORDER BY who");
        Ok((actions, who.fetch_all(&self.readers).await?))
    }

    /// All entries as CSV with a heading and a byte-order mark, newest first.
    pub async fn audit_csv(&self, filter: &AuditFilter) -> Result<String, RecordsFault> {
        let mut csv = csv::Writer::from_writer(Vec::from("\u{feff}"));
        let heading = [
            "number", "at_ms", "who", "action", "target", "before", "after",
        ];
        csv.write_record(heading).map_err(unwritable)?;
        let mut before = None;
        loop {
            let page = self.audit(filter, before, CSV_PAGE).await?;
            for entry in &page {
                csv.write_record(cells(entry)).map_err(unwritable)?;
            }
            match page.last() {
                Some(last) => before = Some(last.number),
                None => break,
            }
        }
        let bytes = csv
            .into_inner()
            .map_err(|fault| RecordsFault::Damaged(fault.to_string()))?;
        Ok(String::from_utf8(bytes).expect("CSV of texts is text"))
    }
}

fn cells(AuditEntry { number, deed }: &AuditEntry) -> [String; 7] {
    let harmless = |text: &str| harmless(text).into_owned();
    let json = |value: &Option<Value>| value.as_ref().map_or_else(String::new, Value::to_string);
    [
        number.to_string(),
        deed.at.to_string(),
        harmless(&deed.who),
        harmless(&deed.action),
        harmless(&deed.target),
        json(&deed.before),
        json(&deed.after),
    ]
}

fn unwritable(fault: csv::Error) -> RecordsFault {
    RecordsFault::Damaged(fault.to_string())
}

fn read_entry(row: &SqliteRow) -> Result<AuditEntry, RecordsFault> {
    let json = |column: &str| -> Result<Option<Value>, RecordsFault> {
        let text: Option<String> = row.try_get(column)?;
        let read = text.map(|text| serde_json::from_str(&text)).transpose();
        read.map_err(|fault| RecordsFault::Damaged(format!("audit.{column}: {fault}")))
    };
    Ok(AuditEntry {
        number: unsigned(row.try_get("number")?)?,
        deed: Deed {
            at: Millis(unsigned(row.try_get("at")?)?),
            who: row.try_get("who")?,
            action: row.try_get("action")?,
            target: row.try_get("target")?,
            before: json("before_json")?,
            after: json("after_json")?,
        },
    })
}

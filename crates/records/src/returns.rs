//! Why units are sent back, what is wanted instead, and who pays the way. That they are asked back, and
//! that they came, is the ledger's.

use crate::keys::{blob, narrow, signed, unblob, unsigned, uuid_text};
use crate::states::{self, Word};
use crate::{Records, RecordsFault};
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use vocabulary::{CheckoutId, Millis, OrderId, PersonKey};

/// A request to send units back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReturnId(pub u128);

impl std::fmt::Display for ReturnId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&uuid_text(self.0))
    }
}

/// What is wanted for the units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnKind {
    /// Their money.
    #[default]
    Return,
    /// Others of the same product.
    Exchange,
}

/// Why they are sent back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnReason {
    /// They are not wanted any more.
    #[default]
    ChangedMind,
    /// They do not fit.
    WrongSize,
    /// They do not work as they should.
    Defective,
    /// They are not what was ordered.
    WrongItem,
    /// They were broken on the way.
    Damaged,
    /// They came too late.
    Late,
}

/// Who pays the way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnPayer {
    /// Who bought.
    Buyer,
    /// Who sold.
    Seller,
}

impl ReturnReason {
    /// All of them, in the order in which they are offered.
    pub const ALL: [ReturnReason; 6] = [
        ReturnReason::ChangedMind,
        ReturnReason::WrongSize,
        ReturnReason::Defective,
        ReturnReason::WrongItem,
        ReturnReason::Damaged,
        ReturnReason::Late,
    ];

    /// Its name, as the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            ReturnReason::ChangedMind => "changed_mind",
            ReturnReason::WrongSize => "wrong_size",
            ReturnReason::Defective => "defective",
            ReturnReason::WrongItem => "wrong_item",
            ReturnReason::Damaged => "damaged",
            ReturnReason::Late => "late",
        }
    }

    /// The reason of that name.
    pub fn of_name(name: &str) -> Option<ReturnReason> {
        ReturnReason::ALL
            .into_iter()
            .find(|reason| reason.name() == name)
    }

    /// Who pays the way back: who changed their mind does, who sold pays for what is the seller's fault
    /// (Korea, Act on the Consumer Protection in Electronic Commerce, article 18, paragraphs 9 and 10).
    pub fn payer(self) -> ReturnPayer {
        match self {
            ReturnReason::ChangedMind | ReturnReason::WrongSize => ReturnPayer::Buyer,
            _ => ReturnPayer::Seller,
        }
    }
}

impl Word for ReturnKind {
    const ALL: &'static [Self] = &[ReturnKind::Return, ReturnKind::Exchange];
}

impl Word for ReturnReason {
    const ALL: &'static [Self] = &ReturnReason::ALL;
}

impl Word for ReturnPayer {
    const ALL: &'static [Self] = &[ReturnPayer::Buyer, ReturnPayer::Seller];
}

/// Units of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnLine {
    /// Which line of the order, from 0.
    pub line: u8,
    /// How many units.
    pub units: u16,
    /// The shop's own id of the SKU that is wanted instead.
    pub wish: Option<String>,
}

/// What a shopper asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnRequest {
    /// Its id.
    pub id: ReturnId,
    /// Of which order.
    pub order: OrderId,
    /// Of which checkout.
    pub checkout: CheckoutId,
    /// Who asked.
    pub person: PersonKey,
    /// Money or others.
    pub kind: ReturnKind,
    /// Why.
    pub reason: ReturnReason,
    /// Who pays the way.
    pub payer: ReturnPayer,
    /// What the way costs who bought; nothing where the seller pays.
    pub fee: Amount,
    /// Of the fee.
    pub currency: Currency,
    /// In the shopper's words; may be empty.
    pub note: String,
    /// When.
    pub asked_at: Millis,
    /// Which units.
    pub lines: Vec<ReturnLine>,
}

impl Records {
    /// Stores a request; storing it again changes nothing.
    pub async fn put_return(&self, request: &ReturnRequest) -> Result<(), RecordsFault> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO return_requests (id, order_id, checkout_id, person, kind, reason, payer, fee,
                 currency, note, asked_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        )
        .bind(blob(request.id.0))
        .bind(blob(request.order.0))
        .bind(blob(request.checkout.0))
        .bind(blob(request.person.0))
        .bind(Word::name(request.kind))
        .bind(Word::name(request.reason))
        .bind(Word::name(request.payer))
        .bind(request.fee.0)
        .bind(request.currency.code())
        .bind(&request.note)
        .bind(signed(request.asked_at.0))
        .execute(&mut *transaction)
        .await?;
        for line in &request.lines {
            sqlx::query(
                "INSERT INTO return_request_lines (request_id, line, units, wish)
                 VALUES (?, ?, ?, ?) ON CONFLICT (request_id, line) DO NOTHING",
            )
            .bind(blob(request.id.0))
            .bind(i64::from(line.line))
            .bind(i64::from(line.units))
            .bind(&line.wish)
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// What was asked for an order, oldest first.
    pub async fn returns_of(&self, order: OrderId) -> Result<Vec<ReturnRequest>, RecordsFault> {
        let rows =
            sqlx::query("SELECT * FROM return_requests WHERE order_id = ? ORDER BY asked_at, id")
                .bind(blob(order.0))
                .fetch_all(&self.readers)
                .await?;
        let mut requests = Vec::with_capacity(rows.len());
        for row in &rows {
            let id = ReturnId(unblob(row.try_get("id")?)?);
            requests.push(read_request(row, id, self.return_lines(id).await?)?);
        }
        Ok(requests)
    }

    async fn return_lines(&self, id: ReturnId) -> Result<Vec<ReturnLine>, RecordsFault> {
        let rows = sqlx::query(
            "SELECT line, units, wish FROM return_request_lines WHERE request_id = ? ORDER BY line",
        )
        .bind(blob(id.0))
        .fetch_all(&self.readers)
        .await?;
        let read = |row: &SqliteRow| {
            Ok(ReturnLine {
                line: narrow(row.try_get("line")?)?,
                units: narrow(row.try_get("units")?)?,
                wish: row.try_get("wish")?,
            })
        };
        rows.iter().map(read).collect()
    }
}

fn read_request(
    row: &SqliteRow,
    id: ReturnId,
    lines: Vec<ReturnLine>,
) -> Result<ReturnRequest, RecordsFault> {
    Ok(ReturnRequest {
        id,
        order: OrderId(unblob(row.try_get("order_id")?)?),
        checkout: CheckoutId(unblob(row.try_get("checkout_id")?)?),
        person: PersonKey(unblob(row.try_get("person")?)?),
        kind: ReturnKind::named(row.try_get("kind")?)?,
        reason: ReturnReason::named(row.try_get("reason")?)?,
        payer: ReturnPayer::named(row.try_get("payer")?)?,
        fee: Amount(row.try_get("fee")?),
        currency: states::currency(row.try_get("currency")?)?,
        note: row.try_get("note")?,
        asked_at: Millis(unsigned(row.try_get("asked_at")?)?),
        lines,
    })
}

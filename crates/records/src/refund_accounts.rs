//! Where money goes back to that came by deposit, which no card can take back.

use crate::keys::{blob, signed};
use crate::{Records, RecordsFault};

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::fmt;
use vocabulary::{CheckoutId, Millis};

/// A shopper's account at a bank.
#[derive(Clone, PartialEq, Eq)]
pub struct RefundAccount {
    /// What the bank is called.
    pub bank: String,
    /// The number.
    pub number: String,
    /// In whose name it stands.
    pub holder: String,
}

impl fmt::Debug for RefundAccount {
    /// Says nothing of it, so that it gets into no log with what it is a part of.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefundAccount(..)")
    }
}

impl Records {
    /// Stores where the money of a checkout would go back to; the last word counts.
    pub async fn put_refund_account(
        &self,
        checkout: CheckoutId,
        account: &RefundAccount,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        sqlx::query(
            "INSERT INTO refund_accounts (checkout_id, bank, number, holder, stored_at)
             VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (checkout_id) DO UPDATE SET
                 bank = excluded.bank, number = excluded.number, holder = excluded.holder",
        )
        .bind(blob(checkout.0))
        .bind(&account.bank)
        .bind(&account.number)
        .bind(&account.holder)
        .bind(signed(at.0))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Where the money of a checkout would go back to, if it was said.
    pub async fn refund_account(
        &self,
        checkout: CheckoutId,
    ) -> Result<Option<RefundAccount>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM refund_accounts WHERE checkout_id = ?")
            .bind(blob(checkout.0))
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| read_account(&row)).transpose()
    }
}

fn read_account(row: &SqliteRow) -> Result<RefundAccount, RecordsFault> {
    Ok(RefundAccount {
        bank: row.try_get("bank")?,
        number: row.try_get("number")?,
        holder: row.try_get("holder")?,
    })
}

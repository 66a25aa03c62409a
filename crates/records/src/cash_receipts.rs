//! For whom a payment by deposit is reported to the Korean tax office: a cash receipt's purpose and number.

use crate::keys::{blob, signed};
use crate::{Records, RecordsFault};
use sqlx::Row;
use std::fmt;
use vocabulary::{CheckoutId, Millis};

/// What a cash receipt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptPurpose {
    /// To deduct it from one's income; by a phone's number.
    Income,
    /// To prove an expense; by a business's number.
    Expense,
}

impl ReceiptPurpose {
    /// Its word in the column and in forms.
    pub const fn word(self) -> &'static str {
        match self {
            ReceiptPurpose::Income => "income",
            ReceiptPurpose::Expense => "expense",
        }
    }

    /// The purpose of that word.
    pub fn named(word: &str) -> Option<ReceiptPurpose> {
        let all = [ReceiptPurpose::Income, ReceiptPurpose::Expense];
        all.into_iter().find(|purpose| purpose.word() == word)
    }
}

/// For whom it is reported.
#[derive(Clone, PartialEq, Eq)]
pub struct CashReceipt {
    /// What for.
    pub purpose: ReceiptPurpose,
    /// The number of a phone or of a business, digits alone.
    pub number: String,
}

impl fmt::Debug for CashReceipt {
    /// Says nothing of the number, so that it gets into no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CashReceipt(..)")
    }
}

impl Records {
    /// Stores for whom the payment of a checkout is reported; the last word counts.
    pub async fn put_cash_receipt(
        &self,
        checkout: CheckoutId,
        receipt: &CashReceipt,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        sqlx::query(
            "INSERT INTO cash_receipts (checkout_id, purpose, number, stored_at)
             VALUES (?, ?, ?, ?)
             ON CONFLICT (checkout_id) DO UPDATE SET
                 purpose = excluded.purpose, number = excluded.number",
        )
        .bind(blob(checkout.0))
        .bind(receipt.purpose.word())
        .bind(&receipt.number)
        .bind(signed(at.0))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// For whom the payment of a checkout is reported, if that was asked for.
    pub async fn cash_receipt(
        &self,
        checkout: CheckoutId,
    ) -> Result<Option<CashReceipt>, RecordsFault> {
        let row = sqlx::query("SELECT purpose, number FROM cash_receipts WHERE checkout_id = ?")
            .bind(blob(checkout.0))
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let word: String = row.try_get("purpose")?;
        let purpose = ReceiptPurpose::named(&word)
            .ok_or_else(|| RecordsFault::Damaged(format!("`{word}` is no purpose")))?;
        Ok(Some(CashReceipt {
            purpose,
            number: row.try_get("number")?,
        }))
    }
}

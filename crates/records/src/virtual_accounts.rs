//! Where deposits go: the provider's word of the bank, the number and the holder, for each try to pay
//! by deposit. It is in no event, and may be asked of the provider again where it is missing.

use crate::desk::DeskRow;
use crate::keys::{blob, signed};
use crate::rows::Rows;
use crate::{Records, RecordsFault};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::fmt;
use vocabulary::{CheckoutId, Millis, PaymentId};

/// The account at a bank into which one deposit is paid.
#[derive(Clone, PartialEq, Eq)]
pub struct VirtualAccount {
    /// What the bank is called.
    pub bank: String,
    /// The number, as people write it.
    pub number: String,
    /// In whose name it stands.
    pub holder: String,
}

impl fmt::Debug for VirtualAccount {
    /// Says nothing of it, so that it gets into no log with what it is a part of.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VirtualAccount(..)")
    }
}

impl Records {
    /// Stores where a deposit goes; on disk when this returns. The provider's last word counts.
    ///
    /// # Errors
    /// [`RecordsFault::Busy`] when nothing was stored and it may be tried again.
    pub async fn put_virtual_account(
        &self,
        payment: PaymentId,
        account: VirtualAccount,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        let stored = StoredAccount {
            payment,
            account,
            at,
        };
        self.account_desk.store(stored).await
    }

    /// Where a deposit goes, if it was stored.
    pub async fn virtual_account(
        &self,
        payment: PaymentId,
    ) -> Result<Option<VirtualAccount>, RecordsFault> {
        let row = sqlx::query(
            "SELECT bank, number, holder FROM virtual_accounts
             WHERE checkout_id = ? AND attempt = ?",
        )
        .bind(blob(payment.checkout.0))
        .bind(i64::from(payment.attempt))
        .fetch_optional(&self.readers)
        .await?;
        row.map(|row| read_account(&row)).transpose()
    }
}

/// A virtual account as a row.
pub(crate) struct StoredAccount {
    payment: PaymentId,
    account: VirtualAccount,
    at: Millis,
}

impl DeskRow for StoredAccount {
    const NAME: &'static str = "virtual account";

    fn checkout(&self) -> CheckoutId {
        self.payment.checkout
    }

    async fn insert(
        connection: &mut SqliteConnection,
        rows: &[StoredAccount],
    ) -> Result<(), RecordsFault> {
        let mut statement = Rows::new(
            "INSERT INTO virtual_accounts (checkout_id, attempt, bank, number, holder, stored_at)",
        );
        for row in rows {
            statement.row(|tuple| {
                tuple
                    .push_bind(blob(row.payment.checkout.0))
                    .push_bind(i64::from(row.payment.attempt))
                    .push_bind(row.account.bank.clone())
                    .push_bind(row.account.number.clone())
                    .push_bind(row.account.holder.clone())
                    .push_bind(signed(row.at.0));
            });
        }
        let tail = "ON CONFLICT (checkout_id, attempt) DO UPDATE SET
             bank = excluded.bank, number = excluded.number, holder = excluded.holder";
        Ok(statement.run(tail, connection).await?)
    }
}

fn read_account(row: &SqliteRow) -> Result<VirtualAccount, RecordsFault> {
    Ok(VirtualAccount {
        bank: row.try_get("bank")?,
        number: row.try_get("number")?,
        holder: row.try_get("holder")?,
    })
}

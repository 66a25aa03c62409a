//! Checkouts that left the ledger's memory: as they were last filed, to be recalled when something
//! happens to them.

use crate::keys::{blob, signed, unblob};
use crate::{Records, RecordsFault};
use vocabulary::{CheckoutId, FiledCheckout, OrderId, RefundId};

impl Records {
    /// The newest filing of a checkout, as far as the order tables have been folded.
    pub async fn filed(&self, checkout: CheckoutId) -> Result<Option<FiledCheckout>, RecordsFault> {
        let bytes: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT filed FROM filed_checkouts WHERE checkout_id = ?")
                .bind(blob(checkout.0))
                .fetch_optional(&self.readers)
                .await?;
        let read = bytes.map(|bytes| postcard::from_bytes(&bytes)).transpose();
        read.map_err(|fault| RecordsFault::Damaged(format!("filed {checkout}: {fault}")))
    }

    /// The checkout that an order belongs to.
    pub async fn checkout_of_order(
        &self,
        order: OrderId,
    ) -> Result<Option<CheckoutId>, RecordsFault> {
        let id: Option<Vec<u8>> = sqlx::query_scalar("SELECT checkout_id FROM orders WHERE id = ?")
            .bind(blob(order.0))
            .fetch_optional(&self.readers)
            .await?;
        id.map(|id| unblob(&id).map(CheckoutId)).transpose()
    }

    /// The checkout that a refund belongs to.
    pub async fn checkout_of_refund(
        &self,
        refund: RefundId,
    ) -> Result<Option<CheckoutId>, RecordsFault> {
        let id: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT checkout_id FROM refunds WHERE id = ?")
                .bind(signed(refund.0))
                .fetch_optional(&self.readers)
                .await?;
        id.map(|id| unblob(&id).map(CheckoutId)).transpose()
    }
}

//! The numbers that the trading rules turn on, as the journal carries them.

use serde::{Deserialize, Serialize};

/// Rules are adopted by a command, so an old sequence replays under the rules of its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// Which edition of the trading rules decides. Today there is edition 1.
    pub edition: u16,
    /// How long a request key and an order id are remembered, in ms. An order id made longer ago
    /// is refused, so that no retry, however late, orders twice.
    pub idempotency_ms: u64,
    /// How far ahead of the till's clock an order id may have been made, in ms.
    pub skew_ms: u64,
    /// How long one try to pay may take, in ms, for all methods but deposits.
    pub payment_ms: u64,
    /// How far past its payment deadline an order waits for a shopper who is away paying, in ms.
    pub grace_ms: u64,
    /// How long after delivery goods may be returned, in ms.
    pub withdrawal_ms: u64,
    /// How long a checkout at rest stays in memory before it is filed to disk, in ms.
    pub file_after_ms: u64,
}

impl Default for Rules {
    fn default() -> Self {
        const MINUTE: u64 = 60_000;
        const HOUR: u64 = 60 * MINUTE;
        const DAY: u64 = 24 * HOUR;
        Rules {
            edition: 1,
            idempotency_ms: DAY,
            skew_ms: MINUTE,
            payment_ms: 10 * MINUTE,
            grace_ms: 5 * MINUTE,
            withdrawal_ms: 7 * DAY,
            // An order must outlive the refusal of its id, which takes a day and the skew.
            file_after_ms: DAY + HOUR,
        }
    }
}

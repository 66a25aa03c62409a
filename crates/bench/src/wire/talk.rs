//! What is said on a connection: which request is next, and what an answer came to.

use std::ops::AddAssign;

/// One side of a connection.
pub trait Talk: Send + 'static {
    /// What must be known of a request when it is answered.
    type Asked: Send;

    /// Writes the next request behind what is in `out`.
    fn ask(&mut self, out: &mut Vec<u8>) -> Self::Asked;

    /// Hears the answer to a request.
    fn heard(&mut self, asked: Self::Asked, status: u16, body: &[u8]) -> Counted;
}

/// What answers came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Requests that were answered.
    pub requests: u64,
    /// Orders placed.
    pub orders: u64,
    /// Payments captured.
    pub payments: u64,
    /// Answers that were not what was meant.
    pub refused: u64,
}

impl AddAssign for Counted {
    fn add_assign(&mut self, other: Counted) {
        self.requests += other.requests;
        self.orders += other.orders;
        self.payments += other.payments;
        self.refused += other.refused;
    }
}

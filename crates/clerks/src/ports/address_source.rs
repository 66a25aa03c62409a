//! Where Korean addresses are looked up: by a road with its number, or by a postcode.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// An address with its postcode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundAddress {
    /// Five digits.
    pub postcode: String,
    /// Province, district, road and number.
    pub line: String,
}

/// Why nothing can be looked up now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("addresses cannot be looked up: {0}")]
pub struct AddressesFault(pub String);

/// What was found, when it is there.
pub type Finding<'a> =
    Pin<Box<dyn Future<Output = Result<Vec<FoundAddress>, AddressesFault>> + Send + 'a>>;

/// A source of addresses.
pub trait AddressSource: fmt::Debug + Send + Sync {
    /// Addresses that fit what was typed, the best first, twenty at most; none where nothing fits.
    fn find<'a>(&'a self, query: &'a str) -> Finding<'a>;
}

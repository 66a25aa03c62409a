//! The names of things: small newtypes, none of which can be taken for another.
//!
//! Numbers that the ledger gives (`SkuId`, `DealId`, `HoldId`, ...) count up from 1 in the order of
//! the commands. Numbers that clients give (`OrderId`, `CheckoutId`) are UUIDs of version 7. Keys
//! (`PersonKey`, `Reference`) are hashes that say nothing to who has no secret.

use crate::bits;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use uuid::Uuid;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    };
}

number!(
    /// A seller, numbered by the ledger from 1.
    SellerId(u32)
);
number!(
    /// A stock keeping unit (one size of one product), numbered by the ledger from 1.
    SkuId(u32)
);
number!(
    /// A deal, numbered by the ledger from 1.
    DealId(u32)
);
number!(
    /// A hold, numbered by the ledger from 1, never used again.
    HoldId(u64)
);
number!(
    /// A place in a waitlist, numbered by the ledger from 1, never used again.
    PlaceId(u64)
);
number!(
    /// A refund, numbered by the ledger from 1.
    RefundId(u64)
);
number!(
    /// The number of a journaled command within its shard, from 1. Events carry the number of the
    /// command that made them.
    Seq(u64)
);
number!(
    /// One journal with its ledger and its till.
    Shard(u16)
);
number!(
    /// An opaque code of a delivery zone; 0 is the zone without a surcharge.
    Zone(u8)
);

impl HoldId {
    /// Where there is no hold: of a line that was bought at once.
    pub const NONE: HoldId = HoldId(0);
}

/// In text (JSON) the 128 bits are the string that `Display` writes, since no reader of JSON keeps
/// such a number whole; in the journal they are a number.
macro_rules! readable {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    return serializer.collect_str(self);
                }
                bits::serialize(&self.0, serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    let text = String::deserialize(deserializer)?;
                    return text.parse().map_err(serde::de::Error::custom);
                }
                bits::deserialize(deserializer).map($name)
            }
        }
    };
}

macro_rules! key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u128);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:032x}", self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                u128::from_str_radix(text, 16).map($name)
            }
        }

        readable!($name);
    };
}

key!(
    /// Whom limits count: a keyed hash of a verified person, else of the account, else of the guest.
    /// Destroying the key of the hash makes it nobody's.
    PersonKey
);
key!(
    /// A hash of the shop's own id of a seller, SKU or deal: listing it twice is found out by it.
    Reference
);

macro_rules! uuid7 {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u128);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        readable!($name);

        impl $name {
            /// The millisecond that a UUID of version 7 carries; `None` for any other version.
            pub fn made_at(self) -> Option<crate::Millis> {
                let version = (self.0 >> 76) & 0xf;
                (version == 7).then_some(crate::Millis((self.0 >> 80) as u64))
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                $name(uuid.as_u128())
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self::from)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                Uuid::from_u128(self.0).fmt(f)
            }
        }
    };
}

uuid7!(
    /// An order of one seller, named by the client: UUID version 7.
    OrderId
);
uuid7!(
    /// A checkout (one or more orders that are paid together), named by the client: UUID version 7.
    CheckoutId
);

/// One try to pay a checkout. Attempts count from 1.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct PaymentId {
    /// What is paid.
    pub checkout: CheckoutId,
    /// The how many-th try.
    pub attempt: u16,
}

impl fmt::Display for PaymentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.checkout, self.attempt)
    }
}

/// The text is not `<checkout uuid>.<attempt>`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a payment id of the form <checkout uuid>.<attempt>")]
pub struct NotAPaymentId(String);

impl std::str::FromStr for PaymentId {
    type Err = NotAPaymentId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NotAPaymentId(text.to_owned());
        let (checkout, attempt) = text.split_once('.').ok_or_else(wrong)?;
        Ok(PaymentId {
            checkout: checkout.parse().map_err(|_| wrong())?,
            attempt: attempt.parse().map_err(|_| wrong())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Millis;

    #[test]
    fn ids_look_the_same_wherever_they_are_shown() {
        let text = "0199a3c1-7e2a-7c11-9b3f-3d7d2a9e1f00";
        let order: OrderId = text.parse().expect("an id");
        assert_eq!(format!("{order:?}"), format!("OrderId({text})"));
        assert_eq!(
            format!("{:?}", PersonKey(0xab)),
            format!("PersonKey({:032x})", 0xab)
        );
    }

    #[test]
    fn a_version_7_uuid_tells_its_millisecond_and_others_do_not() {
        let order: OrderId = "018c2b4e-5f00-7000-8000-000000000001"
            .parse()
            .expect("a uuid");
        assert_eq!(order.made_at(), Some(Millis(0x018c_2b4e_5f00)));
        let random: OrderId = "018c2b4e-5f00-4000-8000-000000000001"
            .parse()
            .expect("a uuid");
        assert_eq!(random.made_at(), None);
    }

    #[test]
    fn in_json_the_128_bits_are_text_and_in_the_journal_a_number() {
        let person = PersonKey(u128::MAX - 1);
        let json = serde_json::to_string(&person).expect("it is encodable");
        assert_eq!(json, "\"fffffffffffffffffffffffffffffffe\"");
        assert_eq!(
            serde_json::from_str::<PersonKey>(&json).expect("it reads back"),
            person
        );
        let bytes = postcard::to_stdvec(&person).expect("it is encodable");
        assert_eq!(postcard::from_bytes::<PersonKey>(&bytes), Ok(person));
    }

    #[test]
    fn a_payment_id_reads_back() {
        let payment = PaymentId {
            checkout: CheckoutId(7 << 76),
            attempt: 3,
        };
        assert_eq!(payment.to_string().parse(), Ok(payment));
        assert!("x.3".parse::<PaymentId>().is_err());
    }
}

//! What the shop says, as `docs/contracts/http.md` has it: only the fields that a shopper looks at.

use serde::{Deserialize, Deserializer};
use std::sync::Arc;
use uuid::Uuid;
use vocabulary::Millis;

/// How an ask ended.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It was done or shown.
    Said {
        /// What was said.
        said: Said,
        /// The sequence that a later read must show, of a write.
        seq: Option<Arc<str>>,
    },
    /// It was refused: by a rule of the ledger, or by another problem.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The refusal's name, else the problem's type.
        name: String,
    },
    /// No answer came for as long as the shopper had patience.
    Lost,
}

/// What was said.
#[derive(Clone, Debug)]
pub enum Said {
    /// It is done; there is nothing to add.
    Done,
    /// The session of the shopper.
    Session(Arc<str>),
    /// A deal.
    Deal(Box<DealSaid>),
    /// A hold.
    Hold(HoldSaid),
    /// A place in a waitlist.
    Place(PlaceSaid),
    /// Holds and places.
    Cart(CartSaid),
    /// A checkout.
    Checkout(CheckoutSaid),
    /// A payment that has begun, and where to fill in the card.
    Payment(PaymentSaid),
    /// The provider sends the browser back to the shop.
    SentBack,
}

/// A deal, as a list or its own address shows it.
#[derive(Clone, Debug, Deserialize)]
pub struct DealSaid {
    /// The shop's id.
    pub deal: String,
    /// `open`, `upcoming` or `over`.
    pub state: String,
    /// Who sells.
    pub seller: SellerSaid,
    /// The bell.
    #[serde(deserialize_with = "read_moment")]
    pub starts_at: Millis,
    /// Units a person may have; 0 for no limit.
    #[serde(default)]
    pub limit: u32,
    /// For members alone.
    #[serde(default)]
    pub members_only: bool,
    /// For verified persons alone.
    #[serde(default)]
    pub verified_only: bool,
    /// What is sold.
    pub skus: Vec<SkuSaid>,
}

/// A seller.
#[derive(Clone, Debug, Deserialize)]
pub struct SellerSaid {
    /// The shop's id.
    pub id: String,
}

/// A SKU in a deal.
#[derive(Clone, Debug, Deserialize)]
pub struct SkuSaid {
    /// The shop's id.
    pub sku: String,
    /// `available`, `waitlist` or `gone`.
    pub state: String,
    /// What a unit costs.
    pub price: Price,
}

/// A hold.
#[derive(Clone, Debug, Deserialize)]
pub struct HoldSaid {
    /// Its id.
    pub hold: String,
    /// When it lapses.
    #[serde(deserialize_with = "read_moment")]
    pub expires_at: Millis,
    /// Of which deal; in a cart.
    pub deal: Option<String>,
    /// Of which SKU; in a cart.
    pub sku: Option<String>,
    /// How many; in a cart.
    pub units: Option<u32>,
}

/// A place in a waitlist.
#[derive(Clone, Debug, Deserialize)]
pub struct PlaceSaid {
    /// Its id.
    pub place: String,
    /// How many are served before.
    pub ahead: u32,
    /// Of which deal; in a cart.
    pub deal: Option<String>,
}

impl DealSaid {
    /// In which currency it is sold.
    pub fn currency(&self) -> Option<&str> {
        self.skus.first().map(|sku| sku.price.currency.as_str())
    }
}

/// A cart.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct CartSaid {
    /// Live holds.
    pub holds: Vec<HoldSaid>,
    /// Places.
    pub places: Vec<PlaceSaid>,
}

/// Whole minor units with their currency.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Price {
    /// Minor units.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
}

/// A checkout, just placed or as it stands.
#[derive(Clone, Debug, Deserialize)]
pub struct CheckoutSaid {
    /// Its id.
    pub checkout: Uuid,
    /// What is to be paid.
    pub total: Price,
    /// How it stands; not in the answer to placing it.
    #[serde(default, deserialize_with = "read_state")]
    pub state: Option<String>,
    /// One for each seller.
    #[serde(default)]
    pub orders: Vec<OrderSaid>,
    /// Tries to pay it.
    #[serde(default)]
    pub payments: Vec<PaymentState>,
}

/// An order of a checkout.
#[derive(Clone, Debug, Deserialize)]
pub struct OrderSaid {
    /// Its id.
    pub order: Uuid,
    /// How it stands; not in the answer to placing it.
    #[serde(default, deserialize_with = "read_state")]
    pub state: Option<String>,
}

/// One try to pay, as a checkout shows it.
#[derive(Clone, Debug, Deserialize)]
pub struct PaymentState {
    /// How it stands.
    #[serde(default, deserialize_with = "read_state")]
    pub state: Option<String>,
}

/// A payment that has begun.
#[derive(Clone, Debug, Deserialize)]
pub struct PaymentSaid {
    /// Its id.
    pub payment: String,
    /// The provider's hosted page.
    pub redirect_url: String,
}

/// A session.
#[derive(Deserialize)]
pub(crate) struct SessionSaid {
    pub(crate) session: String,
}

/// A problem (RFC 9457).
#[derive(Default, Deserialize)]
pub(crate) struct ProblemSaid {
    pub(crate) refusal: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
}

impl CheckoutSaid {
    /// How one of its orders stands: what the order says, else what the checkout says.
    pub fn state_of(&self, order: Uuid) -> Option<&str> {
        let found = self.orders.iter().find(|said| said.order == order)?;
        found.state.as_deref().or(self.state.as_deref())
    }

    /// Whether its units are sold: confirmed or paid.
    pub fn is_sold(&self) -> bool {
        matches!(self.state.as_deref(), Some("confirmed" | "paid"))
    }

    /// Whether the newest try to pay was declined.
    pub fn was_declined(&self) -> bool {
        let last = self
            .payments
            .last()
            .and_then(|payment| payment.state.as_deref());
        last == Some("declined")
    }
}

fn read_moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Millis, D::Error> {
    let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
    crate::moment(&text).ok_or_else(|| serde::de::Error::custom("no moment in UTC"))
}

fn read_state<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let state = Option::<String>::deserialize(deserializer)?;
    Ok(state.map(|word| word.to_ascii_lowercase()))
}

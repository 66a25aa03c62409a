//! What a shopper asks of the shop. How it stands on the wire is `wire`'s.

use std::sync::Arc;
use uuid::Uuid;

/// One request of one shopper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What is asked.
    pub what: What,
    /// The shopper's session, once there is one.
    pub session: Option<Arc<str>>,
    /// The key that makes a repeat known; on every write.
    pub key: Option<String>,
    /// A read must show at least this sequence.
    pub at_least: Option<Arc<str>>,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// To come in.
    OpenSession(Who),
    /// To look at a deal.
    SeeDeal {
        /// The shop's id of it.
        deal: Arc<str>,
    },
    /// To be told when a deal opens.
    Watch {
        /// The shop's id of it.
        deal: Arc<str>,
    },
    /// To hold units, or to wait for one.
    Hold {
        /// Of which deal.
        deal: Arc<str>,
        /// Of which SKU.
        sku: Arc<str>,
        /// How many.
        units: u32,
        /// To join the waitlist when nothing is left.
        or_wait: bool,
    },
    /// To give a hold back.
    Release {
        /// Which.
        hold: String,
    },
    /// To wait no more.
    LeaveWaitlist {
        /// Which place is left.
        place: String,
    },
    /// To look at one's holds and places.
    SeeCart,
    /// To order what is held.
    CheckOut {
        /// The id that the shopper gives the checkout.
        checkout: Uuid,
        /// One for each seller, in the order in which they first appear in `holds`.
        orders: Vec<Uuid>,
        /// What is ordered.
        holds: Vec<String>,
    },
    /// To begin a payment.
    Pay {
        /// Of which checkout.
        checkout: Uuid,
        /// How.
        method: Method,
        /// Minor units.
        amount: i64,
        /// ISO 4217.
        currency: Arc<str>,
    },
    /// To fill in the provider's hosted page.
    FillIn {
        /// Where it is.
        url: String,
        /// With which card.
        card: Card,
    },
    /// To look how a checkout stands.
    SeeCheckout {
        /// Which.
        checkout: Uuid,
    },
    /// To cancel an order.
    Cancel {
        /// Which.
        order: Uuid,
    },
}

/// Who comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Nobody in particular.
    Guest,
    /// A member whom an existing shop hands over.
    Member {
        /// The member's id in that shop.
        id: Arc<str>,
        /// Whether that shop has verified who it is; a person of the same id.
        verified: bool,
    },
}

/// How a shopper pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// By card.
    Card,
    /// In the bank's or wallet's app.
    Wallet,
}

/// The sandbox provider's test cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    /// Approved.
    Good,
    /// Declined.
    Declined,
    /// Approved, but it takes its time.
    Slow,
}

impl Card {
    /// Its number.
    pub const fn number(self) -> &'static str {
        match self {
            Card::Good => "4242424242424242",
            Card::Declined => "4000000000000002",
            Card::Slow => "4000000000003220",
        }
    }
}

impl What {
    /// Every name, in the order of a visit.
    pub const NAMES: [&'static str; 12] = [
        "session",
        "deal",
        "watch",
        "hold",
        "release",
        "leave",
        "cart",
        "checkout",
        "payment",
        "card page",
        "status",
        "cancel",
    ];

    /// Its place in [`What::NAMES`].
    pub const fn number(&self) -> usize {
        match self {
            What::OpenSession(_) => 0,
            What::SeeDeal { .. } => 1,
            What::Watch { .. } => 2,
            What::Hold { .. } => 3,
            What::Release { .. } => 4,
            What::LeaveWaitlist { .. } => 5,
            What::SeeCart => 6,
            What::CheckOut { .. } => 7,
            What::Pay { .. } => 8,
            What::FillIn { .. } => 9,
            What::SeeCheckout { .. } => 10,
            What::Cancel { .. } => 11,
        }
    }

    /// What it is called in tables and acknowledgements.
    pub const fn name(&self) -> &'static str {
        What::NAMES[self.number()]
    }

    /// Whether the shop changes something for it; the provider's page is not the shop's.
    pub const fn is_write(&self) -> bool {
        !matches!(
            self,
            What::SeeDeal { .. } | What::SeeCart | What::SeeCheckout { .. } | What::FillIn { .. }
        )
    }
}

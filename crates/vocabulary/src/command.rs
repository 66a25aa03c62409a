//! The commands: requests to change what is true, in the order in which they joined the language.

use crate::{
    CheckoutId, DealId, DealTerms, DeclineReason, Few, FiledCheckout, HoldId, Method, OrderId,
    PaymentId, PersonKey, PlaceId, PoolDraft, Reference, RefundId, Rules, SellerId, SkuId, Steps,
    Surcharge, Tax, Zone,
};
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};

/// The most holds that one checkout takes over.
pub const HOLDS_MAX: usize = 20;
/// The most sellers, and so orders, of one checkout.
pub const ORDERS_MAX: usize = 8;
/// The most extensions of one hold.
pub const EXTENSIONS_MAX: u8 = 10;
/// The most tries to pay of one checkout.
pub const ATTEMPTS_MAX: usize = 20;
/// The most zones with a surcharge of one seller.
pub const SURCHARGES_MAX: usize = 8;

/// The orders of a checkout; most have one.
pub type OrderIds = Few<OrderId, 1, ORDERS_MAX>;
/// The holds that a checkout takes over; most are one or two.
pub type HoldIds = Few<HoldId, 2, HOLDS_MAX>;
/// What zones add to a shipping fee.
pub type Surcharges = Few<Surcharge, 1, SURCHARGES_MAX>;

/// Who asks, as far as the rules of a deal care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shopper {
    /// Whom limits count.
    pub person: PersonKey,
    /// Has an account (members-only deals).
    pub member: bool,
    /// Is a verified person.
    pub verified: bool,
}

/// Who cancels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cancelling {
    /// The shopper whose order it is.
    Shopper(PersonKey),
    /// The shop.
    Staff,
}

/// How much of a paid order goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefundScope {
    /// All that has not gone back yet, shipping included.
    Whole,
    /// The price of some units of one line.
    Line {
        /// The line, from 0.
        line: u8,
        /// How many units.
        units: u16,
    },
    /// A part of one line's price; no units come back for it.
    Part {
        /// The line, from 0.
        line: u8,
        /// How much.
        amount: Amount,
    },
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident $({ $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? })?,)*) => {
        /// A request to change what is true. Append-only: the order of variants and fields is the
        /// journal's format.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Command {
            $($(#[$doc])* $name $({ $($(#[$field_doc])* $field: $type),* })?,)*
        }

        /// The name of a command without its fields, for counting and showing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)]
        pub enum CommandKind { $($name,)* }

        impl CommandKind {
            /// Every command, in the order of the language.
            pub const ALL: &'static [CommandKind] = &[$(CommandKind::$name,)*];

            /// The name as it is written in scenarios, logs and documents.
            pub const fn name(self) -> &'static str {
                match self { $(CommandKind::$name => stringify!($name),)* }
            }
        }

        impl Command {
            /// Which command it is.
            pub const fn kind(&self) -> CommandKind {
                match self { $(Command::$name { .. } => CommandKind::$name,)* }
            }
        }
    };
}

commands! {
    /// Trade under these rules from now on.
    AdoptRules {
        /// The rules.
        rules: Rules,
    },
    /// A seller joins.
    OpenSeller {
        /// The shop's own id, hashed.
        reference: Reference,
    },
    /// What a seller asks for shipping an order.
    SetShipping {
        /// Whose.
        seller: SellerId,
        /// In which currency.
        currency: Currency,
        /// The fee of an order.
        fee: Amount,
        /// Goods of this value or more ship free; zero for always, a huge value for never.
        free_from: Amount,
        /// How tax lies in the fee.
        tax: Tax,
        /// Additions by zone.
        surcharges: Surcharges,
    },
    /// A SKU becomes known.
    ListSku {
        /// The shop's own id, hashed.
        reference: Reference,
        /// Who sells it.
        seller: SellerId,
        /// How tax lies in its price.
        tax: Tax,
    },
    /// Units arrive in the free stock of a SKU.
    ReceiveStock {
        /// Of what.
        sku: SkuId,
        /// How many.
        units: u32,
    },
    /// Free units leave for the shop's other channels or for good.
    WithdrawStock {
        /// Of what.
        sku: SkuId,
        /// How many.
        units: u32,
    },
    /// A deal is put on the schedule; its units move from the SKUs' free stock.
    ScheduleDeal {
        /// The shop's own id, hashed.
        reference: Reference,
        /// Whose deal: all SKUs are this seller's.
        seller: SellerId,
        /// Of all its prices.
        currency: Currency,
        /// What all pools share.
        terms: DealTerms,
        /// A pool for each SKU.
        pools: Vec<PoolDraft>,
    },
    /// A deal gets new terms.
    ChangeDeal {
        /// Which.
        deal: DealId,
        /// All of them, the unchanged ones too.
        terms: DealTerms,
    },
    /// One SKU of a deal gets a new price; holds keep theirs.
    RepriceDeal {
        /// Which deal.
        deal: DealId,
        /// Which of its SKUs.
        sku: SkuId,
        /// The new price of a unit.
        price: Amount,
    },
    /// More units move from free stock into a deal.
    AddAllotment {
        /// Which deal.
        deal: DealId,
        /// Which of its SKUs.
        sku: SkuId,
        /// How many.
        units: u32,
    },
    /// A deal ends now.
    EndDeal {
        /// Which.
        deal: DealId,
    },
    /// A shopper takes units at the deal price, for a while.
    PlaceHold {
        /// Of which deal.
        deal: DealId,
        /// Which of its SKUs.
        sku: SkuId,
        /// How many.
        units: u16,
        /// For whom.
        shopper: Shopper,
        /// Where nothing is left, take a place in the waitlist instead (for one unit).
        or_wait: bool,
    },
    /// A shopper gives a hold back.
    ReleaseHold {
        /// Which.
        hold: HoldId,
        /// Whose it must be.
        person: PersonKey,
    },
    /// A shopper waits for one unit of what is gone.
    JoinWaitlist {
        /// Of which deal.
        deal: DealId,
        /// Which of its SKUs.
        sku: SkuId,
        /// Who.
        shopper: Shopper,
    },
    /// A shopper gives up a place.
    LeaveWaitlist {
        /// Which.
        place: PlaceId,
        /// Whose it must be.
        person: PersonKey,
    },
    /// Holds become orders, one for each seller, all or none.
    PlaceCheckout {
        /// Named by the client.
        checkout: CheckoutId,
        /// One for each seller, in the order in which the sellers first appear in `holds`.
        orders: OrderIds,
        /// What is ordered; each becomes a line.
        holds: HoldIds,
        /// Whose holds they must be.
        person: PersonKey,
        /// Where it goes.
        zone: Zone,
    },
    /// An order is given up; of an unpaid checkout, all orders.
    CancelOrder {
        /// Which.
        order: OrderId,
        /// By whom.
        by: Cancelling,
    },
    /// The shopper begins a try to pay.
    StartPayment {
        /// What is paid.
        checkout: CheckoutId,
        /// Who placed it.
        person: PersonKey,
        /// How.
        method: Method,
        /// Approve and capture at once, or in two steps.
        steps: Steps,
        /// The issuer's instalment months; 0 for none.
        months: u8,
        /// What the shopper was shown: must be what is due.
        amount: Amount,
        /// Of the amount.
        currency: Currency,
    },
    /// The provider says that the issuer keeps the money for us.
    RecordAuthorisation {
        /// Which try.
        payment: PaymentId,
        /// How much.
        amount: Amount,
        /// Of the amount.
        currency: Currency,
    },
    /// The provider says that the money is ours (a capture, a one-step approval, a deposit).
    RecordCapture {
        /// Which try.
        payment: PaymentId,
        /// How much.
        amount: Amount,
        /// Of the amount.
        currency: Currency,
    },
    /// The provider says that a try came to nothing.
    RecordDecline {
        /// Which try.
        payment: PaymentId,
        /// Why.
        reason: DeclineReason,
    },
    /// The provider says that an authorisation was given back, or a try shut, without money moving.
    RecordVoid {
        /// Which try.
        payment: PaymentId,
    },
    /// Money of a paid order shall go back.
    RequestRefund {
        /// Which order.
        order: OrderId,
        /// How much of it.
        scope: RefundScope,
    },
    /// The provider says that a refund was sent.
    RecordRefund {
        /// Which.
        refund: RefundId,
    },
    /// The provider says that a refund cannot be sent.
    RecordRefundFailure {
        /// Which.
        refund: RefundId,
    },
    /// Units of a line left the house.
    RecordShipment {
        /// Of which order.
        order: OrderId,
        /// Which line, from 0.
        line: u8,
        /// How many.
        units: u16,
    },
    /// Units of a line reached the shopper.
    RecordDelivery {
        /// Of which order.
        order: OrderId,
        /// Which line, from 0.
        line: u8,
        /// How many.
        units: u16,
    },
    /// The shopper wants to send units back.
    AskReturn {
        /// Of which order.
        order: OrderId,
        /// Which line, from 0.
        line: u8,
        /// How many.
        units: u16,
        /// Who ordered.
        person: PersonKey,
    },
    /// Units came back.
    RecordReturn {
        /// Of which order.
        order: OrderId,
        /// Which line, from 0.
        line: u8,
        /// How many.
        units: u16,
        /// They can be sold again: they join the SKU's free stock.
        restock: bool,
    },
    /// Whatever falls due up to the stamp falls due, at most `limit` timers of it.
    AdvanceTo {
        /// How many timers may fire.
        limit: u32,
    },
    /// A filed checkout comes back from disk because something happened to it.
    RecallCheckout {
        /// As it was filed.
        filed: Box<FiledCheckout>,
    },
    /// A shopper orders units at the deal price without holding them first, all or none.
    BuyNow {
        /// Of which deal.
        deal: DealId,
        /// Which of its SKUs.
        sku: SkuId,
        /// How many.
        units: u16,
        /// For whom.
        shopper: Shopper,
        /// Named by the client.
        checkout: CheckoutId,
        /// Its one order, named by the client.
        order: OrderId,
        /// Where it goes.
        zone: Zone,
    },
    /// Holds of a deal may be given more time, or no longer.
    AllowExtensions {
        /// Of which deal.
        deal: DealId,
        /// How often one hold may be; 0 for never.
        times: u8,
        /// How much longer it lasts each time, in ms; 0 for never.
        span_ms: u32,
    },
    /// A shopper asks for more time.
    ExtendHold {
        /// For which hold.
        hold: HoldId,
        /// Whose it must be.
        person: PersonKey,
    },
}

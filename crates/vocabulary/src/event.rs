//! The events: what changed, in the past tense. Views fold them, clerks act on them.

use crate::{
    Account, CheckoutId, DealId, DealTerms, DeclineReason, FiledCheckout, HoldId, Method, Millis,
    OrderId, PaymentId, PersonKey, PlaceId, PoolCounts, Reference, RefundId, Rules, SellerId,
    SkuId, Steps, Tax, Work, Zone,
};
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};

/// How a hold came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HoldOrigin {
    /// The shopper asked for it.
    Asked,
    /// It was offered to who held this place in the waitlist.
    Offered(PlaceId),
}

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? },)*) => {
        /// Something that changed. Append-only, like the commands: digests rest on it.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Event {
            $($(#[$doc])* $name { $($(#[$field_doc])* $field: $type),* },)*
        }

        /// The name of an event without its fields, for counting and showing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)]
        pub enum EventKind { $($name,)* }

        impl EventKind {
            /// Every event, in the order of the language.
            pub const ALL: &'static [EventKind] = &[$(EventKind::$name,)*];

            /// The name as it is written in scenarios, webhooks and documents.
            pub const fn name(self) -> &'static str {
                match self { $(EventKind::$name => stringify!($name),)* }
            }
        }

        impl Event {
            /// Which event it is.
            pub const fn kind(&self) -> EventKind {
                match self { $(Event::$name { .. } => EventKind::$name,)* }
            }
        }
    };
}

events! {
    /// Other rules are in force.
    RulesAdopted {
        /// The rules.
        rules: Rules,
    },
    /// A seller joined.
    SellerOpened {
        /// Its number.
        seller: SellerId,
        /// The shop's own id, hashed.
        reference: Reference,
    },
    /// A seller's shipping terms in one currency changed.
    ShippingSet {
        /// Whose.
        seller: SellerId,
        /// In which currency.
        currency: Currency,
        /// The fee of an order.
        fee: Amount,
        /// Goods of this value or more ship free.
        free_from: Amount,
    },
    /// A SKU became known.
    SkuListed {
        /// Its number.
        sku: SkuId,
        /// Who sells it.
        seller: SellerId,
        /// The shop's own id, hashed.
        reference: Reference,
    },
    /// The stock of a SKU changed: received, withdrawn, allotted, returned.
    StockChanged {
        /// Of what.
        sku: SkuId,
        /// All units that the shop ever brought in and did not withdraw, sold ones included.
        stock: u64,
        /// Units in no deal.
        free: u64,
    },
    /// A deal is on the schedule.
    DealScheduled {
        /// Its number.
        deal: DealId,
        /// The shop's own id, hashed.
        reference: Reference,
        /// Whose.
        seller: SellerId,
        /// Of its prices.
        currency: Currency,
        /// Its terms.
        terms: DealTerms,
    },
    /// A SKU stands in a deal at this price (at scheduling, and again at each new price).
    DealPriced {
        /// Which deal.
        deal: DealId,
        /// Which SKU.
        sku: SkuId,
        /// The price of a unit.
        price: Amount,
    },
    /// A deal has new terms.
    DealChanged {
        /// Which.
        deal: DealId,
        /// All of them.
        terms: DealTerms,
    },
    /// The bell: a deal is open.
    DealOpened {
        /// Which.
        deal: DealId,
    },
    /// A deal is over; what was available went back to free stock.
    DealClosed {
        /// Which.
        deal: DealId,
    },
    /// Units of a deal that nobody bought went back to the SKU's free stock.
    UnsoldReturned {
        /// Which deal.
        deal: DealId,
        /// Of what.
        sku: SkuId,
        /// How many.
        units: u32,
    },
    /// Units of a pool moved; these are its numbers now.
    PoolChanged {
        /// Which deal.
        deal: DealId,
        /// Which SKU.
        sku: SkuId,
        /// Where its units are.
        counts: PoolCounts,
    },
    /// Somebody holds units at the deal price until the clock runs out.
    HoldPlaced {
        /// Its number.
        hold: HoldId,
        /// Of which deal.
        deal: DealId,
        /// Of what.
        sku: SkuId,
        /// How many.
        units: u16,
        /// The price of a unit.
        price: Amount,
        /// Of the price.
        currency: Currency,
        /// Who.
        person: PersonKey,
        /// The first millisecond in which it is lapsed.
        expires_at: Millis,
        /// Asked for or offered.
        origin: HoldOrigin,
    },
    /// A hold was given back.
    HoldReleased {
        /// Which.
        hold: HoldId,
    },
    /// A hold's clock ran out.
    HoldLapsed {
        /// Which.
        hold: HoldId,
    },
    /// Somebody waits.
    WaitlistJoined {
        /// The place's number.
        place: PlaceId,
        /// Of which deal.
        deal: DealId,
        /// For what.
        sku: SkuId,
        /// Who.
        person: PersonKey,
    },
    /// A place was given up by its owner.
    WaitlistLeft {
        /// Which.
        place: PlaceId,
    },
    /// A place came to nothing: the deal is over.
    WaitlistEnded {
        /// Which.
        place: PlaceId,
    },
    /// Holds became orders, to be paid together.
    CheckoutPlaced {
        /// Its id.
        checkout: CheckoutId,
        /// Who.
        person: PersonKey,
        /// Where it goes.
        zone: Zone,
        /// What is due.
        total: Amount,
        /// Of all its amounts.
        currency: Currency,
        /// When it closes unpaid.
        pay_by: Millis,
    },
    /// An order of a checkout.
    OrderPlaced {
        /// Its id.
        order: OrderId,
        /// Of which checkout.
        checkout: CheckoutId,
        /// Who sells.
        seller: SellerId,
        /// Who bought.
        person: PersonKey,
        /// The sum of its lines.
        goods: Amount,
        /// Shipping, surcharge included.
        shipping: Amount,
        /// The surcharge alone.
        surcharge: Amount,
        /// The tax contained in goods and shipping.
        tax: Amount,
        /// goods + shipping.
        total: Amount,
        /// Of all its amounts.
        currency: Currency,
    },
    /// A line of an order.
    LinePlaced {
        /// Of which order.
        order: OrderId,
        /// Which line, from 0.
        line: u8,
        /// The hold it took over, or [`HoldId::NONE`].
        hold: HoldId,
        /// Of which deal.
        deal: DealId,
        /// What.
        sku: SkuId,
        /// How many.
        units: u16,
        /// The price of one.
        price: Amount,
        /// How tax lies in it.
        tax: Tax,
    },
    /// An order has another payment deadline (a deposit, a shopper who is away paying).
    DeadlineMoved {
        /// Of which checkout.
        checkout: CheckoutId,
        /// The new deadline.
        pay_by: Millis,
    },
    /// The payment is authorised: the units are sold.
    OrderConfirmed {
        /// Which.
        order: OrderId,
    },
    /// The money is captured.
    OrderPaid {
        /// Which.
        order: OrderId,
        /// By which try.
        payment: PaymentId,
        /// What was paid for it.
        total: Amount,
        /// Of the total.
        currency: Currency,
    },
    /// A confirmed order's capture failed; it waits for payment again.
    OrderUnconfirmed {
        /// Which.
        order: OrderId,
    },
    /// An order was given up.
    OrderCancelled {
        /// Which.
        order: OrderId,
        /// By the shop, else by the shopper.
        by_staff: bool,
    },
    /// An order was not paid in time.
    OrderLapsed {
        /// Which.
        order: OrderId,
    },
    /// Late money found its order closed but the units still there: the order stands again.
    OrderReinstated {
        /// Which.
        order: OrderId,
    },
    /// The shopper began a try to pay.
    PaymentStarted {
        /// Which try.
        payment: PaymentId,
        /// How much.
        amount: Amount,
        /// Of the amount.
        currency: Currency,
        /// How.
        method: Method,
        /// In one step or two.
        steps: Steps,
        /// Instalment months.
        months: u8,
        /// When the try ends.
        deadline: Millis,
    },
    /// The issuer keeps the money for us.
    PaymentAuthorised {
        /// Which try.
        payment: PaymentId,
    },
    /// The money is ours.
    PaymentCaptured {
        /// Which try.
        payment: PaymentId,
        /// How much.
        amount: Amount,
        /// Of the amount.
        currency: Currency,
    },
    /// A try came to nothing.
    PaymentDeclined {
        /// Which try.
        payment: PaymentId,
        /// Why.
        reason: DeclineReason,
    },
    /// A try took too long.
    PaymentLapsed {
        /// Which try.
        payment: PaymentId,
    },
    /// An authorisation was given back, or a try shut.
    PaymentVoided {
        /// Which try.
        payment: PaymentId,
    },
    /// Money came that fits nowhere; it goes back.
    MoneySuspended {
        /// By which try.
        payment: PaymentId,
        /// How much.
        amount: Amount,
        /// Of the amount.
        currency: Currency,
    },
    /// Money shall go back to the shopper.
    RefundOrdered {
        /// Its number.
        refund: RefundId,
        /// Of which try's money.
        payment: PaymentId,
        /// Of which order; none for money in suspense.
        order: Option<OrderId>,
        /// How much.
        amount: Amount,
        /// Of the amount.
        currency: Currency,
    },
    /// A part of a refund, line by line; line 255 is shipping.
    LineRefunded {
        /// By which refund.
        refund: RefundId,
        /// Of which order.
        order: OrderId,
        /// Which line, from 0; 255 is shipping.
        line: u8,
        /// For how many units.
        units: u16,
        /// How much.
        amount: Amount,
    },
    /// The money is on its way back.
    RefundSent {
        /// Which.
        refund: RefundId,
    },
    /// The money could not be sent back; a person must see to it.
    RefundFailed {
        /// Which.
        refund: RefundId,
    },
    /// Units left the house.
    LineShipped {
        /// Of which order.
        order: OrderId,
        /// Which line, from 0.
        line: u8,
        /// How many.
        units: u16,
    },
    /// Units arrived.
    LineDelivered {
        /// Of which order.
        order: OrderId,
        /// Which line, from 0.
        line: u8,
        /// How many.
        units: u16,
    },
    /// The shopper wants to send units back.
    ReturnAsked {
        /// Of which order.
        order: OrderId,
        /// Which line, from 0.
        line: u8,
        /// How many.
        units: u16,
    },
    /// Units came back.
    LineReturned {
        /// Of which order.
        order: OrderId,
        /// Which line, from 0.
        line: u8,
        /// How many.
        units: u16,
        /// They joined the SKU's free stock.
        restocked: bool,
    },
    /// A clerk has something to do.
    WorkOrdered {
        /// What.
        work: Work,
    },
    /// It is done, or no longer wanted.
    WorkDone {
        /// What.
        work: Work,
    },
    /// A posting in the books: debit one account, credit another.
    Posted {
        /// Of the amount.
        currency: Currency,
        /// Whose part of the accounts; 0 for the house's own.
        seller: SellerId,
        /// Debited.
        debit: Account,
        /// Credited.
        credit: Account,
        /// How much; more than zero.
        amount: Amount,
    },
    /// A checkout at rest left memory for the disk.
    CheckoutFiled {
        /// All of it.
        filed: Box<FiledCheckout>,
    },
    /// A filed checkout is back in memory.
    CheckoutRecalled {
        /// Which.
        checkout: CheckoutId,
    },
    /// Holds of a deal may be given more time from now on, or no longer.
    ExtensionsAllowed {
        /// Of which deal.
        deal: DealId,
        /// How often one hold may be.
        times: u8,
        /// How much longer it lasts each time, in ms.
        span_ms: u32,
    },
    /// A hold has more time.
    HoldExtended {
        /// Which.
        hold: HoldId,
        /// The first millisecond in which it is lapsed, now.
        expires_at: Millis,
        /// How often it was given more time, this one included.
        times: u8,
    },
}

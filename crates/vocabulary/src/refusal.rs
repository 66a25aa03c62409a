//! The refusals: business saying no. One numbered list in order of precedence.
//!
//! Where several rules are broken, the one with the lowest number answers. Numbers are never
//! reused or moved; a new rule takes a free number in the place where its check belongs.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! refusals {
    ($($number:literal $name:ident $text:literal $sentence:literal,)*) => {
        /// A rule that said no. The discriminant is its number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[repr(u16)]
        pub enum Refusal {
            $(#[doc = $sentence] $name = $number,)*
        }

        impl Refusal {
            /// Every refusal, in order of precedence.
            pub const ALL: &'static [Refusal] = &[$(Refusal::$name,)*];

            /// The name as it stands in scenarios, problems and documents.
            pub const fn name(self) -> &'static str {
                match self { $(Refusal::$name => $text,)* }
            }

            /// The broken rule, in a sentence.
            pub const fn sentence(self) -> &'static str {
                match self { $(Refusal::$name => $sentence,)* }
            }
        }
    };
}

refusals! {
    // The request itself.
    10 RequestKeyReused "request_key_reused" "The request key was used before with another body.",
    20 NothingAsked "nothing_asked" "A number of units, an amount or a list that must not be empty is.",
    21 TermsContradict "terms_contradict" "The terms cannot be kept: an empty window, a clock of zero, a SKU twice, a price not above zero, an amount past its bound, or a waitlist where holds keep no unit.",
    22 RulesContradict "rules_contradict" "The rules cannot be kept: an unknown edition or a window of zero.",
    23 DuplicateHold "duplicate_hold" "The same hold stands twice in the checkout.",
    24 OrderIdMalformed "order_id_malformed" "Order and checkout ids are UUIDs of version 7.",
    25 OrderIdTooOld "order_id_too_old" "The order or checkout id was made longer ago than requests are remembered.",
    26 OrderIdFromFuture "order_id_from_future" "The order or checkout id was made in the future.",

    // What it names.
    30 SellerUnknown "seller_unknown" "There is no such seller.",
    31 SkuUnknown "sku_unknown" "There is no such SKU.",
    32 DealUnknown "deal_unknown" "There is no such deal.",
    33 SkuNotInDeal "sku_not_in_deal" "The deal does not cover this SKU.",
    34 HoldUnknown "hold_unknown" "There is no such hold any more: it lapsed, was released or was ordered.",
    35 PlaceUnknown "place_unknown" "There is no such place in a waitlist any more.",
    36 CheckoutUnknown "checkout_unknown" "There is no such checkout in memory.",
    37 OrderUnknown "order_unknown" "There is no such order in memory.",
    38 LineUnknown "line_unknown" "The order has no such line.",
    39 PaymentUnknown "payment_unknown" "There is no such try to pay in memory.",
    40 RefundUnknown "refund_unknown" "There is no such refund in memory.",
    41 NotYours "not_yours" "It belongs to another person.",

    // Done before, without a request key.
    50 SellerExists "seller_exists" "A seller with this reference has joined already.",
    51 SkuExists "sku_exists" "A SKU with this reference is listed already.",
    52 DealExists "deal_exists" "A deal with this reference is scheduled already.",
    53 CheckoutExists "checkout_exists" "A checkout with this id was placed already.",
    54 OrderExists "order_exists" "An order with this id was placed already.",
    55 AlreadyRecorded "already_recorded" "This result of the provider is recorded already.",

    // Sellers, stock and the schedule.
    60 SellerDiffers "seller_differs" "A SKU of the deal belongs to another seller.",
    61 StockInsufficient "stock_insufficient" "The SKU has fewer free units than asked.",
    62 DealStarted "deal_started" "The deal has opened: its start and its way of deducting stand fast.",
    63 DealStartsInPast "deal_starts_in_past" "The window is over already.",

    // Holding.
    70 DealNotOpen "deal_not_open" "The deal has not opened yet.",
    71 DealOver "deal_over" "The deal is over.",
    72 MembersOnly "members_only" "The deal is for members.",
    73 VerificationRequired "verification_required" "The deal is for verified persons.",
    74 AlreadyWaiting "already_waiting" "This person waits for this SKU already.",
    75 LimitReached "limit_reached" "The deal allows no more units to this person.",
    76 StockExhausted "stock_exhausted" "No unit is left.",
    77 NoWaitlist "no_waitlist" "The deal has no waitlist.",
    78 WaitlistFull "waitlist_full" "The waitlist is full.",
    79 NotExhausted "not_exhausted" "There are units left: place a hold instead.",

    // Ordering.
    80 OrderCountDiffers "order_count_differs" "The checkout needs one order id for each seller.",
    81 CurrencyMixed "currency_mixed" "A checkout has one currency.",
    82 AmountOverflow "amount_overflow" "The sum does not fit: money has 64 bits, an allotment has 32.",

    // Asking for more time.
    83 NoMoreTime "no_more_time" "The deal gives this hold no more time.",
    84 OthersWait "others_wait" "Somebody waits for this SKU: the hold keeps the time it has.",

    // Paying.
    90 OrderClosed "order_closed" "The order was cancelled or not paid in time.",
    91 AlreadyPaid "already_paid" "The checkout is confirmed or paid already.",
    92 DepositNotAllowed "deposit_not_allowed" "A deal in this checkout takes no virtual-account deposits.",
    93 AmountDiffers "amount_differs" "The amount is not what is due.",
    94 CurrencyDiffers "currency_differs" "The currency is not the checkout's.",
    95 TooManyAttempts "too_many_attempts" "The checkout was tried to be paid too often.",
    96 PaymentSettled "payment_settled" "The try to pay has come to its end; this result comes too late to matter.",
    97 NotAuthorised "not_authorised" "Nothing is authorised that could be given back.",

    // After the payment.
    100 NotPaid "not_paid" "The order is not paid.",
    101 AlreadyShipped "already_shipped" "Units of the order have left the house: ask for a return instead.",
    102 UnitsExceeded "units_exceeded" "The line has fewer units to which this can happen.",
    103 RefundExceeded "refund_exceeded" "More would go back than was paid and has not gone back yet.",
    104 WithdrawalOver "withdrawal_over" "The time to return it is over.",

    // Time.
    110 NothingDue "nothing_due" "Nothing is due.",
}

impl Refusal {
    /// Its place in the order of precedence.
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// The refusal of that name.
    pub fn named(name: &str) -> Option<Refusal> {
        Refusal::ALL
            .iter()
            .copied()
            .find(|refusal| refusal.name() == name)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number(), self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_in_order_of_precedence_and_names_are_unique() {
        for pair in Refusal::ALL.windows(2) {
            assert!(
                pair[0].number() < pair[1].number(),
                "{} before {}",
                pair[0],
                pair[1]
            );
        }
        for refusal in Refusal::ALL {
            assert_eq!(Refusal::named(refusal.name()), Some(*refusal));
            assert!(refusal.sentence().ends_with('.'));
        }
    }
}

//! Receipts as words of 64 bits: eight bits of the first say which receipt it is, and so how many words
//! it has.

use arrayvec::ArrayVec;
use money::Amount;
use vocabulary::{
    CheckoutId, DealId, HoldId, Millis, PaymentId, PlaceId, Receipt, RefundId, SellerId, SkuId,
};

const WORDS_MAX: usize = 5;
const KIND_BITS: u32 = 8;

/// How many words a receipt of each kind has.
const LENGTHS: [u8; 10] = [1, 1, 1, 1, 2, 2, 5, 4, 2, 1];

/// How many words the receipt has that begins with `first`.
pub(crate) fn length(first: u64) -> usize {
    LENGTHS[kind(first)].into()
}

/// The words of a receipt.
pub(crate) fn words(receipt: Receipt) -> ArrayVec<u64, WORDS_MAX> {
    let mut words = ArrayVec::new();
    let mut say = |kind: u64, small: u64, rest: &[u64]| {
        words.push(kind | small << KIND_BITS);
        words.extend(rest.iter().copied());
    };
    match receipt {
        Receipt::Done => say(0, 0, &[]),
        Receipt::Seller(SellerId(seller)) => say(1, seller.into(), &[]),
        Receipt::Sku(SkuId(sku)) => say(2, sku.into(), &[]),
        Receipt::Deal(DealId(deal)) => say(3, deal.into(), &[]),
        Receipt::Hold { hold, expires_at } => say(4, hold.0, &[expires_at.0]),
        Receipt::Place { place, ahead } => say(5, ahead.into(), &[place.0]),
        Receipt::Checkout {
            checkout: CheckoutId(id),
            total,
            pay_by,
        } => say(
            6,
            0,
            &[(id >> 64) as u64, id as u64, total.0 as u64, pay_by.0],
        ),
        Receipt::Payment { payment, deadline } => {
            let PaymentId {
                checkout: CheckoutId(id),
                attempt,
            } = payment;
            say(
                7,
                attempt.into(),
                &[(id >> 64) as u64, id as u64, deadline.0],
            );
        }
        Receipt::Refund { refund, amount } => say(8, refund.0, &[amount.0 as u64]),
        Receipt::Advanced { fired } => say(9, fired.into(), &[]),
    }
    words
}

/// The receipt whose words `word` gives by their place.
pub(crate) fn read(word: impl Fn(usize) -> u64) -> Receipt {
    let (kind, small) = (kind(word(0)), word(0) >> KIND_BITS);
    let checkout = || CheckoutId(u128::from(word(1)) << 64 | u128::from(word(2)));
    match kind {
        0 => Receipt::Done,
        1 => Receipt::Seller(SellerId(small as u32)),
        2 => Receipt::Sku(SkuId(small as u32)),
        3 => Receipt::Deal(DealId(small as u32)),
        4 => Receipt::Hold {
            hold: HoldId(small),
            expires_at: Millis(word(1)),
        },
        5 => Receipt::Place {
            place: PlaceId(word(1)),
            ahead: small as u32,
        },
        6 => Receipt::Checkout {
            checkout: checkout(),
            total: Amount(word(3) as i64),
            pay_by: Millis(word(4)),
        },
        7 => Receipt::Payment {
            payment: PaymentId {
                checkout: checkout(),
                attempt: small as u16,
            },
            deadline: Millis(word(3)),
        },
        8 => Receipt::Refund {
            refund: RefundId(small),
            amount: Amount(word(1) as i64),
        },
        _ => Receipt::Advanced {
            fired: small as u32,
        },
    }
}

fn kind(first: u64) -> usize {
    (first & ((1 << KIND_BITS) - 1)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_receipt_reads_back_and_knows_its_length() {
        let (checkout, moment) = (CheckoutId(u128::MAX - 1), Millis(u64::MAX));
        let amount = Amount(i64::MIN);
        let receipts = [
            Receipt::Done,
            Receipt::Seller(SellerId(u32::MAX)),
            Receipt::Sku(SkuId(u32::MAX)),
            Receipt::Deal(DealId(u32::MAX)),
            Receipt::Hold {
                hold: HoldId((1 << 56) - 1),
                expires_at: moment,
            },
            Receipt::Place {
                place: PlaceId(u64::MAX),
                ahead: u32::MAX,
            },
            Receipt::Checkout {
                checkout,
                total: amount,
                pay_by: moment,
            },
            Receipt::Payment {
                payment: PaymentId {
                    checkout,
                    attempt: u16::MAX,
                },
                deadline: moment,
            },
            Receipt::Refund {
                refund: RefundId((1 << 56) - 1),
                amount,
            },
            Receipt::Advanced { fired: u32::MAX },
        ];
        for receipt in receipts {
            let words = words(receipt);
            assert_eq!(length(words[0]), words.len());
            assert_eq!(read(|place| words[place]), receipt);
        }
    }
}

//! The draw: in which order those stand who came before the bell. Each has a ticket; the seed of the deal and
//! the ticket make their lot, and the lowest lot is first. A hash of the seed is shown before the bell and the
//! seed after it, so that everybody can see that nothing was moved meanwhile.

use super::Wish;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use vocabulary::{DealId, PersonKey};

/// The seed of a deal's draw; a secret until the bell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Seed([u8; 32]);

/// What a shopper draws with; says nothing about them to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket([u8; 8]);

impl Seed {
    /// Of a deal; the same after a restart.
    pub fn of(key: &[u8; 32], deal: DealId) -> Seed {
        Seed(hashed(key, b"draw", &deal.0.to_be_bytes()))
    }

    /// What is shown before the bell: SHA-256 of the seed, in hexadecimal digits.
    pub fn commitment(&self) -> String {
        hex::encode(Sha256::digest(self.0))
    }

    /// What is shown after the bell.
    pub fn opened(&self) -> String {
        hex::encode(self.0)
    }

    /// The lot of a ticket: the first eight bytes of SHA-256 of seed and ticket.
    pub fn lot(&self, ticket: Ticket) -> u64 {
        let whole = Sha256::new()
            .chain_update(self.0)
            .chain_update(ticket.0)
            .finalize();
        u64::from_be_bytes(*whole.first_chunk().expect("a hash has 32 bytes"))
    }
}

impl Ticket {
    /// The ticket of this shopper for a wish's deal.
    pub fn of(key: &[u8; 32], wish: &Wish, person: PersonKey) -> Ticket {
        let mut of = wish.deal.0.to_be_bytes().to_vec();
        of.extend_from_slice(&person.0.to_be_bytes());
        let whole = hashed(key, b"ticket", &of);
        Ticket(*whole.first_chunk().expect("a hash has 32 bytes"))
    }

    /// As it is shown to its shopper.
    pub fn shown(&self) -> String {
        hex::encode(self.0)
    }
}

fn hashed(key: &[u8; 32], what: &[u8], of: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length of key will do");
    mac.update(what);
    mac.update(of);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::SkuId;

    const KEY: [u8; 32] = [7; 32];

    fn wish(deal: u32) -> Wish {
        Wish {
            deal: DealId(deal),
            sku: SkuId(1),
            units: 1,
            or_wait: false,
        }
    }

    #[test]
    fn what_was_promised_before_the_bell_is_what_is_opened_after_it() {
        let seed = Seed::of(&KEY, DealId(3));
        let opened = hex::decode(seed.opened()).expect("digits");
        assert_eq!(hex::encode(Sha256::digest(&opened)), seed.commitment());
        let ticket = Ticket::of(&KEY, &wish(3), PersonKey(9));
        let mut both = opened;
        both.extend_from_slice(&hex::decode(ticket.shown()).expect("digits"));
        assert_eq!(Sha256::digest(&both)[..8], seed.lot(ticket).to_be_bytes());
        assert!(seed != Seed::of(&KEY, DealId(4)) && seed != Seed::of(&[8; 32], DealId(3)));
    }

    #[test]
    fn who_comes_first_in_the_draw_has_nothing_to_do_with_when_they_came() {
        // Of a thousand draws of ten, everybody is first in about a hundred, whenever they came.
        let mut firsts = [0; 10];
        for deal in 0..1_000 {
            let seed = Seed::of(&KEY, DealId(deal));
            let lot = |person: &u128| seed.lot(Ticket::of(&KEY, &wish(deal), PersonKey(*person)));
            let first = (0..10).min_by_key(lot).expect("there are ten");
            firsts[first as usize] += 1;
        }
        // Four deviations of a binomial count with n = 1,000 and p = 0.1.
        assert!(firsts.iter().all(|n| (62..=138).contains(n)), "{firsts:?}");
    }
}

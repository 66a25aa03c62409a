//! Turns and passes as signed texts in a cookie. The room knows who waits without them; they are what is left
//! of a turn when the room was closed and opened again. Who they are for goes into the signature and not into
//! the text, so that in anybody else's hands they are no slip at all.

use super::{Rank, Wish};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use vocabulary::{DealId, Millis, PersonKey, SkuId};

/// How slips are written; another form gets another number.
const VERSION: u8 = 1;
const TURN: u8 = 1;
const PASS: u8 = 2;
const TAG_BYTES: usize = 16;

/// What a slip says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slip {
    /// It is a pass; else a turn.
    pub is_pass: bool,
    /// For what.
    pub wish: Wish,
    /// Where its bearer stands.
    pub rank: Rank,
    /// When it was signed.
    pub issued_at: Millis,
    /// The first millisecond in which it is over.
    pub expires_at: Millis,
}

impl Slip {
    /// The text, for this person.
    pub fn seal(&self, key: &[u8; 32], person: PersonKey) -> String {
        let mut bytes = self.encode();
        let tag = mac(key, person, &bytes).finalize().into_bytes();
        bytes.extend_from_slice(&tag[..TAG_BYTES]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The slip of a text, if we signed it for this person and it is not over.
    pub fn unseal(key: &[u8; 32], person: PersonKey, text: &str, now: Millis) -> Option<Slip> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (said, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG_BYTES)?)?;
        mac(key, person, said).verify_truncated_left(tag).ok()?;
        let slip = Slip::decode(said)?;
        (now < slip.expires_at).then_some(slip)
    }

    fn encode(&self) -> Vec<u8> {
        let Wish {
            deal,
            sku,
            units,
            or_wait,
        } = self.wish;
        let mut bytes = vec![
            VERSION,
            if self.is_pass { PASS } else { TURN },
            or_wait.into(),
        ];
        bytes.extend_from_slice(&units.to_be_bytes());
        bytes.extend_from_slice(&deal.0.to_be_bytes());
        bytes.extend_from_slice(&sku.0.to_be_bytes());
        for number in [
            self.rank.at.0,
            self.rank.lot,
            self.issued_at.0,
            self.expires_at.0,
        ] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Slip> {
        let (&[version, kind, or_wait], rest) = bytes.split_first_chunk()?;
        let (units, rest) = rest.split_first_chunk()?;
        let (deal, rest) = rest.split_first_chunk()?;
        let (sku, rest) = rest.split_first_chunk()?;
        let mut numbers = rest
            .as_chunks::<8>()
            .0
            .iter()
            .map(|it| u64::from_be_bytes(*it));
        let wish = Wish {
            deal: DealId(u32::from_be_bytes(*deal)),
            sku: SkuId(u32::from_be_bytes(*sku)),
            units: u16::from_be_bytes(*units),
            or_wait: or_wait != 0,
        };
        let (at, lot) = (Millis(numbers.next()?), numbers.next()?);
        let slip = Slip {
            is_pass: kind == PASS,
            wish,
            rank: Rank { at, lot },
            issued_at: Millis(numbers.next()?),
            expires_at: Millis(numbers.next()?),
        };
        (version == VERSION).then_some(slip)
    }
}

fn mac(key: &[u8; 32], person: PersonKey, said: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length of key will do");
    mac.update(b"slip");
    mac.update(&person.0.to_be_bytes());
    mac.update(said);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [1; 32];
    const SLIP: Slip = Slip {
        is_pass: true,
        wish: Wish {
            deal: DealId(3),
            sku: SkuId(5),
            units: 2,
            or_wait: true,
        },
        rank: Rank {
            at: Millis(0),
            lot: 77,
        },
        issued_at: Millis(1_000),
        expires_at: Millis(2_000),
    };

    #[test]
    fn a_slip_reads_back_until_its_end_for_whom_it_was_signed_and_for_nobody_else() {
        let text = SLIP.seal(&KEY, PersonKey(9));
        let read = |key, person, now| Slip::unseal(&key, PersonKey(person), &text, Millis(now));
        assert_eq!(read(KEY, 9, 1_999), Some(SLIP));
        assert_eq!(read(KEY, 9, 2_000), None, "it is over");
        assert_eq!(read(KEY, 8, 1_000), None, "it is somebody else's");
        assert_eq!(read([2; 32], 9, 1_000), None, "we did not sign it");
    }

    #[test]
    fn no_byte_of_a_slip_may_be_changed() {
        let text = SLIP.seal(&KEY, PersonKey(9));
        let bytes = URL_SAFE_NO_PAD.decode(text).expect("its own alphabet");
        for index in 0..bytes.len() {
            let mut forged = bytes.clone();
            forged[index] ^= 1;
            let forged = URL_SAFE_NO_PAD.encode(&forged);
            let read = Slip::unseal(&KEY, PersonKey(9), &forged, Millis(0));
            assert_eq!(read, None, "{index}");
        }
        assert_eq!(Slip::unseal(&KEY, PersonKey(9), "", Millis(0)), None);
    }
}

//! What an authenticator shows (RFC 6238 over RFC 4226: SHA-1, six digits, a step of 30 seconds).

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;

const STEP_S: i64 = 30;

/// The code of this moment.
pub(crate) fn code(secret: &[u8], now: Timestamp) -> String {
    let step = now.as_second() / STEP_S;
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("any length is a key");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let from = usize::from(hash[hash.len() - 1] & 0xf);
    let word = [hash[from], hash[from + 1], hash[from + 2], hash[from + 3]];
    let number = u32::from_be_bytes(word) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, to six digits.
        for (second, shown) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            let now = Timestamp::from_second(second).expect("a moment");
            assert_eq!(code(b"12345678901234567890", now), shown);
        }
    }
}

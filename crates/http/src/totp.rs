//! Codes of an authenticator (RFC 6238 over RFC 4226: SHA-1, six digits, a step of 30 seconds), and
//! how its secret is kept: sealed, so that who reads the records makes no codes.

use crate::pages::tile::escaped;
use crate::shop::Keys;
use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead, Payload};
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use records::StaffId;
use sha1::Sha1;
use subtle::ConstantTimeEq;
use vocabulary::Millis;

/// How long a code is the newest.
const STEP_MS: u64 = 30_000;
/// A phone's clock may be off by so many steps.
const STEPS_OFF_MAX: u64 = 1;
const DIGITS: u32 = 6;
const SECRET_BYTES: usize = 20;
const NONCE_BYTES: usize = 12;

/// What an authenticator and the shop both know.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeSecret([u8; SECRET_BYTES]);

impl std::fmt::Debug for CodeSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeSecret(..)")
    }
}

impl CodeSecret {
    /// A fresh one.
    pub fn random() -> CodeSecret {
        CodeSecret(rand::random())
    }

    /// As people type it: Base32.
    pub fn text(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// The secret that a text of [`CodeSecret::text`] says.
    pub fn of_text(text: &str) -> Option<CodeSecret> {
        let bytes = BASE32_NOPAD.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(CodeSecret)
    }

    /// The address that an authenticator reads from a picture.
    pub fn address(&self, festival: &str, login: &str) -> String {
        let (festival, login) = (escaped(festival), escaped(login));
        let secret = self.text();
        format!("otpauth://totp/{festival}:{login}?secret={secret}&issuer={festival}")
    }

    /// The code of a step, as it is shown.
    pub fn code(&self, step: u64) -> String {
        let number = code(&self.0, step) % 10_u32.pow(DIGITS);
        format!("{number:0width$}", width = DIGITS as usize)
    }

    /// The step of which `typed` is the code, if it is one of now. Every step that might be is looked
    /// at, whichever is right.
    pub fn step_of(&self, typed: &str, now: Millis) -> Option<u64> {
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        let newest = step_at(now);
        let mut steps = newest.saturating_sub(STEPS_OFF_MAX)..=newest + STEPS_OFF_MAX;
        let right = |step: &u64| bool::from(self.code(*step).as_bytes().ct_eq(digits.as_bytes()));
        steps.rfind(right)
    }

    /// The secret as the records keep it, for this member of the staff alone.
    pub fn seal(&self, keys: &Keys, staff: StaffId) -> Vec<u8> {
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let secret = Payload {
            msg: &self.0,
            aad: &staff.0.to_be_bytes(),
        };
        let sealed = cipher(keys).encrypt(&nonce.into(), secret);
        let sealed = sealed.expect("a secret of twenty bytes is never too long");
        [nonce.as_slice(), &sealed].concat()
    }

    /// The secret that was sealed for this member.
    pub fn unseal(keys: &Keys, staff: StaffId, sealed: &[u8]) -> Option<CodeSecret> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let sealed = Payload {
            msg: sealed,
            aad: &staff.0.to_be_bytes(),
        };
        let secret = cipher(keys).decrypt(&(*nonce).into(), sealed).ok()?;
        secret.try_into().ok().map(CodeSecret)
    }
}

/// A key of its own, so that no secret is sealed with what signs sessions.
fn cipher(keys: &Keys) -> Aes256Gcm {
    let key = keys.mac(b"code secret").finalize().into_bytes();
    Aes256Gcm::new(&key)
}

/// The step of a moment.
pub fn step_at(now: Millis) -> u64 {
    now.0 / STEP_MS
}

fn code(secret: &[u8], step: u64) -> u32 {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("any length of key will do");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[hash.len() - 1] & 0x0f);
    let four = hash[offset..]
        .first_chunk::<4>()
        .expect("16 + 4 is at most 20");
    u32::from_be_bytes(*four) & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(byte: u8) -> Keys {
        Keys {
            sessions: [byte; 32],
            handover: None,
        }
    }

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        let secret = CodeSecret(*b"12345678901234567890");
        // Appendix B of the RFC, for SHA-1: its eight digits, of which ours are the last six.
        for (seconds, eight) in [
            (59_u64, 94_287_082_u32),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            let step = step_at(Millis(seconds * 1_000));
            assert_eq!(code(&secret.0, step) % 100_000_000, eight, "{seconds}");
            assert_eq!(secret.code(step), format!("{:06}", eight % 1_000_000));
        }
    }

    #[test]
    fn a_code_is_taken_a_step_early_or_late_and_no_more() {
        let secret = CodeSecret::random();
        let now = Millis(1_800_000_000_000);
        let step = step_at(now);
        for near in [step - 1, step, step + 1] {
            let typed = secret.code(near);
            let spaced = format!(" {} {}", &typed[..3], &typed[3..]);
            assert!(secret.step_of(&spaced, now).is_some(), "{near}");
        }
        for far in [step - 3, step + 3] {
            let same = (step - 1..=step + 1).any(|near| secret.code(near) == secret.code(far));
            assert_eq!(secret.step_of(&secret.code(far), now).is_some(), same);
        }
        assert_eq!(secret.step_of("", now), None);
    }

    #[test]
    fn a_sealed_secret_opens_for_its_owner_under_its_key_alone() {
        let (secret, staff) = (CodeSecret::random(), StaffId(7));
        let sealed = secret.seal(&keys(1), staff);
        assert!(!sealed.windows(SECRET_BYTES).any(|part| part == secret.0));
        assert_eq!(
            CodeSecret::unseal(&keys(1), staff, &sealed),
            Some(secret.clone())
        );
        assert_eq!(CodeSecret::unseal(&keys(2), staff, &sealed), None);
        assert_eq!(CodeSecret::unseal(&keys(1), StaffId(8), &sealed), None);
        let mut bent = sealed;
        bent[NONCE_BYTES] ^= 1;
        assert_eq!(CodeSecret::unseal(&keys(1), staff, &bent), None);
        assert_eq!(CodeSecret::of_text(&secret.text()), Some(secret));
    }

    #[test]
    fn an_authenticator_reads_whose_code_it_is() {
        let secret = CodeSecret(*b"12345678901234567890");
        assert_eq!(
            secret.address("한밤", "a@shop.kr"),
            "otpauth://totp/%ED%95%9C%EB%B0%A4:a%40shop.kr?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%ED%95%9C%EB%B0%A4"
        );
    }
}

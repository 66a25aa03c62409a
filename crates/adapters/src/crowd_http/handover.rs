//! Handover tokens, as an existing shop would sign them: JSON Web Tokens (RFC 7519) with HMAC-SHA-256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

/// A token is good for this long.
const GOOD_FOR_S: u64 = 300;

/// Signs tokens.
#[derive(Clone)]
pub(super) struct Handover {
    mac: Hmac<Sha256>,
}

impl Handover {
    /// Signs with this secret.
    pub(super) fn with(secret: &str) -> Handover {
        let mac = Hmac::new_from_slice(secret.as_bytes());
        Handover {
            mac: mac.expect("a key may have any length"),
        }
    }

    /// The token of a member, verified or not, at a moment in seconds since the epoch.
    pub(super) fn token(&self, member: &str, verified: bool, now_s: u64) -> String {
        let header = json!({"alg": "HS256", "typ": "JWT"});
        let mut claims =
            json!({"aud": "doorbuster", "sub": member, "iat": now_s, "exp": now_s + GOOD_FOR_S});
        if verified {
            claims["person"] = json!(format!("person-{member}"));
        }
        let signed = format!(
            "{}.{}",
            encoded(header.to_string()),
            encoded(claims.to_string())
        );
        let signature = self.mac.clone().chain_update(signed.as_bytes()).finalize();
        format!("{signed}.{}", encoded(signature.into_bytes()))
    }
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_who_it_is_and_is_signed() {
        let token = Handover::with("secret").token("m1", true, 1_000);
        let parts: Vec<&str> = token.split('.').collect();
        let claims = URL_SAFE_NO_PAD.decode(parts[1]).expect("it is base64");
        let claims: serde_json::Value = serde_json::from_slice(&claims).expect("it is JSON");
        assert_eq!(
            (&claims["sub"], &claims["exp"]),
            (&json!("m1"), &json!(1_300))
        );
        let signed = format!("{}.{}", parts[0], parts[1]);
        let signature = URL_SAFE_NO_PAD.decode(parts[2]).expect("it is base64");
        let mac = Hmac::<Sha256>::new_from_slice(b"secret").expect("any length");
        assert!(
            mac.chain_update(signed.as_bytes())
                .verify_slice(&signature)
                .is_ok()
        );
    }

    #[test]
    fn who_is_not_verified_has_no_person() {
        let token = Handover::with("secret").token("m1", false, 1_000);
        let claims = token.split('.').nth(1).expect("it has claims");
        let claims = URL_SAFE_NO_PAD.decode(claims).expect("it is base64");
        assert!(!String::from_utf8_lossy(&claims).contains("person"));
    }
}

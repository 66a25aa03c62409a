//! Signing messages between machines and checking such signatures, in the manner of Standard
//! Webhooks: HMAC-SHA256 over id, timestamp and body. <https://www.standardwebhooks.com>

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use clerks::ports::CallbackFault;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use vocabulary::Millis;

/// The header with the message's id: the same for each time it is sent.
pub const WEBHOOK_ID: &str = "webhook-id";
/// The header with the moment of sending, in seconds since the epoch.
pub const WEBHOOK_TIMESTAMP: &str = "webhook-timestamp";
/// The header with the signatures, each `v1,<base64>`, with blanks between them.
pub const WEBHOOK_SIGNATURE: &str = "webhook-signature";
/// How far a timestamp may lie from now, in ms.
pub const TOLERANCE_MS: u64 = 5 * 60 * 1_000;

const SECRET_PREFIX: &str = "whsec_";

/// What both sides know. It never shows itself.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

/// The text is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a webhook secret is `whsec_` and base64 of at least 16 bytes, or at least 16 characters of text"
)]
pub struct NotASecret;

impl Secret {
    /// Reads `whsec_<base64>`; any other text stands for its own bytes.
    ///
    /// # Errors
    /// [`NotASecret`] when it is too short or no base64.
    pub fn parse(text: &str) -> Result<Secret, NotASecret> {
        let bytes = match text.strip_prefix(SECRET_PREFIX) {
            Some(encoded) => BASE64.decode(encoded).map_err(|_| NotASecret)?,
            None => text.as_bytes().to_vec(),
        };
        if bytes.len() < 16 {
            return Err(NotASecret);
        }
        Ok(Secret(bytes))
    }

    fn mac(&self, id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(id.as_bytes());
        mac.update(b".");
        mac.update(timestamp.as_bytes());
        mac.update(b".");
        mac.update(body);
        mac
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// The value of the signature header for a message sent at `now`; the timestamp header is
/// `now` in seconds.
pub fn sign(secret: &Secret, id: &str, now: Millis, body: &[u8]) -> String {
    let mac = secret.mac(id, &seconds(now).to_string(), body);
    format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()))
}

/// Whether the sender knew the secret and signed within [`TOLERANCE_MS`] of `now`. Compares in
/// constant time.
///
/// # Errors
/// [`CallbackFault::Unsigned`] with what is wrong.
pub fn verify_signature(
    header: &dyn Fn(&str) -> Option<String>,
    body: &[u8],
    secret: &Secret,
    now: Millis,
) -> Result<(), CallbackFault> {
    let expect = |name, missing| header(name).ok_or(CallbackFault::Unsigned(missing));
    let id = expect(WEBHOOK_ID, "no webhook-id")?;
    let timestamp = expect(WEBHOOK_TIMESTAMP, "no webhook-timestamp")?;
    let signatures = expect(WEBHOOK_SIGNATURE, "no webhook-signature")?;
    is_recent(&timestamp, now)?;
    let matches = signatures
        .split(' ')
        .filter_map(|signature| signature.strip_prefix("v1,"))
        .filter_map(|encoded| BASE64.decode(encoded).ok())
        .any(|bytes| {
            secret
                .mac(&id, &timestamp, body)
                .verify_slice(&bytes)
                .is_ok()
        });
    if matches {
        Ok(())
    } else {
        Err(CallbackFault::Unsigned("no signature matches"))
    }
}

pub(crate) fn seconds(now: Millis) -> u64 {
    now.0 / 1_000
}

fn is_recent(timestamp: &str, now: Millis) -> Result<(), CallbackFault> {
    let wrong = CallbackFault::Unsigned("the timestamp is not a number of seconds");
    let sent: u64 = timestamp.parse().map_err(|_| wrong)?;
    if sent.abs_diff(seconds(now)) > TOLERANCE_MS / 1_000 {
        return Err(CallbackFault::Unsigned(
            "signed too long ago, or by a clock that is wrong",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_614_265_330_000);

    /// The example of the Standard Webhooks libraries.
    fn example() -> Secret {
        Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret")
    }

    fn verify(id: &str, timestamp: &str, signature: &str, body: &[u8], now: Millis) -> bool {
        let header = |name: &str| match name {
            WEBHOOK_ID => Some(id.to_owned()),
            WEBHOOK_TIMESTAMP => Some(timestamp.to_owned()),
            WEBHOOK_SIGNATURE => Some(signature.to_owned()),
            _ => None,
        };
        verify_signature(&header, body, &example(), now).is_ok()
    }

    #[test]
    fn the_published_example_signs_as_published() {
        let body = br#"{"test": 2432232314}"#;
        let signature = sign(&example(), "msg_p5jXN8AQM9LWM0D4loKWxJek", NOW, body);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn only_what_was_signed_verifies() {
        let signature = sign(&example(), "a", NOW, b"body");
        let both = format!("v1,AAAA v1a,xyz {signature}");
        assert!(verify("a", "1614265330", &signature, b"body", NOW));
        assert!(verify("a", "1614265330", &both, b"body", NOW));
        assert!(!verify("b", "1614265330", &signature, b"body", NOW));
        assert!(!verify("a", "1614265331", &signature, b"body", NOW));
        assert!(!verify("a", "1614265330", &signature, b"bodY", NOW));
        assert!(!verify("a", "1614265330", "v1,", b"body", NOW));
        assert!(!verify("a", "soon", &signature, b"body", NOW));
    }

    #[test]
    fn five_minutes_are_tolerated_either_way_and_no_more() {
        let signature = sign(&example(), "a", NOW, b"body");
        for (drift_s, fresh) in [(-301, false), (-300, true), (300, true), (301, false)] {
            let now = Millis(NOW.0.saturating_add_signed(drift_s * 1_000));
            let taken = verify("a", "1614265330", &signature, b"body", now);
            assert_eq!(taken, fresh, "{drift_s} s");
        }
    }

    #[test]
    fn a_secret_is_long_enough_and_does_not_show_itself() {
        assert!(Secret::parse("whsec_AAAA").is_err());
        assert!(Secret::parse("whsec_%%%").is_err());
        assert_eq!(format!("{:?}", example()), "Secret");
    }
}

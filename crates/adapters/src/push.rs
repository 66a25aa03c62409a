//! Web Push: a message encrypted for one browser (RFC 8291, `aes128gcm` of RFC 8188) and posted to where that browser
//! listens (RFC 8030), signed as ours (RFC 8292).

use crate::guard::{PublicOnly, is_public};
use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerks::ports::Sent;
use reqwest::{StatusCode, Url};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use vocabulary::Millis;

const TIMEOUT: Duration = Duration::from_secs(10);
/// How long a signature is good for; no push service takes more than a day.
const SIGNED_FOR_S: u64 = 12 * 60 * 60;
const SALT_BYTES: usize = 16;
const KEY_BYTES: usize = 16;
const NONCE_BYTES: usize = 12;
/// The one record of a message, and so the longest message; push services take no longer ones.
const RECORD_BYTES: u32 = 4_096;
/// What a record has beside its text: its end mark and its tag.
const AROUND_TEXT: usize = 1 + 16;
/// Before the record: salt, its size, and our key with its length.
const HEAD_BYTES: usize = SALT_BYTES + 4 + 1 + 65;

/// A push cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PushFault {
    /// The browser's keys are none.
    #[error("the browser's keys are not what RFC 8291 asks for")]
    Keys,
    /// The message does not fit.
    #[error("the message is too long for a push")]
    TooLong,
    /// Our key is none.
    #[error("the shop's key for pushes is damaged")]
    OurKey,
}

/// Sends pushes in the name of one key, which browsers know the shop by.
pub struct PushSender {
    key: EcdsaKeyPair,
    contact: String,
    client: reqwest::Client,
    anywhere: bool,
}

impl PushSender {
    /// A sender that signs with `key`; `contact` is a `mailto:` or `https:` address at which push services find us.
    /// Only `anywhere` sends to addresses that are not public.
    ///
    /// # Errors
    /// [`PushFault::OurKey`] when the key is none, or the platform has no TLS to offer.
    pub fn of(key: &[u8], contact: String, anywhere: bool) -> Result<PushSender, PushFault> {
        let public =
            PrivateKey::from_private_key(&ECDH_P256, key).map_err(|_| PushFault::OurKey)?;
        let public = public.compute_public_key().map_err(|_| PushFault::OurKey)?;
        let key = EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            key,
            public.as_ref(),
        );
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("Doorbuster-Push/1");
        let client = match anywhere {
            true => client,
            // A proxy would resolve the name by itself, behind the guard's back.
            false => client.no_proxy().dns_resolver(Arc::new(PublicOnly)),
        };
        Ok(PushSender {
            key: key.map_err(|_| PushFault::OurKey)?,
            contact,
            client: client.build().map_err(|_| PushFault::OurKey)?,
            anywhere,
        })
    }

    /// The public key, as browsers want it.
    pub fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.key.public_key().as_ref())
    }

    /// Posts a message once.
    pub async fn send(
        &self,
        browser: (&str, &[u8], &[u8]),
        message: &[u8],
        (topic, keep_s): (&str, u64),
        now: Millis,
    ) -> Sent {
        let (endpoint, public_key, auth) = browser;
        let Ok(url) = Url::parse(endpoint) else {
            return Sent::Gone;
        };
        if !self.may_reach(&url) {
            return Sent::Gone;
        }
        let body = match sealed(public_key, auth, message) {
            Ok(body) => body,
            Err(PushFault::Keys) => return Sent::Gone,
            Err(fault) => return Sent::NotTaken(fault.to_string()),
        };
        let request = self
            .client
            .post(url.clone())
            .header("content-encoding", "aes128gcm")
            .header("content-type", "application/octet-stream")
            .header("ttl", keep_s)
            .header("urgency", "high")
            .header("topic", topic)
            .header("authorization", self.authorization(&url, now))
            .body(body);
        answered(request.send().await)
    }

    /// Push services are spoken to by TLS; who asks for something else, or for our own network, is no browser.
    fn may_reach(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let number = host.trim_start_matches('[').trim_end_matches(']').parse();
        let public = number.map_or(true, is_public);
        self.anywhere || (url.scheme() == "https" && public)
    }

    /// Who we are, for the push service at this address.
    fn authorization(&self, url: &Url, now: Millis) -> String {
        let head = json!({"typ": "JWT", "alg": "ES256"});
        let claims = json!({
            "aud": url.origin().ascii_serialization(),
            "exp": now.0 / 1_000 + SIGNED_FOR_S,
            "sub": self.contact,
        });
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(head), part(claims));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes());
        let signature = signature.expect("a sound key signs");
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()));
        format!("vapid t={token}, k={}", self.public_key())
    }
}

fn answered(answer: Result<reqwest::Response, reqwest::Error>) -> Sent {
    match answer.map(|response| response.status()) {
        Ok(status) if status.is_success() => Sent::Taken,
        Ok(StatusCode::NOT_FOUND | StatusCode::GONE) => Sent::Gone,
        Ok(status) => Sent::NotTaken(format!("the push service answered {status}")),
        // The error would name the address, which is personal.
        Err(fault) => Sent::NotTaken(fault.without_url().to_string()),
    }
}

/// The message as only this browser can read it.
///
/// # Errors
/// [`PushFault::Keys`] and [`PushFault::TooLong`].
fn sealed(public_key: &[u8], auth: &[u8], message: &[u8]) -> Result<Vec<u8>, PushFault> {
    let ours = PrivateKey::generate(&ECDH_P256).map_err(|_| PushFault::OurKey)?;
    sealed_with(&ours, rand::random(), public_key, auth, message)
}

fn sealed_with(
    ours: &PrivateKey,
    salt: [u8; SALT_BYTES],
    public_key: &[u8],
    auth: &[u8],
    message: &[u8],
) -> Result<Vec<u8>, PushFault> {
    if message.len() + AROUND_TEXT + HEAD_BYTES > RECORD_BYTES as usize {
        return Err(PushFault::TooLong);
    }
    let our_public = ours.compute_public_key().map_err(|_| PushFault::OurKey)?;
    let our_public = our_public.as_ref();
    let theirs = UnparsedPublicKey::new(&ECDH_P256, public_key);
    let info = [b"WebPush: info\0".as_slice(), public_key, our_public];
    let secret = agree(ours, theirs, PushFault::Keys, |shared| {
        let prk = Salt::new(HKDF_SHA256, auth).extract(shared);
        derive::<32>(&prk, &info)
    })?;
    let prk = Salt::new(HKDF_SHA256, &salt).extract(&secret);
    let key = derive::<KEY_BYTES>(&prk, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce = derive::<NONCE_BYTES>(&prk, &[b"Content-Encoding: nonce\0"])?;
    let mut text = message.to_vec();
    // The mark of the last record.
    text.push(2);
    let key = UnboundKey::new(&AES_128_GCM, &key).map_err(|_| PushFault::Keys)?;
    LessSafeKey::new(key)
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut text)
        .map_err(|_| PushFault::TooLong)?;
    let mut body = Vec::with_capacity(HEAD_BYTES + text.len());
    body.extend_from_slice(&salt);
    body.extend_from_slice(&RECORD_BYTES.to_be_bytes());
    body.push(our_public.len() as u8);
    body.extend_from_slice(our_public);
    body.extend_from_slice(&text);
    Ok(body)
}

struct Bytes(usize);

impl KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive<const N: usize>(prk: &Prk, info: &[&[u8]]) -> Result<[u8; N], PushFault> {
    let mut bytes = [0; N];
    let okm = prk.expand(info, Bytes(N)).map_err(|_| PushFault::Keys)?;
    okm.fill(&mut bytes).map_err(|_| PushFault::Keys)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).expect("base64url")
    }

    /// RFC 8291, appendix A.
    #[test]
    fn the_example_of_the_standard_comes_out_byte_for_byte() {
        let ours = bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        let ours = PrivateKey::from_private_key(&ECDH_P256, &ours).expect("a key");
        let theirs = bytes(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        );
        let auth = bytes("BTBZMqHH6r4Tts7J_aSIgg");
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw")
            .try_into()
            .expect("16 bytes");
        let text = b"When I grow up, I want to be a watermelon";
        let sealed = sealed_with(&ours, salt, &theirs, &auth, text).expect("sealed");
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(sealed), expected);
    }

    #[test]
    fn keys_that_are_none_and_messages_that_do_not_fit_are_told() {
        assert_eq!(sealed(&[4; 65], &[0; 16], b"x"), Err(PushFault::Keys));
        let theirs = PrivateKey::generate(&ECDH_P256).expect("a key");
        let theirs = theirs.compute_public_key().expect("its other half");
        let long = vec![b'x'; 4_000];
        assert_eq!(
            sealed(theirs.as_ref(), &[0; 16], &long),
            Err(PushFault::TooLong)
        );
    }

    #[test]
    fn a_signature_names_the_service_and_ends() {
        let sender =
            PushSender::of(&[7; 32], "mailto:shop@example.com".into(), false).expect("whole");
        let url = Url::parse("https://push.example/abc").expect("an address");
        let told = sender.authorization(&url, Millis(1_000_000));
        let claims = told.split('.').nth(1).expect("three parts");
        let claims: serde_json::Value = serde_json::from_slice(&bytes(claims)).expect("JSON");
        assert_eq!(claims["aud"], "https://push.example");
        assert_eq!(claims["exp"], 1_000 + SIGNED_FOR_S);
        assert!(told.ends_with(&sender.public_key()));
    }

    #[test]
    fn nothing_but_public_services_with_tls_is_reached() {
        let sender = PushSender::of(&[7; 32], "mailto:a@b.example".into(), false).expect("whole");
        let may = |url: &str| sender.may_reach(&Url::parse(url).expect("an address"));
        assert!(may("https://fcm.googleapis.com/fcm/send/x"));
        assert!(!may("http://fcm.googleapis.com/fcm/send/x"));
        assert!(!may("https://127.0.0.1/x") && !may("https://[::1]/x"));
    }
}

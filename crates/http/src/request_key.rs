//! The Idempotency-Key: from a header to the key by which the ledger, or the records, know a repeat.
//!
//! A key belongs to who sends it; the same key of another sender is another key.

use crate::misread;
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use vocabulary::RequestKey;
use xxhash_rust::xxh3::Xxh3;

/// The longest key, in characters.
const KEY_CHARACTERS_MAX: usize = 255;

/// What a request asks for, and the key it may be sent again with.
#[derive(Clone, Debug)]
pub struct Asked<T> {
    /// The body.
    pub body: T,
    /// The Idempotency-Key with the hash of what was asked.
    pub key: Option<Key>,
}

/// The body of a request that says all by its address: none, or an object without fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// An Idempotency-Key, not yet bound to its sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    text: String,
    body: u64,
}

impl Key {
    /// A key for what is asked in `asked`, as forms carry it.
    pub fn of(text: &str, asked: &[&[u8]]) -> Result<Key, Problem> {
        check(text)?;
        Ok(Key {
            text: text.to_owned(),
            body: told_apart(asked),
        })
    }

    /// The key as the ledger knows it: bound to its sender.
    pub fn by(&self, sender: &str) -> RequestKey {
        bind(&self.text, sender, self.body)
    }
}

/// The key of a request for what is asked in `asked`, bound to its sender.
///
/// # Errors
/// As [`Key::of`].
pub fn bound(text: &str, sender: &str, asked: &[&[u8]]) -> Result<RequestKey, Problem> {
    check(text)?;
    Ok(bind(text, sender, told_apart(asked)))
}

fn check(text: &str) -> Result<(), Problem> {
    let printable = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if text.is_empty() || text.len() > KEY_CHARACTERS_MAX || !printable {
        let detail = "an Idempotency-Key has 1 to 255 printable ASCII characters";
        return Err(Problem::field("Idempotency-Key", detail));
    }
    Ok(())
}

fn bind(text: &str, sender: &str, body: u64) -> RequestKey {
    let hash = digest(&[sender.as_bytes(), text.as_bytes()]);
    let (first, _) = hash.split_first_chunk::<16>().expect("a hash has 32 bytes");
    RequestKey {
        key: u128::from_be_bytes(*first),
        body,
    }
}

impl<T> Asked<T> {
    /// The key bound to its sender.
    pub fn key_by(&self, sender: &str) -> Option<RequestKey> {
        self.key.as_ref().map(|key| key.by(sender))
    }
}

/// The key of the `n`-th command that a request is made of.
pub fn part(key: Option<RequestKey>, n: u32) -> Option<RequestKey> {
    key.map(|key| {
        let hash = digest(&[&key.key.to_be_bytes(), &n.to_be_bytes()]);
        let (first, _) = hash.split_first_chunk::<16>().expect("a hash has 32 bytes");
        RequestKey {
            key: u128::from_be_bytes(*first),
            body: key.body,
        }
    })
}

impl<T: DeserializeOwned> FromRequest<Arc<Shop>> for Asked<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, shop: &Arc<Shop>) -> Result<Self, Problem> {
        let asked = Asked::<Bytes>::read(request, shop).await?;
        let text: &[u8] = match &asked.body[..] {
            [] => b"null",
            text => text,
        };
        let body = misread::read(text)?;
        let key = asked.key;
        Ok(Asked { body, key })
    }
}

impl Asked<Bytes> {
    /// The body as it came.
    ///
    /// # Errors
    /// [`Kind::TOO_LARGE`], and a key that is none.
    pub async fn read(request: Request, shop: &Arc<Shop>) -> Result<Self, Problem> {
        let header = request.headers().get("idempotency-key").cloned();
        let method = request.method().clone();
        let path = request.uri().path_and_query().cloned();
        let body = Bytes::from_request(request, shop)
            .await
            .map_err(|_| Problem::from(Kind::TOO_LARGE))?;
        let path = path.as_ref().map_or("", |path| path.as_str());
        let key = header
            .map(|header| {
                let text = String::from_utf8_lossy(header.as_bytes());
                Key::of(&text, &[method.as_str().as_bytes(), path.as_bytes(), &body])
            })
            .transpose()?;
        Ok(Asked { body, key })
    }
}

/// SHA-256 over the parts, each with its length before it.
fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// Tells one body from another. It need not withstand an enemy: only who owns the key could be misled, by
/// a body of their own.
fn told_apart(parts: &[&[u8]]) -> u64 {
    let mut hasher = Xxh3::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.digest()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_its_senders_and_its_bodys() {
        let asked: [&[u8]; 3] = [b"POST", b"/v1/holds", b"{}"];
        let key = Key::of("k", &asked).expect("a key");
        assert_eq!(bound("k", "a", &asked).expect("a key"), key.by("a"));
        let other_body = Key::of("k", &[b"POST", b"/v1/holds", b"{ }"]).expect("a key");
        assert_eq!(key.by("a"), key.by("a"));
        assert_ne!(key.by("a").key, key.by("b").key);
        assert_eq!(key.by("a").key, other_body.by("a").key);
        assert_ne!(key.by("a").body, other_body.by("a").body);
        let parts = [part(Some(key.by("a")), 0), part(Some(key.by("a")), 1)];
        assert_ne!(parts[0], parts[1]);
    }

    #[test]
    fn keys_that_cannot_be_told_apart_are_none() {
        assert!(Key::of("", &[]).is_err());
        assert!(Key::of(&"k".repeat(256), &[]).is_err());
        assert!(Key::of("ключ", &[]).is_err());
        assert!(Key::of(&"k".repeat(255), &[]).is_ok());
    }
}

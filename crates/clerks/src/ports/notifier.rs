//! The port through which notices leave the house.

use std::future::Future;
use std::pin::Pin;

/// What a try comes in.
pub type SendFuture<'a> = Pin<Box<dyn Future<Output = Sent> + Send + 'a>>;

/// Where a letter goes.
#[derive(Clone, PartialEq, Eq)]
pub enum LetterTo {
    /// A browser that takes pushes (RFC 8030).
    Browser {
        /// Where messages are posted.
        endpoint: String,
        /// Its public key: an uncompressed point of P-256.
        public_key: Vec<u8>,
        /// Its secret of 16 bytes.
        auth: Vec<u8>,
    },
    /// A mail address.
    Mail(String),
}

/// Addresses are personal: they are never written into logs.
impl std::fmt::Debug for LetterTo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            LetterTo::Browser { .. } => "Browser(..)",
            LetterTo::Mail(_) => "Mail(..)",
        })
    }
}

/// A notice in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Where it goes.
    pub to: LetterTo,
    /// In one line.
    pub title: String,
    /// In a few.
    pub body: String,
    /// Where it leads, whole.
    pub url: String,
    /// What the link is called.
    pub link: String,
    /// Letters of one tag stand for each other: the newer one is shown.
    pub tag: String,
    /// For how long it is worth keeping for a browser that is away, in seconds.
    pub keep_s: u64,
}

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It is on its way.
    Taken,
    /// There is nobody at this address any more.
    Gone,
    /// It may work later; why it did not.
    NotTaken(String),
}

/// Sends letters.
pub trait Notifier: Send + Sync {
    /// Sends a letter once.
    fn send<'a>(&'a self, letter: &'a Letter) -> SendFuture<'a>;

    /// Whether mail can be sent at all.
    fn has_mail(&self) -> bool;
}

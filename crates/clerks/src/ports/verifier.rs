//! Who verifies that somebody is the person they say they are: a service that sends a code to their phone
//! and, told the code, says which person it is.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// What a verifier's answer comes in; boxed, so that a verifier can be chosen at run time.
pub type VerifierFuture<'a, T> =
    Pin<Box<dyn Future<Output = Result<T, VerifierFault>> + Send + 'a>>;

/// Whom to send a code. It is told to the verifier and kept nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct AskCode {
    /// As in their papers.
    pub name: String,
    /// Where the code goes.
    pub phone: String,
}

impl fmt::Debug for AskCode {
    /// Says nothing of it, so that it gets into no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AskCode(..)")
    }
}

/// A code that is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedCode {
    /// The verifier's id of it.
    pub id: String,
    /// Where the code can be seen, of a verifier that only plays: a sandbox.
    pub page: Option<String>,
}

/// Why the verifier did not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifierFault {
    /// It is not the code.
    #[error("the code is wrong")]
    WrongCode,
    /// The code is too old, was used, or was guessed at too often: another must be asked for.
    #[error("the code counts no more")]
    Over,
    /// It says no to what was asked.
    #[error("the verifier refuses: {0}")]
    Refused(String),
    /// It may work later.
    #[error("the verifier cannot be reached or is failing: {0}")]
    Unavailable(String),
}

/// Verifies persons.
pub trait PersonVerifier: Send + Sync {
    /// Sends a code.
    fn request(&self, ask: AskCode) -> VerifierFuture<'_, AskedCode>;

    /// Which person it is, by the verifier's own id of them: the same for each account of one person.
    fn confirm<'a>(&'a self, id: &'a str, code: &'a str) -> VerifierFuture<'a, String>;
}

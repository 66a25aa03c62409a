//! Passwords: hashed with Argon2id off the async threads, a bounded number at a time.
//!
//! Who may sign in with one stands with accounts and staff.

use crate::RecordsFault;
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;

/// How many are hashed at the same time: each takes 19 MiB and a core for some tens of ms.
const HASHING_MAX: usize = 2;
/// How many may wait for that; past it the answer is [`RecordsFault::Busy`].
const WAITING_MAX: usize = 256;

/// Where passwords are hashed.
#[derive(Clone, Debug)]
pub(crate) struct Passwords {
    hashing: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Passwords {
            hashing: Arc::new(Semaphore::new(HASHING_MAX)),
            waiting: Arc::new(Semaphore::new(WAITING_MAX)),
        }
    }
}

impl Passwords {
    /// The hash to keep, in the PHC string format.
    pub(crate) async fn hash(&self, password: String) -> Result<String, RecordsFault> {
        self.off_thread(move || hash(&password)).await?
    }

    /// True when `hash` was made of `password`. Without a hash it takes as long and is false, so
    /// that nobody learns from the time which logins there are.
    pub(crate) async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, RecordsFault> {
        self.off_thread(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| nobodys_hash().to_owned());
            verify(&password, &hash) && known
        })
        .await
    }

    async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, RecordsFault> {
        let _waiting = self.waiting.try_acquire().map_err(|_| RecordsFault::Busy)?;
        let _hashing = self
            .hashing
            .acquire()
            .await
            .map_err(|_| RecordsFault::Busy)?;
        let worked = tokio::task::spawn_blocking(work).await;
        worked.map_err(|fault| RecordsFault::Password(fault.to_string()))
    }
}

fn hash(password: &str) -> Result<String, RecordsFault> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    let hashed: argon2::password_hash::phc::PasswordHash =
        hashed.map_err(|fault| RecordsFault::Password(fault.to_string()))?;
    Ok(hashed.to_string())
}

fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

/// A hash with today's parameters that no password is known for.
fn nobodys_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let password = hex::encode(rand::random::<[u8; 16]>());
        hash(&password).expect("a short text can be hashed")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_login_is_right() {
        let passwords = Passwords::default();
        let hash = passwords
            .hash("문을 부수다".to_owned())
            .await
            .expect("a hash");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let right = |password: &str, hash| {
            let (passwords, password) = (passwords.clone(), password.to_owned());
            async move { passwords.verify(password, hash).await.expect("an answer") }
        };
        assert!(right("문을 부수다", Some(hash.clone())).await);
        assert!(!right("문을 부수", Some(hash)).await);
        assert!(!right("anything", None).await);
    }
}

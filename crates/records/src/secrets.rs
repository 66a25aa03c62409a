//! The keys of the keyed hashes: made once, kept here alone. The journal holds only the hashes, so
//! destroying a key makes its hashes nobody's.

use crate::accounts::AccountId;
use crate::keys::signed;
use crate::{Records, RecordsFault};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use vocabulary::{Millis, PersonKey, Reference};

/// Whom a limit counts, by what is known of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who<'a> {
    /// A verified person, by what the verifier calls them.
    Verified(&'a str),
    /// A member.
    Member(AccountId),
    /// A member of the shop that handed them over, by its id of them.
    HandedOver(&'a str),
    /// A guest, by the key in their cookie.
    Guest(&'a [u8]),
}

/// The keys, read once; hashing needs no table.
#[derive(Clone)]
pub struct Secrets {
    persons: [u8; 32],
    references: [u8; 32],
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(..)")
    }
}

impl Secrets {
    /// The opaque key that stands for a person in the ledger.
    pub fn person_key(&self, who: Who<'_>) -> PersonKey {
        PersonKey(match who {
            Who::Verified(id) => keyed_hash(&self.persons, "verified", id.as_bytes()),
            Who::Member(account) => keyed_hash(&self.persons, "member", &account.0.to_be_bytes()),
            Who::HandedOver(id) => keyed_hash(&self.persons, "handed over", id.as_bytes()),
            Who::Guest(key) => keyed_hash(&self.persons, "guest", key),
        })
    }

    /// What stands for a seller's shop id in the ledger.
    pub fn seller_reference(&self, id: &str) -> Reference {
        Reference(keyed_hash(&self.references, "seller", id.as_bytes()))
    }

    /// What stands for a SKU's shop id in the ledger.
    pub fn sku_reference(&self, id: &str) -> Reference {
        Reference(keyed_hash(&self.references, "sku", id.as_bytes()))
    }

    /// What stands for a deal's shop id in the ledger.
    pub fn deal_reference(&self, id: &str) -> Reference {
        Reference(keyed_hash(&self.references, "deal", id.as_bytes()))
    }
}

impl Records {
    /// The keys; made and stored at the first call.
    pub async fn secrets(&self, at: Millis) -> Result<Secrets, RecordsFault> {
        Ok(Secrets {
            persons: self.secret("persons", at).await?,
            references: self.secret("references", at).await?,
        })
    }

    /// The key that signs what is pushed to browsers, by which they know the shop; made and stored at the first call.
    pub async fn push_key(&self, at: Millis) -> Result<[u8; 32], RecordsFault> {
        self.secret("push", at).await
    }

    /// Destroys the key of persons for good: no order of the journal can be linked to anybody
    /// any more. The next [`Records::secrets`] makes another.
    pub async fn destroy_persons_key(&self) -> Result<(), RecordsFault> {
        sqlx::query("DELETE FROM secrets WHERE name = 'persons'")
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn secret(&self, name: &str, at: Millis) -> Result<[u8; 32], RecordsFault> {
        let fresh: [u8; 32] = rand::random();
        sqlx::query(
            "INSERT INTO secrets (name, key_bytes, created_at) VALUES (?, ?, ?)
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(name)
        .bind(fresh.to_vec())
        .bind(signed(at.0))
        .execute(&self.writer)
        .await?;
        let key: Vec<u8> = sqlx::query_scalar("SELECT key_bytes FROM secrets WHERE name = ?")
            .bind(name)
            .fetch_one(&self.writer)
            .await?;
        let damaged = |_| RecordsFault::Damaged(format!("the secret {name} is not 32 bytes"));
        key.try_into().map_err(damaged)
    }
}

/// HMAC-SHA256 of the kind and the id, cut to 128 bits.
fn keyed_hash(key: &[u8; 32], kind: &str, id: &[u8]) -> u128 {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length of key will do");
    mac.update(kind.as_bytes());
    mac.update(&[0]);
    mac.update(id);
    let tag = mac.finalize().into_bytes();
    let (first, _) = tag.split_first_chunk::<16>().expect("a tag has 32 bytes");
    u128::from_be_bytes(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_id_of_another_kind_or_under_another_key_is_another_hash() {
        let ours = Secrets {
            persons: [1; 32],
            references: [2; 32],
        };
        let theirs = Secrets {
            persons: [3; 32],
            references: [4; 32],
        };
        let verified = ours.person_key(Who::Verified("7"));
        assert_eq!(verified, ours.person_key(Who::Verified("7")));
        assert_ne!(verified, ours.person_key(Who::HandedOver("7")));
        assert_ne!(verified, ours.person_key(Who::Guest(b"7")));
        assert_ne!(verified, theirs.person_key(Who::Verified("7")));
        assert_ne!(ours.sku_reference("7"), ours.deal_reference("7"));
    }
}

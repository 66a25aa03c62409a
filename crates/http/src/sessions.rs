//! Shoppers' sessions: a signed text that says who it is, so that a hold asks no table. Cookie and
//! bearer carry the same text. A member's session also names a row of the records, so that it can
//! be ended; the row is looked at again after a short while.

use crate::problem::Problem;
use crate::shop::{Keys, Shop};
use arrayvec::ArrayString;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac;
use records::{AccountId, SessionId};
use std::collections::HashMap;
use std::sync::Mutex;
use vocabulary::{Millis, PersonKey};

/// How long a session lasts.
pub const SESSION_MS: u64 = 30 * 24 * 60 * 60 * 1_000;
/// How long a member's session is believed to live without a look at the records.
const BELIEVED_MS: u64 = 30_000;
/// How many members' sessions are remembered as looked at.
const REMEMBERED_MAX: usize = 262_144;

const TAG_BYTES: usize = 16;
const MEMBER: u8 = 1;
const VERIFIED: u8 = 2;
const ACCOUNT: u8 = 4;
const EARLIER: u8 = 8;
const GRADE: u8 = 16;
const UNVERIFIED: u8 = 32;

/// What the existing shop calls the member's standing there.
pub type Grade = ArrayString<GRADE_BYTES_MAX>;

/// The longest grade, in bytes.
pub const GRADE_BYTES_MAX: usize = 32;

/// Who a shopper is, as their session says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whom limits count.
    pub person: PersonKey,
    /// Has an account, here or in the shop that handed them over.
    pub member: bool,
    /// Is a verified person.
    pub verified: bool,
    /// The account here with the row of the session, where there is one.
    pub account: Option<(AccountId, SessionId)>,
    /// Whom limits counted before they signed in: a guest, whose holds and orders are theirs.
    pub earlier: Option<PersonKey>,
    /// Whom limits counted before it was verified who they are: a member, whose orders are theirs.
    pub unverified: Option<PersonKey>,
    /// The grade that the existing shop handed them over with.
    pub grade: Option<Grade>,
    /// The first millisecond in which it is over.
    pub expires_at: Millis,
}

impl Session {
    /// The text of the session.
    pub fn seal(&self, keys: &Keys) -> String {
        let mut bytes = self.encode();
        let tag = tag(keys, &bytes);
        bytes.extend_from_slice(&tag);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The session of a text, if we signed it and it is not over.
    pub fn unseal(keys: &Keys, text: &str, now: Millis) -> Option<Session> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (claims, signature) = bytes.split_at_checked(bytes.len().checked_sub(TAG_BYTES)?)?;
        keys.mac(b"")
            .chain_update(claims)
            .verify_truncated_left(signature)
            .ok()?;
        let session = Session::decode(claims)?;
        (now < session.expires_at).then_some(session)
    }

    fn encode(&self) -> Vec<u8> {
        let flag = |set: bool, bit: u8| if set { bit } else { 0 };
        let flags = flag(self.member, MEMBER)
            | flag(self.verified, VERIFIED)
            | flag(self.account.is_some(), ACCOUNT)
            | flag(self.earlier.is_some(), EARLIER)
            | flag(self.grade.is_some(), GRADE)
            | flag(self.unverified.is_some(), UNVERIFIED);
        let mut bytes = vec![flags];
        bytes.extend_from_slice(&self.person.0.to_be_bytes());
        bytes.extend_from_slice(&self.expires_at.0.to_be_bytes());
        if let Some((account, session)) = self.account {
            bytes.extend_from_slice(&account.0.to_be_bytes());
            bytes.extend_from_slice(&session.0.to_be_bytes());
        }
        if let Some(earlier) = self.earlier {
            bytes.extend_from_slice(&earlier.0.to_be_bytes());
        }
        if let Some(unverified) = self.unverified {
            bytes.extend_from_slice(&unverified.0.to_be_bytes());
        }
        if let Some(grade) = &self.grade {
            bytes.extend_from_slice(grade.as_bytes());
        }
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Session> {
        let (flags, mut rest) = bytes.split_first()?;
        let has = |bit: u8| flags & bit != 0;
        let person = PersonKey(take_128(&mut rest)?);
        let (expires_at, mut rest) = rest.split_first_chunk::<8>()?;
        let account = match has(ACCOUNT) {
            true => Some((
                AccountId(take_128(&mut rest)?),
                SessionId(take_128(&mut rest)?),
            )),
            false => None,
        };
        let earlier = match has(EARLIER) {
            true => Some(PersonKey(take_128(&mut rest)?)),
            false => None,
        };
        let unverified = match has(UNVERIFIED) {
            true => Some(PersonKey(take_128(&mut rest)?)),
            false => None,
        };
        let grade = match has(GRADE) {
            true => Some(Grade::from(std::str::from_utf8(rest).ok()?).ok()?),
            false => None,
        };
        Some(Session {
            person,
            member: has(MEMBER),
            verified: has(VERIFIED),
            account,
            earlier,
            unverified,
            grade,
            expires_at: Millis(u64::from_be_bytes(*expires_at)),
        })
    }
}

/// The number at the front of `rest`, which goes on behind it.
fn take_128(rest: &mut &[u8]) -> Option<u128> {
    let (number, behind) = rest.split_first_chunk::<16>()?;
    *rest = behind;
    Some(u128::from_be_bytes(*number))
}

fn tag(keys: &Keys, claims: &[u8]) -> [u8; TAG_BYTES] {
    let whole = keys.mac(b"").chain_update(claims).finalize().into_bytes();
    *whole.first_chunk().expect("a tag has 32 bytes")
}

/// Which members' sessions were seen to live, and when.
#[derive(Debug, Default)]
pub struct MemberSessions(Mutex<HashMap<SessionId, Millis>>);

impl MemberSessions {
    /// True when the session was not ended.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn live(shop: &Shop, id: SessionId, now: Millis) -> Result<bool, Problem> {
        if shop.member_sessions.believed(id, now) {
            return Ok(true);
        }
        let live = shop.records.member(id, now).await?.is_some();
        if live {
            shop.member_sessions.saw(id, now);
        }
        Ok(live)
    }

    /// The session was ended.
    pub fn forget(&self, id: SessionId) {
        self.0.lock().expect(UNPOISONED).remove(&id);
    }

    fn believed(&self, id: SessionId, now: Millis) -> bool {
        let seen = self.0.lock().expect(UNPOISONED).get(&id).copied();
        seen.is_some_and(|seen| now.since(seen) < BELIEVED_MS)
    }

    fn saw(&self, id: SessionId, now: Millis) {
        let mut seen = self.0.lock().expect(UNPOISONED);
        if seen.len() >= REMEMBERED_MAX {
            seen.clear();
        }
        seen.insert(id, now);
    }
}

const UNPOISONED: &str = "nobody panics while holding the sessions";

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(byte: u8) -> Keys {
        Keys {
            sessions: [byte; 32],
            handover: None,
        }
    }

    fn session() -> Session {
        Session {
            person: PersonKey(77),
            member: true,
            verified: false,
            account: Some((AccountId(1), SessionId(2))),
            earlier: Some(PersonKey(3)),
            unverified: Some(PersonKey(4)),
            grade: Grade::from("골드").ok(),
            expires_at: Millis(1_000),
        }
    }

    #[test]
    fn a_session_reads_back_until_its_end_and_only_with_our_key() {
        let text = session().seal(&keys(1));
        assert_eq!(
            Session::unseal(&keys(1), &text, Millis(999)),
            Some(session())
        );
        assert_eq!(Session::unseal(&keys(1), &text, Millis(1_000)), None);
        assert_eq!(Session::unseal(&keys(2), &text, Millis(999)), None);
    }

    #[test]
    fn what_a_session_does_not_have_it_does_not_have_when_read_back() {
        let guest = Session {
            member: false,
            account: None,
            earlier: None,
            unverified: None,
            grade: None,
            ..session()
        };
        let halves = [
            guest,
            Session {
                earlier: None,
                ..session()
            },
            Session {
                account: None,
                ..session()
            },
            Session {
                unverified: None,
                ..session()
            },
        ];
        for session in halves {
            let text = session.seal(&keys(1));
            assert_eq!(Session::unseal(&keys(1), &text, Millis(0)), Some(session));
        }
    }

    #[test]
    fn no_byte_of_a_session_may_be_changed() {
        let bytes = URL_SAFE_NO_PAD
            .decode(session().seal(&keys(1)))
            .expect("its own alphabet");
        for index in 0..bytes.len() {
            let mut forged = bytes.clone();
            forged[index] ^= 1;
            let text = URL_SAFE_NO_PAD.encode(&forged);
            assert_eq!(Session::unseal(&keys(1), &text, Millis(0)), None, "{index}");
        }
        assert_eq!(Session::unseal(&keys(1), "", Millis(0)), None);
    }
}

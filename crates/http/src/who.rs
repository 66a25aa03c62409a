//! Who asks: a shopper by their session, or staff by session or API key.

use crate::limits::count_session;
use crate::problem::{Kind, Problem};
use crate::rights;
use crate::sessions::{MemberSessions, SESSION_MS, Session};
use crate::shop::Shop;
use arrayvec::ArrayString;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use records::{AccountId, OpenedBy, Role, StaffId, Token, Who};
use std::sync::{Arc, OnceLock};
use vocabulary::{Millis, PersonKey};

/// The cookie of shoppers.
pub const SESSION_COOKIE: &str = "doorbuster_session";
/// The cookie of staff.
pub const STAFF_COOKIE: &str = "doorbuster_staff";
/// For how long somebody has signed in a moment ago.
const FRESH_MS: u64 = 15 * 60 * 1_000;
/// What pages of the desk ask for without anybody's doing; it keeps no session alive.
const LOOKED_AT_BY_ITSELF: &str = "/desk/today";

/// A shopper, by their session. On an unsafe method who has none becomes a guest, and the answer
/// brings the cookie; on a safe one `Option<Shopper>` is `None` and `Shopper` is a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shopper(pub Session);

/// Where a session that was opened on the way is left for the answer to carry as a cookie.
#[derive(Clone, Debug, Default)]
pub struct FreshSession(Arc<OnceLock<String>>);

impl FreshSession {
    /// The text of the session, if one was opened.
    pub fn text(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }
}

impl Shopper {
    /// Somebody new, without an account.
    pub fn guest(shop: &Shop) -> Shopper {
        let key: [u8; 16] = rand::random();
        Shopper(Session {
            person: shop.secrets.person_key(Who::Guest(&key)),
            member: false,
            verified: false,
            account: None,
            earlier: None,
            unverified: None,
            grade: None,
            expires_at: shop.now().plus(SESSION_MS),
        })
    }

    /// The shopper of a session that we opened and that has not ended.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn of(shop: &Shop, session: &str) -> Result<Option<Shopper>, Problem> {
        let now = shop.now();
        let Some(session) = Session::unseal(&shop.keys, session, now) else {
            return Ok(None);
        };
        if let Some((_, row)) = session.account
            && !MemberSessions::live(shop, row, now).await?
        {
            return Ok(None);
        }
        Ok(Some(Shopper(session)))
    }

    /// Whom limits count.
    pub fn person(&self) -> PersonKey {
        self.0.person
    }

    /// The account here, where there is one.
    pub fn account(&self) -> Option<AccountId> {
        self.0.account.map(|(account, _)| account)
    }

    /// As the ledger sees them.
    pub fn words(&self) -> vocabulary::Shopper {
        vocabulary::Shopper {
            person: self.0.person,
            member: self.0.member,
            verified: self.0.verified,
        }
    }

    /// To whom the request keys belong.
    pub fn scope(&self) -> ArrayString<40> {
        let mut digits = [0; 32];
        hex::encode_to_slice(self.0.person.0.to_be_bytes(), &mut digits).expect("two a byte");
        let mut scope = ArrayString::from("shopper ").expect("there is room");
        scope.push_str(std::str::from_utf8(&digits).expect("digits are text"));
        scope
    }
}

/// Staff, by session or API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// What the audit calls them: the mail address, or `key <name>`.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// What they showed.
    pub token: Token,
    /// Whose session it is; none for a program with a key.
    pub session: Option<StaffSeat>,
}

/// A session of somebody on the staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffSeat {
    /// Whose.
    pub staff: StaffId,
    /// Its number.
    pub session: u128,
    /// What they showed when they signed in.
    pub opened_by: OpenedBy,
    /// When that was.
    pub opened_at: Millis,
}

impl Staff {
    /// Lets pass who has this role or a greater one.
    ///
    /// # Errors
    /// [`Kind::ROLE_INSUFFICIENT`].
    pub fn require(&self, role: Role) -> Result<(), Problem> {
        if self.role >= role {
            return Ok(());
        }
        let detail = format!("this needs the role {}", role.as_str());
        Err(Problem::from(Kind::ROLE_INSUFFICIENT).because(detail))
    }

    /// The session, which only a person has.
    ///
    /// # Errors
    /// [`Kind::ROLE_INSUFFICIENT`] for a program.
    pub fn seat(&self) -> Result<&StaffSeat, Problem> {
        let program = || Problem::from(Kind::ROLE_INSUFFICIENT).because("this is for people");
        self.session.as_ref().ok_or_else(program)
    }

    /// As [`Staff::seat`], of who signed in a moment ago: what a thief with an open browser would do
    /// first, like adding a passkey of their own, asks for that.
    ///
    /// # Errors
    /// [`Kind::SIGN_IN_AGAIN`].
    pub fn fresh_seat(&self, now: Millis) -> Result<&StaffSeat, Problem> {
        let seat = self.seat()?;
        match now.since(seat.opened_at) < FRESH_MS {
            true => Ok(seat),
            false => Err(Kind::SIGN_IN_AGAIN.into()),
        }
    }

    /// To whom the request keys belong.
    pub fn scope(&self) -> String {
        format!("staff {}", self.name)
    }

    async fn known(parts: &Parts, shop: &Shop) -> Result<Staff, Problem> {
        let text = bearer(parts).or_else(|| cookie(parts, STAFF_COOKIE));
        let unknown = || Problem::from(Kind::SIGN_IN_REQUIRED);
        let token = Token(text.ok_or_else(unknown)?.to_owned());
        let used = !parts.uri.path().starts_with(LOOKED_AT_BY_ITSELF);
        let seen = shop.records.staff_signed_in(&token, used, shop.now());
        let Some(seen) = seen.await? else {
            let key = shop.records.api_key(&token).await?.ok_or_else(unknown)?;
            return Ok(Staff {
                name: format!("key {}", key.name),
                role: key.role,
                token,
                session: None,
            });
        };
        let bare = seen.second_factor_required && seen.opened_by == OpenedBy::Password;
        if bare && !rights::leads_to_a_second_factor(parts.uri.path()) {
            return Err(Kind::SECOND_FACTOR_WANTED.into());
        }
        Ok(Staff {
            name: seen.member.mail,
            role: seen.member.role,
            token,
            session: Some(StaffSeat {
                staff: seen.member.id,
                session: seen.session,
                opened_by: seen.opened_by,
                opened_at: seen.opened_at,
            }),
        })
    }
}

impl FromRequestParts<Arc<Shop>> for Shopper {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shop: &Arc<Shop>) -> Result<Self, Problem> {
        if let Some(shopper) = known_shopper(parts, shop).await? {
            return Ok(shopper);
        }
        if parts.method.is_safe() || bearer(parts).is_some() {
            return Err(Kind::SESSION_REQUIRED.into());
        }
        count_session(parts)?;
        let guest = Shopper::guest(shop);
        if let Some(fresh) = parts.extensions.get::<FreshSession>() {
            let _ = fresh.0.set(guest.0.seal(&shop.keys));
        }
        Ok(guest)
    }
}

impl OptionalFromRequestParts<Arc<Shop>> for Shopper {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        shop: &Arc<Shop>,
    ) -> Result<Option<Self>, Problem> {
        known_shopper(parts, shop).await
    }
}

impl FromRequestParts<Arc<Shop>> for Staff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shop: &Arc<Shop>) -> Result<Self, Problem> {
        let staff = Staff::known(parts, shop).await?;
        rights::check(parts, &staff)?;
        Ok(staff)
    }
}

async fn known_shopper(parts: &Parts, shop: &Shop) -> Result<Option<Shopper>, Problem> {
    match bearer(parts).or_else(|| cookie(parts, SESSION_COOKIE)) {
        Some(text) => Shopper::of(shop, text).await,
        None => Ok(None),
    }
}

/// What stands behind `Authorization: Bearer`.
pub(crate) fn bearer(parts: &Parts) -> Option<&str> {
    let text = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    named_cookie(&parts.headers, name)
}

/// The value of a cookie in the head of a request.
pub(crate) fn named_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// A cookie that scripts cannot read and that other sites' forms do not bring.
pub fn set_cookie(shop: &Shop, name: &str, value: &str, seconds: u64) -> String {
    let secure = if shop.settings.public_url.starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_keys_belong_to_the_person_in_words() {
        let shopper = Shopper(Session {
            person: PersonKey(0xab),
            member: false,
            verified: false,
            account: None,
            earlier: None,
            unverified: None,
            grade: None,
            expires_at: Millis(0),
        });
        assert_eq!(&shopper.scope()[..], format!("shopper {}", PersonKey(0xab)));
    }
}

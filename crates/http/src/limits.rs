//! Limits: how many requests a session and an address may make, how many sessions an address may
//! open, how many letters it may ask for, and how many may listen to streams at once. Past them the
//! answer is 429, or 503 where the house is full, with the time to wait.

use crate::deeds::staff::CameFrom;
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use crate::who::{SESSION_COOKIE, bearer, cookie};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use std::convert::Infallible;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Above how many known senders those that were quiet are forgotten.
const SENDERS_MAX: usize = 131_072;
/// After about how many requests it is looked whether that is so.
const LOOKED_EVERY: u32 = 1_024;
/// After how long who found no place to listen may try again.
const LISTEN_AGAIN_MS: u64 = 10_000;

/// How many requests a second, and how many at once after a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// A second, in the long run.
    pub per_second: NonZeroU32,
    /// At once.
    pub burst: NonZeroU32,
}

/// The limits of a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of one session.
    pub session: Limit,
    /// Of one address, behind which may be many people.
    pub address: Limit,
    /// How many sessions one address may open in a minute.
    pub sessions_per_minute: NonZeroU32,
    /// How many letters one address may ask for in a minute, whoever they are for: each costs the mail server a letter,
    /// or fills a mailbox.
    pub letters_per_minute: NonZeroU32,
    /// How many streams may be open at once, all senders together.
    pub listeners: usize,
}

impl Default for Limits {
    /// 50 a second for a session, 10,000 for an address; 120,000 sessions and 60 letters a minute, 10,000 streams.
    fn default() -> Self {
        let number = |n| NonZeroU32::new(n).expect("it is not zero");
        Limits {
            session: Limit {
                per_second: number(50),
                burst: number(200),
            },
            address: Limit {
                per_second: number(10_000),
                burst: number(20_000),
            },
            sessions_per_minute: number(120_000),
            letters_per_minute: number(60),
            listeners: 10_000,
        }
    }
}

/// Counts of senders, who are forgotten after they were quiet.
struct Limiter {
    senders: DefaultKeyedRateLimiter<u64>,
}

impl Limiter {
    fn of(quota: Quota) -> Limiter {
        Limiter {
            senders: DefaultKeyedRateLimiter::keyed(quota),
        }
    }

    /// How many are known costs a look at every part of the table: it is asked now and then, by chance, since a
    /// count of requests would go to and fro between the processors.
    fn forget_the_quiet(&self) {
        if rand::random_ratio(1, LOOKED_EVERY) && self.senders.len() > SENDERS_MAX {
            self.senders.retain_recent();
        }
    }
}

/// Counts requests by sender.
pub(crate) struct Gate {
    shop: Arc<Shop>,
    sessions: Limiter,
    addresses: Limiter,
    openings: Limiter,
    letters: Limiter,
    streams: Arc<Semaphore>,
    hasher: RandomState,
}

impl Gate {
    pub fn of(shop: Arc<Shop>, limits: Limits) -> Gate {
        let quota = |limit: Limit| Quota::per_second(limit.per_second).allow_burst(limit.burst);
        Gate {
            sessions: Limiter::of(quota(limits.session)),
            addresses: Limiter::of(quota(limits.address)),
            openings: Limiter::of(Quota::per_minute(limits.sessions_per_minute)),
            letters: Limiter::of(Quota::per_minute(limits.letters_per_minute)),
            streams: Arc::new(Semaphore::new(limits.listeners.min(Semaphore::MAX_PERMITS))),
            hasher: RandomState::new(),
            shop,
        }
    }

    /// Counts a request, lets it in, and has it know from which address it comes.
    ///
    /// # Errors
    /// [`Kind::RATE_LIMITED`], with the time to wait.
    pub fn admit(self: &Arc<Self>, parts: &mut Parts) -> Result<(), Problem> {
        let address = self.check(parts)?;
        let gate = Arc::clone(self);
        parts.extensions.insert(Admitted { gate, address });
        Ok(())
    }

    fn check(&self, parts: &Parts) -> Result<Option<u64>, Problem> {
        let session = bearer(parts).or_else(|| cookie(parts, SESSION_COOKIE));
        self.count(session, told_address(&self.shop, parts), peer(parts))
    }

    /// Counts so many requests of one peer together; when its limit has no room for all of them, none.
    pub fn count_together(&self, peer: IpAddr, requests: NonZeroU32) -> bool {
        self.addresses.forget_the_quiet();
        let peer = self.hasher.hash_one(network_of(peer));
        matches!(
            self.addresses.senders.check_key_n(&peer, requests),
            Ok(Ok(()))
        )
    }

    /// Counts a request by its session and by where it comes from: what the trusted proxy says, else the
    /// peer. The address as the gate knows it.
    ///
    /// # Errors
    /// [`Kind::RATE_LIMITED`], with the time to wait.
    pub fn count(
        &self,
        session: Option<&str>,
        told: Option<&str>,
        peer: Option<IpAddr>,
    ) -> Result<Option<u64>, Problem> {
        if let Some(session) = session {
            count(&self.sessions, self.hasher.hash_one(session))?;
        }
        let told = told.map(|list| self.told(last_of(list)));
        let address = told.or_else(|| peer.map(|peer| self.hasher.hash_one(network_of(peer))));
        if let Some(address) = address {
            count(&self.addresses, address)?;
        }
        Ok(address)
    }

    /// What the trusted proxy says, as the gate knows it: an address, or whatever else it writes there.
    fn told(&self, text: &str) -> u64 {
        match text.parse() {
            Ok(address) => self.hasher.hash_one(network_of(address)),
            Err(_) => self.hasher.hash_one(text),
        }
    }
}

/// What counts as one address: of IPv6 the /64, of which whoever has one address has all.
fn network_of(address: IpAddr) -> IpAddr {
    const NETWORK: u128 = !0 << 64;
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & NETWORK).into(),
        address => address,
    }
}

/// The last address of a list: the one that the trusted proxy added.
fn last_of(list: &str) -> &str {
    list.rsplit(',').next().unwrap_or_default().trim()
}

/// The address that the trusted proxy added.
fn told_address<'a>(shop: &Shop, parts: &'a Parts) -> Option<&'a str> {
    let header = shop.settings.address_header.as_deref()?;
    let list = parts.headers.get(header)?.to_str().ok()?;
    Some(last_of(list))
}

/// Who is at the other end of the connection.
fn peer(parts: &Parts) -> Option<IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map(|ConnectInfo(peer)| peer.ip())
}

/// Where a request comes from: what the trusted proxy says, else the peer; empty where nobody knows.
pub(crate) struct FromAddress(pub String);

impl FromRequestParts<Arc<Shop>> for FromAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, shop: &Arc<Shop>) -> Result<Self, Infallible> {
        let told = told_address(shop, parts).map(str::to_owned);
        let address = told.or_else(|| peer(parts).map(|peer| peer.to_string()));
        Ok(FromAddress(address.unwrap_or_default()))
    }
}

impl FromRequestParts<Arc<Shop>> for CameFrom {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, shop: &Arc<Shop>) -> Result<Self, Infallible> {
        let FromAddress(address) = FromAddress::from_request_parts(parts, shop).await?;
        let device = parts.headers.get(header::USER_AGENT);
        let device = device.and_then(|text| text.to_str().ok());
        Ok(CameFrom {
            address,
            device: device.unwrap_or_default().to_owned(),
        })
    }
}

fn count(limiter: &Limiter, sender: u64) -> Result<(), Problem> {
    limiter.forget_the_quiet();
    limiter.senders.check_key(&sender).map_err(|wait| {
        let wait = wait.wait_time_from(DefaultClock::default().now());
        let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        Problem::from(Kind::RATE_LIMITED).retry_after(ms.max(1))
    })
}

/// What a request that was let in may still do.
#[derive(Clone)]
struct Admitted {
    gate: Arc<Gate>,
    address: Option<u64>,
}

/// Counts a session that is about to be opened.
///
/// # Errors
/// [`Kind::RATE_LIMITED`] where the address has opened too many.
pub(crate) fn count_session(parts: &Parts) -> Result<(), Problem> {
    let Some(Admitted { gate, address }) = parts.extensions.get() else {
        return Ok(());
    };
    address.map_or(Ok(()), |address| count(&gate.openings, address))
}

/// A session is about to be opened, and may be.
pub(crate) struct OpensSession;

impl FromRequestParts<Arc<Shop>> for OpensSession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Shop>) -> Result<Self, Problem> {
        count_session(parts).map(|()| OpensSession)
    }
}

/// A letter is about to be asked for, and may be.
pub(crate) struct AsksForLetter;

impl FromRequestParts<Arc<Shop>> for AsksForLetter {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Shop>) -> Result<Self, Problem> {
        if let Some(Admitted { gate, address }) = parts.extensions.get()
            && let Some(address) = address
        {
            count(&gate.letters, *address)?;
        }
        Ok(AsksForLetter)
    }
}

/// A place among those who listen to a stream; given back when it is dropped.
pub(crate) struct Listener(#[expect(dead_code)] Option<OwnedSemaphorePermit>);

impl Listener {
    fn with(permit: Option<OwnedSemaphorePermit>) -> Listener {
        metrics::gauge!(LISTENERS).increment(1);
        Listener(permit)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        metrics::gauge!(LISTENERS).decrement(1);
    }
}

/// How many listen now.
const LISTENERS: &str = "doorbuster_stream_listeners";

impl FromRequestParts<Arc<Shop>> for Listener {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Shop>) -> Result<Self, Problem> {
        let Some(Admitted { gate, .. }) = parts.extensions.get() else {
            return Ok(Listener::with(None));
        };
        match Arc::clone(&gate.streams).try_acquire_owned() {
            Ok(permit) => Ok(Listener::with(Some(permit))),
            Err(_) => Err(Problem::from(Kind::LISTENERS_FULL).retry_after(LISTEN_AGAIN_MS)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_ipv6_counts_as_one_address_and_one_of_ipv4_does_not() {
        let of = |text: &str| network_of(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("::ffff:192.0.2.1"), of("::ffff:192.0.2.2"));
    }
}

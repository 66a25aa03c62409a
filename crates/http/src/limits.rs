//! Limits: how many requests a session and an address may make. Past them the answer is 429 with
//! the time to wait.

use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use crate::who::{SESSION_COOKIE, bearer, cookie};
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

/// Above how many known senders those that were quiet are forgotten.
const SENDERS_MAX: usize = 131_072;

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
}

impl Default for Limits {
    /// 50 a second for a session, 10,000 for an address.
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
        }
    }
}

/// Counts requests by sender.
pub(crate) struct Gate {
    shop: Arc<Shop>,
    sessions: DefaultKeyedRateLimiter<u64>,
    addresses: DefaultKeyedRateLimiter<u64>,
    hasher: RandomState,
}

impl Gate {
    pub fn of(shop: Arc<Shop>, limits: Limits) -> Gate {
        let quota = |limit: Limit| Quota::per_second(limit.per_second).allow_burst(limit.burst);
        Gate {
            sessions: DefaultKeyedRateLimiter::keyed(quota(limits.session)),
            addresses: DefaultKeyedRateLimiter::keyed(quota(limits.address)),
            hasher: RandomState::new(),
            shop,
        }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// [`Kind::RATE_LIMITED`], with the time to wait.
    pub fn check(&self, parts: &Parts) -> Result<(), Problem> {
        if let Some(session) = bearer(parts).or_else(|| cookie(parts, SESSION_COOKIE)) {
            count(&self.sessions, self.hasher.hash_one(session))?;
        }
        if let Some(address) = self.address(parts) {
            count(&self.addresses, self.hasher.hash_one(address))?;
        }
        Ok(())
    }

    /// Where the request comes from: the last address that the trusted proxy added, else the peer.
    fn address(&self, parts: &Parts) -> Option<String> {
        let header = self.shop.settings.address_header.as_deref();
        let told = header.and_then(|name| parts.headers.get(name)?.to_str().ok());
        let told = told.and_then(|list| list.rsplit(',').next());
        let peer = || parts.extensions.get::<ConnectInfo<SocketAddr>>();
        told.map(|address| address.trim().to_owned())
            .or_else(|| peer().map(|ConnectInfo(peer)| peer.ip().to_string()))
    }
}

fn count(limiter: &DefaultKeyedRateLimiter<u64>, sender: u64) -> Result<(), Problem> {
    if limiter.len() > SENDERS_MAX {
        limiter.retain_recent();
    }
    limiter.check_key(&sender).map_err(|wait| {
        let wait = wait.wait_time_from(DefaultClock::default().now());
        let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        Problem::from(Kind::RATE_LIMITED).retry_after(ms.max(1))
    })
}

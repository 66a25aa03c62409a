//! The shop as the web room wants it: every wire plugged in.

use super::payments::Provider;
use crate::clock;
use crate::config::Settings;
use crate::house::{House, SHARD};
use adapters::{Secret, SignedCallbacks};
use anyhow::Context;
use http::deposits::Deposits;
use http::directory::Directory;
use http::gathering::Gathering;
use http::passkeys::Challenges;
use http::sessions::MemberSessions;
use http::{Keys, Language, Limit, Limits, Meters, Shop, Standing};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio::sync::watch;
use vocabulary::{Millis, Steps, Zone};

struct WallClock;

impl http::Clock for WallClock {
    fn now(&self) -> Millis {
        clock::now()
    }
}

/// Puts the shop together.
pub(super) fn furnish(
    settings: &Settings,
    house: &House,
    provider: &Provider,
    standing: watch::Receiver<Standing>,
    meters: Meters,
) -> anyhow::Result<Arc<Shop>> {
    let callbacks =
        Secret::parse(&house.secrets.callbacks).context("the callback secret is no secret")?;
    Ok(Arc::new(Shop {
        counter: house.counter.clone(),
        gathering: Gathering::before(house.counter.clone()),
        shard: SHARD,
        gallery: Arc::clone(&house.gallery),
        reached: house.viewed.clone(),
        orders_reached: house.ordered.clone(),
        records: house.records.clone(),
        secrets: house.keys.clone(),
        provider: Arc::clone(&provider.client),
        callbacks: Arc::new(SignedCallbacks::with(callbacks)),
        keys: keys(house)?,
        settings: shop_settings(settings)?,
        clock: Arc::new(WallClock),
        standing,
        metrics: Some(meters),
        directory: Directory::over(house.records.clone()),
        refusals: http::RefusalMeters::default(),
        member_sessions: MemberSessions::default(),
        deposits: Deposits::default(),
        challenges: Challenges::default(),
    }))
}

fn keys(house: &House) -> anyhow::Result<Keys> {
    let bytes = hex::decode(&house.secrets.cookies).context("the cookie key is not hexadecimal")?;
    let sessions = bytes
        .first_chunk()
        .copied()
        .context("the cookie key is too short")?;
    Ok(Keys {
        sessions,
        handover: Some(house.secrets.handover.clone().into_bytes()),
    })
}

fn shop_settings(settings: &Settings) -> anyhow::Result<http::Settings> {
    let zones = [("jeju", Zone(1)), ("island", Zone(2))];
    Ok(http::Settings {
        name: settings.festival_name.clone(),
        currency: settings.currency,
        language: Language::of_tag(&settings.language).context("the language was checked")?,
        time_zone: TimeZone::get(&settings.time_zone).context("the time zone was checked")?,
        public_url: settings.public_url.clone(),
        pictures: settings.data.join("pictures"),
        zones: BTreeMap::from(zones.map(|(name, zone)| (name.to_owned(), zone))),
        steps: Steps::Two,
        limits: Some(limits(settings)),
        address_header: settings.address_header.clone(),
    })
}

fn limits(settings: &Settings) -> Limits {
    let number = |told: u32| NonZeroU32::new(told).unwrap_or(NonZeroU32::MIN);
    let limit = |per_second, times: u32| Limit {
        per_second: number(per_second),
        burst: number(per_second.saturating_mul(times)),
    };
    Limits {
        session: limit(settings.requests_per_second, 4),
        address: limit(settings.address_requests_per_second, 2),
        sessions_per_minute: number(settings.sessions_per_minute),
        listeners: settings.listeners,
    }
}

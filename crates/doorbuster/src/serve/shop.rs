//! The shop as the web room wants it: every wire plugged in.

use super::payments::Provider;
use crate::clock;
use crate::config::Settings;
use crate::house::{House, SHARD};
use adapters::{
    BundledAddresses, HttpVerifier, JUSO_URL, JusoAddresses, Letters, ProviderAddress, Secret,
    SignedCallbacks,
};
use anyhow::Context;
use clerks::ports::{AddressSource, PersonVerifier};
use http::board::{Board, EarlierFestival};
use http::deposits::Deposits;
use http::directory::Directory;
use http::gathering::Gathering;
use http::lateness::Lateness;
use http::notices::Bulletin;
use http::passkeys::Challenges;
use http::postman::Postman;
use http::sessions::MemberSessions;
use http::waiting::{Rules, WaitingRoom};
use http::{Keys, Language, Limit, Limits, Meters, Shop, Standing};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio::sync::watch;
use vocabulary::{Millis, Steps, Zone};

/// How long the verifier of persons may take, in ms.
const VERIFIER_MS: u64 = 10_000;

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
    (standing, meters): (watch::Receiver<Standing>, Meters),
    letters: &Arc<Letters>,
) -> anyhow::Result<Arc<Shop>> {
    let callbacks =
        Secret::parse(&house.secrets.callbacks).context("the callback secret is no secret")?;
    let keys = keys(house)?;
    let waiting = WaitingRoom::opened(waiting_rules(settings), &keys.sessions, clock::now());
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
        addresses: addresses(house)?,
        callbacks: Arc::new(SignedCallbacks::with(callbacks)),
        verifier: verifier(settings, house)?,
        keys,
        settings: shop_settings(settings)?,
        clock: Arc::new(WallClock),
        standing,
        metrics: Some(meters),
        directory: Directory::over(house.records.clone()),
        refusals: http::RefusalMeters::default(),
        shelves: http::Shelves::default(),
        press: http::Press::default(),
        member_sessions: MemberSessions::default(),
        deposits: Deposits::default(),
        bulletin: Bulletin::default(),
        push_key: Some(letters.push.public_key()),
        postman: Postman::through(letters.clone()),
        board: Board::default(),
        lateness: Lateness::default(),
        waiting,
        challenges: Challenges::default(),
        turns: http::turns::Turns::default(),
    }))
}

/// Who verifies persons, where that is configured; it knows us by the key of the provider.
fn verifier(settings: &Settings, house: &House) -> anyhow::Result<Option<Arc<dyn PersonVerifier>>> {
    let Some(url) = &settings.verifier_url else {
        return Ok(None);
    };
    let address = ProviderAddress {
        base_url: url.clone(),
        api_key: house.secrets.provider_key.clone(),
        timeout_ms: VERIFIER_MS,
    };
    let client = HttpVerifier::at(address).context("the verifier cannot be called")?;
    Ok(Some(Arc::new(client)))
}

/// Where Korean addresses are looked up: with a key at the government's service, and in the list within where
/// there is none or the service fails.
fn addresses(house: &House) -> anyhow::Result<Arc<dyn AddressSource>> {
    let within: Arc<dyn AddressSource> = Arc::new(BundledAddresses);
    match house.secrets.juso_key.as_str() {
        "" => Ok(within),
        key => {
            let juso = JusoAddresses::at(JUSO_URL, key, within);
            Ok(Arc::new(juso.context("juso.go.kr cannot be asked")?))
        }
    }
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
        withdrawal_ms: settings.rules.withdrawal_ms,
        business: Arc::new(settings.business.clone()),
        about: settings.about.clone(),
        limits: Some(limits(settings)),
        address_header: settings.address_header.clone(),
        countries: settings.countries.clone(),
        return_hosts: settings.return_hosts.clone(),
        earlier: earlier(settings)?,
    })
}

fn earlier(settings: &Settings) -> anyhow::Result<Option<EarlierFestival>> {
    let read = settings.board_compare.as_deref().map(EarlierFestival::read);
    read.transpose().context("`board.compare` cannot be used")
}

fn waiting_rules(settings: &Settings) -> Option<Rules> {
    settings.waiting_room.then(|| Rules {
        opens_before_ms: settings.waiting_opens_before_ms,
        pass_ms: settings.waiting_pass_ms,
        per_second: settings.admitted_per_second,
        ..Rules::default()
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
        letters_per_minute: number(settings.letters_per_minute),
        listeners: settings.listeners,
    }
}

//! The settings as types. They were checked when they were gathered, so nothing here can fail.

use super::Config;
use super::table::listed;
use money::Currency;
use records::Business;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use vocabulary::Rules;

/// Every setting, parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `data`
    pub data: PathBuf,
    /// `listen`
    pub listen: SocketAddr,
    /// `public_url`, or what stands for it.
    pub public_url: String,
    /// `festival.name`
    pub festival_name: String,
    /// `festival.currency`
    pub currency: Currency,
    /// `festival.time_zone`
    pub time_zone: String,
    /// `festival.language`
    pub language: String,
    /// `shop.business.*`
    pub business: Business,
    /// `shop.about`, or what stands for it.
    pub about: PathBuf,
    /// `shop.countries`
    pub countries: Vec<String>,
    /// `shop.return_hosts`
    pub return_hosts: Vec<String>,
    /// `secrets`, or what stands for it.
    pub secrets: PathBuf,
    /// `provider.url`; none: the sandbox within.
    pub provider_url: Option<String>,
    /// `verifier.url`; none: nobody is verified here.
    pub verifier_url: Option<String>,
    /// `sandbox.listen`
    pub sandbox_listen: SocketAddr,
    /// `sandbox.public_url`, or what stands for it.
    pub sandbox_public_url: String,
    /// `sandbox.data`, or what stands for it.
    pub sandbox_data: PathBuf,
    /// `sandbox.shop_url`, or what stands for it.
    pub sandbox_shop_url: String,
    /// `journal.segment_bytes`
    pub segment_bytes: u64,
    /// `snapshots.every`
    pub snapshots_every: u64,
    /// `snapshots.keep`
    pub snapshots_keep: usize,
    /// `ledger.room`
    pub ledger_room: usize,
    /// `rules.*`
    pub rules: Rules,
    /// `limits.requests_per_second`
    pub requests_per_second: u32,
    /// `limits.address_requests_per_second`
    pub address_requests_per_second: u32,
    /// `limits.address_header`
    pub address_header: Option<String>,
    /// `limits.sessions_per_minute`
    pub sessions_per_minute: u32,
    /// `limits.letters_per_minute`
    pub letters_per_minute: u32,
    /// `limits.listeners`
    pub listeners: usize,
    /// `mail.server`
    pub mail_server: Option<String>,
    /// `mail.user`
    pub mail_user: String,
    /// `mail.from`
    pub mail_from: String,
    /// `board.compare`
    pub board_compare: Option<PathBuf>,
    /// `waiting.room`
    pub waiting_room: bool,
    /// `waiting.opens_before_ms`
    pub waiting_opens_before_ms: u64,
    /// `waiting.pass_ms`
    pub waiting_pass_ms: u64,
    /// `waiting.admitted_per_second`; none: as many as can be borne.
    pub admitted_per_second: Option<u32>,
    /// `webhooks.reach`: also addresses that are not public.
    pub webhooks_anywhere: bool,
    /// `log.format`
    pub log_format: String,
    /// `log.level`
    pub log_level: String,
}

impl From<&Config> for Settings {
    fn from(config: &Config) -> Self {
        let listen: SocketAddr = parse(config, "listen");
        let sandbox_listen: SocketAddr = parse(config, "sandbox.listen");
        let data = PathBuf::from(text(config, "data"));
        Settings {
            secrets: path_or(config, "secrets", || crate::secrets::path(&data)),
            sandbox_data: path_or(config, "sandbox.data", || data.join("sandbox")),
            about: path_or(config, "shop.about", || data.join("about")),
            business: business(config),
            sandbox_shop_url: shop_url(config, listen),
            data,
            listen,
            public_url: url_or(config, "public_url", listen),
            festival_name: text(config, "festival.name"),
            currency: parse(config, "festival.currency"),
            time_zone: text(config, "festival.time_zone"),
            language: text(config, "festival.language"),
            countries: list(config, "shop.countries"),
            return_hosts: list(config, "shop.return_hosts"),
            provider_url: Some(text(config, "provider.url")).filter(|url| !url.is_empty()),
            verifier_url: Some(text(config, "verifier.url")).filter(|url| !url.is_empty()),
            sandbox_listen,
            sandbox_public_url: url_or(config, "sandbox.public_url", sandbox_listen),
            segment_bytes: parse(config, "journal.segment_bytes"),
            ledger_room: parse(config, "ledger.room"),
            snapshots_every: parse(config, "snapshots.every"),
            snapshots_keep: parse(config, "snapshots.keep"),
            rules: rules(config),
            requests_per_second: parse(config, "limits.requests_per_second"),
            address_requests_per_second: parse(config, "limits.address_requests_per_second"),
            address_header: Some(text(config, "limits.address_header")).filter(|it| !it.is_empty()),
            listeners: parse(config, "limits.listeners"),
            sessions_per_minute: parse(config, "limits.sessions_per_minute"),
            letters_per_minute: parse(config, "limits.letters_per_minute"),
            mail_server: Some(text(config, "mail.server")).filter(|it| !it.is_empty()),
            mail_user: text(config, "mail.user"),
            mail_from: text(config, "mail.from"),
            board_compare: Some(text(config, "board.compare"))
                .filter(|path| !path.is_empty())
                .map(PathBuf::from),
            waiting_room: text(config, "waiting.room") == "on",
            waiting_opens_before_ms: parse(config, "waiting.opens_before_ms"),
            waiting_pass_ms: parse(config, "waiting.pass_ms"),
            admitted_per_second: Some(parse(config, "waiting.admitted_per_second"))
                .filter(|it| *it > 0),
            webhooks_anywhere: text(config, "webhooks.reach") == "anywhere",
            log_format: text(config, "log.format"),
            log_level: text(config, "log.level"),
        }
    }
}

fn business(config: &Config) -> Business {
    let told = |key: &str| text(config, &format!("shop.business.{key}"));
    Business {
        name: told("name"),
        representative: told("representative"),
        registration_number: told("registration_number"),
        mail_order_number: told("mail_order_number"),
        address: told("address"),
        phone: told("phone"),
        mail: told("mail"),
        hosting: told("hosting"),
    }
}

fn rules(config: &Config) -> Rules {
    Rules {
        idempotency_ms: parse(config, "rules.idempotency_ms"),
        payment_ms: parse(config, "rules.payment_ms"),
        grace_ms: parse(config, "rules.grace_ms"),
        withdrawal_ms: parse(config, "rules.withdrawal_ms"),
        file_after_ms: parse(config, "rules.file_after_ms"),
        ..Rules::default()
    }
}

fn text(config: &Config, key: &str) -> String {
    config.value(key).text.clone()
}

fn list(config: &Config, key: &str) -> Vec<String> {
    let parts = listed(&config.value(key).text);
    parts.map(str::to_owned).collect()
}

fn parse<T: FromStr>(config: &Config, key: &str) -> T {
    config
        .value(key)
        .text
        .parse()
        .ok()
        .expect("values were checked when they were gathered")
}

fn url_or(config: &Config, key: &str, listen: SocketAddr) -> String {
    let url = text(config, key);
    if url.is_empty() {
        format!("http://localhost:{}", listen.port())
    } else {
        url
    }
}

fn path_or(config: &Config, key: &str, usual: impl FnOnce() -> PathBuf) -> PathBuf {
    match text(config, key) {
        path if path.is_empty() => usual(),
        path => PathBuf::from(path),
    }
}

/// Machines on one machine meet at the loopback address: `localhost` may be looked up elsewhere.
fn shop_url(config: &Config, listen: SocketAddr) -> String {
    match text(config, "sandbox.shop_url") {
        url if url.is_empty() => format!("http://127.0.0.1:{}", listen.port()),
        url => url,
    }
}

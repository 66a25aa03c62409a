//! The table of settings: what can be set, to what, and what it is for.

use jiff::tz::TimeZone;
use money::Currency;
use std::net::SocketAddr;

/// What values a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text that is not empty.
    Text,
    /// Any text, or nothing.
    TextOrNone,
    /// A file or folder.
    Path,
    /// A file or folder, or nothing.
    PathOrNone,
    /// An address and port, such as `127.0.0.1:1111`.
    Address,
    /// A web address without a slash at the end, or nothing.
    Url,
    /// The address of a mail server, or nothing.
    MailServer,
    /// The name of a header, or nothing.
    HeaderOrNone,
    /// A whole number in a range, both ends included.
    Number(u64, u64),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A currency code of ISO 4217.
    Currency,
    /// A time zone of the IANA database.
    TimeZone,
    /// Codes of countries to which parcels may go, parted by commas.
    Countries,
    /// Hosts, with a port where it is no usual one, parted by commas; or nothing.
    Hosts,
}

impl Kind {
    /// Says what is wrong with `text`, if anything.
    pub(super) fn check(self, text: &str) -> Result<(), String> {
        match self {
            Kind::Text | Kind::Path if text.trim().is_empty() => Err("it is empty".into()),
            Kind::Text | Kind::Path | Kind::PathOrNone | Kind::TextOrNone => Ok(()),
            Kind::MailServer => check_mail_server(text),
            Kind::Address => match text.parse::<SocketAddr>() {
                Ok(_) => Ok(()),
                Err(_) => Err("it is no address and port such as `127.0.0.1:1111`".into()),
            },
            Kind::Url => check_url(text),
            Kind::HeaderOrNone => check_header(text),
            Kind::Number(least, most) => check_number(text, least, most),
            Kind::Choice(words) if words.contains(&text) => Ok(()),
            Kind::Choice(words) => Err(format!("it is none of {}", words.join(", "))),
            Kind::Currency => match text.parse::<Currency>() {
                Ok(_) => Ok(()),
                Err(fault) => Err(fault.to_string()),
            },
            Kind::TimeZone => match TimeZone::get(text) {
                Ok(_) => Ok(()),
                Err(fault) => Err(format!("{fault}; write it like `Asia/Seoul`")),
            },
            Kind::Countries => check_countries(text),
            Kind::Hosts => check_hosts(text),
        }
    }
}

fn check_url(text: &str) -> Result<(), String> {
    let scheme = text.starts_with("http://") || text.starts_with("https://");
    if text.is_empty() || (scheme && !text.ends_with('/')) {
        return Ok(());
    }
    Err("it is no web address such as `https://shop.example` (no slash at the end)".into())
}

fn check_mail_server(text: &str) -> Result<(), String> {
    let scheme = text.starts_with("smtp://") || text.starts_with("smtps://");
    match (text.is_empty() || scheme, text.contains('@')) {
        (true, false) => Ok(()),
        (true, true) => {
            Err("it names a user: that is `mail.user`, and the password is a secret".into())
        }
        (false, _) => Err("it is no mail server such as `smtps://smtp.example`".into()),
    }
}

fn check_header(text: &str) -> Result<(), String> {
    if text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        return Ok(());
    }
    Err("it is no name of a header such as `x-forwarded-for`".into())
}

fn check_countries(text: &str) -> Result<(), String> {
    let is_known = |code: &&str| http::countries::country(code).is_some();
    match listed(text).find(|code| !is_known(code)) {
        Some(code) => Err(format!(
            "how addresses are written in `{code}` is not known; write codes like `KR,US`"
        )),
        None if listed(text).next().is_none() => Err("it names no country".into()),
        None => Ok(()),
    }
}

fn check_hosts(text: &str) -> Result<(), String> {
    let mark = |mark: char| mark.is_ascii_alphanumeric() || ".-:[]".contains(mark);
    match listed(text).find(|host| !host.chars().all(mark)) {
        Some(host) => Err(format!("`{host}` is no host such as `shop.example`")),
        None => Ok(()),
    }
}

/// What stands between commas.
pub(super) fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

fn check_number(text: &str, least: u64, most: u64) -> Result<(), String> {
    match text.parse::<u64>() {
        Ok(number) if (least..=most).contains(&number) => Ok(()),
        Ok(number) if number < least => Err(format!("it must be at least {least}")),
        Ok(_) => Err(format!("it must be at most {most}")),
        Err(_) => Err("it is no whole number".into()),
    }
}

/// One thing that can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name; a dot stands for a TOML table.
    pub key: &'static str,
    /// What it is when nobody sets it.
    pub default: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// What its number counts; empty where it is no number.
    pub unit: &'static str,
    /// What it is for, in a sentence.
    pub help: &'static str,
}

impl Setting {
    /// Its environment variable.
    pub fn variable(&self) -> String {
        format!("DOORBUSTER_{}", self.key.replace('.', "_").to_uppercase())
    }

    /// Its flag, without the dashes in front.
    pub fn flag(&self) -> String {
        self.key.replace(['.', '_'], "-")
    }
}

/// The setting of that key.
pub(super) fn setting(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

const fn row(key: &'static str, default: &'static str, kind: Kind, help: &'static str) -> Setting {
    Setting {
        key,
        default,
        kind,
        unit: "",
        help,
    }
}

const fn number(
    key: &'static str,
    default: &'static str,
    (least, most): (u64, u64),
    unit: &'static str,
    help: &'static str,
) -> Setting {
    Setting {
        key,
        default,
        kind: Kind::Number(least, most),
        unit,
        help,
    }
}

/// Every setting, in the order in which they are shown.
pub const SETTINGS: &[Setting] = &[
    row(
        "data",
        "doorbuster-data",
        Kind::Path,
        "The folder that holds the festival: journal, snapshots, records, pictures.",
    ),
    row(
        "listen",
        "127.0.0.1:1111",
        Kind::Address,
        "Where the shop, the API, the desk and the board are served; 0.0.0.0:1111 opens it to the network.",
    ),
    row(
        "public_url",
        "",
        Kind::Url,
        "How shoppers reach the shop, where that is not http://localhost and the port.",
    ),
    row(
        "festival.name",
        "Doorbuster",
        Kind::Text,
        "The name on the pages.",
    ),
    row(
        "festival.currency",
        "KRW",
        Kind::Currency,
        "The currency of prices that do not name one.",
    ),
    row(
        "festival.time_zone",
        "Asia/Seoul",
        Kind::TimeZone,
        "The time zone in which times are shown and read.",
    ),
    row(
        "festival.language",
        "ko",
        Kind::Choice(&["ko", "zh", "en"]),
        "The language of a visitor whose browser asks for none of ours.",
    ),
    row(
        "shop.business.name",
        "",
        Kind::TextOrNone,
        "What the firm that runs the shop is called; this and the next seven stand at the foot of every page, as Korean law asks.",
    ),
    row(
        "shop.business.representative",
        "",
        Kind::TextOrNone,
        "Who represents it.",
    ),
    row(
        "shop.business.registration_number",
        "",
        Kind::TextOrNone,
        "Its number with the tax office.",
    ),
    row(
        "shop.business.mail_order_number",
        "",
        Kind::TextOrNone,
        "Its number as a mail-order business.",
    ),
    row(
        "shop.business.address",
        "",
        Kind::TextOrNone,
        "Where it is.",
    ),
    row(
        "shop.business.phone",
        "",
        Kind::TextOrNone,
        "Where to call it.",
    ),
    row(
        "shop.business.mail",
        "",
        Kind::TextOrNone,
        "Where to write to it.",
    ),
    row(
        "shop.business.hosting",
        "",
        Kind::TextOrNone,
        "Who runs its machines.",
    ),
    row(
        "shop.about",
        "",
        Kind::PathOrNone,
        "The folder with your own terms, privacy and returns pages, such as terms.ko.txt, where that is not about in the data folder.",
    ),
    row(
        "shop.countries",
        "KR",
        Kind::Countries,
        "Where parcels go; the first is the shop's own. Address forms are known for KR, CN, US and the countries of the EU.",
    ),
    row(
        "shop.return_hosts",
        "",
        Kind::Hosts,
        "Hosts beside the shop's own to which the API may have shoppers come back from the payment provider.",
    ),
    row(
        "secrets",
        "",
        Kind::PathOrNone,
        "The file with the secrets, where that is not secrets.toml in the data folder.",
    ),
    row(
        "provider.url",
        "",
        Kind::Url,
        "The payment provider, or a sandbox that runs by itself; none: `serve` has a sandbox within, which moves no money.",
    ),
    row(
        "verifier.url",
        "",
        Kind::Url,
        "Who verifies persons by a code to their phone; the sandbox does too, at its own address; none: nobody is verified here.",
    ),
    row(
        "sandbox.listen",
        "127.0.0.1:1112",
        Kind::Address,
        "Where the sandbox provider is served.",
    ),
    row(
        "sandbox.data",
        "",
        Kind::PathOrNone,
        "Where the sandbox keeps its books, where that is not sandbox in the data folder.",
    ),
    row(
        "sandbox.shop_url",
        "",
        Kind::Url,
        "How the sandbox reaches the shop to call back, where that is not http://127.0.0.1 and the port of `listen`.",
    ),
    row(
        "sandbox.public_url",
        "",
        Kind::Url,
        "How shoppers reach the sandbox's payment page, where that is not http://localhost and its port.",
    ),
    number(
        "journal.segment_bytes",
        "67108864",
        (1 << 20, 1 << 34),
        "bytes",
        "The size of a journal segment, preallocated.",
    ),
    number(
        "snapshots.every",
        "2000000",
        (1_000, 1 << 40),
        "commands",
        "After how many commands the ledger is saved, so that a restart need not replay all.",
    ),
    number(
        "snapshots.keep",
        "3",
        (1, 1_000),
        "snapshots",
        "How many snapshots are kept; journal segments before the oldest are archived, never dropped.",
    ),
    number(
        "ledger.room",
        "100000",
        (0, 1_000_000_000),
        "orders",
        "For how many more orders memory is made ready at start, about 600 bytes each, so that a crowd does not wait for it.",
    ),
    number(
        "rules.idempotency_ms",
        "86400000",
        (1_000, 30 * DAY_MS),
        "ms",
        "How long a request key is remembered.",
    ),
    number(
        "rules.payment_ms",
        "600000",
        (1_000, DAY_MS),
        "ms",
        "How long one try to pay may take.",
    ),
    number(
        "rules.grace_ms",
        "300000",
        (0, DAY_MS),
        "ms",
        "How long past its deadline an order waits for a shopper who is away paying.",
    ),
    number(
        "rules.withdrawal_ms",
        "604800000",
        (0, 365 * DAY_MS),
        "ms",
        "How long after delivery goods may be returned.",
    ),
    number(
        "rules.file_after_ms",
        "90000000",
        (1_000, 365 * DAY_MS),
        "ms",
        "How long a checkout at rest stays in memory; longer than request keys are remembered.",
    ),
    number(
        "limits.requests_per_second",
        "50",
        (1, 1_000_000),
        "requests a second",
        "How many requests a second one session may send before it is asked to wait.",
    ),
    number(
        "limits.address_requests_per_second",
        "10000",
        (1, 10_000_000),
        "requests a second",
        "How many requests a second one address may send, behind which may be many people; of IPv6 a whole /64 counts as one.",
    ),
    row(
        "limits.address_header",
        "",
        Kind::HeaderOrNone,
        "The header in which your proxy says whom it asks for, such as `x-forwarded-for`; none: whoever connects is counted.",
    ),
    number(
        "limits.sessions_per_minute",
        "120000",
        (1, 100_000_000),
        "sessions a minute",
        "How many sessions a minute one address may open.",
    ),
    number(
        "limits.letters_per_minute",
        "60",
        (1, 1_000_000),
        "letters a minute",
        "How many letters a minute one address may ask for, such as those for a forgotten password, whoever they are for.",
    ),
    number(
        "limits.listeners",
        "10000",
        (1, 10_000_000),
        "open streams",
        "How many may listen to the board and the claimed bars at once.",
    ),
    row(
        "mail.server",
        "",
        Kind::MailServer,
        "The mail server that notices leave through, such as `smtps://smtp.example`; none: no mail is sent.",
    ),
    row(
        "mail.user",
        "",
        Kind::TextOrNone,
        "Who signs in at the mail server; the password is the secret `mail_password`.",
    ),
    row(
        "mail.from",
        "",
        Kind::TextOrNone,
        "The sender of mail, such as `shop@festival.example`; push services find you there, too.",
    ),
    row(
        "board.compare",
        "",
        Kind::PathOrNone,
        "The curve of an earlier festival, as `doorbuster curve` writes it, beside which the board draws this one; none: the festival before this one in the same data folder.",
    ),
    row(
        "waiting.room",
        "on",
        Kind::Choice(&["on", "off"]),
        "Whether shoppers wait for their turn when more come than can be served; where there is no rush nobody waits.",
    ),
    number(
        "waiting.opens_before_ms",
        "600000",
        (0, DAY_MS),
        "ms",
        "How long before a bell the waiting room of its deal opens; all who are there are drawn at the bell.",
    ),
    number(
        "waiting.pass_ms",
        "120000",
        (10_000, 3_600_000),
        "ms",
        "For how long a shopper may shop when it is their turn, before it is the next one's.",
    ),
    number(
        "waiting.admitted_per_second",
        "0",
        (0, 100_000),
        "shoppers a second",
        "How many are admitted a second at most; 0: as many as the shop finds that it can bear.",
    ),
    row(
        "webhooks.reach",
        "public",
        Kind::Choice(&["public", "anywhere"]),
        "Where webhooks may go: to public addresses only, or anywhere, your own network included.",
    ),
    row(
        "log.format",
        "auto",
        Kind::Choice(&["auto", "text", "json"]),
        "How the log is written; auto: text on a terminal, JSON elsewhere.",
    ),
    row(
        "log.level",
        "info",
        Kind::Choice(&["error", "warn", "info", "debug", "trace"]),
        "How much is logged.",
    ),
];

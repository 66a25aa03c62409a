//! Korean addresses from the government's road name address service, juso.go.kr: a client of its search API
//! (business.juso.go.kr, `addrLinkApi.do`, JSON). What it cannot answer, another source does.
//!
//! Each look-up tells the service what was typed; a shop turns it on by having a key.

use clerks::ports::{AddressSource, AddressesFault, Finding, FoundAddress};
use serde::Deserialize;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Where the service is.
pub const JUSO_URL: &str = "https://business.juso.go.kr";
/// How long the service may take: who types an address waits for it.
const TIMEOUT: Duration = Duration::from_secs(2);
/// How long it is not asked after it failed: nobody else waits for what does not answer.
const REST: Duration = Duration::from_secs(30);
/// How many look-ups may be under way; others are answered from elsewhere.
const UNDER_WAY_MAX: usize = 32;
/// How many addresses are told at once.
const FOUND_MAX: &str = "20";
/// What the service takes for an attack, and refuses.
const REFUSED_MARKS: [char; 6] = ['%', '=', '>', '<', '[', ']'];
/// The code of an answer that is one.
const FINE: &str = "0";
/// The codes by which it finds fault with what was typed: too short, too long, too much fits. The service is well.
const QUERY_CODES: [&str; 9] = [
    "E0005", "E0006", "E0008", "E0009", "E0010", "E0011", "E0012", "E0013", "E0015",
];

/// The service, and who answers where it does not.
pub struct JusoAddresses {
    client: reqwest::Client,
    url: String,
    key: String,
    otherwise: Arc<dyn AddressSource>,
    under_way: Semaphore,
    rest: Rest,
}

/// Why the service gave no answer.
enum Unanswered {
    /// It takes no such query.
    Query,
    /// It failed.
    Failed(AddressesFault),
}

/// When the service failed last.
#[derive(Default)]
struct Rest(Mutex<Option<Instant>>);

impl Rest {
    fn begin(&self, now: Instant) {
        *self.0.lock().expect(UNPOISONED) = Some(now);
    }

    fn lasts(&self, now: Instant) -> bool {
        let began = *self.0.lock().expect(UNPOISONED);
        began.is_some_and(|began| now.saturating_duration_since(began) < REST)
    }
}

const UNPOISONED: &str = "nobody panics while holding it";

impl fmt::Debug for JusoAddresses {
    /// Says nothing of the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JusoAddresses(..)")
    }
}

#[derive(Deserialize)]
struct Answer {
    results: Results,
}

#[derive(Deserialize)]
struct Results {
    common: Common,
    /// Null where the code says why there is none.
    #[serde(default)]
    juso: Option<Vec<Juso>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Common {
    error_code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Juso {
    road_addr_part1: String,
    zip_no: String,
}

impl JusoAddresses {
    /// The service at `url` with the shop's `key`, and `otherwise` where it fails.
    ///
    /// # Errors
    /// When the platform has no TLS to offer.
    pub fn at(
        url: &str,
        key: &str,
        otherwise: Arc<dyn AddressSource>,
    ) -> Result<JusoAddresses, reqwest::Error> {
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(JusoAddresses {
            client,
            url: format!("{url}/addrlink/addrLinkApi.do"),
            key: key.to_owned(),
            otherwise,
            under_way: Semaphore::new(UNDER_WAY_MAX),
            rest: Rest::default(),
        })
    }

    /// Asks by a form: what stands in an address is written into logs on the way, and both the key and what was
    /// typed are nobody's else.
    async fn ask(&self, keyword: &str) -> Result<Vec<FoundAddress>, Unanswered> {
        let form = [
            ("confmKey", self.key.as_str()),
            ("currentPage", "1"),
            ("countPerPage", FOUND_MAX),
            ("keyword", keyword),
            ("resultType", "json"),
        ];
        let asked = self.client.post(&self.url).form(&form).send().await;
        let answer = asked.and_then(reqwest::Response::error_for_status);
        let answer: Answer = match answer {
            Ok(answer) => answer.json().await.map_err(strange)?,
            Err(fault) => return Err(strange(fault)),
        };
        let Results { common, juso } = answer.results;
        match common.error_code.as_str() {
            FINE => {}
            code if QUERY_CODES.contains(&code) => return Err(Unanswered::Query),
            _ => {
                let fault = AddressesFault(format!("it says {}", code(&common)));
                return Err(Unanswered::Failed(fault));
            }
        }
        Ok(juso
            .unwrap_or_default()
            .into_iter()
            .filter_map(found)
            .collect())
    }

    /// What the service answers; none where it is not to be asked now, or has no answer.
    async fn answer(&self, keyword: &str) -> Option<Vec<FoundAddress>> {
        if is_postcode(keyword) || self.rest.lasts(Instant::now()) {
            return None;
        }
        let _place = self.under_way.try_acquire().ok()?;
        match self.ask(keyword).await {
            Ok(found) => Some(found),
            Err(Unanswered::Query) => None,
            Err(Unanswered::Failed(fault)) => {
                self.rest.begin(Instant::now());
                tracing::warn!(%fault, "juso.go.kr is not heard; addresses come from elsewhere");
                None
            }
        }
    }
}

impl AddressSource for JusoAddresses {
    fn find<'a>(&'a self, query: &'a str) -> Finding<'a> {
        let keyword = query.replace(REFUSED_MARKS, " ");
        Box::pin(async move {
            let keyword = keyword.trim();
            if keyword.is_empty() {
                return Ok(Vec::new());
            }
            match self.answer(keyword).await {
                Some(found) => Ok(found),
                None => self.otherwise.find(query).await,
            }
        })
    }
}

/// Five digits: the service looks up no postcodes.
fn is_postcode(text: &str) -> bool {
    text.len() == 5 && text.bytes().all(|it| it.is_ascii_digit())
}

/// An address with a postcode that is one.
fn found(juso: Juso) -> Option<FoundAddress> {
    is_postcode(&juso.zip_no).then(|| FoundAddress {
        postcode: juso.zip_no,
        line: juso.road_addr_part1.trim().to_owned(),
    })
}

/// The code as far as it may be logged: a few letters, whatever else came in its stead.
fn code(common: &Common) -> String {
    let letters = common.error_code.chars();
    let plain = letters.filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-');
    plain.take(8).collect()
}

/// A fault without the address that was asked.
fn strange(fault: reqwest::Error) -> Unanswered {
    Unanswered::Failed(AddressesFault(fault.without_url().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_failed_is_left_alone_for_a_while() {
        let (rest, now) = (Rest::default(), Instant::now());
        assert!(!rest.lasts(now));
        rest.begin(now);
        let after = |ms| rest.lasts(now + Duration::from_millis(ms));
        assert_eq!([0, 29_999, 30_000].map(after), [true, true, false]);
    }
}

//! Korean addresses from the government's road name address service, juso.go.kr: a client of its search API
//! (business.juso.go.kr, `addrLinkApi.do`, JSON). What it cannot answer, another source does.
//!
//! Each look-up tells the service what was typed; a shop turns it on by having a key.

use clerks::ports::{AddressSource, AddressesFault, Finding, FoundAddress};
use serde::Deserialize;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Where the service is.
pub const JUSO_URL: &str = "https://business.juso.go.kr";
/// How long the service may take: who types an address waits for it.
const TIMEOUT: Duration = Duration::from_secs(2);
/// How many addresses are told at once.
const FOUND_MAX: &str = "20";
/// What the service takes for an attack, and refuses.
const REFUSED_MARKS: [char; 6] = ['%', '=', '>', '<', '[', ']'];
/// The code of an answer that is one.
const FINE: &str = "0";

/// The service, and who answers where it does not.
pub struct JusoAddresses {
    client: reqwest::Client,
    url: String,
    key: String,
    otherwise: Arc<dyn AddressSource>,
}

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
        })
    }

    /// Asks by a form: what stands in an address is written into logs on the way, and both the key and what was
    /// typed are nobody's else.
    async fn ask(&self, keyword: &str) -> Result<Vec<FoundAddress>, AddressesFault> {
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
        if common.error_code != FINE {
            return Err(AddressesFault(format!("it says {}", code(&common))));
        }
        Ok(juso
            .unwrap_or_default()
            .into_iter()
            .filter_map(found)
            .collect())
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
            match self.ask(keyword).await {
                Ok(found) => Ok(found),
                Err(fault) => {
                    tracing::warn!(%fault, "juso.go.kr is not heard; addresses come from elsewhere");
                    self.otherwise.find(query).await
                }
            }
        })
    }
}

/// An address with a postcode that is one.
fn found(juso: Juso) -> Option<FoundAddress> {
    let is_postcode = juso.zip_no.len() == 5 && juso.zip_no.bytes().all(|it| it.is_ascii_digit());
    is_postcode.then(|| FoundAddress {
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
fn strange(fault: reqwest::Error) -> AddressesFault {
    AddressesFault(fault.without_url().to_string())
}

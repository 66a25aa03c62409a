//! A verifier of persons over HTTP: a client of docs/contracts/person-verifier.md. It tries once; trying
//! again is the shopper's.

use crate::provider_http::ProviderAddress;
use clerks::ports::{AskCode, AskedCode, PersonVerifier, VerifierFault, VerifierFuture};
use reqwest::{Response, StatusCode, Url};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// A verifier that speaks the protocol over HTTP.
pub struct HttpVerifier {
    client: reqwest::Client,
    address: ProviderAddress,
}

#[derive(Deserialize)]
struct Asked {
    id: String,
    #[serde(default)]
    page: Option<String>,
}

#[derive(Deserialize)]
struct Confirmed {
    person: String,
}

impl HttpVerifier {
    /// A client of the verifier at that address.
    ///
    /// # Errors
    /// When the platform has no TLS to offer.
    pub fn at(address: ProviderAddress) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .timeout(Duration::from_millis(address.timeout_ms))
            .connect_timeout(Duration::from_secs(3))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(HttpVerifier { client, address })
    }

    /// Sends a body to the path of these segments, whatever stands in them.
    async fn post(
        &self,
        segments: &[&str],
        body: serde_json::Value,
    ) -> Result<Response, VerifierFault> {
        let mut url = Url::parse(&self.address.base_url).map_err(strange)?;
        let path = url.path_segments_mut();
        path.map_err(|()| strange("its address has no path"))?
            .pop_if_empty()
            .extend(segments);
        let request = self.client.post(url).bearer_auth(&self.address.api_key);
        let answer = request.json(&body).send().await.map_err(strange)?;
        match answer.status() {
            status if status.is_success() => Ok(answer),
            StatusCode::UNPROCESSABLE_ENTITY => Err(VerifierFault::WrongCode),
            StatusCode::NOT_FOUND | StatusCode::CONFLICT | StatusCode::GONE => {
                Err(VerifierFault::Over)
            }
            StatusCode::BAD_REQUEST => Err(VerifierFault::Refused("it was malformed".to_owned())),
            status => Err(VerifierFault::Unavailable(status.to_string())),
        }
    }
}

impl PersonVerifier for HttpVerifier {
    fn request(&self, ask: AskCode) -> VerifierFuture<'_, AskedCode> {
        Box::pin(async move {
            let body = json!({"name": ask.name, "phone": ask.phone});
            let answer = self.post(&["v1", "verifications"], body).await;
            let answer = answer.map_err(|fault| match fault {
                VerifierFault::WrongCode => VerifierFault::Refused("name or phone".to_owned()),
                fault => fault,
            })?;
            let Asked { id, page } = answer.json().await.map_err(strange)?;
            Ok(AskedCode { id, page })
        })
    }

    fn confirm<'a>(&'a self, id: &'a str, code: &'a str) -> VerifierFuture<'a, String> {
        Box::pin(async move {
            let segments = ["v1", "verifications", id, "confirm"];
            let answer = self.post(&segments, json!({"code": code})).await?;
            let Confirmed { person } = answer.json().await.map_err(strange)?;
            match person.trim() {
                // Who had no id would be one person with all others who have none.
                "" => Err(strange("it named nobody")),
                _ => Ok(person),
            }
        })
    }
}

fn strange(why: impl ToString) -> VerifierFault {
    VerifierFault::Unavailable(why.to_string())
}

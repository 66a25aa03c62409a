//! A client of the shop's API: who asks, and what must succeed.

use anyhow::{Context, Result, bail, ensure};
use reqwest::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderValue};
use reqwest::{Method, redirect};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How long something is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// And how often it is looked for meanwhile.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Somebody who asks.
#[derive(Clone)]
pub struct Client {
    web: reqwest::Client,
    shop: String,
    /// What is shown as a bearer, and what the cookie of a browser holds.
    pub session: String,
}

impl Client {
    /// Somebody whom the shop does not know.
    pub fn stranger(shop: &str) -> Result<Client> {
        // What is written in English needs no encoding on its way by mail.
        let english = (ACCEPT_LANGUAGE, HeaderValue::from_static("en"));
        let web = reqwest::Client::builder().redirect(redirect::Policy::none());
        let web = web.default_headers(HeaderMap::from_iter([english]));
        let web = web.timeout(Duration::from_secs(30)).build()?;
        Ok(Client {
            web,
            shop: shop.to_owned(),
            session: String::new(),
        })
    }

    /// Whoever the answer to this POST opens a session for.
    pub async fn entering(&self, path: &str, body: &Value) -> Result<Client> {
        let answer = self.post(path, body).await?;
        Ok(Client {
            session: text(&answer, "session")?,
            ..self.clone()
        })
    }

    /// A POST that must succeed.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.send(Method::POST, path, body).await
    }

    /// A request that must succeed; a body of null is none.
    pub async fn send(&self, method: Method, path: &str, body: &Value) -> Result<Value> {
        let mut ask = self.web.request(method, format!("{}{path}", self.shop));
        if !self.session.is_empty() {
            ask = ask.bearer_auth(&self.session);
        }
        if !body.is_null() {
            ask = ask.json(body);
        }
        let answer = ask
            .send()
            .await
            .with_context(|| format!("{path} was not answered"))?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{path} answered {status}: {text}");
        Ok(serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// Asks again and again until what is said is as it should be.
    pub async fn until(&self, path: &str, fits: impl Fn(&Value) -> bool) -> Result<Value> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let said = self.send(Method::GET, path, &Value::Null).await;
            if let Ok(said) = &said
                && fits(said)
            {
                return Ok(said.clone());
            }
            if Instant::now() > deadline {
                bail!("{path} never came to be as it should: {said:?}");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Fills in the page of the sandbox provider with a card that is good.
    pub async fn pay_by_card(&self, page: &str) -> Result<()> {
        let card = [
            ("number", "4242424242424242"),
            ("expiry", "12/39"),
            ("cvc", "123"),
        ];
        let answer = self.web.post(page).form(&card).send().await?;
        let status = answer.status();
        ensure!(status.is_redirection(), "the provider answered {status}");
        Ok(())
    }

    /// Sends a form of a page, which must be taken.
    pub async fn send_form(&self, path: &str, fields: &[(&str, &str)]) -> Result<()> {
        let ask = self.web.post(format!("{}{path}", self.shop)).form(fields);
        let answer = ask.bearer_auth(&self.session).send().await?;
        let status = answer.status();
        let taken = status.is_success() || status.is_redirection();
        ensure!(taken, "{path} answered {status}");
        Ok(())
    }

    /// True when a page shows this.
    pub async fn sees(&self, path: &str, part: &str) -> Result<bool> {
        let ask = self.web.get(format!("{}{path}", self.shop));
        let page = ask.bearer_auth(&self.session).send().await?.text().await?;
        Ok(page.contains(part))
    }

    /// True when something succeeds at this path.
    pub async fn is_answered(&self, path: &str) -> bool {
        let answer = self.web.get(format!("{}{path}", self.shop)).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }
}

/// A text of an answer.
pub fn text(said: &Value, field: &str) -> Result<String> {
    let text = said[field].as_str();
    Ok(text
        .with_context(|| format!("no {field} in {said}"))?
        .to_owned())
}

/// Won, as the API writes them.
pub fn won(amount: u64) -> Value {
    json!({"amount": amount, "currency": "KRW"})
}

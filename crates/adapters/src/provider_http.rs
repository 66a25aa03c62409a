//! The payment provider over HTTP: a client of docs/contracts/payment-provider.md. It tries once;
//! trying again is the clerk's.

use crate::provider_wire::{
    CaptureBody, OpenBody, PaymentBody, ProblemBody, RefundBody, RefundOrderBody,
};
use clerks::ports::{
    OpenPayment, OpenedPayment, PaymentProvider, ProviderFault, ProviderFuture, ProviderPayment,
    ProviderRefund,
};
use money::Amount;
use reqwest::{RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use std::time::Duration;
use vocabulary::{PaymentId, RefundId};

/// Where the provider is and how it knows us.
#[derive(Clone)]
pub struct ProviderAddress {
    /// Its address without a slash at the end, such as `http://127.0.0.1:1112`.
    pub base_url: String,
    /// Sent as the bearer.
    pub api_key: String,
    /// How long a call may take, in ms.
    pub timeout_ms: u64,
}

/// A provider that speaks the protocol over HTTP, on connections that are kept.
pub struct HttpProvider {
    client: reqwest::Client,
    address: ProviderAddress,
}

impl HttpProvider {
    /// A client of the provider at that address.
    ///
    /// # Errors
    /// When the platform has no TLS to offer.
    pub fn at(address: ProviderAddress) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .timeout(Duration::from_millis(address.timeout_ms))
            .connect_timeout(Duration::from_secs(3))
            .pool_max_idle_per_host(256)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(HttpProvider { client, address })
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.address.base_url))
    }

    async fn payment(
        &self,
        id: PaymentId,
        request: RequestBuilder,
    ) -> Result<ProviderPayment, ProviderFault> {
        let body: PaymentBody = self.call(id, request).await?;
        let standing = body.standing();
        let standing = standing.filter(|standing| standing.payment == id);
        standing.ok_or_else(|| strange("it answered for another payment"))
    }

    /// Sends a request that speaks of the try `id`.
    async fn call<T: DeserializeOwned>(
        &self,
        id: PaymentId,
        request: RequestBuilder,
    ) -> Result<T, ProviderFault> {
        let response = request.bearer_auth(&self.address.api_key).send().await;
        let response = response.map_err(strange)?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(strange)?;
        if status.is_success() {
            return serde_json::from_slice(&bytes).map_err(strange);
        }
        Err(fault_of(id, status, &bytes))
    }
}

impl PaymentProvider for HttpProvider {
    fn open(&self, payment: OpenPayment) -> ProviderFuture<'_, OpenedPayment> {
        Box::pin(async move {
            let body = OpenBody {
                reference: payment.payment.to_string(),
                amount: payment.amount,
                currency: payment.currency,
                method: payment.method.into(),
                steps: payment.steps.into(),
                months: payment.months,
                return_url: payment.return_url,
                expires_at: clerks::rfc3339(payment.expires_at),
            };
            let request = self.post("/v1/payments").json(&body);
            let opened: PaymentBody = self.call(payment.payment, request).await?;
            Ok(OpenedPayment {
                redirect_url: opened.redirect_url,
                account: opened.account,
            })
        })
    }

    fn look(&self, payment: PaymentId) -> ProviderFuture<'_, ProviderPayment> {
        Box::pin(async move {
            let url = format!("{}/v1/payments/{payment}", self.address.base_url);
            self.payment(payment, self.client.get(url)).await
        })
    }

    fn capture(&self, payment: PaymentId, amount: Amount) -> ProviderFuture<'_, ProviderPayment> {
        Box::pin(async move {
            let request = self.post(&format!("/v1/payments/{payment}/capture"));
            self.payment(payment, request.json(&CaptureBody { amount }))
                .await
        })
    }

    fn void(&self, payment: PaymentId) -> ProviderFuture<'_, ProviderPayment> {
        Box::pin(async move {
            let request = self.post(&format!("/v1/payments/{payment}/void"));
            self.payment(payment, request.json(&serde_json::json!({})))
                .await
        })
    }

    fn refund(
        &self,
        refund: RefundId,
        payment: PaymentId,
        amount: Amount,
    ) -> ProviderFuture<'_, ProviderRefund> {
        Box::pin(async move {
            let order = RefundOrderBody {
                refund: refund.to_string(),
                amount,
            };
            let request = self.post(&format!("/v1/payments/{payment}/refunds"));
            let body: RefundBody = self.call(payment, request.json(&order)).await?;
            let standing = body.standing();
            let standing = standing.filter(|standing| standing.refund == refund);
            standing.ok_or_else(|| strange("it answered for another refund"))
        })
    }
}

/// What a status that is no success means. What only a person can mend (a wrong key) may be mended
/// while we wait, so it counts as unavailable and is tried again.
fn fault_of(id: PaymentId, status: StatusCode, bytes: &[u8]) -> ProviderFault {
    let problem: Option<ProblemBody> = serde_json::from_slice(bytes).ok();
    let detail = problem.map(|problem| problem.detail).unwrap_or_default();
    match status {
        StatusCode::NOT_FOUND => ProviderFault::Unknown(id),
        StatusCode::BAD_REQUEST | StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY => {
            ProviderFault::Refused(detail)
        }
        _ => ProviderFault::Unavailable(format!("{status} {detail}")),
    }
}

fn strange(why: impl ToString) -> ProviderFault {
    ProviderFault::Unavailable(why.to_string())
}

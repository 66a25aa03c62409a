//! Reading the provider's callbacks: is it signed, and what does it say.

use crate::provider_wire::{CallbackBody, CallbackWord};
use crate::signature::{Secret, verify_signature};
use clerks::ports::{Callback, CallbackFault, CallbackReader};
use serde::Deserialize;
use serde_json::value::RawValue;
use vocabulary::{Millis, PaymentId, RefundId};

/// Takes callbacks that were signed with one secret.
#[derive(Clone, Debug)]
pub struct SignedCallbacks {
    secret: Secret,
}

impl SignedCallbacks {
    /// Signed with this.
    pub fn with(secret: Secret) -> Self {
        SignedCallbacks { secret }
    }
}

impl CallbackReader for SignedCallbacks {
    fn read(
        &self,
        header: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
        now: Millis,
    ) -> Result<Callback, CallbackFault> {
        verify_signature(header, body, &self.secret, now)?;
        parse_callback(body)
    }

    fn read_all(
        &self,
        header: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
        now: Millis,
    ) -> Result<Vec<Result<Callback, CallbackFault>>, CallbackFault> {
        verify_signature(header, body, &self.secret, now)?;
        let list: CallbackList<'_> = serde_json::from_slice(body).map_err(unreadable)?;
        let bodies = list.callbacks.iter();
        Ok(bodies
            .map(|body| parse_callback(body.get().as_bytes()))
            .collect())
    }
}

/// Callbacks that are sent together.
#[derive(Deserialize)]
struct CallbackList<'a> {
    #[serde(borrow)]
    callbacks: Vec<&'a RawValue>,
}

/// What a callback's body says. Whether to believe it is the signature's part.
///
/// # Errors
/// [`CallbackFault::Unreadable`] when it is not of the protocol.
pub fn parse_callback(body: &[u8]) -> Result<Callback, CallbackFault> {
    let body: CallbackBody = serde_json::from_slice(body).map_err(unreadable)?;
    let payment: PaymentId = body.reference.parse().map_err(unreadable)?;
    let amount = || body.amount.ok_or_else(|| unreadable("no amount"));
    let currency = || body.currency.ok_or_else(|| unreadable("no currency"));
    Ok(match body.event {
        CallbackWord::Authorised => Callback::Authorised {
            payment,
            amount: amount()?,
            currency: currency()?,
        },
        CallbackWord::Captured => Callback::Captured {
            payment,
            amount: amount()?,
            currency: currency()?,
        },
        CallbackWord::Declined => Callback::Declined {
            payment,
            reason: body.reason.ok_or_else(|| unreadable("no reason"))?.into(),
        },
        CallbackWord::Voided => Callback::Voided { payment },
        CallbackWord::Refunded => Callback::Refunded {
            refund: refund_of(&body)?,
        },
        CallbackWord::RefundFailed => Callback::RefundFailed {
            refund: refund_of(&body)?,
        },
    })
}

fn refund_of(body: &CallbackBody) -> Result<RefundId, CallbackFault> {
    let text = body.refund.as_deref().unwrap_or_default();
    text.parse().map(RefundId).map_err(unreadable)
}

fn unreadable(why: impl ToString) -> CallbackFault {
    CallbackFault::Unreadable(why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use money::{Amount, Currency};
    use vocabulary::{CheckoutId, DeclineReason};

    const ID: &str = "018c2b4e-5f00-7000-8000-000000000001.2";

    fn parse(text: &str) -> Result<Callback, CallbackFault> {
        parse_callback(text.replace("ID", ID).as_bytes())
    }

    #[test]
    fn every_kind_of_callback_is_read() {
        let payment = PaymentId {
            checkout: CheckoutId(0x018c_2b4e_5f00_7000_8000_0000_0000_0001),
            attempt: 2,
        };
        let (amount, currency) = (Amount(5), Currency::USD);
        let table = [
            (
                r#"{"event":"payment.authorised","reference":"ID","amount":5,"currency":"USD"}"#,
                Callback::Authorised {
                    payment,
                    amount,
                    currency,
                },
            ),
            (
                r#"{"event":"payment.captured","reference":"ID","amount":5,"currency":"USD"}"#,
                Callback::Captured {
                    payment,
                    amount,
                    currency,
                },
            ),
            (
                r#"{"event":"payment.declined","reference":"ID","reason":"timed_out"}"#,
                Callback::Declined {
                    payment,
                    reason: DeclineReason::TimedOut,
                },
            ),
            (
                r#"{"event":"payment.voided","reference":"ID"}"#,
                Callback::Voided { payment },
            ),
            (
                r#"{"event":"refund.sent","reference":"ID","refund":"7","currency":"KRW"}"#,
                Callback::Refunded {
                    refund: RefundId(7),
                },
            ),
            (
                r#"{"event":"refund.failed","reference":"ID","refund":"7"}"#,
                Callback::RefundFailed {
                    refund: RefundId(7),
                },
            ),
        ];
        for (text, callback) in table {
            assert_eq!(parse(text), Ok(callback), "{text}");
        }
    }

    #[test]
    fn what_is_missing_or_strange_is_unreadable() {
        for text in [
            "",
            r#"{"event":"payment.captured","reference":"ID","amount":5}"#,
            r#"{"event":"payment.captured","reference":"7","amount":5,"currency":"USD"}"#,
            r#"{"event":"payment.captured","reference":"ID","amount":5.5,"currency":"USD"}"#,
            r#"{"event":"payment.exploded","reference":"ID"}"#,
            r#"{"event":"refund.sent","reference":"ID"}"#,
        ] {
            let answer = parse(text);
            assert!(
                matches!(answer, Err(CallbackFault::Unreadable(_))),
                "{text}"
            );
        }
    }
}

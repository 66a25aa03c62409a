//! The verbs of the payment provider: what it says of tries to pay and of refunds.

use super::deed::{Named, Scene};
use super::facts::of_reason;
use super::fault::Fault;
use super::words::Words;
use money::{Amount, Currency};
use vocabulary::{Command, DeclineReason, PaymentId};

/// Reads what the provider says.
pub(super) fn read<'a>(words: &mut Words<'a>, scene: &Scene) -> Result<Named<'a>, Fault> {
    let names = &scene.names;
    let command = if words.take("authorises") {
        let payment = names.payment(words)?;
        let (amount, currency) = money(words, scene, payment)?;
        Command::RecordAuthorisation {
            payment,
            amount,
            currency,
        }
    } else if words.take("captures") {
        let payment = names.payment(words)?;
        let (amount, currency) = money(words, scene, payment)?;
        Command::RecordCapture {
            payment,
            amount,
            currency,
        }
    } else if words.take("declines") {
        let payment = names.payment(words)?;
        let reason = reason(words);
        Command::RecordDecline { payment, reason }
    } else if words.take("voids") {
        let payment = names.payment(words)?;
        Command::RecordVoid { payment }
    } else if words.take("sends") {
        let refund = names.refund(words)?;
        Command::RecordRefund { refund }
    } else if words.take("cannot send") {
        let refund = names.refund(words)?;
        Command::RecordRefundFailure { refund }
    } else {
        return Err(words.expected("something that the bank says"));
    };
    Ok((command, None))
}

/// The amount that is written, else that of the try.
fn money(
    words: &mut Words<'_>,
    scene: &Scene,
    payment: PaymentId,
) -> Result<(Amount, Currency), Fault> {
    let word = words.peek().text;
    match scene.seen.payments.get(&payment) {
        Some(seen) if word.is_empty() || word == "key" => Ok((seen.amount, seen.currency)),
        _ => words.money(),
    }
}

/// `: timed out`, `: abandoned`, `: provider fault`; else the issuer said no.
fn reason(words: &mut Words<'_>) -> DeclineReason {
    [
        DeclineReason::TimedOut,
        DeclineReason::Abandoned,
        DeclineReason::ProviderFault,
    ]
    .into_iter()
    .find(|reason| words.take(&format!(": {}", of_reason(*reason))))
    .unwrap_or(DeclineReason::Declined)
}

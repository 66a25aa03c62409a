//! What can be done with a try: by the shop over the API, by the shopper on the page, by time.

use super::books::Row;
use super::courier::now;
use super::entry::What;
use super::house::{House, No, callback};
use crate::provider_wire::{
    CallbackBody, CallbackWord, MethodWord, OpenBody, ReasonWord, RefundBody, RefundWord,
    StateWord, StepsWord,
};
use money::Amount;
use std::sync::Arc;
use std::time::Duration;

/// Opens a try, or finds it.
pub(super) async fn open(house: &House, body: &OpenBody) -> Result<Row, No> {
    if body.amount <= Amount::ZERO {
        return Err(No::Refused("the amount must be more than zero"));
    }
    if !is_web_address(&body.return_url) {
        return Err(No::Refused("return_url must be an http or https address"));
    }
    let opened = house.change(&body.reference, |row, _| match row {
        Some(row) if is_same(row, body) => Ok(None),
        Some(_) => Err(No::Refused("it was opened with other terms")),
        None => Ok(Some(What::Opened {
            amount: body.amount,
            currency: body.currency,
            method: body.method,
            steps: body.steps,
            months: body.months,
            return_url: body.return_url.clone(),
            expires_at: body.expires_at,
        })),
    });
    Ok(opened.await?.0)
}

/// How a try stands; one that ran out is declined first.
pub(super) async fn look(house: &House, reference: &str) -> Result<Row, No> {
    let (row, _) = house
        .change(reference, |row, at| {
            let row = row.ok_or(No::Unknown)?;
            Ok(row.has_run_out(at).then_some(What::Declined {
                reason: ReasonWord::TimedOut,
            }))
        })
        .await?;
    Ok(row)
}

/// Captures what is authorised, unless the issuer backs out.
pub(super) async fn capture(house: &House, reference: &str, amount: Amount) -> Result<Row, No> {
    let fails = house.luck.strikes(house.knobs().capture_failure_rate);
    let decide = |row: Option<&Row>, _| {
        let row = row.ok_or(No::Unknown)?;
        match row.state {
            StateWord::Open => Err(No::Refused("nothing is authorised")),
            StateWord::Authorised if amount > row.amount => {
                Err(No::Refused("more than was authorised"))
            }
            StateWord::Authorised if amount <= Amount::ZERO => {
                Err(No::Refused("the amount must be more than zero"))
            }
            StateWord::Authorised if fails => Ok(Some(What::Declined {
                reason: ReasonWord::Declined,
            })),
            StateWord::Authorised => Ok(Some(What::Captured { amount })),
            StateWord::Captured | StateWord::Declined | StateWord::Voided => Ok(None),
        }
    };
    tell(house, reference, house.change(reference, decide).await?)
}

/// Gives back what is authorised and shuts what is open. Money on its way cannot be stopped: such a
/// try stays open until it arrives.
pub(super) async fn void(house: &House, reference: &str) -> Result<Row, No> {
    let decide = |row: Option<&Row>, _| {
        let row = row.ok_or(No::Unknown)?;
        let open = row.state == StateWord::Open && row.promised.is_none();
        Ok((open || row.state == StateWord::Authorised).then_some(What::Voided))
    };
    tell(house, reference, house.change(reference, decide).await?)
}

/// Sends money back once; the same refund again answers as before.
pub(super) async fn refund(
    house: &House,
    reference: &str,
    refund: &str,
    amount: Amount,
) -> Result<RefundBody, No> {
    let fails = house.luck.strikes(house.knobs().refund_failure_rate);
    let decide = |row: Option<&Row>, _| {
        let row = row.ok_or(No::Unknown)?;
        if known_refund(row, refund).is_some() {
            return Ok(None);
        }
        let left = row
            .captured
            .checked_sub(row.refunded)
            .unwrap_or(Amount::ZERO);
        if amount <= Amount::ZERO || amount > left {
            return Err(No::Refused("more than was captured and is not back yet"));
        }
        let refund = refund.to_owned();
        Ok(Some(if fails {
            What::RefundFailed { refund, amount }
        } else {
            What::Refunded { refund, amount }
        }))
    };
    let (row, changed) = house.change(reference, decide).await?;
    let known = known_refund(&row, refund).expect("it is in the books now");
    if changed {
        let kind = match known.state {
            RefundWord::Sent => CallbackWord::Refunded,
            RefundWord::Failed => CallbackWord::RefundFailed,
        };
        let body = CallbackBody {
            refund: Some(refund.to_owned()),
            ..callback(kind, reference, &row)
        };
        house.call_back(&body, 0);
    }
    Ok(known.clone())
}

/// The issuer says yes.
pub(super) async fn approve(house: &House, reference: &str) -> Result<Row, No> {
    let declined = house.luck.strikes(house.knobs().decline_rate);
    let decide = |row: Option<&Row>, at| {
        let row = row.ok_or(No::Unknown)?;
        Ok(if !row.is_payable(at) {
            None
        } else if declined {
            Some(What::Declined {
                reason: ReasonWord::Declined,
            })
        } else if row.steps == StepsWord::One {
            Some(What::Captured { amount: row.amount })
        } else {
            Some(What::Authorised)
        })
    };
    tell(house, reference, house.change(reference, decide).await?)
}

/// The issuer or the shopper says no.
pub(super) async fn decline(house: &House, reference: &str, reason: ReasonWord) -> Result<Row, No> {
    let decide = |row: Option<&Row>, at| {
        let row = row.ok_or(No::Unknown)?;
        Ok(row.is_payable(at).then_some(What::Declined { reason }))
    };
    tell(house, reference, house.change(reference, decide).await?)
}

/// The shopper sends money to the virtual account; it arrives as late as the knob says.
pub(super) async fn deposit(house: &Arc<House>, reference: &str) -> Result<Row, No> {
    let late_ms = house.knobs().deposit_late_s * 1_000;
    let decide = |row: Option<&Row>, at: u64| {
        let row = row.ok_or(No::Unknown)?;
        let payable = row.is_payable(at) && row.method == MethodWord::Deposit;
        Ok(payable.then_some(What::Promised {
            due_at: at + late_ms,
        }))
    };
    let (row, changed) = house.change(reference, decide).await?;
    match row.promised {
        Some(due_at) if changed && late_ms > 0 => {
            land_later(house.clone(), reference.to_owned(), due_at);
            Ok(row)
        }
        Some(_) if changed => land(house, reference).await,
        _ => Ok(row),
    }
}

/// Money that was on its way when the sandbox stopped arrives all the same.
pub(super) fn resume_deposits(house: &Arc<House>) {
    let promised: Vec<(String, u64)> = house.read(|books| {
        let promised = books.promised();
        promised
            .map(|(reference, due_at)| (reference.clone(), due_at))
            .collect()
    });
    for (reference, due_at) in promised {
        land_later(house.clone(), reference, due_at);
    }
}

fn land_later(house: Arc<House>, reference: String, due_at: u64) {
    tokio::spawn(async move {
        let wait = due_at.saturating_sub(now().0);
        tokio::time::sleep(Duration::from_millis(wait)).await;
        if let Err(no) = land(&house, &reference).await {
            tracing::warn!(reference, ?no, "a deposit cannot be taken in");
        }
    });
}

/// The money is there.
async fn land(house: &House, reference: &str) -> Result<Row, No> {
    let decide = |row: Option<&Row>, _| {
        let row = row.ok_or(No::Unknown)?;
        let open = row.state == StateWord::Open;
        Ok(open.then_some(What::Captured { amount: row.amount }))
    };
    tell(house, reference, house.change(reference, decide).await?)
}

/// Calls the shop back about what changed.
fn tell(house: &House, reference: &str, (row, changed): (Row, bool)) -> Result<Row, No> {
    if !changed {
        return Ok(row);
    }
    let knobs = house.knobs();
    let reorders = |house: &House| house.luck.strikes(knobs.reorder_rate);
    let send = |kind, wait| house.call_back(&callback(kind, reference, &row), wait);
    match row.state {
        StateWord::Open => {}
        StateWord::Authorised if reorders(house) => {
            send(CallbackWord::Authorised, knobs.reorder_ms)
        }
        StateWord::Authorised => send(CallbackWord::Authorised, 0),
        StateWord::Captured => {
            send(CallbackWord::Captured, 0);
            if row.steps == StepsWord::One && reorders(house) {
                send(CallbackWord::Authorised, knobs.reorder_ms);
            }
        }
        StateWord::Declined => send(CallbackWord::Declined, 0),
        StateWord::Voided => send(CallbackWord::Voided, 0),
    }
    Ok(row)
}

fn known_refund<'a>(row: &'a Row, refund: &str) -> Option<&'a RefundBody> {
    row.refunds.iter().find(|known| known.reference == refund)
}

/// What the shopper sees as the result: a word for the return address.
pub(super) fn result_of(row: &Row) -> &'static str {
    match (row.state, row.reason) {
        (StateWord::Authorised | StateWord::Captured, _) => "approved",
        (StateWord::Declined, Some(ReasonWord::Abandoned)) => "cancelled",
        (StateWord::Declined | StateWord::Voided, _) => "declined",
        (StateWord::Open, _) => "pending",
    }
}

fn is_same(row: &Row, body: &OpenBody) -> bool {
    row.amount == body.amount
        && row.currency == body.currency
        && row.method == body.method
        && row.steps == body.steps
        && row.months == body.months
}

fn is_web_address(text: &str) -> bool {
    reqwest::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

//! The terms of a deal as a table writes them: `; from 10 to 1h; hold 20s; limit 1; ...`.

use super::fault::Fault;
use super::moment::parse_moment;
use super::words::Words;
use vocabulary::{DealTerms, Deduct, Millis};

/// What a deal promises where its row is silent: open from the dawn for a day, holds of 15 minutes,
/// 30 minutes to pay, no deposits, no limit, for all, no waitlist.
pub(super) fn usual() -> DealTerms {
    const MINUTE: u32 = 60_000;
    let moment = |text| parse_moment(text).expect("a moment as tables write it");
    DealTerms {
        starts_at: moment("0"),
        ends_at: moment("24h"),
        hold_ms: 15 * MINUTE,
        payment_ms: 30 * MINUTE,
        deposit_ms: 0,
        limit: 0,
        members_only: false,
        verified_only: false,
        deduct: Deduct::OnOrder,
        waitlist_max: 0,
    }
}

/// Reads the terms that are named, over those of `terms`.
pub(super) fn read(words: &mut Words<'_>, mut terms: DealTerms) -> Result<DealTerms, Fault> {
    while words.take(";") {
        if !(read_window(words, &mut terms)?
            || read_clock(words, &mut terms)?
            || read_audience(words, &mut terms)?)
        {
            return Err(words.expected(
                "a term (from, to, hold, pay, deposit, limit, waitlist, members only, verified only, for all, deduct on)",
            ));
        }
    }
    Ok(terms)
}

fn read_window(words: &mut Words<'_>, terms: &mut DealTerms) -> Result<bool, Fault> {
    let mut read = false;
    let mut edge = |phrase: &str, moment: &mut Millis| {
        if words.take(phrase) {
            read = true;
            *moment = words.moment()?;
        }
        Ok::<(), Fault>(())
    };
    edge("from", &mut terms.starts_at)?;
    edge("to", &mut terms.ends_at)?;
    Ok(read)
}

fn read_clock(words: &mut Words<'_>, terms: &mut DealTerms) -> Result<bool, Fault> {
    if words.take("hold") {
        terms.hold_ms = words.span()?;
    } else if words.take("pay") {
        terms.payment_ms = words.span()?;
    } else if words.take("deposit") {
        terms.deposit_ms = words.span()?;
    } else if words.take("limit") {
        terms.limit = words.number("a limit (0 for none)")?;
    } else if words.take("waitlist") {
        terms.waitlist_max = words.number("a number of places")?;
    } else {
        return Ok(false);
    }
    Ok(true)
}

fn read_audience(words: &mut Words<'_>, terms: &mut DealTerms) -> Result<bool, Fault> {
    if words.take("members only") {
        terms.members_only = true;
    } else if words.take("verified only") {
        terms.verified_only = true;
    } else if words.take("for all") {
        (terms.members_only, terms.verified_only) = (false, false);
    } else if words.take("deduct on payment") {
        terms.deduct = Deduct::OnPayment;
    } else if words.take("deduct on order") {
        terms.deduct = Deduct::OnOrder;
    } else {
        return Ok(false);
    }
    Ok(true)
}

//! The checks: rows that ask how things stand and change nothing.

use super::deed::Scene;
use super::expectation::{in_order, phrases};
use super::facts;
use super::fault::Fault;
use super::moment::show_moment;
use super::rows::Row;
use super::words::Words;
use crate::Decider;
use vocabulary::{Account, SellerId};

/// Holds what a `check` row expects against how things stand.
pub(super) fn check(row: &Row<'_>, scene: &Scene, decider: &impl Decider) -> Result<(), Fault> {
    let mut words = Words::of(row.deed);
    let facts = facts(&mut words, scene, decider)?;
    words.end()?;
    let said = phrases(row.outcome.text);
    match said.len() == facts.len() && in_order(&said, &facts) {
        true => Ok(()),
        false => Err(row.outcome.fault(format!(
            "expected `{}`, found `{}`",
            row.outcome.text,
            facts.join(", ")
        ))),
    }
}

fn facts(
    words: &mut Words<'_>,
    scene: &Scene,
    decider: &impl Decider,
) -> Result<Vec<String>, Fault> {
    if words.take("outbox") {
        let work = decider.outbox().into_iter();
        let work = work.map(|work| facts::of_work(&scene.names, work));
        return Ok(or_nothing(work.collect()));
    }
    if words.take("next timer") {
        let due = decider.next_due().map(show_moment);
        return Ok(vec![due.unwrap_or_else(|| "never".to_owned())]);
    }
    match stock(words, scene)? {
        Some(facts) => Ok(facts),
        None => state(words, scene),
    }
}

fn stock(words: &mut Words<'_>, scene: &Scene) -> Result<Option<Vec<String>>, Fault> {
    let (names, seen) = (&scene.names, &scene.seen);
    Ok(Some(if words.take("pool") {
        let sku = names.sku(words)?;
        words.expect("in")?;
        let deal = names.deal(words)?;
        let counts = seen.pools.get(&(deal, sku)).copied();
        facts::of_counts(counts.unwrap_or_default())
    } else if words.take("sku") {
        let sku = names.sku(words)?;
        let (stock, free) = seen.stock.get(&sku).copied().unwrap_or_default();
        facts::of_stock(stock, free)
    } else if words.take("waitlist of") {
        let sku = names.sku(words)?;
        words.expect("in")?;
        let deal = names.deal(words)?;
        let places = seen.waiting.get(&(deal, sku)).into_iter().flatten();
        or_nothing(places.map(|place| names.of(*place)).collect())
    } else if words.take("balance") {
        vec![balance(words, scene)?]
    } else {
        return Ok(None);
    }))
}

/// `ProviderClearing of S in KRW`, or `of house`: debits are positive.
fn balance(words: &mut Words<'_>, scene: &Scene) -> Result<String, Fault> {
    let word = words.any("an account")?;
    let account = Account::ALL
        .into_iter()
        .find(|account| format!("{account:?}") == word.text)
        .ok_or_else(|| word.fault(format!("there is no account `{}`", word.text)))?;
    words.expect("of")?;
    let seller = match words.take("house") {
        true => SellerId(0),
        false => scene.names.seller(words)?,
    };
    words.expect("in")?;
    let key = (words.currency()?, seller, account);
    let balance = scene.seen.balances.get(&key).copied();
    Ok(balance.unwrap_or_default().to_string())
}

fn state(words: &mut Words<'_>, scene: &Scene) -> Result<Vec<String>, Fault> {
    let (names, seen) = (&scene.names, &scene.seen);
    let state = if words.take("order") {
        let order = names.order(words)?;
        seen.orders.get(&order).map(|state| format!("{state:?}"))
    } else if words.take("payment") {
        let payment = names.payment(words)?;
        let seen = seen.payments.get(&payment);
        seen.map(|seen| format!("{:?}", seen.state))
    } else if words.take("refund") {
        let refund = names.refund(words)?;
        let seen = seen.refunds.get(&refund);
        seen.map(|seen| format!("{:?}", seen.state))
    } else if words.take("deadline of") {
        let checkout = names.checkout(words)?;
        let seen = seen.checkouts.get(&checkout);
        seen.map(|seen| show_moment(seen.pay_by))
    } else {
        return Err(words.expected(
            "pool, sku, waitlist of, balance, order, payment, refund, deadline of, outbox or next timer",
        ));
    };
    Ok(or_nothing(state.into_iter().collect()))
}

fn or_nothing(facts: Vec<String>) -> Vec<String> {
    match facts.is_empty() {
        true => vec!["nothing".to_owned()],
        false => facts,
    }
}

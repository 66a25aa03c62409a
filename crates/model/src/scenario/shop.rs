//! The verbs of the shop: rules, sellers, stock, the schedule, refunds and parcels.

use super::deed::{Named, Scene, line_of_order, list, units_of_line};
use super::fault::Fault;
use super::names::reference;
use super::terms;
use super::words::Words;
use vocabulary::{Cancelling, Command, PoolDraft, RefundScope, Rules, Surcharge, Surcharges, Zone};

/// Reads what the shop does.
pub(super) fn read<'a>(words: &mut Words<'a>, scene: &Scene) -> Result<Named<'a>, Fault> {
    if let Some(named) = named(words, scene)? {
        return Ok(named);
    }
    if let Some(command) = stock(words, scene)? {
        return Ok((command, None));
    }
    match after_payment(words, scene)? {
        Some(command) => Ok((command, None)),
        None => Err(words.expected("something that the shop does")),
    }
}

/// What gives a number that the scenario names.
fn named<'a>(words: &mut Words<'a>, scene: &Scene) -> Result<Option<Named<'a>>, Fault> {
    if words.take("opens seller") {
        let name = words.any("the seller's name")?;
        let reference = reference("seller", name.text);
        return Ok(Some((Command::OpenSeller { reference }, Some(name))));
    }
    if words.take("lists sku") {
        let name = words.any("the SKU's name")?;
        words.expect("of")?;
        let seller = scene.names.seller(words)?;
        words.expect(",")?;
        let command = Command::ListSku {
            reference: reference("sku", name.text),
            seller,
            tax: words.tax()?,
        };
        return Ok(Some((command, Some(name))));
    }
    if words.take("schedules deal") {
        return schedule(words, scene).map(Some);
    }
    Ok(None)
}

/// `D of S in KRW: 3 A at 9900, 2 B at 8800; TERMS`
fn schedule<'a>(words: &mut Words<'a>, scene: &Scene) -> Result<Named<'a>, Fault> {
    let name = words.any("the deal's name")?;
    words.expect("of")?;
    let seller = scene.names.seller(words)?;
    words.expect("in")?;
    let currency = words.currency()?;
    words.expect(":")?;
    let pools = match words.take("nothing") {
        true => Vec::new(),
        false => list(words, ",", |words| pool_draft(words, scene))?,
    };
    let command = Command::ScheduleDeal {
        reference: reference("deal", name.text),
        seller,
        currency,
        terms: terms::read(words, terms::usual())?,
        pools,
    };
    Ok((command, Some(name)))
}

fn pool_draft(words: &mut Words<'_>, scene: &Scene) -> Result<PoolDraft, Fault> {
    let units = words.number("a number of units")?;
    let sku = scene.names.sku(words)?;
    words.expect("at")?;
    let price = words.amount()?;
    Ok(PoolDraft { sku, units, price })
}

fn stock(words: &mut Words<'_>, scene: &Scene) -> Result<Option<Command>, Fault> {
    let names = &scene.names;
    let units = |words: &mut Words<'_>| words.number("a number of units");
    Ok(Some(if words.take("adopts rules") {
        Command::AdoptRules {
            rules: rules(words)?,
        }
    } else if words.take("sets shipping of") {
        shipping(words, scene)?
    } else if words.take("receives") {
        let units = units(words)?;
        words.expect("of")?;
        let sku = names.sku(words)?;
        Command::ReceiveStock { sku, units }
    } else if words.take("withdraws") {
        let units = units(words)?;
        words.expect("of")?;
        let sku = names.sku(words)?;
        Command::WithdrawStock { sku, units }
    } else if words.take("changes") {
        change(words, scene)?
    } else if words.take("reprices") {
        let sku = names.sku(words)?;
        words.expect("in")?;
        let deal = names.deal(words)?;
        words.expect("to")?;
        let price = words.amount()?;
        Command::RepriceDeal { deal, sku, price }
    } else if words.take("adds") {
        let units = units(words)?;
        let sku = names.sku(words)?;
        words.expect("to")?;
        let deal = names.deal(words)?;
        Command::AddAllotment { deal, sku, units }
    } else if words.take("allows") {
        let times = words.number("how often")?;
        words.expect("x")?;
        let span_ms = words.span()?;
        words.expect("more in")?;
        let deal = names.deal(words)?;
        Command::AllowExtensions {
            deal,
            times,
            span_ms,
        }
    } else if words.take("ends") {
        let deal = names.deal(words)?;
        Command::EndDeal { deal }
    } else {
        return Ok(None);
    }))
}

/// `D; TERMS`: the terms not named stay as they are.
fn change(words: &mut Words<'_>, scene: &Scene) -> Result<Command, Fault> {
    let deal = scene.names.deal(words)?;
    let now = scene.seen.terms.get(&deal).copied();
    let terms = terms::read(words, now.unwrap_or(terms::usual()))?;
    Ok(Command::ChangeDeal { deal, terms })
}

/// The rules not named are the usual ones.
fn rules(words: &mut Words<'_>) -> Result<Rules, Fault> {
    let mut rules = Rules::default();
    while words.take(";") {
        if words.take("edition") {
            rules.edition = words.number("an edition")?;
        } else if words.take("memory") {
            rules.idempotency_ms = words.span()?;
        } else if words.take("skew") {
            rules.skew_ms = words.span()?;
        } else if words.take("try") {
            rules.payment_ms = words.span()?;
        } else if words.take("grace") {
            rules.grace_ms = words.span()?;
        } else if words.take("withdrawal") {
            rules.withdrawal_ms = words.span()?;
        } else if words.take("filing") {
            rules.file_after_ms = words.span()?;
        } else {
            return Err(
                words.expected("a rule (edition, memory, skew, try, grace, withdrawal, filing)")
            );
        }
    }
    Ok(rules)
}

/// `S: 3000 KRW, free from 50000, taxed 10%; zone 1 plus 5000; ...`
fn shipping(words: &mut Words<'_>, scene: &Scene) -> Result<Command, Fault> {
    let seller = scene.names.seller(words)?;
    words.expect(":")?;
    let (fee, currency) = words.money()?;
    words.expect(", free from")?;
    let free_from = words.amount()?;
    words.expect(",")?;
    let tax = words.tax()?;
    let mut surcharges = Surcharges::new();
    while words.take("; zone") {
        let zone = Zone(words.number("a zone")?);
        words.expect("plus")?;
        let amount = words.amount()?;
        let surcharge = Surcharge { zone, amount };
        if surcharges.try_push(surcharge).is_err() {
            return Err(words.expected("at most eight zones"));
        }
    }
    Ok(Command::SetShipping {
        seller,
        currency,
        fee,
        free_from,
        tax,
        surcharges,
    })
}

fn after_payment(words: &mut Words<'_>, scene: &Scene) -> Result<Option<Command>, Fault> {
    Ok(Some(if words.take("cancels") {
        let order = scene.names.order(words)?;
        let by = Cancelling::Staff;
        Command::CancelOrder { order, by }
    } else if words.take("refunds") {
        refund(words, scene)?
    } else if words.take("ships") {
        let (order, line, units) = units_of_line(words, scene)?;
        Command::RecordShipment { order, line, units }
    } else if words.take("delivers") {
        let (order, line, units) = units_of_line(words, scene)?;
        Command::RecordDelivery { order, line, units }
    } else if words.take("takes back") {
        let (order, line, units) = units_of_line(words, scene)?;
        let restock = words.take("to stock");
        Command::RecordReturn {
            order,
            line,
            units,
            restock,
        }
    } else if words.take("recalls") {
        recall(words, scene)?
    } else {
        return Ok(None);
    }))
}

/// `all of O`, `N units of line L of O` or `AMOUNT of line L of O`.
fn refund(words: &mut Words<'_>, scene: &Scene) -> Result<Command, Fault> {
    if words.take("all of") {
        let order = scene.names.order(words)?;
        let scope = RefundScope::Whole;
        return Ok(Command::RequestRefund { order, scope });
    }
    let number = words.amount()?;
    let counts_units = words.take("units");
    words.expect("of")?;
    let (order, line) = line_of_order(words, scene)?;
    let scope = match u16::try_from(number.0) {
        Ok(units) if counts_units => RefundScope::Line { line, units },
        Err(_) if counts_units => return Err(words.expected("at most 65535 units")),
        _ => RefundScope::Part {
            line,
            amount: number,
        },
    };
    Ok(Command::RequestRefund { order, scope })
}

/// A checkout comes back as it was last filed.
fn recall(words: &mut Words<'_>, scene: &Scene) -> Result<Command, Fault> {
    let word = words.peek();
    let checkout = scene.names.checkout(words)?;
    let filed = scene.seen.filed.get(&checkout).cloned();
    let filed = filed.ok_or_else(|| word.fault("this checkout was never filed"))?;
    Ok(Command::RecallCheckout {
        filed: Box::new(filed),
    })
}

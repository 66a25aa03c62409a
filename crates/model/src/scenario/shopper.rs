//! The verbs of a shopper: hold, wait, order, pay, cancel, ask to return.

use super::deed::{Named, Scene, list, units_of_line};
use super::fault::Fault;
use super::rows::Cell;
use super::words::Words;
use vocabulary::{Cancelling, Command, Few, Method, PersonKey, Shopper, Steps, Zone};

/// Reads what the shopper in `who` does: `ann`, `ann member`, `ann verified`.
pub(super) fn read<'a>(
    who: Cell<'_>,
    words: &mut Words<'a>,
    scene: &mut Scene,
) -> Result<Named<'a>, Fault> {
    let shopper = shopper(who, scene)?;
    let person = shopper.person;
    let command = match holding(words, scene, shopper)? {
        Some(command) => command,
        None if words.take("orders") => order(words, scene, person)?,
        None if words.take("buys") => buy(words, scene, shopper)?,
        None if words.take("pays") => pay(words, scene, person)?,
        None if words.take("cancels") => Command::CancelOrder {
            order: scene.names.order(words)?,
            by: Cancelling::Shopper(person),
        },
        None if words.take("asks to return") => {
            let (order, line, units) = units_of_line(words, scene)?;
            Command::AskReturn {
                order,
                line,
                units,
                person,
            }
        }
        None => return Err(words.expected("something that a shopper does")),
    };
    Ok((command, None))
}

fn shopper(who: Cell<'_>, scene: &mut Scene) -> Result<Shopper, Fault> {
    let mut words = Words::of(who);
    let name = words.any("who does it")?;
    let person = scene.names.person(name.text);
    let member = words.take("member");
    let verified = words.take("verified");
    words.end()?;
    Ok(Shopper {
        person,
        member,
        verified,
    })
}

fn holding(
    words: &mut Words<'_>,
    scene: &Scene,
    shopper: Shopper,
) -> Result<Option<Command>, Fault> {
    let names = &scene.names;
    let person = shopper.person;
    Ok(Some(if words.take("holds") {
        let units = words.number("a number of units")?;
        let sku = names.sku(words)?;
        words.expect("in")?;
        let deal = names.deal(words)?;
        Command::PlaceHold {
            deal,
            sku,
            units,
            shopper,
            or_wait: words.take("or waits"),
        }
    } else if words.take("releases") {
        let hold = names.hold(words)?;
        Command::ReleaseHold { hold, person }
    } else if words.take("extends") {
        let hold = names.hold(words)?;
        Command::ExtendHold { hold, person }
    } else if words.take("waits for") {
        let sku = names.sku(words)?;
        words.expect("in")?;
        let deal = names.deal(words)?;
        Command::JoinWaitlist { deal, sku, shopper }
    } else if words.take("leaves") {
        let place = names.place(words)?;
        Command::LeaveWaitlist { place, person }
    } else {
        return Ok(None);
    }))
}

/// `h1, h2 into c1: o1, o2; zone 3`
fn order(words: &mut Words<'_>, scene: &mut Scene, person: PersonKey) -> Result<Command, Fault> {
    let now = scene.now;
    let holds = match words.take("nothing") {
        true => Vec::new(),
        false => list(words, ",", |words| scene.names.hold(words))?,
    };
    words.expect("into")?;
    let checkout = scene.names.client_checkout(words, now)?;
    words.expect(":")?;
    let orders = match words.take("nothing") {
        true => Vec::new(),
        false => list(words, ",", |words| scene.names.client_order(words, now))?,
    };
    let zone = zone(words)?;
    Ok(Command::PlaceCheckout {
        checkout,
        orders: bounded(words, orders)?,
        holds: bounded(words, holds)?,
        person,
        zone,
    })
}

/// `1 A in D into c1: o1; zone 3`
fn buy(words: &mut Words<'_>, scene: &mut Scene, shopper: Shopper) -> Result<Command, Fault> {
    let now = scene.now;
    let units = words.number("a number of units")?;
    let sku = scene.names.sku(words)?;
    words.expect("in")?;
    let deal = scene.names.deal(words)?;
    words.expect("into")?;
    let checkout = scene.names.client_checkout(words, now)?;
    words.expect(":")?;
    let order = scene.names.client_order(words, now)?;
    Ok(Command::BuyNow {
        deal,
        sku,
        units,
        shopper,
        checkout,
        order,
        zone: zone(words)?,
    })
}

fn zone(words: &mut Words<'_>) -> Result<Zone, Fault> {
    Ok(match words.take("; zone") {
        true => Zone(words.number("a zone")?),
        false => Zone(0),
    })
}

/// `c1 29700 KRW by card at once over 3 months`; without an amount, what is due.
fn pay(words: &mut Words<'_>, scene: &Scene, person: PersonKey) -> Result<Command, Fault> {
    let checkout = scene.names.checkout(words)?;
    let due = scene.seen.checkouts.get(&checkout);
    let (amount, currency) = match due {
        Some(due) if words.peek().text == "by" => (due.total, due.currency),
        _ => words.money()?,
    };
    words.expect("by")?;
    let method = method(words)?;
    let steps = match words.take("at once") {
        true => Steps::One,
        false => Steps::Two,
    };
    let months = match words.take("over") {
        true => {
            let months = words.number("a number of months")?;
            words.expect("months")?;
            months
        }
        false => 0,
    };
    Ok(Command::StartPayment {
        checkout,
        person,
        method,
        steps,
        months,
        amount,
        currency,
    })
}

fn method(words: &mut Words<'_>) -> Result<Method, Fault> {
    if words.take("card") {
        Ok(Method::Card)
    } else if words.take("wallet") {
        Ok(Method::Wallet)
    } else if words.take("deposit") {
        Ok(Method::Deposit)
    } else {
        Err(words.expected("card, wallet or deposit"))
    }
}

fn bounded<T, const USUAL: usize, const N: usize>(
    words: &Words<'_>,
    items: Vec<T>,
) -> Result<Few<T, USUAL, N>, Fault> {
    match items.len() <= N {
        true => Ok(items.into_iter().collect()),
        false => Err(words.expected(&format!("at most {N} of them"))),
    }
}

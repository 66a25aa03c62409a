//! A deed: who does what, read into a command. The shop's, the bank's and the shopper's verbs each
//! have a file beside this one.

use super::fault::Fault;
use super::names::{Names, hashed};
use super::rows::{Cell, Row};
use super::seen::Seen;
use super::words::Words;
use super::{bank, shop, shopper};
use vocabulary::{Command, Millis, OrderId, Request, RequestKey, encode_request};
use xxhash_rust::xxh3::xxh3_64;

/// What the words of a deed may refer to.
#[derive(Debug, Default)]
pub(super) struct Scene {
    pub names: Names,
    pub seen: Seen,
    pub now: Millis,
}

/// A deed as it was read.
#[derive(Debug)]
pub(super) struct Deed<'a> {
    pub request: Request,
    /// What the number on the receipt shall be called.
    pub called: Option<Cell<'a>>,
}

/// A command with the name that its receipt's number gets.
pub(super) type Named<'a> = (Command, Option<Cell<'a>>);

/// Reads the deed of a row.
pub(super) fn read<'a>(row: &Row<'a>, scene: &mut Scene) -> Result<Deed<'a>, Fault> {
    let mut words = Words::of(row.deed);
    let (command, mut called) = match row.who.text {
        "shop" => shop::read(&mut words, scene)?,
        "bank" => bank::read(&mut words, scene)?,
        "till" => (till(&mut words)?, None),
        _ => shopper::read(row.who, &mut words, scene)?,
    };
    if words.take("as") {
        called = Some(words.any("a name")?);
    }
    let key = match words.take("key") {
        true => Some(request_key(row.who, words.any("a request key")?, &command)),
        false => None,
    };
    words.end()?;
    let request = Request { key, command };
    Ok(Deed { request, called })
}

/// `N of line L of ORDER`.
pub(super) fn units_of_line(
    words: &mut Words<'_>,
    scene: &Scene,
) -> Result<(OrderId, u8, u16), Fault> {
    let units = words.number("a number of units")?;
    words.expect("of")?;
    let (order, line) = line_of_order(words, scene)?;
    Ok((order, line, units))
}

/// `line L of ORDER`.
pub(super) fn line_of_order(words: &mut Words<'_>, scene: &Scene) -> Result<(OrderId, u8), Fault> {
    words.expect("line")?;
    let line = words.number("the number of a line")?;
    words.expect("of")?;
    Ok((scene.names.order(words)?, line))
}

/// The part after `separator`, as long as there is one.
pub(super) fn list<'a, T>(
    words: &mut Words<'a>,
    separator: &str,
    mut item: impl FnMut(&mut Words<'a>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut items = vec![item(words)?];
    while words.take(separator) {
        items.push(item(words)?);
    }
    Ok(items)
}

fn till(words: &mut Words<'_>) -> Result<Command, Fault> {
    words.expect("advances")?;
    let limit = words.number("how many timers may fire")?;
    Ok(Command::AdvanceTo { limit })
}

/// Keys are scoped to who sends them; the body is the command itself.
fn request_key(who: Cell<'_>, key: Cell<'_>, command: &Command) -> RequestKey {
    let sender = who.text.split(' ').next().unwrap_or_default();
    let mut body = Vec::new();
    encode_request(&command.clone().into(), &mut body);
    RequestKey {
        key: hashed(sender, key.text),
        body: xxh3_64(&body),
    }
}

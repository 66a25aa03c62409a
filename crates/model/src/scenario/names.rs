//! The names that a scenario gives to things and persons, and the ids behind them.
//!
//! Numbers given by the decider are named when they first appear; ids made by clients are made
//! here, from the scenario's clock. `#7` is the number 7, named or not.

use super::fault::Fault;
use super::rows::Cell;
use super::words::Words;
use std::collections::BTreeMap;
use vocabulary::{
    CheckoutId, DealId, HoldId, Millis, OrderId, PaymentId, PersonKey, PlaceId, Reference,
    RefundId, SellerId, SkuId,
};
use xxhash_rust::xxh3::xxh3_128;

macro_rules! things {
    ($($noun:literal $method:ident $variant:ident($id:ident),)*) => {
        /// Anything that can be named.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Thing {
            $($variant($id),)*
            Payment(PaymentId),
        }

        impl Thing {
            fn noun(self) -> &'static str {
                match self {
                    $(Thing::$variant(_) => $noun,)*
                    Thing::Payment(_) => "try to pay",
                }
            }

            fn number(self) -> String {
                match self {
                    $(Thing::$variant(id) => format!("#{id}"),)*
                    Thing::Payment(id) => format!("#{id}"),
                }
            }
        }

        $(impl From<$id> for Thing {
            fn from(id: $id) -> Thing {
                Thing::$variant(id)
            }
        })*

        impl Names {
            $(
                /// Reads a name or a `#number`.
                pub(super) fn $method(&self, words: &mut Words<'_>) -> Result<$id, Fault> {
                    let word = words.any(concat!("a ", $noun))?;
                    let digits = word.text.strip_prefix('#').unwrap_or_default();
                    if let Ok(number) = digits.parse() {
                        return Ok($id(number));
                    }
                    match self.known(word)? {
                        Thing::$variant(id) => Ok(id),
                        other => Err(wrong_kind(word, $noun, other)),
                    }
                }
            )*
        }
    };
}

things! {
    "seller" seller Seller(SellerId),
    "SKU" sku Sku(SkuId),
    "deal" deal Deal(DealId),
    "hold" hold Hold(HoldId),
    "place" place Place(PlaceId),
    "refund" refund Refund(RefundId),
    "order" order Order(OrderId),
    "checkout" checkout Checkout(CheckoutId),
}

impl From<PaymentId> for Thing {
    fn from(id: PaymentId) -> Thing {
        Thing::Payment(id)
    }
}

/// What is called how.
#[derive(Debug, Default)]
pub(super) struct Names {
    things: BTreeMap<String, Thing>,
    names: BTreeMap<Thing, String>,
    persons: BTreeMap<PersonKey, String>,
}

impl Names {
    /// Gives `thing` the name in `word`; a name and a thing belong to each other for good.
    pub(super) fn name(&mut self, word: Cell<'_>, thing: Thing) -> Result<(), Fault> {
        let name = word.text.to_owned();
        match (self.things.get(&name), self.names.get(&thing)) {
            (None, None) if name.starts_with(char::is_alphabetic) => {
                self.names.insert(thing, name.clone());
                self.things.insert(name, thing);
                Ok(())
            }
            (Some(other), _) if *other == thing => Ok(()),
            (Some(other), _) => Err(word.fault(format!("`{name}` is another {}", other.noun()))),
            (None, Some(other)) => Err(word.fault(format!("it is called `{other}` already"))),
            (None, None) => Err(word.fault("expected a name that begins with a letter")),
        }
    }

    /// True when the name is free and the thing nameless.
    pub(super) fn could_name(&self, name: &str, thing: Thing) -> bool {
        name.starts_with(char::is_alphabetic)
            && !self.things.contains_key(name)
            && !self.names.contains_key(&thing)
    }

    /// The name of a thing, or its `#number`.
    pub(super) fn of(&self, thing: impl Into<Thing>) -> String {
        let thing = thing.into();
        let name = self.names.get(&thing).cloned();
        name.unwrap_or_else(|| thing.number())
    }

    /// The key of the person of that name.
    pub(super) fn person(&mut self, name: &str) -> PersonKey {
        let key = PersonKey(hashed("person", name));
        self.persons.insert(key, name.to_owned());
        key
    }

    /// The name of a person.
    pub(super) fn of_person(&self, key: PersonKey) -> String {
        let name = self.persons.get(&key).cloned();
        name.unwrap_or_else(|| key.to_string())
    }

    /// Reads the name of a try to pay, or `try N of CHECKOUT`.
    pub(super) fn payment(&self, words: &mut Words<'_>) -> Result<PaymentId, Fault> {
        if words.take("try") {
            let attempt = words.number("the number of the try")?;
            words.expect("of")?;
            let checkout = self.checkout(words)?;
            return Ok(PaymentId { checkout, attempt });
        }
        let word = words.any("a try to pay")?;
        match self.known(word)? {
            Thing::Payment(id) => Ok(id),
            other => Err(wrong_kind(word, "try to pay", other)),
        }
    }

    /// The order of that name, or one made now (or as the words behind the name say).
    pub(super) fn client_order(
        &mut self,
        words: &mut Words<'_>,
        now: Millis,
    ) -> Result<OrderId, Fault> {
        let id = self.client_id(words, now, "an order")?;
        id.name(self, |id| OrderId(id).into())?;
        Ok(OrderId(id.id))
    }

    /// The checkout of that name, or one made now (or as the words behind the name say).
    pub(super) fn client_checkout(
        &mut self,
        words: &mut Words<'_>,
        now: Millis,
    ) -> Result<CheckoutId, Fault> {
        let id = self.client_id(words, now, "a checkout")?;
        id.name(self, |id| CheckoutId(id).into())?;
        Ok(CheckoutId(id.id))
    }

    /// `NAME`, `NAME made TIME`, `NAME malformed` or `NAME like NAME`.
    fn client_id<'a>(
        &self,
        words: &mut Words<'a>,
        now: Millis,
        noun: &str,
    ) -> Result<ClientId<'a>, Fault> {
        let word = words.any(noun)?;
        if words.take("like") {
            let id = self.known_client_id(words.any("an order or a checkout")?)?;
            return Ok(ClientId { word, id });
        }
        let (made_at, version) = if words.take("made") {
            (words.moment()?, 7)
        } else if words.take("malformed") {
            (now, 4)
        } else {
            (now, 7)
        };
        let id = match self.things.contains_key(word.text) {
            true => self.known_client_id(word)?,
            false => uuid(made_at, version, word.text),
        };
        Ok(ClientId { word, id })
    }

    fn known_client_id(&self, word: Cell<'_>) -> Result<u128, Fault> {
        match self.known(word)? {
            Thing::Order(OrderId(id)) | Thing::Checkout(CheckoutId(id)) => Ok(id),
            other => Err(wrong_kind(word, "order or checkout", other)),
        }
    }

    fn known(&self, word: Cell<'_>) -> Result<Thing, Fault> {
        self.things
            .get(word.text)
            .copied()
            .ok_or_else(|| word.fault(format!("nothing is called `{}`", word.text)))
    }
}

/// An id that a client made, and where it is written.
struct ClientId<'a> {
    word: Cell<'a>,
    id: u128,
}

impl ClientId<'_> {
    fn name(&self, names: &mut Names, thing: impl Fn(u128) -> Thing) -> Result<(), Fault> {
        names.name(self.word, thing(self.id))
    }
}

/// The hash of the shop's own id, which here is the name.
pub(super) fn reference(kind: &str, name: &str) -> Reference {
    Reference(hashed(kind, name))
}

/// A hash of `text` among all of its `kind`.
pub(super) fn hashed(kind: &str, text: &str) -> u128 {
    xxh3_128(format!("{kind} {text}").as_bytes())
}

/// A UUID of RFC 9562 whose random part is a hash of its name.
fn uuid(made_at: Millis, version: u128, name: &str) -> u128 {
    let random = hashed("uuid", name) & ((1 << 62) - 1);
    (u128::from(made_at.0) << 80) | (version << 76) | (0b10 << 62) | random
}

fn wrong_kind(word: Cell<'_>, noun: &str, other: Thing) -> Fault {
    let (name, other) = (word.text, other.noun());
    word.fault(format!(
        "expected the name of a {noun}: `{name}` is a {other}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> Cell<'_> {
        Cell {
            line: 1,
            column: 1,
            text,
        }
    }

    #[test]
    fn a_name_stays_with_its_thing() {
        let mut names = Names::default();
        let h1 = cell("h1");
        names.name(h1, HoldId(1).into()).expect("a free name");
        names.name(h1, HoldId(1).into()).expect("the same again");
        assert!(names.name(h1, HoldId(2).into()).is_err());
        assert!(names.name(cell("h2"), HoldId(1).into()).is_err());
        assert_eq!(names.hold(&mut Words::of(h1)), Ok(HoldId(1)));
        assert!(names.place(&mut Words::of(h1)).is_err());
        assert_eq!(names.place(&mut Words::of(cell("#9"))), Ok(PlaceId(9)));
        assert_eq!(names.of(HoldId(2)), "#2");
    }

    #[test]
    fn a_clients_id_carries_the_moment_it_was_made() {
        let mut names = Names::default();
        let mut order = |text| {
            let id = names.client_order(&mut Words::of(cell(text)), Millis(5_000));
            id.expect("an id").made_at()
        };
        assert_eq!(order("o1"), Some(Millis(5_000)));
        assert_eq!(order("o2 made 0"), super::super::moment::parse_moment("0"));
        assert_eq!(order("o3 malformed"), None);
    }
}

//! What will happen and when: the only order there is in the world.

use clerks::ports::{OpenPayment, ProviderFault};
use clerks::{Answer, Errand};
use model::stream::Dice;
use std::collections::BTreeMap;
use till::Reply;
use vocabulary::{Request, Seq};

/// Something that will happen.
#[derive(Debug)]
pub enum Deed {
    /// A client, by number, looks up.
    Wake(usize),
    /// A request comes to the counter.
    Arrive(Box<Asked>),
    /// The till's loop looks up.
    Tick,
    /// An answer comes to a client.
    Hear(usize, u64, Reply),
    /// A shopper is at the provider's page.
    Pay(Box<OpenPayment>),
    /// The clerk looks up.
    Clerk,
    /// The provider's answer comes to the clerk that asked.
    Land(u32, Box<(Errand, Result<Answer, ProviderFault>)>),
    /// Something is about to go wrong.
    Storm,
    /// Somebody starts the program.
    Start,
}

/// A ticket: requests that are handed in together, with who asks.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who.
    pub sender: Sender,
    /// What.
    pub requests: Vec<Request>,
    /// The last sequence that anybody had been told of when it was asked: what comes of it comes
    /// behind that.
    pub after: Seq,
}

/// Who asks.
#[derive(Clone, Debug)]
pub enum Sender {
    /// A client, by number, with its how many-th call.
    Client(usize, u64),
    /// Somebody who asks once and is gone before the answer.
    Passerby,
    /// The provider calls back; nobody waits for the answer.
    Callback,
    /// The clerk of that generation reports on an errand.
    Clerk(u32, Box<Errand>),
    /// The shop itself sets up.
    Shop,
}

/// Deeds by their moment; those of one moment in the order in which they were noted.
#[derive(Debug, Default)]
pub struct Agenda {
    entries: BTreeMap<(u64, u64), (Deed, Dice)>,
    noted: u64,
}

impl Agenda {
    /// Notes a deed, with the dice that it will throw.
    pub fn note(&mut self, moment: u64, deed: Deed, dice: &mut Dice) {
        self.noted += 1;
        let dice = Dice::new(dice.roll());
        self.entries.insert((moment, self.noted), (deed, dice));
    }

    /// The next deed, with its moment.
    pub fn take(&mut self) -> Option<(u64, Deed, Dice)> {
        let ((moment, _), (deed, dice)) = self.entries.pop_first()?;
        Some((moment, deed, dice))
    }

    /// Forgets the deeds that are not `kept`.
    pub fn keep(&mut self, kept: impl Fn(&Deed) -> bool) {
        self.entries.retain(|_, (deed, _)| kept(deed));
    }
}

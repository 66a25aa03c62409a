//! The clients: shoppers and staff who ask, wait, ask again under the same key, give up, and come
//! back much later.

use super::World;
use crate::agenda::{Asked, Deed, Sender};
use crate::script::Act;
use crate::weather::Fault;
use till::Reply;
use vocabulary::{CommandKind, Request, RequestKey};

/// The chains of acts of who comes in behind a client begin here.
const FOLLOWERS: u32 = 1 << 16;

/// One who asks one thing at a time.
#[derive(Debug, Default)]
pub(super) struct Client {
    wakes: u32,
    calls: u64,
    /// How many came in behind it.
    followers: u32,
    /// What no answer has come to yet.
    asked: Option<Asked>,
    /// What was asked under a key before.
    past: Vec<Request>,
}

/// What shoppers and staff ask. What the provider says comes from the provider, what is due from the till.
fn is_asked_by_people(kind: CommandKind) -> bool {
    use CommandKind as Kind;
    !matches!(
        kind,
        Kind::RecordAuthorisation
            | Kind::RecordCapture
            | Kind::RecordDecline
            | Kind::RecordVoid
            | Kind::RecordRefund
            | Kind::RecordRefundFailure
            | Kind::AdvanceTo
    )
}

impl World<'_> {
    /// A client looks up, perhaps acts, and will look up again: often just when something falls due.
    pub(super) fn wake(&mut self, client: usize) {
        self.clients[client].wakes += 1;
        let act = Act {
            chain: client as u32,
            number: self.clients[client].wakes,
        };
        if self.takes_place(act) {
            match self.clients[client].asked.clone() {
                Some(asked) => self.ask_again(client, asked),
                None => self.ask_something(client),
            }
            if self.dice.chance(6) {
                self.crowd_in(client);
            }
        }
        let wait = self.wait();
        self.note(wait, Deed::Wake(client));
    }

    /// Crowds move together: most waits end on a beat that all share.
    fn wait(&mut self) -> u64 {
        let (clock, now) = (self.clock.now(), self.now());
        let due = self.until_due(now).max(1);
        let on_the_beat = |wait: u64| (clock + wait).next_multiple_of(self.beat) - clock;
        match self.dice.below(100) {
            0..60 => on_the_beat(self.dice.between(1, 60)),
            60..80 => on_the_beat(self.dice.between(1, 300)),
            80..88 => due,
            88..94 => due.saturating_sub(1),
            _ => self.dice.between(300, 2_500),
        }
    }

    /// The request gets no answer: it is sent once more, or given up, or sent with another body.
    fn ask_again(&mut self, client: usize, asked: Asked) {
        let other_body = self.dice.chance(8);
        match self.dice.below(100) {
            0..55 => {
                let mut again = asked;
                let keys = again
                    .requests
                    .iter_mut()
                    .filter_map(|request| request.key.as_mut());
                for key in keys.filter(|_| other_body) {
                    key.body ^= 1;
                }
                self.send(again);
            }
            55..70 => self.clients[client].asked = None,
            _ => {}
        }
    }

    fn ask_something(&mut self, client: usize) {
        let request = match self.dice.chance(6) {
            true => self.something_old(client),
            false => None,
        };
        let request = request.unwrap_or_else(|| self.something_new());
        self.clients[client].calls += 1;
        let asked = Asked {
            sender: Sender::Client(client, self.clients[client].calls),
            requests: vec![request],
            after: self.heard,
        };
        if may_be_repeated(&asked.requests) {
            self.clients[client].asked = Some(asked.clone());
        }
        self.send(asked);
    }

    /// Many ask at once, as at a bell, and wait for no answer. That is when machines fail: the large
    /// batch that is written then is the one that tears.
    fn crowd_in(&mut self, client: usize) {
        if self.dice.chance(8) {
            self.fail_soon();
        }
        let most = self.dice.one_of([20, 50, 50, 200]);
        let mut party = Vec::new();
        for _ in 0..self.dice.between(3, most) {
            self.clients[client].followers += 1;
            let act = Act {
                chain: FOLLOWERS + client as u32,
                number: self.clients[client].followers,
            };
            if self.takes_place(act) {
                let request = self.something_new();
                party.push(request);
                // Some hand in together.
                if !may_be_repeated(&party) || self.dice.chance(50) {
                    self.pass_by(std::mem::take(&mut party));
                }
            }
        }
        if !party.is_empty() {
            self.pass_by(party);
        }
    }

    fn pass_by(&mut self, requests: Vec<Request>) {
        self.send(Asked {
            sender: Sender::Passerby,
            requests,
            after: self.heard,
        });
    }

    /// A request of long ago under its key, sometimes with another body.
    fn something_old(&mut self, client: usize) -> Option<Request> {
        let mut request = self.dice.pick(&self.clients[client].past)?;
        if self.dice.chance(30)
            && let Some(key) = &mut request.key
        {
            key.body ^= 1;
        }
        Some(request)
    }

    fn something_new(&mut self) -> Request {
        let (now, dice) = (self.now(), self.dice.clone());
        let model = &mut self.witness.model;
        let command = self.asker.ask(model, now, dice, is_asked_by_people);
        // The asker threw a copy of the dice.
        let (key, body) = (self.dice.wide(), self.dice.roll());
        let mut request = Request::from(command);
        if may_be_repeated(std::slice::from_ref(&request)) && self.dice.chance(70) {
            request.key = Some(RequestKey { key, body });
        }
        request
    }

    /// Hands a request to the network.
    fn send(&mut self, asked: Asked) {
        let moment = self.clock.now();
        for request in &asked.requests {
            let key = request.key.map_or(0, |key| key.key as u64);
            let kind = request.command.kind() as u64;
            self.story.note(moment, &[1, kind, key], || {
                format!("{:?} asks {request:?}", asked.sender)
            });
        }
        if !may_be_repeated(&asked.requests) {
            return self.note(0, Deed::Arrive(Box::new(asked)));
        }
        if self.strikes(Fault::NetworkFailed, 3) {
            return;
        }
        if self.strikes(Fault::NetworkFailed, 4) {
            let late = self.dice.between(1, 3_000);
            self.note(late, Deed::Arrive(Box::new(asked.clone())));
        }
        let delay = self.dice.below(4);
        self.note(delay, Deed::Arrive(Box::new(asked)));
    }

    /// An answer comes to a client, who may have given up.
    pub(super) fn hear(&mut self, client: usize, call: u64, reply: &Reply) {
        self.heard = self.heard.max(reply.seq);
        let client = &mut self.clients[client];
        let waits = |asked: &mut Asked| matches!(asked.sender, Sender::Client(_, of) if of == call);
        if let Some(asked) = client.asked.take_if(waits) {
            let keyed = asked
                .requests
                .into_iter()
                .filter(|request| request.key.is_some());
            client.past.extend(keyed);
        }
    }
}

/// Whoever recalls a checkout vouches for what it sends, so that is never sent twice or late.
fn may_be_repeated(requests: &[Request]) -> bool {
    let mut kinds = requests.iter().map(|request| request.command.kind());
    kinds.all(|kind| kind != CommandKind::RecallCheckout)
}

//! Races for the last unit: fresh deals of one unit, made through the staff's API, and a hundred shoppers who all want it.

use super::courier::{Courier, Shared, now};
use super::deals;
use super::transport::{Along, Reply};
use super::{CrowdFault, Door};
use crowd::{
    Answer, Ask, Behaviour, Call, Card, CheckoutSaid, HoldSaid, Method, Random, Round, Said, Verb,
    What, Who, written,
};
use futures::stream::{self, StreamExt};
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// Whatever a race waits for comes within this time, or is wrong.
const COMES_WITHIN: Duration = Duration::from_secs(30);
const LOOKS_EVERY: Duration = Duration::from_millis(50);
/// A hold of a race lasts this long: hundreds of shoppers ask and look in between, also where the machine is busy.
const HOLD_SECONDS: u64 = 10;

/// What kind of races.
#[derive(Clone, Debug)]
pub struct RaceOptions {
    /// Where.
    pub door: Door,
    /// How many.
    pub rounds: usize,
    /// Of how many shoppers each.
    pub shoppers: usize,
    /// How many races at once.
    pub at_once: usize,
    /// The SKU raced for; none for any that is in a deal.
    pub sku: Option<String>,
    /// Of all that is random.
    pub seed: u64,
}

/// How the races went.
#[derive(Clone, Debug, Default)]
pub struct RaceReport {
    /// Races that were run to the end.
    pub rounds: u64,
    /// Units sold.
    pub sold: u64,
    /// Holds that lapsed.
    pub lapsed: u64,
    /// Holds that were given back.
    pub released: u64,
    /// Payments that were declined.
    pub declined: u64,
    /// Shoppers of a waitlist who were served, each in order.
    pub served: u64,
    /// What went wrong, with the race's deal.
    pub wrongs: Vec<String>,
}

/// Holds races.
pub struct Race {
    options: RaceOptions,
    staff_key: String,
    courier: Shared,
    report: Mutex<RaceReport>,
    asked: AtomicU64,
}

/// One race while it is run.
struct Heat<'a> {
    race: &'a Race,
    deal: Arc<str>,
    sku: Arc<str>,
    sessions: Vec<Arc<str>>,
    random: Random,
    round: Round,
    hold: Option<HoldSaid>,
}

impl Race {
    /// Races at this door.
    ///
    /// # Errors
    /// Without a staff key, when an address is none, or the acknowledgements cannot be written.
    pub fn try_new(options: RaceOptions) -> Result<Race, CrowdFault> {
        Ok(Race {
            staff_key: options
                .door
                .staff_key
                .clone()
                .ok_or(CrowdFault::NoStaffKey)?,
            courier: Arc::new(Courier::try_new(&options.door)?),
            report: Mutex::default(),
            asked: AtomicU64::new(options.seed << 32),
            options,
        })
    }

    /// How the races went so far.
    pub fn report(&self) -> RaceReport {
        self.report
            .lock()
            .expect("nobody panics holding it")
            .clone()
    }

    /// Runs all races, or as many as `stop` allows; those begun are finished.
    ///
    /// # Errors
    /// When the shop does not answer, or will not make the deals.
    pub async fn run(&self, stop: watch::Receiver<bool>) -> Result<(), CrowdFault> {
        let sku = self.sku().await?;
        let lanes =
            (0..self.options.at_once).map(|lane| self.lane(lane, sku.clone(), stop.clone()));
        let mut lanes: futures::stream::FuturesUnordered<_> = lanes.collect();
        while let Some(ended) = lanes.next().await {
            ended?;
        }
        self.courier.fault().map_or(Ok(()), Err)
    }

    async fn sku(&self) -> Result<Arc<str>, CrowdFault> {
        match &self.options.sku {
            Some(sku) => Ok(sku.as_str().into()),
            None => deals::any_sku(self.courier.transport()).await,
        }
    }

    /// Races one after the other, always with the same shoppers.
    async fn lane(
        &self,
        lane: usize,
        sku: Arc<str>,
        stop: watch::Receiver<bool>,
    ) -> Result<(), CrowdFault> {
        let sessions = self.sessions(lane).await?;
        for round in (lane..self.options.rounds).step_by(self.options.at_once) {
            if *stop.borrow() {
                break;
            }
            let deal: Arc<str> = format!("race-{:x}-{round}", self.options.seed).into();
            self.schedule(&deal, &sku).await?;
            let mut heat = Heat {
                race: self,
                deal: deal.clone(),
                sku: sku.clone(),
                sessions: sessions.clone(),
                random: Random::seeded(self.options.seed ^ (round as u64) << 20),
                round: Round::default(),
                hold: None,
            };
            heat.run().await;
            self.note(&deal, heat.round);
            self.end(&deal).await?;
        }
        Ok(())
    }

    fn note(&self, deal: &str, round: Round) {
        let mut report = self.report.lock().expect("nobody panics holding it");
        report.rounds += 1;
        report.served += round.turns().saturating_sub(1) as u64;
        let wrongs = round.end().into_iter();
        report
            .wrongs
            .extend(wrongs.map(|wrong| format!("{deal}: {wrong}")));
    }

    fn count(&self, count: impl FnOnce(&mut RaceReport)) {
        count(&mut self.report.lock().expect("nobody panics holding it"));
    }

    async fn sessions(&self, lane: usize) -> Result<Vec<Arc<str>>, CrowdFault> {
        let numbers = stream::iter(0..self.options.shoppers);
        let opened = numbers
            .map(|number| self.session(lane, number))
            .buffered(32);
        let sessions: Vec<Result<Arc<str>, CrowdFault>> = opened.collect().await;
        sessions.into_iter().collect()
    }

    async fn session(&self, lane: usize, number: usize) -> Result<Arc<str>, CrowdFault> {
        let who = match self.options.door.handover {
            None => Who::Guest,
            Some(_) => Who::Member {
                id: format!("racer-{:x}-{lane}-{number}", self.options.seed).into(),
                verified: true,
            },
        };
        let ask = self.asking(What::OpenSession(who), None);
        match self.courier.ask(&ask, Instant::now()).await {
            Answer::Said {
                said: Said::Session(session),
                ..
            } => Ok(session),
            other => Err(unexpected("/v1/sessions", &other)),
        }
    }

    fn asking(&self, what: What, session: Option<Arc<str>>) -> Ask {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let key = what
            .is_write()
            .then(|| format!("race-{number:x}-{}", now().0));
        Ask {
            what,
            session,
            key,
            at_least: None,
        }
    }

    /// A deal of one unit that is open at once, through the import that a merchandiser would use.
    async fn schedule(&self, deal: &str, sku: &str) -> Result<(), CrowdFault> {
        let stock = json!({"sku": sku, "units": 1}).to_string();
        self.staff(
            "/v1/staff/stock",
            "application/json",
            stock,
            &format!("stock-{deal}"),
        )
        .await?;
        let (starts, ends) = (written(now()), written(now().plus(3_600_000)));
        let csv = format!(
            "deal,sku,price,allotment,start,end,limit,hold,waitlist\n\
             {deal},{sku},10000,1,{starts},{ends},1,{HOLD_SECONDS}s,{}\n",
            self.options.shoppers
        );
        let path = "/v1/staff/schedule/import";
        let imported = self
            .staff(path, "text/csv", csv, &format!("deal-{deal}"))
            .await?;
        // An import answers well even where a row did not go in.
        let said: serde_json::Value = serde_json::from_slice(&imported.body).unwrap_or_default();
        if let Some(problem) = said["problems"].get(0) {
            return Err(CrowdFault::Contract {
                address: path.into(),
                detail: problem.to_string(),
            });
        }
        let is_open = async || {
            let path = format!("/v1/deals/{}", crowd::escaped(deal));
            let said: Result<crowd::DealSaid, _> =
                deals::read(self.courier.transport(), &path, None).await;
            said.is_ok_and(|said| said.state == "open").then_some(())
        };
        comes(is_open).await.ok_or_else(|| CrowdFault::Contract {
            address: format!("/v1/deals/{deal}"),
            detail: "the deal does not open".into(),
        })
    }

    async fn end(&self, deal: &str) -> Result<(), CrowdFault> {
        let path = format!("/v1/staff/deals/{}/end", crowd::escaped(deal));
        self.staff(
            &path,
            "application/json",
            String::new(),
            &format!("end-{deal}"),
        )
        .await
        .map(drop)
    }

    async fn staff(
        &self,
        path: &str,
        media: &'static str,
        body: String,
        key: &str,
    ) -> Result<Reply, CrowdFault> {
        let call = Call {
            verb: Verb::Post,
            target: path.to_owned(),
            media,
            body: body.into_bytes(),
        };
        let along = Along {
            bearer: Some(&self.staff_key),
            key: Some(key),
        };
        let done = async || {
            let reply = self.courier.transport().send(&call, along).await.ok()?;
            (!matches!(reply.status, 429 | 502..=504)).then_some(reply)
        };
        let reply = comes(done).await.ok_or_else(|| CrowdFault::Unreachable {
            address: path.to_owned(),
            detail: format!("no answer within {} s", COMES_WITHIN.as_secs()),
        })?;
        if (200..300).contains(&reply.status) {
            return Ok(reply);
        }
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        Err(CrowdFault::Contract {
            address: path.to_owned(),
            detail: format!("{} {text}", reply.status),
        })
    }
}

impl Heat<'_> {
    async fn run(&mut self) {
        self.start().await;
        for turn in 0.. {
            let Some(holder) = self.round.holder() else {
                return;
            };
            if self.turn(turn, holder).await {
                return self.nobody_else_holds(None).await;
            }
            let Some(next) = self.round.passes_on() else {
                return self
                    .round
                    .wrong("the line ended before somebody bought".into());
            };
            self.pass_on(next).await;
        }
    }

    /// All want the unit at once; some click twice, with the same key.
    async fn start(&mut self) {
        let holds = (0..self.sessions.len()).map(|shopper| {
            let (deal, sku) = (self.deal.clone(), self.sku.clone());
            let ask = self.asking(
                shopper,
                What::Hold {
                    deal,
                    sku,
                    units: 1,
                    or_wait: true,
                },
            );
            let clicks = 1 + shopper % 5 / 4;
            self.race.courier.ask_all(vec![ask; clicks], Instant::now())
        });
        let answers = futures::future::join_all(holds).await;
        for (shopper, answers) in answers.into_iter().enumerate() {
            self.take(shopper, answers);
        }
        self.round.line_up();
    }

    fn take(&mut self, shopper: usize, answers: Vec<Answer>) {
        let mut known: Option<String> = None;
        for answer in answers {
            let id = match answer {
                Answer::Said {
                    said: Said::Hold(hold),
                    ..
                } => {
                    self.round.got(shopper);
                    self.hold.insert(hold).hold.clone()
                }
                Answer::Said {
                    said: Said::Place(place),
                    ..
                } => {
                    if known.is_none() {
                        self.round.waits(shopper, place.ahead);
                    }
                    place.place
                }
                other => {
                    return self
                        .round
                        .wrong(format!("shopper {shopper} was told {other:?}"));
                }
            };
            if known.replace(id.clone()).is_some_and(|known| known != id) {
                self.round.wrong(format!(
                    "shopper {shopper} clicked twice and was told two things"
                ));
            }
        }
    }

    /// The holder's turn; whether the unit is sold.
    async fn turn(&mut self, turn: usize, holder: usize) -> bool {
        match Round::behaviour(turn, &mut self.random) {
            Behaviour::Lapses => self.race.count(|report| report.lapsed += 1),
            Behaviour::Releases => self.release(holder).await,
            Behaviour::Declined => self.decline(holder, true).await,
            Behaviour::Pays => return self.buy(holder, &[Card::Good]).await,
            Behaviour::DeclinedFirst => {
                return self.buy(holder, &[Card::Declined, Card::Good]).await;
            }
        }
        false
    }

    async fn release(&mut self, holder: usize) {
        let hold = self
            .hold
            .as_ref()
            .expect("the holder holds it")
            .hold
            .clone();
        self.race.count(|report| report.released += 1);
        self.must(holder, What::Release { hold }).await;
    }

    async fn decline(&mut self, holder: usize, cancels: bool) {
        let Some((checkout, order)) = self.check_out(holder).await else {
            return;
        };
        self.pay(holder, &checkout, Card::Declined).await;
        if cancels {
            self.must(holder, What::Cancel { order }).await;
        }
    }

    async fn buy(&mut self, holder: usize, cards: &[Card]) -> bool {
        let Some((checkout, _)) = self.check_out(holder).await else {
            return false;
        };
        for card in cards {
            if self.pay(holder, &checkout, *card).await {
                self.round.sold(holder);
                self.race.count(|report| report.sold += 1);
                return true;
            }
        }
        self.round.wrong(format!("shopper {holder} could not pay"));
        false
    }

    async fn check_out(&mut self, holder: usize) -> Option<(CheckoutSaid, Uuid)> {
        let hold = self
            .hold
            .as_ref()
            .expect("the holder holds it")
            .hold
            .clone();
        let (checkout, order) = (self.uuid(), self.uuid());
        let what = What::CheckOut {
            checkout,
            orders: vec![order],
            holds: vec![hold],
        };
        match self.must(holder, what).await? {
            Said::Checkout(said) => Some((said, order)),
            _ => None,
        }
    }

    /// Whether the payment went through; a declined one is waited for, too.
    async fn pay(&mut self, holder: usize, checkout: &CheckoutSaid, card: Card) -> bool {
        let what = What::Pay {
            checkout: checkout.checkout,
            method: Method::Card,
            amount: checkout.total.amount,
            currency: checkout.total.currency.as_str().into(),
        };
        let Some((Said::Payment(payment), begun)) = self.must_at(holder, what).await else {
            return false;
        };
        let page = Ask {
            session: None,
            ..self.asking(
                holder,
                What::FillIn {
                    url: payment.redirect_url,
                    card,
                },
            )
        };
        self.race.courier.ask(&page, Instant::now()).await;
        // A look that does not show this try yet would take the one before for its end.
        let look = Ask {
            at_least: begun,
            ..self.asking(
                holder,
                What::SeeCheckout {
                    checkout: checkout.checkout,
                },
            )
        };
        let settled = async || match self.race.courier.look(&look).await {
            Answer::Said {
                said: Said::Checkout(said),
                ..
            } if said.was_declined() => Some(false),
            Answer::Said {
                said: Said::Checkout(said),
                ..
            } => (said.state.as_deref() == Some("paid")).then_some(true),
            _ => None,
        };
        let paid = comes(settled).await;
        if paid == Some(false) {
            self.race.count(|report| report.declined += 1);
        }
        if paid.is_none() {
            self.round
                .wrong(format!("the payment of shopper {holder} came to no end"));
        }
        paid.unwrap_or(false)
    }

    /// The next in line must see the unit in the cart, and nobody else.
    async fn pass_on(&mut self, next: usize) {
        let offer = async || self.hold_of(next).await;
        match comes(offer).await {
            None => self
                .round
                .wrong(format!("shopper {next} was next in line and not served")),
            Some(hold) => {
                self.hold = Some(hold);
                self.nobody_else_holds(Some(next)).await;
                self.round.offered(next, next);
            }
        }
    }

    async fn nobody_else_holds(&mut self, holder: Option<usize>) {
        let others = (0..self.sessions.len()).filter(|shopper| Some(*shopper) != holder);
        let heat = &*self;
        let looks = others.map(|shopper| async move { (shopper, heat.hold_of(shopper).await) });
        let seen = futures::future::join_all(looks).await;
        for (shopper, hold) in seen {
            if hold.is_some() {
                self.round
                    .wrong(format!("shopper {shopper} holds the unit out of turn"));
            }
        }
    }

    /// The hold of a shopper in this race, as the cart shows it.
    async fn hold_of(&self, shopper: usize) -> Option<HoldSaid> {
        let ask = self.asking(shopper, What::SeeCart);
        match self.race.courier.look(&ask).await {
            Answer::Said {
                said: Said::Cart(cart),
                ..
            } => {
                let mut holds = cart.holds.into_iter();
                holds.find(|hold| hold.deal.as_deref() == Some(&*self.deal))
            }
            _ => None,
        }
    }

    fn asking(&self, shopper: usize, what: What) -> Ask {
        self.race.asking(what, Some(self.sessions[shopper].clone()))
    }

    /// What the shop says to an ask that it must not refuse.
    async fn must(&mut self, shopper: usize, what: What) -> Option<Said> {
        self.must_at(shopper, what).await.map(|(said, _)| said)
    }

    /// The same, with the sequence that a later look must show.
    async fn must_at(&mut self, shopper: usize, what: What) -> Option<(Said, Option<Arc<str>>)> {
        let ask = self.asking(shopper, what);
        match self.race.courier.ask(&ask, Instant::now()).await {
            Answer::Said { said, seq } => Some((said, seq)),
            other => {
                let name = ask.what.name();
                self.round.wrong(format!(
                    "shopper {shopper} asked for {name} and was told {other:?}"
                ));
                None
            }
        }
    }

    fn uuid(&mut self) -> Uuid {
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&self.random.bits().to_le_bytes());
        uuid::Builder::from_unix_timestamp_millis(now().0, &bytes).into_uuid()
    }
}

/// Looks until there is something; none when it does not come in time.
async fn comes<T>(look: impl AsyncFn() -> Option<T>) -> Option<T> {
    let until = Instant::now() + COMES_WITHIN;
    loop {
        if let Some(seen) = look().await {
            return Some(seen);
        }
        if Instant::now() > until {
            return None;
        }
        sleep(LOOKS_EVERY).await;
    }
}

fn unexpected(address: &str, answer: &Answer) -> CrowdFault {
    CrowdFault::Contract {
        address: address.to_owned(),
        detail: format!("{answer:?}"),
    }
}

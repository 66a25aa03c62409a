//! Brings shoppers who come through the pages: each with cookies of their own, without script, in an open loop, however
//! slow the shop is. What they saw is counted; what nobody should see is a finding. Before a rush it is measured what the
//! shop can serve: a few come, one after the other, who give back what they got.

use super::CrowdFault;
use super::deals;
use super::lines::{Heard, Lines};
use super::transport::{Transport, authority};
use crowd::{Outcome, Page, PageShopper, Random, Visit};
use hdrhistogram::Histogram;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// The longest span that is told apart: an hour in microseconds.
const SPAN_MAX: u64 = 3_600_000_000;
/// So many come one after the other while it is measured what the shop can serve; too few to be a crowd.
const MEASURING: usize = 16;

/// A crowd at the pages.
#[derive(Clone, Debug)]
pub struct PagesOptions {
    /// The shop, `http://host:port`.
    pub shop: String,
    /// The deals they want; empty: all that are open or open within ten minutes.
    pub deals: Vec<String>,
    /// For how long each of them waits, for their turn or for an answer.
    pub patience: Duration,
    /// Of all that is random.
    pub seed: u64,
}

/// What a shop can serve to shoppers who come one after the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Serves {
    /// Shoppers a second, from the page of a deal to the cart.
    pub shoppers_per_second: f64,
    /// Pages a second, and answers that lead on to one.
    pub answers_per_second: f64,
}

/// What a crowd saw of the pages.
#[derive(Clone, Debug)]
pub struct PagesReport {
    /// How it ended, and for how many.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// Answers by their status; 0 where none came.
    pub statuses: BTreeMap<u16, u64>,
    /// How many were sent into the waiting room.
    pub waited_in_room: u64,
    /// How many were asked, in words, to come again later; and how many such pages there were.
    pub turned_away: (u64, u64),
    /// How many had more before them than when they had looked before.
    pub set_back: u64,
    /// How long a page took, or an answer that leads on to one, in microseconds.
    pub served: Histogram<u64>,
    /// How long it took until somebody was asked in words to come again, in microseconds.
    pub refused: Histogram<u64>,
    /// How late somebody came, or asked for a page, whom the crowd itself kept, in microseconds.
    pub kept: Histogram<u64>,
    /// How long it took from coming to having it in the cart, in milliseconds.
    pub to_hold: Histogram<u64>,
    /// When the first and the last came, and when the last had gone.
    pub came: Option<(Instant, Instant)>,
    /// From the first to the last who got it in the cart.
    pub holding: Option<(Instant, Instant)>,
}

impl PagesReport {
    fn empty() -> PagesReport {
        let histogram = || Histogram::new_with_max(SPAN_MAX, 3).expect("three digits are allowed");
        PagesReport {
            outcomes: BTreeMap::new(),
            statuses: BTreeMap::new(),
            waited_in_room: 0,
            turned_away: (0, 0),
            set_back: 0,
            served: histogram(),
            refused: histogram(),
            kept: histogram(),
            to_hold: histogram(),
            came: None,
            holding: None,
        }
    }

    /// How many ended so.
    pub fn ended(&self, outcome: &Outcome) -> u64 {
        self.outcomes.get(outcome).copied().unwrap_or(0)
    }

    /// How many came.
    pub fn shoppers(&self) -> u64 {
        self.outcomes.values().sum()
    }

    /// How many were served to an end.
    pub fn shoppers_served(&self) -> u64 {
        let served = self.outcomes.iter().filter(|(how, _)| how.is_served());
        served.map(|(_, count)| count).sum()
    }

    /// What nobody should see, no answer included, and how many saw it.
    pub fn wrongs(&self) -> Vec<(String, u64)> {
        let wrong = |(outcome, count): (&Outcome, &u64)| match outcome {
            Outcome::Wronged(why) => Some((why.clone(), *count)),
            Outcome::Lost(why) => Some((format!("no answer: {why}"), *count)),
            _ => None,
        };
        self.outcomes.iter().filter_map(wrong).collect()
    }

    /// How many got no answer.
    pub fn lost(&self) -> u64 {
        let lost = |(outcome, count): (&Outcome, &u64)| match outcome {
            Outcome::Lost(_) => Some(*count),
            _ => None,
        };
        self.outcomes.iter().filter_map(lost).sum()
    }

    /// Shoppers who came a second, from the first to the last.
    pub fn came_per_second(&self) -> f64 {
        per_second(self.shoppers(), self.came)
    }

    /// Holds a second, from the first to the last.
    pub fn holds_per_second(&self) -> f64 {
        per_second(self.ended(&Outcome::Held), self.holding)
    }

    fn come(&mut self, meant: Instant) {
        let now = Instant::now();
        self.keep(now - meant);
        self.came = Some((self.came.map_or(now, |(first, _)| first), now));
    }

    fn keep(&mut self, span: Duration) {
        self.kept.saturating_record(span.as_micros() as u64);
    }

    fn end(&mut self, shopper: &PageShopper, came: Instant, outcome: Outcome) {
        self.waited_in_room += u64::from(shopper.waited_in_room());
        self.turned_away.0 += u64::from(shopper.turned_away() > 0);
        self.turned_away.1 += shopper.turned_away();
        self.set_back += u64::from(shopper.was_set_back());
        if outcome == Outcome::Held {
            let now = Instant::now();
            self.to_hold
                .saturating_record(came.elapsed().as_millis() as u64);
            self.holding = Some((self.holding.map_or(now, |(first, _)| first), now));
        }
        *self.outcomes.entry(outcome).or_default() += 1;
    }

    fn answer(&mut self, status: u16, took: Duration) {
        *self.statuses.entry(status).or_default() += 1;
        let spans = match status {
            0 => return,
            429 | 503 => &mut self.refused,
            _ => &mut self.served,
        };
        spans.saturating_record(took.as_micros() as u64);
    }
}

fn per_second(count: u64, span: Option<(Instant, Instant)>) -> f64 {
    let spent = span.map_or(0.0, |(first, last)| (last - first).as_secs_f64());
    if spent > 0.0 {
        count as f64 / spent
    } else {
        0.0
    }
}

/// A crowd at the pages.
pub struct PagesCrowd {
    options: PagesOptions,
    host: String,
    lines: Lines,
    deals: Vec<String>,
    random: Mutex<Random>,
    report: Mutex<PagesReport>,
}

impl PagesCrowd {
    /// A crowd, before it sets out.
    ///
    /// # Errors
    /// When the address is none, the shop does not answer, or has no deal to come for.
    pub async fn try_new(options: PagesOptions) -> Result<Arc<PagesCrowd>, CrowdFault> {
        let deals = wanted(&options).await?;
        let authority = authority(&options.shop)?;
        let lines = Lines::to(&authority).await;
        let lines = lines.map_err(|fault| CrowdFault::Unreachable {
            address: options.shop.clone(),
            detail: fault.to_string(),
        })?;
        Ok(Arc::new(PagesCrowd {
            host: authority.to_string(),
            lines,
            deals,
            random: Mutex::new(Random::seeded(options.seed)),
            report: Mutex::new(PagesReport::empty()),
            options,
        }))
    }

    /// What was seen so far.
    pub fn report(&self) -> PagesReport {
        self.books().clone()
    }

    /// What the shop can serve to a few who come one after the other for so long; what they saw is forgotten.
    ///
    /// # Errors
    /// [`CrowdFault::Contract`] when somebody saw what nobody should see, [`CrowdFault::NotAtRest`].
    pub async fn measure(self: &Arc<Self>, span: Duration) -> Result<Serves, CrowdFault> {
        let (begun, mut few) = (Instant::now(), JoinSet::new());
        for _ in 0..MEASURING {
            let crowd = self.clone();
            few.spawn(async move {
                while begun.elapsed() < span {
                    let shopper = crowd.shopper().giving_back();
                    let visit = crowd.clone().visit(shopper, Instant::now());
                    // Who is not done by then would have waited; that is no measure of what is served.
                    let _ = timeout(span, visit).await;
                }
            });
        }
        while few.join_next().await.is_some() {}
        let seconds = begun.elapsed().as_secs_f64();
        let report = std::mem::replace(&mut *self.books(), PagesReport::empty());
        match report.wrongs().first() {
            Some((wrong, _)) => Err(CrowdFault::Contract {
                address: self.options.shop.clone(),
                detail: wrong.clone(),
            }),
            None if report.waited_in_room + report.turned_away.0 > 0 => Err(CrowdFault::NotAtRest),
            None => Ok(Serves {
                shoppers_per_second: report.shoppers_served() as f64 / seconds,
                answers_per_second: report.served.len() as f64 / seconds,
            }),
        }
    }

    /// So many come within this time, and each stays until it ended for them, or `stop` says so.
    pub async fn rush(
        self: &Arc<Self>,
        shoppers: usize,
        within: Duration,
        mut stop: watch::Receiver<bool>,
    ) {
        let (begun, mut visits) = (Instant::now(), JoinSet::new());
        let all_come_and_go = async {
            for number in 0..shoppers {
                let comes = begun + within.mul_f64(number as f64 / shoppers as f64);
                sleep_until(comes).await;
                visits.spawn(self.clone().visit(self.shopper(), comes));
            }
            while visits.join_next().await.is_some() {}
        };
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => {}
            () = all_come_and_go => {}
        }
    }

    fn shopper(&self) -> PageShopper {
        let mut random = self.random.lock().expect("nobody panics over a draw");
        let deal = random.one_of(&self.deals).expect("there are deals");
        let patience_ms = self.options.patience.as_millis() as u64;
        PageShopper::wanting(deal, patience_ms, random.fork())
    }

    async fn visit(self: Arc<Self>, mut shopper: PageShopper, comes: Instant) {
        self.books().come(comes);
        let mut cookies = BTreeMap::new();
        let mut visit = shopper.arrive();
        loop {
            let page = match visit {
                Visit::See(address) => self.load(&address, &mut cookies, None).await,
                Visit::Send(address, form) => self.load(&address, &mut cookies, Some(form)).await,
                Visit::Think(ms) => {
                    sleep(Duration::from_millis(ms)).await;
                    visit = shopper.again();
                    continue;
                }
                Visit::Leave(outcome) => return self.books().end(&shopper, comes, outcome),
            };
            visit = shopper.next(&page);
        }
    }

    async fn load(
        &self,
        address: &str,
        cookies: &mut BTreeMap<String, String>,
        form: Option<String>,
    ) -> Page {
        let request = self.request(address, cookies, form);
        let begun = Instant::now();
        let place = self.lines.place().await;
        let asked = Instant::now();
        let patience = self.options.patience;
        let heard = self.lines.ask(&place, request.as_bytes(), patience).await;
        drop(place);
        let page = match &heard {
            Ok(heard) => page_of(heard),
            Err(why) => Page {
                text: why.clone(),
                ..Page::default()
            },
        };
        if let Ok(heard) = &heard {
            keep(cookies, heard);
        }
        let mut books = self.books();
        books.keep(asked - begun);
        books.answer(page.status, asked.elapsed());
        page
    }

    fn request(
        &self,
        address: &str,
        cookies: &BTreeMap<String, String>,
        form: Option<String>,
    ) -> String {
        let method = if form.is_some() { "POST" } else { "GET" };
        let mut text = format!("{method} {address} HTTP/1.1\r\nhost: {}\r\n", self.host);
        let shown: Vec<String> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !shown.is_empty() {
            let _ = write!(text, "cookie: {}\r\n", shown.join("; "));
        }
        if let Some(form) = form {
            let _ = write!(
                text,
                "content-type: application/x-www-form-urlencoded\r\nsec-fetch-site: same-origin\r\n\
                 content-length: {}\r\n\r\n{form}",
                form.len()
            );
        } else {
            text.push_str("\r\n");
        }
        text
    }

    fn books(&self) -> MutexGuard<'_, PagesReport> {
        self.report.lock().expect("nobody panics over the books")
    }
}

/// The deals that are wanted: those that were named, or all there are.
async fn wanted(options: &PagesOptions) -> Result<Vec<String>, CrowdFault> {
    if !options.deals.is_empty() {
        return Ok(options.deals.clone());
    }
    let transport = Transport::try_new(&options.shop, None)?;
    let market = deals::market(&transport).await?;
    match market.wanted() {
        deals if deals.is_empty() => Err(CrowdFault::NoDeals),
        deals => Ok(deals),
    }
}

fn page_of(heard: &Heard) -> Page {
    let line = |name| heard.lines(name).next().map(str::to_owned);
    Page {
        status: heard.status,
        location: line("location"),
        refresh: line("refresh"),
        text: String::from_utf8_lossy(&heard.body).into_owned(),
    }
}

/// Each shopper goes to one deal, so that the paths of cookies need no look.
fn keep(cookies: &mut BTreeMap<String, String>, heard: &Heard) {
    for line in heard.lines("set-cookie") {
        let Some((name, rest)) = line.split_once('=') else {
            continue;
        };
        match rest.split(';').next().unwrap_or_default() {
            "" => drop(cookies.remove(name)),
            value => drop(cookies.insert(name.to_owned(), value.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answer_and_what_nobody_should_see_are_findings_and_waiting_is_none() {
        let mut report = PagesReport::empty();
        let shopper = PageShopper::wanting("D", 1_000, Random::seeded(1));
        let now = Instant::now();
        let ends = [
            Outcome::Held,
            Outcome::GaveUp,
            Outcome::SoldOut,
            Outcome::Lost("reset".to_owned()),
            Outcome::Wronged("bare 503".to_owned()),
        ];
        for end in ends {
            report.end(&shopper, now, end);
        }
        assert_eq!((report.shoppers(), report.shoppers_served()), (5, 2));
        assert_eq!(report.lost(), 1);
        let wrongs = report.wrongs().into_iter().map(|(wrong, _)| wrong);
        assert_eq!(wrongs.collect::<Vec<_>>(), ["no answer: reset", "bare 503"]);
    }
}

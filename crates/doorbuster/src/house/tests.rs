//! A view that does not fold: everybody is served until its queue is full, then who comes is turned away at
//! once, and when it goes on everything is as before.

use super::House;
use crate::config::{Config, SettingFlags, Settings};
use std::sync::{Arc, RwLock, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use till::{QUEUE_REQUESTS_MAX, Reply, Ticket, Turned};
use tokio::sync::oneshot;
use tokio::time::timeout;
use views::Gallery;
use vocabulary::{Command, Outcome, Reference, Request, Seq};

/// How many batches are answered while a view does not fold: those in its queue, one in its hands, one in the till's.
const ANSWERED: u64 = 256 + 1 + 1;
/// Longer than anything takes that is answered at all.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many requests a ticket has.
const TOGETHER: usize = 1_024;

/// Somebody who reads the views and does not come to an end, so that nothing is folded.
struct Reader {
    leave: mpsc::Sender<()>,
    reading: JoinHandle<()>,
}

impl Reader {
    async fn of(gallery: &Arc<RwLock<Gallery>>) -> Reader {
        let (leave, left) = mpsc::channel::<()>();
        let (begun, begins) = oneshot::channel();
        let gallery = Arc::clone(gallery);
        let reading = thread::spawn(move || {
            let _views = gallery.read().expect("nobody panics while folding");
            begun.send(()).expect("the test waits for it");
            let _left = left.recv();
        });
        begins.await.expect("it reads");
        Reader { leave, reading }
    }

    fn comes_to_an_end(self) {
        drop(self.leave);
        self.reading.join().expect("it reads to its end");
    }
}

async fn house(data: &std::path::Path) -> House {
    let data = ("DOORBUSTER_DATA".to_owned(), data.display().to_string());
    let config = Config::gather(None, [data].into_iter(), &SettingFlags::default());
    let settings = Settings::from(&config.expect("the settings are sound"));
    let house = House::open(&settings, Vec::new()).await;
    house.expect("an empty folder")
}

/// Another seller each time.
fn opens(n: u64) -> Request {
    let reference = Reference(u128::from(n));
    Command::OpenSeller { reference }.into()
}

/// Hands in tickets that change nothing until one is turned away; the answers to come.
fn crowd_in(house: &House) -> Vec<oneshot::Receiver<Vec<Reply>>> {
    let nothing_due = Request::from(Command::AdvanceTo { limit: 1 });
    let mut waiting = Vec::new();
    loop {
        let (answer, answered) = oneshot::channel();
        let ticket = Ticket {
            requests: vec![nothing_due.clone(); TOGETHER],
            reply: Box::new(|replies| answer.send(replies).expect("the test waits for it")),
        };
        if let Err(turned) = house.counter.submit(ticket) {
            assert!(matches!(turned, Turned::Full { retry_after_ms } if retry_after_ms > 0));
            return waiting;
        }
        waiting.push(answered);
        assert!(waiting.len() * TOGETHER <= QUEUE_REQUESTS_MAX);
    }
}

async fn is_done(house: &House, request: Request) -> Reply {
    let reply = timeout(PATIENCE, house.ask(request)).await;
    let reply = reply.expect("it is answered").expect("the till runs");
    assert!(matches!(reply.outcome, Outcome::Done(_)), "{reply:?}");
    reply
}

/// The views show this.
async fn shows(house: &House, seq: Seq) {
    let mut viewed = house.viewed.clone();
    let shown = timeout(PATIENCE, viewed.wait_for(|viewed| *viewed >= seq)).await;
    shown.expect("the views go on").expect("they do not end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_does_not_fold_stops_nobody_before_its_queue_is_full_and_nothing_for_good() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(&folder.path().join("data")).await;
    shows(&house, is_done(&house, opens(0)).await.seq).await;
    let reader = Reader::of(&house.gallery).await;
    for n in 1..=ANSWERED {
        is_done(&house, opens(n)).await;
    }
    let mut waiting = crowd_in(&house);
    for answered in &mut waiting {
        assert!(
            answered.try_recv().is_err(),
            "the till is not asked to wait"
        );
    }

    reader.comes_to_an_end();
    for answered in waiting {
        let replies = timeout(PATIENCE, answered).await.expect("it is answered");
        assert_eq!(replies.expect("the till runs").len(), TOGETHER);
    }
    shows(&house, is_done(&house, opens(ANSWERED + 1)).await.seq).await;
    house.close().await.expect("it closes in order");
}

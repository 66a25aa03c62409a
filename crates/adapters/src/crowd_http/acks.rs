//! The file of acknowledgements: a line of JSON for each write that the shop acknowledged, synced before the crowd counts it, so
//! that after a crash of the shop its journal can be held against them.

use super::CrowdFault;
use crowd::{Answer, Ask, Said, What};
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::OnceLock;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use vocabulary::Millis;

/// Lines that wait for the disk at most; who comes later waits for room.
const WAITING_MAX: usize = 8_192;

/// Lines that come within this time are synced together. Nobody's latency counts it: an answer has been given when its
/// line is written.
const LINGER: Duration = Duration::from_millis(4);

struct Line {
    text: Vec<u8>,
    synced: oneshot::Sender<()>,
}

/// Hands acknowledgements to the thread that writes and syncs them, many at a time.
#[derive(Clone)]
pub(super) struct Acks {
    lines: mpsc::Sender<Line>,
    path: Arc<PathBuf>,
    fault: Arc<OnceLock<std::io::Error>>,
}

impl Acks {
    /// Appends to a file.
    pub(super) fn open(path: &Path) -> Result<Acks, CrowdFault> {
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.map_err(|source| CrowdFault::Acks {
            path: path.to_owned(),
            source,
        })?;
        let (lines, mut waiting) = mpsc::channel(WAITING_MAX);
        let fault = Arc::new(OnceLock::new());
        let shout = fault.clone();
        std::thread::spawn(move || {
            let mut batch = Vec::with_capacity(WAITING_MAX);
            if let Err(error) = write(file, &mut waiting, &mut batch) {
                // It is told before those who wait for these lines learn that they wait in vain.
                shout.set(error).expect("nobody else sets it");
            }
        });
        Ok(Acks {
            lines,
            path: Arc::new(path.to_owned()),
            fault,
        })
    }

    /// Notes an acknowledged write and waits until it is on disk; false when it never will be.
    pub(super) async fn note(&self, now: Millis, ask: &Ask, answer: &Answer) -> bool {
        let Some(text) = line(now, ask, answer) else {
            return true;
        };
        let (synced, done) = oneshot::channel();
        self.lines.send(Line { text, synced }).await.is_ok() && done.await.is_ok()
    }

    /// Why nothing can be noted any more.
    pub(super) fn fault(&self) -> Option<CrowdFault> {
        let error = self.fault.get()?;
        let source = std::io::Error::new(error.kind(), error.to_string());
        Some(CrowdFault::Acks {
            path: self.path.to_path_buf(),
            source,
        })
    }
}

fn write(
    mut file: File,
    lines: &mut mpsc::Receiver<Line>,
    batch: &mut Vec<Line>,
) -> std::io::Result<()> {
    while lines.blocking_recv_many(batch, WAITING_MAX) > 0 {
        std::thread::sleep(LINGER);
        while let Ok(line) = lines.try_recv() {
            batch.push(line);
        }
        let text: Vec<u8> = batch.iter().flat_map(|line| &line.text).copied().collect();
        file.write_all(&text)?;
        file.sync_data()?;
        for line in batch.drain(..) {
            // Who no longer waits does not need to know.
            let _ = line.synced.send(());
        }
    }
    Ok(())
}

fn line(now: Millis, ask: &Ask, answer: &Answer) -> Option<Vec<u8>> {
    let Answer::Said { said, seq } = answer else {
        return None;
    };
    let ids = ids(&ask.what, said)?;
    let line = json!({"time": now.0, "op": ask.what.name(), "key": ask.key, "ids": ids, "seq": seq.as_deref()});
    Some(format!("{line}\n").into_bytes())
}

/// The ids by which a write can be found again; none for what only reads, and for sessions, which are nobody else's to know.
fn ids(what: &What, said: &Said) -> Option<Value> {
    Some(match (what, said) {
        (
            What::Hold {
                deal, sku, units, ..
            },
            Said::Hold(hold),
        ) => {
            json!({"hold": hold.hold, "deal": &**deal, "sku": &**sku, "units": units})
        }
        (What::Hold { deal, sku, .. }, Said::Place(place)) => {
            json!({"place": place.place, "deal": &**deal, "sku": &**sku})
        }
        (What::Release { hold }, _) => json!({"hold": hold}),
        (What::LeaveWaitlist { place }, _) => json!({"place": place}),
        (What::CheckOut { orders, holds, .. }, Said::Checkout(said)) => {
            json!({"checkout": said.checkout, "orders": orders, "holds": holds, "total": said.total.amount})
        }
        (
            What::Pay {
                checkout, amount, ..
            },
            Said::Payment(payment),
        ) => {
            json!({"payment": payment.payment, "checkout": checkout, "amount": amount})
        }
        (What::Cancel { order }, _) => json!({"order": order}),
        (What::SeeCheckout { .. }, Said::Checkout(said))
            if said.state.as_deref() == Some("paid") =>
        {
            json!({"checkout": said.checkout, "state": "paid"})
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(hold: &str) -> Ask {
        let what = What::Release { hold: hold.into() };
        Ask {
            what,
            session: None,
            key: Some("k".into()),
            at_least: None,
        }
    }

    #[tokio::test]
    async fn what_is_noted_is_in_the_file_when_it_counts() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("acks.jsonl");
        let acks = Acks::open(&path).expect("it is made");
        let answer = Answer::Said {
            said: Said::Done,
            seq: Some("0-7".into()),
        };
        let (one, other) = (release("1"), release("2"));
        let both = futures::join!(
            acks.note(Millis(5), &one, &answer),
            acks.note(Millis(6), &other, &answer)
        );
        assert_eq!(both, (true, true));
        let text = std::fs::read_to_string(&path).expect("it is there");
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("it is JSON"))
            .collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(
            lines[0],
            json!({"time": 5, "op": "release", "key": "k", "ids": {"hold": "1"}, "seq": "0-7"})
        );
    }

    #[tokio::test]
    async fn refusals_are_not_noted_and_a_disk_that_fails_is_told_of() {
        let acks = Acks::open(Path::new("/dev/full")).expect("it opens");
        let refused = Answer::Refused {
            status: 409,
            name: "stock_exhausted".into(),
        };
        assert!(acks.note(Millis(5), &release("1"), &refused).await);
        let done = Answer::Said {
            said: Said::Done,
            seq: None,
        };
        assert!(!acks.note(Millis(5), &release("1"), &done).await);
        assert!(!acks.note(Millis(5), &release("1"), &done).await);
        assert!(matches!(acks.fault(), Some(CrowdFault::Acks { .. })));
    }
}

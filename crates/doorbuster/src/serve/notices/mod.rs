//! The notices: who is told what as it happens, what buyers are told from the order tables, and what leaves the house.
//! Whom an event concerns and when a notice may leave is the notice clerk's to say.

mod buyers;
mod live;
mod sending;

use crate::clock;
use crate::config::Settings;
use crate::house::House;
use adapters::{Happened, Letters, MailSender, PushSender};
use anyhow::Context;
use clerks::notices::concern;
use clerks::ports::Notifier;
use http::Shop;
use std::sync::Arc;
use till::Subscriber;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use vocabulary::Seq;

/// How many batches may wait to be told of.
const BATCHES_MAX: usize = 4_096;

/// The clerk at work.
pub(super) struct Notices(Vec<JoinHandle<()>>);

/// What the clerk hears of: what happened, and up to where it has to look around since it could not keep all of it.
pub(super) struct Heard {
    happened: mpsc::Receiver<Happened>,
    missed: watch::Receiver<Seq>,
}

struct Telling {
    happened: mpsc::Sender<Happened>,
    missed: watch::Sender<Seq>,
}

/// What the till tells the clerk: only what concerns somebody at once.
pub(super) fn subscribe() -> (Subscriber, Heard) {
    let (telling, heard) = telling();
    let subscriber: Subscriber = Box::new(move |published| {
        let events: Vec<_> = published
            .events
            .iter()
            .filter(|(_, event)| concern(event).is_some())
            .map(|(_, event)| event.clone())
            .collect();
        if !events.is_empty() {
            let at = published.at;
            telling.tell(Happened { at, events }, published.last_seq);
        }
    });
    (subscriber, heard)
}

fn telling() -> (Telling, Heard) {
    let (to_clerk, happened) = mpsc::channel(BATCHES_MAX);
    let (misses, missed) = watch::channel(Seq(0));
    let telling = Telling {
        happened: to_clerk,
        missed: misses,
    };
    (telling, Heard { happened, missed })
}

impl Telling {
    /// A rush does not wait for the clerk.
    fn tell(&self, happened: Happened, seq: Seq) {
        if self.happened.try_send(happened).is_err() {
            self.missed.send_replace(seq);
        }
    }
}

/// How letters leave: pushes always, mail where a server is set up.
///
/// # Errors
/// When the mail server or the sender's address cannot be read.
pub(super) async fn letters(settings: &Settings, house: &House) -> anyhow::Result<Letters> {
    let key = house.records.push_key(clock::now()).await?;
    let contact = match settings.mail_from.is_empty() {
        true => settings.public_url.clone(),
        false => format!("mailto:{}", settings.mail_from),
    };
    let push = PushSender::of(&key, contact, false).context("browsers cannot be pushed to")?;
    let mail = match &settings.mail_server {
        None => None,
        Some(server) => Some(
            MailSender::through(
                server,
                &settings.mail_from,
                (&settings.mail_user, &house.secrets.mail_password),
            )
            .context("`mail.server` and `mail.from` are not right")?,
        ),
    };
    Ok(Letters {
        push,
        mail,
        clock: clock::now,
    })
}

/// Puts the clerk to work.
pub(super) fn start(
    house: &House,
    shop: &Arc<Shop>,
    letters: Arc<dyn Notifier>,
    heard: Heard,
) -> Notices {
    let has_mail = letters.has_mail();
    let journaled = Seq(house.journaled.seq());
    let around = live::look_around(
        shop.clone(),
        house.viewed.clone(),
        (journaled, heard.missed),
        has_mail,
    );
    Notices(vec![
        tokio::spawn(around),
        tokio::spawn(live::tell(shop.clone(), heard.happened, has_mail)),
        tokio::spawn(buyers::tell(shop.clone(), house.ordered.clone(), has_mail)),
        tokio::spawn(sending::send(shop.clone(), letters)),
    ])
}

impl Notices {
    /// Lets go; what was not sent is sent after the next start.
    pub(super) async fn finish(self) {
        for task in self.0 {
            task.abort();
            let _ = task.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::{DealId, Event, Millis};

    #[test]
    fn what_the_clerk_cannot_keep_is_looked_around_for() {
        let (telling, mut heard) = telling();
        let opened = |deal: u64| Happened {
            at: Millis(deal),
            events: vec![Event::DealOpened { deal: DealId(1) }],
        };
        let full = BATCHES_MAX as u64;
        for seq in 1..=full {
            telling.tell(opened(seq), Seq(seq));
        }
        assert!(!heard.missed.has_changed().expect("told by somebody"));
        telling.tell(opened(full + 1), Seq(full + 1));
        telling.tell(opened(full + 2), Seq(full + 2));
        assert!(heard.missed.has_changed().expect("told by somebody"));
        assert_eq!(*heard.missed.borrow_and_update(), Seq(full + 2));
        assert_eq!(heard.happened.len(), BATCHES_MAX);
    }
}

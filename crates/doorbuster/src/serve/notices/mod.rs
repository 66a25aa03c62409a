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
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// How many batches may wait to be told of.
const BATCHES_MAX: usize = 4_096;

/// The clerk at work.
pub(super) struct Notices(Vec<JoinHandle<()>>);

/// What the till tells the clerk: only what concerns somebody at once. A rush does not wait for it: who is not told
/// now is found by the look around at the next start.
pub(super) fn subscribe() -> (Subscriber, mpsc::Receiver<Happened>) {
    let (sender, receiver) = mpsc::channel(BATCHES_MAX);
    let subscriber: Subscriber = Box::new(move |published| {
        let events: Vec<_> = published
            .events
            .iter()
            .filter(|(_, event)| concern(event).is_some())
            .map(|(_, event)| event.clone())
            .collect();
        if !events.is_empty() {
            let at = published.at;
            let told = sender.try_send(Happened { at, events });
            if told.is_err() {
                tracing::warn!("too much happens at once for everybody to be told of it");
            }
        }
    });
    (subscriber, receiver)
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
    happened: mpsc::Receiver<Happened>,
) -> Notices {
    let has_mail = letters.has_mail();
    let around = live::look_around(
        shop.clone(),
        house.viewed.clone(),
        house.journaled.seq(),
        has_mail,
    );
    Notices(vec![
        tokio::spawn(around),
        tokio::spawn(live::tell(shop.clone(), happened, has_mail)),
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

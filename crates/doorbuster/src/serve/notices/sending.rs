//! What leaves the house: letters that are due, in words, each tried until it is taken, serves nobody any more, or nobody
//! is there.

use clerks::notices::next_try;
use clerks::ports::{Letter, LetterTo, Notifier, Sent};
use futures::StreamExt;
use futures::stream;
use http::notices::wording;
use http::{Language, Problem, Shop};
use records::{Channel, NoticeDelivery};
use std::sync::Arc;
use std::time::Duration;
use vocabulary::Millis;

/// How often it is looked for letters that are due.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Letters that are looked at together, and how many of them are under way at once.
const TOGETHER: u32 = 128;
const AT_ONCE: usize = 32;
/// How long notices are kept to be read.
const KEPT_MS: u64 = 90 * 24 * 60 * 60 * 1_000;
/// After how many looks old ones are forgotten: about an hour.
const PRUNED_EVERY: u64 = 7_200;
const DAY_S: u64 = 24 * 60 * 60;

/// Sends what is due, again and again.
pub(super) async fn send(shop: Arc<Shop>, letters: Arc<dyn Notifier>) {
    for look in 0_u64.. {
        if look % PRUNED_EVERY == 0 {
            let before = Millis(shop.now().0.saturating_sub(KEPT_MS));
            let _ = shop.records.prune_notices(before).await;
        }
        match shop.records.due_notices(shop.now(), TOGETHER).await {
            Ok(due) => {
                let many = due.len() == TOGETHER as usize;
                stream::iter(due)
                    .for_each_concurrent(AT_ONCE, |delivery| deliver(&shop, &*letters, delivery))
                    .await;
                if many {
                    continue;
                }
            }
            Err(fault) => tracing::warn!(%fault, "notices are sent later"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn deliver(shop: &Shop, letters: &dyn Notifier, delivery: NoticeDelivery) {
    if let Err(problem) = try_to_deliver(shop, letters, &delivery).await {
        tracing::warn!(?problem, "a notice is sent later");
    }
}

async fn try_to_deliver(
    shop: &Shop,
    letters: &dyn Notifier,
    delivery: &NoticeDelivery,
) -> Result<(), Problem> {
    let now = shop.now();
    let letter = match delivery.notice.useful_until <= now {
        true => None,
        false => letter(shop, delivery, now).await?,
    };
    let Some(letter) = letter else {
        return Ok(shop.records.notice_delivered(delivery.number).await?);
    };
    let sent = letters.send(&letter).await;
    count(&letter.to, &sent);
    match (sent, &letter.to) {
        (Sent::Taken, _) | (Sent::Gone, LetterTo::Mail(_)) => {
            shop.records.notice_delivered(delivery.number).await?;
        }
        (Sent::Gone, LetterTo::Browser { endpoint, .. }) => {
            shop.records.unsubscribe_push(endpoint).await?;
        }
        (Sent::NotTaken(fault), _) => {
            let tries = delivery.tries + 1;
            tracing::debug!(notice = delivery.notice.number, tries, fault, "not taken");
            let until = delivery.notice.useful_until;
            match next_try(tries, shop.now(), until, delivery.number.unsigned_abs()) {
                Some(again) => shop.records.notice_again(delivery.number, again).await?,
                None => shop.records.notice_delivered(delivery.number).await?,
            }
        }
    }
    Ok(())
}

fn count(to: &LetterTo, sent: &Sent) {
    let way = match to {
        LetterTo::Browser { .. } => "push",
        LetterTo::Mail(_) => "mail",
    };
    let outcome = match sent {
        Sent::Taken => "taken",
        Sent::Gone => "gone",
        Sent::NotTaken(_) => "not_taken",
    };
    metrics::counter!("doorbuster_notices_sent_total", "way" => way, "outcome" => outcome)
        .increment(1);
}

async fn letter(
    shop: &Shop,
    delivery: &NoticeDelivery,
    now: Millis,
) -> Result<Option<Letter>, Problem> {
    let language = Language::of_tag(&delivery.locale).unwrap_or(shop.settings.language);
    let notice = &delivery.notice;
    let Some(said) = wording(shop, notice, language).await? else {
        return Ok(None);
    };
    let to = match &delivery.channel {
        Channel::Mail(address) => LetterTo::Mail(address.clone()),
        Channel::Push(browser) => LetterTo::Browser {
            endpoint: browser.endpoint.clone(),
            public_key: browser.public_key.clone(),
            auth: browser.auth.clone(),
        },
    };
    Ok(Some(Letter {
        to,
        title: said.title,
        body: said.body,
        url: format!("{}{}", shop.settings.public_url, said.path),
        link: said.link,
        tag: format!("{} {}", notice.kind, notice.subject),
        keep_s: (notice.useful_until.since(now) / 1_000).clamp(1, DAY_S),
    }))
}

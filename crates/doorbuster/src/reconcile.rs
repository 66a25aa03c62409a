//! `doorbuster reconcile`: the provider's books against ours, try by try.

use crate::config::{Config, SettingFlags, Settings, only};
use crate::house::{SHARD, must_be_in};
use crate::output::say;
use crate::secrets::ProviderSecrets;
use anyhow::{Context, bail};
use clap::Parser;
use journal::{Access, FileReader};
use serde::Deserialize;
use std::collections::BTreeMap;
use till::recover;
use vocabulary::{Event, RefundId, Seq};

/// Compare the payment provider's books with ours, payment by payment.
#[derive(Debug, Parser)]
#[command(mut_args(only(&["data", "secrets", "provider.url", "sandbox.listen"])), after_help = "\
Examples:
  doorbuster reconcile
      Asks the provider in force (the sandbox, while `serve` runs it) and replays the journal.
  doorbuster reconcile --provider-url https://pay.example
      Another provider; the key is the data folder's.

Money that is still on its way (a callback not heard yet) shows as a difference: run it again.
Exits with 1 when the books differ.")]
pub struct Args {
    #[command(flatten)]
    settings: SettingFlags,
}

/// What moved for one try to pay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Moved {
    captured: i64,
    refunded: i64,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Entry>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Entry {
    reference: String,
    captured: i64,
    refunded: i64,
}

/// Runs the command.
///
/// # Errors
/// When the provider cannot be asked, the journal cannot be read, or the books differ.
pub async fn run(args: &Args) -> anyhow::Result<()> {
    let settings = Settings::from(&Config::gather(None, std::env::vars(), &args.settings)?);
    must_be_in(&settings.data)?;
    let theirs = provider_books(&settings).await?;
    let ours = our_books(&settings)?;
    let differences = differences(&ours, &theirs);
    for line in &differences {
        say!("{line}");
    }
    let captured: i64 = ours.values().map(|moved| moved.captured).sum();
    let refunded: i64 = ours.values().map(|moved| moved.refunded).sum();
    say!(
        "{} payments, captured {captured}, refunded {refunded} (minor units)",
        ours.len()
    );
    if !differences.is_empty() {
        bail!("the books differ in {} payments", differences.len());
    }
    say!("the provider's books equal ours, payment by payment");
    Ok(())
}

fn differences(ours: &BTreeMap<String, Moved>, theirs: &BTreeMap<String, Moved>) -> Vec<String> {
    let references: std::collections::BTreeSet<&String> =
        ours.keys().chain(theirs.keys()).collect();
    let moved = |books: &BTreeMap<String, Moved>, reference| {
        books.get(reference).copied().unwrap_or_default()
    };
    references
        .into_iter()
        .map(|reference| (reference, moved(ours, reference), moved(theirs, reference)))
        .filter(|(_, ours, theirs)| ours != theirs)
        .map(|(reference, ours, theirs)| {
            format!("{reference}: ours {ours:?}, the provider's {theirs:?}")
        })
        .collect()
}

async fn provider_books(settings: &Settings) -> anyhow::Result<BTreeMap<String, Moved>> {
    let secrets = ProviderSecrets::read(&settings.secrets)?;
    let base = settings
        .provider_url
        .clone()
        .unwrap_or_else(|| format!("http://127.0.0.1:{}", settings.sandbox_listen.port()));
    let client = reqwest::Client::new();
    let (mut books, mut cursor) = (BTreeMap::new(), None::<String>);
    loop {
        let mut request = client
            .get(format!("{base}/v1/books"))
            .bearer_auth(&secrets.provider_key);
        if let Some(cursor) = &cursor {
            request = request.query(&[("cursor", cursor)]);
        }
        let answer = request
            .send()
            .await
            .with_context(|| format!("{base} cannot be asked"))?;
        let page: Page = answer.error_for_status()?.json().await?;
        for entry in page.items {
            let moved = Moved {
                captured: entry.captured,
                refunded: entry.refunded,
            };
            books.insert(entry.reference, moved);
        }
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(books),
        }
    }
}

/// Replays the journal from the beginning: what was captured and what was sent back, by try.
fn our_books(settings: &Settings) -> anyhow::Result<BTreeMap<String, Moved>> {
    let reader = FileReader::open(&settings.data, Access::Direct)?;
    let mut books = Books::default();
    recover(SHARD, &reader, None, Seq(u64::MAX), |replayed| {
        replayed
            .published
            .events
            .iter()
            .for_each(|(_, event)| books.take(event));
    })?;
    Ok(books.moved)
}

#[derive(Default)]
struct Books {
    moved: BTreeMap<String, Moved>,
    refunds: BTreeMap<RefundId, (String, i64)>,
}

impl Books {
    fn take(&mut self, event: &Event) {
        match event {
            Event::PaymentStarted { payment, .. } => {
                self.moved.entry(payment.to_string()).or_default();
            }
            Event::PaymentCaptured {
                payment, amount, ..
            } => {
                self.moved.entry(payment.to_string()).or_default().captured += amount.0;
            }
            Event::RefundOrdered {
                refund,
                payment,
                amount,
                ..
            } => {
                self.refunds
                    .insert(*refund, (payment.to_string(), amount.0));
            }
            Event::RefundSent { refund } => {
                if let Some((payment, amount)) = self.refunds.get(refund) {
                    self.moved.entry(payment.clone()).or_default().refunded += amount;
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn books_that_differ_in_one_payment_are_told_by_its_name() {
        let moved = |captured, refunded| Moved { captured, refunded };
        let ours = BTreeMap::from([("a".to_owned(), moved(9, 0)), ("b".to_owned(), moved(5, 5))]);
        let mut theirs = ours.clone();
        theirs.insert("opened and left".to_owned(), moved(0, 0));
        assert!(differences(&ours, &theirs).is_empty());
        theirs.insert("b".to_owned(), moved(5, 0));
        assert_eq!(differences(&ours, &theirs).len(), 1);
        assert!(differences(&ours, &theirs)[0].starts_with("b:"));
    }
}

//! Deals for a shop that is being served: read here, with their mapping and encoding, and sent to
//! the staff's API as CSV with the native columns.

use super::DealArgs;
use super::deals::{self, Counts};
use super::report::Problems;
use crate::config::Settings;
use crate::secrets;
use anyhow::{Context, bail};
use intake::{DealCsv, DealDraft, Located};
use jiff::tz::TimeZone;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode};
use serde::Deserialize;

/// What the shop calls it that a deal on the schedule is another than in the file.
const DIFFERS: &str = "differs";
/// How many deals are sent at once.
const CHUNK: usize = 5_000;

/// Sends the deals to `shop`, says what came of it and tells how many rows were left out.
pub(super) async fn import(
    shop: &str,
    args: &DealArgs,
    settings: &Settings,
) -> anyhow::Result<u64> {
    let file = &args.mapped.file;
    let mut problems = Problems::into(file.problems.as_deref())?;
    let drafts = deals::read(args, settings, deals::begun(args), &mut problems)?;
    let address = format!(
        "{}/v1/staff/schedule/import?dry_run={}",
        shop.trim_end_matches('/'),
        file.dry_run
    );
    let (client, key) = (Client::new(), secrets::owner_key(&settings.secrets)?);
    let mut counts = Counts::default();
    for chunk in drafts.chunks(CHUNK) {
        let csv = written(chunk)?;
        let sending = client
            .post(&address)
            .bearer_auth(&key)
            .header(CONTENT_TYPE, "text/csv")
            .body(csv);
        let answer = sending
            .send()
            .await
            .with_context(|| format!("{shop} cannot be asked"))?;
        let status = answer.status();
        if status != StatusCode::OK {
            bail!("{shop} answered {status}: {}", answer.text().await?);
        }
        counts.add(answer.json().await?, chunk, &mut problems);
    }
    deals::tell_of(counts, &problems, file.dry_run)
}

/// What the shop answers.
#[derive(Deserialize)]
struct Imported {
    scheduled: u64,
    same: u64,
    problems: Vec<Problem>,
}

#[derive(Deserialize)]
struct Problem {
    line: u64,
    #[serde(default)]
    value: String,
    cause: String,
    help: String,
}

impl Counts {
    fn add(&mut self, imported: Imported, sent: &[Located<DealDraft>], problems: &mut Problems) {
        self.scheduled += imported.scheduled;
        self.known += imported.same;
        for problem in imported.problems {
            let found = came_from(sent, problem.line);
            let place = found.map_or_else(
                || format!("line {}", problem.line),
                |located| located.location.to_string(),
            );
            let Problem {
                value, cause, help, ..
            } = problem;
            let said = format!("{cause}: `{value}`: {help}");
            if cause == DIFFERS {
                self.differing += 1;
                problems.note(&format!("{place}: {said}"));
            } else {
                let rows = found.map_or(1, |located| located.draft.pools.len() as u64);
                problems.refuse_rows(rows, &place, &said);
            }
        }
    }
}

fn written(deals: &[Located<DealDraft>]) -> anyhow::Result<Vec<u8>> {
    let mut csv = DealCsv::into(Vec::new(), TimeZone::UTC)?;
    for located in deals {
        csv.write(&located.draft)?;
    }
    Ok(csv.finish()?)
}

/// Where the deal on this line of what was sent stood in the files: the header is line 1, and each
/// SKU of a deal is a line.
fn came_from(sent: &[Located<DealDraft>], line: u64) -> Option<&Located<DealDraft>> {
    let mut first = 2;
    for located in sent {
        let after = first + located.draft.pools.len() as u64;
        if (first..after).contains(&line) {
            return Some(located);
        }
        first = after;
    }
    None
}

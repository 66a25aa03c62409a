//! Deals come in as a file, as `doorbuster import deals` reads it: problems row by row, the good
//! rows go on the schedule.

use crate::deeds::staff::deals::{schedule_command, schedule_deal};
use crate::problem::{Kind, Problem};
use crate::request_key::part;
use crate::shop::Shop;
use crate::who::Staff;
use intake::{DealDefaults, DealDraft, Located, RowProblem, Source, read_deals};
use records::Role;
use serde::Serialize;
use std::path::PathBuf;
use utoipa::ToSchema;
use vocabulary::{Refusal, RequestKey};

/// A row that did not go in, or not as it stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportProblem {
    /// The line on which the row begins, from 1.
    pub line: u64,
    /// Which field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The wrong value, shortened.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// The stable name of what is wrong.
    pub cause: String,
    /// What is wrong and what helps.
    pub help: String,
}

/// What came of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Imported {
    /// Deals that were put on the schedule, or would be.
    pub scheduled: u64,
    /// Deals that stand on the schedule already.
    pub same: u64,
    /// What did not go in.
    pub problems: Vec<ImportProblem>,
}

/// Reads deals from CSV and puts them on the schedule; a dry run only says what would happen.
///
/// # Errors
/// A file that is none of deals; a till that is closed.
pub async fn import_deals(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    text: Vec<u8>,
    dry_run: bool,
) -> Result<Imported, Problem> {
    staff.require(Role::Merchandiser)?;
    let mut defaults = DealDefaults::in_zone(shop.settings.time_zone.clone());
    defaults.currency = shop.settings.currency;
    let read = tokio::task::spawn_blocking(move || read(&text, &defaults)).await;
    let (drafts, problems) = read.map_err(|_| Problem::from(Kind::FAULT))??;
    let mut imported = Imported {
        problems: problems.iter().map(problem_of).collect(),
        ..Imported::default()
    };
    for (index, Located { location, draft }) in (0..).zip(drafts) {
        let came = match dry_run {
            true => would_schedule(shop, &draft).await,
            false => schedule_deal(shop, staff, part(key, index), &draft)
                .await
                .map(|_| ()),
        };
        match came {
            Ok(()) => imported.scheduled += 1,
            Err(problem) if problem.is(Refusal::DealExists) => imported.same += 1,
            Err(problem) if problem.status.is_server_error() => return Err(problem),
            Err(problem) => imported.problems.push(ImportProblem {
                line: location.line,
                field: None,
                value: draft.id,
                cause: problem.name.to_owned(),
                help: problem.title.to_owned(),
            }),
        }
    }
    Ok(imported)
}

async fn would_schedule(shop: &Shop, draft: &DealDraft) -> Result<(), Problem> {
    schedule_command(shop, draft).await?;
    let reference = shop.secrets.deal_reference(&draft.id);
    let known = shop
        .views()
        .deals
        .all()
        .any(|card| card.reference == reference);
    match known {
        true => Err(Refusal::DealExists.into()),
        false => Ok(()),
    }
}

type Drafts = (Vec<Located<DealDraft>>, Vec<RowProblem>);

/// Intake reads files, so the text becomes one for a moment.
fn read(text: &[u8], defaults: &DealDefaults) -> Result<Drafts, Problem> {
    let broken = |fault: std::io::Error| {
        tracing::error!(%fault, "an import cannot be put down for reading");
        Problem::from(Kind::FAULT)
    };
    let file = Scratch::holding(text).map_err(broken)?;
    let unreadable = |fault: intake::Fault| {
        let told = fault.to_string();
        let path = file.0.to_string_lossy().into_owned();
        Problem::from(Kind::MALFORMED).because(told.replace(&path, "the file"))
    };
    let (mut drafts, mut problems) = (Vec::new(), Vec::new());
    let mut each = |row: Result<Located<DealDraft>, RowProblem>| match row {
        Ok(draft) => drafts.push(draft),
        Err(problem) => problems.push(problem),
    };
    let source = Source::open(&file.0).map_err(unreadable)?;
    read_deals(&source, None, defaults, &mut each).map_err(unreadable)?;
    Ok((drafts, problems))
}

fn problem_of(problem: &RowProblem) -> ImportProblem {
    ImportProblem {
        line: problem.location.line,
        field: problem.field.clone(),
        value: problem.value.clone(),
        cause: problem.cause.name().to_owned(),
        help: problem.cause.help().to_owned(),
    }
}

/// A file of ours alone that goes when it is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn holding(text: &[u8]) -> std::io::Result<Scratch> {
        let name = format!(
            "doorbuster-import-{}.csv",
            hex::encode(rand::random::<[u8; 16]>())
        );
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text)?;
        Ok(Scratch(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is the operating system's to clear.
        let _ = std::fs::remove_file(&self.0);
    }
}

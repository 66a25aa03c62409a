//! `/desk/schedule/import`: a file is read, its rows are shown, and then its deals are put on the schedule.

use super::bulk::{lines, name_of, window_words};
use super::chores::{Came, Chores};
use super::columns::{as_written, guessed, mapping_of, missing};
use super::differences::differences;
use super::pairs::{Pairs, first};
use super::warned::warned;
use crate::deeds::staff::{self, DIFFERS, DealsFile, Fate, ImportProblem, Imported, ImportedDeal};
use crate::pages::desk::chore;
use crate::pages::desk::import::{
    DELIMITERS, ImportForm, PreviewPage, PreviewRow, PutPage, Standing,
};
use crate::pages::frame::Frame;
use crate::pages::visit::{DeskVisit, again as form_again};
use crate::problem::{Kind, Problem};
use crate::request_key::Key;
use crate::shop::Shop;
use crate::who::Staff;
use axum::extract::{Multipart, Path, Query};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use intake::{DEAL_COLUMNS, Peek, harmless, peek};
use maud::Markup;
use records::Role;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The largest file, in bytes.
pub const FILE_BYTES_MAX: usize = 16 << 20;
/// Rows of a page.
const ROWS_MAX: usize = 100;
/// Left-out rows that the last page shows; all are in the file.
const WRONG_MAX: usize = 200;

/// How a file is to be read, as staff said it.
#[derive(Clone, Debug, Default)]
pub struct Told {
    encoding: Option<String>,
    delimiter: Option<char>,
    /// Our fields with their columns; what is found out where nothing was said.
    columns: Option<Vec<(String, String)>>,
}

/// A file that was read.
#[derive(Debug)]
pub struct Preview {
    content: Arc<Vec<u8>>,
    told: Told,
    peek: Peek,
    columns: Vec<(String, String)>,
    read: Result<Imported, String>,
}

/// A file whose deals were put on the schedule.
#[derive(Debug)]
pub struct Put {
    preview: String,
    imported: Imported,
}

/// The form.
pub async fn page(visit: DeskVisit) -> Result<Markup, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    Ok(ImportForm::default().render(&visit.frame, &visit.staff.name))
}

/// Takes a file or a text in and begins to read it.
pub async fn take(
    visit: DeskVisit,
    Extension(chores): Extension<Arc<Chores>>,
    form: Multipart,
) -> Result<Response, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let sent = Sent::read(form).await?;
    if sent.content.iter().all(u8::is_ascii_whitespace) {
        let error = Some(visit.frame.words.say("import-nothing"));
        let form = ImportForm { error };
        return Ok(form_again(form.render(&visit.frame, &visit.staff.name)));
    }
    let told = told_of(&sent.fields);
    let key = first(&sent.fields, "key").to_owned();
    Ok(begin(&visit, &chores, &key, Arc::new(sent.content), told)?.into_response())
}

/// Reads a file that was taken in again, otherwise.
pub async fn again(
    visit: DeskVisit,
    Extension(chores): Extension<Arc<Chores>>,
    Path(chore): Path<String>,
    Form(form): Form<Pairs>,
) -> Result<Redirect, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let read = chores.find(&visit.staff, &chore)?;
    let preview = preview_of(read.came()?)?;
    let column = |field: &str| {
        (
            field.to_owned(),
            first(&form, &format!("of-{field}")).to_owned(),
        )
    };
    let columns = DEAL_COLUMNS.into_iter().map(column).collect();
    let said = told_of(&form);
    let told = Told {
        encoding: said.encoding.or_else(|| preview.told.encoding.clone()),
        delimiter: said.delimiter.or(preview.told.delimiter),
        columns: Some(columns),
    };
    begin(
        &visit,
        &chores,
        first(&form, "key"),
        preview.content.clone(),
        told,
    )
}

/// Puts the good deals of a file that was read on the schedule.
pub async fn put(
    visit: DeskVisit,
    Extension(chores): Extension<Arc<Chores>>,
    Path(chore): Path<String>,
    Form(form): Form<Pairs>,
) -> Result<Redirect, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let read = chores.find(&visit.staff, &chore)?;
    let preview = preview_of(read.came()?)?;
    let file = DealsFile {
        content: preview.content.to_vec(),
        mapping: mapping_of(&preview.columns, &preview.peek).ok(),
    };
    let key = Key::of(first(&form, "key"), &[b"put", chore.as_bytes()])?;
    let key = key.by(&visit.staff.scope());
    let (shop, staff) = (visit.shop.clone(), visit.staff.clone());
    let columns = preview.columns.clone();
    let begun = chores.begin(&visit.staff, key, |telling| async move {
        let told = |done, total| telling.tell(done, total);
        let imported = staff::import_deals(&shop, &staff, Some(key), file, false, &told).await?;
        let imported = told_as_written(&columns, imported);
        // A page that comes a moment early is no fault; the deed is done.
        let _ = shop.shown(imported.seq).await;
        let preview = chore;
        Ok(Came::Put(Put { preview, imported }))
    });
    Ok(to_chore(&begun.id))
}

/// A chore: how far it is, or what came of it.
pub async fn show_chore(
    visit: DeskVisit,
    Extension(chores): Extension<Arc<Chores>>,
    Path(id): Path<String>,
    Query(asked): Query<Pairs>,
) -> Result<Response, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let chore = chores.find(&visit.staff, &id)?;
    let (frame, staff) = (&visit.frame, visit.staff.name.as_str());
    Ok(match chore.came()? {
        None => {
            let page = chore::under_way(frame, staff, chore.progress());
            ([("refresh", "1")], page).into_response()
        }
        Some(Came::Bulk(bulk, rows)) => {
            let lines = lines(&visit, rows).await?;
            chore::bulk_done(frame, staff, name_of(*bulk), &lines).into_response()
        }
        Some(Came::Preview(preview)) => preview
            .page(frame, &id, &asked)
            .render(frame, staff)
            .into_response(),
        Some(Came::Put(put)) => put.page(frame).render(frame, staff).into_response(),
    })
}

/// The rows of a file that do not go in, as they stand in it, each with its cause.
pub async fn wrong_rows(
    visit: DeskVisit,
    Extension(chores): Extension<Arc<Chores>>,
    Path(chore): Path<String>,
) -> Result<Response, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let read = chores.find(&visit.staff, &chore)?;
    let csv = preview_of(read.came()?)?.wrong_rows(&visit.frame)?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"left-out.csv\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, csv).into_response())
}

/// What a form of several parts sent.
#[derive(Default)]
struct Sent {
    fields: Pairs,
    content: Vec<u8>,
}

impl Sent {
    async fn read(mut form: Multipart) -> Result<Sent, Problem> {
        let broken = |_| Problem::from(Kind::MALFORMED);
        let mut sent = Sent::default();
        while let Some(field) = form.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(too_large)?;
            match name.as_str() {
                // The file goes before the text that was pasted.
                "file" if !bytes.is_empty() => sent.content = bytes.to_vec(),
                "text" if sent.content.is_empty() => sent.content = bytes.to_vec(),
                "file" | "text" => {}
                _ => {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    sent.fields.push((name, text));
                }
            }
        }
        Ok(sent)
    }
}

/// A part that cannot be read is nearly always one that is too large.
pub fn too_large(fault: axum::extract::multipart::MultipartError) -> Problem {
    match fault.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Kind::TOO_LARGE.into(),
        _ => Kind::MALFORMED.into(),
    }
}

fn begin(
    visit: &DeskVisit,
    chores: &Chores,
    key: &str,
    content: Arc<Vec<u8>>,
    told: Told,
) -> Result<Redirect, Problem> {
    let asked = format!("{told:?}");
    let key = Key::of(key, &[b"read", asked.as_bytes()])?.by(&visit.staff.scope());
    let (shop, staff) = (visit.shop.clone(), visit.staff.clone());
    let chore = chores.begin(&visit.staff, key, |telling| async move {
        let tell = move |done, total| telling.tell(done, total);
        Ok(Came::Preview(
            read(&shop, &staff, content, told, &tell).await?,
        ))
    });
    Ok(to_chore(&chore.id))
}

async fn read(
    shop: &Shop,
    staff: &Staff,
    content: Arc<Vec<u8>>,
    told: Told,
    tell: staff::Progress<'_>,
) -> Result<Preview, Problem> {
    let looked = peek(&content, told.encoding.as_deref(), told.delimiter, |_| {
        false
    });
    let peek = looked.map_err(|fault| Problem::from(Kind::MALFORMED).because(fault.to_string()))?;
    let columns = told
        .columns
        .clone()
        .unwrap_or_else(|| guessed(&peek.header));
    let read = match (missing(&columns), mapping_of(&columns, &peek)) {
        (Some(field), _) => Err(format!("missing:{field}")),
        (None, Err(fault)) => Err(fault),
        (None, Ok(mapping)) => {
            let file = DealsFile {
                content: content.to_vec(),
                mapping: Some(mapping),
            };
            match staff::import_deals(shop, staff, None, file, true, tell).await {
                Ok(imported) => Ok(told_as_written(&columns, imported)),
                Err(problem) if problem.name == Kind::MALFORMED.name => {
                    Err(problem.detail.to_string())
                }
                Err(problem) => return Err(problem),
            }
        }
    };
    Ok(Preview {
        content,
        told,
        peek,
        columns,
        read,
    })
}

fn told_as_written(columns: &[(String, String)], imported: Imported) -> Imported {
    let problems = imported.problems.into_iter();
    let problems = problems.map(|problem| as_written(columns, problem));
    Imported {
        problems: problems.collect(),
        ..imported
    }
}

fn told_of(fields: &Pairs) -> Told {
    let delimiter = first(fields, "delimiter");
    let known = DELIMITERS.iter().find(|(name, _)| *name == delimiter);
    Told {
        encoding: super::pairs::said(fields, "encoding"),
        delimiter: known.and_then(|(_, text)| text.chars().next()),
        columns: None,
    }
}

fn to_chore(id: &str) -> Redirect {
    Redirect::to(&format!("/desk/schedule/chores/{id}"))
}

fn preview_of(came: Option<&Came>) -> Result<&Preview, Problem> {
    match came {
        Some(Came::Preview(preview)) => Ok(preview),
        _ => Err(Kind::NOT_FOUND.into()),
    }
}

impl Preview {
    fn page(&self, frame: &Frame, chore: &str, asked: &Pairs) -> PreviewPage {
        let mut rows = match &self.read {
            Ok(imported) => rows(frame, imported),
            Err(_) => Vec::new(),
        };
        rows.sort_by_key(|row| row.line);
        let counts = Standing::ALL
            .map(|standing| rows.iter().filter(|row| row.standing == standing).count());
        let only = Standing::named(first(asked, "only"));
        rows.retain(|row| only.is_none_or(|only| only == row.standing));
        let pages = rows.len().div_ceil(ROWS_MAX);
        let page = first(asked, "page").parse().unwrap_or(0);
        let page = usize::min(page, pages.saturating_sub(1));
        PreviewPage {
            chore: chore.to_owned(),
            encoding: self.peek.encoding.to_owned(),
            delimiter: delimiter_words(frame, self.peek.delimiter),
            file_rows: self.peek.rows,
            counts,
            only,
            rows: rows
                .into_iter()
                .skip(page * ROWS_MAX)
                .take(ROWS_MAX)
                .collect(),
            page,
            pages,
            mapping: self.mapping(),
            columns: self.peek.header.clone(),
            fault: self
                .read
                .as_ref()
                .err()
                .map(|fault| fault_words(frame, fault)),
        }
    }

    fn mapping(&self) -> Vec<(String, String)> {
        let known: BTreeMap<&str, &str> = self
            .columns
            .iter()
            .map(|(field, column)| (field.as_str(), column.as_str()))
            .collect();
        let of = |field: &str| {
            let column = known.get(field).copied().unwrap_or_default();
            (field.to_owned(), column.to_owned())
        };
        DEAL_COLUMNS.into_iter().map(of).collect()
    }

    fn wrong_rows(&self, frame: &Frame) -> Result<Vec<u8>, Problem> {
        let broken = |_| Problem::from(Kind::FAULT);
        let mut causes: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        if let Ok(imported) = &self.read {
            for problem in wrong(imported) {
                let why = problem_words(frame, problem);
                causes.entry(problem.line).or_default().push(why);
            }
        }
        let lines: BTreeSet<u64> = causes.keys().copied().collect();
        let told = self.told.encoding.as_deref();
        let looked = peek(&self.content, told, self.told.delimiter, |line| {
            lines.contains(&line)
        });
        let looked = looked.map_err(|_| Problem::from(Kind::FAULT))?;
        let mut csv = csv::WriterBuilder::new()
            .flexible(true)
            .from_writer(Vec::from("\u{feff}"));
        let mut header = self.peek.header.clone();
        header.push(frame.words.say("import-why"));
        let mut write = |cells: Vec<String>| {
            let cells = cells.iter().map(|cell| harmless(cell).into_owned());
            csv.write_record(cells.map(String::into_bytes))
        };
        write(header).map_err(broken)?;
        for (line, mut fields) in looked.lines {
            fields.resize(self.peek.header.len().max(fields.len()), String::new());
            fields.push(
                causes
                    .get(&line)
                    .map_or_else(String::new, |all| all.join("; ")),
            );
            write(fields).map_err(broken)?;
        }
        csv.into_inner().map_err(|_| Kind::FAULT.into())
    }
}

impl Put {
    fn page(&self, frame: &Frame) -> PutPage {
        let wrong = wrong(&self.imported).take(WRONG_MAX);
        PutPage {
            preview: self.preview.clone(),
            scheduled: self.imported.scheduled,
            same: self.imported.same,
            wrong: wrong.map(|problem| wrong_row(frame, problem)).collect(),
        }
    }
}

/// What keeps rows out; a deal that stands otherwise is none of it.
fn wrong(imported: &Imported) -> impl Iterator<Item = &ImportProblem> {
    let problems = imported.problems.iter();
    problems.filter(|problem| problem.cause != DIFFERS)
}

fn rows(frame: &Frame, imported: &Imported) -> Vec<PreviewRow> {
    let good = imported.deals.iter().map(|deal| good_row(frame, deal));
    good.chain(wrong(imported).map(|problem| wrong_row(frame, problem)))
        .collect()
}

fn good_row(frame: &Frame, deal: &ImportedDeal) -> PreviewRow {
    let (w, draft) = (&frame.words, &deal.draft);
    let units: u64 = draft
        .pools
        .iter()
        .map(|pool| u64::from(pool.allotment))
        .sum();
    let least = draft.pools.iter().map(|pool| pool.price).min();
    let window = window_words(frame, [draft.terms.starts_at, draft.terms.ends_at]);
    let price = w.amount(least.unwrap_or_default(), draft.currency);
    let mut why = warned(frame, draft.currency, &deal.warnings);
    let left = match deal.fate {
        Fate::Over => "import-over",
        _ => "import-differs",
    };
    if let Some(standing) = &deal.standing {
        why.push(w.say(left));
        why.extend(differences(w, draft, standing));
    }
    PreviewRow {
        line: deal.line,
        standing: match deal.fate {
            Fate::Fresh => Standing::Fresh,
            Fate::Same => Standing::Same,
            Fate::Differs | Fate::Over => Standing::Differs,
        },
        deal: draft.id.clone(),
        what: w.say_with(
            "import-deal",
            [
                ("window", window.into()),
                ("price", price.into()),
                ("units", w.count(units).into()),
                ("skus", draft.pools.len().into()),
            ],
        ),
        why,
    }
}

fn wrong_row(frame: &Frame, problem: &ImportProblem) -> PreviewRow {
    let column = problem.column.as_ref().or(problem.field.as_ref());
    PreviewRow {
        line: problem.line,
        standing: Standing::Wrong,
        deal: problem.value.clone(),
        what: column.cloned().unwrap_or_default(),
        why: vec![problem_words(frame, problem)],
    }
}

/// Why a row is left out, in the reader's language where there are words for it.
fn problem_words(frame: &Frame, problem: &ImportProblem) -> String {
    let w = &frame.words;
    let keys = ["cause", "refusal"].map(|kind| format!("{kind}-{}", problem.cause));
    match keys.iter().find(|key| w.knows(key)) {
        Some(key) => w.say(key),
        None => problem.help.clone(),
    }
}

fn fault_words(frame: &Frame, fault: &str) -> String {
    match fault.strip_prefix("missing:") {
        Some(field) => {
            let name = frame.words.say(&format!("column-{field}"));
            frame
                .words
                .say_with("import-missing", [("field", name.into())])
        }
        None => fault.to_owned(),
    }
}

fn delimiter_words(frame: &Frame, delimiter: char) -> String {
    let known = DELIMITERS
        .iter()
        .find(|(_, text)| text.starts_with(delimiter));
    known.map_or_else(
        || delimiter.to_string(),
        |(name, _)| frame.words.say(&format!("delimiter-{name}")),
    )
}

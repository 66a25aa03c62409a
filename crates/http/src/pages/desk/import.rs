//! Deals out of a file: how the file is written, what each row of it would be, and what came of it.

use super::head::crumbs;
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use crate::pages::words::Words;
use maud::{Markup, html};

/// The form that takes a file or a text.
#[derive(Clone, Debug, Default)]
pub struct ImportForm {
    /// What is wrong with what was sent.
    pub error: Option<String>,
}

/// What a row of the file is to the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It would be put on the schedule.
    Fresh,
    /// It stands there otherwise.
    Differs,
    /// It stands there like this.
    Same,
    /// It cannot be taken.
    Wrong,
}

/// A row of the preview.
#[derive(Clone, Debug)]
pub struct PreviewRow {
    /// Its line in the file.
    pub line: u64,
    /// What it is to the schedule.
    pub standing: Standing,
    /// The deal's id, or the wrong value.
    pub deal: String,
    /// When it runs, what it costs, how many units; or the column.
    pub what: String,
    /// What is wrong, or what staff should know.
    pub why: Vec<String>,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct PreviewPage {
    /// The chore's name.
    pub chore: String,
    /// The encoding it is in.
    pub encoding: String,
    /// What parts its fields, in words.
    pub delimiter: String,
    /// Rows behind the header.
    pub file_rows: u64,
    /// How many rows of each standing.
    pub counts: [usize; 4],
    /// Which standing alone is shown.
    pub only: Option<Standing>,
    /// Those of this page.
    pub rows: Vec<PreviewRow>,
    /// From 0.
    pub page: usize,
    /// How many pages.
    pub pages: usize,
    /// Our fields, each with the column it is taken from.
    pub mapping: Vec<(String, String)>,
    /// The columns of the file.
    pub columns: Vec<String>,
    /// Why the file cannot be read like this.
    pub fault: Option<String>,
}

/// What came of the file.
#[derive(Clone, Debug)]
pub struct PutPage {
    /// The chore that read it.
    pub preview: String,
    /// Deals that were put on the schedule.
    pub scheduled: u64,
    /// Deals that stood there before.
    pub same: u64,
    /// What did not go in.
    pub wrong: Vec<PreviewRow>,
}

/// The encodings that can be told.
pub const ENCODINGS: [&str; 8] = [
    "utf-8",
    "euc-kr",
    "gbk",
    "gb18030",
    "utf-16le",
    "utf-16be",
    "shift_jis",
    "windows-1252",
];
/// What can part fields: what is sent, and how it is written.
pub const DELIMITERS: [(&str, &str); 4] = [
    ("comma", ","),
    ("semicolon", ";"),
    ("tab", "\t"),
    ("bar", "|"),
];

impl Standing {
    /// All, in the order of the tabs.
    pub const ALL: [Standing; 4] = [
        Standing::Fresh,
        Standing::Differs,
        Standing::Same,
        Standing::Wrong,
    ];

    /// Its name in addresses and messages.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Fresh => "fresh",
            Standing::Differs => "differs",
            Standing::Same => "same",
            Standing::Wrong => "wrong",
        }
    }

    /// The standing of that name.
    pub fn named(name: &str) -> Option<Standing> {
        Standing::ALL.into_iter().find(|it| it.name() == name)
    }
}

impl ImportForm {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say("deals-import");
        let body = html! {
            (crumbs(w, &[("/desk/deals", w.say("desk-deals"))]))
            h1 { (title) }
            @if let Some(error) = &self.error { p.notice.notice-bad role="alert" { (error) } }
            form.panel.import method="post" action="/desk/schedule/import" enctype="multipart/form-data" data-import {
                (frame.key())
                p.lead { (w.say("import-lead")) }
                div.drop data-drop {
                    label for="file" { (icon("upload")) " " (w.say("import-file")) }
                    input #file name="file" type="file" accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values" aria-describedby="file-hint";
                    p #file-hint.field-hint { (w.say("import-file-hint")) }
                }
                div.field {
                    label for="text" { (w.say("import-text")) }
                    textarea #text name="text" rows="6" spellcheck="false" autocomplete="off" {}
                }
                details {
                    summary { (w.say("import-told")) }
                    div.fields { (encoding(w, "")) (delimiter(w, "")) }
                }
                div { button.button type="submit" { (w.say("import-read")) } }
            }
            details.panel {
                summary { (w.say("import-columns")) }
                p { (w.say("import-columns-note")) }
                pre.sample { "deal,sku,price,currency,allotment,start,end,limit,hold,payment,waitlist\nNIGHT-1,COAT-S,39000,KRW,50,2026-11-11 00:00,2026-11-11 01:00,1,15m,30m,100" }
            }
        };
        frame.desk_page(&title, Some(staff), &body)
    }
}

fn encoding(w: &Words, chosen: &str) -> Markup {
    html! {
        div.field {
            label for="encoding" { (w.say("import-encoding")) }
            select #encoding name="encoding" {
                option value="" { (w.say("import-found-out")) }
                @for name in ENCODINGS { option value=(name) selected[name == chosen] { (name) } }
            }
        }
    }
}

fn delimiter(w: &Words, chosen: &str) -> Markup {
    html! {
        div.field {
            label for="delimiter" { (w.say("import-delimiter")) }
            select #delimiter name="delimiter" {
                option value="" { (w.say("import-found-out")) }
                @for (name, _) in DELIMITERS { option value=(name) selected[name == chosen] { (w.say(&format!("delimiter-{name}"))) } }
            }
        }
    }
}

impl PreviewPage {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say("import-preview");
        let [fresh, ..] = self.counts;
        let body = html! {
            (crumbs(w, &[("/desk/schedule/import", w.say("deals-import"))]))
            h1 { (title) }
            dl.tallies {
                @for (standing, count) in Standing::ALL.into_iter().zip(self.counts) {
                    div data-standing=(standing.name()) { dt { (w.say(&format!("standing-{}", standing.name()))) } dd { (w.count(count as u64)) } }
                }
            }
            p.fine {
                (w.say_with("import-found", [("rows", w.count(self.file_rows).into()), ("encoding", self.encoding.as_str().into()), ("delimiter", self.delimiter.as_str().into())]))
            }
            @if let Some(fault) = &self.fault { p.notice.notice-bad role="alert" { (w.say("import-fault")) " " (fault) } }
            (self.put(frame, fresh))
            (self.columns(frame))
            @if self.fault.is_none() { (self.shown(frame)) }
        };
        frame.desk_page(&title, Some(staff), &body)
    }

    fn address(&self, only: Option<Standing>, page: usize) -> String {
        let only = only.map_or("", Standing::name);
        let query = [("only", only.to_owned()), ("page", page.to_string())];
        let said = query
            .iter()
            .filter(|(_, value)| !value.is_empty() && value != "0");
        let query: Vec<String> = said
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("/desk/schedule/chores/{}?{}", self.chore, query.join("&"))
    }

    fn put(&self, frame: &Frame, fresh: usize) -> Markup {
        let w = &frame.words;
        let wrong = self.counts[3];
        html! {
            form.panel.import-put method="post" action=(format!("/desk/schedule/import/{}/put", self.chore)) {
                (frame.key())
                p { (w.say("import-put-note")) }
                div.toolbar {
                    button.button type="submit" disabled[fresh == 0] { (w.say_with("import-put", [("count", fresh.into())])) }
                    @if wrong > 0 {
                        a.button-quiet href=(format!("/desk/schedule/import/{}/wrong.csv", self.chore)) download { (icon("download")) " " (w.say("import-wrong-file")) }
                    }
                    a.button-quiet href="/desk/schedule/import" { (w.say("import-other")) }
                }
            }
        }
    }

    fn columns(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            details.panel open[self.fault.is_some()] {
                summary { (w.say("import-mapping")) }
                form method="post" action=(format!("/desk/schedule/import/{}/again", self.chore)) {
                    (frame.key())
                    p.fine { (w.say("import-mapping-note")) }
                    div.fields.mapping {
                        @for (field, column) in &self.mapping {
                            div.field {
                                label for=(format!("of-{field}")) { (w.say(&format!("column-{}", field.replace('_', "-")))) }
                                select id=(format!("of-{field}")) name=(format!("of-{field}")) {
                                    option value="" { "–" }
                                    @for known in &self.columns { option value=(known) selected[known == column] { (known) } }
                                }
                            }
                        }
                        (encoding(w, "")) (delimiter(w, ""))
                    }
                    div.toolbar { button.button-quiet type="submit" { (w.say("import-again")) } }
                }
            }
        }
    }

    fn shown(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            nav.chips aria-label=(w.say("states")) {
                a.chip href=(self.address(None, 0)) aria-current=[self.only.is_none().then_some("true")] { (w.say("standing-all")) }
                @for (standing, count) in Standing::ALL.into_iter().zip(self.counts) {
                    a.chip href=(self.address(Some(standing), 0)) aria-current=[(self.only == Some(standing)).then_some("true")] {
                        (w.say(&format!("standing-{}", standing.name()))) " " (w.count(count as u64))
                    }
                }
            }
            (rows(w, &self.rows))
            @if self.pages > 1 {
                nav.desk-pager aria-label=(w.say("pages")) {
                    @if self.page > 0 { a.button-quiet rel="prev" href=(self.address(self.only, self.page - 1)) { (w.say("page-before")) } }
                    span { (w.say_with("at-desk-page-of", [("page", (self.page + 1).into()), ("pages", self.pages.into())])) }
                    @if self.page + 1 < self.pages { a.button-quiet rel="next" href=(self.address(self.only, self.page + 1)) { (w.say("page-next")) } }
                }
            }
        }
    }
}

impl PutPage {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say("import-done");
        let body = html! {
            (crumbs(w, &[("/desk/deals", w.say("desk-deals"))]))
            h1 { (title) }
            p.notice role="status" {
                (w.say_with("import-came", [("scheduled", w.count(self.scheduled).into()), ("same", w.count(self.same).into()), ("wrong", w.count(self.wrong.len() as u64).into())]))
            }
            @if !self.wrong.is_empty() {
                h2 { (w.say("import-left-out")) }
                (rows(w, &self.wrong))
            }
            div.toolbar {
                a.button href="/desk/deals?state=upcoming" { (w.say("bulk-back")) }
                @if !self.wrong.is_empty() {
                    a.button-quiet href=(format!("/desk/schedule/import/{}/wrong.csv", self.preview)) download { (icon("download")) " " (w.say("import-wrong-file")) }
                }
            }
        };
        frame.desk_page(&title, Some(staff), &body)
    }
}

fn rows(w: &Words, rows: &[PreviewRow]) -> Markup {
    html! {
        div.sheet tabindex="0" role="group" aria-label=(w.say("import-preview")) {
            table {
                thead { tr { th.figure { (w.say("import-line")) } th { (w.say("import-standing")) } th { (w.say("deal")) } th { (w.say("import-what")) } th { (w.say("import-why")) } } }
                tbody {
                    @for row in rows {
                        tr {
                            td.figure data-label=(w.say("import-line")) { (row.line) }
                            td data-label=(w.say("import-standing")) { span.verdict data-verdict=(row.standing.name()) { (w.say(&format!("standing-{}", row.standing.name()))) } }
                            td data-label=(w.say("deal")) { (row.deal) }
                            td data-label=(w.say("import-what")) { (row.what) }
                            td data-label=(w.say("import-why")) { @for why in &row.why { p { (why) } } }
                        }
                    }
                }
            }
        }
    }
}

//! Deals as a shop plans them: lines of SKU, price, allotment and terms; lines with one deal id are
//! one deal over several SKUs.

use crate::json::Wanted;
use crate::judge::Judge;
use crate::mapping::{Files, Mapping};
use crate::plan::{DealPlan, Fields};
use crate::problem::Columns;
use crate::rows::{Reading, RowFile, Unread};
use crate::source::Opened;
use crate::{
    Cause, Each, Fault, Format, Located, Location, RowProblem, Source, Tally, clean, gather,
    native, times,
};
use jiff::tz::TimeZone;
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use vocabulary::{Command, DealId, DealTerms, Deduct, EXTENSIONS_MAX, PoolDraft};

/// A deal over one or more SKUs of a shop. Every draft that [`read_deals`] hands out has terms that
/// hold together and prices above zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealDraft {
    /// The shop's own id of the deal.
    pub id: String,
    /// The currency of its prices.
    pub currency: Currency,
    /// What all its pools have in common.
    pub terms: DealTerms,
    /// How much more time its holds may have.
    pub extensions: Extensions,
    /// What is sold; at least one.
    pub pools: Vec<DealPool>,
}

/// How often a hold may be given more time, and how much more each time; both are 0 where it never may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extensions {
    /// Up to [`EXTENSIONS_MAX`].
    pub times: u8,
    /// In ms.
    pub span_ms: u32,
}

impl Extensions {
    /// What allows holds of a deal so much; nothing where they are to have no more time.
    pub fn allowed(self, deal: DealId) -> Option<Command> {
        let Extensions { times, span_ms } = self;
        (times > 0).then_some(Command::AllowExtensions {
            deal,
            times,
            span_ms,
        })
    }
}

impl DealDraft {
    /// The deal of this id as it is on the schedule. SKUs are called as in this draft, whose pools
    /// have the numbers of `numbered`; one that is not in it goes by its number.
    pub fn standing(
        &self,
        (currency, terms, extensions): (Currency, DealTerms, Extensions),
        numbered: &[PoolDraft],
        pools: impl Iterator<Item = PoolDraft>,
    ) -> DealDraft {
        let named = |sku| {
            let mut mine = self.pools.iter().zip(numbered);
            let known = mine.find(|(_, pool)| pool.sku == sku);
            known.map_or_else(|| format!("#{sku}"), |(pool, _)| pool.sku.clone())
        };
        let pool = |pool: PoolDraft| DealPool {
            sku: named(pool.sku),
            allotment: pool.units,
            price: pool.price,
        };
        DealDraft {
            id: self.id.clone(),
            currency,
            terms,
            extensions,
            pools: pools.map(pool).collect(),
        }
    }

    /// In what this draft differs from the deal of its id that is on the schedule, and where that
    /// is changed; `None` where they are the same.
    pub fn differs(&self, standing: &DealDraft) -> Option<String> {
        let differences = self.differences(standing).join(", ");
        (!differences.is_empty()).then(|| {
            format!(
                "on the schedule {differences}; nothing was changed: \
                 change it at the desk or by PATCH /v1/staff/deals/{id}, \
                 more time for holds by POST /v1/staff/deals/{id}/extensions",
                id = self.id
            )
        })
    }

    fn differences(&self, standing: &DealDraft) -> Vec<String> {
        let zone = TimeZone::UTC;
        let (mine, theirs) = (shared_texts(self, &zone), shared_texts(standing, &zone));
        let terms = mine.into_iter().zip(theirs);
        let differing = terms.filter(|((_, here), (_, there))| here != there);
        let mut differences: Vec<String> = differing
            .map(|((column, here), (_, there))| format!("{column} is {there}, not {here}"))
            .collect();
        for pool in &self.pools {
            let other = standing.pools.iter().find(|other| other.sku == pool.sku);
            differences.extend(pool.differences(other));
        }
        let here = |other: &&DealPool| self.pools.iter().any(|pool| pool.sku == other.sku);
        let more = standing.pools.iter().filter(|other| !here(other));
        differences.extend(more.map(|other| format!("it has SKU `{}` besides", other.sku)));
        differences
    }
}

impl DealPool {
    fn differences(&self, standing: Option<&DealPool>) -> Vec<String> {
        let sku = &self.sku;
        let Some(other) = standing else {
            return vec![format!("it has no SKU `{sku}`")];
        };
        let said = |what: &str, there: String, here: String| {
            (there != here).then(|| format!("{what} of `{sku}` is {there}, not {here}"))
        };
        let amounts = (other.price.0.to_string(), self.price.0.to_string());
        let units = (other.allotment.to_string(), self.allotment.to_string());
        let both = [
            said("price", amounts.0, amounts.1),
            said("allotment", units.0, units.1),
        ];
        both.into_iter().flatten().collect()
    }
}

/// One SKU of a deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealPool {
    /// The shop's own id of the SKU.
    pub sku: String,
    /// How many units the deal gets.
    pub allotment: u32,
    /// The price of one unit in the deal.
    pub price: Amount,
}

/// What holds where a deal line says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealDefaults {
    /// The zone of local times.
    pub zone: TimeZone,
    /// From where times such as `+1h30m` count; without it they are refused.
    pub from: Option<vocabulary::Millis>,
    /// The currency of prices.
    pub currency: Currency,
    /// Units one person may have; 0 for no limit.
    pub limit: u16,
    /// How long a hold lasts.
    pub hold_ms: u32,
    /// How long an order may stay unpaid.
    pub payment_ms: u32,
    /// How long a virtual-account deposit may take; 0 where none is allowed.
    pub deposit_ms: u32,
    /// Places of each pool's waitlist, where units are held.
    pub waitlist_max: u32,
}

impl DealDefaults {
    /// The originals' rules (one a customer, 15 min in the cart, 30 min to pay, no deposits) with
    /// 1,000 waiting places, prices in won and local times of the given zone.
    pub fn in_zone(zone: TimeZone) -> DealDefaults {
        DealDefaults {
            zone,
            from: None,
            currency: Currency::KRW,
            limit: 1,
            hold_ms: 15 * 60_000,
            payment_ms: 30 * 60_000,
            deposit_ms: 0,
            waitlist_max: 1_000,
        }
    }

    /// [`DealDefaults::in_zone`] of Asia/Seoul.
    pub fn in_seoul() -> DealDefaults {
        DealDefaults::in_zone(
            TimeZone::get("Asia/Seoul").unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(9))),
        )
    }
}

/// Reads deals. Without a mapping the files have the native columns, as keys where they are JSON.
/// Drafts come after the problems, in the order of their first lines.
///
/// # Errors
/// A [`Fault`] that stops the import, as for products.
pub fn read_deals(
    source: &Source,
    mapping: Option<&Mapping>,
    defaults: &DealDefaults,
    each: Each<DealDraft>,
) -> Result<Tally, Fault> {
    let unsaid = Files::default();
    let reading = Reading::by(mapping.map_or(&unsaid, |mapping| &mapping.files))?;
    let plan = mapping.map_or(Ok(None), plan_of)?;
    let mut desk = Desk::with(defaults, each);
    let mut visit = |opened: Opened| {
        desk.tally.files += 1;
        let file = reading.open(opened)?;
        match file.format {
            Format::Csv | Format::Tsv => delimited(&reading, file, plan.as_ref(), &mut desk),
            Format::Json | Format::Jsonl => json(&reading, file, plan.as_ref(), &mut desk),
        }
    };
    let files = source.each(&reading.patterns, |name| reading.readable(name), &mut visit)?;
    if files == 0 {
        return Err(Fault::NoFiles {
            root: source.folder().display().to_string(),
            wanted: reading.wanted(),
        });
    }
    Ok(desk.finish())
}

/// The texts of one line by native column.
pub(crate) type DealLine = BTreeMap<String, String>;

/// The lines of a deal, as `export` writes them: the terms stand on each.
pub(crate) fn lines_of(deal: &DealDraft, zone: &TimeZone) -> Vec<DealLine> {
    let shared = shared_texts(deal, zone);
    let line = |pool: &DealPool| {
        let own = [
            ("sku", pool.sku.clone()),
            ("price", money::format_plain(pool.price, deal.currency)),
            ("allotment", pool.allotment.to_string()),
        ];
        let texts = shared.iter().cloned().chain(own);
        texts
            .map(|(column, text)| (column.to_owned(), text))
            .collect()
    };
    deal.pools.iter().map(line).collect()
}

/// What all lines of a deal have in common, by column.
fn shared_texts(deal: &DealDraft, zone: &TimeZone) -> [(&'static str, String); 14] {
    let (terms, extensions) = (&deal.terms, &deal.extensions);
    let yes_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    [
        ("deal", deal.id.clone()),
        ("currency", deal.currency.code().to_owned()),
        ("start", times::format(terms.starts_at, zone)),
        ("end", times::format(terms.ends_at, zone)),
        ("limit", terms.limit.to_string()),
        ("hold", times::format_duration(terms.hold_ms)),
        ("payment", times::format_duration(terms.payment_ms)),
        ("deposit", times::format_duration(terms.deposit_ms)),
        ("members_only", yes_no(terms.members_only)),
        ("verified_only", yes_no(terms.verified_only)),
        ("deduct", deduct_text(terms.deduct).to_owned()),
        ("waitlist", terms.waitlist_max.to_string()),
        ("extensions", extensions.times.to_string()),
        ("extension", times::format_duration(extensions.span_ms)),
    ]
}

/// The mapping's plan; none where it says only how files are read.
fn plan_of(mapping: &Mapping) -> Result<Option<DealPlan>, Fault> {
    let deal = mapping.section(&mapping.deal, "deal")?;
    Ok(deal.map(|deal| DealPlan::of(deal, mapping)))
}

fn delimited(
    reading: &Reading,
    file: RowFile,
    mapped: Option<&DealPlan>,
    desk: &mut Desk,
) -> Result<(), Fault> {
    let own = std::cell::OnceCell::new();
    let plan_for = |file: &RowFile, header: &[String]| {
        let plan = match mapped {
            Some(plan) => plan.clone(),
            None => native::deal_plan(&file.name, header)?,
        };
        let slots = plan.row.clone();
        own.set((Rc::new(plan.columns()), plan))
            .expect("a file has one header");
        Ok(slots)
    };
    reading.delimited(file, plan_for, &mut |location, row| {
        let (columns, plan) = own.get().expect("the header comes before the rows");
        desk.columns = Rc::clone(columns);
        desk.line(location, row.map(|fields| gathered(plan, &fields)));
    })
}

fn json(
    reading: &Reading,
    file: RowFile,
    mapped: Option<&DealPlan>,
    desk: &mut Desk,
) -> Result<(), Fault> {
    let plan = mapped.cloned().unwrap_or_else(native::deal_plan_of_json);
    let wanted = Wanted::by_slots(&plan.row);
    let captured = file.captured(&plan.row)?;
    desk.columns = Rc::new(plan.columns());
    reading.documents(file, &mut |location, text| {
        let picked = picked(&wanted, text).map(|mut fields| {
            for (slot, text) in &captured {
                fields.found[*slot] = vec![text.clone()];
            }
            gathered(&plan, &fields)
        });
        desk.line(location, picked);
    })
}

fn picked(wanted: &Wanted, text: Result<&[u8], Cause>) -> Result<Fields, Unread> {
    let unread = |cause, text: &[u8]| Unread {
        cause,
        text: text.to_vec(),
    };
    let text = text.map_err(|cause| unread(cause, b""))?;
    wanted.pick(text).map_err(|cause| unread(cause, text))
}

fn gathered(plan: &DealPlan, row: &Fields) -> DealLine {
    let text = |take| gather::first(gather::texts(take, row)).trim().to_owned();
    plan.takes
        .iter()
        .map(|(column, take)| (column.clone(), text(take)))
        .collect()
}

/// Where lines become deals.
struct Desk<'a> {
    defaults: &'a DealDefaults,
    each: Each<'a, DealDraft>,
    deals: Vec<Planned>,
    by_id: HashMap<String, usize>,
    named: Vec<Named>,
    by_name: HashMap<String, usize>,
    /// Where each word of the lines that cannot be read stands: it may be a deal's id.
    unread: HashMap<String, Location>,
    /// What the columns of the file that is being read are called.
    columns: Rc<Columns>,
    tally: Tally,
}

/// The lines of one deal id, the wrong ones too.
struct Named {
    id: String,
    /// The first line, from which later ones take what they leave blank.
    first: DealLine,
    location: Location,
    lines: u64,
    /// How many of them were reported.
    wrong: u64,
    /// A wrong one; it keeps the deal out, for what is on the schedule takes no further SKU.
    because_of: Option<Location>,
}

/// A deal of good lines, and the first of them.
struct Planned {
    location: Location,
    first: DealLine,
    draft: DealDraft,
}

impl Named {
    /// Notes a wrong line, and says of it what the first did not: that was wrong in what this one
    /// left blank already.
    fn blame(
        &mut self,
        location: &Location,
        blank: &[String],
        mut problems: Vec<RowProblem>,
    ) -> Vec<RowProblem> {
        if self.because_of.as_ref() == Some(&self.location) {
            let own = |field: &String| !blank.contains(field);
            problems.retain(|problem| problem.field.as_ref().is_none_or(own));
        }
        if !problems.is_empty() {
            self.wrong += 1;
            self.because_of.get_or_insert_with(|| location.clone());
        }
        problems
    }
}

impl<'a> Desk<'a> {
    fn with(defaults: &'a DealDefaults, each: Each<'a, DealDraft>) -> Desk<'a> {
        Desk {
            defaults,
            each,
            deals: Vec::new(),
            by_id: HashMap::new(),
            named: Vec::new(),
            by_name: HashMap::new(),
            unread: HashMap::new(),
            columns: Rc::default(),
            tally: Tally::default(),
        }
    }

    fn line(&mut self, location: Location, line: Result<DealLine, Unread>) {
        self.tally.rows += 1;
        let problems = match line {
            Ok(line) => self.planned(&location, line),
            Err(Unread { cause, text }) => {
                let words = words_of(&text).map(|word| (word, location.clone()));
                self.unread.extend(words);
                vec![RowProblem::refusing(&location, cause)]
            }
        };
        self.tally.refused += u64::from(!problems.is_empty());
        problems
            .into_iter()
            .for_each(|problem| (self.each)(Err(problem.in_column(&self.columns))));
    }

    fn finish(mut self) -> Tally {
        for named in std::mem::take(&mut self.named) {
            let unread = self.unread.get(&named.id);
            if let Some(line) = named.because_of.as_ref().or(unread).cloned() {
                self.leave_out(&named, &line);
            }
        }
        let deals = self.deals.into_iter();
        let left = deals.filter(|planned| self.by_id.contains_key(&planned.draft.id));
        for Planned {
            location, draft, ..
        } in left
        {
            self.tally.drafts += 1;
            (self.each)(Ok(Located { location, draft }));
        }
        self.tally
    }

    /// Takes the whole deal back because of one line; says so where lines of it were good.
    fn leave_out(&mut self, named: &Named, line: &Location) {
        self.by_id.remove(&named.id);
        if named.lines == named.wrong {
            return;
        }
        self.tally.refused += named.lines - named.wrong;
        let problem = RowProblem::refusing(&named.location, Cause::DealLeftOut);
        (self.each)(Err(problem.of("deal", &named.id).because_of(line)));
    }

    /// Takes a line into its deal; the problems keep the deal out.
    fn planned(&mut self, location: &Location, mut line: DealLine) -> Vec<RowProblem> {
        let named = self.named(location, &line);
        let blank = named.map_or_else(Vec::new, |at| fill_blanks(&mut line, &self.named[at].first));
        let mut judge = Judge::of(location);
        match self.judged(&mut judge, &line) {
            Some(draft) if judge.problems.is_empty() => {
                self.place(location, line, draft, &mut judge)
            }
            _ => {}
        }
        match named {
            Some(at) => self.named[at].blame(location, &blank, judge.problems),
            None => judge.problems,
        }
    }

    /// The deal that the line names; its first line is kept.
    fn named(&mut self, location: &Location, line: &DealLine) -> Option<usize> {
        let id = clean::tidy(text_of(line, "deal"));
        if id.is_empty() {
            return None;
        }
        let new = || Named {
            id: id.clone(),
            first: line.clone(),
            location: location.clone(),
            lines: 0,
            wrong: 0,
            because_of: None,
        };
        let at = *self.by_name.entry(id.clone()).or_insert(self.named.len());
        if at == self.named.len() {
            self.named.push(new());
        }
        self.named[at].lines += 1;
        Some(at)
    }

    fn place(&mut self, location: &Location, line: DealLine, draft: DealDraft, judge: &mut Judge) {
        let Some(known) = self.by_id.get(&draft.id) else {
            self.by_id.insert(draft.id.clone(), self.deals.len());
            return self.deals.push(Planned {
                location: location.clone(),
                first: line,
                draft,
            });
        };
        let planned = &mut self.deals[*known];
        let pool = &draft.pools[0];
        if planned
            .draft
            .pools
            .iter()
            .any(|other| other.sku == pool.sku)
        {
            judge.refuse::<()>(Cause::DuplicateSku, "sku", &pool.sku);
        } else if shared(&planned.draft) != shared(&draft) {
            let field = differing(&line, &planned.first);
            judge.refuse::<()>(Cause::ConflictingLines, field, text_of(&line, field));
        } else {
            planned.draft.pools.extend(draft.pools);
        }
    }

    /// The deal that one line says, with one pool.
    fn judged(&self, judge: &mut Judge, line: &DealLine) -> Option<DealDraft> {
        let sku = judge.id("sku", text_of(line, "sku"));
        let currency = match text_of(line, "currency") {
            "" => Some(self.defaults.currency),
            code => judge.currency(code),
        };
        let price = currency.and_then(|c| judge.price("price", text_of(line, "price"), c));
        let allotment = self.allotment(judge, line);
        let terms = self.terms(judge, line);
        let extensions = extensions(judge, line);
        let (sku, terms, extensions) = (sku?, terms?, extensions?);
        let id = match text_of(line, "deal") {
            "" => format!("{sku}@{}", times::format(terms.starts_at, &TimeZone::UTC)),
            said => deal_id(judge, said)?,
        };
        Some(DealDraft {
            id,
            currency: currency?,
            terms,
            extensions,
            pools: vec![DealPool {
                sku,
                allotment: allotment?,
                price: price?,
            }],
        })
    }

    fn allotment(&self, judge: &mut Judge, line: &DealLine) -> Option<u32> {
        let text = text_of(line, "allotment");
        match judge.whole("allotment", text, 0)? {
            0 if text.is_empty() => judge.refuse(Cause::MissingField, "allotment", text),
            0 => judge.refuse(Cause::AllotmentZero, "allotment", text),
            units => Some(units),
        }
    }

    fn terms(&self, judge: &mut Judge, line: &DealLine) -> Option<DealTerms> {
        let defaults = self.defaults;
        let starts_at = self.moment(judge, line, "start");
        let ends_at = self.moment(judge, line, "end");
        let hold_ms = duration(judge, line, "hold", defaults.hold_ms, 1);
        let payment_ms = duration(judge, line, "payment", defaults.payment_ms, 1);
        let deposit_ms = duration(judge, line, "deposit", defaults.deposit_ms, 0);
        let limit = judge.whole("limit", text_of(line, "limit"), defaults.limit);
        let members_only = yes_or_no(judge, line, "members_only");
        let verified_only = yes_or_no(judge, line, "verified_only");
        let deduct = deduct(judge, text_of(line, "deduct"))?;
        let waitlist = if deduct == Deduct::OnPayment {
            0
        } else {
            defaults.waitlist_max
        };
        let waitlist_max = judge.whole("waitlist", text_of(line, "waitlist"), waitlist);
        let terms = DealTerms {
            starts_at: starts_at?,
            ends_at: ends_at?,
            hold_ms: hold_ms?,
            payment_ms: payment_ms?,
            deposit_ms: deposit_ms?,
            limit: limit?,
            members_only: members_only?,
            verified_only: verified_only?,
            deduct,
            waitlist_max: waitlist_max?,
        };
        if terms.starts_at >= terms.ends_at {
            return judge.refuse(Cause::EndsBeforeStart, "end", text_of(line, "end"));
        }
        if !terms.hold_together() {
            return judge.refuse(
                Cause::WaitlistWithoutHolds,
                "waitlist",
                text_of(line, "waitlist"),
            );
        }
        Some(terms)
    }

    fn moment(
        &self,
        judge: &mut Judge,
        line: &DealLine,
        field: &str,
    ) -> Option<vocabulary::Millis> {
        let text = text_of(line, field);
        if text.is_empty() {
            return judge.refuse(Cause::MissingField, field, "");
        }
        match times::moment_or_offset(text, &self.defaults.zone, self.defaults.from) {
            Ok(moment) => Some(moment),
            Err(cause) => judge.refuse(cause, field, text),
        }
    }
}

fn duration(
    judge: &mut Judge,
    line: &DealLine,
    field: &str,
    blank: u32,
    least: u32,
) -> Option<u32> {
    let text = text_of(line, field);
    if text.is_empty() {
        return Some(blank);
    }
    match times::duration_ms(text) {
        Ok(ms) if ms >= least => Some(ms),
        Ok(_) => judge.refuse(Cause::DurationOutOfRange, field, text),
        Err(cause) => judge.refuse(cause, field, text),
    }
}

fn extensions(judge: &mut Judge, line: &DealLine) -> Option<Extensions> {
    let times = judge.whole("extensions", text_of(line, "extensions"), 0);
    let span_ms = duration(judge, line, "extension", 0, 0);
    let extensions = Extensions {
        times: times?,
        span_ms: span_ms?,
    };
    let Extensions { times, span_ms } = extensions;
    let field = match () {
        () if times > EXTENSIONS_MAX => "extensions",
        // Staff think in seconds, and so does the API.
        () if (times == 0) != (span_ms == 0) || !span_ms.is_multiple_of(1_000) => "extension",
        () => return Some(extensions),
    };
    judge.refuse(Cause::ExtensionsContradict, field, text_of(line, field))
}

/// What all lines of a deal must agree in.
fn shared(draft: &DealDraft) -> (Currency, DealTerms, Extensions) {
    (draft.currency, draft.terms, draft.extensions)
}

fn yes_or_no(judge: &mut Judge, line: &DealLine, field: &str) -> Option<bool> {
    match text_of(line, field).to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" | "y" => Some(true),
        "" | "no" | "false" | "0" | "n" => Some(false),
        other => judge.refuse(Cause::NotYesOrNo, field, other),
    }
}

fn deduct(judge: &mut Judge, text: &str) -> Option<Deduct> {
    match text.to_ascii_lowercase().as_str() {
        "" | "order" => Some(Deduct::OnOrder),
        "payment" => Some(Deduct::OnPayment),
        other => judge.refuse(Cause::UnknownDeduct, "deduct", other),
    }
}

fn deduct_text(deduct: Deduct) -> &'static str {
    match deduct {
        Deduct::OnOrder => "order",
        Deduct::OnPayment => "payment",
    }
}

fn text_of<'a>(line: &'a DealLine, column: &str) -> &'a str {
    line.get(column).map_or("", String::as_str)
}

/// The words of a line that cannot be read, whatever its format.
fn words_of(text: &[u8]) -> impl Iterator<Item = String> {
    let cuts = |byte: &u8| b",;\t|\"\r\n".contains(byte);
    let words = text.split(cuts).map(String::from_utf8_lossy);
    let bare = |word: &str| clean::tidy(word.trim_matches([' ', ':', '{', '}', '[', ']']));
    let words = words.map(move |word| bare(&word));
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .into_iter()
}

/// Terms that a further line of a deal leaves blank are those of its first line. What is a pool's own
/// is not taken over. Says which were blank.
fn fill_blanks(line: &mut DealLine, first: &DealLine) -> Vec<String> {
    let shared = first
        .iter()
        .filter(|(column, _)| !["sku", "price", "allotment"].contains(&column.as_str()));
    let mut blank = Vec::new();
    for (column, text) in shared {
        let own = line.entry(column.clone()).or_default();
        if own.is_empty() {
            own.clone_from(text);
            blank.push(column.clone());
        }
    }
    blank
}

/// The id that a line gives to its deal, which must be one that the desk can show.
fn deal_id(judge: &mut Judge, said: &str) -> Option<String> {
    judge.id("deal", said)
}

/// The first shared column in which two lines differ.
fn differing(line: &DealLine, first: &DealLine) -> &'static str {
    let shared = native::DEAL
        .into_iter()
        .filter(|column| !["sku", "price", "allotment"].contains(column));
    let mut differing = shared.filter(|column| text_of(line, column) != text_of(first, column));
    differing.next().unwrap_or("deal")
}

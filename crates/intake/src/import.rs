//! Products out of files: rows become text, text is judged, repeated ids are settled, and each good
//! draft or problem is handed on as soon as it is known.

use crate::documents;
use crate::json::{self, Wanted};
use crate::mapping::{Duplicates, Files, Mapping, OneRowIs};
use crate::plan::{Items, Origin, Piece, ProductPlan, Take};
use crate::problem::Columns;
use crate::product_line::ProductLine;
use crate::rows::{Reading, RowFile};
use crate::seen::{LastPositions, Seen};
use crate::source::Opened;
use crate::{
    Cause, Fault, Format, Located, Location, ProductDraft, RowProblem, Source, fault, gather,
    judge, native,
};
use std::rc::Rc;

/// After how many JSON rows a required field that was blank in all of them is the mapping's fault.
const ROWS_BEFORE_BLAME: u64 = 100;

/// What an import came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Files read.
    pub files: u64,
    /// Rows read, good or not.
    pub rows: u64,
    /// Drafts handed out.
    pub drafts: u64,
    /// Rows that stayed out with a problem.
    pub refused: u64,
    /// Problems of rows that went in all the same.
    pub kept: u64,
    /// Rows passed over because another row with the same id was meant.
    pub passed_over: u64,
}

/// Takes what was read, in the order of the files.
pub type Each<'a, T> = &'a mut dyn FnMut(Result<Located<T>, RowProblem>);

/// Reads products. Without a mapping the files must have the native columns or the native JSON form.
///
/// # Errors
/// A [`Fault`] that stops the import: files, encoding, header or mapping are not as said. What is
/// wrong with single rows goes to `each`.
pub fn read_products(
    source: &Source,
    mapping: Option<&Mapping>,
    each: Each<ProductDraft>,
) -> Result<Tally, Fault> {
    let plan = mapping.map_or(Ok(None), plan_of)?;
    let unsaid = Files::default();
    let reading = Reading::by(mapping.map_or(&unsaid, |mapping| &mapping.files))?;
    let catalogue = Catalogue {
        source,
        reading,
        plan,
    };
    match catalogue.duplicates() {
        Duplicates::Last => catalogue.keeping_the_last(each),
        Duplicates::First => catalogue.run(&mut Sink::keeping(each, Repeats::PassOver)),
        Duplicates::Refuse => catalogue.run(&mut Sink::keeping(each, Repeats::Refuse)),
    }
}

/// How many bytes [`read_products`] will read from the disk, for a progress bar over
/// [`Source::bytes_read`].
///
/// # Errors
/// [`Fault::UnknownEncoding`], as `read_products`.
pub fn bytes_to_read(source: &Source, mapping: Option<&Mapping>) -> Result<u64, Fault> {
    let unsaid = Files::default();
    let reading = Reading::by(mapping.map_or(&unsaid, |mapping| &mapping.files))?;
    let product = mapping.and_then(|mapping| mapping.product.as_ref());
    let twice = product.is_some_and(|product| product.duplicates == Duplicates::Last);
    let once = source.bytes(&reading.patterns, |name| reading.readable(name));
    Ok(once * if twice { 2 } else { 1 })
}

/// The mapping's plan; none where it says only how files are read.
fn plan_of(mapping: &Mapping) -> Result<Option<(ProductPlan, Wanted)>, Fault> {
    let Some(product) = mapping.section(&mapping.product, "product")? else {
        return Ok(None);
    };
    let plan = ProductPlan::of(product, mapping.sku.as_ref(), &mapping.tables);
    let wanted = Wanted::by(&plan);
    Ok(Some((plan, wanted)))
}

/// What is read, and how.
struct Catalogue<'a> {
    source: &'a Source,
    reading: Reading<'a>,
    plan: Option<(ProductPlan, Wanted)>,
}

impl Catalogue<'_> {
    fn duplicates(&self) -> Duplicates {
        self.plan
            .as_ref()
            .map_or(Duplicates::Refuse, |(plan, _)| plan.duplicates)
    }

    /// Reads everything twice: once to learn where each id stands last as a good row.
    fn keeping_the_last(&self, each: Each<ProductDraft>) -> Result<Tally, Fault> {
        let mut nowhere = |_: Result<Located<ProductDraft>, RowProblem>| {};
        let mut learning = Sink::keeping(&mut nowhere, Repeats::Learn(LastPositions::default()));
        self.run(&mut learning)?;
        let Repeats::Learn(last) = learning.repeats else {
            unreachable!("the sink keeps what it was made with");
        };
        self.run(&mut Sink::keeping(each, Repeats::OnlyLast(last)))
    }

    fn run(&self, sink: &mut Sink) -> Result<Tally, Fault> {
        let mut blame = Blame::default();
        let mut visit = |opened: Opened| {
            sink.tally.files += 1;
            let file = self.reading.open(opened)?;
            match file.format {
                Format::Csv | Format::Tsv => self.delimited(file, sink),
                Format::Json | Format::Jsonl => self.json(file, sink, &mut blame),
            }
        };
        let readable = |name: &str| self.reading.readable(name);
        let files = self
            .source
            .each(&self.reading.patterns, readable, &mut visit)?;
        if files == 0 {
            return Err(Fault::NoFiles {
                root: self.source.folder().display().to_string(),
                wanted: self.reading.wanted(),
            });
        }
        if let Some((plan, _)) = &self.plan {
            blame.check(plan, true)?;
        }
        Ok(sink.tally)
    }

    fn delimited(&self, file: RowFile, sink: &mut Sink) -> Result<(), Fault> {
        let mut lines = Lines::default();
        let own = std::cell::OnceCell::new();
        let plan_for = |file: &RowFile, header: &[String]| {
            let plan = match &self.plan {
                Some((plan, _)) if matches!(plan.items, Items::Elements(_)) => {
                    return Err(uncut_items(file));
                }
                Some((plan, _)) => plan.clone(),
                None => native::product_plan(&file.name, header)?,
            };
            let slots = plan.row.clone();
            own.set((Rc::new(plan.columns()), plan))
                .expect("a file has one header");
            Ok(slots)
        };
        self.reading
            .delimited(file, plan_for, &mut |location, row| {
                let (columns, plan) = own.get().expect("the header comes before the rows");
                sink.columns = Rc::clone(columns);
                let line = row.map(|fields| gather::product(plan, &fields));
                let line = line.map_err(|unread| unread.cause);
                lines.take(plan.one_row_is, location, line, sink);
            })?;
        lines.finish(sink);
        Ok(())
    }

    fn json(&self, file: RowFile, sink: &mut Sink, blame: &mut Blame) -> Result<(), Fault> {
        let Some((plan, wanted)) = &self.plan else {
            return self.reading.documents(file, &mut |location, text| {
                sink.line(location, text.and_then(documents::shaped));
            });
        };
        let captured = file.captured(&plan.row)?;
        sink.columns = Rc::new(plan.columns());
        let mut lines = Lines::default();
        self.reading.documents(file, &mut |location, text| {
            let line = text.and_then(|text| {
                let mut fields = wanted.pick(text)?;
                for (slot, text) in &captured {
                    fields.found[*slot] = vec![text.clone()];
                }
                let line = gather::product(plan, &fields);
                blame.note(&line, &location, text);
                Ok(line)
            });
            lines.take(plan.one_row_is, location, line, sink);
        })?;
        lines.finish(sink);
        blame.check(plan, false)
    }
}

/// A table has no arrays: a column of SKUs must be cut.
fn uncut_items(file: &RowFile) -> Fault {
    Fault::Header {
        file: file.name.to_string(),
        message: "the mapping's `each` under [sku] names a column; say `split`, which cuts it"
            .to_owned(),
    }
}

/// Puts consecutive lines with one product id together where a row is a SKU.
#[derive(Default)]
struct Lines {
    pending: Option<(Location, ProductLine)>,
}

impl Lines {
    fn take(
        &mut self,
        one_row_is: OneRowIs,
        location: Location,
        line: Result<ProductLine, Cause>,
        sink: &mut Sink,
    ) {
        let line = match (one_row_is, line) {
            (OneRowIs::Sku, Ok(line)) => line,
            (_, line) => return sink.line(location, line),
        };
        match &mut self.pending {
            Some((_, first)) if first.id == line.id => match line.contradicts(first) {
                None => {
                    first.skus.extend(line.skus);
                    sink.tally.rows += 1;
                }
                Some(field) => sink.conflict(&location, field, &line.id),
            },
            _ => {
                self.finish(sink);
                self.pending = Some((location, line));
            }
        }
    }

    fn finish(&mut self, sink: &mut Sink) {
        if let Some((location, line)) = self.pending.take() {
            sink.line(location, Ok(line));
        }
    }
}

/// What happens to good rows whose id came before or comes again.
enum Repeats {
    Refuse,
    PassOver,
    Learn(LastPositions),
    OnlyLast(LastPositions),
}

/// Judges lines, settles repeated ids and hands on what comes of it.
struct Sink<'a> {
    each: Each<'a, ProductDraft>,
    repeats: Repeats,
    products: Seen,
    skus: Seen,
    /// How many lines came so far.
    position: u64,
    /// What the columns of the file that is being read are called.
    columns: Rc<Columns>,
    tally: Tally,
}

impl<'a> Sink<'a> {
    fn keeping(each: Each<'a, ProductDraft>, repeats: Repeats) -> Sink<'a> {
        Sink {
            each,
            repeats,
            products: Seen::default(),
            skus: Seen::default(),
            position: 0,
            columns: Rc::default(),
            tally: Tally::default(),
        }
    }

    fn line(&mut self, location: Location, line: Result<ProductLine, Cause>) {
        self.tally.rows += 1;
        self.position += 1;
        match line {
            Ok(line) => self.judged(location, line),
            Err(cause) => self.refuse(RowProblem::refusing(&location, cause)),
        }
    }

    fn judged(&mut self, location: Location, line: ProductLine) {
        if self.is_passed_over(&line) {
            self.tally.passed_over += 1;
            return;
        }
        let (draft, problems) = judge::product(line, &location);
        let Some(draft) = draft else {
            self.tally.refused += 1;
            return problems
                .into_iter()
                .for_each(|problem| self.report(problem));
        };
        for problem in problems {
            self.tally.kept += 1;
            self.report(problem);
        }
        self.settle(location, draft);
    }

    /// True for a row that need not be judged, since another row of its id is known to be meant.
    fn is_passed_over(&self, line: &ProductLine) -> bool {
        let id = crate::clean::tidy(&line.id);
        match &self.repeats {
            Repeats::OnlyLast(last) => last.stands_later(&id, self.position),
            Repeats::PassOver => self.products.contains(&id),
            Repeats::Refuse | Repeats::Learn(_) => false,
        }
    }

    fn settle(&mut self, location: Location, draft: ProductDraft) {
        if let Repeats::Learn(last) = &mut self.repeats {
            return last.note(&draft.id, self.position);
        }
        if self.products.contains(&draft.id) {
            let problem = RowProblem::refusing(&location, Cause::DuplicateProduct);
            return self.refuse(problem.of("id", &draft.id));
        }
        if let Some(taken) = self.taken_sku(&draft) {
            let problem = RowProblem::refusing(&location, Cause::DuplicateSku);
            return self.refuse(problem.of("sku", &taken));
        }
        self.products.insert(&draft.id);
        draft.skus.iter().for_each(|sku| {
            self.skus.insert(&sku.id);
        });
        self.tally.drafts += 1;
        (self.each)(Ok(Located { location, draft }));
    }

    /// A SKU id that another product has, or that this one has twice.
    fn taken_sku(&self, draft: &ProductDraft) -> Option<String> {
        let mut own = Seen::default();
        let mut ids = draft.skus.iter().map(|sku| &sku.id);
        ids.find(|id| self.skus.contains(id) || !own.insert(id))
            .cloned()
    }

    fn refuse(&mut self, problem: RowProblem) {
        self.tally.refused += 1;
        self.report(problem);
    }

    fn report(&mut self, problem: RowProblem) {
        (self.each)(Err(problem.in_column(&self.columns)));
    }

    fn conflict(&mut self, location: &Location, field: &str, id: &str) {
        self.tally.rows += 1;
        self.refuse(RowProblem::refusing(location, Cause::ConflictingLines).of(field, id));
    }
}

/// Watches the required fields of JSON rows: one that is blank in all of them is wanted from a key
/// that does not exist.
#[derive(Default)]
struct Blame {
    rows: u64,
    spoken: [bool; 4],
    /// Where the first row stood, and its text.
    first: Option<(Location, Vec<u8>)>,
}

impl Blame {
    fn note(&mut self, line: &ProductLine, location: &Location, text: &[u8]) {
        self.rows += 1;
        let fields = [&line.id, &line.seller, &line.price, &line.currency];
        for (spoken, field) in self.spoken.iter_mut().zip(fields) {
            *spoken |= !field.trim().is_empty();
        }
        if self.first.is_none() {
            self.first = Some((location.clone(), text.to_owned()));
        }
    }

    fn check(&self, plan: &ProductPlan, at_end: bool) -> Result<(), Fault> {
        let takes = [&plan.id, &plan.seller, &plan.price, &plan.currency];
        let silent = self.spoken.iter().position(|spoken| !spoken);
        let (Some(silent), Some((location, text))) = (silent, &self.first) else {
            return Ok(());
        };
        let slot = first_slot(takes[silent]).map(|slot| &plan.row.0[slot]);
        let (Some(slot), true) = (slot, at_end || self.rows >= ROWS_BEFORE_BLAME) else {
            return Ok(());
        };
        let pointers = json::pointers(text);
        let wanted = format!("/{}", slot.column.trim_start_matches('/'));
        if pointers.contains(&wanted) {
            return Ok(());
        }
        Err(Fault::MissingColumn {
            file: location.file.to_string(),
            wanted: slot.column.clone(),
            field: slot.field().to_owned(),
            nearest: fault::nearest(&wanted, pointers.iter().map(String::as_str))
                .map(|(key, _)| (key, 0)),
        })
    }
}

fn first_slot(take: &Take) -> Option<usize> {
    match &take.origin {
        Origin::Value(_) => None,
        Origin::FirstOf(slots) => slots.first().copied(),
        Origin::Template(pieces) => pieces.iter().find_map(|piece| match piece {
            Piece::Slot(slot) => Some(*slot),
            Piece::Literal(_) => None,
        }),
    }
}

//! What is typed into the form of a deal: written there from a deal that there is, and read into one that is to be.

use super::pairs::{Pairs, first};
use super::times::{local, moment_of};
use crate::deeds::staff::PriceAsk;
use crate::pages::desk::deal_form::{DealForm, Errors, SkuRow, Typed};
use crate::pages::frame::Frame;
use crate::pages::visit::DeskVisit;
use intake::{DealDraft, DealPool, Extensions, is_reserved_id};
use money::{Amount, Currency};
use std::str::FromStr;
use views::DealCard;
use vocabulary::{DealTerms, Deduct, EXTENSIONS_MAX, Millis};

const HOUR_MS: u64 = 60 * 60 * 1_000;

pub(super) fn typed(sent: &Pairs) -> Typed {
    let text = |name| first(sent, name).to_owned();
    Typed {
        deal: text("deal"),
        starts: text("starts"),
        ends: text("ends"),
        limit: text("limit"),
        hold_seconds: text("hold_seconds"),
        extensions: text("extensions"),
        extension_seconds: text("extension_seconds"),
        payment_minutes: text("payment_minutes"),
        deposit_minutes: text("deposit_minutes"),
        waitlist: text("waitlist"),
        members_only: first(sent, "members_only") == "yes",
        verified_only: first(sent, "verified_only") == "yes",
        on_payment: first(sent, "deduct") == "payment",
    }
}

pub(super) fn usual(frame: &Frame) -> Typed {
    let next = Millis((frame.now.0 / HOUR_MS + 1) * HOUR_MS);
    let text = |number: u32| number.to_string();
    Typed {
        starts: local(frame, next),
        ends: local(frame, next.plus(HOUR_MS)),
        limit: text(1),
        hold_seconds: text(15 * 60),
        extensions: text(0),
        extension_seconds: text(0),
        payment_minutes: text(30),
        deposit_minutes: text(0),
        waitlist: text(100),
        ..Typed::default()
    }
}

pub(super) fn typed_of(frame: &Frame, card: &DealCard) -> Typed {
    let terms = &card.terms;
    Typed {
        deal: String::new(),
        starts: local(frame, terms.starts_at),
        ends: local(frame, terms.ends_at),
        limit: terms.limit.to_string(),
        hold_seconds: (terms.hold_ms / 1_000).to_string(),
        extensions: card.extensions.to_string(),
        extension_seconds: (card.extension_ms / 1_000).to_string(),
        payment_minutes: (terms.payment_ms / 60_000).to_string(),
        deposit_minutes: (terms.deposit_ms / 60_000).to_string(),
        waitlist: terms.waitlist_max.to_string(),
        members_only: terms.members_only,
        verified_only: terms.verified_only,
        on_payment: terms.deduct == Deduct::OnPayment,
    }
}

/// The deal that the form says; none where something is wrong with it, which the form then tells.
pub(super) fn draft_of(visit: &DeskVisit, form: &mut DealForm) -> Option<DealDraft> {
    let frame = &visit.frame;
    let terms = terms_of(frame, &form.typed, None, &mut form.errors);
    let extensions = extensions_of(frame, &form.typed, &mut form.errors);
    let currency = form.rows.first().map(|row| row.currency);
    let currency = currency.unwrap_or(visit.shop.settings.currency);
    let mut pools = Vec::new();
    for row in form.rows.iter().filter(|row| !row.units.is_empty()) {
        let allotment = units_of(frame, row, &mut form.errors);
        let price = price_of(frame, row, currency, &mut form.errors);
        if let (Some(allotment), Some(price)) = (allotment, price) {
            let sku = row.sku.clone();
            pools.push(DealPool {
                sku,
                allotment,
                price,
            });
        }
    }
    if form.rows.iter().all(|row| row.units.is_empty()) {
        let key = match form.rows.is_empty() {
            true => "form-no-product",
            false => "form-no-units",
        };
        form.errors
            .entry("skus".to_owned())
            .or_insert_with(|| frame.words.say(key));
    }
    let id = match form.typed.deal.as_str() {
        "" => own_id(pools.first()?, &form.typed.starts),
        said => said.to_owned(),
    };
    if let Some(key) = id_wrong(&id) {
        form.errors.insert("deal".to_owned(), frame.words.say(key));
    }
    form.errors.is_empty().then_some(())?;
    Some(DealDraft {
        id,
        currency,
        terms: terms?,
        extensions: extensions?,
        pools,
    })
}

fn id_wrong(id: &str) -> Option<&'static str> {
    match () {
        () if id.len() > 200 => Some("deal-id-long"),
        () if is_reserved_id(id) => Some("cause-reserved_id"),
        () => None,
    }
}

/// An id for a deal that was given none: its first SKU and its start.
fn own_id(pool: &DealPool, starts: &str) -> String {
    let digits: String = starts.chars().filter(char::is_ascii_digit).collect();
    let minute = digits.get(2..12).unwrap_or(&digits);
    format!("{}-{minute}", pool.sku)
}

fn units_of(frame: &Frame, row: &SkuRow, errors: &mut Errors) -> Option<u32> {
    let units = row.units.parse().ok().filter(|units| *units > 0);
    if units.is_none() {
        let said = frame.words.say("units-wrong");
        errors.insert(format!("units-{}", row.sku), said);
    }
    units
}

fn price_of(
    frame: &Frame,
    row: &SkuRow,
    currency: Currency,
    errors: &mut Errors,
) -> Option<Amount> {
    let price = money::parse(&row.price, currency).ok();
    let price = price.filter(|price| price.0 > 0);
    if price.is_none() {
        let said = frame.words.say_with(
            "at-desk-price-wrong",
            [("currency", currency.code().into())],
        );
        errors.insert(format!("price-{}", row.sku), said);
    }
    price
}

pub(super) fn prices_of(
    frame: &Frame,
    rows: &[SkuRow],
    currency: Currency,
    errors: &mut Errors,
) -> Vec<PriceAsk> {
    let price = |row: &SkuRow| {
        let sku = row.sku.clone();
        let price = price_of(frame, row, currency, errors)?.0;
        Some(PriceAsk { sku, price })
    };
    rows.iter().filter_map(price).collect()
}

/// The terms; what was not touched stays as `before` has it, to the millisecond.
pub(super) fn terms_of(
    frame: &Frame,
    typed: &Typed,
    before: Option<&DealCard>,
    errors: &mut Errors,
) -> Option<DealTerms> {
    let before = before.map(|card| card.terms);
    let was = before.map(|it| it.starts_at);
    let starts = moment(frame, "starts", &typed.starts, was, errors);
    let was = before.map(|it| it.ends_at);
    let ends = moment(frame, "ends", &typed.ends, was, errors);
    if let (Some(starts), Some(ends)) = (starts, ends) {
        window_wrong(frame, starts, ends, errors);
    }
    let least = |least: u32| (least, frame);
    let hold = number::<u32>(least(1), "hold_seconds", &typed.hold_seconds, errors);
    let payment = number::<u32>(least(1), "payment_minutes", &typed.payment_minutes, errors);
    let deposit = number::<u32>(least(0), "deposit_minutes", &typed.deposit_minutes, errors);
    let limit = number::<u16>(least(0), "limit", &typed.limit, errors);
    let waitlist = number::<u32>(least(0), "waitlist", &typed.waitlist, errors);
    if typed.on_payment && waitlist.is_some_and(|places| places > 0) {
        let said = frame.words.say("waitlist-on-payment");
        errors.insert("waitlist".to_owned(), said);
    }
    Some(DealTerms {
        starts_at: starts?,
        ends_at: ends?,
        hold_ms: ms(
            frame,
            "hold_seconds",
            hold?,
            1_000,
            before.map(|it| it.hold_ms),
            errors,
        )?,
        payment_ms: ms(
            frame,
            "payment_minutes",
            payment?,
            60_000,
            before.map(|it| it.payment_ms),
            errors,
        )?,
        deposit_ms: ms(
            frame,
            "deposit_minutes",
            deposit?,
            60_000,
            before.map(|it| it.deposit_ms),
            errors,
        )?,
        limit: limit?,
        members_only: typed.members_only,
        verified_only: typed.verified_only,
        deduct: match typed.on_payment {
            true => Deduct::OnPayment,
            false => Deduct::OnOrder,
        },
        waitlist_max: waitlist?,
    })
}

/// What more time holds may have: both how often and how much, or neither.
pub(super) fn extensions_of(
    frame: &Frame,
    typed: &Typed,
    errors: &mut Errors,
) -> Option<Extensions> {
    let times = number::<u8>((0, frame), "extensions", &typed.extensions, errors);
    let seconds = &typed.extension_seconds;
    let seconds = number::<u32>((0, frame), "extension_seconds", seconds, errors)?;
    let span_ms = ms(frame, "extension_seconds", seconds, 1_000, None, errors)?;
    let times = times?;
    let (field, key) = match () {
        () if times > EXTENSIONS_MAX => ("extensions", "at-desk-extensions-many"),
        () if times == 0 && seconds > 0 => ("extensions", "at-desk-extensions-both"),
        () if times > 0 && seconds == 0 => ("extension_seconds", "at-desk-extensions-both"),
        () => return Some(Extensions { times, span_ms }),
    };
    let most = EXTENSIONS_MAX.into();
    let said = frame.words.say_with(key, [("most", most)]);
    errors.insert(field.to_owned(), said);
    None
}

fn window_wrong(frame: &Frame, starts: Millis, ends: Millis, errors: &mut Errors) {
    let key = match () {
        () if ends <= starts => "times-order",
        () if ends <= frame.now => "ends-past",
        () => return,
    };
    errors.insert("ends".to_owned(), frame.words.say(key));
}

fn moment(
    frame: &Frame,
    name: &str,
    text: &str,
    before: Option<Millis>,
    errors: &mut Errors,
) -> Option<Millis> {
    let kept = before.filter(|at| local(frame, *at) == text);
    let read = kept.or_else(|| moment_of(frame, text));
    if read.is_none() {
        errors.insert(name.to_owned(), frame.words.say("at-desk-time-wrong"));
    }
    read
}

fn number<T: FromStr + Into<u32> + Copy>(
    (least, frame): (u32, &Frame),
    name: &str,
    text: &str,
    errors: &mut Errors,
) -> Option<T> {
    let read = text.parse::<T>().ok();
    let read = read.filter(|number| (*number).into() >= least);
    if read.is_none() {
        let said = frame
            .words
            .say_with("at-desk-number-wrong", [("least", least.into())]);
        errors.insert(name.to_owned(), said);
    }
    read
}

/// A span of so many units of `unit_ms`; the one before where it is the same in whole units.
fn ms(
    frame: &Frame,
    name: &str,
    units: u32,
    unit_ms: u32,
    before: Option<u32>,
    errors: &mut Errors,
) -> Option<u32> {
    if let Some(before) = before.filter(|before| before / unit_ms == units) {
        return Some(before);
    }
    let ms = units.checked_mul(unit_ms);
    if ms.is_none() {
        errors.insert(name.to_owned(), frame.words.say("span-long"));
    }
    ms
}

//! `/desk/deals`: the schedule, and what staff change on it.

use crate::deeds::staff::{self, DealTerms, PriceAsk, StockAsk};
use crate::moment::Moment;
use crate::pages::desk::deals::{DealDesk, DealForm, DealRow, DealsPage, PoolRow, State, Typed};
use crate::pages::frame::Frame;
use crate::pages::notice::Notice;
use crate::pages::tile::{Stand, escaped};
use crate::pages::visit::{DeskVisit, after, go};
use crate::pages::window::{option, shown, stand};
use crate::problem::Problem;
use crate::request_key::{Key, part};
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use intake::{DealDraft, DealPool};
use jiff::civil::DateTime;
use maud::Markup;
use money::{Amount, Currency, format_plain};
use records::Role;
use serde::Deserialize;
use views::DealCard;
use vocabulary::{Deduct, Millis, Refusal};

/// Deals of a page.
const LISTED_MAX: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    state: String,
    page: usize,
}

#[derive(Debug, Deserialize)]
pub struct Keyed {
    key: String,
}

#[derive(Debug, Deserialize)]
pub struct MoreUnits {
    key: String,
    sku: String,
    units: u32,
}

/// The list.
pub async fn list(visit: DeskVisit, Query(asked): Query<Asked>) -> Result<Markup, Problem> {
    let state = State::named(&asked.state).unwrap_or_default();
    let mut cards = of_state(&visit, state, asked.page);
    let more = cards.len() > LISTED_MAX;
    cards.truncate(LISTED_MAX);
    let mut rows = Vec::with_capacity(cards.len());
    for card in cards {
        rows.push(row(&visit, card).await?);
    }
    let page = DealsPage {
        state,
        rows,
        page: asked.page,
        more,
        may_change: may_change(&visit),
    };
    Ok(page.render(&visit.frame, &visit.staff.name))
}

/// One deal.
pub async fn show(visit: DeskVisit, Path(deal): Path<String>) -> Result<Markup, Problem> {
    Ok(desk(&visit, &deal)
        .await?
        .render(&visit.frame, &visit.staff.name))
}

/// The form of a deal to be made.
pub async fn make_page(visit: DeskVisit) -> Result<Markup, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let hour = 60 * 60 * 1_000;
    let next = Millis((visit.frame.now.0 / hour + 1) * hour);
    let typed = Typed {
        starts: local(&visit.frame, next),
        ends: local(&visit.frame, next.plus(hour)),
        limit: 1,
        hold_seconds: 15 * 60,
        payment_minutes: 30,
        waitlist: 100,
        deduct: "order".to_owned(),
        ..Typed::default()
    };
    let form = DealForm {
        typed,
        ..DealForm::default()
    };
    Ok(form.render(&visit.frame, &visit.staff.name))
}

/// Makes a deal.
pub async fn make(visit: DeskVisit, Form(typed): Form<Typed>) -> Result<Response, Problem> {
    let currency = visit.shop.settings.currency;
    let read = typed.draft(&visit.frame, currency);
    let made = match read {
        Ok(draft) => {
            let key = Key::of(
                &typed.key,
                &[b"make", typed.deal.as_bytes(), typed.pools.as_bytes()],
            )?;
            let key = key.by(&visit.staff.scope());
            staff::schedule_deal(&visit.shop, &visit.staff, Some(key), &draft).await
        }
        Err(error) => {
            return Ok(again(
                &visit,
                DealForm {
                    typed,
                    error: Some(error),
                    ..DealForm::default()
                },
            ));
        }
    };
    match made {
        Ok(done) => {
            let _ = visit.shop.shown(done.seq).await;
            let next = format!("/desk/deals/{}", escaped(typed.deal.trim()));
            Ok(go(&next, Notice::Said("deal-created")).into_response())
        }
        Err(problem) => {
            let error = Some(in_words(&visit.frame, problem)?);
            Ok(again(
                &visit,
                DealForm {
                    typed,
                    error,
                    ..DealForm::default()
                },
            ))
        }
    }
}

/// The form of a deal that is to be changed.
pub async fn change_page(visit: DeskVisit, Path(deal): Path<String>) -> Result<Markup, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let card = card(&visit, &deal).await?;
    let desk = desk(&visit, &deal).await?;
    let pools = desk
        .pools
        .iter()
        .map(|pool| format!("{}, {}", pool.sku, format_plain(pool.price, desk.currency)));
    let typed = Typed::of(&visit.frame, &card, pools.collect::<Vec<_>>().join("\n"));
    let started = visit.frame.now >= card.terms.starts_at;
    let form = DealForm {
        changes: Some(deal),
        typed,
        error: None,
        started,
    };
    Ok(form.render(&visit.frame, &visit.staff.name))
}

/// Changes a deal: its terms first, then the prices that differ.
pub async fn change(
    visit: DeskVisit,
    Path(deal): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let card = card(&visit, &deal).await?;
    let started = visit.frame.now >= card.terms.starts_at;
    let wrong = |typed, error| DealForm {
        changes: Some(deal.clone()),
        typed,
        error: Some(error),
        started,
    };
    let read = typed
        .terms(&visit.frame, Some(&card))
        .and_then(|terms| Ok((terms, typed.prices(&visit.frame, card.currency)?)));
    let (terms, prices) = match read {
        Ok(read) => read,
        Err(error) => return Ok(again(&visit, wrong(typed, error))),
    };
    match apply(&visit, &deal, &typed.key, terms, prices, &card).await {
        Ok(()) => Ok(go(
            &format!("/desk/deals/{}", escaped(&deal)),
            Notice::Said("deal-changed"),
        )
        .into_response()),
        Err(problem) => {
            let error = in_words(&visit.frame, problem)?;
            Ok(again(&visit, wrong(typed, error)))
        }
    }
}

/// Asks before a deal is ended.
pub async fn end_page(visit: DeskVisit, Path(deal): Path<String>) -> Result<Markup, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    Ok(desk(&visit, &deal)
        .await?
        .confirm_end(&visit.frame, &visit.staff.name))
}

/// Ends a deal.
pub async fn end(
    visit: DeskVisit,
    Path(deal): Path<String>,
    Form(form): Form<Keyed>,
) -> Result<Redirect, Problem> {
    let here = format!("/desk/deals/{}", escaped(&deal));
    let key = Key::of(&form.key, &[b"end", deal.as_bytes()])?.by(&visit.staff.scope());
    let ended = staff::end_deal(&visit.shop, &visit.staff, Some(key), &deal).await;
    after(&visit.shop, ended, &here, "deal-ended", &here).await
}

/// Adds units to a deal.
pub async fn add_allotment(
    visit: DeskVisit,
    Path(deal): Path<String>,
    Form(form): Form<MoreUnits>,
) -> Result<Redirect, Problem> {
    let here = format!("/desk/deals/{}", escaped(&deal));
    let asked: [&[u8]; 4] = [
        b"add",
        deal.as_bytes(),
        form.sku.as_bytes(),
        &form.units.to_be_bytes(),
    ];
    let key = Key::of(&form.key, &asked)?.by(&visit.staff.scope());
    let ask = StockAsk {
        sku: form.sku,
        units: form.units,
    };
    let added = staff::add_allotment(&visit.shop, &visit.staff, Some(key), &deal, &ask).await;
    after(&visit.shop, added, &here, "stock-added", &here).await
}

async fn apply(
    visit: &DeskVisit,
    deal: &str,
    key: &str,
    terms: DealTerms,
    prices: Vec<PriceAsk>,
    card: &DealCard,
) -> Result<(), Problem> {
    let asked = format!("{terms:?} {prices:?}");
    let key = Some(
        Key::of(key, &[b"change", deal.as_bytes(), asked.as_bytes()])?.by(&visit.staff.scope()),
    );
    let mut seq = staff::change_deal(&visit.shop, &visit.staff, part(key, 0), deal, &terms)
        .await?
        .seq;
    for (place, price) in (1..).zip(prices) {
        let (sku, _) = visit.shop.directory.sku(&price.sku).await?;
        let pool = card.pool(sku).ok_or(Refusal::SkuNotInDeal)?;
        if pool.price != Amount(price.price) {
            seq = staff::reprice_deal(&visit.shop, &visit.staff, part(key, place), deal, &price)
                .await?
                .seq;
        }
    }
    let _ = visit.shop.shown(seq).await;
    Ok(())
}

fn of_state(visit: &DeskVisit, state: State, page: usize) -> Vec<DealCard> {
    let views = visit.shop.views();
    let (deals, now) = (&views.deals, visit.frame.now);
    let from = page.saturating_mul(LISTED_MAX);
    let page = |cards: &mut dyn Iterator<Item = &DealCard>| {
        cards.skip(from).take(LISTED_MAX + 1).cloned().collect()
    };
    match state {
        State::Open => page(&mut deals.open(now).rev()),
        State::Upcoming => page(&mut deals.upcoming(now)),
        State::Over => page(&mut deals.closed()),
    }
}

async fn card(visit: &DeskVisit, deal: &str) -> Result<DealCard, Problem> {
    let name = visit.shop.directory.deal(deal).await?;
    let card = visit.shop.views().deals.deal(name.number).cloned();
    card.ok_or(Refusal::DealUnknown.into())
}

async fn row(visit: &DeskVisit, card: DealCard) -> Result<DealRow, Problem> {
    let shown = shown(&visit.shop, &visit.frame, card).await?;
    let sum = |units: fn(&views::PoolCard) -> u32| {
        shown
            .card
            .pools
            .iter()
            .map(|pool| u64::from(units(pool)))
            .sum()
    };
    Ok(DealRow {
        name: shown.name(&visit.frame),
        starts_at: shown.card.terms.starts_at,
        ends_at: shown.card.terms.ends_at,
        claimed: shown.card.claimed_percent(),
        allotted: sum(|pool| pool.counts.allotted()),
        sold: sum(|pool| pool.counts.sold),
        waiting: sum(|pool| pool.waiting),
        seller: shown.seller,
        deal: shown.id,
    })
}

async fn desk(visit: &DeskVisit, deal: &str) -> Result<DealDesk, Problem> {
    let card = card(visit, deal).await?;
    let mut pools = Vec::with_capacity(card.pools.len());
    for pool in &card.pools {
        let sku = visit.shop.directory.sku_numbered(pool.sku).await?;
        let counts = pool.counts;
        pools.push(PoolRow {
            sku: sku
                .as_ref()
                .map_or_else(|| format!("#{}", pool.sku), |sku| sku.id.clone()),
            option: sku.map_or_else(String::new, |sku| option(&visit.frame, &sku)),
            price: pool.price,
            units: [counts.available, counts.held, counts.ordered, counts.sold],
            waiting: pool.waiting,
        });
    }
    let state = match stand(&card, visit.frame.now) {
        Stand::Upcoming => State::Upcoming,
        Stand::Over => State::Over,
        _ => State::Open,
    };
    let currency = card.currency;
    Ok(DealDesk {
        row: row(visit, card).await?,
        state,
        currency,
        pools,
        may_change: may_change(visit),
    })
}

fn may_change(visit: &DeskVisit) -> bool {
    visit.staff.role >= Role::Merchandiser
}

fn again(visit: &DeskVisit, form: DealForm) -> Response {
    (
        StatusCode::UNPROCESSABLE_ENTITY,
        form.render(&visit.frame, &visit.staff.name),
    )
        .into_response()
}

/// What a rule or a field says, for the form.
fn in_words(frame: &Frame, problem: Problem) -> Result<String, Problem> {
    match (problem.refusal, problem.errors.first()) {
        (Some(Refusal::SkuUnknown), _) => Ok(frame.words.say("desk-sku-unknown")),
        (Some(refusal), _) => Ok(frame.words.say(&format!("refusal-{}", refusal.name()))),
        (None, Some(error)) => Ok(format!("{}: {}", error.field, error.detail)),
        (None, None) => Err(problem),
    }
}

impl Typed {
    fn of(frame: &Frame, card: &DealCard, pools: String) -> Typed {
        let terms = card.terms;
        let yes = |set: bool| if set { "yes".to_owned() } else { String::new() };
        Typed {
            pools,
            starts: local(frame, terms.starts_at),
            ends: local(frame, terms.ends_at),
            limit: terms.limit,
            hold_seconds: terms.hold_ms / 1_000,
            payment_minutes: terms.payment_ms / 60_000,
            deposit_minutes: terms.deposit_ms / 60_000,
            waitlist: terms.waitlist_max,
            members_only: yes(terms.members_only),
            verified_only: yes(terms.verified_only),
            deduct: if terms.deduct == Deduct::OnPayment {
                "payment"
            } else {
                "order"
            }
            .to_owned(),
            ..Typed::default()
        }
    }

    /// The terms; what was not touched stays as `before` has it, to the millisecond.
    fn terms(&self, frame: &Frame, before: Option<&DealCard>) -> Result<DealTerms, String> {
        let wrong = || frame.words.say("times-wrong");
        let kept = |text: &str, at: fn(&DealCard) -> Millis| {
            before.map(at).filter(|at| local(frame, *at) == text)
        };
        let moment = |text: &str, at| {
            kept(text, at)
                .or_else(|| moment_of(frame, text))
                .ok_or_else(wrong)
        };
        let seconds = |minutes: u32, ms: fn(&DealCard) -> u32| match before.map(ms) {
            Some(ms) if ms / 60_000 == minutes => ms / 1_000,
            _ => minutes.saturating_mul(60),
        };
        Ok(DealTerms {
            starts_at: Moment(moment(&self.starts, |card| card.terms.starts_at)?),
            ends_at: Moment(moment(&self.ends, |card| card.terms.ends_at)?),
            hold_seconds: self.hold_seconds,
            payment_seconds: seconds(self.payment_minutes, |card| card.terms.payment_ms),
            deposit_seconds: seconds(self.deposit_minutes, |card| card.terms.deposit_ms),
            limit: self.limit,
            members_only: self.members_only == "yes",
            verified_only: self.verified_only == "yes",
            deduct_on_payment: self.deduct == "payment",
            waitlist_max: self.waitlist,
        })
    }

    fn draft(&self, frame: &Frame, currency: Currency) -> Result<DealDraft, String> {
        let terms = self.terms(frame, None)?.words();
        let terms = terms.map_err(|_| frame.words.say("times-wrong"))?;
        let pool = |[sku, price, units]: [&str; 3]| {
            Some(DealPool {
                sku: sku.to_owned(),
                allotment: units.parse().ok()?,
                price: money::parse(price, currency).ok()?,
            })
        };
        Ok(DealDraft {
            id: self.deal.trim().to_owned(),
            currency,
            terms,
            pools: self.lines(frame, pool)?,
        })
    }

    fn prices(&self, frame: &Frame, currency: Currency) -> Result<Vec<PriceAsk>, String> {
        let price = |[sku, price]: [&str; 2]| {
            Some(PriceAsk {
                sku: sku.to_owned(),
                price: money::parse(price, currency).ok()?.0,
            })
        };
        self.lines(frame, price)
    }

    /// The lines of the pools, each of `N` parts between commas.
    fn lines<const N: usize, T>(
        &self,
        frame: &Frame,
        read: impl Fn([&str; N]) -> Option<T>,
    ) -> Result<Vec<T>, String> {
        let lines = (1u32..)
            .zip(self.pools.lines())
            .filter(|(_, line)| !line.trim().is_empty());
        let parsed = lines.map(|(number, line)| {
            let parts: Vec<&str> = line.split(',').map(str::trim).collect();
            let read = <[&str; N]>::try_from(parts).ok().and_then(&read);
            read.ok_or_else(|| {
                frame
                    .words
                    .say_with("pools-wrong", [("line", number.into())])
            })
        });
        parsed.collect()
    }
}

/// A moment as `datetime-local` writes it, in the festival's time zone.
fn local(frame: &Frame, at: Millis) -> String {
    frame.words.exact_moment(at).replace(' ', "T")
}

fn moment_of(frame: &Frame, text: &str) -> Option<Millis> {
    let local: DateTime = text.parse().ok()?;
    let at = local.to_zoned(frame.words.zone.clone()).ok()?;
    u64::try_from(at.timestamp().as_millisecond())
        .ok()
        .map(Millis)
}

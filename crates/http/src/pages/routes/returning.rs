//! `/orders/{order}/return`: units are chosen, the sums shown, and the request sent.

use super::orders::{id, line_until, own_order};
use crate::deeds::{self, LineAsk, NOTE_CHARACTERS_MAX, ReturnAsk};
use crate::pages::bought::{catch_up, line_standings};
use crate::pages::frame::Frame;
use crate::pages::returning::{Chosen, ReturnForm, Returnable};
use crate::pages::visit::{Visit, after, refused};
use crate::pages::window::option;
use crate::problem::Problem;
use crate::request_key::Key;
use crate::shop::Shop;
use crate::who::Shopper;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::Markup;
use records::{Order, OrderLine, ReturnKind, ReturnReason};
use std::collections::BTreeMap;
use vocabulary::{Millis, Refusal};

/// Everything that was sent, as pairs: each line has fields of its own.
type Pairs = Vec<(String, String)>;

/// The page to choose on.
pub async fn show(visit: Visit, Path(order): Path<String>) -> Result<Markup, Problem> {
    catch_up(&visit.shop).await;
    let order = own_order(&visit, &order).await?;
    let form = form(&visit.shop, &visit.frame, &order, Chosen::default()).await?;
    Ok(form.render(&visit.frame))
}

/// A step: to look at the sums, to change something, or to send it.
pub async fn step(
    visit: Visit,
    shopper: Shopper,
    Path(order): Path<String>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, Problem> {
    catch_up(&visit.shop).await;
    let order = own_order(&visit, &order).await?;
    match said(&pairs, "step") {
        "send" => send(&visit, &shopper, &order, &pairs).await,
        "check" => check(&visit, &order, &pairs).await,
        _ => {
            let form = form(&visit.shop, &visit.frame, &order, chosen(&pairs)).await?;
            Ok(form.render(&visit.frame).into_response())
        }
    }
}

async fn check(visit: &Visit, order: &Order, pairs: &Pairs) -> Result<Response, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    let mut form = form(shop, frame, order, chosen(pairs)).await?;
    form.errors = wrongs(frame, &form);
    if !form.errors.is_empty() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, form.render(frame)).into_response());
    }
    match deeds::quote_return(shop, order, &ask(&form.chosen)).await {
        Ok(quote) => Ok(form
            .check(frame, said(pairs, "key"), &quote)
            .into_response()),
        Err(problem) => Ok(refused(problem, &address(order))?.into_response()),
    }
}

async fn send(
    visit: &Visit,
    shopper: &Shopper,
    order: &Order,
    pairs: &Pairs,
) -> Result<Response, Problem> {
    let number = order.order.to_string();
    let asked: Vec<&[u8]> = pairs
        .iter()
        .filter(|(name, _)| name != "key" && name != "step")
        .flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()])
        .chain([number.as_bytes()])
        .collect();
    let key = Key::of(said(pairs, "key"), &asked)?.by(&shopper.scope());
    let ask = ask(&chosen(pairs));
    let here = address(order);
    let exchange = ask.kind == ReturnKind::Exchange;
    let done = deeds::ask_return(&visit.shop, shopper, Some(key), id(&number)?, ask).await;
    let notice = if exchange {
        "exchange-asked"
    } else {
        "return-asked"
    };
    Ok(after(&visit.shop, done, &here, notice, &here)
        .await?
        .into_response())
}

fn address(order: &Order) -> String {
    format!("/orders/{}", order.order)
}

/// The value of a field; empty where it was not sent.
fn said<'a>(pairs: &'a Pairs, name: &str) -> &'a str {
    let found = pairs.iter().find(|(key, _)| key == name);
    found.map_or("", |(_, value)| value.as_str())
}

/// What was chosen, as far as it makes sense.
fn chosen(pairs: &Pairs) -> Chosen {
    let of_lines = |prefix: &str| -> BTreeMap<u8, String> {
        let named = pairs.iter().filter_map(|(name, value)| {
            let line = name.strip_prefix(prefix)?.parse().ok()?;
            Some((line, value.clone()))
        });
        named.collect()
    };
    let units = of_lines("units-").into_iter();
    Chosen {
        units: units
            .filter_map(|(line, units)| Some((line, units.parse().ok()?)))
            .collect(),
        wishes: of_lines("wish-"),
        kind: match said(pairs, "kind") {
            "exchange" => ReturnKind::Exchange,
            _ => ReturnKind::Return,
        },
        reason: ReturnReason::of_name(said(pairs, "reason")),
        note: said(pairs, "note").trim().to_owned(),
    }
}

/// What the deed is asked.
fn ask(chosen: &Chosen) -> ReturnAsk {
    let lines = chosen.units.iter().filter(|(_, units)| **units > 0);
    let lines = lines.map(|(line, units)| LineAsk {
        line: *line,
        units: *units,
        exchange_for: match chosen.kind {
            ReturnKind::Exchange => chosen.wishes.get(line).cloned(),
            ReturnKind::Return => None,
        },
    });
    ReturnAsk {
        lines: lines.collect(),
        kind: chosen.kind,
        reason: chosen.reason.unwrap_or_default(),
        note: chosen.note.clone(),
        ..ReturnAsk::default()
    }
}

fn wrongs(frame: &Frame, form: &ReturnForm) -> Vec<(&'static str, String)> {
    let w = &frame.words;
    let mut wrongs = Vec::new();
    let most = |line: u8| {
        let known = form.lines.iter().find(|known| known.line == line);
        known.map_or(0, |known| known.most)
    };
    let units = &form.chosen.units;
    if units.values().all(|units| *units == 0) {
        wrongs.push(("units", w.say("return-units-none")));
    } else if units.iter().any(|(line, units)| *units > most(*line)) {
        wrongs.push(("units", w.refusal(Refusal::UnitsExceeded)));
    }
    if form.chosen.reason.is_none() {
        wrongs.push(("reason", w.say("return-reason-none")));
    }
    if form.chosen.note.chars().count() > NOTE_CHARACTERS_MAX {
        let most = [("count", NOTE_CHARACTERS_MAX.into())];
        wrongs.push(("note", w.say_with("return-note-hint", most)));
    }
    wrongs
}

async fn form(
    shop: &Shop,
    frame: &Frame,
    order: &Order,
    chosen: Chosen,
) -> Result<ReturnForm, Problem> {
    let lines = shop.records.lines(order.order).await?;
    let events = shop.records.events_of(order.order).await?;
    let standings = line_standings(shop, frame, &lines).await?;
    let mut returnable = Vec::new();
    let mut until: Option<Millis> = None;
    for (line, standing) in lines.iter().zip(standings) {
        let ends = line_until(shop, line.line, &events).filter(|ends| frame.now < *ends);
        let most = line.delivered.saturating_sub(line.return_asked);
        if ends.is_none() || most == 0 || order.paid.is_none() {
            continue;
        }
        until = until.into_iter().chain(ends).min();
        returnable.push(Returnable {
            line: line.line,
            name: standing.name,
            picture: standing.picture,
            most,
            options: options(shop, frame, line).await?,
        });
    }
    Ok(ReturnForm {
        order: order.order.to_string(),
        lines: returnable,
        chosen,
        errors: Vec::new(),
        fees: [
            deeds::way_back(shop, order, ReturnKind::Return).await?,
            deeds::way_back(shop, order, ReturnKind::Exchange).await?,
        ],
        currency: order.currency,
        until,
    })
}

/// What units of a line can be exchanged for: every option of the product, its own first.
async fn options(
    shop: &Shop,
    frame: &Frame,
    line: &OrderLine,
) -> Result<Vec<(String, String)>, Problem> {
    let Some(deal) = shop.directory.deal_numbered(line.deal).await? else {
        return Ok(Vec::new());
    };
    let showcase = shop.directory.product(&deal.product, frame.now).await?;
    let own = shop.directory.sku_id(line.sku).await?;
    let mut options: Vec<(String, String)> = showcase
        .product
        .skus
        .iter()
        .map(|sku| (sku.id.clone(), option(frame, sku)))
        .collect();
    options.sort_by_key(|(id, _)| *id != own);
    if let Some((_, name)) = options.first_mut().filter(|(id, _)| *id == own) {
        let same = frame.words.say("return-same");
        *name = match name.is_empty() {
            true => same,
            false => format!("{name} ({same})"),
        };
    }
    Ok(options)
}

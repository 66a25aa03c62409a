//! A shopper wants to send units back, for their money or for others. That they are asked back is the
//! ledger's to decide; why, and who pays the way, is kept in the records.

use crate::problem::Problem;
use crate::request_key::part;
use crate::shop::{Done, Shop};
use crate::who::Shopper;
use money::Amount;
use records::{
    Order, OrderLine, ReturnId, ReturnKind, ReturnLine, ReturnPayer, ReturnReason, ReturnRequest,
};
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use vocabulary::{Command, OrderId, Refusal, RequestKey, Seq};

/// The longest note, in characters.
pub const NOTE_CHARACTERS_MAX: usize = 500;

/// Units of a line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineAsk {
    /// Which line, from 0.
    pub line: u8,
    /// How many units.
    pub units: u16,
    /// For an exchange: the shop's own id of the SKU that is wanted instead, of the same product.
    #[serde(default)]
    pub exchange_for: Option<String>,
}

/// What is to go back, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnAsk {
    /// Which units.
    #[serde(default)]
    pub lines: Vec<LineAsk>,
    /// Of a single line, in place of `lines`: which, from 0.
    #[serde(default)]
    pub line: Option<u8>,
    /// Of a single line, in place of `lines`: how many units.
    #[serde(default)]
    pub units: Option<u16>,
    /// `return` or `exchange`.
    #[serde(default)]
    #[schema(value_type = String)]
    pub kind: ReturnKind,
    /// `changed_mind`, `wrong_size`, `defective`, `wrong_item`, `damaged` or `late`. Who changed their mind
    /// pays the way back; the seller pays where it is the seller's fault.
    #[serde(default)]
    #[schema(value_type = String)]
    pub reason: ReturnReason,
    /// In the shopper's words; at most 500 characters.
    #[serde(default)]
    pub note: String,
}

/// What the way back costs, and what the money that comes back will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReturnQuote {
    /// Who pays the way.
    pub payer: ReturnPayer,
    /// What it costs who bought.
    pub fee: Amount,
    /// The price of the units.
    pub goods: Amount,
    /// The shipping that comes back with them: where all of an order goes back through the seller's fault.
    pub shipping: Amount,
}

impl ReturnQuote {
    /// What comes back in the end.
    pub fn refund(&self) -> Amount {
        let whole = self.goods.checked_add(self.shipping);
        let left = whole.and_then(|whole| whole.checked_sub(self.fee));
        left.filter(|left| *left > Amount::ZERO)
            .unwrap_or(Amount::ZERO)
    }
}

impl ReturnAsk {
    /// The lines, however they were told.
    pub fn asked(&self) -> Vec<LineAsk> {
        match (self.line, self.units) {
            (Some(line), units) => vec![LineAsk {
                line,
                units: units.unwrap_or(1),
                exchange_for: None,
            }],
            (None, _) => self.lines.clone(),
        }
    }
}

/// What sending back would cost and bring.
///
/// # Errors
/// What can be seen to be wrong before the ledger is asked; those of the records.
pub async fn quote_return(
    shop: &Shop,
    order: &Order,
    ask: &ReturnAsk,
) -> Result<ReturnQuote, Problem> {
    let lines = shop.records.lines(order.order).await?;
    let asked = ask.asked();
    check(shop, &lines, ask, &asked).await?;
    let payer = ask.reason.payer();
    let whole = asked.len() == lines.len()
        && asked.iter().all(|ask| {
            let line = lines.iter().find(|line| line.line == ask.line);
            line.is_some_and(|line| line.units == ask.units)
        });
    let goods = asked.iter().filter_map(|ask| {
        let line = lines.iter().find(|line| line.line == ask.line)?;
        line.price.checked_mul(i64::from(ask.units))
    });
    Ok(ReturnQuote {
        payer,
        fee: match payer {
            ReturnPayer::Buyer => way_back(shop, order, ask.kind).await?,
            ReturnPayer::Seller => Amount::ZERO,
        },
        goods: Amount(goods.map(|amount| amount.0).sum()),
        shipping: match (whole, payer) {
            (true, ReturnPayer::Seller) => order.shipping,
            _ => Amount::ZERO,
        },
    })
}

/// What the way back costs who changed their mind; an exchange goes both ways. A seller's terms are in
/// the currency of the festival and say nothing of others.
pub async fn way_back(shop: &Shop, order: &Order, kind: ReturnKind) -> Result<Amount, Problem> {
    let seller = shop
        .directory
        .seller_numbered(order.seller, shop.now())
        .await?;
    let terms = seller.and_then(|seller| seller.shipping.clone());
    let terms = terms.filter(|_| order.currency == shop.settings.currency);
    let way = terms.map_or(Amount::ZERO, |terms| terms.way_back());
    Ok(match kind {
        ReturnKind::Return => way,
        ReturnKind::Exchange => way.checked_mul(2).unwrap_or(way),
    })
}

/// Asks to send units back. Where the ledger takes some lines and refuses others, what it took is done.
///
/// # Errors
/// What the ledger refuses; those of [`quote_return`].
pub async fn ask_return(
    shop: &Shop,
    shopper: &Shopper,
    key: Option<RequestKey>,
    order: OrderId,
    ask: ReturnAsk,
) -> Result<Done<ReturnRequest>, Problem> {
    // What was delivered a moment ago may be sent back.
    let reached = shop.views().reached();
    shop.orders_shown(reached).await?;
    let found = shop.records.order(order).await?;
    let found = found.ok_or(Refusal::OrderUnknown)?;
    if !shopper.is(found.person) {
        return Err(Refusal::NotYours.into());
    }
    let id = ReturnId(key.map_or_else(rand::random, |key| key.key));
    let quote = quote_return(shop, &found, &ask).await?;
    let taken = take(shop, shopper, key, order, ask.asked()).await?;
    let request = ReturnRequest {
        id,
        order,
        checkout: found.checkout,
        person: found.person,
        kind: ask.kind,
        reason: ask.reason,
        payer: quote.payer,
        fee: quote.fee,
        currency: found.currency,
        note: ask.note.trim().to_owned(),
        asked_at: shop.now(),
        lines: taken.what,
    };
    shop.records.put_return(&request).await?;
    let stored = shop.records.returns_of(order).await?;
    let stored = stored.into_iter().find(|stored| stored.id == id);
    Ok(Done {
        // Of a repeat, what was stored the first time.
        what: stored.unwrap_or(request),
        seq: taken.seq,
        repeated: taken.repeated,
    })
}

/// Has the ledger note line by line what is asked back; tells which lines it took.
async fn take(
    shop: &Shop,
    shopper: &Shopper,
    key: Option<RequestKey>,
    order: OrderId,
    asked: Vec<LineAsk>,
) -> Result<Done<Vec<ReturnLine>>, Problem> {
    let mut taken = Vec::new();
    let (mut reached, mut all_repeated, mut refused) = (Seq(0), true, None);
    for (n, ask) in (0..).zip(asked) {
        let LineAsk { line, units, .. } = ask;
        let command = |person| Command::AskReturn {
            order,
            line,
            units,
            person,
        };
        match shopper.order(shop, part(key, n), command).await {
            Ok(done) => {
                reached = reached.max(done.seq);
                all_repeated &= done.repeated;
                taken.push(ReturnLine {
                    line,
                    units,
                    wish: ask.exchange_for,
                });
            }
            Err(problem) => refused = refused.or(Some(problem)),
        }
    }
    match refused {
        Some(problem) if taken.is_empty() => Err(problem),
        _ => Ok(Done {
            what: taken,
            seq: reached,
            repeated: all_repeated,
        }),
    }
}

async fn check(
    shop: &Shop,
    lines: &[OrderLine],
    ask: &ReturnAsk,
    asked: &[LineAsk],
) -> Result<(), Problem> {
    if asked.is_empty() || asked.iter().any(|ask| ask.units == 0) {
        return Err(Refusal::NothingAsked.into());
    }
    let numbers: BTreeSet<u8> = asked.iter().map(|ask| ask.line).collect();
    if numbers.len() < asked.len() {
        return Err(Problem::field("lines", "names a line twice"));
    }
    if ask.note.chars().count() > NOTE_CHARACTERS_MAX {
        let detail = format!("has at most {NOTE_CHARACTERS_MAX} characters");
        return Err(Problem::field("note", detail));
    }
    for one in asked {
        let line = lines.iter().find(|line| line.line == one.line);
        let line = line.ok_or(Refusal::LineUnknown)?;
        check_wish(shop, line, ask.kind, one).await?;
    }
    Ok(())
}

/// What is wanted instead is of the same product.
async fn check_wish(
    shop: &Shop,
    line: &OrderLine,
    kind: ReturnKind,
    ask: &LineAsk,
) -> Result<(), Problem> {
    let wish = match (kind, &ask.exchange_for) {
        (ReturnKind::Return, None) => return Ok(()),
        (ReturnKind::Return, Some(_)) => {
            return Err(Problem::field("exchange_for", "is for an exchange"));
        }
        (ReturnKind::Exchange, None) => {
            return Err(Problem::field(
                "exchange_for",
                "says what is wanted instead",
            ));
        }
        (ReturnKind::Exchange, Some(wish)) => wish,
    };
    let of_deal = shop.directory.deal_numbered(line.deal).await?;
    let Some(deal) = of_deal else {
        return Err(Problem::field(
            "exchange_for",
            "is of no product that is known",
        ));
    };
    let showcase = shop.directory.product(&deal.product, shop.now()).await?;
    let skus = &showcase.product.skus;
    match skus.iter().any(|sku| sku.id == *wish) {
        true => Ok(()),
        false => Err(Problem::field(
            "exchange_for",
            "is no SKU of the same product",
        )),
    }
}

//! The part of the play that is in the waiting room: some come before the bell and are drawn, and one stands behind them,
//! so that each deal shows another standing of theirs.

use crate::client::{Client, LOOK_EVERY, PATIENCE};
use crate::play::buy;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::time::Instant;

/// How many are drawn where one stands behind them.
const DRAWN: usize = 3;

/// A deal of one unit, and its SKU.
type Queue = (&'static str, &'static str);
/// Whose unit is held, and whose is sold.
const HELD: Queue = ("stage-queue", "C-0010-M");
const SOLD: Queue = ("stage-queue-gone", "C-0011-M");

/// Those who came before the bell.
pub(crate) struct Early {
    waiter: Client,
    drawn: Vec<Client>,
}

/// All who come early; the waiter goes where their turn comes by itself, and where the bell is far.
pub(crate) async fn before_the_bell(stranger: &Client) -> Result<Early> {
    let waiter = stranger.entering("/v1/sessions", &Value::Null).await?;
    for (deal, sku) in [("stage-bell", "C-0009-M"), ("stage-turn", "C-0012-M")] {
        join(&waiter, (deal, sku)).await?;
    }
    let mut drawn = Vec::new();
    for _ in 0..DRAWN {
        let other = stranger.entering("/v1/sessions", &Value::Null).await?;
        for queue in [HELD, SOLD] {
            join(&other, queue).await?;
        }
        drawn.push(other);
    }
    Ok(Early { waiter, drawn })
}

/// The waiter, who stands behind all who were drawn where there is nothing left.
pub(crate) async fn behind_the_bell(early: Early) -> Result<Client> {
    let Early { waiter, drawn } = early;
    let held = first_of(&drawn, HELD).await?;
    let hold = json!({"deal": HELD.0, "sku": HELD.1});
    held.post("/v1/holds", &hold).await?;
    stand_behind(&waiter, HELD).await?;
    let sold = first_of(&drawn, SOLD).await?;
    buy(sold, SOLD.0, SOLD.1).await?;
    stand_behind(&waiter, SOLD).await?;
    Ok(waiter)
}

async fn join(shopper: &Client, (deal, sku): Queue) -> Result<()> {
    let fields = [("sku", sku), ("units", "1")];
    shopper.send_form(&waiting(deal), &fields).await
}

/// Whose turn it is.
async fn first_of(drawn: &[Client], (deal, _): Queue) -> Result<&Client> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        for one in drawn {
            if one.sees(&waiting(deal), "data-state=\"turn\"").await? {
                return Ok(one);
            }
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    bail!("nobody's turn came for {deal}")
}

/// Presses the button of the deal, and is sent into the waiting room by that.
async fn stand_behind(waiter: &Client, (deal, sku): Queue) -> Result<()> {
    let fields = [("key", "stage"), ("sku", sku), ("units", "1")];
    let hold = format!("/deals/{deal}/hold");
    let pressed = waiter.send_form(&hold, &fields).await;
    pressed.with_context(|| format!("nobody waits for {deal}"))
}

fn waiting(deal: &str) -> String {
    format!("/deals/{deal}/waiting")
}

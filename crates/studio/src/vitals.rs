//! Vitals: how soon something shows on a slow phone, how far the layout jumps, and what a page weighs, beside an answer of
//! one word under the same conditions.

use crate::browser::{Chromium, dress, know};
use crate::look::{Look, WATCH_SHIFTS, settle};
use crate::scenes::{SCENES, Scene, Who};
use crate::stage::Stage;
use anyhow::{Context, Result};
use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::emulation::SetCpuThrottlingRateParams;
use chromiumoxide::cdp::browser_protocol::network::{
    EmulateNetworkConditionsByRuleParams, EventLoadingFinished, EventResponseReceived,
    NetworkConditions, ResourceType, SetCacheDisabledParams,
};
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What a page may weigh, without pictures, as it comes over the line.
pub const BYTES_MAX: u64 = 150 * 1_024;
/// How soon something shows.
pub const PAINT_MS_MAX: f64 = 1_000.0;
/// A slow phone's line: 1.6 Mb/s down, 0.75 Mb/s up, 150 ms there and back; and its processor.
const DOWN_BYTES_PER_SECOND: f64 = 1_600_000.0 / 8.0;
const UP_BYTES_PER_SECOND: f64 = 750_000.0 / 8.0;
const LATENCY_MS: f64 = 150.0;
pub(crate) const SLOWER: f64 = 4.0;
/// For how long a page may be painting nothing.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(20);

const READ: &str = include_str!("vitals.js");

/// What beside every page is measured.
const BASELINE: Scene = Scene {
    name: "an answer of one word",
    address: "/healthz",
    who: Who::Stranger,
    status: 200,
    acts: &[],
    scripts: true,
    page: true,
};

/// What a page came to.
#[derive(Clone, Debug, Serialize)]
pub struct Vitals {
    /// The scene's name.
    pub name: &'static str,
    /// When something showed first, in the middle of the runs.
    pub paint_ms: f64,
    /// The same of the baseline, measured in turns.
    pub baseline_ms: f64,
    /// How far the layout jumped, at worst.
    pub shift: f64,
    /// What came over the line, without pictures.
    pub bytes: u64,
    /// Pictures below the window that do not wait, pictures without a size, and what makes the layout jump.
    pub wrong: Vec<String>,
}

#[derive(Deserialize)]
struct Read {
    paint: f64,
    wrong: Vec<String>,
}

struct Run {
    paint_ms: f64,
    shift: f64,
    bytes: u64,
    wrong: Vec<String>,
    jump: Option<String>,
}

impl Vitals {
    /// What is beyond its budget, of what does not hang on the machine.
    #[must_use]
    pub fn over_budget(&self) -> Vec<String> {
        let mut over = self.wrong.clone();
        if self.bytes > BYTES_MAX {
            over.push(format!("{} bytes of at most {BYTES_MAX}", self.bytes));
        }
        over
    }
}

/// The pages of the shop, and the board.
#[must_use]
pub fn measured() -> Vec<&'static Scene> {
    let ours = |scene: &&Scene| scene.page && scene.who != Who::Owner;
    SCENES.iter().filter(ours).collect()
}

/// Measures a scene so often, in turns with the baseline.
///
/// # Errors
/// Those of the browser.
pub async fn measure(
    chromium: &Chromium,
    stage: &Stage,
    scene: &'static Scene,
    runs: usize,
) -> Result<Vitals> {
    let (mut ours, mut idle) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        idle.push(run(chromium, stage, &BASELINE).await?.paint_ms);
        ours.push(run(chromium, stage, scene).await?);
    }
    let paints = ours.iter().map(|run| run.paint_ms).collect();
    let worst = |value: fn(&Run) -> f64| ours.iter().map(value).fold(0.0, f64::max);
    Ok(Vitals {
        name: scene.name,
        paint_ms: median(paints),
        baseline_ms: median(idle),
        shift: worst(|run| run.shift),
        bytes: ours.iter().map(|run| run.bytes).max().unwrap_or_default(),
        wrong: wrong(ours),
    })
}

/// What of the last run must not be, and how the layout jumped in any.
fn wrong(runs: Vec<Run>) -> Vec<String> {
    let jump = runs.iter().find_map(|run| run.jump.clone());
    let last = runs.into_iter().next_back();
    let wrong = last.map(|run| run.wrong).unwrap_or_default();
    wrong.into_iter().chain(jump).collect()
}

async fn run(chromium: &Chromium, stage: &Stage, scene: &Scene) -> Result<Run> {
    let page = chromium.window().await?;
    dress(&page, &Look::at(390)).await?;
    slow_down(&page).await?;
    page.evaluate_on_new_document(WATCH_SHIFTS).await?;
    if let Some(cookie) = stage.cookie(scene.who) {
        know(&page, &stage.shop, cookie).await?;
    }
    let weight = Weight::of(&page).await?;
    page.goto(stage.address(scene)?).await?;
    let read = painted(&page).await?;
    let settled = settle(&page).await?;
    chromium.shut(&page).await?;
    Ok(Run {
        paint_ms: read.paint,
        shift: settled.shift,
        bytes: weight.bytes(),
        wrong: read.wrong,
        jump: settled.jump(),
    })
}

async fn slow_down(page: &Page) -> Result<()> {
    // Of every address.
    let line = NetworkConditions::new("", LATENCY_MS, DOWN_BYTES_PER_SECOND, UP_BYTES_PER_SECOND);
    let line = EmulateNetworkConditionsByRuleParams::new(false, vec![line]);
    page.execute(line).await?;
    page.execute(SetCacheDisabledParams::new(true)).await?;
    slow_processor(page).await
}

/// Gives a window the processor of a slow phone.
///
/// # Errors
/// Those of the browser.
pub(crate) async fn slow_processor(page: &Page) -> Result<()> {
    page.execute(SetCpuThrottlingRateParams::new(SLOWER))
        .await?;
    Ok(())
}

/// Waits for the first paint.
async fn painted(page: &Page) -> Result<Read> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let read = page.evaluate_expression(format!("({READ})()")).await?;
        let read: Read = read.into_value()?;
        if read.paint > 0.0 {
            return Ok(read);
        }
        let waited = (Instant::now() < deadline).then_some(());
        waited.context("nothing was painted")?;
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// What comes over the line, request by request.
#[derive(Clone, Default)]
struct Weight(Arc<Mutex<Parts>>);

#[derive(Default)]
struct Parts {
    pictures: HashSet<String>,
    bytes: HashMap<String, u64>,
}

impl Weight {
    async fn of(page: &Page) -> Result<Weight> {
        let weight = Weight::default();
        let mut answered = page.event_listener::<EventResponseReceived>().await?;
        let mut finished = page.event_listener::<EventLoadingFinished>().await?;
        let (kinds, sizes) = (weight.clone(), weight.clone());
        tokio::spawn(async move {
            while let Some(event) = answered.next().await {
                if event.r#type == ResourceType::Image {
                    let id = event.request_id.inner().clone();
                    kinds.parts().pictures.insert(id);
                }
            }
        });
        tokio::spawn(async move {
            while let Some(event) = finished.next().await {
                let id = event.request_id.inner().clone();
                let bytes = event.encoded_data_length as u64;
                sizes.parts().bytes.insert(id, bytes);
            }
        });
        Ok(weight)
    }

    fn bytes(&self) -> u64 {
        let parts = self.parts();
        let other = parts
            .bytes
            .iter()
            .filter(|(id, _)| !parts.pictures.contains(*id));
        other.map(|(_, bytes)| bytes).sum()
    }

    fn parts(&self) -> std::sync::MutexGuard<'_, Parts> {
        self.0.lock().expect("nobody panics holding it")
    }
}

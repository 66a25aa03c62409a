//! Frames: how much the board gives the main thread to do, frame by frame, on a slow processor while a crowd shops, beside a
//! page on which nothing but one number moves.

use crate::browser::{Chromium, size};
use crate::look::settle;
use crate::stage::Stage;
use crate::trace::{Work, frames};
use crate::vitals::{SLOWER, slow_processor};
use anyhow::{Result, ensure};
use chromiumoxide::Page;
use serde::Serialize;
use std::time::Duration;

/// How much of a frame's 16.7 ms the board may take of the main thread, of 99 frames in a hundred.
pub const WORK_MS_MAX: f64 = 8.0;
/// What a window must show at the least to be judged by.
const FRAMES_MIN: usize = 100;
/// How long a page comes to rest before it is looked at.
const WARM: Duration = Duration::from_secs(2);

/// The least that a board could be: one number that is another at every frame.
const BASELINE: &str = "document.body.innerHTML = '<p>0</p>';
const text = document.querySelector('p').firstChild;
const count = (now) => { text.data = String(Math.floor(now)); requestAnimationFrame(count); };
requestAnimationFrame(count)";

/// How the processor is made slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slowdown {
    /// It is not: what the thread needs is told times four.
    Counted,
    /// By Chromium, which stops the thread again and again, for as long as it guesses: where both processors are busy, the
    /// guesses are longer than the work of most frames.
    Emulated,
}

/// How the board is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// What it is called.
    pub name: &'static str,
    address: &'static str,
    width: u32,
    height: u32,
}

/// A wall, and a phone.
pub const WINDOWS: [Window; 2] = [
    Window {
        name: "wall 1920x1080",
        address: "/board?wall",
        width: 1_920,
        height: 1_080,
    },
    Window {
        name: "phone 390x844",
        address: "/board",
        width: 390,
        height: 844,
    },
];

/// A number beside its baseline.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// The window, and which of its frames.
    pub name: String,
    /// Milliseconds of the main thread's processor, in the middle of the runs.
    pub value: f64,
    /// Always `ms`.
    pub unit: &'static str,
    /// The same of the baseline, measured in turns.
    pub baseline: f64,
    /// The one by the other.
    pub ratio: f64,
}

/// What a window came to.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Half of the frames, 99 in a hundred, and all of them need no more than this.
    pub figures: [Figure; 3],
    /// How many frames were looked at.
    pub frames: usize,
    /// What the heaviest frame of all runs was made of.
    pub heaviest: Work,
}

impl Measured {
    /// True when more than one frame in a hundred needs more than it may.
    #[must_use]
    pub fn is_over_budget(&self) -> bool {
        self.figures[1].value > WORK_MS_MAX
    }
}

/// How long a window is looked at in all: `runs` times it and the baseline.
#[must_use]
pub fn span(run: Duration, runs: usize) -> Duration {
    (run + WARM * 2) * 2 * runs as u32
}

/// Looks at a window so often for so long, in turns with the baseline. Somebody must be shopping.
///
/// # Errors
/// Those of the browser, and when the board hardly moves.
pub async fn measure(
    chromium: &Chromium,
    stage: &Stage,
    window: &Window,
    slowdown: Slowdown,
    (run, runs): (Duration, usize),
) -> Result<Measured> {
    let (mut ours, mut idle) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let blank = open(chromium, window, "about:blank").await?;
        blank.evaluate_expression(BASELINE).await?;
        idle.push(looked(chromium, &blank, slowdown, run).await?);
        let address = format!("{}{}", stage.shop, window.address);
        let board = open(chromium, window, &address).await?;
        settle(&board).await?;
        ours.push(looked(chromium, &board, slowdown, run).await?);
    }
    Ok(measured(window, &ours, &idle))
}

/// Nothing is asked to move less here: it is the motion that is measured.
async fn open(chromium: &Chromium, window: &Window, address: &str) -> Result<Page> {
    let page = chromium.window().await?;
    size(&page, window.width, window.height, 1.0).await?;
    page.goto(address).await?;
    Ok(page)
}

async fn looked(
    chromium: &Chromium,
    page: &Page,
    slowdown: Slowdown,
    run: Duration,
) -> Result<Vec<Work>> {
    if slowdown == Slowdown::Emulated {
        slow_processor(page).await?;
    }
    tokio::time::sleep(WARM).await;
    let seen = frames(page, run).await?;
    chromium.shut(page).await?;
    let count = seen.len();
    ensure!(
        count >= FRAMES_MIN,
        "only {count} frames in {run:?}: nothing moves"
    );
    Ok(match slowdown {
        Slowdown::Counted => seen.into_iter().map(|work| work * SLOWER).collect(),
        Slowdown::Emulated => seen,
    })
}

fn measured(window: &Window, ours: &[Vec<Work>], idle: &[Vec<Work>]) -> Measured {
    let figure = |(name, share): (&str, f64)| {
        let (value, baseline) = (in_the_middle(ours, share), in_the_middle(idle, share));
        Figure {
            name: format!("{}, {name}", window.name),
            value,
            unit: "ms",
            baseline,
            ratio: value / baseline,
        }
    };
    let all = || ours.iter().flatten();
    let heaviest = all().max_by(|one, other| one.sum().total_cmp(&other.sum()));
    Measured {
        figures: [("p50", 0.5), ("p99", 0.99), ("max", 1.0)].map(figure),
        frames: all().count(),
        heaviest: heaviest.copied().unwrap_or_default(),
    }
}

/// What this share of the frames of a run needs at most, in the middle of the runs.
fn in_the_middle(runs: &[Vec<Work>], share: f64) -> f64 {
    let of = |frames: &Vec<Work>| {
        let mut sums: Vec<f64> = frames.iter().map(Work::sum).collect();
        sums.sort_by(f64::total_cmp);
        let place = (sums.len() as f64 * share).ceil() as usize;
        let place = place.clamp(1, sums.len().max(1)) - 1;
        sums.get(place).copied().unwrap_or_default()
    };
    crate::vitals::median(runs.iter().map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_frames_needs_at_most_what_its_heaviest_needs() {
        let frame = |script| Work {
            script,
            ..Work::default()
        };
        let run: Vec<Work> = (1..=200).rev().map(|n| frame(f64::from(n))).collect();
        let heavier: Vec<Work> = run.iter().map(|work| frame(work.script * 2.0)).collect();
        let lighter: Vec<Work> = run.iter().map(|work| frame(work.script / 2.0)).collect();
        let runs = [heavier, run, lighter];
        let measured = measured(&WINDOWS[0], &runs, &[vec![frame(50.0)]]);
        let values = measured.figures.each_ref().map(|figure| figure.value);
        assert_eq!(values, [100.0, 198.0, 200.0]);
        assert_eq!(measured.figures[0].ratio, 2.0);
        assert_eq!((measured.frames, measured.heaviest.sum()), (600, 400.0));
        assert!(measured.is_over_budget());
    }
}

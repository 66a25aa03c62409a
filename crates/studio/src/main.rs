//! The command line of `cargo xtask shots`, `vitals` and `frames`, which build the binary and hand the rest of the line over.

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use studio::frames::{self, Measured, Slowdown, WINDOWS, WORK_MS_MAX};
use studio::scenes::named;
use studio::shots::Shot;
use studio::stage::Plan;
use studio::vitals::{BYTES_MAX, PAINT_MS_MAX, Vitals};
use studio::{Chromium, Stage, sheets, shots, vitals};

/// Every page of Doorbuster in a real browser.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Photograph every page and every designed state, and say what does not fit, fails or complains.
    #[command(after_help = "\
Examples:
  cargo xtask shots
      Every page at 390 and 1,440 px, light and dark, in three languages; every state once at each width.
  cargo xtask shots --only desk
      The scenes whose names begin with `desk`.
  cargo xtask shots --guide
      The pictures of README and docs/guide anew.

The table of scenes is crates/studio/src/scenes.rs. It ends with 1 when something is wrong on a page.")]
    Shots(ShotsAsk),
    /// Measure first paint, jumps of the layout and weight of every page on a slow phone.
    #[command(after_help = "\
Examples:
  cargo xtask vitals
      Every page of the shop at 1.6 Mb/s, 150 ms and a quarter of the processor.
  cargo xtask vitals --only home --runs 9 --json

It ends with 1 when a page weighs too much, jumps, or has a picture that does not wait. Times depend on the
machine: they stand beside an answer of one word, measured in turns.")]
    Vitals(VitalsAsk),
    /// Measure how much the board gives the main thread to do, frame by frame, on a slow processor while a crowd shops.
    #[command(after_help = "\
Examples:
  cargo xtask frames
      The wall at 1,920 by 1,080 and a phone at 390 by 844, beside a page on which one number counts up.
  cargo xtask frames --only wall --seconds 30 --runs 5 --json

The work of a frame is what the page has the main thread do from the frame's beginning to the beginning of the next,
whether it is needed for that frame or not: script with its garbage, style, layout, and paint with its handing over to
the compositor, as the timeline of the developer tools tells it. It is counted in the thread's own processor time, so
that others on the machine do not count, and told times four, as a processor needs it that is four times slower. With
--emulated it is Chromium that makes the processor slow (setCPUThrottlingRate): it stops the thread for as long as it
guesses, and where both processors are busy even the page with one number needs more than 8 ms for many a frame.
Each window is opened anew for every run, in turns with the baseline; what is told is the run in the middle.
It ends with 1 when more than one frame in a hundred needs over 8 ms of the 16.7 that a frame has.")]
    Frames(FramesAsk),
}

#[derive(Debug, Args)]
struct StageAsk {
    /// The binary.
    #[arg(long, value_name = "FILE", hide = true)]
    doorbuster: Option<PathBuf>,
    /// The repository.
    #[arg(long, value_name = "FOLDER", default_value = ".", hide = true)]
    repository: PathBuf,
    /// Only scenes whose names begin so.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// A catalogue in Doorbuster's own columns, such as `doorbuster export catalogue` writes, beside the demo's.
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    /// How long a crowd shops before the pictures are taken.
    #[arg(long, value_name = "SECONDS", default_value_t = 12)]
    crowd: u32,
}

#[derive(Debug, Args)]
struct ShotsAsk {
    #[command(flatten)]
    stage: StageAsk,
    /// Where the pictures go.
    #[arg(long, value_name = "FOLDER", default_value = "target/shots")]
    out: PathBuf,
    /// Take the pictures of README and docs/guide instead.
    #[arg(long)]
    guide: bool,
}

#[derive(Debug, Args)]
struct VitalsAsk {
    #[command(flatten)]
    stage: StageAsk,
    /// How often each page is measured, in turns with the baseline.
    #[arg(long, value_name = "COUNT", default_value_t = 3)]
    runs: usize,
    /// One JSON object a line instead of a table.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct FramesAsk {
    #[command(flatten)]
    stage: StageAsk,
    /// How long each run looks.
    #[arg(long, value_name = "COUNT", default_value_t = 15)]
    seconds: u64,
    /// How often each window is looked at, in turns with the baseline.
    #[arg(long, value_name = "COUNT", default_value_t = 3)]
    runs: usize,
    /// Have Chromium make the processor slow, instead of telling what is needed times four.
    #[arg(long)]
    emulated: bool,
    /// One JSON object a line instead of a table.
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().what {
        What::Shots(ask) => take_shots(&ask).await,
        What::Vitals(ask) => take_vitals(&ask).await,
        What::Frames(ask) => take_frames(&ask).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("\nerror: {fault:#}");
            ExitCode::FAILURE
        }
    }
}

async fn take_shots(ask: &ShotsAsk) -> Result<()> {
    let only = ask.stage.only.as_deref();
    let scenes = named(only);
    ensure!(!scenes.is_empty(), "no scene's name begins with {only:?}");
    let elsewhere = scenes.iter().any(|scene| scene.is_elsewhere());
    let bar = bar();
    let stage = open(&ask.stage, elsewhere && !ask.guide, &bar).await?;
    let chromium = Chromium::launch().await?;
    if ask.guide {
        bar.set_message("taking the pictures of the guide");
        let out = ask.stage.repository.join("docs/guide/pictures");
        let count = shots::guide(&chromium, &stage, &out).await?;
        bar.finish_and_clear();
        println!("{count} pictures in {}", out.display());
        return chromium.close().await;
    }
    bar.set_length(
        scenes
            .iter()
            .map(|scene| shots::looks(scene).len() as u64)
            .sum(),
    );
    let taken = |shot: &Shot| {
        bar.set_message(shot.scene);
        bar.inc(1);
    };
    let shots = shots::take(&chromium, &stage, &scenes, &ask.out, taken).await?;
    bar.set_message("contact sheets");
    sheets::make(&chromium, &shots, &ask.out).await?;
    chromium.close().await?;
    bar.finish_and_clear();
    judge(&shots, &ask.out)
}

fn judge(shots: &[Shot], out: &Path) -> Result<()> {
    let index = out.join("index.html");
    println!("{} shots: {}", shots.len(), index.display());
    let wrong: Vec<_> = shots.iter().filter(|shot| !shot.wrong.is_empty()).collect();
    for shot in &wrong {
        for what in &shot.wrong {
            println!("  {} {}: {what}", shot.scene, shot.look);
        }
    }
    ensure!(
        wrong.is_empty(),
        "something is wrong in {} shots",
        wrong.len()
    );
    Ok(())
}

async fn take_vitals(ask: &VitalsAsk) -> Result<()> {
    let only = ask.stage.only.as_deref().unwrap_or_default();
    let scenes = vitals::measured().into_iter();
    let scenes: Vec<_> = scenes
        .filter(|scene| scene.name.starts_with(only))
        .collect();
    ensure!(!scenes.is_empty(), "no page's name begins with {only:?}");
    let bar = bar();
    let stage = open(&ask.stage, false, &bar).await?;
    let chromium = Chromium::launch().await?;
    bar.set_length(scenes.len() as u64);
    let mut all = Vec::new();
    for scene in scenes {
        bar.set_message(scene.name);
        all.push(vitals::measure(&chromium, &stage, scene, ask.runs.max(1)).await?);
        bar.inc(1);
    }
    chromium.close().await?;
    bar.finish_and_clear();
    for vitals in &all {
        match ask.json {
            true => println!("{}", serde_json::to_string(vitals)?),
            false => println!("{}", row(vitals)),
        }
    }
    if !ask.json {
        println!("budgets: {BYTES_MAX} bytes, {PAINT_MS_MAX} ms to the first paint, shift 0.05");
    }
    let over = all.iter().filter(|vitals| !vitals.over_budget().is_empty());
    match over.count() {
        0 => Ok(()),
        count => bail!("{count} pages are beyond their budget"),
    }
}

fn row(vitals: &Vitals) -> String {
    let ratio = vitals.paint_ms / vitals.baseline_ms;
    let late = if vitals.paint_ms > PAINT_MS_MAX {
        " late"
    } else {
        ""
    };
    format!(
        "{:<12} first paint {:>6.0} ms{late} (beside {:.0} ms, ratio {ratio:.2})  shift {:.3}  {:>7} bytes  {}",
        vitals.name,
        vitals.paint_ms,
        vitals.baseline_ms,
        vitals.shift,
        vitals.bytes,
        vitals.over_budget().join("; ")
    )
}

async fn take_frames(ask: &FramesAsk) -> Result<()> {
    let only = ask.stage.only.as_deref().unwrap_or_default();
    let windows = WINDOWS.iter().filter(|it| it.name.starts_with(only));
    let windows: Vec<_> = windows.collect();
    ensure!(!windows.is_empty(), "no window's name begins with {only:?}");
    let (run, runs) = (Duration::from_secs(ask.seconds.max(3)), ask.runs.max(1));
    let slowdown = match ask.emulated {
        true => Slowdown::Emulated,
        false => Slowdown::Counted,
    };
    let bar = bar();
    let stage = open(&ask.stage, false, &bar).await?;
    let chromium = Chromium::launch().await?;
    // Chromium needs its time to start and end windows; who shops too long is sent away.
    let longest = frames::span(run, runs) * windows.len() as u32 * 3;
    let crowd = stage.send_crowd(&doorbuster(&ask.stage)?, longest)?;
    bar.set_length(windows.len() as u64);
    let mut all = Vec::new();
    for window in windows {
        bar.set_message(window.name);
        let measured = frames::measure(&chromium, &stage, window, slowdown, (run, runs)).await;
        all.push(measured.with_context(|| format!("the crowd says {:?}", stage.crowd_says()))?);
        bar.inc(1);
    }
    drop(crowd);
    chromium.close().await?;
    bar.finish_and_clear();
    tell(&all, ask.json)
}

fn tell(all: &[Measured], json: bool) -> Result<()> {
    for measured in all {
        for figure in &measured.figures {
            match json {
                true => println!("{}", serde_json::to_string(figure)?),
                false => println!(
                    "{:<22} {:>6.2} ms (beside {:.2} ms, ratio {:.2})",
                    figure.name, figure.value, figure.baseline, figure.ratio
                ),
            }
        }
        if !json {
            println!("{}", heaviest(measured));
        }
    }
    let over = all.iter().filter(|measured| measured.is_over_budget());
    match over.count() {
        0 => Ok(()),
        count => bail!("{count} windows have more than {WORK_MS_MAX} ms of work in a frame, p99"),
    }
}

fn heaviest(measured: &Measured) -> String {
    let work = measured.heaviest;
    format!(
        "  the heaviest of {} frames: script {:.1}, style {:.1}, layout {:.1}, paint {:.1} ms",
        measured.frames, work.script, work.style, work.layout, work.paint
    )
}

/// The binary.
fn doorbuster(ask: &StageAsk) -> Result<PathBuf> {
    let beside_us = std::env::current_exe()?.with_file_name("doorbuster");
    let doorbuster = ask.doorbuster.clone().unwrap_or(beside_us);
    ensure!(
        doorbuster.exists(),
        "there is no {}; `cargo xtask shots` builds it",
        doorbuster.display()
    );
    Ok(doorbuster)
}

async fn open(ask: &StageAsk, boards: bool, bar: &ProgressBar) -> Result<Stage> {
    let doorbuster = doorbuster(ask)?;
    let plan = Plan {
        doorbuster: &doorbuster,
        demo: &ask.repository.join("demo"),
        catalogue: ask.catalogue.as_deref(),
        boards,
        crowd_seconds: ask.crowd,
        tell: &|what| {
            bar.set_message(what.to_owned());
            if bar.is_hidden() {
                eprintln!("{:.0?}: {what}", bar.elapsed());
            }
        },
    };
    Stage::open(&plan).await.context("the stage is not set")
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{elapsed_precise} {bar:30} {pos}/{len} {msg}");
    bar.set_style(style.expect("a template"));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }
}

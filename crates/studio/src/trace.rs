//! What the main thread of a window does, as Chromium's trace tells it: frame by frame, in processor time, by kind of work.

use anyhow::{Context, Result};
use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::tracing::{
    EndParams, EventDataCollected, EventTracingComplete, StartParams, StartTransferMode,
    TraceConfig,
};
use futures::StreamExt;
use serde::Deserialize;
use std::cmp::Reverse;
use std::ops::Mul;
use std::time::Duration;

/// By what the window's main thread is told from those of other windows.
const MARK: &str = "doorbuster-frames";
const FRAME: &str = "BeginMainThreadFrame";
/// The timeline of the developer tools, with the beginnings of frames and the handing over to the compositor.
const CATEGORIES: [&str; 4] = [
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "disabled-by-default-devtools.timeline.frame",
    "blink.user_timing",
];
/// The scheduler's own frame around each task, in which the work lies.
const TASK: &str = "RunTask";
const PATIENCE: Duration = Duration::from_secs(60);

/// The work of one frame, in milliseconds of the main thread's processor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Work {
    /// Whatever runs because of a script: its functions, timers, messages, and the collection of its garbage.
    pub script: f64,
    /// Which rules hold for what.
    pub style: f64,
    /// Where everything lies.
    pub layout: f64,
    /// What is drawn, and its handing over to the compositor.
    pub paint: f64,
}

impl Work {
    /// All of it.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.script + self.style + self.layout + self.paint
    }
}

impl Mul<f64> for Work {
    type Output = Work;

    fn mul(self, times: f64) -> Self {
        Work {
            script: self.script * times,
            style: self.style * times,
            layout: self.layout * times,
            paint: self.paint * times,
        }
    }
}

/// A line of the trace. Times are in microseconds; `dur` is the clock's, `tdur` the thread's on the processor.
#[derive(Clone, Debug, Deserialize)]
struct Line {
    name: String,
    ph: String,
    pid: i64,
    tid: i64,
    #[serde(default)]
    ts: u64,
    #[serde(default)]
    dur: u64,
    #[serde(default)]
    tdur: u64,
}

/// Records for so long what the window's main thread does: the work of each frame, everything from its beginning to the
/// beginning of the next.
///
/// # Errors
/// Those of the browser, and when it tells nothing of the window.
pub async fn frames(page: &Page, span: Duration) -> Result<Vec<Work>> {
    let mut told = page.event_listener::<EventDataCollected>().await?;
    let mut complete = page.event_listener::<EventTracingComplete>().await?;
    let config = TraceConfig::builder()
        .included_categories(CATEGORIES)
        .excluded_categorie("*");
    let start = StartParams::builder()
        .transfer_mode(StartTransferMode::ReportEvents)
        .trace_config(config.build());
    page.execute(start.build()).await?;
    page.evaluate_expression(format!("performance.mark('{MARK}'), 0"))
        .await?;
    tokio::time::sleep(span).await;
    page.execute(EndParams::default()).await?;
    let mut lines = Vec::new();
    let mut take = |part: &EventDataCollected| {
        let parts = part.value.iter().cloned();
        lines.extend(parts.filter_map(|line| serde_json::from_value::<Line>(line).ok()));
    };
    let ended = tokio::time::timeout(PATIENCE, async {
        loop {
            tokio::select! {
                biased;
                Some(part) = told.next() => take(&part),
                _ = complete.next() => break,
            }
        }
    });
    ended.await.context("the trace never came to its end")?;
    folded(lines).context("the trace tells nothing of the window")
}

/// The work of each whole frame on the marked thread; none where nothing is marked.
fn folded(mut lines: Vec<Line>) -> Option<Vec<Work>> {
    let mark = lines.iter().find(|line| line.name == MARK)?;
    let thread = (mark.pid, mark.tid);
    lines.retain(|line| (line.pid, line.tid) == thread);
    // Who begins at once with others and lasts longest holds them.
    lines.sort_by_key(|line| (line.ts, Reverse(line.dur)));
    let (mut frames, mut within): (Vec<Work>, Vec<(u64, Option<Kind>)>) = Default::default();
    for line in &lines {
        if line.name == FRAME {
            frames.push(Work::default());
        }
        if line.ph != "X" || line.name == TASK {
            continue;
        }
        within.retain(|(until, _)| *until > line.ts);
        let outer = within.last().and_then(|(_, kind)| *kind);
        let kind = Kind::of(&line.name).or(outer);
        within.push((line.ts + line.dur, kind));
        if let Some(frame) = frames.last_mut() {
            frame.move_over(outer, kind, line.tdur as f64 / 1_000.0);
        }
    }
    // The last one had no time to end.
    frames.pop();
    Some(frames)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Script,
    Style,
    Layout,
    Paint,
}

impl Kind {
    /// What a line of the timeline is about; what has no kind of its own has that of what it lies in, and by itself none.
    fn of(name: &str) -> Option<Kind> {
        match name {
            "UpdateLayoutTree" | "RecalculateStyles" => Some(Kind::Style),
            "Layout" => Some(Kind::Layout),
            "PrePaint" | "Paint" | "PaintImage" | "Layerize" | "UpdateLayer" | "Commit"
            | "CompositeLayers" | "ScrollLayer" | "Decode Image" => Some(Kind::Paint),
            "HitTest" => None,
            _ => Some(Kind::Script),
        }
    }
}

impl Work {
    /// So many milliseconds are of this kind and not of what they lie in.
    fn move_over(&mut self, from: Option<Kind>, to: Option<Kind>, ms: f64) {
        for (kind, ms) in [(from, -ms), (to, ms)] {
            match kind {
                Some(Kind::Script) => self.script += ms,
                Some(Kind::Style) => self.style += ms,
                Some(Kind::Layout) => self.layout += ms,
                Some(Kind::Paint) => self.paint += ms,
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, ts: u64, us: u64) -> Line {
        Line {
            name: name.to_owned(),
            ph: if us > 0 { "X" } else { "I" }.to_owned(),
            pid: 1,
            tid: 2,
            ts,
            dur: us,
            tdur: us,
        }
    }

    #[test]
    fn a_frame_has_all_work_from_its_beginning_to_the_next_and_nothing_twice() {
        let elsewhere = Line {
            tid: 3,
            ..line("Paint", 0, 9_000)
        };
        let lines = vec![
            line(MARK, 0, 0),
            elsewhere,
            line("Layout", 10, 5_000),
            line(FRAME, 10_000, 0),
            line(TASK, 10_000, 9_000),
            line("FireAnimationFrame", 10_100, 4_000),
            line("FunctionCall", 10_100, 4_000),
            line("Layout", 11_000, 1_000),
            line("Paint", 15_000, 2_000),
            line("EventDispatch", 20_000, 500),
            line(FRAME, 26_000, 0),
            line("Paint", 27_000, 2_000),
            line(FRAME, 42_000, 0),
            line("Paint", 43_000, 9_000),
        ];
        let frames = folded(lines).expect("it is marked");
        let first = Work {
            script: 3.5,
            style: 0.0,
            layout: 1.0,
            paint: 2.0,
        };
        let second = Work {
            paint: 2.0,
            ..Work::default()
        };
        assert_eq!(frames, [first, second]);
        assert_eq!((first.sum(), folded(Vec::new())), (6.5, None));
    }
}

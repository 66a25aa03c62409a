//! One look at a scene: in some width, light and language. What the browser complains of and what does not fit is noted.

use crate::browser::{Chromium, dress, know, size};
use crate::scenes::{Act, Scene};
use crate::stage::Stage;
use anyhow::{Context, Result, bail, ensure};
use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::dom::{FocusParams, ScrollIntoViewIfNeededParams};
use chromiumoxide::cdp::browser_protocol::emulation::SetScriptExecutionDisabledParams;
use chromiumoxide::cdp::browser_protocol::input::InsertTextParams;
use chromiumoxide::cdp::browser_protocol::log::EventEntryAdded;
use chromiumoxide::cdp::browser_protocol::network::{
    EventLoadingFailed, EventResponseReceived, ResourceType,
};
use chromiumoxide::cdp::browser_protocol::page::CaptureScreenshotFormat;
use chromiumoxide::cdp::js_protocol::runtime::{EventConsoleApiCalled, EventExceptionThrown};
use chromiumoxide::page::ScreenshotParams;
use futures::StreamExt;
use serde::Deserialize;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long something may take to show.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(30);
/// A picture shows no more of a page than this; lists go on for ever.
const HEIGHT_MAX: u32 = 4_000;
/// How far a layout may jump in all.
pub const SHIFT_MAX: f64 = 0.05;

pub(crate) const WATCH_SHIFTS: &str = include_str!("shifts.js");
const SETTLE: &str = include_str!("settle.js");
const EXAMINE: &str = include_str!("examine.js");
const LENGTHEN: &str = include_str!("lengthen.js");

/// Which of the two schemes of colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Light {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// How one looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// The width of the window in CSS pixels.
    pub width: u32,
    /// Pixels of the picture for each of them.
    pub scale: f64,
    /// Which scheme.
    pub light: Light,
    /// `ko`, `zh` or `en`.
    pub language: &'static str,
}

/// What was seen, with the window still open.
pub struct Seen {
    /// The window.
    pub page: Page,
    /// How far the layout jumped while the page came in, as browsers count it.
    pub shift: f64,
    /// What must not be, in words.
    pub wrong: Vec<String>,
    look: Look,
}

/// What happened behind the page.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Event>>>);

enum Event {
    Said(String),
    /// Text, and the address it is about.
    Logged(String, String),
    Failed(String),
    Answered {
        url: String,
        status: i64,
        page: bool,
    },
}

/// How a page lies once all of it is there.
#[derive(Deserialize)]
pub(crate) struct Settled {
    /// How far its layout has jumped so far.
    pub shift: f64,
    /// What was moved, as selectors of elements.
    pub moved: Vec<String>,
    /// Its height in CSS pixels.
    pub height: u32,
}

impl Settled {
    /// That the layout jumps further than it may, and what is moved.
    pub fn jump(&self) -> Option<String> {
        let (shift, moved) = (self.shift, self.moved.join(" "));
        (shift > SHIFT_MAX).then(|| format!("the layout jumps: {shift:.3} ({moved})"))
    }
}

impl Light {
    /// As style sheets call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Light::Light => "light",
            Light::Dark => "dark",
        }
    }
}

impl Look {
    /// A look of this width, in Korean and in the light.
    #[must_use]
    pub const fn at(width: u32) -> Look {
        Look {
            width,
            scale: 1.0,
            light: Light::Light,
            language: "ko",
        }
    }

    /// How high the window is: a phone's for narrow ones.
    #[must_use]
    pub fn height(&self) -> u32 {
        if self.width < 600 { 844 } else { 900 }
    }
}

impl fmt::Display for Look {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}-{}-{}",
            self.width,
            self.light.name(),
            self.language
        )
    }
}

/// Looks at a scene and does what is done there.
///
/// # Errors
/// When the browser fails, the server answers with another status than the scene's, or what was waited for did not show.
pub async fn look(chromium: &Chromium, stage: &Stage, scene: &Scene, look: Look) -> Result<Seen> {
    let page = chromium.window().await?;
    dress(&page, &look).await?;
    if let Some(cookie) = stage.cookie(scene.who) {
        know(&page, &stage.shop, cookie).await?;
    }
    let stopped = SetScriptExecutionDisabledParams::new(!scene.scripts);
    page.execute(stopped).await?;
    page.evaluate_on_new_document(WATCH_SHIFTS).await?;
    let heard = Heard::listening_to(&page).await?;
    let address = stage.address(scene)?;
    page.goto(address.as_str())
        .await
        .with_context(|| format!("{address} did not load"))?;
    // The page's own scripts were passed over; those of the look must run.
    let allowed = SetScriptExecutionDisabledParams::new(false);
    page.execute(allowed).await?;
    let settled = settle(&page).await?;
    for act in scene.acts {
        perform(&page, *act)
            .await
            .with_context(|| format!("{}: {act:?}", scene.name))?;
    }
    settle(&page).await?;
    let mut seen = Seen {
        wrong: heard.wrong(&address, scene)?,
        page,
        shift: settled.shift,
        look,
    };
    seen.wrong.extend(settled.jump());
    let examined = seen.examine().await?;
    seen.wrong.extend(examined);
    Ok(seen)
}

impl Seen {
    /// What of the page does not fit into its window, lies over another, or is cut off.
    ///
    /// # Errors
    /// Those of the browser.
    pub async fn examine(&self) -> Result<Vec<String>> {
        let asked = format!("({EXAMINE})({})", self.look.width);
        let found = self.page.evaluate_expression(asked.as_str()).await?;
        Ok(found.into_value()?)
    }

    /// Makes every text a third longer, as another language or another writer might.
    ///
    /// # Errors
    /// Those of the browser.
    pub async fn lengthen(&self) -> Result<()> {
        self.page
            .evaluate_expression(format!("({LENGTHEN})()"))
            .await?;
        Ok(())
    }

    /// Makes the window half as wide, as a zoom of 200 per cent does.
    ///
    /// # Errors
    /// Those of the browser.
    pub async fn zoom(&mut self) -> Result<()> {
        self.look.width /= 2;
        let height = self.look.height() / 2;
        size(&self.page, self.look.width, height, 2.0).await?;
        settle(&self.page).await?;
        Ok(())
    }

    /// A picture of the page from its top to its end, or as much as there is room for.
    ///
    /// # Errors
    /// Those of the browser.
    pub async fn picture(&self, format: CaptureScreenshotFormat) -> Result<Vec<u8>> {
        let height = settle(&self.page).await?.height;
        let height = height.clamp(self.look.height(), HEIGHT_MAX);
        // What loads lazily loads when it comes into the window.
        size(&self.page, self.look.width, height, self.look.scale).await?;
        settle(&self.page).await?;
        self.window_picture(format).await
    }

    /// A picture of what the window shows.
    ///
    /// # Errors
    /// Those of the browser.
    pub async fn window_picture(&self, format: CaptureScreenshotFormat) -> Result<Vec<u8>> {
        let mut how = ScreenshotParams::builder().format(format.clone());
        if format == CaptureScreenshotFormat::Webp {
            how = how.quality(80);
        }
        Ok(self.page.screenshot(how.build()).await?)
    }
}

/// Waits until fonts and the pictures in the window are there and all is painted.
pub(crate) async fn settle(page: &Page) -> Result<Settled> {
    let settled = page.evaluate_expression(format!("({SETTLE})()")).await?;
    Ok(settled.into_value()?)
}

async fn perform(page: &Page, act: Act) -> Result<()> {
    let (Act::Fill(selector, _)
    | Act::Choose(selector, _)
    | Act::Press(selector)
    | Act::Send(selector)
    | Act::See(selector)) = act;
    let deadline = Instant::now() + PATIENCE;
    let element = loop {
        match page.find_element(selector).await {
            Ok(element) => break element,
            Err(_) if Instant::now() < deadline => tokio::time::sleep(LOOK_EVERY).await,
            Err(_) => bail!("no `{selector}` in {PATIENCE:?}"),
        }
    };
    let node = element.backend_node_id;
    match act {
        Act::See(_) => {}
        Act::Fill(_, text) => {
            let focus = FocusParams::builder().backend_node_id(node).build();
            page.execute(focus).await?;
            page.execute(InsertTextParams::new(text)).await?;
        }
        Act::Choose(_, value) => {
            let value = serde_json::to_string(value)?;
            let tell = "this.dispatchEvent(new Event('change', { bubbles: true }))";
            let choose = format!("function() {{ this.value = {value}; {tell}; }}");
            element.call_js_fn(choose, false).await?;
        }
        Act::Send(_) => {
            let send = "function() { this.form.noValidate = true; this.form.requestSubmit(this); }";
            element.call_js_fn(send, false).await?;
        }
        Act::Press(_) => {
            let scroll = ScrollIntoViewIfNeededParams::builder().backend_node_id(node);
            page.execute(scroll.build()).await?;
            page.click(element.clickable_point().await?).await?;
        }
    }
    Ok(())
}

impl Heard {
    async fn listening_to(page: &Page) -> Result<Heard> {
        page.enable_log().await?;
        let log = page.event_listener::<EventEntryAdded>().await?;
        let console = page.event_listener::<EventConsoleApiCalled>().await?;
        let thrown = page.event_listener::<EventExceptionThrown>().await?;
        let failed = page.event_listener::<EventLoadingFailed>().await?;
        let answered = page.event_listener::<EventResponseReceived>().await?;
        let log = log.map(|event| {
            let url = event.entry.url.clone().unwrap_or_default();
            Event::Logged(event.entry.text.clone(), url)
        });
        let console = console.map(|event| Event::Said(format!("{:?}", event.args)));
        let thrown = thrown.map(|event| Event::Said(event.exception_details.text.clone()));
        let failed = failed.map(|event| match event.canceled {
            Some(true) => Event::Said(String::new()),
            _ => Event::Failed(format!("{:?} {}", event.r#type, event.error_text)),
        });
        let answered = answered.map(|event| Event::Answered {
            url: event.response.url.clone(),
            status: event.response.status,
            page: event.r#type == ResourceType::Document,
        });
        let heard = Heard::default();
        let kept = heard.clone();
        let all = futures::stream::select_all([
            log.boxed(),
            console.boxed(),
            thrown.boxed(),
            failed.boxed(),
            answered.boxed(),
        ]);
        tokio::spawn(all.for_each(move |event| {
            kept.0.lock().expect("nobody panics holding it").push(event);
            std::future::ready(())
        }));
        Ok(heard)
    }

    /// What was heard that must not be; the first page must have been answered as the scene says.
    fn wrong(&self, address: &str, scene: &Scene) -> Result<Vec<String>> {
        let events = self.0.lock().expect("nobody panics holding it");
        let mut wrong = Vec::new();
        let mut answered = None;
        for event in events.iter() {
            match event {
                Event::Said(text) if text.is_empty() => {}
                Event::Said(text) => wrong.push(format!("the console says {text}")),
                // A form that comes back with wrong fields is no trouble of the page, nor is a page that says 404.
                Event::Logged(text, url) if text.contains("status of 4") && !is_part(url) => {}
                Event::Logged(text, url) => wrong.push(format!("the browser says {text} {url}")),
                Event::Failed(what) => wrong.push(format!("a request failed: {what}")),
                Event::Answered {
                    status, page: true, ..
                } if answered.is_none() => {
                    answered = Some(*status);
                }
                Event::Answered {
                    url,
                    status,
                    page: false,
                } if *status >= 400 => {
                    wrong.push(format!("{url} answered {status}"));
                }
                Event::Answered { .. } => {}
            }
        }
        let expected = answered == Some(i64::from(scene.status));
        ensure!(
            expected,
            "{} ({address}) answered {answered:?} instead of {}",
            scene.name,
            scene.status
        );
        Ok(wrong)
    }
}

/// True when the address is one of a part of pages, not of a page.
fn is_part(url: &str) -> bool {
    ["/assets/", "/pictures/", "/v1/"]
        .iter()
        .any(|part| url.contains(part))
}

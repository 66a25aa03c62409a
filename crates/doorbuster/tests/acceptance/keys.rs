//! A shopper without a mouse: Tab until what is wanted has the focus, which must be seen to have it all the way, then
//! Enter; arrows within a group of choices.

use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::emulation::SetFocusEmulationEnabledParams;
use chromiumoxide::cdp::browser_protocol::input::{
    DispatchKeyEventParams, DispatchKeyEventType, InsertTextParams,
};
use serde::Deserialize;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// More stops than any page has on the way.
const STOPS_MAX: usize = 400;

const FOCUS: &str = include_str!("focus.js");

#[derive(Clone, Copy)]
struct Key {
    name: &'static str,
    code: i64,
    text: Option<&'static str>,
}

const TAB: Key = Key {
    name: "Tab",
    code: 9,
    text: None,
};
const ENTER: Key = Key {
    name: "Enter",
    code: 13,
    text: Some("\r"),
};
const DOWN: Key = Key {
    name: "ArrowDown",
    code: 40,
    text: None,
};

/// Where the focus is.
#[derive(Debug, Deserialize)]
struct Focus {
    /// What is wanted is on the page.
    exists: bool,
    /// What is wanted has it.
    there: bool,
    /// Another choice of the same group has it.
    beside: bool,
    /// What has it chooses by having it.
    chosen: bool,
    /// One sees what has it.
    visible: bool,
    /// What has it.
    name: String,
}

/// Goes to what `selector` shows and presses Enter; of a group of choices it is then chosen.
pub async fn choose(page: &Page, selector: &str) {
    reach(page, selector).await;
    let chosen = focus(page, selector)
        .await
        .is_some_and(|focus| focus.chosen);
    if !chosen {
        press(page, ENTER).await;
    }
}

/// Goes to a field and writes.
pub async fn write(page: &Page, selector: &str, text: &str) {
    reach(page, selector).await;
    page.execute(InsertTextParams::new(text))
        .await
        .expect("a field");
}

async fn reach(page: &Page, selector: &str) {
    page.execute(SetFocusEmulationEnabledParams::new(true))
        .await
        .expect("a window");
    let deadline = Instant::now() + PATIENCE;
    let mut stops = 0;
    loop {
        assert!(Instant::now() < deadline, "{selector} is not reached");
        // A page that is just being replaced has no focus.
        let Some(focus) = focus(page, selector).await.filter(|focus| focus.exists) else {
            tokio::time::sleep(LOOK_EVERY).await;
            continue;
        };
        assert!(
            focus.visible,
            "on the way to {selector} the focus is not seen at {}",
            focus.name
        );
        if focus.there {
            return;
        }
        stops += 1;
        assert!(
            stops < STOPS_MAX,
            "{selector} is not among {STOPS_MAX} stops"
        );
        press(page, if focus.beside { DOWN } else { TAB }).await;
    }
}

async fn focus(page: &Page, selector: &str) -> Option<Focus> {
    let asked = format!("({FOCUS})({})", serde_json::json!(selector));
    let found = page.evaluate_expression(asked.as_str()).await.ok()?;
    found.into_value().ok()
}

async fn press(page: &Page, key: Key) {
    let event = |kind: DispatchKeyEventType| {
        let event = DispatchKeyEventParams::builder().r#type(kind).key(key.name);
        event.code(key.name).windows_virtual_key_code(key.code)
    };
    let down = match key.text {
        Some(text) => event(DispatchKeyEventType::KeyDown).text(text),
        None => event(DispatchKeyEventType::RawKeyDown),
    };
    for event in [down, event(DispatchKeyEventType::KeyUp)] {
        let event = event.build().expect("a whole event");
        page.execute(event).await.expect("a window");
    }
}

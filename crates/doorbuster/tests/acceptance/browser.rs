//! A real browser with windows that do not know each other, and what a shopper does in one: look,
//! click, fill in. Each look waits until there is something to see.

use super::keys;
use chromiumoxide::cdp::browser_protocol::dom::{
    FocusParams, ScrollIntoViewIfNeededParams, SetFileInputFilesParams,
};
use chromiumoxide::cdp::browser_protocol::emulation::{
    SetDeviceMetricsOverrideParams, SetScriptExecutionDisabledParams,
};
use chromiumoxide::cdp::browser_protocol::input::{
    DispatchMouseEventParams, DispatchMouseEventType, InsertTextParams, MouseButton,
};
use chromiumoxide::cdp::browser_protocol::log::EventEntryAdded;
use chromiumoxide::cdp::browser_protocol::network::{Headers, SetExtraHttpHeadersParams};
use chromiumoxide::cdp::browser_protocol::web_authn::{
    AddVirtualAuthenticatorParams, AuthenticatorProtocol, AuthenticatorTransport, EnableParams,
    VirtualAuthenticatorOptions,
};
use chromiumoxide::cdp::js_protocol::runtime::{EventConsoleApiCalled, EventExceptionThrown};
use chromiumoxide::{Element, Page};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long a shopper waits for something to show.
const PATIENCE: Duration = Duration::from_secs(20);
/// From this width on, in CSS pixels, a summary stands beside what it sums up.
const WIDE_FROM: u32 = 896;
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A browser; it dies with the test.
pub struct Chromium(studio::Chromium);

/// A window in a context of its own: no cookie is shared with another.
pub struct Window {
    page: Page,
    shop: String,
    console: Arc<Mutex<Vec<String>>>,
    keys: bool,
    narrow: bool,
}

/// What kind of window.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Its width in CSS pixels.
    pub width: u32,
    /// Whether scripts run in it.
    pub scripts: bool,
    /// What its `Accept-Language` says.
    pub language: &'static str,
    /// Whether all is done by keys: Tab, arrows, Enter and letters.
    pub keys: bool,
}

impl Chromium {
    /// Starts a browser; none, with a word, where there is none on this machine.
    pub async fn start() -> Option<Chromium> {
        if !studio::Chromium::executable().exists() {
            eprintln!("skipped: no browser (CHROME names one)");
            return None;
        }
        let browser = studio::Chromium::launch().await;
        Some(Chromium(browser.expect("the browser starts")))
    }

    /// A window for this shop.
    pub async fn window(&self, shop: &str, kind: Kind) -> Window {
        let page = self.0.window().await.expect("a page");
        let size = SetDeviceMetricsOverrideParams::new(kind.width, 900, 1.0, false);
        page.execute(size).await.expect("a size");
        let scripts = SetScriptExecutionDisabledParams::new(!kind.scripts);
        page.execute(scripts).await.expect("scripts or none");
        let language = Headers::new(json!({"Accept-Language": kind.language}));
        page.execute(SetExtraHttpHeadersParams::new(language))
            .await
            .expect("a language");
        let console = Arc::new(Mutex::new(Vec::new()));
        tokio::spawn(keep(complaints(&page).await, Arc::clone(&console)));
        Window {
            page,
            shop: shop.to_owned(),
            console,
            keys: kind.keys,
            narrow: kind.width < WIDE_FROM,
        }
    }

    /// Closes every window and ends.
    pub async fn close(self) {
        self.0.close().await.expect("it was still there");
    }
}

impl Window {
    /// True on a phone: sums and the way on stand in a bar at the foot of the window.
    pub fn is_narrow(&self) -> bool {
        self.narrow
    }

    /// From now on every request carries this key of staff.
    pub async fn carry(&self, language: &str, key: &str) {
        let headers =
            json!({"Accept-Language": language, "Authorization": format!("Bearer {key}")});
        let headers = SetExtraHttpHeadersParams::new(Headers::new(headers));
        self.page.execute(headers).await.expect("headers");
    }

    /// Drags what `selector` shows so many pixels to the right with the mouse.
    pub async fn drag(&self, selector: &str, right: f64) {
        let element = self.see(selector).await;
        element.scroll_into_view().await.expect("it is there");
        let point = element
            .clickable_point()
            .await
            .expect("a place to take hold of");
        let (x, y) = (point.x, point.y);
        for (kind, x) in [
            (DispatchMouseEventType::MousePressed, x),
            (DispatchMouseEventType::MouseMoved, x + right / 2.0),
            (DispatchMouseEventType::MouseMoved, x + right),
            (DispatchMouseEventType::MouseReleased, x + right),
        ] {
            let event = DispatchMouseEventParams::builder().r#type(kind).x(x).y(y);
            let event = event.button(MouseButton::Left).buttons(1).click_count(1);
            let event = event.build().expect("a mouse");
            self.page.execute(event).await.expect("a mouse");
        }
    }

    /// Has a field of files hold one, as choosing it does.
    pub async fn choose_file(&self, selector: &str, file: &std::path::Path) {
        let field = self.see(selector).await;
        let files = SetFileInputFilesParams::builder()
            .file(file.to_string_lossy())
            .backend_node_id(field.backend_node_id);
        let files = files.build().expect("a file");
        self.page.execute(files).await.expect("a file");
    }

    /// Goes to a path of the shop.
    pub async fn visit(&self, path: &str) {
        let url = format!("{}{path}", self.shop);
        self.page
            .goto(url.as_str())
            .await
            .unwrap_or_else(|fault| panic!("{url}: {fault}"));
    }

    /// Gives the window a device that makes passkeys and whose owner is always there.
    pub async fn holds_passkeys(&self) {
        let enable = EnableParams::builder().build();
        self.page.execute(enable).await.expect("WebAuthn");
        let (protocol, transport) = (
            AuthenticatorProtocol::Ctap2,
            AuthenticatorTransport::Internal,
        );
        let mut device = VirtualAuthenticatorOptions::new(protocol, transport);
        device.has_resident_key = Some(true);
        device.has_user_verification = Some(true);
        device.is_user_verified = Some(true);
        let device = AddVirtualAuthenticatorParams::new(device);
        self.page.execute(device).await.expect("a device");
    }

    /// Goes to a path again and again until it shows `selector`.
    pub async fn visit_until(&self, path: &str, selector: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.visit(path).await;
            if self.shows(selector).await {
                return;
            }
            if Instant::now() > deadline {
                self.miss(selector).await;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until `selector` shows.
    pub async fn see(&self, selector: &str) -> Element {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Ok(element) = self.page.find_element(selector).await {
                return element;
            }
            if Instant::now() > deadline {
                self.miss(selector).await;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// True when `selector` shows now.
    pub async fn shows(&self, selector: &str) -> bool {
        self.page.find_element(selector).await.is_ok()
    }

    /// Clicks on what `selector` shows, then waits for what comes of it.
    pub async fn click(&self, selector: &str, then: &str) {
        if self.keys {
            keys::choose(&self.page, selector).await;
            self.see(then).await;
            return;
        }
        let deadline = Instant::now() + PATIENCE;
        // A page that is just being replaced cannot be clicked on.
        while let Err(fault) = self.hit(selector).await {
            assert!(Instant::now() < deadline, "{selector}: {fault}");
            tokio::time::sleep(LOOK_EVERY).await;
        }
        self.see(then).await;
    }

    /// Writes into a field, as an input method does.
    pub async fn fill(&self, selector: &str, text: &str) {
        if self.keys {
            keys::write(&self.page, selector, text).await;
            return;
        }
        let field = self.see(selector).await;
        let focus = FocusParams::builder().backend_node_id(field.backend_node_id);
        self.page.execute(focus.build()).await.expect("a field");
        let insert = InsertTextParams::new(text);
        self.page.execute(insert).await.expect("a field");
    }

    /// Presses a key on what `selector` shows.
    pub async fn press(&self, selector: &str, key: &str) {
        let element = self.see(selector).await;
        let focused = element.focus().await.expect("it can have the focus");
        focused.press_key(key).await.expect("a key");
    }

    /// Runs a script.
    pub async fn run(&self, script: &str) {
        self.page.evaluate(script).await.expect("a page");
    }

    /// Waits until a script says true.
    pub async fn becomes(&self, script: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            // A page that is just being replaced says nothing.
            let said = self.page.evaluate(script).await.ok();
            if said.and_then(|said| said.into_value::<bool>().ok()) == Some(true) {
                return;
            }
            if Instant::now() > deadline {
                self.miss(script).await;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// An attribute of what `selector` shows.
    pub async fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.see(selector)
            .await
            .attribute(name)
            .await
            .expect("an element")
    }

    /// What stands in a field.
    pub async fn value(&self, selector: &str) -> String {
        let value = self.see(selector).await.string_property("value").await;
        value.expect("a field").unwrap_or_default()
    }

    /// All text of the page.
    pub async fn text(&self) -> String {
        match self.page.find_element("body").await {
            Ok(body) => body.inner_text().await.ok().flatten().unwrap_or_default(),
            Err(fault) => fault.to_string(),
        }
    }

    /// Nothing of the page lies to the right of the window.
    pub async fn fits(&self) {
        let beyond = "document.documentElement.scrollWidth - window.innerWidth";
        let beyond = self.page.evaluate(beyond).await.expect("a page");
        let beyond: i64 = beyond.into_value().expect("a number");
        assert!(
            beyond <= 0,
            "{} is {beyond} px too wide",
            self.address().await
        );
    }

    /// Nothing was written to the console, and nothing failed to load.
    pub async fn was_silent(&self) {
        let said = self
            .console
            .lock()
            .expect("nobody panics holding it")
            .clone();
        assert!(
            said.is_empty(),
            "the console says, last at {}: {said:#?}",
            self.address().await
        );
    }

    /// One click with the mouse. It asks nothing of the page's scripts, which may be off.
    async fn hit(&self, selector: &str) -> chromiumoxide::Result<()> {
        let element = self.see(selector).await;
        let scroll =
            ScrollIntoViewIfNeededParams::builder().backend_node_id(element.backend_node_id);
        self.page.execute(scroll.build()).await?;
        self.page.click(element.clickable_point().await?).await?;
        Ok(())
    }

    async fn address(&self) -> String {
        self.page.url().await.ok().flatten().unwrap_or_default()
    }

    async fn miss(&self, selector: &str) -> ! {
        panic!(
            "no `{selector}` at {}:\n{}",
            self.address().await,
            self.text().await
        )
    }
}

/// What a page writes to its console, and what the browser complains of.
async fn complaints(page: &Page) -> BoxStream<'static, String> {
    page.enable_log().await.expect("a log");
    let log = page
        .event_listener::<EventEntryAdded>()
        .await
        .expect("a listener");
    let console = page
        .event_listener::<EventConsoleApiCalled>()
        .await
        .expect("a listener");
    let thrown = page
        .event_listener::<EventExceptionThrown>()
        .await
        .expect("a listener");
    let log = log.map(|event| format!("{} {:?}", event.entry.text, event.entry.url));
    let console = console.map(|event| format!("{:?}: {:?}", event.r#type, event.args));
    let thrown = thrown.map(|event| format!("{:?}", event.exception_details));
    stream::select(log, stream::select(console, thrown)).boxed()
}

async fn keep(mut said: BoxStream<'static, String>, kept: Arc<Mutex<Vec<String>>>) {
    while let Some(line) = said.next().await {
        kept.lock().expect("nobody panics holding it").push(line);
    }
}

//! A real browser and its windows, which know nothing of each other: started, sized, lit, and listened to.

use crate::look::Look;
use anyhow::{Context, Result, anyhow, ensure};
use chromiumoxide::cdp::browser_protocol::emulation::{
    MediaFeature, SetDeviceMetricsOverrideParams, SetEmulatedMediaParams, SetScrollbarsHiddenParams,
};
use chromiumoxide::cdp::browser_protocol::network::{
    CookieParam, Headers, SetExtraHttpHeadersParams,
};
use chromiumoxide::cdp::browser_protocol::target::{
    CreateBrowserContextParams, CreateTargetParams, DisposeBrowserContextParams,
    GetTargetInfoParams, SetAutoAttachParams,
};
use chromiumoxide::{Browser, BrowserConfig, Page};
use futures::StreamExt;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// A browser; it ends when it is dropped.
pub struct Chromium {
    browser: Browser,
    events: JoinHandle<()>,
    profile: TempDir,
}

impl Chromium {
    /// Where it is on this machine: where `CHROME` says, else where Debian puts it.
    #[must_use]
    pub fn executable() -> PathBuf {
        std::env::var_os("CHROME").map_or("/usr/bin/chromium".into(), PathBuf::from)
    }

    /// Starts it.
    ///
    /// # Errors
    /// When there is none, or it does not start.
    pub async fn launch() -> Result<Chromium> {
        let executable = Chromium::executable();
        ensure!(
            executable.exists(),
            "no Chromium at {}: install it (Debian: `apt-get install chromium`) or set CHROME to its path",
            executable.display()
        );
        let profile = tempfile::tempdir().context("no temporary folder")?;
        let flags = ["disable-gpu", "disable-quic", "disable-component-update"];
        let config = BrowserConfig::builder()
            .chrome_executable(executable)
            .no_sandbox()
            .user_data_dir(profile.path())
            .launch_timeout(Duration::from_secs(60))
            .request_timeout(Duration::from_secs(60))
            .disable_https_first()
            .args(flags)
            .build();
        let config = config.map_err(|fault| anyhow!(fault))?;
        let (browser, mut handler) = Browser::launch(config).await?;
        let events = tokio::spawn(async move { while handler.next().await.is_some() {} });
        Ok(Chromium {
            browser,
            events,
            profile,
        })
    }

    /// A window in a context of its own, at which nobody has looked at anything yet.
    ///
    /// # Errors
    /// Those of the browser.
    pub async fn window(&self) -> Result<Page> {
        let context = CreateBrowserContextParams::default();
        let mut target = CreateTargetParams::new("about:blank");
        target.browser_context_id = Some(self.browser.create_browser_context(context).await?);
        let page = self.browser.new_page(target).await?;
        // Otherwise a page's worker would wait for a debugger, which does not always let it go on.
        let mut alone = SetAutoAttachParams::new(false, false);
        alone.flatten = Some(true);
        page.execute(alone).await?;
        Ok(page)
    }

    /// Closes a window together with its context: its cookies, its workers.
    ///
    /// # Errors
    /// Those of the browser.
    pub async fn shut(&self, window: &Page) -> Result<()> {
        let whose = GetTargetInfoParams::builder().target_id(window.target_id().clone());
        let whose = self.browser.execute(whose.build()).await?;
        let context = whose.result.target_info.browser_context_id;
        let context = context.context("every window has a context of its own")?;
        let dispose = DisposeBrowserContextParams::new(context);
        self.browser.execute(dispose).await?;
        Ok(())
    }

    /// Closes every window and ends.
    ///
    /// # Errors
    /// Those of the browser.
    pub async fn close(mut self) -> Result<()> {
        self.browser.close().await?;
        self.browser.wait().await?;
        self.events.await?;
        drop(self.profile);
        Ok(())
    }
}

/// Gives a window the size, the light and the language of a look; nothing moves in it.
///
/// # Errors
/// Those of the browser.
pub async fn dress(page: &Page, look: &Look) -> Result<()> {
    size(page, look.width, look.height(), look.scale).await?;
    page.execute(SetScrollbarsHiddenParams::new(true)).await?;
    let features = vec![
        MediaFeature::new("prefers-color-scheme", look.light.name()),
        MediaFeature::new("prefers-reduced-motion", "reduce"),
    ];
    let media = SetEmulatedMediaParams::builder().features(features);
    page.execute(media.build()).await?;
    let language = Headers::new(json!({"Accept-Language": look.language}));
    page.execute(SetExtraHttpHeadersParams::new(language))
        .await?;
    Ok(())
}

/// Gives a window a size in CSS pixels, and so many pixels of the picture for each.
///
/// # Errors
/// Those of the browser.
pub async fn size(page: &Page, width: u32, height: u32, scale: f64) -> Result<()> {
    let size = SetDeviceMetricsOverrideParams::new(width, height, scale, false);
    page.execute(size).await?;
    Ok(())
}

/// Gives a window a cookie of a shop.
///
/// # Errors
/// Those of the browser.
pub async fn know(page: &Page, shop: &str, (name, value): (&str, &str)) -> Result<()> {
    let cookie = CookieParam::builder().name(name).value(value).url(shop);
    page.set_cookie(cookie.build().map_err(|fault| anyhow!(fault))?)
        .await?;
    Ok(())
}

//! Contact sheets: a page with every shot, and for each scene one picture that shows all its looks.

use crate::browser::{Chromium, size};
use crate::look::settle;
use crate::shots::Shot;
use anyhow::Result;
use chromiumoxide::cdp::browser_protocol::page::CaptureScreenshotFormat;
use chromiumoxide::page::ScreenshotParams;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Six phones, or three desks, beside each other.
const WIDTH: u32 = 1_560;
const STYLE: &str = "body{font:14px system-ui;margin:24px;background:#ddd;color:#111}\
    section{margin:0 0 40px}.shots{display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start}\
    figure{margin:0}img{display:block;width:100%}figcaption{padding:4px 0}.wrong{color:#b00020;max-width:480px}\
    figure a{display:block;overflow:hidden;background:#fff;box-shadow:0 1px 4px #0006}\
    .w390{width:236px;max-height:760px}.w1440{width:488px;max-height:500px}";

/// Writes `index.html` and a sheet for each scene, and photographs the sheets into `sheets`.
///
/// # Errors
/// When a file cannot be written, or the browser fails.
pub async fn make(chromium: &Chromium, shots: &[Shot], out: &Path) -> Result<()> {
    fs::write(out.join("index.html"), page(shots, ""))?;
    let sheets = out.join("sheets");
    fs::create_dir_all(&sheets)?;
    let window = chromium.window().await?;
    for shots in shots.chunk_by(|one, next| one.scene == next.scene) {
        let name = shots[0].scene;
        let html = sheets.join(format!("{name}.html"));
        fs::write(&html, page(shots, "../"))?;
        window
            .goto(format!("file://{}", html.canonicalize()?.display()))
            .await?;
        size(&window, WIDTH, 900, 1.0).await?;
        size(&window, WIDTH, settle(&window).await?.height, 1.0).await?;
        let whole = ScreenshotParams::builder().format(CaptureScreenshotFormat::Png);
        let picture = window.screenshot(whole.build()).await?;
        fs::write(sheets.join(format!("{name}.png")), picture)?;
    }
    chromium.shut(&window).await?;
    Ok(())
}

fn page(shots: &[Shot], up: &str) -> String {
    let mut html =
        format!("<!doctype html><meta charset=utf-8><title>shots</title><style>{STYLE}</style>");
    for shots in shots.chunk_by(|one, next| one.scene == next.scene) {
        section(&mut html, shots, up).expect("text takes text");
    }
    html
}

fn section(html: &mut String, shots: &[Shot], up: &str) -> std::fmt::Result {
    let name = shots[0].scene;
    write!(html, "<section id={name}><h2>{name}</h2><div class=shots>")?;
    for shot in shots {
        let (file, width) = (shot.file.display(), shot.look.width);
        let picture = format!("<img src='{up}{file}' alt=''>");
        let caption = format!("{} · shift {:.3}", shot.look, shot.shift);
        write!(
            html,
            "<figure><a class=w{width} href='{up}{file}'>{picture}</a><figcaption>{caption}</figcaption>"
        )?;
        for wrong in &shot.wrong {
            write!(html, "<p class=wrong>{}", escaped(wrong))?;
        }
        html.push_str("</figure>");
    }
    html.push_str("</div></section>");
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

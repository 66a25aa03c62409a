//! Every scene of the studio's table, looked at on a phone and on a desk, in the light and in the dark: axe-core finds no
//! violation, nothing is too wide, cut off or under another, also at a zoom of 200 per cent and with words a third longer; the console is
//! silent, no request fails, and the answer tells browsers and caches what it must.

use super::process::repository;
use futures::{StreamExt, stream};
use std::path::Path;
use studio::look::look;
use studio::shots::WIDTHS;
use studio::stage::Plan;
use studio::{Chromium, Light, Look, Scene, Stage, answer, axe, named};

/// Asks for it: `all` for both lights at both widths, `some` for a phone in the light and a desk in the dark; `some:desk-deal`
/// looks only at the scenes whose names begin so.
pub const ASKED: &str = "DOORBUSTER_SCENES";
/// How many windows are looked at at once.
const WINDOWS: usize = 3;
/// How often a scene is looked at before what is wrong there is believed: a page that turns at a bell is gone.
const LOOKS_MAX: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn every_scene_is_accessible_and_holds_when_zoomed_or_wordy_and_the_console_is_silent() {
    if std::env::var_os(ASKED).is_none() {
        eprintln!("skipped: {ASKED}=some looks at every scene, which takes a quarter of an hour");
        return;
    }
    if !Chromium::executable().exists() {
        eprintln!("skipped: no browser (CHROME names one)");
        return;
    }
    let axe = axe::source(&target());
    if let Err(fault) = &axe {
        eprintln!("without axe: {fault:#}");
    }
    let axe = axe.ok();
    let plan = Plan {
        doorbuster: Path::new(env!("CARGO_BIN_EXE_doorbuster")),
        demo: &repository().join("demo"),
        catalogue: None,
        boards: true,
        crowd_seconds: 0,
        tell: &|what| eprintln!("{what}"),
    };
    let stage = Stage::open(&plan).await.expect("the stage is set");
    let chromium = Chromium::launch().await.expect("the browser starts");
    let wrong = looked_at(&chromium, &stage, axe.as_deref()).await;
    chromium.close().await.expect("it was still there");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong in all scenes.
async fn looked_at(chromium: &Chromium, stage: &Stage, axe: Option<&str>) -> Vec<String> {
    let asked = std::env::var(ASKED).unwrap_or_default();
    let only = asked.split_once(':').map(|(_, only)| only);
    let all = named(only)
        .into_iter()
        .flat_map(|scene| looks().into_iter().map(move |how| (scene, how)));
    let seen = stream::iter(all.map(|(scene, how)| patiently(chromium, stage, scene, how, axe)));
    seen.buffered(WINDOWS)
        .flat_map(stream::iter)
        .collect()
        .await
}

fn looks() -> Vec<Look> {
    let all = std::env::var(ASKED).is_ok_and(|how| how.starts_with("all"));
    let [phone, desk] = WIDTHS;
    let both = |width| [(width, Light::Light), (width, Light::Dark)];
    let looks = match all {
        true => [both(phone), both(desk)].concat(),
        false => vec![(phone, Light::Light), (desk, Light::Dark)],
    };
    let look = |(width, light)| Look {
        light,
        ..Look::at(width)
    };
    looks.into_iter().map(look).collect()
}

async fn patiently(
    chromium: &Chromium,
    stage: &Stage,
    scene: &Scene,
    how: Look,
    axe: Option<&str>,
) -> Vec<String> {
    let mut looks = 0;
    let wrong = loop {
        looks += 1;
        match examined(chromium, stage, scene, how, axe).await {
            Ok(wrong) if wrong.is_empty() => break wrong,
            _ if looks < LOOKS_MAX => {}
            Ok(wrong) => break wrong,
            Err(fault) => break vec![format!("{fault:#}")],
        }
    };
    let told = wrong.into_iter();
    told.map(|what| format!("{} {how}: {what}", scene.name))
        .collect()
}

/// What is wrong in a scene: as it is, then with longer words, then, on a desk, zoomed.
async fn examined(
    chromium: &Chromium,
    stage: &Stage,
    scene: &Scene,
    how: Look,
    axe: Option<&str>,
) -> anyhow::Result<Vec<String>> {
    let mut seen = look(chromium, stage, scene, how).await?;
    let mut wrong = std::mem::take(&mut seen.wrong);
    wrong.extend(answer::examine(stage, scene).await?);
    if let Some(axe) = axe {
        let mut violations = axe::violations(&seen.page, axe).await?;
        // Who waits without scripts hears by nothing but a page that loads itself again.
        violations.retain(|what| scene.scripts || !what.starts_with("axe meta-refresh"));
        wrong.extend(violations);
    }
    seen.lengthen().await?;
    let wordy = seen.examine().await?.into_iter();
    wrong.extend(wordy.map(|what| format!("wordy, {what}")));
    // A phone at 200 per cent is half a phone: what WCAG asks for is 320 px.
    if how.width > 600 {
        seen.zoom().await?;
        let zoomed = seen.examine().await?.into_iter();
        wrong.extend(zoomed.map(|what| format!("zoomed, {what}")));
    }
    chromium.shut(&seen.page).await?;
    Ok(wrong)
}

/// The folder in which cargo builds.
fn target() -> std::path::PathBuf {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    tmp.parent()
        .expect("it lies in the target folder")
        .to_owned()
}

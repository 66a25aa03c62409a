//! Shots: a picture of every scene in every look, several windows at a time, and what was wrong in them.

use crate::browser::Chromium;
use crate::look::{Light, Look, Seen, look};
use crate::scenes::Scene;
use crate::stage::Stage;
use anyhow::{Context, Result};
use chromiumoxide::cdp::browser_protocol::page::CaptureScreenshotFormat::{Png, Webp};
use futures::{StreamExt, TryStreamExt, stream};
use std::fs;
use std::path::{Path, PathBuf};

/// How many windows are looked at at once.
const WINDOWS: usize = 3;
/// A phone and a desk.
pub const WIDTHS: [u32; 2] = [390, 1_440];
/// How often a scene is looked at until a picture comes of it.
const LOOKS_MAX: usize = 3;
const LANGUAGES: [&str; 3] = ["ko", "zh", "en"];

/// A picture that was taken.
#[derive(Debug)]
pub struct Shot {
    /// The scene's name.
    pub scene: &'static str,
    /// How it was looked at.
    pub look: Look,
    /// Where the picture is, below the folder of the shots.
    pub file: PathBuf,
    /// How far the layout jumped.
    pub shift: f64,
    /// What must not be.
    pub wrong: Vec<String>,
}

/// A picture for the guide: what the file is called, the scene, how it is looked at.
type GuidePicture = (&'static str, &'static str, Look);

/// The pictures of README and guide, each a window full.
const GUIDE: &[GuidePicture] = &[
    ("home", "home", Look::at(1_440)),
    ("deals", "deals", Look::at(1_440)),
    ("deal-phone", "deal", phone(Light::Dark)),
    ("cart-phone", "cart", phone(Light::Light)),
    ("checkout", "checkout", Look::at(1_440)),
    ("order-phone", "order-delivered", phone(Light::Light)),
    ("return-phone", "return", phone(Light::Light)),
    ("board", "board", Look::at(1_440)),
    ("board-phone", "board", phone(Light::Dark)),
    ("desk-today", "desk-today", Look::at(1_440)),
    ("desk-deals", "desk-deals", Look::at(1_440)),
    ("desk-timeline", "desk-timeline", Look::at(1_440)),
    ("desk-order", "desk-order", Look::at(1_440)),
    ("desk-today-phone", "desk-today", phone(Light::Dark)),
];

const fn phone(light: Light) -> Look {
    Look {
        light,
        ..Look::at(390)
    }
}

/// The looks in which a scene is photographed: a page in all, a state in one at each width.
#[must_use]
pub fn looks(scene: &Scene) -> Vec<Look> {
    let mut looks = Vec::new();
    for width in WIDTHS {
        if !scene.page {
            looks.push(Look::at(width));
            continue;
        }
        for light in [Light::Light, Light::Dark] {
            looks.extend(LANGUAGES.map(|language| Look {
                light,
                language,
                ..Look::at(width)
            }));
        }
    }
    looks
}

/// Takes all pictures of these scenes into a folder; `taken` is called after each.
///
/// # Errors
/// When the browser fails, or a scene is not what the table says.
pub async fn take(
    chromium: &Chromium,
    stage: &Stage,
    scenes: &[&'static Scene],
    out: &Path,
    taken: impl Fn(&Shot),
) -> Result<Vec<Shot>> {
    for scene in scenes {
        let folder = out.join(scene.name);
        fs::create_dir_all(&folder).with_context(|| format!("no folder {}", folder.display()))?;
    }
    let all = scenes
        .iter()
        .flat_map(|scene| looks(scene).into_iter().map(|look| (*scene, look)));
    let shots = stream::iter(all.map(|(scene, look)| one(chromium, stage, scene, look, out)));
    let shots = shots.buffered(WINDOWS).inspect_ok(taken);
    shots.try_collect().await
}

async fn one(
    chromium: &Chromium,
    stage: &Stage,
    scene: &'static Scene,
    how: Look,
    out: &Path,
) -> Result<Shot> {
    let file = PathBuf::from(scene.name).join(format!("{how}.png"));
    let mut shot = Shot {
        scene: scene.name,
        look: how,
        file,
        shift: 0.0,
        wrong: Vec::new(),
    };
    match photographed(chromium, stage, scene, how).await {
        Ok((seen, picture)) => {
            fs::write(out.join(&shot.file), picture)?;
            (shot.shift, shot.wrong) = (seen.shift, seen.wrong.clone());
            chromium.shut(&seen.page).await?;
        }
        Err(fault) => shot.wrong.push(format!("{fault:#}")),
    }
    Ok(shot)
}

/// What was seen, and its picture. A page that turns at a bell just then is looked at again.
async fn photographed(
    chromium: &Chromium,
    stage: &Stage,
    scene: &Scene,
    how: Look,
) -> Result<(Seen, Vec<u8>)> {
    let mut looks = 0;
    loop {
        looks += 1;
        let came = async {
            let seen = look(chromium, stage, scene, how).await?;
            let picture = seen.picture(Png).await?;
            anyhow::Ok((seen, picture))
        };
        match came.await {
            Err(_) if looks < LOOKS_MAX => {}
            came => return came,
        }
    }
}

/// Takes the pictures of README and guide; how many.
///
/// # Errors
/// As [`take`].
pub async fn guide(chromium: &Chromium, stage: &Stage, out: &Path) -> Result<usize> {
    fs::create_dir_all(out)?;
    for (file, name, how) in GUIDE {
        let scene = crate::scenes::SCENES
            .iter()
            .find(|scene| scene.name == *name);
        let scene = scene.with_context(|| format!("no scene is called {name}"))?;
        let seen = look(chromium, stage, scene, *how).await?;
        let picture = seen.window_picture(Webp).await?;
        fs::write(out.join(format!("{file}.webp")), picture)?;
        chromium.shut(&seen.page).await?;
    }
    Ok(GUIDE.len())
}

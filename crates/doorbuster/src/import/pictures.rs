//! Pictures: made once into a few widths of WebP, kept as files named by their content.

use super::report::Problems;
use crate::house::House;
use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use intake::pictures::{Job, Made, PictureHash, Size, make_all};
use intake::{Cause, Location, PictureSource, RowProblem};
use records::Picture;
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The widths that pages use, in pixels.
const WIDTHS: [u32; 3] = [160, 480, 960];

/// A product whose pictures are to be made.
pub(super) struct Wanted {
    pub location: Location,
    pub product: String,
    pub sources: Vec<PictureSource>,
}

/// Makes what is not there yet. Dead pictures are problems; their products go without.
pub(super) async fn make(
    house: &House,
    folder: &Path,
    wanted: Vec<Wanted>,
    problems: &mut Problems,
) -> anyhow::Result<()> {
    if wanted.is_empty() {
        return Ok(());
    }
    let target = house.data().join("pictures");
    fs::create_dir_all(&target).with_context(|| format!("no folder {}", target.display()))?;
    let (folder, total) = (
        folder.to_owned(),
        wanted.iter().map(|w| w.sources.len()).sum::<usize>(),
    );
    let making =
        tokio::task::spawn_blocking(move || Workshop::at(target, total).run(&folder, wanted));
    let mut made = making.await.context("making pictures panicked")??;
    for (job, problem) in std::mem::take(&mut made.dead) {
        match known(house, &job, &problem).await? {
            Some(picture) => made.put(job, picture),
            None => problems.take(&problem),
        }
    }
    for (product, pictures) in made.pictures {
        let pictures: Vec<Picture> = pictures.into_values().collect();
        house.records.put_pictures(&product, &pictures).await?;
    }
    Ok(())
}

/// What the records know of a picture that is not there any more: a catalogue that was exported has
/// the names of its pictures and not their files.
async fn known(house: &House, job: &Job, problem: &RowProblem) -> anyhow::Result<Option<Picture>> {
    if problem.cause != Cause::PictureMissing {
        return Ok(None);
    }
    let known = house.records.pictures(&job.product).await?;
    let same = known
        .into_iter()
        .find(|picture| picture.source == job.source.0);
    let target = house.data().join("pictures");
    Ok(same.filter(|picture| target.join(format!("{}.json", picture.hash)).exists()))
}

#[derive(Default)]
struct Finished {
    pictures: BTreeMap<String, BTreeMap<usize, Picture>>,
    dead: Vec<(Job, RowProblem)>,
}

impl Finished {
    fn put(&mut self, job: Job, picture: Picture) {
        let pictures = self.pictures.entry(job.product).or_default();
        pictures.insert(job.position, picture);
    }
}

struct Workshop {
    target: PathBuf,
    bar: ProgressBar,
}

impl Workshop {
    fn at(target: PathBuf, total: usize) -> Workshop {
        let template = "pictures {bar:40} {pos}/{len}, {eta} left";
        let style = ProgressStyle::with_template(template).expect("the template is valid");
        Workshop {
            target,
            bar: ProgressBar::new(total as u64).with_style(style),
        }
    }

    fn run(&self, folder: &Path, wanted: Vec<Wanted>) -> anyhow::Result<Finished> {
        let known = self.known()?;
        let jobs = wanted.into_iter().flat_map(|wanted| {
            let Wanted {
                location,
                product,
                sources,
            } = wanted;
            sources
                .into_iter()
                .enumerate()
                .map(move |(position, source)| Job {
                    location: location.clone(),
                    product: product.clone(),
                    position,
                    source,
                })
        });
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        let (mut finished, mut failed) = (Finished::default(), None);
        let is_known = |hash: &PictureHash| known.contains(&hash.to_string());
        make_all(folder, jobs, workers, &WIDTHS, is_known, |job, made| {
            self.bar.inc(1);
            if let Err(error) = self.take(job, made, &mut finished) {
                failed.get_or_insert(error);
            }
        });
        self.bar.finish_and_clear();
        failed.map_or(Ok(finished), Err)
    }

    /// The hashes that were made before.
    fn known(&self) -> anyhow::Result<HashSet<String>> {
        let mut known = HashSet::new();
        for entry in fs::read_dir(&self.target)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if let Some(hash) = name.strip_suffix(".json") {
                known.insert(hash.to_owned());
            }
        }
        Ok(known)
    }

    fn take(&self, job: Job, made: Made, finished: &mut Finished) -> anyhow::Result<()> {
        let (hash, sizes) = match made {
            Made::Known(hash) => (hash, self.read_sizes(&hash)?),
            Made::Sizes(hash, sizes) => (hash, self.write_sizes(&hash, &sizes)?),
            Made::Dead(problem) => {
                finished.dead.push((job, problem));
                return Ok(());
            }
        };
        let (width, height) = *sizes.last().context("a picture has a size")?;
        let picture = Picture {
            source: job.source.0.clone(),
            hash: hash.to_string(),
            width,
            height,
            widths: sizes.iter().map(|(width, _)| *width).collect(),
        };
        finished.put(job, picture);
        Ok(())
    }

    /// Writes the files, and last the list of sizes by which the picture is known.
    fn write_sizes(&self, hash: &PictureHash, sizes: &[Size]) -> anyhow::Result<Vec<(u32, u32)>> {
        for size in sizes {
            fs::write(
                self.target.join(format!("{hash}-{}.webp", size.width)),
                &size.webp,
            )?;
        }
        let list: Vec<(u32, u32)> = sizes.iter().map(|size| (size.width, size.height)).collect();
        fs::write(
            self.target.join(format!("{hash}.json")),
            serde_json::to_vec(&list)?,
        )?;
        Ok(list)
    }

    fn read_sizes(&self, hash: &PictureHash) -> anyhow::Result<Vec<(u32, u32)>> {
        let bytes = fs::read(self.target.join(format!("{hash}.json")))?;
        Ok(serde_json::from_slice(&bytes)?)
    }
}

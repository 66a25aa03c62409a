//! Pictures made light: any JPEG, PNG, WebP or GIF, upright, as WebP in a few widths.
//!
//! Where they are kept and how they are addressed is not known here. GIFs give their first frame.

use crate::{Cause, Location, PictureSource, RowProblem};
use fast_image_resize::Resizer;
use image::{DynamicImage, GenericImageView, ImageDecoder, ImageReader, Limits};
use sha2::{Digest, Sha256};
use std::fmt;
use std::fs::File;
use std::io::{Cursor, ErrorKind, Read};
use std::path::Path;
use std::sync::{Mutex, mpsc};

/// The widths that are made unless others are asked for, in pixels.
pub const WIDTHS: [u32; 3] = [160, 480, 960];

/// The largest file that is read, in bytes.
pub const BYTES_MAX: u64 = 32 << 20;
/// The most pixels that are decoded.
pub const PIXELS_MAX: u64 = 50_000_000;
/// The longest side that WebP can have, in pixels.
const SIDE_MAX: u32 = 16_383;
/// Of 100; at 78 the eye finds little fault with photographs.
const QUALITY: f32 = 78.0;
/// Finished pictures that may wait for the caller, for each worker.
const WAITING_MAX: usize = 4;

/// The SHA-256 of the bytes that a picture was made of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PictureHash(pub [u8; 32]);

impl fmt::Display for PictureHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PictureHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// One size of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The WebP file.
    pub webp: Vec<u8>,
}

/// A picture that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The row that names it, for messages.
    pub location: Location,
    /// The product it belongs to.
    pub product: String,
    /// Which of the product's pictures it is, from 0.
    pub position: usize,
    /// Where it lies.
    pub source: PictureSource,
}

/// What became of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// The caller has its sizes already.
    Known(PictureHash),
    /// It was made, narrowest size first.
    Sizes(PictureHash, Vec<Size>),
    /// It is dead; the product goes without.
    Dead(RowProblem),
}

/// The hash by which a picture is known.
pub fn hash(bytes: &[u8]) -> PictureHash {
    PictureHash(Sha256::digest(bytes).into())
}

/// Makes the sizes of one picture: each width, but none wider than the picture itself, which then
/// stands for all wider ones.
///
/// # Errors
/// [`Cause::PictureBroken`] or [`Cause::PictureTooLarge`].
pub fn make(bytes: &[u8], widths: &[u32]) -> Result<Vec<Size>, Cause> {
    let picture = decode(bytes)?;
    let mut narrowed: Vec<u32> = widths
        .iter()
        .map(|width| (*width).min(picture.width()))
        .collect();
    narrowed.sort_unstable();
    narrowed.dedup();
    let mut resizer = Resizer::new();
    let sizes = narrowed
        .into_iter()
        .map(|width| size(&picture, width, &mut resizer));
    sizes.collect()
}

/// Makes many pictures with `workers` threads and hands each on, in no particular order, to the
/// calling thread. `known` says which need not be made; at most a few finished ones wait for `each`.
pub fn make_all(
    folder: &Path,
    jobs: impl Iterator<Item = Job> + Send,
    workers: usize,
    widths: &[u32],
    known: impl Fn(&PictureHash) -> bool + Sync,
    mut each: impl FnMut(Job, Made),
) {
    let workers = workers.max(1);
    let jobs = Mutex::new(jobs);
    let (finished, results) = mpsc::sync_channel(workers * WAITING_MAX);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (finished, jobs, known) = (finished.clone(), &jobs, &known);
            scope.spawn(move || {
                while let Some(job) = next(jobs) {
                    let made = made(folder, &job, widths, known);
                    if finished.send((job, made)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(finished);
        results.into_iter().for_each(|(job, made)| each(job, made));
    });
}

fn next(jobs: &Mutex<impl Iterator<Item = Job>>) -> Option<Job> {
    jobs.lock().expect("taking a job does not panic").next()
}

fn made(folder: &Path, job: &Job, widths: &[u32], known: &impl Fn(&PictureHash) -> bool) -> Made {
    let dead = |cause| {
        let problem = RowProblem::refusing(&job.location, cause);
        Made::Dead(problem.of("pictures", &job.source.0).but_kept())
    };
    let bytes = match read(folder, &job.source) {
        Ok(bytes) => bytes,
        Err(cause) => return dead(cause),
    };
    let hash = hash(&bytes);
    if known(&hash) {
        return Made::Known(hash);
    }
    make(&bytes, widths).map_or_else(dead, |sizes| Made::Sizes(hash, sizes))
}

fn read(folder: &Path, source: &PictureSource) -> Result<Vec<u8>, Cause> {
    let missing = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Cause::PictureMissing,
        _ => Cause::PictureBroken,
    };
    let mut bytes = Vec::new();
    let file = File::open(folder.join(&source.0)).map_err(missing)?;
    file.take(BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(missing)?;
    match bytes.len() as u64 > BYTES_MAX {
        true => Err(Cause::PictureTooLarge),
        false => Ok(bytes),
    }
}

/// The picture upright, in 8 bits a channel, with transparency only where it has some.
fn decode(bytes: &[u8]) -> Result<DynamicImage, Cause> {
    let mut reader = ImageReader::new(Cursor::new(bytes));
    reader = reader
        .with_guessed_format()
        .map_err(|_| Cause::PictureBroken)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(PIXELS_MAX * 8);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(cause_of)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(Cause::PictureTooLarge);
    }
    let orientation = decoder.orientation().map_err(cause_of)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(cause_of)?;
    picture.apply_orientation(orientation);
    Ok(match picture.color().has_alpha() {
        true => DynamicImage::ImageRgba8(picture.into_rgba8()),
        false => DynamicImage::ImageRgb8(picture.into_rgb8()),
    })
}

fn cause_of(error: image::ImageError) -> Cause {
    match error {
        image::ImageError::Limits(_) => Cause::PictureTooLarge,
        _ => Cause::PictureBroken,
    }
}

fn size(picture: &DynamicImage, width: u32, resizer: &mut Resizer) -> Result<Size, Cause> {
    let scaled = u64::from(picture.height()) * u64::from(width) / u64::from(picture.width());
    let height = u32::try_from(scaled.max(1)).map_err(|_| Cause::PictureTooLarge)?;
    if width > SIDE_MAX || height > SIDE_MAX {
        return Err(Cause::PictureTooLarge);
    }
    if (width, height) == picture.dimensions() {
        return encoded(picture);
    }
    let mut smaller = DynamicImage::new(width, height, picture.color());
    let resized = resizer.resize(picture, &mut smaller, None);
    resized.map_err(|_| Cause::PictureBroken)?;
    encoded(&smaller)
}

fn encoded(picture: &DynamicImage) -> Result<Size, Cause> {
    let (width, height) = picture.dimensions();
    let encoder = match picture {
        DynamicImage::ImageRgba8(_) => webp::Encoder::from_rgba(picture.as_bytes(), width, height),
        _ => webp::Encoder::from_rgb(picture.as_bytes(), width, height),
    };
    let webp = encoder
        .encode_simple(false, QUALITY)
        .map_err(|_| Cause::PictureBroken)?;
    Ok(Size {
        width,
        height,
        webp: webp.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

    /// Red above, blue below.
    fn flag(width: u32, height: u32) -> DynamicImage {
        let colour = |y| {
            if y < height / 2 {
                Rgb([255, 0, 0])
            } else {
                Rgb([0, 0, 255])
            }
        };
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |_, y| colour(y)))
    }

    fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("memory writes");
        bytes.into_inner()
    }

    /// A JPEG whose EXIF says that it lies on its side.
    fn lying(jpeg: &[u8]) -> Vec<u8> {
        let tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let length = u16::try_from(2 + 6 + tiff.len()).expect("short");
        let mut bytes = jpeg[..2].to_vec();
        bytes.extend([0xFF, 0xE1]);
        bytes.extend(length.to_be_bytes());
        bytes.extend(b"Exif\0\0");
        bytes.extend(tiff);
        bytes.extend(&jpeg[2..]);
        bytes
    }

    fn dimensions(sizes: &[Size]) -> Vec<(u32, u32)> {
        sizes.iter().map(|size| (size.width, size.height)).collect()
    }

    #[test]
    fn every_format_becomes_webp_in_each_width_and_none_is_enlarged() {
        for format in [
            ImageFormat::Jpeg,
            ImageFormat::Png,
            ImageFormat::WebP,
            ImageFormat::Gif,
        ] {
            let sizes = make(&file(&flag(400, 200), format), &WIDTHS).expect("a good picture");
            assert_eq!(dimensions(&sizes), [(160, 80), (400, 200)], "{format:?}");
            for size in sizes {
                let read = image::load_from_memory_with_format(&size.webp, ImageFormat::WebP);
                let read = read.expect("it is WebP").into_rgb8();
                let top = read.get_pixel(size.width / 2, 2).0;
                assert!(top[0] > 180 && top[2] < 80, "{format:?} {top:?}");
            }
        }
    }

    #[test]
    fn a_photograph_on_its_side_is_set_upright() {
        let jpeg = lying(&file(&flag(400, 200), ImageFormat::Jpeg));
        let sizes = make(&jpeg, &[100]).expect("a good picture");
        assert_eq!(dimensions(&sizes), [(100, 200)]);
        let read = image::load_from_memory(&sizes[0].webp)
            .expect("it is WebP")
            .into_rgb8();
        assert!(read.get_pixel(90, 100).0[0] > 180, "red lies to the right");
    }

    #[test]
    fn transparency_is_kept() {
        let clear = RgbaImage::from_pixel(20, 20, Rgba([9, 9, 9, 0]));
        let sizes = make(
            &file(&DynamicImage::ImageRgba8(clear), ImageFormat::Png),
            &[10],
        );
        let webp = &sizes.expect("a good picture")[0].webp;
        let read = image::load_from_memory(webp).expect("it is WebP");
        assert_eq!(read.into_rgba8().get_pixel(5, 5).0[3], 0);
    }

    #[test]
    fn broken_and_oversized_pictures_are_told_apart() {
        let whole = file(&flag(400, 200), ImageFormat::Png);
        assert_eq!(
            make(&whole[..whole.len() / 2], &WIDTHS),
            Err(Cause::PictureBroken)
        );
        assert_eq!(make(b"no picture", &WIDTHS), Err(Cause::PictureBroken));
        assert_eq!(make(b"", &WIDTHS), Err(Cause::PictureBroken));
        let mut bomb = whole;
        bomb[16..24].copy_from_slice(&[0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF]);
        let checksum = crc32(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert_eq!(make(&bomb, &WIDTHS), Err(Cause::PictureTooLarge));
    }

    /// The checksum of a PNG chunk (ISO 3309).
    fn crc32(bytes: &[u8]) -> u32 {
        let step = |crc: u32, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            }
        };
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), step)
        })
    }

    #[test]
    fn many_are_made_each_once_and_the_dead_are_problems_of_kept_rows() {
        let folder = tempfile::tempdir().expect("a folder");
        let good = file(&flag(40, 20), ImageFormat::Png);
        std::fs::write(folder.path().join("good.png"), &good).expect("a file");
        std::fs::write(folder.path().join("dead.jpg"), b"dead").expect("a file");
        let job = |position: usize| Job {
            location: Location {
                file: "a.csv".into(),
                line: 2,
            },
            product: "7".into(),
            position,
            source: PictureSource(["good.png", "dead.jpg", "none.png"][position % 3].into()),
        };
        let mut seen = Vec::new();
        make_all(
            folder.path(),
            (0..30).map(job),
            3,
            &WIDTHS,
            |_| false,
            |job, made| {
                let became = match made {
                    Made::Sizes(of, sizes) if of == hash(&good) && sizes.len() == 1 => "good",
                    Made::Dead(problem) if problem.kept => problem.cause.name(),
                    _ => "wrong",
                };
                seen.push((job.position, became));
            },
        );
        seen.sort_unstable();
        let expected = |at| (at, ["good", "picture_broken", "picture_missing"][at % 3]);
        assert_eq!(seen, (0..30).map(expected).collect::<Vec<_>>());
    }

    #[test]
    fn a_known_picture_is_not_made_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let good = file(&flag(40, 20), ImageFormat::Png);
        std::fs::write(folder.path().join("good.png"), &good).expect("a file");
        let job = Job {
            location: Location {
                file: "a.csv".into(),
                line: 2,
            },
            product: "7".into(),
            position: 0,
            source: PictureSource("good.png".into()),
        };
        let known = hash(&good);
        let mut became = Vec::new();
        make_all(
            folder.path(),
            std::iter::once(job),
            1,
            &WIDTHS,
            |h| *h == known,
            |_, m| became.push(m),
        );
        assert_eq!(became, [Made::Known(known)]);
    }
}

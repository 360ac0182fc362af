//! `images`: photographs in, thumbnails out. Nearly all of it is computing: unpacking, resizing,
//! packing.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use common::{Pace, TempDir};
use fast_image_resize::images::Image;
use fast_image_resize::{PixelType, Resizer};
use image::{ImageFormat, Rgb, RgbImage};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::approach::{ALL, Job};
use super::notebook::PROCESSING_IMAGES;
use super::workload::{Ideal, Workload};
use lesson_04_pools::executor::Task;
use lesson_04_pools::support::files::hex;

/// Pixels along each side of a picture.
const SIDE: u32 = 256;
/// Pixels along each side of its thumbnail.
const SMALL: u32 = 64;

/// One picture to be made smaller.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Thumbnail {
    from: PathBuf,
    to: PathBuf,
}

impl Thumbnail {
    /// Reads, resizes, writes. Returns the thumbnail's checksum.
    fn make(&self) -> Result<String> {
        let picture = image::open(&self.from)?.into_rgb8();
        let (width, height) = picture.dimensions();
        let from = Image::from_vec_u8(width, height, picture.into_raw(), PixelType::U8x3)?;

        let mut small = Image::new(SMALL, SMALL, PixelType::U8x3);
        Resizer::new().resize(&from, &mut small, None)?;

        let small = RgbImage::from_raw(SMALL, SMALL, small.into_vec()).context("too few pixels")?;
        small.save_with_format(&self.to, ImageFormat::Png)?;
        Ok(hex(&Sha256::digest(small.as_raw())))
    }
}

impl Task for Thumbnail {
    type Output = Result<String, String>;

    fn run(self) -> Result<String, String> {
        self.make()
            .map_err(|error| format!("{}: {error}", self.from.display()))
    }
}

impl Job for Thumbnail {
    const NAME: &'static str = "images";
}

/// Paints a picture that no other one is like.
fn paint(number: u32, path: &Path) -> Result<(), image::ImageError> {
    let waves = |x: u32, y: u32| {
        let [red, green] =
            [x * (number % 7 + 1), y * (number % 5 + 1)].map(|wave| wave.to_le_bytes()[0]);
        Rgb([red, green, (x ^ y ^ number).to_le_bytes()[0]])
    };
    RgbImage::from_fn(SIDE, SIDE, waves).save_with_format(path, ImageFormat::Png)
}

/// Paints `jobs` pictures into a folder.
pub fn workload(jobs: usize, _pace: Pace) -> Result<Workload<Vec<Thumbnail>>> {
    let folder = TempDir::new("lesson-04-images")?;
    let job = |number: u32| {
        let from = folder.path().join(format!("{number}.png"));
        paint(number, &from)?;
        Ok(Thumbnail {
            to: from.with_extension("small.png"),
            from,
        })
    };
    let thumbnails: Result<_, image::ImageError> =
        (0..u32::try_from(jobs)?).into_par_iter().map(job).collect();

    Ok(Workload {
        name: "images".to_owned(),
        about: format!(
            "{jobs} PNG files of {SIDE} by {SIDE} pixels made into thumbnails of {SMALL} by {SMALL}"
        ),
        approaches: ALL.to_vec(),
        left_out: Vec::new(),
        work: thumbnails?,
        jobs,
        wait: None,
        ideal: Ideal::AllCores,
        notebook: PROCESSING_IMAGES,
        keep: Some(Box::new(folder)),
    })
}

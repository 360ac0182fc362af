//! A picture in, a small picture out: the work of the processes of `images`.
//!
//! Only the file's name travels to the worker: it opens the file itself. A file that is damaged is an answer like any
//! other, and the rest is done.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tracing::info_span;

use crate::support::picture::Picture;

/// A thumbnail has a fourth of the columns and of the rows: each of its dots is the mean of 4 × 4.
const TIMES: usize = 4;

/// A picture to read, and the folder for its thumbnail, which has the same name.
#[derive(Serialize, Deserialize)]
pub struct Job {
    pub from: PathBuf,
    pub to: PathBuf,
}

/// The thumbnail's columns and rows, or the fault of the picture.
pub type Answer = Result<(usize, usize), String>;

/// Makes the thumbnail of one file.
pub fn thumbnail(job: &Job) -> Answer {
    let name = job.from.file_stem().unwrap_or_default().to_string_lossy();
    let _span = info_span!("thumbnail of", %name).entered();

    let small = shrink(&Picture::read(&job.from)?);
    let file = job.from.file_name().unwrap_or_default();
    let written = small.write(&job.to.join(file));
    written.map_err(|why| why.to_string())?;
    Ok((small.columns, small.rows))
}

/// Makes a small picture, each dot of which is the mean of a square of the large one.
fn shrink(large: &Picture) -> Picture {
    let columns = large.columns / TIMES;
    let rows = large.rows / TIMES;
    let mut dots = Vec::with_capacity(columns * rows * 3);

    for row in 0..rows {
        for column in 0..columns {
            let mut sums = [0_usize; 3];
            for y in row * TIMES..(row + 1) * TIMES {
                let start = (y * large.columns + column * TIMES) * 3;
                for dot in large.dots[start..start + 3 * TIMES].chunks_exact(3) {
                    sums[0] += usize::from(dot[0]);
                    sums[1] += usize::from(dot[1]);
                    sums[2] += usize::from(dot[2]);
                }
            }
            dots.extend(sums.map(|sum| u8::try_from(sum / (TIMES * TIMES)).unwrap_or(u8::MAX)));
        }
    }

    Picture {
        columns,
        rows,
        dots,
    }
}

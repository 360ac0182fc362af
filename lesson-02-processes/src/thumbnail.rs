//! A picture in, a small picture out: what the workers of `images` do.

use std::fs::File;
use std::io::{self, BufReader, BufWriter};
use std::path::{Path, PathBuf};

use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Transformations};
use serde::{Deserialize, Serialize};
use tracing::info_span;

use crate::hire;

/// Columns and rows of the pictures that the demo writes.
const SIZE: (usize, usize) = (128, 96);
/// A thumbnail has a fourth of the columns and of the rows: each of its dots is the mean of 4 × 4.
const TIMES: usize = 4;

/// A file to read, and the folder for its thumbnail.
#[derive(Serialize, Deserialize)]
pub struct Job {
    /// The picture.
    pub from: PathBuf,
    /// Where the thumbnail goes, under the same name.
    pub to: PathBuf,
}

/// The thumbnail's columns and rows, or what is wrong with the picture.
pub type Answer = Result<(u32, u32), String>;

/// A worker's life: a thumbnail of each picture. A damaged picture is an answer, not the end.
///
/// # Errors
/// When a job does not arrive whole.
pub fn worker(_name: &str) -> io::Result<()> {
    hire::serve(|job: Job| {
        let name = job
            .from
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let _span = info_span!("thumbnail of", name).entered();
        Ok(make(&job))
    })
}

/// A picture in memory: three bytes a dot, row after row.
struct Picture {
    columns: usize,
    rows: usize,
    dots: Vec<u8>,
}

fn make(job: &Job) -> Answer {
    let small = shrink(&read(&job.from)?);
    let name = job.from.file_name().unwrap_or_default();
    write(&job.to.join(name), &small).map_err(|why| why.to_string())?;
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok((number(small.columns), number(small.rows)))
}

fn read(path: &Path) -> Result<Picture, String> {
    let file = File::open(path).map_err(|why| why.to_string())?;
    let mut decoder = Decoder::new(BufReader::new(file));
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(|why| why.to_string())?;
    // The decoder has a limit of its own for what a file may announce (64 MiB).
    let size = reader.output_buffer_size().ok_or("it is too large")?;
    let mut dots = vec![0; size];
    let info = reader
        .next_frame(&mut dots)
        .map_err(|why| why.to_string())?;
    if info.color_type != ColorType::Rgb {
        return Err(format!(
            "its dots are {:?}, only Rgb is known here",
            info.color_type
        ));
    }
    Ok(Picture {
        columns: info.width as usize,
        rows: info.height as usize,
        dots,
    })
}

/// Each dot of the small picture is the mean of a square of the large one.
fn shrink(large: &Picture) -> Picture {
    let (columns, rows) = (large.columns / TIMES, large.rows / TIMES);
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

fn write(path: &Path, picture: &Picture) -> io::Result<()> {
    let number = |n: usize| u32::try_from(n).map_err(io::Error::other);
    let file = BufWriter::new(File::create(path)?);
    let mut encoder = Encoder::new(file, number(picture.columns)?, number(picture.rows)?);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Fastest);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&picture.dots)?;
    Ok(writer.finish()?)
}

/// Writes the picture of this number: colours that run across it, in a pattern that no other number has.
///
/// # Errors
/// When the file cannot be written.
pub fn write_picture(path: &Path, number: usize) -> io::Result<()> {
    let (columns, rows) = SIZE;
    let mut dots = vec![0; columns * rows * 3];
    for (place, dot) in dots.chunks_exact_mut(3).enumerate() {
        let (row, column) = (place / columns, place % columns);
        dot[0] = (column + number).to_le_bytes()[0];
        dot[1] = (row * 2 + number / 7).to_le_bytes()[0];
        dot[2] = ((column ^ row) + number * 3).to_le_bytes()[0];
    }
    write(
        path,
        &Picture {
            columns,
            rows,
            dots,
        },
    )
}

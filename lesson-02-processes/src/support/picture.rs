//! Pictures in memory and in PNG files.

use std::fs::File;
use std::io::{self, BufReader, BufWriter};
use std::path::Path;

use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Transformations};

/// A picture in memory: three bytes a dot, row after row.
pub struct Picture {
    pub columns: usize,
    pub rows: usize,
    pub dots: Vec<u8>,
}

impl Picture {
    /// Reads a PNG file. The error says what is wrong with it.
    pub fn read(path: &Path) -> Result<Picture, String> {
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

    /// Writes a PNG file.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let number = |n: usize| u32::try_from(n).map_err(io::Error::other);
        let file = BufWriter::new(File::create(path)?);
        let mut encoder = Encoder::new(file, number(self.columns)?, number(self.rows)?);
        encoder.set_color(ColorType::Rgb);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::Fastest);

        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.dots)?;
        Ok(writer.finish()?)
    }

    /// Paints picture `number`: colours that run across it, in a pattern that no other number has.
    pub fn paint(columns: usize, rows: usize, number: usize) -> Picture {
        let mut dots = vec![0; columns * rows * 3];
        for (place, dot) in dots.chunks_exact_mut(3).enumerate() {
            let row = place / columns;
            let column = place % columns;
            dot[0] = (column + number).to_le_bytes()[0];
            dot[1] = (row * 2 + number / 7).to_le_bytes()[0];
            dot[2] = ((column ^ row) + number * 3).to_le_bytes()[0];
        }

        Picture {
            columns,
            rows,
            dots,
        }
    }
}

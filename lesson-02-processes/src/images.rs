//! `images`: a thousand pictures made small by worker processes, one file at a time to whoever is free.
//!
//! Only the file's name travels to the worker: it opens the file itself. A file that is damaged is an answer like any
//! other, and the rest is done. The decoding itself is in `thumbnail.rs`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use common::{Failure, Outcome, Run, TempDir};
use serde_json::json;
use tracing::{info, info_span};

use crate::crew::Crew;
use crate::thumbnail::{Answer, Job, write_picture};

/// Which file is damaged.
const DAMAGED: usize = 13;

/// Writes the pictures, each different, and cuts one of them short.
fn write_pictures(folder: &Path, count: usize) -> Result<Vec<PathBuf>, Failure> {
    let _span = info_span!("write the files").entered();
    let mut paths = Vec::new();
    for number in 0..count {
        let path = folder.join(format!("picture-{number:04}.png"));
        write_picture(&path, number)?;
        if number == DAMAGED {
            let half = std::fs::metadata(&path)?.len() / 2;
            std::fs::OpenOptions::new()
                .write(true)
                .open(&path)?
                .set_len(half)?;
        }
        paths.push(path);
    }
    Ok(paths)
}

/// All thumbnails by so many workers: the answers, and the seconds from the first start to the last answer.
fn by(workers: usize, pictures: &[PathBuf], to: &Path) -> Result<(Vec<Answer>, f64), Failure> {
    let name = if workers == 1 { "alone " } else { "worker " };
    let jobs: Vec<Job> = pictures
        .iter()
        .map(|from| Job {
            from: from.clone(),
            to: to.to_owned(),
        })
        .collect();
    let start = Instant::now();
    let mut crew = Crew::start(name, "thumbnail", workers)?;
    let answers = crew.share_out(&jobs)?;
    let took = start.elapsed().as_secs_f64();
    crew.finish()?;
    Ok((answers, took))
}

/// What `cargo run -p lesson-02-processes -- images` runs.
///
/// # Errors
/// When the files cannot be written, or a worker fails.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (count, workers) = (run.count("count").get(), run.count("workers").get());
    let folder = TempDir::new("lesson-02-images")?;
    let small = folder.path().join("small");
    std::fs::create_dir(&small)?;
    let pictures = write_pictures(folder.path(), count)?;
    info!("{count} pictures are written");

    let (_, alone_s) = by(1, &pictures, &small)?;
    let (answers, together_s) = by(workers, &pictures, &small)?;
    let mut damaged = Vec::new();
    for (path, answer) in pictures.iter().zip(&answers) {
        if let Err(why) = answer {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            info!("{name} is damaged: {why}");
            damaged.push(json!({ "file": name, "why": why }));
        }
    }
    let made = answers.iter().filter(|answer| answer.is_ok()).count();
    let on_disk = std::fs::read_dir(&small)?.count();
    let (alone, together) = (count as f64 / alone_s, count as f64 / together_s);
    info!("{made} thumbnails by {workers} workers, {on_disk} of them on the disk");
    info!(
        "one process made {alone:.1} pictures a second, {workers} made {together:.1}: {:.2} times faster",
        together / alone
    );
    Ok(Outcome::new(json!({
        "pictures": count, "thumbnails": made, "on_disk": on_disk, "damaged": damaged, "workers": workers,
        "per_second": { "one": alone, "all": together },
    })))
}

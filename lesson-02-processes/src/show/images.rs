//! The demo `images`: a thousand pictures made small by worker processes, one file at a time to a worker that is free.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use common::{Demo, Failure, Outcome, Run, TempDir, options};
use serde_json::json;
use tracing::{info, info_span};

use crate::support::crew::Crew;
use crate::support::picture::Picture;
use crate::support::serve::serve;
use crate::thumbnail::{Answer, Job, thumbnail};

const ROLE: &str = "thumbnail";
const COUNT: &str = "count";
const WORKERS: &str = "workers";

const COLUMNS: usize = 128;
const ROWS: usize = 96;
/// The number of the picture whose file is damaged.
const DAMAGED: usize = 13;

pub fn demo() -> Demo {
    Demo::new(
        "images",
        "a thousand pictures made small, a damaged one among them",
        run,
    )
    .in_turn()
    .option(options::count(COUNT, 10_000, Some("1000"), "Pictures"))
    .option(options::count(
        WORKERS,
        64,
        None,
        "Worker processes (as many as cores)",
    ))
    .worker(ROLE, worker)
}

fn worker(_name: &str) -> io::Result<()> {
    serve(|job: Job| Ok(thumbnail(&job)))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let count = run.count(COUNT).get();
    let workers = run.count(WORKERS).get();
    let folder = TempDir::new("lesson-02-images")?;
    let small = folder.path().join("small");
    fs::create_dir(&small)?;
    let pictures = write_pictures(folder.path(), count)?;
    info!("{count} pictures are written");

    let (_, alone_s) = thumbnails("alone ", 1, &pictures, &small)?;
    let (answers, together_s) = thumbnails("worker ", workers, &pictures, &small)?;

    let mut damaged = Vec::new();
    for (path, answer) in pictures.iter().zip(&answers) {
        if let Err(why) = answer {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            info!("{name} is damaged: {why}");
            damaged.push(json!({ "file": name, "why": why }));
        }
    }

    let made = answers.len() - damaged.len();
    let on_disk = fs::read_dir(&small)?.count();
    let alone = count as f64 / alone_s;
    let together = count as f64 / together_s;
    info!("{made} thumbnails by {workers} workers, {on_disk} of them on the disk");
    info!(
        "one process made {alone:.1} pictures a second, {workers} made {together:.1}: {:.2} times faster",
        together / alone
    );

    Ok(json!({
        "pictures": count,
        "thumbnails": made,
        "on_disk": on_disk,
        "damaged": damaged,
        "workers": workers,
        "per_second": { "one": alone, "all": together },
    })
    .into())
}

/// Writes the pictures, each different, and cuts one of them short.
fn write_pictures(folder: &Path, count: usize) -> io::Result<Vec<PathBuf>> {
    let _span = info_span!("write the files").entered();
    let mut paths = Vec::new();
    for number in 0..count {
        let path = folder.join(format!("picture-{number:04}.png"));
        Picture::paint(COLUMNS, ROWS, number).write(&path)?;

        if number == DAMAGED {
            let half = fs::metadata(&path)?.len() / 2;
            OpenOptions::new().write(true).open(&path)?.set_len(half)?;
        }
        paths.push(path);
    }
    Ok(paths)
}

/// Returns the workers' answers, and the seconds from the first start to the last answer.
fn thumbnails(
    name: &str,
    workers: usize,
    pictures: &[PathBuf],
    to: &Path,
) -> Result<(Vec<Answer>, f64), Failure> {
    let job = |from: &PathBuf| Job {
        from: from.clone(),
        to: to.to_owned(),
    };
    let jobs: Vec<Job> = pictures.iter().map(job).collect();

    let start = Instant::now();
    let mut crew = Crew::start(name, ROLE, workers)?;
    let answers = crew.share_out(&jobs)?;
    let took_s = start.elapsed().as_secs_f64();
    crew.finish()?;
    Ok((answers, took_s))
}

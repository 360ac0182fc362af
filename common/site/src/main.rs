//! `cargo run -p site`: builds the course as a site, in `target/site/book`.
//!
//! The pages are those of `docs/`, rendered by mdBook. Before that, two things are put in: links to source files lead to
//! copies of them, and below each run that a page shows stands the run itself, recorded now, as the page that `--html`
//! writes; below the command that writes an exercise's orders stand these. `--runs N` records only the first `N` runs,
//! for a quick look.

mod pages;
mod runs;
mod source;

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut most = usize::MAX;
    let mut args = env::args().skip(1);

    while let Some(arg) = args.next() {
        let count = args.next().and_then(|count| count.parse().ok());
        let ("--runs", Some(count)) = (arg.as_str(), count) else {
            eprintln!("site: the only option is --runs N");
            return ExitCode::from(2);
        };
        most = count;
    }

    match build(most) {
        Ok(book) => {
            println!("{}", book.join("index.html").display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("site: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Builds the site with at most `most` recorded runs; returns its folder.
fn build(most: usize) -> Result<PathBuf, Box<dyn Error>> {
    let common = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("no folder above")?;
    let root = common.parent().ok_or("no folder above")?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    let site = target.join("site");
    let staged = site.join("src");
    if staged.exists() {
        fs::remove_dir_all(&staged)?;
    }

    let mut all = Vec::new();
    pages::copy(&root.join("docs"), &staged, Path::new(""), &mut all)?;

    let runs = runs::record(root, &target, &staged, &all, most)?;
    let mut sources = source::Sources::new(root, &staged);

    for page in &all {
        let text = fs::read_to_string(staged.join(page))?;
        let text = runs::embed(page, &text, &runs);
        let text = sources.relink(page, &text)?;
        fs::write(staged.join(page), text)?;
    }

    let book = site.join("book");
    let built = Command::new("mdbook")
        .arg("build")
        .arg(&staged)
        .arg("-d")
        .arg(&book)
        .status();

    match built {
        Ok(status) if status.success() => Ok(book),
        Ok(status) => Err(format!("mdbook ended with {status}").into()),
        Err(error) => {
            Err(format!("mdbook cannot be started ({error}): cargo install mdbook --locked").into())
        }
    }
}

//! The files of the house, and what is read from them.

use std::fs;
use std::path::{Path, PathBuf};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("common lies in the workspace")
        .to_owned()
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("it is listed").path())
        .collect();
    paths.sort();
    paths
}

/// `01-threads`, …: what lessons and chapters are called.
pub fn chapters() -> Vec<String> {
    let lessons = entries(&root()).into_iter().filter_map(|path| {
        Some(
            path.file_name()?
                .to_str()?
                .strip_prefix("lesson-")?
                .to_owned(),
        )
    });
    lessons.collect()
}

/// Every page: those of `docs/`, those of its chapters, and the README.
pub fn pages() -> Vec<PathBuf> {
    let docs = root().join("docs");
    let mut pages = markdown(&docs);
    for folder in entries(&docs).into_iter().filter(|path| path.is_dir()) {
        pages.extend(markdown(&folder));
    }
    pages.push(root().join("README.md"));
    pages
}

fn markdown(folder: &Path) -> Vec<PathBuf> {
    let is_page = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
    entries(folder).into_iter().filter(is_page).collect()
}

/// The pages of a chapter (`01-threads`, `05-choosing`) in reading order: its overview, then those that the overview
/// links, as they come.
pub fn chapter_pages(chapter: &str) -> Vec<PathBuf> {
    let docs = root().join("docs");
    let overview = docs.join(format!("{chapter}.md"));
    let text = read(&overview);
    let mut pages = vec![overview];
    for link in text.split(&format!("]({chapter}/")).skip(1) {
        let name = link.split([')', '#']).next().unwrap_or_default();
        let page = docs.join(chapter).join(name);
        if !pages.contains(&page) {
            pages.push(page);
        }
    }
    for page in markdown(&docs.join(chapter)) {
        assert!(
            pages.contains(&page),
            "docs/{chapter}.md does not link {}",
            page.display()
        );
    }
    pages
}

/// The text of a whole chapter.
pub fn chapter_text(chapter: &str) -> String {
    let texts: Vec<String> = chapter_pages(chapter)
        .iter()
        .map(|page| read(page))
        .collect();
    texts.join("\n")
}

pub fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in entries(folder) {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// All of a lesson's source: each demo is made where it is shown.
pub fn source_of(chapter: &str) -> String {
    let files = rust_files(&root().join(format!("lesson-{chapter}/src")));
    files.iter().map(|file| read(file)).collect()
}

/// The string literals that follow directly after `start`.
pub fn quoted_after<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(start)
        .skip(1)
        .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
}

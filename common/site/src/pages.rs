//! The pages of `docs/`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Copies a folder into another, and adds its pages to `pages`, by their paths below the topmost folder.
///
/// # Errors
/// When a file cannot be read or written.
pub fn copy(from: &Path, to: &Path, below: &Path, pages: &mut Vec<PathBuf>) -> io::Result<()> {
    fs::create_dir_all(to)?;
    let mut entries: Vec<fs::DirEntry> = fs::read_dir(from)?.collect::<io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);

    for entry in entries {
        // The page that a code host shows first is the one that a site shows first.
        let name = match entry.file_name() {
            name if name == "README.md" => "index.md".into(),
            name => name,
        };
        let path = below.join(&name);
        let target = to.join(&name);
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target, &path, pages)?;
            continue;
        }
        fs::copy(entry.path(), &target)?;
        if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }

    Ok(())
}

/// Escapes text for HTML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Returns the way up from a page to the topmost folder: `../` for `01-threads/spawn.md`.
pub fn up(page: &Path) -> String {
    "../".repeat(page.components().count().saturating_sub(1))
}

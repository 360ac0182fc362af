//! Source files that pages link: on the site, each is a page of its own.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::pages::{escaped, up};

/// Writes copies of linked files.
pub struct Sources<'a> {
    root: &'a Path,
    staged: &'a Path,
    written: BTreeSet<PathBuf>,
}

/// Takes `.` and `..` out of a path; `None` if it leads out of the folder.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if !parts.pop() => return None,
            Component::Normal(name) => parts.push(name),
            _ => {}
        }
    }

    Some(parts)
}

impl<'a> Sources<'a> {
    /// Makes copies below `staged` of files below `root`.
    pub fn new(root: &'a Path, staged: &'a Path) -> Sources<'a> {
        Sources {
            root,
            staged,
            written: BTreeSet::new(),
        }
    }

    /// Returns the page's text with links out of `docs/` replaced by links to copies.
    ///
    /// # Errors
    /// When a linked file cannot be read, or its copy not be written.
    pub fn relink(&mut self, page: &Path, text: &str) -> io::Result<String> {
        let mut out = String::new();
        let mut rest = text;

        while let Some((before, after)) = rest.split_once("](") {
            out.push_str(before);
            out.push_str("](");
            let end = after.find(')').unwrap_or(after.len());
            let (link, behind) = after.split_at(end);
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let from = Path::new("docs").join(page);
            let below = from.parent().and_then(|folder| normal(&folder.join(path)));
            match below.filter(|below| {
                !path.is_empty() && !path.contains("://") && !below.starts_with("docs")
            }) {
                Some(below) if self.root.join(&below).exists() => {
                    self.write(&below)?;
                    let copy = below.display().to_string();
                    out += &[&up(page), "source/", &copy, ".html"].concat();
                    if !anchor.is_empty() {
                        out += &["#", anchor].concat();
                    }
                }
                _ => out.push_str(&link.replace("README.md", "index.md")),
            }
            rest = behind;
        }

        out.push_str(rest);
        Ok(out)
    }

    fn write(&mut self, below: &Path) -> io::Result<()> {
        if !self.written.insert(below.to_owned()) {
            return Ok(());
        }

        let file = self.root.join(below);
        let body = if file.is_dir() {
            let mut names: Vec<String> = Vec::new();
            for entry in fs::read_dir(&file)? {
                names.push(entry?.file_name().to_string_lossy().into_owned());
            }
            names.sort();
            names.join("\n")
        } else {
            fs::read_to_string(&file)?
        };

        let lines: Vec<String> = (1..)
            .zip(body.lines())
            .map(|(number, line)| format!("<span id=\"L{number}\">{}\n</span>", escaped(line)))
            .collect();
        let lines = lines.concat();
        let title = escaped(&below.to_string_lossy());
        let copy = self
            .staged
            .join("source")
            .join(format!("{}.html", below.display()));
        fs::create_dir_all(copy.parent().unwrap_or(self.staged))?;

        fs::write(
            copy,
            format!(
                "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
                 <title>{title}</title>\n<style>:root{{color-scheme:light dark}}body{{font:14px/1.45 monospace;margin:1.5rem}}pre{{overflow-x:auto;counter-reset:line}}\
                 pre span::before{{counter-increment:line;content:counter(line);display:inline-block;width:3em;margin-right:1em;text-align:right;opacity:.5}}</style>\n\
                 <h1>{title}</h1>\n<pre>{lines}</pre>\n</html>\n"
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_out_of_the_pages_lead_to_copies() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let staged = std::env::temp_dir().join(format!("site-test-{}", std::process::id()));
        let mut sources = Sources::new(&root, &staged);
        let page = Path::new("01-threads/spawn.md");
        let text = "See [the file](../../Cargo.toml), [a page](../README.md#a) and [the web](https://doc.rust-lang.org).";

        let linked = sources.relink(page, text).unwrap();

        assert_eq!(
            linked,
            "See [the file](../source/Cargo.toml.html), [a page](../index.md#a) and [the web](https://doc.rust-lang.org)."
        );
        let copy = fs::read_to_string(staged.join("source/Cargo.toml.html")).unwrap();
        assert!(
            copy.contains("[workspace]") && !copy.contains("<script"),
            "{copy}"
        );
        fs::remove_dir_all(staged).unwrap();
    }

    #[test]
    fn paths_lose_their_dots() {
        assert_eq!(
            normal(Path::new("docs/01/../../a/./b")),
            Some(PathBuf::from("a/b"))
        );
        assert_eq!(normal(Path::new("../a")), None);
    }
}

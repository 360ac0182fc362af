//! No circle of files: what a file imports never imports it back, over however many steps.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::code::without_tests;
use crate::tree::{entries, read, root, rust_files};

/// The files of one crate by their module paths, and the names that each makes public again.
struct Modules {
    files: BTreeMap<Vec<String>, PathBuf>,
    /// Module, name → the path that the name stands for.
    again: BTreeMap<(Vec<String>, String), Vec<String>>,
}

/// A `use` of one name.
#[derive(Debug, PartialEq, Eq)]
struct Import {
    public: bool,
    path: Vec<String>,
    /// The name under which it is known in the file; `*` for all.
    name: String,
}

/// Splits at the commas outside of braces.
fn split_list(list: &str) -> Vec<&str> {
    let mut depth = 0;
    let mut start = 0;
    let mut parts = Vec::new();
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    parts
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

/// Adds every name of a tree like `a::{b, c::{self, d as e}}`.
fn unfold(tree: &str, before: &[String], public: bool, imports: &mut Vec<Import>) {
    let path_of = |text: &str| -> Vec<String> {
        let parts = text.split("::").map(str::trim);
        let parts = parts.filter(|part| !part.is_empty()).map(str::to_owned);
        before.iter().cloned().chain(parts).collect()
    };
    if let Some((head, list)) = tree.split_once('{') {
        let list = list.rsplit_once('}').map_or(list, |(list, _)| list);
        let head = path_of(head);
        for part in split_list(list) {
            unfold(part, &head, public, imports);
        }
        return;
    }
    let (path, name) = tree.split_once(" as ").unwrap_or((tree, ""));
    let mut path = path_of(path);
    if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
        path.pop();
    }
    let own = path.last().cloned().unwrap_or_default();
    let name = if name.is_empty() {
        own
    } else {
        name.trim().to_owned()
    };
    imports.push(Import { public, path, name });
}

/// Reads the `use` lines of a file, tests left out.
fn imports(text: &str) -> Vec<Import> {
    let mut imports = Vec::new();
    let mut statement = String::new();
    for line in without_tests(text).lines() {
        let line = line.split("//").next().unwrap_or_default().trim();
        let starts =
            line.starts_with("use ") || (line.starts_with("pub") && line.contains(" use "));
        if statement.is_empty() && !starts {
            continue;
        }
        statement.push_str(line);
        statement.push(' ');
        if statement.trim_end().ends_with(';') {
            let public = statement.starts_with("pub");
            let tree = statement.split_once("use ").map_or("", |(_, tree)| tree);
            unfold(
                tree.trim_end().trim_end_matches(';'),
                &[],
                public,
                &mut imports,
            );
            statement.clear();
        }
    }
    imports
}

/// Returns the module path of a file below `src`.
fn module(src: &Path, file: &Path) -> Vec<String> {
    let below = file.strip_prefix(src).expect("it lies in the folder");
    let mut parts: Vec<String> = below
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if matches!(
        parts.last().map(String::as_str),
        Some("mod" | "lib" | "main")
    ) {
        parts.pop();
    }
    parts
}

impl Modules {
    fn read(src: &Path) -> Modules {
        let mut modules = Modules {
            files: BTreeMap::new(),
            again: BTreeMap::new(),
        };
        for file in rust_files(src) {
            if !file.ends_with("main.rs") {
                modules.files.insert(module(src, &file), file);
            }
        }
        for (module, file) in modules.files.clone() {
            for import in imports(&read(&file))
                .into_iter()
                .filter(|import| import.public)
            {
                if let Some(path) = modules.absolute(&module, &import.path) {
                    modules.again.insert((module.clone(), import.name), path);
                }
            }
        }
        modules
    }

    /// Resolves `crate`, `self`, `super` and children; `None` for other crates.
    fn absolute(&self, from: &[String], path: &[String]) -> Option<Vec<String>> {
        let mut at = match path.first()?.as_str() {
            "crate" => Vec::new(),
            "self" | "super" => from.to_vec(),
            first => {
                let child: Vec<String> = from.iter().cloned().chain([first.to_owned()]).collect();
                self.files.get(&child)?;
                return Some(from.iter().cloned().chain(path.iter().cloned()).collect());
            }
        };
        for part in path {
            match part.as_str() {
                "crate" | "self" => {}
                "super" => {
                    at.pop();
                }
                _ => at.push(part.clone()),
            }
        }
        Some(at)
    }

    /// Returns the module whose file defines what this path names.
    fn home(&self, path: &[String]) -> Option<Vec<String>> {
        let mut path = path.to_vec();
        for _ in 0..8 {
            let depth = (0..=path.len())
                .rev()
                .find(|depth| self.files.contains_key(&path[..*depth]))?;
            let module = path[..depth].to_vec();
            let Some(name) = path.get(depth) else {
                return Some(module);
            };
            let Some(target) = self.again.get(&(module.clone(), name.clone())) else {
                return Some(module);
            };
            path = target.iter().chain(&path[depth + 1..]).cloned().collect();
        }
        None
    }

    /// Returns each file's imports. Making a name public again is a front door, no import.
    fn arrows(&self) -> BTreeMap<Vec<String>, BTreeSet<Vec<String>>> {
        let mut arrows: BTreeMap<Vec<String>, BTreeSet<Vec<String>>> = BTreeMap::new();
        for (module, file) in &self.files {
            for import in imports(&read(file))
                .into_iter()
                .filter(|import| !import.public)
            {
                let target = self.absolute(module, &import.path);
                if let Some(home) = target.and_then(|path| self.home(&path))
                    && home != *module
                {
                    arrows.entry(module.clone()).or_default().insert(home);
                }
            }
        }
        arrows
    }
}

/// Returns the modules of a circle, in order, if there is one.
fn circle(arrows: &BTreeMap<Vec<String>, BTreeSet<Vec<String>>>) -> Option<Vec<Vec<String>>> {
    fn walk(
        at: &Vec<String>,
        arrows: &BTreeMap<Vec<String>, BTreeSet<Vec<String>>>,
        way: &mut Vec<Vec<String>>,
        done: &mut BTreeSet<Vec<String>>,
    ) -> Option<Vec<Vec<String>>> {
        if let Some(start) = way.iter().position(|module| module == at) {
            return Some(way[start..].to_vec());
        }
        if done.contains(at) {
            return None;
        }
        way.push(at.clone());
        for next in arrows.get(at).into_iter().flatten() {
            if let Some(circle) = walk(next, arrows, way, done) {
                return Some(circle);
            }
        }
        way.pop();
        done.insert(at.clone());
        None
    }
    let mut done = BTreeSet::new();
    arrows
        .keys()
        .find_map(|start| walk(start, arrows, &mut Vec::new(), &mut done))
}

fn crates() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = entries(&root());
    folders.extend(entries(&root().join("common")));
    for folder in folders {
        let named = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if folder.join("Cargo.toml").is_file() && named != "target" {
            found.extend([folder.join("src"), folder.join("benches")]);
        }
    }
    found.into_iter().filter(|folder| folder.is_dir()).collect()
}

#[test]
fn no_file_imports_itself_over_others() {
    let mut found = Vec::new();
    for src in crates() {
        let modules = Modules::read(&src);
        let mut arrows = modules.arrows();
        while let Some(circle) = circle(&arrows) {
            // Without its last arrow this circle is open, and the next one is found.
            let last = circle.last().expect("a circle has a file");
            arrows.entry(last.clone()).or_default().remove(&circle[0]);
            let names: Vec<String> = circle
                .iter()
                .map(|module| modules.files[module].display().to_string())
                .collect();
            found.push(format!("{}\n    and back", names.join("\n    imports ")));
        }
    }
    assert!(
        found.is_empty(),
        "a circle of files; move what ties them below both:\n{}",
        found.join("\n")
    );
}

#[test]
fn a_circle_is_named() {
    let arrow =
        |from: &str, to: &str| (vec![from.to_owned()], BTreeSet::from([vec![to.to_owned()]]));
    let round = BTreeMap::from([arrow("a", "b"), arrow("b", "c"), arrow("c", "b")]);
    assert_eq!(
        circle(&round),
        Some(vec![vec!["b".to_owned()], vec!["c".to_owned()]])
    );
    assert_eq!(
        circle(&BTreeMap::from([arrow("a", "b"), arrow("b", "c")])),
        None
    );
}

#[test]
fn imports_are_read_whole() {
    let text = "use std::io;\npub(crate) use self::a::{B, c::{self, D as E}};\nuse super::f::*;\n";
    let read: Vec<(bool, String, String)> = imports(text)
        .into_iter()
        .map(|import| (import.public, import.path.join("::"), import.name))
        .collect();
    let expected = [
        (false, "std::io", "io"),
        (true, "self::a::B", "B"),
        (true, "self::a::c", "c"),
        (true, "self::a::c::D", "E"),
        (false, "super::f::*", "*"),
    ];
    let expected = expected.map(|(public, path, name)| (public, path.to_owned(), name.to_owned()));
    assert_eq!(read, expected);
}

//! The runs that pages show, recorded anew.

use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::pages::{escaped, up};

/// Options with which a run is not recorded: it writes no page, or asks for more than the default features.
const LEFT_OUT: [&str; 6] = ["--json", "--html", "--features", "--release", "|", "list"];

/// Recorded runs: the command as the page shows it, and the file below `runs/`.
pub type Runs = BTreeMap<String, String>;

/// The option with which a check writes the orders of an exercise, and not a run.
const ORDERS: &str = " --orders ";

/// Returns the commands of a page that can be recorded: in its `console` blocks, and those that write orders.
fn commands(text: &str) -> Vec<String> {
    let orders = text.lines().filter(|line| is_of_orders(line));
    let blocks = text
        .split("```console\n")
        .skip(1)
        .filter_map(|rest| rest.split("\n```").next());
    let lines = blocks
        .flat_map(str::lines)
        .filter_map(|line| line.strip_prefix("$ "));
    let ours = lines.filter(|line| {
        let demo = line.split(" -- ").nth(1).unwrap_or_default();
        let other = ["check", "hint", "reset", "quiz", "choose"]
            .iter()
            .any(|name| demo.starts_with(name));
        line.starts_with("cargo run -p lesson-")
            && !other
            && !line.split(' ').any(|word| LEFT_OUT.contains(&word))
    });

    ours.chain(orders).map(str::to_owned).collect()
}

fn is_of_orders(line: &str) -> bool {
    line.starts_with("cargo run -p lesson-") && line.contains(ORDERS)
}

/// Records up to `most` of the runs that the pages show.
///
/// # Errors
/// When the lessons cannot be built.
pub fn record(
    root: &Path,
    target: &Path,
    staged: &Path,
    pages: &[PathBuf],
    most: usize,
) -> Result<Runs, Box<dyn Error>> {
    let folder = staged.join("runs");
    fs::create_dir_all(&folder)?;

    let built = Command::new("cargo")
        .args(["build", "--quiet", "--workspace", "--bins"])
        .current_dir(root)
        .status()?;
    if !built.success() {
        return Err("the lessons do not build".into());
    }

    let mut runs = Runs::new();
    for page in pages {
        for command in commands(&fs::read_to_string(staged.join(page))?) {
            let is_one_too_many = runs.len() >= most && !is_of_orders(&command);
            if is_one_too_many || runs.contains_key(&command) {
                continue;
            }
            let mut words = command.split_whitespace().skip(3);
            let package = words.next().unwrap_or_default();
            let args: Vec<&str> = words.filter(|word| *word != "--").collect();
            let name = format!(
                "{}.html",
                [&[package], args.as_slice()]
                    .concat()
                    .join("_")
                    .replace(['/', '.'], "-")
            );
            let file = folder.join(&name);
            let mut args: Vec<&OsStr> = args.into_iter().map(OsStr::new).collect();
            if is_of_orders(&command) {
                // The page names a file of the reader's.
                args.pop();
                args.push(file.as_os_str());
            } else {
                args.splice(0..0, [OsStr::new("--html"), file.as_os_str()]);
            }
            let ran = Command::new(target.join("debug").join(package))
                .args(&args)
                .current_dir(root)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()?;
            // A demo that ends with 1 on purpose has written its page all the same.
            if file.exists() {
                eprintln!("recorded: {command}");
                runs.insert(command, name);
            } else {
                return Err(format!("`{command}` ended with {ran} and wrote no page").into());
            }
        }
    }

    Ok(runs)
}

/// Puts each recorded run below the block that shows its output.
pub fn embed(page: &Path, text: &str, runs: &Runs) -> String {
    let mut out = String::new();
    let mut inside = false;
    let mut shown: Option<(&String, &String)> = None;

    for line in text.lines() {
        out.push_str(line);
        out.push('\n');
        if line == "```console" || line == "```sh" {
            inside = true;
        } else if inside && line == "```" {
            inside = false;
            if let Some((command, file)) = shown.take() {
                let (class, title) = if is_of_orders(command) {
                    (
                        "orders",
                        "The orders of the exercise's steps: choose which thread goes on",
                    )
                } else {
                    (
                        "run",
                        "The same run as a timeline that you can zoom into; its words stand in the block above",
                    )
                };
                out += &[
                    "\n<iframe class=\"",
                    class,
                    "\" loading=\"lazy\" title=\"",
                    &escaped(title),
                    "\" src=\"",
                    &up(page),
                    "runs/",
                    &escaped(file),
                    "\"></iframe>\n",
                ]
                .concat();
            }
        } else if inside {
            let command = line.strip_prefix("$ ").unwrap_or(line);
            shown = runs.get_key_value(command).or(shown);
        }
    }

    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# mutex\n\n```console\n$ cargo run -p lesson-01-threads -- mutex\n0 s\n```\n\n```console\n$ cargo run -p lesson-01-threads -- list\n```\n";

    #[test]
    fn demos_are_recorded_and_lists_are_not() {
        assert_eq!(commands(PAGE), ["cargo run -p lesson-01-threads -- mutex"]);
    }

    #[test]
    fn orders_stand_below_the_command_that_writes_them() {
        let command = "cargo run -p lesson-01-threads -- check 03_lost_update --orders orders.html";
        let page = format!(
            "# race\n\n```sh\n{command}\n```\n\n```sh\ncargo run -p lesson-01-threads -- check 03\n```\n"
        );
        assert_eq!(commands(&page), [command]);
        let runs = Runs::from([(command.to_owned(), "o.html".to_owned())]);
        let text = embed(Path::new("01-threads/race.md"), &page, &runs);
        assert!(
            text.contains("orders.html\n```\n\n<iframe class=\"orders\""),
            "{text}"
        );
        assert_eq!(text.matches("<iframe").count(), 1);
    }

    #[test]
    fn a_run_stands_below_its_output() {
        let runs = Runs::from([(
            "cargo run -p lesson-01-threads -- mutex".to_owned(),
            "m.html".to_owned(),
        )]);
        let text = embed(Path::new("01-threads/mutex.md"), PAGE, &runs);
        assert!(text.contains("0 s\n```\n\n<iframe class=\"run\""), "{text}");
        assert!(text.contains("src=\"../runs/m.html\""), "{text}");
        assert_eq!(text.matches("<iframe").count(), 1);
    }
}

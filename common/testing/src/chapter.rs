//! The commands that a chapter shows, run and compared.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::run::run;

/// Reads all pages of a chapter (`01-threads`): its overview and those in its folder.
///
/// # Panics
/// Panics if there is no such chapter.
pub fn chapter(name: &str) -> String {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let read = |path: &Path| {
        fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
    };
    let overview = read(&docs.join(format!("{name}.md")));
    let entries = fs::read_dir(docs.join(name)).into_iter().flatten();
    let mut pages: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();

    pages.sort();
    pages.iter().fold(overview, |text, page| text + &read(page))
}

/// Runs every command that a chapter shows in a `console` block and requires of each line shown below it that the
/// program prints it too. Times, process ids and ports differ from run to run and count as equal; and lines may come in
/// another order, since that is what concurrency is about.
///
/// A block looks like this; `--pace 0.1` is put behind commands that do not set a pace, so that reading the docs is
/// not measured in minutes:
/// ````text
/// ```console
/// $ cargo run -p lesson-01-threads -- spawn
///   0.000 s  numbers      Number: 0
/// ```
/// ````
///
/// Commands of other packages, and those with `--features`, are left to tests of their own. A line `…` stands for lines left out.
///
/// # Panics
/// Panics if a line shown is not printed, a command fails, or the chapter shows no command of this package at all.
pub fn check_chapter(chapter: &str, package: &str, program: &str) {
    let shown = shown(chapter, package);
    assert!(
        !shown.is_empty(),
        "the chapter shows no command of {package} in a console block"
    );

    // Several at once: most of them wait most of the time. Those that compute come to no harm.
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(shown) = shown.get(next.fetch_add(1, Ordering::Relaxed)) {
            check_shown(shown, program);
        }
    };

    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(work);
        }
    });
}

/// Runs the commands that prove the answers to a chapter's questions, as the pages show them, and requires of each line
/// that `docs/questions.md` names (`Shows:`) that it is printed. Measured numbers, with a decimal point or a unit, may be
/// up to three times as large or as small: what an answer says must be true on a busy machine too.
///
/// # Panics
/// Panics if such a line is not printed, or no page of the chapter shows a command that prints it.
pub fn check_answers(chapter: &str, number: &str, package: &str, program: &str) {
    let questions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/questions.md");
    let questions = fs::read_to_string(questions).expect("the questions are there");
    let proofs: Vec<(&str, &str)> = questions
        .split("\n## ")
        .filter(|section| section.starts_with(number))
        .filter_map(|section| {
            let name = section.lines().next()?;
            let shows = section
                .lines()
                .find_map(|line| line.strip_prefix("Shows: "))?;
            Some((name, shows.trim().trim_matches('`')))
        })
        .collect();
    assert!(
        !proofs.is_empty(),
        "no answer of {number} is proved by a run"
    );

    let shown = shown(chapter, package);
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some((name, line)) = proofs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let proof = shown
                .iter()
                .find(|shown| shown.lines.iter().any(|other| other.contains(line)));
            let proof = proof.unwrap_or_else(|| panic!("{name}: no command shows: {line}"));
            // As the page shows it: a time in an answer is that of pace 1.
            let added = if proof.command.contains("--pace") {
                0
            } else {
                2
            };
            let ran = run(program, &proof.args[added..]);
            assert!(
                ran.stdout.lines().any(|printed| proves(line, printed)),
                "{name}: `{}` does not print: {line}\n{}{}",
                proof.command,
                ran.stdout,
                ran.stderr
            );
        }
    };

    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(work);
        }
    });
}

/// Returns whether a printed line has these words in it, one behind the other.
fn proves(line: &str, printed: &str) -> bool {
    let wanted: Vec<&str> = line.split_whitespace().collect();
    let printed: Vec<&str> = printed.split_whitespace().collect();
    printed.windows(wanted.len()).any(|words| {
        let mut pairs = wanted.iter().zip(words).enumerate();
        pairs.all(|(at, (word, other))| {
            let unit = wanted.get(at + 1).copied().unwrap_or_default();
            let bare = |word: &str| word.trim_end_matches([',', ';', '.']).to_owned();
            bare(word) == bare(other) || is_near(word, other, unit)
        })
    })
}

/// Returns whether two words are measured numbers that lie near each other.
fn is_near(word: &str, other: &str, unit: &str) -> bool {
    let is_unit = matches!(
        unit.trim_end_matches([',', ';']),
        "s" | "ms" | "us" | "%" | "times"
    );
    let number = |word: &str| word.trim_matches(['(', ')', ',', ';', ':']).parse::<f64>();
    let (Ok(wanted), Ok(found)) = (number(word), number(other)) else {
        return false;
    };
    (is_unit || word.trim_end_matches('.').contains('.'))
        && found <= wanted * 3.0
        && wanted <= found * 3.0
}

/// Returns every command of the package that a chapter shows.
fn shown<'a>(chapter: &'a str, package: &str) -> Vec<Shown<'a>> {
    let mut shown: Vec<Shown> = Vec::new();
    for block in chapter.split("```console\n").skip(1) {
        let mut ours = false;
        for line in block.split("```").next().unwrap_or_default().lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                let args = arguments(command, package);
                ours = args.is_some();
                shown.extend(args.map(|args| Shown {
                    command,
                    args,
                    lines: Vec::new(),
                }));
            } else if ours && !line.trim().is_empty() && line.trim() != "…" {
                shown
                    .last_mut()
                    .expect("a command of ours came before")
                    .lines
                    .push(line);
            }
        }
    }

    shown
}

/// A command of a chapter, and the lines that it shows of its output.
struct Shown<'a> {
    command: &'a str,
    args: Vec<&'a str>,
    lines: Vec<&'a str>,
}

fn check_shown(shown: &Shown<'_>, program: &str) {
    let ran = run(program, &shown.args);
    assert_eq!(
        ran.code,
        Some(0),
        "`{}` failed:\n{}",
        shown.command,
        ran.stderr
    );
    let printed: Vec<String> = ran.stdout.lines().map(shape).collect();
    for line in &shown.lines {
        let wanted = shape(line);
        assert!(
            printed.contains(&wanted),
            "`{}` shows a line that the program does not print:\n  {line}\nas {wanted:?}; printed:\n{}",
            shown.command,
            printed.join("\n")
        );
    }
}

/// Returns the arguments of `cargo run -p PACKAGE -- ARGUMENTS`, if it is that package's.
fn arguments<'a>(command: &'a str, package: &str) -> Option<Vec<&'a str>> {
    let command = command.split(" | ").next().unwrap_or_default();
    let words: Vec<&str> = command.split_whitespace().collect();
    let at = words.iter().position(|word| *word == "-p")?;

    if words.first() != Some(&"cargo") || words.get(at + 1) != Some(&package) {
        return None;
    }
    // What needs a feature is another program, with tests of its own.
    let (cargo, args) = words.split_at(
        words
            .iter()
            .position(|word| *word == "--")
            .unwrap_or(words.len()),
    );
    if cargo.contains(&"--features") {
        return None;
    }
    // In front, since what stands behind a second `--` is not for us.
    let pace = if args.contains(&"--pace") {
        &[][..]
    } else {
        &["--pace", "0.1"]
    };

    Some(pace.iter().chain(args.iter().skip(1)).copied().collect())
}

/// Returns what is compared of a printed line: its words, with one `=` for a drawn row, and `9` for
/// every number that differs from run to run.
///
/// Those are times and shares (a decimal point, or a unit behind it), process ids and ports (after
/// `process`, or 4 to 7 digits long). Other numbers are results, and must be right.
fn shape(line: &str) -> String {
    let ascii = line
        .replace('█', "#")
        .replace('░', ".")
        .replace('▒', "~")
        .replace('▄', "=")
        .replace(" · ", " ")
        .replace('µ', "u")
        .replace('…', "...");
    // How much faster it was is this machine's business.
    let ascii = ascii
        .replace("times slower", "times faster")
        .replace("no faster", "1.0 times faster");
    // Whether a lane had to wait for another one at all differs from run to run, and so does this part of the legend.
    let ascii = ascii.replace("~ waiting for another lane", "");
    // So it is with the other sign that is only there when it occurs, and with the way of measuring.
    let ascii = ascii
        .replace("= in line for a core", "")
        .replace("(seen every 5 ms)", "");
    let words: Vec<&str> = ascii
        .split_whitespace()
        .map(|word| word.trim_end_matches(';'))
        .collect();
    let mut shapes: Vec<String> = Vec::new();

    for (index, word) in words.iter().enumerate() {
        let bare = word.trim_matches(|c: char| matches!(c, '(' | ')' | ',' | '.' | ':'));
        let next = words
            .get(index + 1)
            .map_or("", |word| word.trim_end_matches(['.', ',', ')', ':']));
        let after_process = index > 0 && words[index - 1].ends_with("process");
        let shape = if word.chars().count() > 1
            && word.chars().all(|c| matches!(c, '#' | '.' | '~' | '='))
        {
            "=".to_owned()
        } else if is_time(bare) {
            "9s".to_owned()
        } else if matches!(next, "s" | "ms" | "us" | "%" | "times" | "bytes/s") || after_process {
            without_numbers(word, 1)
        } else if matches!(bare, "s" | "ms" | "us") {
            "s".to_owned()
        } else {
            without_numbers(word, 4)
        };
        if !(matches!(shape.as_str(), "=" | "9s") && shapes.last() == Some(&shape)) {
            shapes.push(shape);
        }
    }

    shapes.join(" ")
}

/// Returns whether a word is a tick of the axis: `0.5s`, `20ms`.
fn is_time(word: &str) -> bool {
    let number = ["ms", "us", "s"]
        .iter()
        .find_map(|unit| word.strip_suffix(unit));
    number.is_some_and(|number| number.parse::<f64>().is_ok())
}

/// Returns a word with `9` for each of its numbers that has a decimal point or from `digits` to 7 digits.
fn without_numbers(word: &str, digits: usize) -> String {
    let mut shape = String::new();
    let mut rest = word;

    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let end = from
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(from.len());
        // A full stop at the end of a sentence is no decimal point.
        let number = from[..end].trim_end_matches('.');
        shape.push_str(before);
        let varies = number.contains('.') || (digits..=7).contains(&number.len());
        shape.push_str(if varies { "9" } else { number });
        rest = &from[number.len()..];
    }

    shape + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_compared_by_their_shape() {
        for (a, b) in [
            (
                "  0.501 s  numbers   Number: 1",
                " 12.000 s  numbers  Number: 1",
            ),
            ("took 43.1 ms,", "took 2 s,"),
            ("  main  █░░▄█  ", "  main  ##.=#  ..#"),
            ("    0s   0.5s   1s", "   0s 10ms   0.2s   1s"),
            ("   █ computing  ░ waiting", " # computing . waiting"),
            (
                "2.0 times faster · busy 9 % of it",
                "2.1 times faster; busy 10 % of it",
            ),
            ("worker 1 is process 812", "worker 1 is process 12812"),
            ("on 127.0.0.1:40123.", "on 127.0.0.1:51234."),
        ] {
            assert_eq!(shape(a), shape(b));
        }
        for (a, b) in [
            ("numbers", "letters"),
            ("worker 1 done", "worker 1 failed"),
            ("  0.501 s  Number: 1", "  0.501 s  Number: 2"),
            ("Worker-1: 120", "Worker-1: 720"),
            ("{\"total\":2870}x", "{\"total\":287}x"),
        ] {
            assert_ne!(shape(a), shape(b));
        }
    }

    #[test]
    fn a_line_is_proved_by_its_words_and_by_numbers_near_it() {
        let line = "9 sales, 0.304 s";
        assert!(proves(line, "  1.2 s  main  1818 cents, 9 sales, 0.512 s"));
        assert!(!proves(line, "  1.2 s  main  1818 cents, 9 sales, 0.950 s"));
        assert!(!proves(line, "  1.2 s  main  1818 cents, 8 sales, 0.304 s"));
        assert!(!proves(line, "9 sales,"));
    }

    #[test]
    fn only_the_package_s_own_commands_are_run() {
        let args = |command| arguments(command, "lesson-01-threads");
        assert_eq!(
            args("cargo run -p lesson-01-threads"),
            Some(vec!["--pace", "0.1"])
        );
        assert_eq!(
            args("cargo run -q -p lesson-01-threads -- spawn --pace 0.5 | cat"),
            Some(vec!["spawn", "--pace", "0.5"])
        );
        assert_eq!(args("cargo run -p lesson-02-processes"), None);
        assert_eq!(args("ps -T -p 12"), None);
        assert_eq!(
            args("cargo run -p lesson-01-threads --features heavy -- spawn"),
            None
        );

        assert_eq!(
            args("cargo run --release -p lesson-01-threads -- measure -- ls -l"),
            Some(vec!["--pace", "0.1", "measure", "--", "ls", "-l"])
        );
    }
}

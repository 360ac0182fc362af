//! For the chapters' tests: running a lesson as a learner does, under a deadline.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde_json::Value;

pub use crate::process::is_alive;

/// Far more than any test needs: only what hangs meets it.
const DEADLINE: Duration = Duration::from_secs(150);

/// What a run of a program left behind.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
    /// How long it took.
    pub wall: Duration,
}

/// Runs a lesson with these arguments and nothing on its standard input.
///
/// # Panics
/// When it cannot be started, does not end before the deadline, or leaves a process behind.
pub fn run(program: &str, args: &[&str]) -> Ran {
    let mut command = Command::new(program);
    command.args(args);
    run_command(&mut command)
}

/// Runs a command that is a process group of its own.
///
/// # Panics
/// As [`run`].
pub fn run_command(command: &mut Command) -> Ran {
    let start = Instant::now();
    let command = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let mut child = command.spawn().expect("the program starts");
    let group = child.id();
    let reading = [
        read_aside(child.stdout.take().expect("it is piped")),
        read_aside(child.stderr.take().expect("it is piped")),
    ];
    let status = loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            break status;
        }
        if start.elapsed() > DEADLINE {
            let _ = killpg(pid(group), Signal::SIGKILL);
            let _ = child.wait();
            panic!("{command:?} did not end within {DEADLINE:?}");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let wall = start.elapsed();
    assert_nothing_left(group);
    let [stdout, stderr] = reading.map(|reader| reader.join().expect("reading does not panic"));
    Ran {
        code: status.code(),
        stdout,
        stderr,
        wall,
    }
}

fn read_aside(mut from: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What came before an error is still worth showing.
        let _ = from.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn pid(number: u32) -> Pid {
    Pid::from_raw(i32::try_from(number).expect("process ids are positive i32"))
}

/// No process of this group is left, or is gone within a second.
///
/// # Panics
/// When one is still there after that.
pub fn assert_nothing_left(group: u32) {
    let patience = Instant::now() + Duration::from_secs(1);
    while is_alive(group) {
        assert!(
            Instant::now() < patience,
            "a process of group {group} is still alive a second later"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Runs a lesson with `--json` and gives back its objects, one for each demo.
///
/// # Panics
/// As [`run`], and when a line of its output is not JSON.
pub fn run_json(program: &str, args: &[&str]) -> (Vec<Value>, Ran) {
    let args: Vec<&str> = ["--json"].into_iter().chain(args.iter().copied()).collect();
    let ran = run(program, &args);
    let parse = |line: &str| {
        serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}\n{}", ran.stderr))
    };
    (ran.stdout.lines().map(parse).collect(), ran)
}

/// Runs one demo with `--json`, which must go well and keep to the contract; gives back its object.
///
/// # Panics
/// As [`run_json`] and [`assert_contract`], and when the exit code is not 0.
pub fn run_demo(program: &str, args: &[&str]) -> Value {
    let (mut runs, ran) = run_json(program, args);
    assert_eq!(
        (ran.code, runs.len()),
        (Some(0), 1),
        "{args:?}: {}",
        ran.stderr
    );
    assert_contract(&runs[0]);
    runs.remove(0)
}

/// The names of the keys that every object of `--json` has.
pub const KEYS: [&str; 11] = [
    "cpu_s",
    "demo",
    "lanes",
    "lesson",
    "log",
    "overlap",
    "results",
    "sequential_s",
    "speedup",
    "wall_s",
    "work_s",
];

/// Checks one object of `--json` against the contract: its keys, their kinds, and that its times make sense.
///
/// # Panics
/// When one is missing, unknown or of the wrong kind.
pub fn assert_contract(run: &Value) {
    let keys: Vec<&str> = run
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, KEYS);
    let wall = run["wall_s"].as_f64().expect("wall_s is a number");
    for key in ["work_s", "overlap", "cpu_s"] {
        assert!(
            run[key].as_f64().is_some_and(|number| number >= 0.0),
            "{key}: {}",
            run[key]
        );
    }
    for key in ["sequential_s", "speedup"] {
        assert!(
            run[key].is_null() || run[key].is_f64(),
            "{key}: {}",
            run[key]
        );
    }
    for lane in run["lanes"].as_array().expect("lanes is a list") {
        assert!(
            lane["name"].is_string() && lane["pid"].is_u64() && lane["tid"].is_u64(),
            "{lane}"
        );
        assert!(
            ["thread", "process", "task"].contains(&lane["kind"].as_str().expect("a kind")),
            "{lane}"
        );
        for span in lane["spans"].as_array().expect("spans is a list") {
            let (start, end) = (
                span["start_s"].as_f64().expect("start_s"),
                span["end_s"].as_f64().expect("end_s"),
            );
            assert!(
                0.0 <= start && start <= end && end <= wall + 0.1,
                "{span} in {wall} s"
            );
            assert!(
                span["name"].is_string() && span["cpu_s"].is_f64() && span["polls"].is_u64(),
                "{span}"
            );
        }
    }
    for entry in run["log"].as_array().expect("log is a list") {
        assert!(
            entry["t_s"].is_f64() && entry["lane"].is_string() && entry["message"].is_string(),
            "{entry}"
        );
    }
}

/// Reads all pages of a chapter (`01-threads`): its overview and what lies in its folder.
///
/// # Panics
/// When there is no such chapter.
pub fn chapter(name: &str) -> String {
    let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let read = |path: &std::path::Path| {
        std::fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
    };
    let mut text = read(&docs.join(format!("{name}.md")));
    let mut pages: Vec<_> = std::fs::read_dir(docs.join(name))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    pages.sort();
    for page in pages {
        text += &read(&page);
    }
    text
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
/// When a line shown is not printed, a command fails, or the chapter shows no command of this package at all.
pub fn check_chapter(chapter: &str, package: &str, program: &str) {
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
    assert!(
        !shown.is_empty(),
        "the chapter shows no command of {package} in a console block"
    );
    // Several at once: most of them wait most of the time. Those that compute come to no harm.
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        while let Some(shown) = shown.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            check_shown(shown, program);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(work);
        }
    });
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

/// The arguments of `cargo run -p PACKAGE -- ARGUMENTS`, if it is that package's.
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

/// What is compared of a printed line: its words, with one `=` for a drawn row, and `9` for every number that differs
/// from run to run: times and shares (a decimal point, or a unit behind it), process ids and ports (after `process`
/// or 4 to 7 digits long). Other numbers are results, and must be right.
fn shape(line: &str) -> String {
    let ascii = line
        .replace('█', "#")
        .replace('░', ".")
        .replace('▒', "~")
        .replace(" · ", " ")
        .replace('µ', "u")
        .replace('…', "...");
    // How much faster it was is this machine's business.
    let ascii = ascii
        .replace("times slower", "times faster")
        .replace("no faster", "1.0 times faster");
    // Whether a lane had to wait for another one at all differs from run to run, and so does this part of the legend.
    let ascii = ascii.replace("~ waiting for another lane", "");
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
            && word.chars().all(|c| matches!(c, '#' | '.' | '~'))
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

/// `0.5s`, `20ms`: a tick of the axis.
fn is_time(word: &str) -> bool {
    let number = ["ms", "us", "s"]
        .iter()
        .find_map(|unit| word.strip_suffix(unit));
    number.is_some_and(|number| number.parse::<f64>().is_ok())
}

/// A word with `9` for each of its numbers that has a decimal point or from `digits` to 7 digits.
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
            ("  main  █░░░█  ", "  main  ##..#  ..#"),
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

//! The drawing of a run that goes on, as a terminal shows it, and that nothing of it is left behind.
//!
//! This test has no harness: it starts itself again, as a lesson, at a terminal that `script` makes.

use std::io::{self, BufRead, Read, Write};
use std::num::NonZero;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::process::spawn;
use common::{Demo, Failure, Lesson, Outcome, Run};
use testing::{run, run_command};
use tracing::{info, info_span};
use vt100::Parser;

const STEPS: u32 = 6;
const STEP: Duration = Duration::from_millis(150);

fn main() -> ExitCode {
    let demos = ["steps", "many", "fails", "worker"];
    if std::env::args().any(|arg| demos.contains(&arg.as_str())) {
        let steps = Demo::new("steps", "threads and a process", steps);
        return Lesson::new("live", "runs to look at")
            .demo(steps.worker("", worker))
            .demo(Demo::new("many", "more lanes than rows", many))
            .demo(Demo::new("fails", "a run that fails", fails))
            .main();
    }

    let tests: [(&str, fn()); 7] = [
        ("the_drawing_grows_below_the_log", grows_below_the_log),
        ("more_lanes_than_rows_are_counted", more_lanes_than_rows),
        ("colours_are_left_out", colours_are_left_out),
        ("ctrl_c_leaves_the_terminal_whole", ctrl_c),
        ("a_failure_leaves_it_whole", failure),
        ("a_pipe_has_the_last_drawing_alone", in_a_pipe),
        ("so_has_a_terminal_that_cannot_do_it", dumb),
    ];
    for (name, test) in tests {
        test();
        println!("test {name} ... ok");
    }
    println!("\ntest result: ok. {} passed; 0 failed", tests.len());
    ExitCode::SUCCESS
}

fn steps(_: &Run) -> Result<Outcome, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["worker", "Worker-1"]);
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = spawn(&mut command, "Worker-1")?;

    // Created here and entered there: this thread records nothing more before the end.
    let count = info_span!("count");
    thread::scope(|scope| {
        thread::Builder::new()
            .name("numbers".into())
            .spawn_scoped(scope, move || {
                let _span = count.entered();
                for number in 0..STEPS {
                    info!("Number: {number}");
                    thread::sleep(STEP);
                }
            })?;
        let busy = thread::Builder::new().name("busy".into());
        busy.spawn_scoped(scope, || {
            let _span = info_span!("compute").entered();
            let start = Instant::now();
            while start.elapsed() < STEP * STEPS {
                std::hint::spin_loop();
            }
        })?;
        Ok::<_, io::Error>(())
    })?;
    child.wait()?;

    Ok(Outcome::new("done"))
}

/// Says what it reads, and ends with its input.
fn worker(_: &str) -> io::Result<()> {
    let _span = info_span!("wait for work").entered();
    info!("the worker is there");
    io::stdin().lock().read_line(&mut String::new())?;
    Ok(())
}

fn many(_: &Run) -> Result<Outcome, Failure> {
    thread::scope(|scope| {
        for number in 0..15 {
            let name = format!("thread {number} of many");
            thread::Builder::new().name(name).spawn_scoped(scope, || {
                let _span = info_span!("wait").entered();
                thread::sleep(STEP * 12);
            })?;
        }
        Ok::<_, io::Error>(())
    })?;
    Ok(Outcome::new("done"))
}

fn fails(_: &Run) -> Result<Outcome, Failure> {
    let bad = thread::Builder::new().name("bad".into());
    let bad = bad.spawn(|| {
        let _span = info_span!("break").entered();
        thread::sleep(STEP * 2);
        panic!("it breaks");
    })?;
    let broken = bad.join().is_err();
    thread::sleep(STEP * 2);
    Err(Failure::Failed(format!("a thread has panicked: {broken}")))
}

/// A run as a terminal showed it.
struct Shown {
    code: Option<i32>,
    /// All that was written to it.
    written: String,
    /// Its contents after each piece that came.
    screens: Vec<String>,
    /// All lines in the end, also those that are above the first row.
    lines: Vec<String>,
    /// The row and the column of the cursor in the end.
    cursor: (u16, u16),
    /// The rows of the screen in the end.
    last: Vec<String>,
}

impl Shown {
    fn count(&self, text: &str) -> usize {
        self.lines.iter().filter(|line| line.contains(text)).count()
    }

    fn has_shown(&self, is_wanted: impl Fn(&str) -> bool) -> bool {
        self.screens.iter().any(|screen| is_wanted(screen))
    }
}

/// Returns whether a lane is drawn, and the run not over.
fn draws(screen: &str, lane: &str) -> bool {
    let is_row = |line: &str| {
        let row = line.strip_prefix(&format!("  {lane}  "));
        row.is_some_and(|row| row.trim_start().starts_with(['░', '█', '▄']))
    };
    screen.lines().any(is_row) && !screen.contains("result: ")
}

/// Runs this lesson at a terminal. Once the lane `sight` is drawn, Ctrl-C is pressed.
fn at_a_terminal((rows, columns): (u16, u16), words: &str, sight: Option<&str>) -> Option<Shown> {
    let program = std::env::current_exe().expect("this program has a name");
    let program = program.display();
    let line = format!("stty rows {rows} cols {columns} && exec '{program}' {words}");
    let mut command = Command::new("script");
    command
        .args(["-qec", &line, "/dev/null"])
        .env("TERM", "xterm-256color")
        .env("LC_ALL", "C.UTF-8")
        .env("SHELL", "/bin/sh")
        .env_remove("COLUMNS")
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let Ok(mut terminal) = command.spawn() else {
        println!("skipped: there is no script");
        return None;
    };
    let mut keys = terminal.stdin.take().expect("it is piped");
    let mut screen = terminal.stdout.take().expect("it is piped");

    let size = |number: u16| NonZero::new(number).expect("a terminal is not empty");
    let mut parser = Parser::new(size(rows), size(columns), 1000);
    let mut written = Vec::new();
    let mut screens = Vec::new();
    let mut pressed = false;
    let mut piece = [0; 1 << 14];
    while let Ok(length @ 1..) = screen.read(&mut piece) {
        written.extend_from_slice(&piece[..length]);
        parser.process(&piece[..length]);
        let contents = parser.screen().contents();
        assert!(!parser.screen().hide_cursor(), "the cursor is always there");
        if !pressed && sight.is_some_and(|lane| draws(&contents, lane)) {
            keys.write_all(b"\x03").expect("it reads keys");
            pressed = true;
        }
        screens.push(contents);
    }
    let status = terminal.wait().expect("it ends");

    let cursor = parser.screen().cursor_position();
    let last: Vec<String> = parser.screen().rows(0, columns).collect();
    parser.screen_mut().set_scrollback(usize::MAX);
    let above = parser.screen().scrollback();
    let mut lines = Vec::new();
    for back in (1..=above).rev() {
        parser.screen_mut().set_scrollback(back);
        lines.extend(parser.screen().rows(0, columns).next());
    }
    lines.extend(last.iter().cloned());

    Some(Shown {
        code: status.code(),
        written: String::from_utf8_lossy(&written).into_owned(),
        screens,
        lines,
        cursor,
        last,
    })
}

fn grows_below_the_log() {
    let Some(shown) = at_a_terminal((24, 80), "steps --timeline live", None) else {
        return;
    };
    assert_eq!(shown.code, Some(0), "{}", shown.written);

    // While it ran: the log above, the lanes below, and one drawing at a time.
    let both = |screen: &str| {
        let log = screen.find("numbers      Number: 3");
        let below = log.map(|log| &screen[log..]);
        below.is_some_and(|below| draws(below, "numbers") && draws(below, "Worker-1"))
    };
    assert!(shown.has_shown(both), "{:#?}", shown.screens.last());
    for screen in &shown.screens {
        let legends = screen.matches("█ computing").count();
        assert!(legends <= 1, "{screen}");
    }
    // A thread that computes, or would, is seen to before its span is over, where the system says so.
    let busy = |screen: &str| {
        let row = screen.lines().find(|line| line.starts_with("  busy"));
        row.is_some_and(|row| row.matches(['█', '▄']).count() > 3) && !screen.contains("result")
    };
    let spans_alone = !std::path::Path::new("/proc/self/schedstat").exists();
    assert!(spans_alone || shown.has_shown(busy), "{:#?}", shown.screens);

    // In the end: every log line once, and one drawing, the last.
    for number in 0..STEPS {
        assert_eq!(
            shown.count(&format!("Number: {number}")),
            1,
            "{:#?}",
            shown.lines
        );
    }
    assert_eq!(shown.count("the worker is there"), 1, "{:#?}", shown.lines);
    assert_eq!(shown.count("░ waiting"), 1, "{:#?}", shown.lines);
    let mut filled = shown.lines.iter().filter(|line| !line.is_empty());
    let ends = filled.next_back().map_or("", String::as_str);
    assert!(ends.starts_with("next: "), "{:#?}", shown.lines);
    let words = shown
        .lines
        .iter()
        .position(|line| line.starts_with("in words: main"));
    let result = shown
        .lines
        .iter()
        .position(|line| line.starts_with("result: "));
    assert!(result < words && result.is_some(), "{:#?}", shown.lines);
}

fn more_lanes_than_rows() {
    let Some(shown) = at_a_terminal((12, 60), "many --timeline live", None) else {
        return;
    };
    assert_eq!(shown.code, Some(0), "{}", shown.written);
    // Main and fifteen threads: seven have a row, since one says how many have not.
    let cut = |screen: &str| screen.contains("and 9 more lanes") && screen.contains("waiting");
    assert!(shown.has_shown(cut), "{:#?}", shown.screens);
    // Never so high that the first rows of it would be left above the screen.
    let axes = shown.count("0s      ");
    assert_eq!(axes, 1, "the last drawing's: {:#?}", shown.lines);
}

fn colours_are_left_out() {
    for (words, coloured) in [
        ("steps --timeline live", true),
        ("steps --timeline live --color never", false),
    ] {
        let Some(shown) = at_a_terminal((24, 80), words, None) else {
            return;
        };
        // Colours end with this letter, what moves the cursor does not.
        let has_colours = shown.written.split("\x1b[").skip(1).any(|code| {
            let end = code.find(|c: char| !c.is_ascii_digit() && c != ';');
            end.is_some_and(|end| code[end..].starts_with('m'))
        });
        assert_eq!(has_colours, coloured, "{:?}", shown.written);
        assert!(
            shown.has_shown(|screen| draws(screen, "numbers")),
            "{words}"
        );
    }
}

fn ctrl_c() {
    let Some(shown) = at_a_terminal((24, 80), "steps --timeline live", Some("numbers")) else {
        return;
    };
    assert_eq!(shown.code, Some(130), "{}", shown.written);
    // What went on until then stays, and what comes next begins below it.
    let drawn = shown.last.iter().rposition(|row| row.contains("░ waiting"));
    let (row, _) = shown.cursor;
    assert!(
        drawn.is_some_and(|drawn| drawn < usize::from(row)),
        "{:#?}",
        shown.last
    );
    assert_eq!(shown.count("░ waiting"), 1, "{:#?}", shown.lines);
}

fn failure() {
    let Some(shown) = at_a_terminal((24, 80), "fails --timeline live", None) else {
        return;
    };
    assert_eq!(shown.code, Some(1), "{}", shown.written);
    assert_eq!(shown.count("it breaks"), 1, "{:#?}", shown.lines);
    assert_eq!(
        shown.count("a thread has panicked: true"),
        1,
        "{:#?}",
        shown.lines
    );
    let place = |text: &str| shown.lines.iter().position(|line| line.contains(text));
    assert!(
        place("it breaks") < place("░ waiting"),
        "{:#?}",
        shown.lines
    );
    assert!(
        place("░ waiting") < place("a thread has panicked"),
        "{:#?}",
        shown.lines
    );
    assert_eq!(shown.cursor.1, 0, "at the start of a line");
}

fn in_a_pipe() {
    let program = std::env::current_exe().expect("this program has a name");
    let program = program.to_str().expect("it is text");
    let shape = |words: &[&str]| -> Vec<String> {
        let ran = run(program, words);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(!ran.stdout.contains(['\x1b', '\r']), "{ran:?}");
        let cores = ran.stdout.contains("\n  core ");
        assert!(!cores, "threads that wait want none: {ran:?}");
        // Times differ from run to run, and with them the lines behind the legend.
        let words = ran.stdout.lines();
        let words = words.filter_map(|line| line.split_whitespace().next());
        words
            .take_while(|word| *word != "in")
            .filter(|word| !word.contains(|c: char| c.is_ascii_digit()))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        shape(&["many", "--timeline", "live"]),
        shape(&["many", "--timeline", "always"])
    );

    let ran = run(program, &["many", "--timeline", "live", "--json"]);
    assert_eq!(ran.stdout.lines().count(), 1, "{ran:?}");
    assert!(ran.stderr.contains(". waiting"), "{ran:?}");
}

fn dumb() {
    if Command::new("script").arg("--version").output().is_err() {
        return;
    }
    let program = std::env::current_exe().expect("this program has a name");
    let line = format!("exec '{}' many --timeline live", program.display());
    let mut command = Command::new("script");
    command
        .args(["-qec", &line, "/dev/null"])
        .env("TERM", "dumb");
    let ran = run_command(&mut command);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!ran.stdout.contains("\x1b[K"), "{ran:?}");
    assert!(ran.stdout.contains("in words: main"), "{ran:?}");
}

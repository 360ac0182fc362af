//! `check --watch` at a terminal.

use std::fs;
use std::process::Command;

use testing::Terminal;

use crate::course::Course;

const LESSON: &str = env!("CARGO_BIN_EXE_lesson-01-threads");
const KEYS: &str = "h hint   r reset   n next   l list   q quit";

/// Presses every key, and saves the file in between.
pub fn watch(course: &Course) {
    let name = "03_lost_update";
    let given = || course.answer("exercises", "03_lost_update.rs");
    course.run("", &["reset", name, "--yes"]);
    let as_given = given();

    let mut terminal = Terminal::start(course.command(LESSON, "").args(["check", name, "--watch"]));
    terminal.expect("\u{1b}[H\u{1b}[2J");
    terminal.expect("lesson-01-threads/exercises/03_lost_update.rs (level 1, 10 minutes)");
    terminal.expect("03_lost_update: still to do");
    terminal.expect(KEYS);
    for hint in ["h", "H"].iter().zip(1..) {
        terminal.press(hint.0);
        terminal.expect(&format!("03_lost_update, hint {} of 3: ", hint.1));
        terminal.expect(KEYS);
    }
    assert!(!terminal.is_as_usual());

    let wrong = course.answer("wrong", "03_lost_update/dropped_too_early.rs");
    // F2 is no q.
    terminal.press("\u{1b}OQ");
    course.hand_in(name, &wrong);
    terminal.expect("03_lost_update: lost update");
    terminal.expect(KEYS);
    terminal.press("r");
    terminal.expect("reset?");
    terminal.press("x");
    terminal.expect("nothing was reset");
    assert_eq!(given(), wrong);
    terminal.expect(KEYS);
    terminal.press("r");
    terminal.expect("reset?");
    terminal.press("y");
    terminal.expect("the old one is 03_lost_update.rs.before-reset");
    terminal.expect("03_lost_update: still to do");
    terminal.expect(KEYS);
    assert_eq!(given(), as_given);

    course.hand_in(name, &course.answer("solutions", "03_lost_update.rs"));
    terminal.expect("solved in every order of its steps");
    terminal.expect("to compare: lesson-01-threads/solutions/03_lost_update.rs");
    terminal.expect(KEYS);
    terminal.press("l");
    terminal.expect("exercises: 1 of 8 solved");
    terminal.expect(KEYS);
    terminal.press("n");
    terminal.expect("exercises/02_share_a_counter.rs (level 2, 15 minutes)");
    terminal.expect("02_share_a_counter: still to do");
    terminal.expect(KEYS);
    terminal.press("q");
    assert_eq!(terminal.end(), Some(0));
    assert!(terminal.is_as_usual());

    ended_from_outside(course, name);
    with_an_editor(course, name);
}

/// Ctrl-C reaches the program, and the terminal is as before.
fn ended_from_outside(course: &Course, name: &str) {
    // A terminal of its own, so that Ctrl-C is a signal: the command is util-linux's.
    if Command::new("setsid").arg("--version").output().is_err() {
        return;
    }

    let mut command = course.command("setsid", "");
    command.args(["--ctty", "--wait", LESSON, "check", name, "--watch"]);
    let mut terminal = Terminal::start(&mut command);
    terminal.expect(KEYS);
    terminal.expect_taken();
    terminal.press("\u{3}");
    assert_eq!(terminal.end(), Some(130));
    assert!(terminal.is_as_usual());

    // An editor may need Ctrl-C for itself.
    let mut command = course.command("setsid", "");
    command.args(["--ctty", "--wait", LESSON, "check", name, "--watch"]);
    command.args(["--edit", "trap '' INT; echo opened; sleep 1; true"]);
    let mut terminal = Terminal::start(&mut command);
    terminal.expect("opened");
    terminal.press("\u{3}");
    terminal.expect(KEYS);
    terminal.press("q");
    assert_eq!(terminal.end(), Some(0));
}

/// The editor here writes the model answer into the file.
fn with_an_editor(course: &Course, name: &str) {
    course.run("", &["reset", name, "--yes"]);
    let solution = course.file("solutions", "03_lost_update.rs");
    let editor = format!("cp '{}'", solution.display());

    let mut command = course.command(LESSON, "");
    command.args(["check", name, "--watch", "--edit", &editor]);
    let mut terminal = Terminal::start(&mut command);
    terminal.expect("03_lost_update: solved");
    terminal.expect(&format!("e edit   {KEYS}"));
    fs::write(course.file("exercises", "03_lost_update.rs"), "").expect("it can be written");
    terminal.expect("03_lost_update: does not compile");
    terminal.expect(KEYS);
    terminal.press("e");
    terminal.expect("03_lost_update: solved");
    terminal.expect(KEYS);
    terminal.press("\u{4}");
    assert_eq!(terminal.end(), Some(0));
}

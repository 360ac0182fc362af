//! The tools, which are a program of their own: what is said before it is built, and how it is
//! built.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use testing::{Ran, run, run_command};

use crate::PROGRAM;

/// Calls a tool with a Cargo that this shell script stands in for.
fn with_cargo(script: &str, args: &[&str]) -> Ran {
    let folder = common::TempDir::new("tools-test").unwrap();
    let cargo = folder.path().join("cargo");
    fs::write(&cargo, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o700)).unwrap();

    run_command(Command::new(PROGRAM).args(args).env("CARGO", &cargo))
}

#[test]
fn cargo_is_asked_for_the_tools_as_this_program_was_built() {
    let ran = with_cargo("echo \"$*\" >&2; exit 101", &["choose", "--waiting"]);
    let folder = std::path::Path::new(PROGRAM).parent().unwrap();
    let target = folder.parent().unwrap().display();

    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    for part in [
        "build --package lesson-04-pools-tools ".to_owned(),
        format!("--target-dir {target} --profile dev"),
        "lesson-04-pools choose: its program cannot be built".to_owned(),
    ] {
        assert!(ran.stderr.contains(&part), "no {part:?} in {}", ran.stderr);
    }
}

#[test]
fn that_something_is_built_is_said_once() {
    let cargo = "echo '   Compiling a v1' >&2; echo '   Compiling b v1' >&2; exit 101";
    let ran = with_cargo(cargo, &["costs"]);
    let told = "building the tools ...\n   Compiling a v1\n   Compiling b v1\n";
    assert!(ran.stderr.starts_with(told), "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("building the tools").count(), 1);

    let ran = with_cargo("echo '    Finished it' >&2; exit 101", &["costs"]);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
}

#[test]
fn without_a_cargo_one_line_says_so() {
    let mut command = Command::new(PROGRAM);
    let ran = run_command(command.arg("size").env("CARGO", "/no/such/cargo"));
    assert_eq!((ran.code, ran.stderr.lines().count()), (Some(1), 1));
    assert!(ran.stderr.contains("cannot be had"), "{}", ran.stderr);
}

/// None of these asks Cargo for anything.
#[test]
fn wrong_command_lines_are_refused_and_help_is_given_without_building() {
    for (args, code, why) in [
        (
            &["choose", "--runs", "2", "gzip", "-k", "file"][..],
            2,
            "to run a command, put -- before it: choose -- gzip",
        ),
        (
            &["choose", "--waiting", "--", "true"],
            2,
            "a command is measured",
        ),
        (&["scenarios", "cooking"], 2, "databases"),
        (&["scenarios", "--jobs=0"], 2, "a whole number from 1 to"),
        (
            &["scenarios", "--runs=101"],
            2,
            "a whole number from 1 to 100",
        ),
        (&["size", "--most", "0"], 2, "a whole number from 1 to 1024"),
    ] {
        let ran = with_cargo("echo asked >&2; exit 1", args);
        assert_eq!(
            (ran.code, ran.stderr.lines().count()),
            (Some(code), 1),
            "{args:?}: {}",
            ran.stderr
        );
        assert!(ran.stderr.contains(why), "{args:?}: {}", ran.stderr);
    }
    let ran = with_cargo("echo asked >&2; exit 1", &["choose", "--help"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert!(ran.stdout.contains("--ignore-failure"), "{}", ran.stdout);
}

#[cfg(not(feature = "scenarios"))]
#[test]
fn without_the_feature_one_line_says_how_to_get_it() {
    let ran = run(PROGRAM, &["scenarios"]);
    assert_eq!(
        (ran.code, ran.stderr.lines().count()),
        (Some(2), 1),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("--features scenarios -- scenarios"),
        "{}",
        ran.stderr
    );
}

#[test]
fn tools_are_listed() {
    let ran = run(PROGRAM, &["list"]);
    let tools = ran
        .stdout
        .split("tools")
        .nth(1)
        .expect("a group of their own");
    assert!(
        tools.contains("scenarios") && tools.contains("costs"),
        "{}",
        ran.stdout
    );
}

//! Judges `01_run_and_capture`: programs that do well, that fail, and that do not exist.

use std::time::Duration;

use common::exercise;
use common::exercises::left::{expect_no_children, within};
use common::exercises::{Kind, Solved, expect, fail};

crate::exercise!("../exercises/01_run_and_capture.rs");

const LIMIT: Duration = Duration::from_secs(5);

fn capture(program: &'static str, arguments: &'static [&str]) -> Result<String, String> {
    within(LIMIT, "running a program that prints and ends", move || {
        exercise::capture(program, arguments)
    })
}

fn expect_in(error: &Result<String, String>, wanted: &str, what: &str) {
    match error {
        Ok(text) => fail(
            Kind::WrongResult,
            format!("{what}: expected an error, got Ok({text:?})"),
        ),
        Err(why) if why.contains(wanted) => {}
        Err(why) => fail(
            Kind::WrongResult,
            format!("{what}: the error says {why:?}, and {wanted:?} is not in it"),
        ),
    }
}

/// Each way in which a program may end.
pub fn check() -> Solved {
    let hello = Ok("hello".to_owned());
    expect(
        Kind::WrongResult,
        "what `echo hello` prints",
        &capture("sh", &["-c", "echo hello; echo careful >&2"]),
        &hello,
    );
    let lines = Ok("two\nlines\n".to_owned());
    expect(
        Kind::WrongResult,
        "only the last line feed goes",
        &capture("printf", &["two\nlines\n\n"]),
        &lines,
    );
    let plain = Ok("a b|$HOME|*|;|".to_owned());
    let arguments = &["%s|", "a b", "$HOME", "*", ";"];
    expect(
        Kind::WrongResult,
        "arguments as they are",
        &capture("printf", arguments),
        &plain,
    );

    let failed = capture(
        "sh",
        &[
            "-c",
            "echo half a result; echo the disk is full >&2; exit 3",
        ],
    );
    expect_in(&failed, "3", "a program that ends with exit code 3");
    expect_in(
        &failed,
        "the disk is full",
        "a program that ends with exit code 3",
    );
    let killed = capture("sh", &["-c", "echo half a result; kill -9 $$"]);
    expect_in(&killed, "", "a program that is killed");
    let missing = capture("no-such-program-anywhere", &["-x"]);
    expect_in(
        &missing,
        "no-such-program-anywhere",
        "a program that does not exist",
    );
    expect_no_children();
    Solved::new("with programs that do well, fail, are killed and do not exist")
}

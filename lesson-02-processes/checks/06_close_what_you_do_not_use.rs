//! Judges `06_close_what_you_do_not_use`: a first program that ends, one that takes its time, and one that never ends.

use std::process::{Command, Stdio};
use std::time::Duration;

use common::exercise;
use common::exercises::left::{expect_no_children, within};
use common::exercises::{Kind, Solved, expect};

crate::exercise!("../exercises/06_close_what_you_do_not_use.rs");

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]).stdin(Stdio::null());
    command
}

/// What both print together.
fn judge(first: &'static str, second: &'static str, wanted: &str) {
    let what = format!("`{first} | {second}`");
    let run =
        move || exercise::pipeline(shell(first), shell(second)).map_err(|why| why.to_string());
    let got = within(Duration::from_secs(3), &what, run);
    let got = got.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    expect(Kind::WrongResult, &what, &got, &Ok(wanted.to_owned()));
    expect_no_children();
}

/// `sort` waits for the end; `head` ends early, and then `yes` has to.
pub fn check() -> Solved {
    judge("printf 'b\\na\\n'", "sort", "a\nb\n");
    judge("sleep 0.3; echo late", "cat", "late\n");
    judge(
        "head -c 1000000 /dev/zero",
        "wc -c | tr -d ' '",
        "1000000\n",
    );
    judge("exec yes", "head -n 2", "y\ny\n");
    Solved::new("with four pipelines, one of them with a first program that would never end")
}

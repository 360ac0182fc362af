//! Judges `03_read_before_wait`: programs that write far more than a pipe holds.

use std::process::{Command, Stdio};
use std::time::Duration;

use common::exercise;
use common::exercises::left::{expect_no_children, within};
use common::exercises::{Kind, Solved, expect};

crate::exercise!("../exercises/03_read_before_wait.rs");

/// More than the 64 KiB of a pipe, and more than the 1 MiB that the largest holds.
const MUCH: usize = 2_000_000;

/// A little; much on either side; much on both, whichever comes first.
pub fn check() -> Solved {
    let much = format!("head -c {MUCH} /dev/zero");
    for (script, output, complaint, code) in [
        ("echo out; echo err >&2; exit 4".to_owned(), 4, 4, 4),
        (much.clone(), MUCH, 0, 0),
        (format!("{much} >&2; exit 5"), 0, MUCH, 5),
        (format!("{much}; {much} >&2"), MUCH, MUCH, 0),
        (format!("{much} >&2; {much}; exit 6"), MUCH, MUCH, 6),
    ] {
        let what = format!("a shell that is told `{script}`");
        let run = move || {
            let mut command = Command::new("sh");
            let outputs =
                exercise::both_outputs(command.args(["-c", &script]).stdin(Stdio::null()));
            outputs
                .map(|(output, complaint, status)| (output.len(), complaint.len(), status.code()))
        };
        let got = within(Duration::from_secs(3), &what, run).map_err(|why| why.to_string());
        let what = format!("{what}: bytes of output and of complaint, exit code");
        expect(
            Kind::WrongResult,
            &what,
            &got,
            &Ok((output, complaint, Some(code))),
        );
    }
    expect_no_children();
    Solved::new("with two megabytes on either side, and on both in either order")
}

//! Judges `02_exit_or_signal`: every kind of end.

use std::process::{Command, Stdio};
use std::time::Duration;

use common::exercise;
use common::exercises::left::{expect_no_children, within};
use common::exercises::{Kind, Solved, expect, fail};

use exercise::End;

crate::exercise!("../exercises/02_exit_or_signal.rs");

/// Shells that end in all of these ways, and a program that does not exist.
pub fn check() -> Solved {
    for (script, end) in [
        ("exit 0", End::Well),
        ("exit 3", End::Code(3)),
        ("exit 255", End::Code(255)),
        ("exit 137", End::Code(137)),
        ("kill -KILL $$", End::Signal(9)),
        ("kill -TERM $$", End::Signal(15)),
        ("ulimit -c 0; kill -ABRT $$", End::Signal(6)),
    ] {
        let run = move || {
            let mut command = Command::new("sh");
            exercise::run(command.args(["-c", script]).stdin(Stdio::null()))
                .map_err(|why| why.to_string())
        };
        let got = within(
            Duration::from_secs(5),
            "running a shell that ends at once",
            run,
        );
        expect(
            Kind::WrongResult,
            &format!("a shell that is told `{script}`"),
            &got,
            &Ok(end),
        );
    }
    if let Ok(end) = exercise::run(&mut Command::new("no-such-program-anywhere")) {
        let what = format!("a program that does not exist: expected an error, got {end:?}");
        fail(Kind::WrongResult, what);
    }
    expect_no_children();
    Solved::new("with seven ends, and one program that never began")
}

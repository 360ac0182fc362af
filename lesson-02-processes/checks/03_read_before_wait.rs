//! Judges `03_read_before_wait`: programs that write far more than a pipe holds, to either output,
//! in any order.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::thread;

use judge::chance::any;
use judge::exercise;
use judge::left::{Bystanders, alone};
use judge::programs::{Programs, SOON, described};
use judge::waits::asleep;
use judge::{Kind, Solved, fail};

crate::exercise!("../exercises/03_read_before_wait.rs");

type Outputs = io::Result<(Vec<u8>, Vec<u8>, ExitStatus)>;

/// An end: an exit code, or a signal.
type End = (Option<i32>, Option<i32>);

/// Judges with nothing, a little and much; on one side or on both; all of one first, or by turns.
pub fn check() -> Solved {
    // More than the 64 KiB of a pipe, and more than the 1 MiB that the largest holds.
    let much = any(180_000..190_000);
    let more = any(190_000..200_000);
    let code = i32::try_from(any(3..200)).unwrap_or(3);
    let lines = |from: u64, to: u64| -> Vec<u8> {
        let lines: Vec<String> = (from..=to).map(|number| format!("{number}\n")).collect();
        lines.concat().into_bytes()
    };
    let (out, err) = (lines(1, much), lines(3, more));
    let cases: Vec<(String, Vec<u8>, Vec<u8>)> = vec![
        (":".into(), vec![], vec![]),
        (
            "echo out; echo err >&2".into(),
            b"out\n".into(),
            b"err\n".into(),
        ),
        (
            "printf '\\377\\0\\n\\n'; printf '\\n\\376' >&2".into(),
            b"\xff\0\n\n".into(),
            b"\n\xfe".into(),
        ),
        (format!("seq 1 {much}"), out.clone(), vec![]),
        (format!("seq 3 {more} >&2"), vec![], err.clone()),
        (
            format!("seq 1 {much}; seq 3 {more} >&2"),
            out.clone(),
            err.clone(),
        ),
        (
            format!("seq 3 {more} >&2; seq 1 {much}"),
            out.clone(),
            err.clone(),
        ),
        (
            format!("seq 3 {more} >&2 & seq 1 {much}; wait"),
            out.clone(),
            err.clone(),
        ),
        (format!("exec 2>&-; seq 1 {much}"), out.clone(), vec![]),
        (format!("exec >&-; seq 3 {more} >&2"), vec![], err.clone()),
        (
            "for n in 1 2 3 4 5; do seq 1 20000; seq 2 15000 >&2; done".into(),
            lines(1, 20_000).repeat(5),
            lines(2, 15_000).repeat(5),
        ),
        (
            "head -c 65536 /dev/zero; head -c 65537 /dev/zero >&2".into(),
            vec![0; 65_536],
            vec![0; 65_537],
        ),
    ];
    for (script, out, err) in cases {
        judge(
            &format!("{script}; exit {code}"),
            &out,
            &err,
            (Some(code), None),
        );
    }
    judge(
        "echo out; echo err >&2; kill -TERM $$",
        b"out\n",
        b"err\n",
        (None, Some(15)),
    );
    let others = Bystanders::start();
    judge("echo well", b"well\n", b"", (Some(0), None));
    others.expect_untouched("a shell, beside children that the caller has started");

    ends_while_it_looks_away(code, &lines(1, 12_000));
    leave_an_output_to_another(code);
    takes_its_time(code);
    cannot_be_started();
    Solved::new("with nothing, little and two megabytes on either side, and on both in any order")
}

fn judge(script: &str, out: &[u8], err: &[u8], end: End) {
    let programs = Programs::new();
    let command = programs.shell("shell", script);
    let what = format!("a shell that is told `{script}`");
    let got = alone(SOON, &what, move || call(command));
    expect_outputs(&what, got, out, err, end);
    programs.expect_each_once(&what, &["shell"]);
}

fn call(mut command: Command) -> Outputs {
    exercise::both_outputs(&mut command)
}

fn expect_outputs(what: &str, got: Outputs, out: &[u8], err: &[u8], end: End) {
    let (got_out, got_err, status) = match got {
        Ok(all) => all,
        Err(why) => fail(
            Kind::WrongResult,
            format!("{what}: expected no error, got {why}"),
        ),
    };
    for (name, got, wanted) in [("output", got_out, out), ("error", got_err, err)] {
        if got != wanted {
            let (got, wanted) = (described(&got), described(wanted));
            fail(
                Kind::WrongResult,
                format!("{what}: on standard {name} expected {wanted}, got {got}"),
            );
        }
    }
    let got = (status.code(), status.signal());
    if got != end {
        fail(
            Kind::WrongResult,
            format!("{what}: exit code and signal: expected {end:?}, got {got:?}"),
        );
    }
}

/// Judges with a program whose output fits into the pipes, and that has ended before the answer can
/// look again.
fn ends_while_it_looks_away(code: i32, lines: &[u8]) {
    let programs = Programs::new();
    let script = format!("kill -STOP $3; seq 1 12000 >&2; echo $$ > \"$1.go\"; exit {code}");
    let command = programs.shell("shell", &script);
    let thaw = programs.thaw();
    let what =
        "a program that writes 60 KB to standard error, and ends before anything of it was read";
    let got = alone(SOON, what, move || call(command));
    drop(thaw);
    expect_outputs(what, got, b"", lines, (Some(code), None));
}

/// Judges with outputs of which one comes to its end only after the program has. Both at once: that takes a while.
fn leave_an_output_to_another(code: i32) {
    let what = "a program that leaves its standard output or error to another one, which writes to it later";
    let both = alone(SOON, what, move || {
        let other = thread::spawn(move || leaves_to_another(1, code));
        let error = leaves_to_another(2, code);
        (other.join().expect("no answer panics with it"), error)
    });
    let ((output, written), (error, error_written)) = both;
    let out = if written {
        &b"out\nlate\n"[..]
    } else {
        b"out\n"
    };
    let what = "a program that leaves its standard output to another one, which writes to it later";
    expect_outputs(what, output, out, b"", (Some(code), None));
    let err = if error_written { &b"late\n"[..] } else { b"" };
    let what = "a program that leaves its standard error to another one, which writes to it later";
    expect_outputs(what, error, b"out\n", err, (Some(code), None));
}

/// Returns the outputs of one of them, and whether that one was written to later.
fn leaves_to_another(output: u32, code: i32) -> (Outputs, bool) {
    let programs = Arc::new(Programs::new());
    let script = format!("echo out; echo \"pid $$\" >> \"$1\"; read x < \"$2\"; exit {code}");
    let command = programs.shell("shell", &script);
    let later = thread::spawn(move || programs.write_later(output, "late\n"));
    let got = call(command);
    (got, later.join().expect("writing does not panic"))
}

fn takes_its_time(code: i32) {
    let programs = Arc::new(Programs::new());
    let script = format!("echo out; echo err >&2; read x < \"$2\"; exit {code}");
    let command = programs.shell("shell", &script);
    let what = "a program that writes, and ends later";
    let waited = asleep(what, &programs, 1, move || call(command));
    expect_outputs(what, waited.value, b"out\n", b"err\n", (Some(code), None));
    let script = format!("echo out; exec >&- 2>&-; read x < \"$2\"; exit {code}");
    let command = programs.shell("shell", &script);
    let what = "a program that writes, closes both outputs, and ends later";
    let waited = asleep(what, &programs, 1, move || call(command));
    expect_outputs(what, waited.value, b"out\n", b"", (Some(code), None));
}

fn cannot_be_started() {
    let what = "a program that does not exist";
    let command = Command::new("no-such-program-anywhere");
    if alone(SOON, what, move || call(command)).is_ok() {
        fail(Kind::WrongResult, format!("{what}: expected an error"));
    }
}

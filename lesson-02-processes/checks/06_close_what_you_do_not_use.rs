//! Judges `06_close_what_you_do_not_use`: programs that end early, late and never, with little and
//! with much to say.

use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use judge::chance::any;
use judge::exercise;
use judge::left::{Bystanders, alone};
use judge::programs::{Programs, SOON, described};
use judge::waits::asleep;
use judge::{Kind, Solved, fail};

crate::exercise!("../exercises/06_close_what_you_do_not_use.rs");

type Output = Result<Vec<u8>, String>;

/// Judges with short and long outputs, a first program that would never end, and programs that need
/// each other.
pub fn check() -> Solved {
    let many = any(50_000..70_000);
    let lines: Vec<String> = (1..=many).map(|number| format!("{number}\n")).collect();
    let lines = lines.concat();
    judge("printf 'b\\na\\n'", "sort", b"a\nb\n");
    both_at_once();
    let slow = "echo late; read x < \"$2\"";
    takes_its_time(
        "a first program that takes its time",
        slow,
        "cat",
        b"late\n",
    );
    // Both lines at once: the second program may be gone before another one is written.
    let slow = "printf 'one\\ntwo\\n'; exec >&-; read x < \"$2\"";
    takes_its_time(
        "a first program that goes on when the second one has ended",
        slow,
        "head -n 1",
        b"one\n",
    );
    let slow = "cat; read x < \"$2\"; echo late";
    takes_its_time(
        "a second program that takes its time",
        "echo early",
        slow,
        b"early\nlate\n",
    );
    let closes = "echo early; exec >&-; read x < \"$2\"";
    judge(closes, "cat; echo > \"$2\"", b"early\n");
    judge(":", "cat", b"");
    judge("printf 'no line feed'", "cat; printf .", b"no line feed.");
    judge("printf '\\377\\0\\n\\376'", "cat", b"\xff\0\n\xfe");
    judge(&format!("seq 1 {many}"), "cat", lines.as_bytes());
    let length = format!("{}\n", lines.len());
    judge(
        &format!("seq 1 {many}"),
        "wc -c | tr -d ' '",
        length.as_bytes(),
    );
    judge(
        &format!("echo {many}"),
        "read n; seq 1 $n",
        lines.as_bytes(),
    );

    let others = Bystanders::start();
    judge("echo beside others", "cat", b"beside others\n");
    others.expect_untouched("a pipeline, beside children that the caller has started");

    ends_while_it_looks_away();
    leaves_its_output_to_another();
    judge_endless("exec yes", "head -n 2", b"y\ny\n");
    judge_endless("exec yes", "echo it reads nothing", b"it reads nothing\n");

    Solved::new("with seventeen pipelines, two of them with a first program that would never end")
}

fn pipeline(first: Command, second: Command) -> Output {
    exercise::pipeline(first, second).map_err(|why| why.to_string())
}

/// Makes both programs, each of which notes that it has begun, and that it came to its end.
fn commands(programs: &Programs, first: &str, second: &str) -> (Command, Command) {
    let first = programs.shell("first", &format!("{first}; echo first-ended >> \"$1\""));
    let second = programs.shell("second", &format!("{second}; echo second-ended >> \"$1\""));
    (first, second)
}

fn expect_output(what: &str, got: &Output, wanted: &[u8]) {
    let got = match got {
        Ok(got) if got == wanted => return,
        Ok(got) => described(got),
        Err(why) => format!("the error {why}"),
    };
    let wanted = described(wanted);
    fail(
        Kind::WrongResult,
        format!("{what}: expected {wanted}, got {got}"),
    );
}

fn expect_both_ended(what: &str, programs: &Programs) {
    for name in ["first", "second"] {
        programs.expect_each_once(&format!("{what}: the {name} program"), &[name]);
        let ended = format!("{name}-ended");
        if !programs.notes().contains(&ended) {
            let what = format!("{what}: the {name} program was ended before it was done");
            fail(Kind::WrongResult, what);
        }
    }
}

fn judge(first: &str, second: &str, wanted: &[u8]) {
    let what = format!("`{first} | {second}`");
    let programs = Programs::new();
    let (first, second) = commands(&programs, first, second);
    let got = alone(SOON, &what, move || pipeline(first, second));
    expect_output(&what, &got, wanted);
    expect_both_ended(&what, &programs);
}

/// Judges with a first program that ends only because nothing reads any more.
fn judge_endless(first: &str, second: &str, wanted: &[u8]) {
    let what = format!("`{first} | {second}`");
    let programs = Programs::new();
    let first = programs.shell("first", first);
    let second = programs.shell("second", second);
    let got = alone(SOON, &what, move || pipeline(first, second));
    expect_output(&what, &got, wanted);
    programs.expect_each_once(&what, &["first", "second"]);
}

/// Judges with a second program whose output fits into the pipe, and that has ended before the
/// answer can look again.
fn ends_while_it_looks_away() {
    let programs = Programs::new();
    let second = "cat; kill -STOP $3; seq 1 12000; echo $$ > \"$1.go\"";
    let (first, second) = commands(&programs, "echo 0", second);
    let thaw = programs.thaw();
    let what = "a second program that writes 60 KB, and ends before anything of it was read";
    let got = alone(SOON, what, move || pipeline(first, second));
    drop(thaw);

    let lines: Vec<String> = (0..=12_000).map(|number| format!("{number}\n")).collect();
    expect_output(what, &got, lines.concat().as_bytes());
    expect_both_ended(what, &programs);
}

/// Judges with an output that comes to its end only after the second program has.
fn leaves_its_output_to_another() {
    let programs = Arc::new(Programs::new());
    let second = "cat; echo \"pid $$\" >> \"$1\"; read x < \"$2\"";
    let (first, second) = commands(&programs, "echo early", second);
    let what = "a second program that leaves its output to another one, which writes to it later";
    let (got, written) = alone(SOON, what, move || {
        let later = thread::spawn(move || programs.write_later(1, "late\n"));
        let got = pipeline(first, second);
        (got, later.join().expect("writing does not panic"))
    });
    let wanted = if written {
        &b"early\nlate\n"[..]
    } else {
        b"early\n"
    };
    expect_output(what, &got, wanted);
}

/// Judges with a first program that goes on only when the second one has begun.
fn both_at_once() {
    let programs = Arc::new(Programs::new());
    let (first, second) = commands(&programs, "echo early; read x < \"$2\"; echo late", "cat");
    let gate = Arc::clone(&programs);
    let opens = thread::spawn(move || {
        let begun = || gate.notes().iter().any(|note| note == "second");
        // They take longer where the machine has much else to do.
        let mut looks = 0;
        while !begun() && looks < 1_500 {
            thread::sleep(Duration::from_millis(1));
            looks += 1;
        }
        let begun = begun();
        gate.open_gate(1);
        begun
    });
    let what = "a first program that ends when the second one has begun";
    let (got, together) = alone(Duration::from_secs(5), what, move || {
        let got = pipeline(first, second);
        (got, opens.join().expect("opening does not panic"))
    });
    if !together {
        let what = format!("{what}: the second one was not started before the first had ended");
        fail(Kind::NeverOverlapped, what);
    }
    expect_output(what, &got, b"early\nlate\n");
    expect_both_ended(what, &programs);
}

fn takes_its_time(what: &str, first: &str, second: &str, wanted: &[u8]) {
    let programs = Arc::new(Programs::new());
    let (first, second) = commands(&programs, first, second);
    let waited = asleep(what, &programs, 1, move || pipeline(first, second));
    expect_output(what, &waited.value, wanted);
    expect_both_ended(what, &programs);
}

//! Judges `01_run_and_capture`: programs that do well, that fail, that take their time, and that do
//! not exist.

use std::fs;
use std::sync::Arc;

use judge::chance::any;
use judge::exercise;
use judge::left::alone;
use judge::programs::{Programs, SOON, described};
use judge::waits::asleep;
use judge::{Kind, Solved, fail};

crate::exercise!("../exercises/01_run_and_capture.rs");

type Captured = Result<String, String>;

/// Judges with programs that end in each way in which one may.
pub fn check() -> Solved {
    arguments();
    what_it_prints();
    failures();
    no_text();
    cannot_be_started();
    ends_while_it_looks_away();
    takes_its_time();
    Solved::new("with programs that do well, fail, are killed, take their time and do not exist")
}

fn capture(what: &str, program: &str, arguments: Vec<String>) -> Captured {
    let program = program.to_owned();
    alone(SOON, what, move || call(&program, &arguments))
}

fn call(program: &str, arguments: &[String]) -> Captured {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    exercise::capture(program, &arguments)
}

/// Captures a shell that is told this; `judged` looks at the outcome. It must have run once.
fn shell(what: &str, script: &str, judged: impl FnOnce(&Captured)) {
    let programs = Programs::new();
    let captured = capture(what, "sh", programs.arguments("shell", script));
    judged(&captured);
    programs.expect_each_once(what, &["shell"]);
}

fn expect_text(what: &str, captured: &Captured, wanted: &str) {
    let got = match captured {
        Ok(text) if text == wanted => return,
        Ok(text) => described(text.as_bytes()),
        Err(why) => format!("the error {}", described(why.as_bytes())),
    };
    let wanted = described(wanted.as_bytes());
    fail(
        Kind::WrongResult,
        format!("{what}: expected {wanted}, got {got}"),
    );
}

/// Ends the check unless it is an error that has all of these in it, numbers as numbers.
fn expect_error(what: &str, captured: &Captured, wanted: &[&str]) {
    let why = match captured {
        Ok(text) => {
            let text = described(text.as_bytes());
            fail(
                Kind::WrongResult,
                format!("{what}: expected an error, got Ok({text})"),
            )
        }
        Err(why) => why,
    };
    for wanted in wanted {
        let is_in = if wanted.parse::<u64>().is_ok() {
            why.split(|c: char| !c.is_ascii_digit())
                .any(|number| number == *wanted)
        } else {
            why.contains(wanted)
        };
        if !is_in {
            let why = described(why.as_bytes());
            fail(
                Kind::WrongResult,
                format!("{what}: the error says {why}, and {wanted:?} is not in it"),
            );
        }
    }
}

fn what_it_prints() {
    for (script, wanted) in [
        ("echo hello; echo careful >&2", "hello"),
        (":", ""),
        ("echo", ""),
        ("printf 'no line feed'", "no line feed"),
        ("printf 'two\\nlines\\n\\n'", "two\nlines\n"),
        ("printf '\\n\\n'", "\n"),
        ("printf 'one\\r\\ntwo\\r\\n'", "one\r\ntwo\r"),
        ("printf ' \\t some room \\t \\n'", " \t some room \t "),
        ("printf 'na\\303\\257ve\\n'", "naïve"),
    ] {
        let what = format!("a shell that is told `{script}`");
        shell(&what, script, |got| expect_text(&what, got, wanted));
    }

    let last = any(60_000..70_000);
    let numbers: Vec<String> = (1..=last).map(|number| number.to_string()).collect();
    let what = "a program that writes far more than a pipe holds to standard output";
    let all = numbers.join("\n");
    shell(what, &format!("seq 1 {last}"), |got| {
        expect_text(what, got, &all)
    });
    let what = "a program that writes far more than a pipe holds to standard error";
    shell(what, &format!("seq 1 {last} >&2; echo well"), |got| {
        expect_text(what, got, "well")
    });
}

fn arguments() {
    let given = [
        "",
        "a b",
        "$HOME",
        "*",
        ";",
        "'",
        "\"",
        "\\",
        "-n",
        "line\nfeed",
        "é",
        "",
    ];
    let programs = Programs::new();
    let mut all = programs.arguments("shell", "shift 3; printf '%s|' \"$#\" \"$@\"");
    all.extend(given.map(str::to_owned));
    let what = "arguments as they are";
    let captured = capture(what, "sh", all);
    let wanted = format!("{}|{}|", given.len(), given.join("|"));
    expect_text(what, &captured, &wanted);
    expect_text(
        "`true`, without arguments",
        &capture("`true`", "true", Vec::new()),
        "",
    );
    let what = "`false`, without arguments";
    expect_error(what, &capture(what, "false", Vec::new()), &["1"]);
}

/// Judges failures. The script has its numbers in hexadecimal: an error that repeats the arguments
/// has not said them.
fn failures() {
    for much in [0, any(60_000..70_000)] {
        let code = any(3..256);
        let [sectors, tracks] = [any(300..9_000), any(300..9_000)];
        let script = format!(
            "echo half a result; echo $((0x{tracks:x})) tracks >&2; seq 1 {much} >&2; \
             echo $((0x{sectors:x})) sectors >&2; exit $((0x{code:x}))"
        );
        let long = if much > 0 { " at length" } else { "" };
        let what = format!("a program that complains{long} and ends with exit code {code}");
        let code = code.to_string();
        let [first, last] = [format!("{tracks} tracks"), format!("{sectors} sectors")];
        shell(&what, &script, |got| {
            expect_error(&what, got, &[&code, &first, &last])
        });
    }
    for signal in ["KILL", "TERM"] {
        let sectors = any(300..9_000);
        let script =
            format!("echo half a result; echo $((0x{sectors:x})) sectors >&2; kill -{signal} $$");
        let what = format!("a program that complains, and is ended by SIG{signal}");
        let complaint = format!("{sectors} sectors");
        shell(&what, &script, |got| {
            expect_error(&what, got, &[&complaint])
        });
    }
}

/// Judges with bytes that are no text. The answer may make anything of them, but no panic; and a complaint is reported
/// without them, too.
fn no_text() {
    let what = "a program that prints bytes that are no text";
    shell(what, "printf '\\377\\376\\n'", |_| {});
    let what =
        "a program that complains, also in bytes that are no text, and ends with exit code 4";
    let sectors = any(300..9_000);
    let script = format!("printf '\\377 bad\\n%d sectors\\n' 0x{sectors:x} >&2; exit $((2+2))");
    let complaint = format!("{sectors} sectors");
    shell(what, &script, |got| {
        expect_error(what, got, &["4", &complaint])
    });
}

fn cannot_be_started() {
    let missing = format!("no-such-program-{}", any(1000..9999));
    let programs = Programs::new();
    let not_a_program = programs.notes_file().display().to_string();
    for program in [missing, not_a_program] {
        for arguments in [Vec::new(), vec!["-x".to_owned()]] {
            let what = format!("`{program}`, which cannot be started");
            expect_error(&what, &capture(&what, &program, arguments), &[&program]);
        }
    }
    // Another one is none the worse for it.
    fs::write(programs.path().join("file"), "text\n").expect("the folder is ours");
    let file = programs.path().join("file").display().to_string();
    let what = "`cat` and a file";
    expect_text(what, &capture(what, "cat", vec![file]), "text");
}

/// Judges with programs whose output fits into the pipes, and that have ended before the answer can
/// look again.
fn ends_while_it_looks_away() {
    let captured = |what: &str, script: &str| {
        let programs = Programs::new();
        let script = format!("kill -STOP $3; {script}");
        let arguments = programs.arguments("shell", &script);
        let thaw = programs.thaw();
        let captured = capture(what, "sh", arguments);
        drop(thaw);
        captured
    };
    let go = "echo $$ > \"$1.go\"";

    let what = "a program that prints 50 KB, and ends before anything of it was read";
    let numbers: Vec<String> = (1..=10_000).map(|number| number.to_string()).collect();
    let got = captured(what, &format!("seq 1 10000; {go}"));
    expect_text(what, &got, &numbers.join("\n"));

    let what = "a program that complains in 50 KB, and ends before anything of it was read";
    let sectors = any(20_000..30_000);
    let script = format!("(seq 1 10000; echo $((0x{sectors:x})) sectors) >&2; {go}; exit $((3*2))");
    let complaint = format!("{sectors} sectors");
    expect_error(what, &captured(what, &script), &["6", &complaint]);
}

/// Judges with a program that closes both of its outputs, and whose end is seen only later.
fn takes_its_time() {
    let programs = Arc::new(Programs::new());
    let script = "echo begun; exec >&- 2>&-; read x < \"$2\"; exit $((3*3))";
    let arguments = programs.arguments("shell", script);
    let what = "a program that closes its outputs, and ends later with exit code 9";
    let waited = asleep(what, &programs, 1, move || call("sh", &arguments));
    expect_error(what, &waited.value, &["9"]);
    programs.expect_each_once(what, &["shell"]);
}

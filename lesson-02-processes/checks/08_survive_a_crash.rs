//! Judges `08_survive_a_crash`: workers that live, that die in any way now and then, and numbers
//! that end each of them.

use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use judge::chance::{any, shuffled};
use judge::exercise;
use judge::left::{Bystanders, alone};
use judge::programs::{Programs, SOON};
use judge::waits::{asleep, opened_after};
use judge::{Kind, Solved, counted, expect, fail};

crate::exercise!("../exercises/08_survive_a_crash.rs");

/// A worker that notes its start, and each number that it is asked. Its fate is written in a file,
/// one for each time that this number is asked, or one for each other time; where there is none it
/// answers. A worker that finds the one before it still there after half a second, running or as a
/// zombie, says so.
const WORKER: &str = r#"
    if [ -e "$1.worker" ] && [ -d /proc/self ]; then
        read before < "$1.worker"
        for n in 1 2 3 4 5 6 7 8 9 10 late; do
            line=; read -r line 2> /dev/null < "/proc/$before/stat"
            case "${line##*) }" in
                "Z $3 "*) what=zombie ;;
                ""|Z*|X*) break ;;
                *) what=beside ;;
            esac
            if [ $n = late ]; then echo "$what $before" >> "$1"; else sleep 0.05; fi
        done
    fi
    echo $$ > "$1.worker"
    while read number; do
        echo "ask $number" >> "$1"
        asked=0; if [ -e "$1.asked$number" ]; then read asked < "$1.asked$number"; fi
        asked=$((asked + 1)); echo $asked > "$1.asked$number"
        fate=
        for file in "$1.fate$number.$asked" "$1.fate$number.each"; do
            if [ -z "$fate" ] && [ -e "$file" ]; then read fate < "$file"; fi
        done
        case "$fate" in
            KILL|TERM) kill -$fate $$ ;;
            exit*) exit "${fate#exit}" ;;
            slow) read x < "$2" ;;
        esac
        echo $((number * number))
        if [ "$fate" = after ]; then exit 0; fi
    done
"#;

/// A number, and the fates of the workers that are asked it, one after the other.
type Fate<'a> = (i64, &'a [&'a str]);

const DEATHS: [&str; 4] = ["KILL", "exit0", "TERM", "exit1"];

/// Judges with no crash, some by chance, some that cannot be helped; with one number, none and
/// many.
pub fn check() -> Solved {
    judge(&[]);
    judge(&[(12, &[])]);
    let large = i64::try_from(any(2_000_000_000..3_000_000_000)).unwrap_or(2_000_000_000);
    judge(&[
        (3, &[]),
        (-2, &[]),
        (0, &[]),
        (large, &[]),
        (-large, &[]),
        (-1, &[]),
    ]);
    let many: Vec<Fate> = some_numbers(70)
        .into_iter()
        .map(|number| (number, &[][..]))
        .collect();
    judge(&many);

    for number in [7, 0] {
        judge(&[(number, &["KILL"])]);
        judge(&[(number, &["KILL", "exit0"])]);
    }
    judge(&[
        (1, &["TERM"]),
        (5, &[]),
        (2, &["KILL", "KILL"]),
        (7, &["exit0"]),
        (3, &["exit1", "TERM"]),
    ]);
    judge(&[
        (9, &["KILL", "KILL"]),
        (4, &["exit1", "exit1"]),
        (6, &["exit0", "TERM"]),
    ]);
    // A worker may end when it has answered; then it is none the worse for the next number.
    judge(&[(8, &["after"]), (6, &[]), (5, &["after"]), (11, &[])]);
    any_fates();
    the_same_number_again();
    very_many();
    let others = Bystanders::start();
    judge(&[(9, &["KILL"]), (3, &[])]);
    others.expect_untouched("asking two numbers, beside children that the caller has started");
    takes_its_time();
    Solved::new("with workers that live, that die by chance, and that cannot be helped")
}

/// Returns different numbers, in no order.
fn some_numbers(many: usize) -> Vec<i64> {
    let numbers = shuffled((-200..200).collect());
    numbers.into_iter().take(many).collect()
}

fn any_fates() {
    let death = || DEATHS[usize::try_from(any(0..4)).unwrap_or(0)];
    let fates: Vec<(i64, Vec<&str>)> = some_numbers(16)
        .into_iter()
        .map(|number| (number, (0..any(0..3)).map(|_| death()).collect()))
        .collect();
    let fates: Vec<Fate> = fates
        .iter()
        .map(|(number, fate)| (*number, fate.as_slice()))
        .collect();
    judge(&fates);
}

/// Returns how many workers it ends before they answer.
fn deaths(fate: &[&str]) -> usize {
    fate.iter().filter(|how| **how != "after").count()
}

fn write_fate(programs: &Programs, of: &str, how: &str) {
    let file = format!("{}.fate{of}", programs.notes_file().display());
    fs::write(file, format!("{how}\n")).expect("the folder is ours");
}

fn write_fates(programs: &Programs, fates: &[Fate]) {
    for (number, fate) in fates {
        for (index, how) in fate.iter().enumerate() {
            write_fate(programs, &format!("{number}.{}", index + 1), how);
        }
    }
}

fn ask_all(programs: &Programs, numbers: &[i64]) -> Vec<Option<i64>> {
    // Its standard input is the answer's to choose.
    let hire = || {
        let mut command = Command::new("sh");
        command.args(programs.arguments("start", WORKER));
        command
    };
    exercise::ask_all(&hire, numbers)
}

fn in_words(fates: &[Fate]) -> String {
    let one = |(number, fate): &Fate| match fate {
        [] => number.to_string(),
        ["after"] => format!("{number} (its worker answers, and then ends)"),
        [_] => format!("{number} (ends one of its workers)"),
        _ => format!("{number} (ends each of its workers)"),
    };
    let all: Vec<String> = fates.iter().take(16).map(one).collect();
    let more = if fates.len() > all.len() { ", …" } else { "" };
    format!("asking {}{more}", all.join(", "))
}

/// Judges with different numbers, so that it does not matter in which order they are asked.
fn judge(fates: &[Fate]) {
    let programs = Arc::new(Programs::new());
    write_fates(&programs, fates);
    for (number, _) in fates.iter().filter(|(_, fate)| deaths(fate) >= 2) {
        write_fate(&programs, &format!("{number}.each"), "KILL");
    }
    let numbers: Vec<i64> = fates.iter().map(|(number, _)| *number).collect();
    let what = if fates.is_empty() {
        "asking nothing".to_owned()
    } else {
        in_words(fates)
    };
    let hiring = Arc::clone(&programs);
    let asked = numbers.clone();
    let got = alone(SOON, &what, move || ask_all(&hiring, &asked));

    let answer = |(number, fate): &Fate| (deaths(fate) < 2).then_some(number * number);
    let wanted: Vec<Option<i64>> = fates.iter().map(answer).collect();
    expect_answers(&what, &numbers, &got, &wanted);

    let notes = programs.notes();
    for (number, fate) in fates {
        let asked = notes
            .iter()
            .filter(|note| **note == format!("ask {number}"))
            .count();
        let times = deaths(fate).min(1) + 1;
        expect(
            Kind::WrongResult,
            &format!("{what}: how often a worker was asked {number}"),
            &asked,
            &times,
        );
    }
    if notes.iter().any(|note| note.starts_with("beside ")) {
        fail(
            Kind::TooManyAtOnce,
            format!("{what}: a worker was started while another one was running"),
        );
    }
    if notes.iter().any(|note| note.starts_with("zombie ")) {
        fail(
            Kind::LeftProcess,
            format!("{what}: a worker was started while a dead one had not been waited for"),
        );
    }
    for (number, _) in fates {
        let ask = format!("ask {number}");
        let mut pairs = notes.windows(2).filter(|pair| pair[1] == ask).skip(1);
        if pairs.any(|pair| pair[0] != "start") {
            let how = format!("{number} was asked again, but not of a fresh worker");
            fail(Kind::WrongResult, format!("{what}: {how}"));
        }
    }
    let ended: usize = fates.iter().map(|(_, fate)| fate.len()).sum();
    let started = notes.iter().filter(|note| *note == "start").count();
    if started > ended + 1 {
        let how = format!(
            "{} were started, where {ended} ended before their time",
            counted(started, "worker", "workers")
        );
        fail(Kind::WrongResult, format!("{what}: {how}"));
    }
}

fn expect_answers(what: &str, numbers: &[i64], got: &[Option<i64>], wanted: &[Option<i64>]) {
    expect(
        Kind::WrongResult,
        &format!("{what}: how many answers"),
        &got.len(),
        &wanted.len(),
    );
    for ((number, got), wanted) in numbers.iter().zip(got).zip(wanted) {
        expect(
            Kind::WrongResult,
            &format!("{what}: the answer to {number}"),
            got,
            wanted,
        );
    }
}

/// Judges with the same number again: it has two workers each time.
fn the_same_number_again() {
    let programs = Arc::new(Programs::new());
    write_fates(&programs, &[(5, &["KILL", "exit1", "KILL"])]);
    let what = "asking 5, 4 and 5 again, where 5 ends the first three workers that are asked it";
    let hiring = Arc::clone(&programs);
    let numbers = [5, 4, 5];
    let got = alone(SOON, what, move || ask_all(&hiring, &numbers));
    expect(
        Kind::WrongResult,
        what,
        &got,
        &vec![None, Some(16), Some(25)],
    );
}

/// Judges with more numbers, and longer answers, than the pipes hold.
fn very_many() {
    let numbers: Vec<i64> = (2_000_000_000..2_000_012_000).collect();
    let wanted: Vec<Option<i64>> = numbers.iter().map(|number| Some(number * number)).collect();
    let what = "asking 12,000 numbers";
    let asked = numbers.clone();
    let got = alone(SOON, what, move || {
        let hire = || {
            let mut command = Command::new("sh");
            command.args([
                "-c",
                "while read -r number; do echo $((number * number)); done",
            ]);
            command
        };
        exercise::ask_all(&hire, &asked)
    });
    expect_answers(what, &numbers, &got, &wanted);
}

fn takes_its_time() {
    let programs = Arc::new(Programs::new());
    write_fates(&programs, &[(6, &["slow"])]);
    let what = "asking 3, 6 and 4, where the answer to 6 takes a while";
    let hiring = Arc::clone(&programs);
    let numbers = [3, 6, 4];
    let waited = asleep(what, &programs, 1, move || ask_all(&hiring, &numbers));
    let wanted = vec![Some(9), Some(36), Some(16)];
    expect(Kind::WrongResult, what, &waited.value, &wanted);

    // A worker that takes its time is not dead.
    let programs = Arc::new(Programs::new());
    write_fates(&programs, &[(6, &["slow"])]);
    let what = "asking 3, 6 and 4, where the answer to 6 takes 0.6 s";
    let hiring = Arc::clone(&programs);
    let time = Duration::from_millis(600);
    let waited = opened_after(time, what, &programs, 1, move || ask_all(&hiring, &numbers));
    let started = programs
        .notes()
        .iter()
        .filter(|note| *note == "start")
        .count();
    let what_started = format!("{what}: the workers that were started");
    expect(Kind::WrongResult, &what_started, &started, &1);
    expect(Kind::WrongResult, what, &waited.value, &wanted);
}

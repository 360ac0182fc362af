//! Judges `08_retry_on_a_dead_worker`: numbers that end every worker, numbers that end the first or the first two, and
//! numbers that need several workers at the same time.

// What the answer calls std has a gap before each change of a lock or an atomic.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

use common::TempDir;
use judge::exercise;
use judge::gaps;
use judge::left::{expect_no_children, within};
use judge::{Kind, Solved, counted, expect, fail};
use real_std::fs;
use real_std::path::Path;
use real_std::process::Command;
use real_std::sync::atomic::{AtomicUsize, Ordering};
use real_std::time::Duration;

pub use judge::gaps as sync;
pub use real_std::*;

crate::exercise!("../exercises/08_retry_on_a_dead_worker.rs");

/// Notes each start, each question, and those that it is asked again though it has been asked others. 7 and 8 are the end of
/// every worker, 5 and 6 of the first that gets them, 6 only when another one has had time to become idle, 9 of the first
/// three. Those from 100 on are answered when as many of them as there are workers have been asked, and with 0 if the others
/// do not come. 200 is answered when five numbers have been asked, and with 0 if the others do not come.
const WORKER: &str = r#"
    echo started >> "$0/starts"
    fresh=yes
    while read number; do
        if [ $fresh = no ] && [ $number -ge 5 ] && [ $number -le 9 ] && [ -e "$0/asked-$number" ]; then
            echo $number >> "$0/again-not-fresh"
        fi
        fresh=no
        echo asked >> "$0/asked-$number"
        case $number in
            7 | 8) kill -KILL $$ ;;
            5) if mkdir "$0/first-5" 2> /dev/null; then kill -KILL $$; fi ;;
            6) if mkdir "$0/first-6" 2> /dev/null; then
                n=0
                until [ -e "$0/asked-0" ] || [ -e "$0/asked-1" ] || [ $n -gt 50 ]; do
                    n=$((n + 1))
                    sleep 0.02
                done
                sleep 0.1
                kill -KILL $$
            fi ;;
            9) for turn in 1 2 3; do
                if mkdir "$0/nine-$turn" 2> /dev/null; then kill -KILL $$; fi
            done ;;
            10?)
                n=0
                until [ "$(ls -d "$0"/asked-10? | wc -l)" -ge "$1" ]; do
                    n=$((n + 1))
                    if [ $n -gt 100 ]; then number=0; break; fi
                    sleep 0.02
                done ;;
            200)
                n=0
                until [ "$(ls -d "$0"/asked-* | wc -l)" -ge 5 ]; do
                    n=$((n + 1))
                    if [ $n -gt 100 ]; then number=0; break; fi
                    sleep 0.02
                done ;;
        esac
        echo $((number * number))
    done
"#;

fn lines(file: &Path) -> usize {
    fs::read_to_string(file).unwrap_or_default().lines().count()
}

/// The answers of so many workers and tries; in a folder with the notes. So many threads of the answer that are about to
/// change something go on at the same moment.
fn ask(
    workers: usize,
    tries: u32,
    numbers: &'static [i64],
    width: usize,
) -> (Vec<Option<i64>>, TempDir) {
    let folder =
        TempDir::new("retry-on-a-dead-worker").expect("there is a folder for temporary files");
    let here = folder.path().to_owned();
    let work = move || {
        let hire = || {
            let mut command = Command::new("sh");
            command
                .args(["-c", WORKER])
                .arg(&here)
                .arg(workers.to_string());
            command
        };
        let _gaps = gaps::open(width);
        exercise::square_all(&hire, workers, tries, numbers)
    };
    let what = format!(
        "asking {} that answer or die for {numbers:?}",
        counted(workers, "worker", "workers")
    );
    (within(Duration::from_secs(10), &what, work), folder)
}

/// None dies, or some do: the answers, how often each number was asked, and how many workers were started.
fn run(workers: usize, tries: u32, numbers: &'static [i64]) {
    run_together(workers, tries, numbers, 0);
}

fn run_together(workers: usize, tries: u32, numbers: &'static [i64], width: usize) {
    let (answers, notes) = ask(workers, tries, numbers, width);
    // How many workers a number is the end of.
    let ends = |number: i64| match number {
        7 | 8 => u32::MAX,
        5 | 6 => 1,
        9 => 3,
        _ => 0,
    };
    let what = format!(
        "{numbers:?}, with {} and {}, where 7 and 8 end every worker, 5 and 6 the first, 9 the first three",
        counted(workers, "worker", "workers"),
        counted(tries, "try", "tries")
    );
    let is_in_vain = answers.contains(&Some(0)) && !numbers.contains(&0);
    if is_in_vain && numbers.contains(&200) {
        let what = format!(
            "of {numbers:?}, some waited behind 200, which takes long, while a worker was free"
        );
        fail(Kind::NeverOverlapped, what);
    }
    if is_in_vain {
        let what = format!(
            "{numbers:?} need {workers} workers at the same time, and one of them waited in vain"
        );
        fail(Kind::NeverOverlapped, what);
    }
    let square = |number: &i64| (ends(*number) < tries).then_some(number * number);
    expect(
        Kind::WrongResult,
        &what,
        &answers,
        &numbers.iter().map(square).collect(),
    );
    for number in numbers {
        let once = u32::try_from(numbers.iter().filter(|other| *other == number).count());
        let once = once.expect("there are few");
        // Only those that come once end workers.
        let wanted = if ends(*number) == 0 {
            once
        } else {
            (ends(*number).saturating_add(1)).min(tries)
        };
        let asked = lines(&notes.path().join(format!("asked-{number}")));
        let what = format!(
            "how often {number} has been asked, with {}",
            counted(tries, "try", "tries")
        );
        expect(Kind::WrongResult, &what, &u32::try_from(asked), &Ok(wanted));
    }
    let not_fresh = fs::read_to_string(notes.path().join("again-not-fresh")).unwrap_or_default();
    if let Some(number) = not_fresh.lines().next() {
        let how = format!("{number} was asked again, but not of a fresh worker");
        fail(Kind::WrongResult, format!("{what}: {how}"));
    }
    let deaths: u32 = numbers.iter().map(|number| ends(*number).min(tries)).sum();
    let most = workers + usize::try_from(deaths).expect("there are few");
    let starts = lines(&notes.path().join("starts"));
    if starts > most {
        let what = format!(
            "{starts} workers were started, where {most} would do: {workers} at the same time, and one more for each death"
        );
        fail(Kind::TooManyProcesses, what);
    }
    expect_no_children();
}

/// Of the first starts, so many fail: the answers of one worker after three tries for each number.
fn run_where_starts_fail(failing: usize, wanted: &[Option<i64>]) {
    let folder =
        TempDir::new("retry-on-a-dead-worker").expect("there is a folder for temporary files");
    let here = folder.path().to_owned();
    let work = move || {
        let starts = AtomicUsize::new(0);
        let hire = || {
            if starts.fetch_add(1, Ordering::SeqCst) < failing {
                return Command::new(here.join("no such program"));
            }
            let mut command = Command::new("sh");
            command.args(["-c", WORKER]).arg(&here).arg("1");
            command
        };
        exercise::square_all(&hire, 1, 3, &[4, 2])
    };
    let what = format!(
        "asking for 4 and 2, where starting a worker fails {} first",
        counted(failing, "time", "times")
    );
    let answers = within(Duration::from_secs(10), &what, work);
    let what = format!("{what}, with 3 tries");
    expect(Kind::WrongResult, &what, &answers, &wanted.to_vec());
    expect_no_children();
}

/// None dies; some die by chance, and some each time; and all are busy at the same time.
pub fn check() -> Solved {
    run(2, 3, &[1, -2, 3, 4, 11, 12]);
    run(2, 3, &[1, 5, 2, 7, 3]);
    run(1, 1, &[5, 3, 7]);
    run(3, 5, &[9, -9, 8, 6, 0, 3, 3]);
    run(1, 2, &[9, 5, 1]);
    run(3, 2, &[]);
    run(2, 2, &[1, 6]);
    run(2, 3, &[100, 101]);
    run(4, 1, &[103, 100, 102, 101]);
    run(2, 1, &[200, 1, 2, 3, 4]);
    run_together(2, 2, &[21, 12, 22, 13, 23], 2);
    run_together(3, 2, &[31, 14, 32, 15], 3);
    run_where_starts_fail(1, &[Some(16), Some(4)]);
    run_where_starts_fail(2, &[Some(16), Some(4)]);
    run_where_starts_fail(6, &[None, None]);
    Solved::new("with workers that live, that die by chance, and that die each time")
}

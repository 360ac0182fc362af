//! Judges `08_retry_on_a_dead_worker`: numbers that end every worker, numbers that end one by chance, and two numbers that
//! need two workers at the same time.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use common::TempDir;
use common::exercise;
use common::exercises::left::{expect_no_children, within};
use common::exercises::{Kind, Solved, expect, fail};

crate::exercise!("../exercises/08_retry_on_a_dead_worker.rs");

/// Notes each start and each question. 7 is the end of every worker, 5 of the first that gets it. 100 and 101 are answered
/// when both have been asked, and with 0 if the other one does not come.
const WORKER: &str = r#"
    echo started >> "$0/starts"
    while read number; do
        echo asked >> "$0/asked-$number"
        case $number in
            7) kill -KILL $$ ;;
            5) if mkdir "$0/five" 2> /dev/null; then kill -KILL $$; fi ;;
            100 | 101)
                n=0
                until [ -e "$0/asked-100" ] && [ -e "$0/asked-101" ]; do
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

/// The answers of two workers and three tries; in a folder with the notes.
fn ask(numbers: &'static [i64]) -> (Vec<Option<i64>>, TempDir) {
    let folder =
        TempDir::new("retry-on-a-dead-worker").expect("there is a folder for temporary files");
    let here = folder.path().to_owned();
    let work = move || {
        let hire = || {
            let mut command = Command::new("sh");
            command.args(["-c", WORKER]).arg(&here);
            command
        };
        exercise::square_all(&hire, 2, 3, numbers)
    };
    (
        within(
            Duration::from_secs(10),
            "asking two workers that answer or die",
            work,
        ),
        folder,
    )
}

/// Nobody dies; somebody dies by chance, and somebody each time; and two are busy at the same time.
pub fn check() -> Solved {
    let (answers, notes) = ask(&[1, -2, 3, 4, 6, 8]);
    let squares = [1, 4, 9, 16, 36, 64].map(Some).to_vec();
    expect(
        Kind::WrongResult,
        "the squares of 1, -2, 3, 4, 6 and 8",
        &answers,
        &squares,
    );
    let starts = lines(&notes.path().join("starts"));
    if starts > 2 {
        fail(
            Kind::TooManyAtOnce,
            format!("{starts} workers were started where 2 are allowed and none has died"),
        );
    }
    expect_no_children();

    let (answers, notes) = ask(&[1, 5, 2, 7, 3]);
    let what = "1, 5, 2, 7 and 3, where 7 ends every worker and 5 the first that gets it";
    expect(
        Kind::WrongResult,
        what,
        &answers,
        &vec![Some(1), Some(25), Some(4), None, Some(9)],
    );
    let asked = lines(&notes.path().join("asked-7"));
    expect(
        Kind::WrongResult,
        "how often 7 has been asked, with three tries",
        &asked,
        &3,
    );
    expect_no_children();

    let (answers, _notes) = ask(&[100, 101]);
    if answers.contains(&Some(0)) {
        fail(
            Kind::NeverOverlapped,
            "100 and 101 need two workers at the same time, and one of them waited in vain",
        );
    }
    expect(
        Kind::WrongResult,
        "the squares of 100 and 101",
        &answers,
        &vec![Some(10_000), Some(10_201)],
    );
    expect_no_children();
    Solved::new("with workers that live, that die by chance, and that die each time")
}

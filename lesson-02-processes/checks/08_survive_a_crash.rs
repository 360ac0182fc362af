//! Judges `08_survive_a_crash`: numbers that end every worker, and numbers that end one by chance.

use std::fs;
use std::process::Command;
use std::time::Duration;

use common::TempDir;
use common::exercise;
use common::exercises::left::{expect_no_children, within};
use common::exercises::{Kind, Solved, expect};

crate::exercise!("../exercises/08_survive_a_crash.rs");

/// 7 is the end of every worker, 5 of the first that gets it. Each start is noted in a file.
const WORKER: &str = r#"
    echo started >> "$0/starts"
    while read number; do
        case $number in
            7) kill -KILL $$ ;;
            5) if mkdir "$0/five" 2> /dev/null; then kill -KILL $$; fi ;;
        esac
        echo $((number * number))
    done
"#;

/// The answers to these numbers, and how many workers it took.
fn ask(numbers: &'static [i64]) -> (Vec<Option<i64>>, usize) {
    let folder = TempDir::new("survive-a-crash").expect("there is a folder for temporary files");
    let here = folder.path().to_owned();
    let work = move || {
        let hire = || {
            let mut command = Command::new("sh");
            command.args(["-c", WORKER]).arg(&here);
            command
        };
        exercise::ask_all(&hire, numbers)
    };
    let answers = within(
        Duration::from_secs(3),
        "asking a worker that answers or dies",
        work,
    );
    let starts = fs::read_to_string(folder.path().join("starts")).unwrap_or_default();
    (answers, starts.lines().count())
}

/// No crash, one by chance, some that cannot be helped.
pub fn check() -> Solved {
    let (answers, starts) = ask(&[1, -2, 3]);
    expect(
        Kind::WrongResult,
        "the squares of 1, -2 and 3",
        &answers,
        &vec![Some(1), Some(4), Some(9)],
    );
    expect(
        Kind::WrongResult,
        "workers that it takes when nobody dies",
        &starts,
        &1,
    );
    expect_no_children();

    let (answers, starts) = ask(&[1, 5, 2, 7, 3]);
    let what = "1, 5, 2, 7 and 3, where 7 ends every worker and 5 the first";
    expect(
        Kind::WrongResult,
        what,
        &answers,
        &vec![Some(1), Some(25), Some(4), None, Some(9)],
    );
    expect_no_children();
    // Three die; whoever hires the next one before there is work for it has one more.
    expect(
        Kind::WrongResult,
        "not more workers than 5",
        &(starts <= 5),
        &true,
    );

    let (answers, _) = ask(&[7, 7]);
    expect(
        Kind::WrongResult,
        "twice the number that ends every worker",
        &answers,
        &vec![None, None],
    );
    expect_no_children();
    Solved::new("with workers that live, that die by chance, and that cannot be helped")
}

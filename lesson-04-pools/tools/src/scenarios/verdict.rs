//! The notebook's advice for a scenario, and what this machine says to that.

use common::measure::seconds;
use serde::Serialize;

use super::approach::Approach;
use super::matrix::{Mark, Matrix, Row};
use super::notebook::{Advice, words};
use super::rounds::LEAST;

/// The advice beside the table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The approaches that follow the notebook's advice.
    pub notebook: Vec<String>,
    /// The approaches that are among the fastest.
    pub fastest: Vec<String>,
    /// One that is advised is among the fastest.
    pub holds: bool,
    /// All others are slower.
    pub needed: bool,
    /// The same in words.
    pub text: String,
}

/// Compares the table with the advice.
pub fn verdict(matrix: &Matrix, notebook: &[Advice]) -> Verdict {
    let rows = || matrix.rows.iter();
    let fastest: Vec<&Row> = rows().filter(|row| row.mark != Mark::Slower).collect();
    let is_advised = |row: &&&Row| {
        let mut approaches = notebook.iter().flat_map(|advice| advice.approaches);
        approaches.any(|approach| *approach == row.kind)
    };
    let (advised, others): (Vec<&Row>, Vec<&Row>) = fastest.iter().partition(is_advised);
    let alone = fastest
        .iter()
        .any(|row| row.kind == Approach::OneAfterTheOther);
    let few = rows().any(|row| row.runs < LEAST);
    let says_something = !alone && !few;

    let judged = if few {
        format!("Nothing can be said: noise is seen in {LEAST} runs of each or more (--runs).")
    } else if alone {
        "Nothing can be said: one after the other is among the fastest. Is the machine busy, or are \
         the jobs too small?"
            .to_owned()
    } else {
        judge(matrix, notebook, &others)
    };
    let said = format!("The notebook says: {}.", words(notebook));
    let thrift = (fastest.len() > 1 && !few)
        .then(|| thrift(&fastest))
        .flatten();
    let sentences: Vec<String> = [said, judged].into_iter().chain(thrift).collect();

    Verdict {
        notebook: (notebook.iter())
            .flat_map(|advice| advice.approaches)
            .map(Approach::to_string)
            .collect(),
        fastest: names(&fastest),
        holds: says_something && !advised.is_empty(),
        needed: says_something && others.is_empty(),
        text: sentences.join(" "),
    }
}

/// Says whether the advice holds; `others` are the fastest that are not advised. Where the notebook
/// leaves a choice, each part of it may hold or not.
fn judge(matrix: &Matrix, notebook: &[Advice], others: &[&Row]) -> String {
    let failures: Vec<(&Advice, String)> = notebook
        .iter()
        .filter_map(|advice| Some((advice, slower(matrix, advice)?)))
        .collect();
    let kept: Vec<Advice> = (notebook.iter())
        .filter(|advice| {
            failures
                .iter()
                .all(|(failed, _)| failed.word != advice.word)
        })
        .copied()
        .collect();
    if kept.is_empty() {
        let whys: Vec<&str> = failures.iter().map(|(_, why)| why.as_str()).collect();
        return format!("Here that does not hold: {}.", whys.join(", and "));
    }

    let holds = match &failures[..] {
        [] => "That holds here".to_owned(),
        _ => format!("For {} that holds here", words(&kept)),
    };
    let besides = if others.is_empty() {
        "and nothing else is as fast".to_owned()
    } else {
        format!(
            "but it is not the only way: {} as fast",
            listed(&names(others))
        )
    };
    let failures = failures
        .iter()
        .map(|(advice, why)| format!(" For {} it does not: {why}.", advice.word));
    format!("{holds}, {besides}.{}", failures.collect::<String>())
}

/// Says by how much the best approach that follows this advice is slower than the fastest; `None`
/// if it is not.
fn slower(matrix: &Matrix, advice: &Advice) -> Option<String> {
    let rows: Vec<&Row> = (matrix.rows.iter())
        .filter(|row| advice.approaches.contains(&row.kind))
        .collect();
    if rows.iter().any(|row| row.mark != Mark::Slower) {
        return None;
    }
    let best = (rows.into_iter()).min_by(|a, b| a.wall_s.total_cmp(&b.wall_s))?;
    let winner = matrix.rows.iter().find(|row| row.mark == Mark::Winner)?;

    Some(format!(
        "{} takes {:.0} % longer than {}",
        best.approach,
        100.0 * (best.wall_s / winner.wall_s - 1.0),
        winner.approach
    ))
}

fn names(rows: &[&Row]) -> Vec<String> {
    rows.iter().map(|row| row.approach.clone()).collect()
}

/// Writes `x is`, `x and y are`.
fn listed(names: &[String]) -> String {
    match names {
        [one] => format!("{one} is"),
        [first @ .., last] => format!("{} and {last} are", first.join(", ")),
        [] => String::new(),
    }
}

/// Names those that need the least, of those that are equally fast.
fn thrift(fastest: &[&Row]) -> Option<String> {
    let cpu = fastest.iter().min_by(|a, b| a.cpu_s.total_cmp(&b.cpu_s))?;
    let thriftiest = format!(
        "Of the fastest, {} needs the least CPU ({})",
        cpu.approach,
        seconds(cpu.cpu_s)
    );

    let memory = fastest
        .iter()
        .filter_map(|row| Some((row.memory_bytes?, &row.approach)))
        .min();
    let Some((bytes, name)) = memory else {
        return Some(format!("{thriftiest}."));
    };
    let megabytes = bytes as f64 / 1e6;
    Some(if *name == cpu.approach {
        format!("{thriftiest} and the least memory ({megabytes:.1} MB).")
    } else {
        format!("{thriftiest} and {name} the least memory ({megabytes:.1} MB).")
    })
}

#[cfg(test)]
mod tests {
    use common::Pace;

    use super::super::notebook::{ASYNCIO, MULTIPROCESSING, THREADING};
    use super::super::numbers;
    use super::super::usage::Usage;
    use super::*;

    /// A made-up table: walls in seconds, CPU and memory the same for all but the last.
    fn matrix(walls: &[(Approach, [f64; 3])]) -> Matrix {
        let usage = |wall_s: &f64| Usage {
            wall_s: *wall_s,
            cpu_s: 1.0,
            memory: Some(1_000_000),
            digest: "same".to_owned(),
            note: None,
        };
        let runs: Vec<_> = walls
            .iter()
            .map(|(approach, walls)| (*approach, walls.iter().map(usage).collect()))
            .collect();
        Matrix::new(&numbers::workload(4, Pace::REAL), &runs, 2)
    }

    const SLOW: (Approach, [f64; 3]) = (Approach::OneAfterTheOther, [2.0, 2.01, 2.02]);
    const PROCESSES: &[Advice] = &[MULTIPROCESSING];

    #[test]
    fn the_table_knows_the_ideal_the_winner_and_the_noise() {
        let matrix = matrix(&[
            SLOW,
            (Approach::ThreadPool, [1.0, 1.02, 1.1]),
            (Approach::Rayon, [1.04, 1.06, 1.08]),
            (Approach::Async, [2.1, 2.1, 2.1]),
        ]);
        let marks: Vec<Mark> = matrix.rows.iter().map(|row| row.mark).collect();
        assert_eq!(
            marks,
            [Mark::Slower, Mark::Winner, Mark::WithinNoise, Mark::Slower]
        );
        assert_eq!(
            (matrix.ideal_s, matrix.rows[0].speedup),
            (Some(2.01 / 2.0), Some(1.0))
        );
        assert!(matrix.same_results);
        let text = matrix.sheet().to_text();
        assert!(
            text.contains("fastest") && text.contains("within noise"),
            "{text}"
        );
    }

    #[test]
    fn advice_that_holds_alone() {
        let verdict = verdict(
            &matrix(&[SLOW, (Approach::ProcessPool, [1.0, 1.0, 1.0])]),
            PROCESSES,
        );
        assert!(verdict.holds && verdict.needed, "{verdict:?}");
        assert_eq!(
            verdict.text,
            "The notebook says: Multiprocessing. That holds here, and nothing else is as fast."
        );
    }

    #[test]
    fn advice_that_holds_but_is_not_needed() {
        let walls = [
            SLOW,
            (Approach::ProcessPool, [1.0; 3]),
            (Approach::Rayon, [1.01; 3]),
        ];
        let verdict = verdict(&matrix(&walls), PROCESSES);
        assert!(verdict.holds && !verdict.needed, "{verdict:?}");
        assert!(
            verdict.text.contains("not the only way: rayon is as fast."),
            "{}",
            verdict.text
        );
    }

    #[test]
    fn where_nothing_was_gained_nothing_is_said() {
        let walls = [SLOW, (Approach::ProcessPool, [1.5, 2.0, 2.5])];
        let verdict = verdict(&matrix(&walls), PROCESSES);
        assert!(
            !verdict.holds && verdict.text.contains("Nothing can be said"),
            "{verdict:?}"
        );
    }

    #[test]
    fn of_a_single_run_nothing_is_said() {
        let mut matrix = matrix(&[SLOW, (Approach::ProcessPool, [1.0; 3])]);
        matrix.rows[1].runs = 1;
        let verdict = verdict(&matrix, PROCESSES);
        assert!(
            !verdict.holds && !verdict.needed && verdict.text.contains("3 runs of each"),
            "{verdict:?}"
        );
    }

    #[test]
    fn advice_that_does_not_hold() {
        let walls = [
            SLOW,
            (Approach::ProcessPool, [1.5; 3]),
            (Approach::Rayon, [1.0; 3]),
        ];
        let verdict = verdict(&matrix(&walls), PROCESSES);
        assert!(!verdict.holds, "{verdict:?}");
        assert!(
            verdict
                .text
                .contains("process pool takes 50 % longer than rayon"),
            "{}",
            verdict.text
        );
    }

    #[test]
    fn a_choice_of_which_one_half_holds() {
        let walls = [
            SLOW,
            (Approach::ThreadPool, [1.0; 3]),
            (Approach::Rayon, [1.01; 3]),
            (Approach::Async, [1.76; 3]),
        ];
        let verdict = verdict(&matrix(&walls), &[THREADING, ASYNCIO]);
        assert!(verdict.holds && !verdict.needed, "{verdict:?}");
        assert!(
            verdict.text.starts_with(
                "The notebook says: Threading or AsyncIO. For Threading that holds here, but it is \
                 not the only way: rayon is as fast. For AsyncIO it does not: async takes 76 % \
                 longer than thread pool. "
            ),
            "{}",
            verdict.text
        );
    }
}

//! The strength of a lesson's checks, in figures.

use std::path::Path;

use crate::judge::verdict_of_test;
use crate::verdict::Kind;

/// An exercise's wrong answers.
#[derive(Default)]
struct Row {
    exercise: String,
    wrong: usize,
    refused: usize,
    /// Figures of each fault that the search for orders has found.
    orders: Vec<usize>,
    interruptions: Vec<usize>,
}

/// Prints, for each exercise, its wrong answers, the number of orders until the fault of each was found, and the
/// interruptions of the order that is shown. An answer is the path of its check, its test, and the verdict that it states.
///
/// # Panics
/// When a wrong answer is not refused.
pub fn strength(answers: &[(&str, &str, &str)]) {
    let mut rows: Vec<Row> = Vec::new();
    for (check, test, expected) in answers {
        let stem = Path::new(check).file_stem().unwrap_or_default();
        let exercise = stem.to_string_lossy();
        if rows.last().is_none_or(|row| row.exercise != exercise) {
            rows.push(Row {
                exercise: exercise.into_owned(),
                ..Row::default()
            });
        }
        let Some(row) = rows.last_mut() else { continue };
        let (verdict, _) = verdict_of_test(test, expected);
        row.wrong += 1;
        row.refused += usize::from(verdict.kind != Kind::Solved);
        if let Some(schedule) = verdict.schedule.filter(|schedule| schedule.orders > 0) {
            row.interruptions.push(schedule.interruptions());
            row.orders.push(schedule.orders);
        }
    }

    println!("                            wrong    |  orders until found  |  interruptions");
    println!("exercise                   refused   |  by   median   most  |  median   most");
    for row in &mut rows {
        let orders = figures(&mut row.orders);
        let interruptions = figures(&mut row.interruptions);
        println!(
            "{:26} {:2} of {:2}  |  {:2} {:>8} {:>6}  | {:>7} {:>6}",
            row.exercise,
            row.refused,
            row.wrong,
            row.orders.len(),
            orders[0],
            orders[1],
            interruptions[0],
            interruptions[1],
        );
    }
    assert!(
        rows.iter().all(|row| row.refused == row.wrong),
        "a wrong answer passes"
    );
}

/// The median and the largest, or strokes where there is none.
fn figures(numbers: &mut [usize]) -> [String; 2] {
    numbers.sort_unstable();
    let median = numbers.get(numbers.len() / 2);
    [median, numbers.last()].map(|number| number.map_or("-".to_owned(), usize::to_string))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_the_median_and_the_largest() {
        assert_eq!(figures(&mut [9, 1, 4]), ["4", "9"]);
        assert_eq!(figures(&mut []), ["-", "-"]);
    }
}

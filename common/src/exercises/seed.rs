//! The numbers that name an order of steps.

/// Digits of a seed for one deviation from the usual order: four for the step, two for the thread.
const DIGITS: usize = 6;

/// The step by which a seed names the check's search, if it is not the first: no run has so many.
pub const SEARCH: usize = 9999;

/// The step by which a seed says that the threads take their steps in turn: no run has so many.
pub const IN_TURN: usize = 9998;

/// Names the search in a seed as well.
pub fn of_search(seed: String, search: usize) -> String {
    match (search, seed.as_str()) {
        (0, _) => seed,
        (_, "0") => format!("{SEARCH}{search:02}"),
        _ => format!("{seed}{SEARCH}{search:02}"),
    }
}

/// Returns the search that a seed names.
pub fn search_of(seed: &str) -> usize {
    let last = deviations(seed).and_then(|deviations| deviations.last().copied());
    last.filter(|(step, _)| *step == SEARCH)
        .map_or(0, |(_, search)| search)
}

/// The deviations that a seed means, as (step, thread), in the order of their steps; `None` if it is no seed.
pub fn deviations(seed: &str) -> Option<Vec<(usize, usize)>> {
    if seed.is_empty() || !seed.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    if seed == "0" {
        return Some(Vec::new());
    }

    let length = seed.len().next_multiple_of(DIGITS);
    let seed = format!("{seed:0>length$}");
    let groups = (0..length)
        .step_by(DIGITS)
        .map(|at| seed[at..at + DIGITS].split_at(DIGITS - 2));
    let all: Option<Vec<(usize, usize)>> = groups
        .map(|(step, task)| Some((step.parse().ok()?, task.parse().ok()?)))
        .collect();

    // At the very first step there is only one thread.
    all.filter(|all| all[0].0 > 0 && all.is_sorted_by(|one, next| one.0 < next.0))
}

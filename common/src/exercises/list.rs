//! The exercises in `list`.

use super::folder::Folder;
use super::progress::{Progress, State};

/// Returns the lines of `list`: each exercise by its level, with its minutes, what it is about, and whether it is solved.
pub fn listed(folder: &Folder) -> Vec<String> {
    let exercises = folder.exercises();
    if exercises.is_empty() {
        return Vec::new();
    }

    let progress = Progress::read(folder);
    let states: Vec<State> = exercises
        .iter()
        .map(|exercise| progress.state(folder, exercise))
        .collect();
    let names = exercises.iter().map(|exercise| exercise.file.len());
    let longest = names.max().unwrap_or(0);
    let mut lines = vec![format!(
        "\nexercises: {} of {} solved",
        progress.solved_of(folder, &exercises),
        exercises.len()
    )];
    let mut level = None;

    for (exercise, state) in exercises.iter().zip(states) {
        let state = match state {
            State::ToDo => "to do",
            State::Solved => "solved",
            State::ChangedSince => "changed since it was solved",
        };
        let grade = folder.grade(exercise);
        if let Some(grade) = grade.filter(|grade| level != Some(grade.level)) {
            lines.push(format!("  level {}", grade.level));
            level = Some(grade.level);
        }
        let minutes = grade.map_or(0, |grade| grade.minutes);
        lines.push(format!(
            "    {:<longest$}  {minutes:>2} min  {} ({state})",
            exercise.file,
            folder.title(exercise)
        ));
    }

    lines
}

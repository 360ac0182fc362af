//! The order of steps as a table for the terminal.

use crate::schedule::Schedule;

/// The greatest width of a deed, and the least width of a thread's column, in characters.
const WIDEST: usize = 40;
const NARROWEST: usize = 12;

/// The least room for a line of the source beside the threads; where there is less, the lines come below.
const SOURCE: usize = 18;

/// Room for the number of a line, and what is around it.
const NUMBER: usize = 8;

/// A column for each thread, a row for each step; beside it the line of the source, where there is room.
pub(super) fn draw(schedule: &Schedule, width: usize) -> String {
    let count = schedule.threads.len().max(1);
    let natural: Vec<usize> = (0..schedule.threads.len())
        .map(|thread| {
            let deeds = schedule.steps.iter().filter(|step| step.thread == thread);
            let deeds = deeds.map(|step| step.told().chars().count());
            let name = schedule.threads[thread].chars().count();
            deeds.max().unwrap_or(0).max(name).min(WIDEST) + 2
        })
        .collect();

    let room = width.saturating_sub(NUMBER);
    if count * NARROWEST > room {
        return draw_below_each_other(schedule, width);
    }

    let fits = natural.iter().sum::<usize>() <= room;
    let columns: Vec<usize> = if fits {
        natural
    } else {
        natural
            .iter()
            .map(|column| *column.min(&(room / count).max(NARROWEST)))
            .collect()
    };

    let source = room.saturating_sub(columns.iter().sum::<usize>());
    let has_source = source >= SOURCE;

    let mut rows = Vec::new();
    let row = |number: &str, cells: &[String], text: &str| {
        let cells = cells
            .iter()
            .zip(&columns)
            .map(|(cell, column)| format!("{cell:<column$}"));
        format!("{number:>6}  {}{text}", cells.collect::<String>())
            .trim_end()
            .to_owned()
    };

    let names: Vec<String> = schedule
        .threads
        .iter()
        .zip(&columns)
        .map(|(name, column)| cut(name, column.saturating_sub(2)))
        .collect();
    let lines = |cells: &[String]| -> Vec<String> {
        cells
            .iter()
            .map(|cell| "-".repeat(cell.chars().count()))
            .collect()
    };

    rows.push(row("line", &names, ""));
    rows.push(row("----", &lines(&names), ""));

    for step in &schedule.steps {
        let deed = wrapped(&step.told(), columns[step.thread].saturating_sub(2), 0);
        for (part, deed) in deed.into_iter().enumerate() {
            let mut cells = vec![String::new(); columns.len()];
            cells[step.thread] = deed;
            let is_first = part == 0;
            let number = if is_first {
                step.line.to_string()
            } else {
                String::new()
            };
            let text = if is_first && has_source {
                cut(&step.text, source)
            } else {
                String::new()
            };
            rows.push(row(&number, &cells, &text));
        }
    }

    if !has_source {
        rows.push(String::new());
        rows.extend(sources(schedule, width));
    }

    rows.join("\n")
}

/// A row for each step, with the thread's name: there are too many threads for a column each.
fn draw_below_each_other(schedule: &Schedule, width: usize) -> String {
    let names = schedule.threads.iter().map(|name| name.chars().count());
    let column = names.max().unwrap_or(0).min(NARROWEST * 2);
    let indent = NUMBER + column + 2;
    let mut rows = vec![
        format!("  line  {:column$}  what it does", "thread"),
        format!("  ----  {:column$}  ------------", "------"),
    ];

    for step in &schedule.steps {
        let name = cut(&schedule.threads[step.thread], column);
        let deed = wrapped(&step.told(), width.saturating_sub(indent), 0);
        let mut deed = deed.into_iter();
        let first = deed.next().unwrap_or_default();
        rows.push(format!("{:>6}  {name:column$}  {first}", step.line));
        rows.extend(deed.map(|more| format!("{:indent$}{more}", "")));
    }

    rows.push(String::new());
    rows.extend(sources(schedule, width));

    rows.join("\n")
}

/// The lines of the source, each once.
fn sources(schedule: &Schedule, width: usize) -> Vec<String> {
    let mut told: Vec<(u32, &str)> = schedule
        .steps
        .iter()
        .map(|step| (step.line, step.text.as_str()))
        .collect();
    told.sort_unstable();
    told.dedup();

    let room = width.saturating_sub(NUMBER);
    told.into_iter()
        .map(|(line, text)| format!("{line:>6}  {}", cut(text, room)))
        .collect()
}

fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept = text.chars().take(room.saturating_sub(3));
    kept.chain("...".chars()).collect()
}

/// Lines of at most `width` characters, cut between words; all but the first are indented.
pub(super) fn wrapped(text: &str, width: usize, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let start = paragraph.len() - paragraph.trim_start().len();
        let mut line = paragraph[..start].to_owned();
        let mut is_empty = true;
        for word in paragraph.split_whitespace() {
            let longer = line.chars().count() + word.chars().count() + usize::from(!is_empty);
            if !is_empty && longer > width {
                lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
            }
            line.push_str(word);
            is_empty = false;
        }
        lines.push(line);
    }

    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::Step;

    fn schedule(threads: usize) -> Schedule {
        let step = |thread, line, deed: &str| Step {
            thread,
            line,
            text: "*self.cents.lock().expect(\"nobody panics with the lock\")".into(),
            deed: deed.into(),
            times: 1,
            ..Step::default()
        };
        Schedule {
            threads: (1..=threads)
                .map(|thread| format!("thread {thread}"))
                .collect(),
            steps: vec![
                step(0, 26, "reads cents: 0"),
                step(1, 26, "reads cents: 0"),
                step(1, 32, "writes cents: 0 → 70"),
                step(0, 32, "writes cents: 0 → 30"),
            ],
            ..Schedule::default()
        }
    }

    #[test]
    fn a_column_for_each_thread_and_the_source_beside_them() {
        let expected = "  line  thread 1              thread 2\n  \
                        ----  --------              --------\n    \
                        26  reads cents: 0                              *self.cents.lock().expect...\n    \
                        26                        reads cents: 0        *self.cents.lock().expect...\n    \
                        32                        writes cents: 0 → 70  *self.cents.lock().expect...\n    \
                        32  writes cents: 0 → 30                        *self.cents.lock().expect...";
        assert_eq!(draw(&schedule(2), 80), expected);
    }

    #[test]
    fn whatever_the_number_of_threads_it_fits_the_width() {
        for threads in [2, 3, 4, 5, 6, 7, 12, 40] {
            for width in [80, 100] {
                let table = draw(&schedule(threads), width);
                assert!(
                    table.lines().all(|line| line.chars().count() <= width),
                    "{table}"
                );
            }
        }
    }

    #[test]
    fn lines_are_cut_between_words() {
        let lines = wrapped("a sentence of several words", 12, 2);
        assert_eq!(lines, ["a sentence", "  of several", "  words"]);
    }
}

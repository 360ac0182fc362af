//! What is said about an answer.

use std::fmt;

use serde_json::{Value, json};

use crate::timeline::Glyphs;

/// The kinds of verdicts, by the names that learners read and that wrong answers state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing was found.
    Solved,
    /// There is still a `todo!()`, or the file is as it was given.
    StillToDo,
    /// The compiler refuses it.
    DoesNotCompile,
    /// Another value than expected.
    WrongResult,
    /// What one thread wrote was overwritten by another that had not seen it.
    LostUpdate,
    /// Each waits for what another one holds, or for something that nobody will do any more.
    Deadlock,
    /// What should be under way at the same time was done one after the other.
    NeverOverlapped,
    /// More were under way at the same time than allowed.
    TooManyAtOnce,
    /// A flag was seen before what it announces.
    SeenTooEarly,
    /// A process was still there, running or as a zombie.
    LeftProcess,
    /// A thread or a task was still there.
    LeftThread,
    /// A file, a pipe or a socket was still open.
    LeftOpen,
    /// Something of what was asked for was never done.
    LostJob,
    /// What should have been stopped went on.
    NotCancelled,
    /// The one thread of an executor was kept from its other tasks.
    BlockedExecutor,
    /// It did not come to an end.
    Stuck,
    /// It panicked where it should not.
    Panicked,
    /// The program ended before the check did.
    EndedEarly,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 18] = [
        Kind::Solved,
        Kind::StillToDo,
        Kind::DoesNotCompile,
        Kind::WrongResult,
        Kind::LostUpdate,
        Kind::Deadlock,
        Kind::NeverOverlapped,
        Kind::TooManyAtOnce,
        Kind::SeenTooEarly,
        Kind::LeftProcess,
        Kind::LeftThread,
        Kind::LeftOpen,
        Kind::LostJob,
        Kind::NotCancelled,
        Kind::BlockedExecutor,
        Kind::Stuck,
        Kind::Panicked,
        Kind::EndedEarly,
    ];

    /// The name that learners read.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Solved => "solved",
            Kind::StillToDo => "still to do",
            Kind::DoesNotCompile => "does not compile",
            Kind::WrongResult => "wrong result",
            Kind::LostUpdate => "lost update",
            Kind::Deadlock => "deadlock",
            Kind::NeverOverlapped => "never overlapped",
            Kind::TooManyAtOnce => "too many at once",
            Kind::SeenTooEarly => "seen too early",
            Kind::LeftProcess => "left a process behind",
            Kind::LeftThread => "left a thread behind",
            Kind::LeftOpen => "left a file open",
            Kind::LostJob => "lost a job",
            Kind::NotCancelled => "not cancelled",
            Kind::BlockedExecutor => "blocked the executor",
            Kind::Stuck => "stuck",
            Kind::Panicked => "panicked",
            Kind::EndedEarly => "ended early",
        }
    }

    fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a check returns when it found nothing wrong, and how hard it looked.
#[derive(Clone, Debug)]
pub struct Solved(pub(super) String);

impl Solved {
    /// How hard the check looked, to stand behind "solved": `"with 3 children, each reaped"`.
    pub fn new(how: impl Into<String>) -> Solved {
        Solved(how.into())
    }
}

/// One step of a schedule: a thread does what stands on a line of the exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Index of the thread in [`Schedule::threads`].
    pub(super) thread: usize,
    /// The line's number in the file.
    pub(super) line: u32,
    /// The line itself.
    pub(super) text: String,
    /// What it means, where that is not plain to see; or nothing.
    pub(super) note: String,
    /// How often it was done in a row.
    pub(super) times: u32,
}

/// Notes of steps after which a thread waits until its next one.
pub(super) const HAS_TO_WAIT: &str = "has to wait";
pub(super) const SLEEPS: &str = "gives the lock back, and sleeps";

impl Step {
    /// The thread waits until its next step.
    pub(super) fn waits(&self) -> bool {
        [HAS_TO_WAIT, SLEEPS].contains(&self.note.as_str())
    }

    /// The note, and how often: what stands behind the line, if anything.
    pub(super) fn remark(&self) -> String {
        let times = if self.times > 1 {
            format!("×{}", self.times)
        } else {
            String::new()
        };
        let gap = if self.note.is_empty() || times.is_empty() {
            ""
        } else {
            ", "
        };
        format!("{}{gap}{times}", self.note)
    }
}

/// The order of steps in which an answer failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Schedule {
    pub(super) threads: Vec<String>,
    pub(super) steps: Vec<Step>,
    /// Decimal digits that make the same steps happen in the same order again.
    pub(super) seed: String,
}

/// What is said about an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub(super) kind: Kind,
    /// How hard the check looked, or what is wrong.
    pub(super) what: String,
    /// Further lines: who holds what.
    pub(super) details: Vec<String>,
    pub(super) schedule: Option<Schedule>,
}

impl Verdict {
    pub(super) fn new(kind: Kind, what: impl Into<String>) -> Verdict {
        Verdict {
            kind,
            what: what.into(),
            details: Vec::new(),
            schedule: None,
        }
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub(super) fn to_json(&self) -> Value {
        let schedule = self.schedule.as_ref().map(|schedule| {
            let steps: Vec<Value> = schedule
                .steps
                .iter()
                .map(|step| json!([step.thread, step.line, step.text, step.note, step.times]))
                .collect();
            json!({"threads": schedule.threads, "steps": steps, "seed": schedule.seed})
        });
        json!({"kind": self.kind.name(), "what": self.what, "details": self.details, "schedule": schedule})
    }

    pub(super) fn from_json(value: &Value) -> Option<Verdict> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let texts = |value: &Value| {
            value
                .as_array()?
                .iter()
                .map(text)
                .collect::<Option<Vec<String>>>()
        };
        let schedule = match &value["schedule"] {
            Value::Null => None,
            schedule => {
                let step = |step: &Value| {
                    Some(Step {
                        thread: usize::try_from(step[0].as_u64()?).ok()?,
                        line: u32::try_from(step[1].as_u64()?).ok()?,
                        text: text(&step[2])?,
                        note: text(&step[3])?,
                        times: u32::try_from(step[4].as_u64()?).ok()?,
                    })
                };
                let steps = schedule["steps"]
                    .as_array()?
                    .iter()
                    .map(step)
                    .collect::<Option<Vec<Step>>>()?;
                Some(Schedule {
                    threads: texts(&schedule["threads"])?,
                    steps,
                    seed: text(&schedule["seed"])?,
                })
            }
        };
        Some(Verdict {
            kind: Kind::named(value["kind"].as_str()?)?,
            what: text(&value["what"])?,
            details: texts(&value["details"])?,
            schedule,
        })
    }
}

/// How far the columns of the table lie apart at least and at most, in characters.
const APART: (usize, usize) = (10, 24);

impl Schedule {
    /// A column for each thread, a row for each step. Only one thread takes a step at a time, so a step's line may run on
    /// into the columns to the right, which are empty in its row.
    fn table(&self, width: usize) -> String {
        let longest = self
            .threads
            .iter()
            .map(|name| name.chars().count())
            .max()
            .unwrap_or(0);
        let apart = (width / (2 * self.threads.len().max(1)))
            .clamp(APART.0.max(longest + 2), APART.1.max(longest + 2));
        let head = |cell: fn(&str) -> String| -> String {
            let cells: Vec<String> = self
                .threads
                .iter()
                .map(|name| format!("{:<apart$}", cell(name)))
                .collect();
            cells.concat().trim_end().to_owned()
        };
        let underlined = head(|name| "-".repeat(name.chars().count()));
        let mut rows = vec![
            format!("  line  {}", head(str::to_owned)),
            format!("  ----  {underlined}"),
        ];
        for step in &self.steps {
            let indent = apart * step.thread;
            let remark = step.remark();
            let note = if remark.is_empty() {
                remark
            } else {
                format!("  <- {remark}")
            };
            let room = width
                .saturating_sub(8 + indent + note.chars().count())
                .max(16);
            let mut text = step.text.clone();
            if text.chars().count() > room {
                text = text.chars().take(room - 3).chain("...".chars()).collect();
            }
            rows.push(format!("{:>6}  {:indent$}{text}{note}", step.line, ""));
        }
        rows.join("\n")
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        match self.kind {
            Kind::Solved => write!(f, " {}", self.what)?,
            Kind::DoesNotCompile => write!(f, "\n\n{}", self.what)?,
            _ if self.what.is_empty() => {}
            _ => write!(f, ": {}", self.what)?,
        }
        for detail in &self.details {
            write!(f, "\n  {detail}")?;
        }
        if let Some(schedule) = &self.schedule {
            let width = crate::timeline::width();
            let table = Glyphs::wanted().plain(&schedule.table(width));
            write!(f, "\n\nin this order of steps:\n\n{table}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_up() -> Verdict {
        let step = |thread, line, text: &str, note: &str, times| Step {
            thread,
            line,
            text: text.into(),
            note: note.into(),
            times,
        };
        Verdict {
            kind: Kind::LostUpdate,
            what: "expected 2, got 1".into(),
            details: vec!["one detail".into()],
            schedule: Some(Schedule {
                threads: vec!["main".into(), "thread 1".into()],
                steps: vec![
                    step(0, 7, "let value = *counter.lock();", "", 2),
                    step(1, 7, "let value = *counter.lock();", "has to wait", 1),
                ],
                seed: "62".into(),
            }),
        }
    }

    #[test]
    fn a_verdict_survives_its_way_from_the_process_of_the_check() {
        for verdict in [made_up(), Verdict::new(Kind::Solved, "in 3 orders")] {
            assert_eq!(Verdict::from_json(&verdict.to_json()), Some(verdict));
        }
        assert_eq!(
            Verdict::from_json(&json!({"kind": "no such kind", "what": "", "details": []})),
            None
        );
    }

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(kind));
        }
    }

    #[test]
    fn the_schedule_is_a_table_with_a_column_for_each_thread() {
        let schedule = made_up().schedule.unwrap();
        let wide = "  line  main                thread 1\n  \
                    ----  ----                --------\n     \
                    7  let value = *counter.lock();  <- ×2\n     \
                    7                      let value = *counter.lock();  <- has to wait";
        assert_eq!(schedule.table(80), wide);
        // What does not fit is cut off the line, never off the note.
        let narrow = schedule.table(56);
        assert!(narrow.ends_with("...  <- has to wait"), "{narrow}");
        assert!(
            narrow.lines().all(|line| line.chars().count() <= 56),
            "{narrow}"
        );
    }
}

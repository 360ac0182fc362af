//! What is said about an answer.

use std::fmt;

use drawing::timeline::Glyphs;
use serde_json::{Value, json};

use crate::schedule::{Schedule, text, texts};
use crate::table;

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
    /// A write of one thread was overwritten by another that had not seen it.
    LostUpdate,
    /// Each waits for what another one holds, or for something that will never be done.
    Deadlock,
    /// Work that should be under way at the same time was done one after the other.
    NeverOverlapped,
    /// Fewer were under way at the same time than there should be.
    TooFewAtOnce,
    /// More were under way at the same time than allowed.
    TooManyAtOnce,
    /// More threads did jobs than allowed.
    TooManyThreads,
    /// More processes were started than are needed.
    TooManyProcesses,
    /// A job was done by a thread that should not do any.
    WrongThread,
    /// A flag was seen before what it announces.
    SeenTooEarly,
    /// A process was still there, running or as a zombie.
    LeftProcess,
    /// A thread was still there.
    LeftThread,
    /// A task was still there.
    LeftTask,
    /// A file, a pipe or a socket was still open.
    LeftOpen,
    /// Something of what was asked for was never done.
    LostJob,
    /// Work that should have been stopped went on.
    NotCancelled,
    /// The one thread of an executor was kept from its other tasks.
    BlockedExecutor,
    /// It did not come to an end.
    Stuck,
    /// It asks again and again where it should sleep.
    KeepsAsking,
    /// It panicked where it should not.
    Panicked,
    /// The program ended before the check did.
    EndedEarly,
    /// It does something that the check cannot see, or that is none of its business.
    WentRound,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 25] = [
        Kind::Solved,
        Kind::StillToDo,
        Kind::DoesNotCompile,
        Kind::WrongResult,
        Kind::LostUpdate,
        Kind::Deadlock,
        Kind::NeverOverlapped,
        Kind::TooFewAtOnce,
        Kind::TooManyAtOnce,
        Kind::TooManyThreads,
        Kind::TooManyProcesses,
        Kind::WrongThread,
        Kind::SeenTooEarly,
        Kind::LeftProcess,
        Kind::LeftThread,
        Kind::LeftTask,
        Kind::LeftOpen,
        Kind::LostJob,
        Kind::NotCancelled,
        Kind::BlockedExecutor,
        Kind::Stuck,
        Kind::KeepsAsking,
        Kind::Panicked,
        Kind::EndedEarly,
        Kind::WentRound,
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
            Kind::TooFewAtOnce => "too few at once",
            Kind::TooManyAtOnce => "too many at once",
            Kind::TooManyThreads => "too many threads",
            Kind::TooManyProcesses => "too many processes",
            Kind::WrongThread => "wrong thread",
            Kind::SeenTooEarly => "seen too early",
            Kind::LeftProcess => "left a process behind",
            Kind::LeftThread => "left a thread behind",
            Kind::LeftTask => "left a task behind",
            Kind::LeftOpen => "left a file open",
            Kind::LostJob => "lost a job",
            Kind::NotCancelled => "not cancelled",
            Kind::BlockedExecutor => "blocked the executor",
            Kind::Stuck => "stuck",
            Kind::KeepsAsking => "keeps asking",
            Kind::Panicked => "panicked",
            Kind::EndedEarly => "ended early",
            Kind::WentRound => "went round the check",
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

/// The result of a check that found nothing wrong, and how hard it looked.
#[derive(Clone, Debug)]
pub struct Solved(pub String);

impl Solved {
    /// Takes how hard the check looked, to stand behind "solved": `"with 3 children, each reaped"`.
    pub fn new(how: impl Into<String>) -> Solved {
        Solved(how.into())
    }
}

/// The judgement of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The kind of verdict.
    pub kind: Kind,
    /// The effort of the check, or the fault.
    pub what: String,
    /// Further lines: the locks that each thread holds.
    pub details: Vec<String>,
    /// The order of steps that shows the fault.
    pub schedule: Option<Schedule>,
}

impl Verdict {
    /// Makes a verdict without details.
    pub fn new(kind: Kind, what: impl Into<String>) -> Verdict {
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

    /// Returns it as it is sent, and as `--json` shows it.
    pub fn to_json(&self) -> Value {
        let schedule = self.schedule.as_ref().map(Schedule::to_json);
        json!({"kind": self.kind.name(), "what": self.what, "details": self.details, "schedule": schedule})
    }

    pub(super) fn from_json(value: &Value) -> Option<Verdict> {
        let schedule = match &value["schedule"] {
            Value::Null => None,
            schedule => Some(Schedule::from_json(schedule)?),
        };
        Some(Verdict {
            kind: Kind::named(value["kind"].as_str()?)?,
            what: text(&value["what"])?,
            details: texts(&value["details"])?,
            schedule,
        })
    }
}

impl Verdict {
    /// The verdict as a learner reads it, under this name; no line is longer than `width`, as far as it has spaces.
    pub(super) fn shown(&self, name: &str, width: usize) -> String {
        let what = match self.kind {
            Kind::Solved => format!("{name}: solved {}", self.what),
            Kind::DoesNotCompile => {
                return format!("{name}: {}\n\n{}", self.kind, self.what);
            }
            kind if self.what.is_empty() => format!("{name}: {kind}"),
            kind => format!("{name}: {kind}: {}", self.what),
        };

        let mut lines = table::wrapped(&what, width, 2);
        let details: Vec<String> = self
            .details
            .iter()
            .flat_map(|detail| table::wrapped(&format!("  {detail}"), width, 4))
            .collect();

        lines.extend(details.iter().cloned());
        if let Some(schedule) = &self.schedule {
            let table = Glyphs::wanted().plain(&table::draw(schedule, width));
            lines.push(format!("\nin this order of steps:\n\n{table}"));
            // The end is where the eye is.
            if schedule.steps.len() > LONG {
                lines.push(String::new());
                lines.extend(table::wrapped(&what, width, 2));
            }
            if schedule.steps.len() > VERY_LONG {
                lines.extend(details);
            }
        }

        lines.join("\n")
    }
}

/// After so many steps the verdict is said again, and after so many its details as well.
const LONG: usize = 8;
const VERY_LONG: usize = 12;

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
            let width = drawing::timeline::width();
            let table = Glyphs::wanted().plain(&table::draw(schedule, width));
            write!(f, "\n\nin this order of steps:\n\n{table}")?;
        }

        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::Step;

    fn made_up() -> Verdict {
        let step = |thread, line, text: &str, deed: &str, waits| Step {
            thread,
            line,
            text: text.into(),
            deed: deed.into(),
            waits,
            times: 1,
            state: vec!["1".into()],
            changed: vec![0],
        };
        let steps = vec![
            step(
                0,
                7,
                "let value = *counter.lock();",
                "reads counter: 1",
                false,
            ),
            step(
                1,
                7,
                "let value = *counter.lock();",
                "waits for counter",
                true,
            ),
        ];
        Verdict {
            kind: Kind::LostUpdate,
            what: "expected 2, got 1".into(),
            details: vec!["one detail".into()],
            schedule: Some(Schedule {
                threads: vec!["main".into(), "thread 1".into()],
                objects: vec!["counter".into()],
                steps,
                seed: "62".into(),
                search: 1,
                orders: 7,
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
    fn a_long_verdict_is_wrapped_between_words_and_said_again_at_the_end() {
        let mut long = made_up();
        long.what = "two threads added one each, and only one of both additions is there: \
                     expected 2, got 1, and this goes on for as long as a sentence may"
            .to_owned();
        long.details = vec!["thread 1 holds counter and ".repeat(6)];
        let steps = &mut long.schedule.as_mut().unwrap().steps;
        *steps = steps.iter().cycle().take(20).cloned().collect();

        let shown = long.shown("03_lost_update", 80);

        for line in shown.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
        let head = "03_lost_update: lost update: two threads added one each, and only one of both\n  \
                    additions is there: expected 2, got 1, and this goes on for as long as a\n  \
                    sentence may\n  thread 1 holds counter and thread 1 holds";
        assert!(shown.starts_with(head), "{shown}");
        let (_, end) = shown.rsplit_once("\n\n").unwrap();
        assert!(end.starts_with(head), "{shown}");
        let words = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert!(words(end).join(" ").contains(&long.what), "{shown}");
    }

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(kind));
        }
    }
}

//! Exercises, and what judges them.
//!
//! An exercise is four things with the same name: `exercises/NN_name.rs`, which the learner edits; `solutions/NN_name.rs`,
//! one good answer; `wrong/NN_name/<why>.rs`, answers that look right and are not; and `checks/NN_name.rs`, which judges
//! any of them. The check is a program of its own (a `[[test]]` with `harness = false`): what the learner writes is
//! compiled alone, so a file that does not compile breaks nothing else. A lesson's `checks/exercises.rs` compiles every
//! solution and every wrong answer together and has each judged by the same check.
//!
//! A check is a function that returns [`Solved`], or panics: with a [`Fault`] (see [`fail`]) that says what is wrong, or
//! because the exercise panicked. It runs in a process of its own under a deadline, so that whatever an answer does,
//! there is a verdict.

mod answer;
pub mod chance;
mod doing;
pub mod front;
pub mod gaps;
mod judge;
pub mod left;
pub mod programs;
mod schedule;
mod source;
mod strength;
mod table;
mod verdict;
pub mod waits;

use std::cell::RefCell;
use std::sync::Mutex;
use std::sync::atomic::Ordering;

pub use judge::{main, verdict_of};
pub use source::Source;
pub use strength::strength;
pub use verdict::{Kind, Solved, Verdict};

use recording::lock::lock;

/// What the crate `interleave` needs to know, and no lesson.
#[doc(hidden)]
pub mod judging {
    pub use common::exercises::seed::{IN_TURN, deviations, of_search, search_of};
    pub use recording::lock::lock;

    pub use super::answer::is_answer;
    pub use super::judge::{EXPLORE, IS_FOLLOWED, SEED, answer_and_end, tell_with, verdict_on};
    pub use super::schedule::{Schedule, Step};
    pub use super::{fault_here, forget_faults, observe, observed};
}

/// A fault of an answer. A check panics with it: see [`fail`].
#[derive(Clone, Debug)]
pub struct Fault {
    /// The kind of fault.
    pub kind: Kind,
    /// The same for this exercise, in a sentence or two.
    pub what: String,
}

/// The first fault of a check, or of one of its runs: an answer may catch what a check throws.
static FIRST_FAULT: Mutex<Option<Fault>> = Mutex::new(None);

fn first_fault() -> Option<Fault> {
    lock(&FIRST_FAULT).clone()
}

thread_local! {
    /// The comparisons of a check, while they are of interest.
    static OBSERVED: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };

    /// The first fault of this thread alone, on which all threads of a run are kept.
    static FAULT_HERE: RefCell<Option<Fault>> = const { RefCell::new(None) };
}

/// Keeps what a check compares, from now on.
#[doc(hidden)]
pub fn observe() {
    OBSERVED.set(Some(Vec::new()));
}

/// Returns the check's comparisons since then.
#[doc(hidden)]
pub fn observed() -> Vec<String> {
    OBSERVED.with_borrow(|observed| observed.clone().unwrap_or_default())
}

/// Returns the first fault of this thread.
#[doc(hidden)]
pub fn fault_here() -> Option<Fault> {
    FAULT_HERE.with_borrow(Clone::clone)
}

/// Forgets the faults so far: another run begins.
#[doc(hidden)]
pub fn forget_faults() {
    FAULT_HERE.set(None);
    *lock(&FIRST_FAULT) = None;
}

/// Ends the check: the answer is wrong, for this reason.
///
/// # Panics
/// Always, with a [`Fault`].
pub fn fail(kind: Kind, what: impl Into<String>) -> ! {
    let fault = Fault {
        kind,
        what: what.into(),
    };
    lock(&FIRST_FAULT).get_or_insert_with(|| fault.clone());
    FAULT_HERE.with_borrow_mut(|first| first.get_or_insert_with(|| fault.clone()).kind);
    std::panic::panic_any(fault)
}

/// Says that the check has got on: it is stuck only when that is not said for long.
pub fn gets_on() {
    judge::WORK.fetch_add(1, Ordering::Relaxed);
}

/// Returns a number with the noun for it.
pub fn counted(count: impl std::fmt::Display, one: &str, more: &str) -> String {
    match count.to_string().as_str() {
        "1" => format!("1 {one}"),
        count => format!("{count} {more}"),
    }
}

/// Describes a call that does not end: what it was, how long it was given, and what to look for.
pub fn not_ended(what: &str, limit: &str) -> String {
    format!(
        "{what} did not end within {limit}: look for an endless loop, or for a wait that nobody ends"
    )
}

/// Ends the check unless both are equal.
///
/// # Panics
/// With a [`Fault`] of this kind, when they differ.
pub fn expect<T: PartialEq + std::fmt::Debug>(kind: Kind, what: &str, got: &T, expected: &T) {
    OBSERVED.with_borrow_mut(|observed| {
        if let Some(observed) = observed {
            observed.push(format!("{got:?}"));
        }
    });
    if got != expected {
        fail(kind, format!("{what}: expected {expected:?}, got {got:?}"));
    }
}

/// The head of a check: takes the learner's file in as `mod exercise`, and makes the check a program.
///
/// It is a macro so that rustfmt does not follow the path: a file that does not parse is the learner's business alone.
/// Where answers are [`judged`](crate::judged), another macro of this name stands in its place.
///
/// With `, in_steps` behind the path, what std calls `std::sync` and `std::thread` is what the check puts there, and
/// anything that would go round it is named.
#[macro_export]
macro_rules! exercise {
    ($path:literal $(, $in_steps:ident)?) => {
        #[path = $path]
        #[allow(warnings, clippy::all, clippy::pedantic)]
        #[forbid(unsafe_code)]
        mod exercise;

        fn main() -> ::std::process::ExitCode {
            let answer = $crate::Source {
                text: ::std::include_str!($path),
                is_in_steps: !::std::stringify!($($in_steps)?).is_empty(),
            };
            $crate::main(::std::env!("CARGO_CRATE_NAME"), check, answer)
        }
    };
}

/// Stands in the place of `exercise!` where answers are [`judged`]: the answer lies beside the check.
#[doc(hidden)]
#[macro_export]
macro_rules! exercise_beside {
    ($path:literal $(, $in_steps:ident)?) => {
        use super::exercise;
    };
}

/// The head and all of a lesson's `checks/exercises.rs`: every check is run against its solution, which must pass, and
/// against each wrong answer, which must fail for the reason that its own first line states (`//! fails: lost update`). More of
/// the verdict's text may follow (`//! fails: deadlock: no thread can go on`).
#[macro_export]
macro_rules! judged {
    ($(
        $name:ident $check:literal {
            solution $solution:literal
            $($why:ident $wrong:literal)+
        }
    )+) => {
        // The checks say `crate::exercise!`.
        use $crate::exercise_beside as exercise;
        $(
            // The files lie beside the folder of the tests, not in folders named after these modules.
            #[path = ".."]
            mod $name {
                $crate::judged!(@answer solution $check $solution, "solved");
                $($crate::judged!(@answer $why $check $wrong, $crate::stated_reason(include_str!(concat!("../", $wrong))));)+
            }
        )+

        #[test]
        #[ignore = "it prints figures, and the other tests judge the same answers"]
        fn strength() {
            $crate::strength(&[$($((
                $check,
                concat!(stringify!($name), "::", stringify!($why), "::is_judged"),
                $crate::stated_reason(include_str!(concat!("../", $wrong))),
            ),)+)+]);
        }
    };
    (@answer $answer:ident $check:literal $path:literal, $expected:expr) => {
        #[path = "."]
        #[allow(warnings, clippy::all, clippy::pedantic)]
        mod $answer {
            #[path = $path]
            #[forbid(unsafe_code)]
            mod exercise;
            #[path = $check]
            mod check;

            #[test]
            fn is_judged() {
                let answer = $crate::Source {
                    text: include_str!(concat!("../", $path)),
                    is_in_steps: include_str!(concat!("../", $check)).contains(", in_steps);"),
                };
                let test = concat!(module_path!(), "::is_judged");
                $crate::verdict_of($check, test, check::check, answer, $expected);
            }
        }
    };
}

/// The reason that a wrong answer states in its head line.
///
/// # Panics
/// When it states none.
pub fn stated_reason(source: &str) -> &str {
    let line = source
        .lines()
        .find_map(|line| line.strip_prefix("//! fails: "));
    line.expect("a wrong answer's head says `//! fails: <the verdict>`")
        .trim()
}

//! Running an answer again and again, each time in an order that a plan decides.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

use judge::Verdict;
use judge::judging::{fault_here, forget_faults, verdict_on};

use super::run;
use super::schedule::{Choice, Driver, Plan, Taken};

/// The code of a run: threads that use an answer.
pub(super) type Body = Arc<dyn Fn() + Send + Sync>;

/// Runs after all plans that `source` returns, up to the first that fails; what that was.
pub(super) fn run_all(
    body: &Body,
    source: impl FnMut(&[Choice]) -> Option<Plan> + 'static,
    taken: &Arc<Mutex<Taken>>,
) -> Result<(), Box<dyn Any + Send>> {
    let runner = Runner::new(Driver::new(source, Arc::clone(taken)), config());
    let body = Arc::clone(body);
    let run = move || {
        forget_faults();
        body();
        run::with(|run| run.threads[0].is_finished = true);
        // An answer may have caught what the check threw.
        if let Some(fault) = fault_here() {
            std::panic::panic_any(fault);
        }
    };

    let ended = catch_unwind(AssertUnwindSafe(|| runner.run(run)));
    ended.map(drop)
}

/// Returns the verdict on a failed run.
pub(super) fn told(payload: &(dyn Any + Send)) -> Verdict {
    forget_faults();
    verdict_on(payload)
}

/// Failing is no secret here, and call stacks are written down on the threads' own stacks.
fn config() -> Config {
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    config.silence_warnings = true;
    config.stack_size = 1 << 18;
    config.max_steps = MaxSteps::None;
    config
}

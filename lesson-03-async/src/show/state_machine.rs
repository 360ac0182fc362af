//! The demo `state-machine`: both kinds of tea at the same time, on the executor of this lesson.

use std::rc::Rc;
use std::time::Duration;

use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tracing::{Instrument, info, info_span};

use crate::executor::Executor;
use crate::state_machine::{Tea, tea};

pub fn demo() -> Demo {
    Demo::new(
        "state-machine",
        "an async fn written by hand, and its executor",
        run,
    )
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let water = run.pace.seconds(0.6);
    let leaves = run.pace.seconds(0.4);
    let (made, polls) = both(water, leaves);

    let compiled = size_of_val(&tea(water, leaves));
    let written = size_of::<Tea>();
    info!("{polls} polls in all");
    info!("the async fn takes {compiled} bytes, the enum {written}");
    Ok(json!({ "made": made }).into())
}

/// Returns what both made, and how many polls it took.
fn both(water: Duration, leaves: Duration) -> (Vec<&'static str>, usize) {
    let executor = Rc::new(Executor::default());
    let made = executor.run(async {
        let compiled = tea(water, leaves).instrument(info_span!("tea", task = "async fn"));
        let written = Tea::Start { water, leaves }.instrument(info_span!("tea", task = "by hand"));
        let compiled = executor.spawn(compiled);
        let written = executor.spawn(written);
        vec![compiled.await, written.await]
    });
    (made, executor.polls.get())
}

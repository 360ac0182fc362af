//! `locals`: three walkers that count their own steps, and a dictionary that is loaded once for all.

use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tracing::info;

use crate::{locals, once};

pub fn demo() -> Demo {
    let about = "a value for each thread, and one made once for all";
    Demo::new("locals", about, run).in_turn()
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let walked = locals::walkers();
    info!(
        "the walkers counted {}, {} and {} steps; main counted {}",
        walked[0], walked[1], walked[2], walked[3]
    );

    let (loads, sizes) = once::readers(4, run.pace);
    info!(
        "{} threads wanted the dictionary at once; times it was loaded: {loads}",
        sizes.len()
    );

    Ok(json!({
        "walked": walked,
        "loads": loads,
        "sizes": sizes,
        "squares": *once::SQUARES,
    })
    .into())
}

//! `broken`: three rounds of six squares, with fewer and more retries.

use common::{Demo, Failure, Outcome, Run, TempDir, in_words};
use serde_json::json;
use tracing::info;

use crate::executor::worker::serve;
use crate::jobs::broken::{Fate, ROLE, Square, six};

pub fn demo() -> Demo {
    Demo::new(
        "broken",
        "a worker process dies in the middle of a job",
        run,
    )
    .in_turn()
    .worker(ROLE, |_| serve::<Square>())
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let folder = TempDir::new("lesson-04-broken")?;
    let once = |name: &str| Fate::DiesOnce(folder.path().join(name));
    let rounds = [
        ("its worker dies once, no retries", once("first"), 0),
        ("its worker dies once, one retry", once("second"), 1),
        ("its worker dies every time, two retries", Fate::Dies, 2),
    ];

    let mut results = Vec::new();
    for (what, fate, retries) in rounds {
        let outcomes = six(&fate, retries, run.pace)?;
        for error in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
            info!("lost: {error}");
        }
        let squares: Vec<_> = outcomes.into_iter().map(Result::ok).collect();
        info!("{what}: {}", in_words(&json!(squares)));
        results.push(json!({ "what": what, "squares": squares }));
    }
    Ok(results.into())
}

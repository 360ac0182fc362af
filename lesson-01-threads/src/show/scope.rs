//! `scope`: a picture that several threads add up, darken, and add up again.

use common::options::count;
use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tracing::{info, info_span};

use crate::scope;

pub fn demo() -> Demo {
    let pixels = "Pixels of the picture";
    let threads = "Threads that share the picture [default: one a core]";

    Demo::new("scope", "threads that borrow what their function owns", run)
        .in_turn()
        .option(count("pixels", 1 << 30, Some("8388608"), pixels))
        .option(count("threads", 1000, None, threads))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let count = run.count("pixels").get();
    let threads = run.count("threads").get();
    let mut pixels = info_span!("make the picture").in_scope(|| scope::picture(count));

    let before = scope::brightness(&pixels, threads);
    scope::darken(&mut pixels, threads);
    let after = scope::brightness(&pixels, threads);

    info!(
        "brightness {before}, darkened in place by {threads} threads to {after}; nothing was copied"
    );
    Ok(json!({ "pixels": count, "before": before, "after": after }).into())
}

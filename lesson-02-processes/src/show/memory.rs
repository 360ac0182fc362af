//! The demo `memory`.

use std::io;

use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tracing::{info, info_span};

use crate::memory::{Forked, with_a_child, with_a_thread};
use crate::support::serve::serve;
use crate::support::worker_process::call;

const ROLE: &str = "memory";

pub fn demo() -> Demo {
    Demo::new(
        "memory",
        "a child changes its copy, a thread changes yours",
        run,
    )
    .in_turn()
    .worker(ROLE, worker)
}

/// Forks in a process of its own, which has little to copy.
fn worker(_name: &str) -> io::Result<()> {
    serve(|(): ()| {
        let _span = info_span!("fork").entered();
        with_a_child()
    })
}

fn run(_run: &Run) -> Result<Outcome, Failure> {
    let thread = with_a_thread();
    info!("the thread set the number to 2, and here it is {thread}");

    let forked: Forked = call("parent", ROLE, &())?;
    info!(
        "the child set the number to {}, and its parent has {}",
        forked.child_has, forked.parent_has
    );

    if let (Some(before), Some(after)) = (forked.before, forked.after) {
        info!(
            "the child began with {} shared pages, {} of its own",
            before.shared, before.private
        );
        info!(
            "after the child's writing: {} shared, {} of its own",
            after.shared, after.private
        );
    }

    Ok(json!({
        "thread": { "here": thread },
        "process": { "child": forked.child_has, "here": forked.parent_has },
        "pages": { "before": forked.before, "after": forked.after },
    })
    .into())
}

//! The demo `fork`.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

use common::{Demo, Failure, Outcome, Run, TempDir};
use serde_json::json;
use tracing::{info, info_span};

use crate::fork::{Copied, copy};
use crate::fork_exec::{self, Ran};
use crate::support::serve::serve;
use crate::support::worker_process::call;

const ROLE: &str = "fork";

pub fn demo() -> Demo {
    Demo::new(
        "fork",
        "fork, exec and wait by hand: what is copied and what is shared",
        run,
    )
    .in_turn()
    .worker(ROLE, worker)
}

/// Forks twice in a process of its own, which has a second thread like most programs.
fn worker(_name: &str) -> io::Result<()> {
    serve(|file: PathBuf| {
        let ran = fork_exec::run("/bin/sh", &["sh", "-c", "echo hello from exec; exit 3"])?;
        let _span = info_span!("fork").entered();
        Ok((copy(File::open(file)?)?, ran))
    })
}

fn run(_run: &Run) -> Result<Outcome, Failure> {
    let folder = TempDir::new("lesson-02-fork")?;
    let file = folder.path().join("text");
    fs::write(&file, "read by whom")?;
    let (seen, exec): (Copied, Ran) = call("parent", ROLE, &file)?;

    info!(
        "copied, the variable: the child made it {}, its parent has {}",
        seen.child_has, seen.parent_has
    );
    if let Some((parent, child)) = seen.threads {
        info!("not copied, other threads: the parent has {parent}, the child {child}");
    }
    info!(
        "shared, the open file: the child read '{}', then its parent '{}'",
        seen.child_read, seen.parent_read
    );
    info!(
        "exec: the child printed '{}' and ended with exit code {}",
        exec.text, exec.exit_code
    );

    Ok(json!({
        "variable": { "child": seen.child_has, "parent": seen.parent_has },
        "knows_its_parent": seen.knows_its_parent,
        "threads": seen.threads.map(|(parent, child)| json!({ "parent": parent, "child": child })),
        "file": { "child": seen.child_read, "parent": seen.parent_read },
        "exec": { "said": exec.text, "exit_code": exec.exit_code },
        "exit_code": seen.exit_code,
    })
    .into())
}

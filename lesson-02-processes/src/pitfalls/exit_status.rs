//! `exit-status`: a failed worker that looks like an empty success.

use std::io;
use std::path::Path;
use std::process::Command;

use common::process::How;
use common::{Failure, Outcome, Run, TempDir};
use serde_json::json;
use tracing::info;

use crate::spawn::run;

/// Runs a program that prints today's orders, a line each, and counts them. The file with the orders is not there.
fn orders(folder: &Path) -> io::Result<(usize, How)> {
    let cat = run(Command::new("cat").arg(folder.join("orders.txt")), "cat")?;
    Ok((cat.out.lines().count(), cat.how))
}

/// Takes what was printed, and does not ask how the program ended.
fn broken(folder: &Path) -> io::Result<usize> {
    let (count, _how) = orders(folder)?;
    Ok(count)
}

/// Takes it only if the program ended well.
fn fixed(folder: &Path) -> io::Result<Result<usize, String>> {
    let (count, how) = orders(folder)?;
    Ok(if how == How::Exited(0) {
        Ok(count)
    } else {
        Err(format!("cat {how}"))
    })
}

/// What `cargo run -p lesson-02-processes -- exit-status` runs.
///
/// # Errors
/// When there is no program `cat`.
pub fn demo(_run: &Run) -> Result<Outcome, Failure> {
    let folder = TempDir::new("lesson-02-orders")?;
    let count = broken(folder.path())?;
    info!("broken: {count} orders today, says the report");
    let fixed = fixed(folder.path())?;
    let fixed = fixed.map_or_else(
        |why| format!("no report: {why}"),
        |count| format!("{count} orders"),
    );
    info!("fixed: {fixed}");
    Ok(Outcome::new(json!({ "broken": count, "fixed": fixed })))
}

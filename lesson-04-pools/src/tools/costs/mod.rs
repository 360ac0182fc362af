//! `costs`: what each thing costs on this machine, from a function call to a process.
//!
//! Each group of figures is a file: `computing`, `handing_over`, `switching`, `processes`, `memory`. How a figure is
//! taken is in `clock`.

pub mod clock;
pub mod computing;
pub mod cost;
pub mod handing_over;
pub mod memory;
pub mod processes;
pub mod switching;

use std::io;

use common::measure::busy;
use common::timeline::Glyphs;
use common::{Failure, Outcome, Run, Sheet};
use tracing::info;

pub use cost::{Cost, Unit};

/// The table of those that are counted in `unit`.
fn table(costs: &[Cost], unit: Unit) -> Sheet {
    let glyphs = Glyphs::wanted();
    let of_unit = || costs.iter().filter(move |cost| cost.unit == unit);
    let medians = || {
        of_unit()
            .filter_map(|cost| Some(cost.figure?.median))
            .filter(|median| *median > 0.0)
    };
    let (least, most) = (
        medians().fold(f64::MAX, f64::min),
        medians().fold(0.0, f64::max),
    );
    let rows = of_unit().map(|cost| cost.row(least, most, glyphs));
    Sheet::new().table(&["", "median", "spread", "on a logarithmic scale"], rows)
}

/// What this program does when it is started again as a worker of the pool that is measured.
///
/// # Errors
/// When a pipe to the parent fails.
pub fn worker(_name: &str) -> io::Result<()> {
    crate::executor::worker::serve::<processes::Errand>()
}

/// What `cargo run --release -p lesson-04-pools -- costs` runs.
///
/// # Errors
/// When there is no thread or process to be had.
pub fn demo(_run: &Run) -> Result<Outcome, Failure> {
    let groups = [
        (
            "computing",
            computing::costs as fn() -> anyhow::Result<Vec<Cost>>,
        ),
        ("handing a job over", handing_over::costs),
        ("switching and sleeping", switching::costs),
        ("processes", processes::costs),
        ("memory", memory::costs),
    ];
    let (mut costs, busy) = (Vec::new(), busy());
    for (name, measure) in groups {
        info!("measuring: {name}");
        costs.extend(measure().map_err(|error| Failure::Failed(format!("{name}: {error:#}")))?);
    }
    let sheet = busy
        .map_or_else(Sheet::new, |busy| Sheet::new().text(busy))
        .heading("Time")
        .then(table(&costs, Unit::Nanoseconds));
    let mut sheet = sheet.heading("Memory").then(table(&costs, Unit::Bytes));
    let noisy = costs
        .iter()
        .filter(|cost| cost.figure.is_some_and(|figure| figure.is_noisy()))
        .count();
    if noisy > 0 {
        sheet = sheet.text(format!(
            "Too noisy to say more than a range: {noisy}. Is the machine busy?"
        ));
    }
    if cfg!(debug_assertions) {
        sheet = sheet.text(
            "This was a debug build: put --release behind `cargo run` for figures that count.",
        );
    }
    Ok(Outcome::new(costs.iter().map(Cost::to_json).collect::<Vec<_>>()).report(sheet))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_memory_stand_in_tables_of_their_own() {
        let costs = [
            Cost::time("a call", &[1.0]),
            Cost::memory("a thread", &[8192.0]),
        ];
        let text = table(&costs, Unit::Bytes).to_text();
        assert!(
            text.contains("a thread") && !text.contains("a call"),
            "{text}"
        );
    }
}

//! Our pools and their peers in one run:
//! `cargo bench -p lesson-04-pools --features bench --bench table`.
//!
//! Everything is measured in turn, round after round, once with all cores and once with all pinned
//! to one of them (`taskset`). The figure is the median of the rounds, with the quarter below and
//! the quarter above. Python's executors take part if `python3` is there. A part of a work's name as
//! argument measures only that.

#[allow(dead_code, reason = "shared with the other benches")]
mod contenders;

use std::process::Command;

const ROUNDS: usize = 15;

fn main() {
    if contenders::processes::serve() {
        return;
    }
    let wanted = std::env::args()
        .skip(1)
        .find(|arg| !arg.starts_with("--"))
        .unwrap_or_default();
    if std::env::var_os("COURSE_BENCH_MEASURE").is_some() {
        return measure(&wanted);
    }
    let program = std::env::current_exe().expect("it runs");
    let free = figures(Command::new(&program).arg(&wanted));
    let pinned = figures(
        Command::new("taskset")
            .args(["-c", "0"])
            .arg(&program)
            .arg(&wanted),
    );
    let mut work = "";
    for figure in &free {
        let same = |other: &&Figure| other.work == figure.work && other.name == figure.name;
        if work != figure.work {
            work = &figure.work;
            println!("\n{work}, {}\n", figure.unit);
            println!(
                "| | all cores | of the first | one core | of the first |\n|---|---|---|---|---|"
            );
        }
        print!("| {} | {}", figure.name, figure.shown(&free));
        match pinned.iter().find(same) {
            Some(pinned_figure) => println!(" | {} |", pinned_figure.shown(&pinned)),
            None => println!(" | | |"),
        }
    }
}

struct Figure {
    work: String,
    name: String,
    unit: String,
    /// A quarter of the rounds is below the first, half below the second, a quarter above the
    /// third.
    quartiles: [f64; 3],
}

impl Figure {
    fn shown(&self, all: &[Figure]) -> String {
        let digits = |x: f64| match x {
            100.0.. => format!("{x:.0}"),
            10.0.. => format!("{x:.1}"),
            1.0.. => format!("{x:.2}"),
            _ => format!("{x:.3}"),
        };
        let [low, median, high] = self.quartiles.map(digits);
        let first = all
            .iter()
            .find(|figure| figure.work == self.work)
            .map_or(f64::NAN, |first| first.quartiles[1]);
        format!(
            "{median} ({low} to {high}) | {:.2}",
            self.quartiles[1] / first
        )
    }
}

/// What this program measures when it is started again, with all cores or with one.
fn figures(command: &mut Command) -> Vec<Figure> {
    let output = command
        .env("COURSE_BENCH_MEASURE", "1")
        .stderr(std::process::Stdio::inherit())
        .output();
    let Ok(output) = output else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let figure = |line: &str| {
        let [work, name, unit, low, median, high] =
            line.split('\t').collect::<Vec<_>>().try_into().ok()?;
        let quartiles = [low.parse().ok()?, median.parse().ok()?, high.parse().ok()?];
        Some(Figure {
            work: work.to_owned(),
            name: name.to_owned(),
            unit: unit.to_owned(),
            quartiles,
        })
    };
    text.lines().filter_map(figure).collect()
}

fn measure(wanted: &str) {
    for race in contenders::all() {
        let mut race = race();
        if !race.work.contains(wanted) {
            continue;
        }
        let mut times = vec![Vec::new(); race.contenders.len()];
        // The first round is for warming up.
        for round in 0..=ROUNDS {
            for ((_, contender), times) in race.contenders.iter_mut().zip(&mut times) {
                let time = contender(race.times).as_secs_f64();
                if round > 0 {
                    times.push(time / race.times as f64 * race.scale);
                }
            }
        }
        for ((name, _), mut times) in race.contenders.into_iter().zip(times) {
            times.sort_by(f64::total_cmp);
            let [low, median, high] =
                [ROUNDS / 4, ROUNDS / 2, ROUNDS - 1 - ROUNDS / 4].map(|at| times[at]);
            println!(
                "{}\t{name}\t{}\t{low}\t{median}\t{high}",
                race.work, race.unit
            );
        }
        python(race.work, race.unit, race.scale);
    }
}

/// What Python's executor takes for the same work, if it has it.
fn python(work: &str, unit: &str, scale: f64) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/executors.py");
    let Ok(output) = Command::new("python3").args([script, work]).output() else {
        return;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    for line in text.lines() {
        let mut fields = line.splitn(4, '\t');
        let mut seconds = || {
            fields
                .next()?
                .parse::<f64>()
                .ok()
                .map(|seconds| seconds * scale)
        };
        if let (Some(low), Some(median), Some(high)) = (seconds(), seconds(), seconds()) {
            println!(
                "{work}\t{}\t{unit}\t{low}\t{median}\t{high}",
                fields.next().unwrap_or("Python")
            );
        }
    }
}

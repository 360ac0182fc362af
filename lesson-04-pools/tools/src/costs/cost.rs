//! One figure, and a table of them.

use common::Glyphs;
use common::Report;
use serde_json::{Value, json};

use crate::plot::log_bar;
use crate::summary::Summary;

/// The unit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Nanoseconds,
    /// Bytes of memory.
    Bytes,
}

/// One thing and what it costs; `None` where it cannot be measured on this system.
#[derive(Clone, Debug)]
pub struct Cost {
    pub what: &'static str,
    pub unit: Unit,
    pub figure: Option<Summary>,
}

impl Cost {
    /// Makes a cost of several measurements in nanoseconds.
    pub fn time(what: &'static str, measured: &[f64]) -> Cost {
        Cost {
            what,
            unit: Unit::Nanoseconds,
            figure: Summary::of(measured),
        }
    }

    /// Makes a cost of several measurements in bytes.
    pub fn memory(what: &'static str, measured: &[f64]) -> Cost {
        Cost {
            what,
            unit: Unit::Bytes,
            figure: Summary::of(measured),
        }
    }

    pub fn to_json(&self) -> Value {
        let unit = match self.unit {
            Unit::Bytes => "bytes",
            Unit::Nanoseconds => "nanoseconds",
        };
        let figure = self.figure.map(|figure| {
            json!({
                "low": figure.low,
                "median": figure.median,
                "high": figure.high,
                "noisy": figure.is_noisy(),
            })
        });

        json!({ "what": self.what, "unit": unit, "figure": figure })
    }

    fn in_words(&self, value: f64) -> String {
        match (self.unit, value) {
            (Unit::Nanoseconds, 0.0..1e3) => format!("{value:.1} ns"),
            (Unit::Nanoseconds, 1e3..1e6) => format!("{:.1} µs", value / 1e3),
            (Unit::Nanoseconds, _) => format!("{:.1} ms", value / 1e6),
            (Unit::Bytes, 0.0..1e3) => format!("{value:.0} bytes"),
            (Unit::Bytes, 1e3..1e6) => format!("{:.1} kB", value / 1e3),
            (Unit::Bytes, _) => format!("{:.1} MB", value / 1e6),
        }
    }

    /// Returns the figure, its spread, and a bar. A noisy figure is only a range.
    fn row(&self, least: f64, most: f64, glyphs: Glyphs) -> Vec<String> {
        let what = self.what.to_owned();
        let Some(figure) = self.figure else {
            let missing = "not to be had here".to_owned();
            return vec![what, String::new(), String::new(), missing];
        };

        let bar = log_bar(figure.median, least, most, 30, glyphs);
        if figure.is_noisy() {
            let low = self.in_words(figure.low);
            let high = self.in_words(figure.high);
            return vec![
                what,
                format!("{low} to {high}"),
                "too noisy".to_owned(),
                bar,
            ];
        }
        let spread = format!("{:.0} %", 100.0 * figure.spread());
        vec![what, self.in_words(figure.median), spread, bar]
    }
}

/// Makes the table of those that are counted in `unit`.
pub fn table(costs: &[Cost], unit: Unit) -> Report {
    let glyphs = Glyphs::wanted();
    let of_unit: Vec<&Cost> = costs.iter().filter(|cost| cost.unit == unit).collect();
    let medians: Vec<f64> = of_unit
        .iter()
        .filter_map(|cost| Some(cost.figure?.median))
        .filter(|median| *median > 0.0)
        .collect();
    let least = medians.iter().copied().fold(f64::MAX, f64::min);
    let most = medians.iter().copied().fold(0.0, f64::max);

    let rows = of_unit.iter().map(|cost| cost.row(least, most, glyphs));
    Report::new().table(&["", "median", "spread", "on a logarithmic scale"], rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calm_figure_is_said_and_a_wild_one_only_as_a_range() {
        let calm = Cost::time("a call", &[100.0, 101.0, 102.0]);
        assert_eq!(
            calm.row(1.0, 1e6, Glyphs::Ascii)[..3],
            ["a call", "101.0 ns", "1 %"]
        );
        let wild = Cost::time("a switch", &[1e3, 2e3, 5e3, 9e3, 20e3]);
        assert_eq!(
            wild.row(1.0, 1e6, Glyphs::Ascii)[..3],
            ["a switch", "2.0 µs to 9.0 µs", "too noisy"]
        );
        let none = Cost::memory("a thread", &[]);
        assert_eq!(none.row(1.0, 1e6, Glyphs::Ascii)[3], "not to be had here");
    }

    #[test]
    fn figures_have_units_that_are_short_to_read() {
        let time = Cost::time("", &[]);
        assert_eq!(
            [1.25, 1250.0, 2.5e6].map(|ns| time.in_words(ns)),
            ["1.2 ns", "1.2 µs", "2.5 ms"]
        );
        let memory = Cost::memory("", &[]);
        assert_eq!(
            [640.0, 8192.0, 2e6].map(|b| memory.in_words(b)),
            ["640 bytes", "8.2 kB", "2.0 MB"]
        );
    }

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

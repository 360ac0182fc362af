//! One figure of the table.

use crate::tools::plot::log_bar;
use crate::tools::summary::Summary;
use common::timeline::Glyphs;
use serde_json::{Value, json};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Billionths of a second.
    Nanoseconds,
    /// Of memory.
    Bytes,
}

/// One thing and what it costs; `None` where it cannot be measured on this system.
#[derive(Clone, Debug)]
pub struct Cost {
    /// The thing.
    pub what: &'static str,
    /// What is counted.
    pub unit: Unit,
    /// The figure in the middle, and the middle half of all.
    pub figure: Option<Summary>,
}

impl Cost {
    /// From several measurements in nanoseconds.
    pub fn time(what: &'static str, measured: &[f64]) -> Cost {
        Cost {
            what,
            unit: Unit::Nanoseconds,
            figure: Summary::of(measured),
        }
    }

    /// From several measurements in bytes.
    pub fn memory(what: &'static str, measured: &[f64]) -> Cost {
        Cost {
            what,
            unit: Unit::Bytes,
            figure: Summary::of(measured),
        }
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        let unit = if self.unit == Unit::Bytes {
            "bytes"
        } else {
            "nanoseconds"
        };
        let figure = |of: Summary| json!({ "low": of.low, "median": of.median, "high": of.high, "noisy": of.is_noisy() });
        json!({ "what": self.what, "unit": unit, "figure": self.figure.map(figure) })
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

    /// The figure, its spread, and a bar; of what was too noisy only between what it lies.
    pub fn row(&self, least: f64, most: f64, glyphs: Glyphs) -> Vec<String> {
        let Some(figure) = self.figure else {
            return vec![
                self.what.to_owned(),
                String::new(),
                String::new(),
                "not to be had here".to_owned(),
            ];
        };
        let (figures, spread) = if figure.is_noisy() {
            let between = format!(
                "{} to {}",
                self.in_words(figure.low),
                self.in_words(figure.high)
            );
            (between, "too noisy".to_owned())
        } else {
            (
                self.in_words(figure.median),
                format!("{:.0} %", 100.0 * figure.spread()),
            )
        };
        vec![
            self.what.to_owned(),
            figures,
            spread,
            log_bar(figure.median, least, most, 30, glyphs),
        ]
    }
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
}

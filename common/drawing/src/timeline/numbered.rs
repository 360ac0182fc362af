//! What keeps a page small: shared values sent once, and short numbers.

use std::collections::HashMap;
use std::hash::Hash;

use recording::trace::Trace;

/// The values of a column that many spans share: each is sent once, and spans have its number.
pub(super) struct Numbered<K> {
    pub(super) values: Vec<String>,
    numbers: HashMap<K, usize>,
}

impl<K: Eq + Hash + Clone + ToString> Numbered<K> {
    pub(super) fn new() -> Numbered<K> {
        Numbered {
            values: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    pub(super) fn number(&mut self, key: &K) -> usize {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        self.values.push(key.to_string());
        self.numbers.insert(key.clone(), self.values.len() - 1);
        self.values.len() - 1
    }
}

/// Returns microseconds since the run began, to a tenth.
pub(super) fn micros(trace: &Trace, t_ns: u64) -> f64 {
    tenths(t_ns.saturating_sub(trace.start_ns))
}

/// Returns nanoseconds in microseconds, to a tenth.
pub(super) fn tenths(ns: u64) -> f64 {
    (ns as f64 / 100.0).round() / 10.0
}

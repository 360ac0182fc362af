//! The difference between a broken way and a fixed one where time does not tell it: a result is wrong,
//! or lost.

use std::collections::BTreeSet;
use std::fmt::Display;

use recording::process::Exit;
use recording::trace::{End, Trace};

/// What is counted in two ways of a pitfall, and the span in which the broken one goes wrong.
#[derive(Debug)]
pub struct Difference {
    counted: &'static str,
    lane: &'static str,
    span: &'static str,
    ways: Vec<(&'static str, String)>,
}

impl Difference {
    /// Makes one of what is counted, as in "additions lost", and of the lanes and the spans whose names
    /// begin like this. The ways follow, the broken one first.
    pub fn new(counted: &'static str, lane: &'static str, span: &'static str) -> Difference {
        Difference {
            counted,
            lane,
            span,
            ways: Vec::new(),
        }
    }

    /// Adds a way, and its count in this run.
    #[must_use]
    pub fn way(mut self, name: &'static str, count: impl Display) -> Difference {
        self.ways.push((name, count.to_string()));
        self
    }

    /// Returns the sentence about it; `None` if this run has no such span.
    pub(super) fn sentence(&self, trace: &Trace) -> Option<String> {
        let ways = self.ways.iter();
        let counts = ways.map(|(name, count)| format!("{name} {count}"));
        let counts = format!(
            "{}: {}",
            self.counted,
            counts.collect::<Vec<_>>().join(", ")
        );
        if self.ways.windows(2).all(|pair| pair[0].1 == pair[1].1) {
            return Some(format!("{counts}: no difference this time"));
        }

        let lanes = trace.lanes.iter();
        let lanes = lanes.filter(|lane| lane.name.starts_with(self.lane));
        let spans = lanes.flat_map(|lane| lane.spans.iter().map(move |span| (lane, &*span.name)));
        let wanted: Vec<_> = spans
            .filter(|(_, span)| span.starts_with(self.span))
            .collect();
        let (first, name) = wanted.first()?;

        let lanes: BTreeSet<&str> = wanted.iter().map(|(lane, _)| lane.name.as_str()).collect();
        let lanes = match lanes.len() {
            1 => first.name.clone(),
            count => format!("{count} lanes"),
        };
        let is_one_name = wanted.iter().all(|(_, span)| span == name);
        let span = if is_one_name { name } else { self.span };
        let is_one_end = wanted.iter().all(|(lane, _)| lane.ended == first.ended);
        let ended = match &first.ended {
            End::Panicked | End::Process(Exit::Exited(1..)) if is_one_end => {
                format!(", {}", first.ended)
            }
            _ => String::new(),
        };
        Some(format!(
            "{counts}: what made the difference is {lanes}: {span}{ended}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use recording::trace::Kind;
    use recording::trace::fixtures::{lane, trace};

    fn lost(broken: u32) -> Difference {
        let lost = Difference::new("threads lost", "worker", "job");
        lost.way("broken", broken).way("fixed", 0)
    }

    #[test]
    fn the_span_is_named_with_its_lane_and_its_end() {
        let mut worker = lane("worker-1", Kind::Thread, &[(0, 10)]);
        worker.spans[0].name = "job 1".into();
        worker.ended = End::Panicked;
        let mut other = worker.clone();
        other.name = "worker-2".into();
        other.spans[0].name = "job 2".into();

        let one = lost(1).sentence(&trace(10, vec![worker.clone()]));
        let expected = "threads lost: broken 1, fixed 0: what made the difference is worker-1: job 1, panicked";
        assert_eq!(one.as_deref(), Some(expected));
        let both = lost(2).sentence(&trace(10, vec![worker, other]));
        let expected =
            "threads lost: broken 2, fixed 0: what made the difference is 2 lanes: job, panicked";
        assert_eq!(both.as_deref(), Some(expected));
    }

    #[test]
    fn a_run_without_the_span_or_the_loss_names_none() {
        let other = trace(10, vec![lane("main", Kind::Thread, &[(0, 10)])]);
        assert_eq!(lost(1).sentence(&other), None);
        let expected = "threads lost: broken 0, fixed 0: no difference this time";
        assert_eq!(lost(0).sentence(&other).as_deref(), Some(expected));
    }
}

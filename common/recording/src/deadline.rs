//! Running something that may hang, and saying that it did, and why.

use std::fmt;
use std::sync::mpsc;
use std::time::Duration;

use crate::trace::{self, Mark, Trace};

pub use crate::trace::SourceLine;

/// Work that did not finish in time. It is still there: a thread cannot be stopped from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// The time that it was waited for.
    pub after: Duration,
    /// Every lane that was inside a span when the time was up. Empty outside a recorded run.
    pub lanes: Vec<StuckLane>,
}

/// A lane that did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StuckLane {
    /// The lane's name.
    pub name: String,
    /// The things that it holds, and the places where it took them: its open spans with a field
    /// `holds`.
    pub holds: Vec<(String, SourceLine)>,
    /// The thing that it waits for, and the place: its innermost open span with a field `waits_for`.
    pub waits_for: Option<(String, SourceLine)>,
    /// Its innermost open span.
    pub inside: String,
}

impl Stuck {
    fn now(after: Duration, since_ns: u64) -> Stuck {
        Stuck {
            after,
            lanes: stuck_lanes(&trace::so_far(), since_ns),
        }
    }

    /// Returns the lanes of a circle, each of which waits for what the next one holds; none if there
    /// is no circle.
    pub fn circle(&self) -> Vec<&str> {
        let holder = |what: &str| {
            self.lanes
                .iter()
                .find(|lane| lane.holds.iter().any(|(held, _)| held == what))
        };
        for start in &self.lanes {
            let mut names = vec![start.name.as_str()];
            let mut lane = start;
            while let Some(next) = lane.waits_for.as_ref().and_then(|(what, _)| holder(what)) {
                if next.name == start.name {
                    return names;
                }
                if names.contains(&next.name.as_str()) {
                    break;
                }
                names.push(&next.name);
                lane = next;
            }
        }

        Vec::new()
    }
}

/// Returns the lanes with open spans that began since then: what an earlier deadline left behind is
/// not this one's.
fn stuck_lanes(trace: &Trace, since_ns: u64) -> Vec<StuckLane> {
    let mut lanes = Vec::new();
    for lane in &trace.lanes {
        let open: Vec<_> = lane
            .spans
            .iter()
            .filter(|span| span.end_ns.is_none() && span.start_ns >= since_ns)
            .collect();
        let Some(innermost) = open.last() else {
            continue;
        };
        let mut stuck = StuckLane {
            name: lane.name.clone(),
            holds: Vec::new(),
            waits_for: None,
            inside: innermost.name.to_string(),
        };
        for span in &open {
            match span.mark.as_deref() {
                Some(Mark::Holds(what)) => stuck.holds.push((what.clone(), span.at)),
                Some(Mark::WaitsFor(what)) => stuck.waits_for = Some((what.clone(), span.at)),
                None => {}
            }
        }
        lanes.push(stuck);
    }

    lanes
}

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stuck: not finished after {:?}", self.after)?;
        for lane in &self.lanes {
            write!(f, "; {lane}")?;
        }
        let circle = self.circle();
        if let Some(first) = circle.first() {
            write!(f, "; a circle: {} → {first}", circle.join(" → "))?;
        }

        Ok(())
    }
}

impl fmt::Display for StuckLane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let holds: Vec<String> = self
            .holds
            .iter()
            .map(|(what, at)| format!("{what} ({at})"))
            .collect();
        let holds = if holds.is_empty() {
            "nothing".to_owned()
        } else {
            holds.join(" and ")
        };

        match &self.waits_for {
            Some((what, at)) => {
                write!(f, "{} holds {holds} and waits for {what} ({at})", self.name)
            }
            None if self.holds.is_empty() => write!(f, "{} is inside '{}'", self.name, self.inside),
            None => write!(f, "{} holds {holds}", self.name),
        }
    }
}

impl std::error::Error for Stuck {}

/// Runs `work` on a thread of its own and waits for it for at most `limit`.
///
/// # Errors
/// Returns [`Stuck`] when the time is up. The thread is then left behind, to end with the program.
///
/// # Panics
/// Panics when `work` does, with its message; and when no thread can be started.
pub fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Stuck> {
    let (finished, wait) = mpsc::channel();
    let start_ns = trace::now_ns();
    let worker = std::thread::Builder::new()
        .name("under-deadline".into())
        .spawn(move || finished.send(work()).is_ok())
        .expect("one more thread");

    match wait.recv_timeout(limit) {
        Ok(value) => Ok(value),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(Stuck::now(limit, start_ns)),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            let panic = worker
                .join()
                .expect_err("the sender went away without a value only by a panic");
            std::panic::resume_unwind(panic)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_finishes_gives_its_value() {
        assert_eq!(within(Duration::from_secs(30), || 6 * 7), Ok(42));
    }

    #[test]
    fn what_hangs_is_reported() {
        let (never, wait) = mpsc::channel::<()>();
        let stuck = within(Duration::from_millis(20), move || wait.recv().is_ok()).unwrap_err();

        assert_eq!(stuck.after, Duration::from_millis(20));
        assert!(
            stuck
                .to_string()
                .starts_with("stuck: not finished after 20ms")
        );

        drop(never);
    }

    #[test]
    #[should_panic(expected = "the reason")]
    fn a_panic_is_passed_on() {
        let _ = within(Duration::from_secs(30), || panic!("the reason"));
    }

    fn lane(name: &str, holds: &str, waits_for: &str) -> StuckLane {
        let at = SourceLine {
            file: "src/deadlock.rs",
            line: 7,
        };
        let holds = if holds.is_empty() {
            Vec::new()
        } else {
            vec![(holds.to_owned(), at)]
        };

        StuckLane {
            name: name.into(),
            holds,
            waits_for: Some((waits_for.into(), at)),
            inside: "lock".into(),
        }
    }

    #[test]
    fn who_holds_what_and_waits_for_whom() {
        let lanes = vec![
            lane("other", "", "A"),
            lane("one", "A", "B"),
            lane("two", "B", "A"),
        ];
        let stuck = Stuck {
            after: Duration::from_secs(1),
            lanes,
        };

        assert_eq!(stuck.circle(), ["one", "two"]);
        assert_eq!(
            stuck.to_string(),
            "stuck: not finished after 1s; other holds nothing and waits for A (src/deadlock.rs:7); \
             one holds A (src/deadlock.rs:7) and waits for B (src/deadlock.rs:7); \
             two holds B (src/deadlock.rs:7) and waits for A (src/deadlock.rs:7); a circle: one → two → one"
        );
        let no_circle = Stuck {
            after: Duration::ZERO,
            lanes: vec![lane("one", "A", "B")],
        };

        assert!(no_circle.circle().is_empty());
    }
}

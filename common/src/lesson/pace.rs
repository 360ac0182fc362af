//! The pace of simulated waits.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The speed of simulated waits: 1 keeps the seconds of the text, 0.02 is fifty times faster.
///
/// A demo that "waits half a second for a disk" sleeps for `pace.seconds(0.5)`, so that a test need not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace(f64);

/// A number that is no pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaceError;

impl Pace {
    /// The pace of the text: a second is a second.
    pub const REAL: Pace = Pace(1.0);

    /// Makes a pace of more than 0 and at most 100.
    ///
    /// # Errors
    /// Returns [`PaceError`] for anything else, not-a-number included.
    pub fn new(factor: f64) -> Result<Pace, PaceError> {
        if factor > 0.0 && factor <= 100.0 {
            Ok(Pace(factor))
        } else {
            Err(PaceError)
        }
    }

    /// Returns `seconds` of the text at this pace. Negative and endless times count as none.
    pub fn seconds(self, seconds: f64) -> Duration {
        Duration::try_from_secs_f64(seconds * self.0).unwrap_or(Duration::ZERO)
    }

    /// Returns the factor itself.
    pub fn factor(self) -> f64 {
        self.0
    }
}

impl Default for Pace {
    fn default() -> Self {
        Pace::REAL
    }
}

impl FromStr for Pace {
    type Err = PaceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map_err(|_| PaceError).and_then(Pace::new)
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for PaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pace is a number above 0 and at most 100")
    }
}

impl std::error::Error for PaceError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_scales_seconds() {
        let fast: Pace = "0.02".parse().unwrap();
        assert_eq!(fast.seconds(0.5), Duration::from_millis(10));
        assert_eq!(Pace::REAL.seconds(2.5), Duration::from_millis(2500));
        assert_eq!(Pace::REAL.seconds(-1.0), Duration::ZERO);
    }

    #[test]
    fn what_is_no_pace_is_refused() {
        for text in ["0", "-1", "nan", "inf", "100.1", "", "fast", "-0"] {
            assert_eq!(text.parse::<Pace>(), Err(PaceError), "{text}");
        }
    }
}

//! Several measurements of the same thing in three numbers, and what may be concluded from them.

/// The middle half of some measurements: a quarter of them is below `low`, a quarter above `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

/// The spread above which a figure says too little to be compared with others.
const NOISY: f64 = 0.5;

/// The part by which two medians have to differ to count as different, however calm both were.
const RESOLUTION: f64 = 0.02;

impl Summary {
    /// Summarises measurements; `None` of none. Values that are no numbers do not count.
    pub fn of(values: &[f64]) -> Option<Summary> {
        let mut values: Vec<f64> = values
            .iter()
            .copied()
            .filter(|value| value.is_finite())
            .collect();
        values.sort_by(f64::total_cmp);
        let last = values.len().checked_sub(1)?;

        // Between two measurements as far as the quarter lies between them.
        let at = |quarter: usize| {
            let index = last * quarter / 4;
            let rest = last * quarter % 4;
            let next = values[(index + 1).min(last)];
            values[index] + (next - values[index]) * rest as f64 / 4.0
        };
        Some(Summary {
            low: at(1),
            median: at(2),
            high: at(3),
        })
    }

    /// Returns the width of the middle half, as a part of the median.
    pub fn spread(&self) -> f64 {
        if self.median > 0.0 {
            (self.high - self.low) / self.median
        } else {
            0.0
        }
    }

    /// Tells whether the measurements lie too far apart to say more than between what they lie.
    pub fn is_noisy(&self) -> bool {
        self.spread() > NOISY
    }

    /// Tells whether it cannot be said that this one is larger than `best`: the middle halves
    /// overlap, or the medians are as good as equal.
    pub fn is_within_noise_of(&self, best: &Summary) -> bool {
        self.low <= best.high || self.median <= best.median * (1.0 + RESOLUTION)
    }
}

/// Returns the value in the middle; 0 of none.
pub fn median(values: &[f64]) -> f64 {
    Summary::of(values).map_or(0.0, |summary| summary.median)
}

#[cfg(test)]
mod tests {
    use lesson_04_pools::support::compute::unsorted;

    use super::*;

    fn summary(values: &[f64]) -> Summary {
        Summary::of(values).unwrap()
    }

    #[test]
    fn the_middle_half_of_some_measurements() {
        assert_eq!(
            summary(&[3.0, 1.0, 2.0, 5.0, 4.0]),
            Summary {
                low: 2.0,
                median: 3.0,
                high: 4.0
            }
        );
        assert_eq!(
            summary(&[1.0, 2.0]),
            Summary {
                low: 1.25,
                median: 1.5,
                high: 1.75
            }
        );
        assert_eq!(
            summary(&[7.0, f64::NAN]),
            Summary {
                low: 7.0,
                median: 7.0,
                high: 7.0
            }
        );
        assert_eq!(Summary::of(&[]), None);
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(
            [median(&[3.0, 1.0, 2.0]), median(&[])].map(f64::to_bits),
            [2.0, 0.0].map(f64::to_bits)
        );
    }

    #[test]
    fn one_wild_run_does_not_change_what_is_said() {
        let calm = summary(&[10.0, 10.1, 10.2, 10.1, 90.0]);
        assert!(!calm.is_noisy() && calm.median < 10.2, "{calm:?}");
        assert!(summary(&[10.0, 20.0, 30.0, 40.0, 50.0]).is_noisy());
    }

    #[test]
    fn within_noise_is_where_the_middle_halves_meet() {
        let best = summary(&[10.0, 10.5, 11.0]);
        assert!(summary(&[10.5, 11.0, 11.5]).is_within_noise_of(&best));
        assert!(!summary(&[12.0, 12.1, 12.2]).is_within_noise_of(&best));
        // Calm, and so close that it is the clock's business rather than the approach's.
        let exact = summary(&[10.0, 10.0, 10.0]);
        assert!(summary(&[10.1, 10.1, 10.1]).is_within_noise_of(&exact));
        assert!(!summary(&[10.5, 10.5, 10.5]).is_within_noise_of(&exact));
    }

    #[test]
    fn quartiles_are_in_order_and_inside() {
        let numbers = unsorted(40 * 40);
        for (index, length) in (1..40).cycle().take(400).enumerate() {
            let from = index * 37 % (numbers.len() - length);
            let values: Vec<f64> = numbers[from..from + length]
                .iter()
                .map(|number| (number % 1_000_000_000) as f64)
                .collect();
            let summary = summary(&values);
            let least = values.iter().copied().fold(f64::MAX, f64::min);
            let most = values.iter().copied().fold(0.0, f64::max);
            assert!(least <= summary.low && summary.low <= summary.median);
            assert!(summary.median <= summary.high && summary.high <= most);
            assert!(summary.is_within_noise_of(&summary));
        }
    }
}

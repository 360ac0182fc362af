//! Several measurements of the same thing in three numbers, and what may be said of them.

/// The middle half of some measurements: a quarter of them is below `low`, a quarter above `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The lower quartile.
    pub low: f64,
    /// The value in the middle.
    pub median: f64,
    /// The upper quartile.
    pub high: f64,
}

/// Above this spread a figure says too little to be compared with others.
const NOISY: f64 = 0.5;

/// Two medians that differ by less than this part count as equal, however calm both were.
const RESOLUTION: f64 = 0.02;

impl Summary {
    /// Of some measurements; `None` of none. Those that are no numbers do not count.
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
            let (index, rest) = (last * quarter / 4, last * quarter % 4);
            let next = values[(index + 1).min(last)];
            values[index] + (next - values[index]) * rest as f64 / 4.0
        };
        Some(Summary {
            low: at(1),
            median: at(2),
            high: at(3),
        })
    }

    /// How wide the middle half is, as a part of the median.
    pub fn spread(&self) -> f64 {
        if self.median > 0.0 {
            (self.high - self.low) / self.median
        } else {
            0.0
        }
    }

    /// Whether the measurements lie too far apart to say more than between what they lie.
    pub fn is_noisy(&self) -> bool {
        self.spread() > NOISY
    }

    /// Whether nobody can say that this one is larger than `best`: the middle halves overlap, or the medians are as
    /// good as equal.
    pub fn within_noise_of(&self, best: &Summary) -> bool {
        self.low <= best.high || self.median <= best.median * (1.0 + RESOLUTION)
    }
}

/// Where `ratio` rises through 1 for good, between two measured points `(size, ratio)` in order of size: on a line
/// between them, sizes taken as logarithms. `None` where it never does; the first size where it is above from the
/// start.
pub fn crossover(points: &[(f64, f64)]) -> Option<f64> {
    let below = points.iter().rposition(|(_, ratio)| *ratio < 1.0);
    let (size, high) = *points.get(below.map_or(0, |below| below + 1))?;
    let Some(below) = below else {
        return Some(size);
    };
    let (smaller, low) = points[below];
    Some((smaller.ln() + (size / smaller).ln() * (1.0 - low) / (high - low)).exp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
    fn one_wild_run_does_not_change_what_is_said() {
        let calm = summary(&[10.0, 10.1, 10.2, 10.1, 90.0]);
        assert!(!calm.is_noisy() && calm.median < 10.2, "{calm:?}");
        assert!(summary(&[10.0, 20.0, 30.0, 40.0, 50.0]).is_noisy());
    }

    #[test]
    fn within_noise_is_where_the_middle_halves_meet() {
        let best = summary(&[10.0, 10.5, 11.0]);
        assert!(summary(&[10.5, 11.0, 11.5]).within_noise_of(&best));
        assert!(!summary(&[12.0, 12.1, 12.2]).within_noise_of(&best));
        // Calm, and so close that it is the clock's business rather than the approach's.
        let exact = summary(&[10.0, 10.0, 10.0]);
        assert!(summary(&[10.1, 10.1, 10.1]).within_noise_of(&exact));
        assert!(!summary(&[10.5, 10.5, 10.5]).within_noise_of(&exact));
    }

    #[test]
    fn the_crossover_lies_between_the_sizes_around_it() {
        let between = crossover(&[(1.0, 0.1), (10.0, 0.5), (100.0, 1.5), (1000.0, 1.9)]).unwrap();
        assert!((31.0..32.0).contains(&between), "{between}");
        // Above 1 by chance, and below again: only the last time counts.
        assert_eq!(
            crossover(&[(1.0, 1.2), (10.0, 0.5), (100.0, 1.5)]),
            Some(between)
        );
        assert_eq!(crossover(&[(1.0, 0.1), (10.0, 0.9)]), None);
        assert_eq!(crossover(&[(4.0, 1.1), (8.0, 1.5)]), Some(4.0));
        assert_eq!(crossover(&[]), None);
    }

    proptest! {
        #[test]
        fn quartiles_are_in_order_and_inside(values in proptest::collection::vec(0.0..1e9_f64, 1..40)) {
            let summary = summary(&values);
            let (least, most) = values.iter().fold((f64::MAX, 0.0_f64), |(l, m), v| (l.min(*v), m.max(*v)));
            prop_assert!(least <= summary.low && summary.low <= summary.median);
            prop_assert!(summary.median <= summary.high && summary.high <= most);
            prop_assert!(summary.within_noise_of(&summary));
        }
    }
}

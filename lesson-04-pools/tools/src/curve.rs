//! What a measured curve says: where more stops to help, and where one way overtakes another.

/// Returns the smallest size whose rate is at least nine tenths of the best one's. `None` without
/// any rate.
pub fn knee(rates: &[(usize, f64)]) -> Option<usize> {
    let best = rates.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
    let enough = rates
        .iter()
        .filter(|(_, rate)| *rate > 0.0 && *rate >= 0.9 * best);

    enough.map(|(size, _)| *size).min()
}

/// Returns the size at which `ratio` rises through 1 for good, of points `(size, ratio)` in order
/// of size.
///
/// Between two points it lies on a line, sizes taken as logarithms. `None` where the ratio ends
/// below 1; the first size where it is above from the start.
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
    use super::*;

    #[test]
    fn the_knee_is_where_more_stops_helping() {
        assert_eq!(knee(&[(1, 10.0), (2, 19.8), (4, 20.0), (8, 19.5)]), Some(2));
        assert_eq!(knee(&[(1, 10.0), (2, 20.0), (4, 40.0), (8, 80.0)]), Some(8));
        assert_eq!(knee(&[(1, 10.0), (2, 9.5), (4, 7.0)]), Some(1));
        // Not fooled by a dip on the way.
        assert_eq!(
            knee(&[(1, 10.0), (2, 20.0), (4, 15.0), (8, 41.0), (16, 42.0)]),
            Some(8)
        );
        assert_eq!(knee(&[]), None);
        assert_eq!(knee(&[(1, 0.0), (2, f64::NAN)]), None);
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
}

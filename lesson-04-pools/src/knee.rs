//! The knee of a curve: from where on more does not help.

/// The smallest size whose rate is at least nine tenths of the best one's. `None` without any rate.
pub fn knee(rates: &[(usize, f64)]) -> Option<usize> {
    let best = rates.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
    let enough = rates
        .iter()
        .filter(|(_, rate)| *rate > 0.0 && *rate >= 0.9 * best);
    enough.map(|(size, _)| *size).min()
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
}

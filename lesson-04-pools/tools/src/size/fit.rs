//! Laws of speed-up, and which of their curves lies nearest to what was measured.

/// Amdahl: the work stays the same, and a share `alone` of it cannot be shared. Returns how many
/// times faster `workers` are than one.
pub fn amdahl(alone: f64, workers: usize) -> f64 {
    1.0 / (alone + (1.0 - alone) / workers as f64)
}

/// Gustafson: the work grows with the workers, but for a share `alone` of one worker's time, which
/// stays as it is. Returns how many times more they do in the same time.
pub fn gustafson(alone: f64, workers: usize) -> f64 {
    alone + (1.0 - alone) * workers as f64
}

/// Returns the threads for jobs that wait and compute: while one waits, others can have its core.
pub fn formula(cores: usize, wait_s: f64, compute_s: f64) -> f64 {
    cores as f64 * (1.0 + wait_s / compute_s)
}

/// A curve that was fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// The share that cannot be shared, from 0 to 1.
    pub alone: f64,
    /// The most by which the curve is off, as a share of the measurement.
    pub off: f64,
}

/// Fits Amdahl's law to speed-ups: 1/S is a straight line in 1/n, so that this is a regression
/// through a fixed point. `None` without a measurement of more than one worker.
pub fn fit_amdahl(speedups: &[(usize, f64)]) -> Option<Fit> {
    fit(speedups, amdahl, |workers, speedup| {
        (1.0 - 1.0 / workers, 1.0 / speedup - 1.0 / workers)
    })
}

/// Fits Gustafson's, where S itself is a straight line in n.
pub fn fit_gustafson(speedups: &[(usize, f64)]) -> Option<Fit> {
    fit(speedups, gustafson, |workers, speedup| {
        (workers - 1.0, workers - speedup)
    })
}

/// Fits a law whose `line` returns for each point x and y with y = alone · x.
fn fit(
    speedups: &[(usize, f64)],
    law: fn(f64, usize) -> f64,
    line: fn(f64, f64) -> (f64, f64),
) -> Option<Fit> {
    let points: Vec<(usize, f64)> = speedups
        .iter()
        .copied()
        .filter(|(workers, speedup)| *workers > 1 && *speedup > 0.0)
        .collect();
    let lines = || {
        points
            .iter()
            .map(|(workers, speedup)| line(*workers as f64, *speedup))
    };
    let square: f64 = lines().map(|(x, _)| x * x).sum();
    if square == 0.0 {
        return None;
    }

    let alone = (lines().map(|(x, y)| x * y).sum::<f64>() / square).clamp(0.0, 1.0);
    let off = points
        .iter()
        .map(|(workers, speedup)| (law(alone, *workers) / speedup - 1.0).abs());
    Some(Fit {
        alone,
        off: off.fold(0.0, f64::max),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKERS: [usize; 6] = [1, 2, 4, 8, 16, 32];

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn the_laws_say_what_they_say() {
        assert!(
            near(amdahl(0.0, 8), 8.0)
                && near(amdahl(1.0, 8), 1.0)
                && near(amdahl(0.5, 1000), 1.998_001_998_001_998)
        );
        assert!(
            near(gustafson(0.0, 8), 8.0)
                && near(gustafson(1.0, 8), 1.0)
                && near(gustafson(0.25, 9), 7.0)
        );
        assert!(near(formula(2, 0.0, 1.0), 2.0) && near(formula(2, 20.0, 5.0), 10.0));
    }

    #[test]
    fn a_curve_made_by_a_law_is_found_again() {
        for alone in [0.0, 0.05, 0.2, 0.7, 1.0] {
            let made =
                |law: fn(f64, usize) -> f64| WORKERS.map(|workers| (workers, law(alone, workers)));
            for fit in [fit_amdahl(&made(amdahl)), fit_gustafson(&made(gustafson))] {
                let fit = fit.unwrap();
                assert!(near(fit.alone, alone) && fit.off < 1e-9, "{alone}: {fit:?}");
            }
        }
    }

    #[test]
    fn noise_moves_the_fit_a_little_and_is_told() {
        let factors = [1.0, 1.03, 0.97, 1.02, 0.98, 1.01];
        let noisy: Vec<_> = WORKERS
            .iter()
            .zip(factors)
            .map(|(workers, factor)| (*workers, factor * amdahl(0.2, *workers)))
            .collect();
        let fit = fit_amdahl(&noisy).unwrap();
        assert!(
            (fit.alone - 0.2).abs() < 0.02 && (0.01..0.06).contains(&fit.off),
            "{fit:?}"
        );
    }

    #[test]
    fn a_wrong_law_is_far_off_and_one_worker_fits_nothing() {
        let grown = WORKERS.map(|workers| (workers, gustafson(0.2, workers)));
        assert!(fit_amdahl(&grown).unwrap().off > 0.2);
        assert_eq!(
            (
                fit_amdahl(&[(1, 1.0)]),
                fit_gustafson(&[]),
                fit_amdahl(&[(2, 0.0)])
            ),
            (None, None, None)
        );
        // Slower than one: all of it cannot be shared, and more the law does not know.
        assert!(near(fit_amdahl(&[(4, 0.5)]).unwrap().alone, 1.0));
    }
}

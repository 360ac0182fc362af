//! The axis of time above a drawing.

/// Columns kept free on the right, for the time at the end of the axis.
pub(super) const LAST_TICK: usize = 5;

/// Returns round times above the columns where they are, at least a few columns apart.
pub(super) fn axis(total_s: f64, columns: usize) -> String {
    let step = step(total_s, columns / 7);
    let mut axis = String::new();

    // There are fewer ticks than columns; the loop ends where the next one has no room.
    for tick in 0..=u32::try_from(columns).unwrap_or(u32::MAX) {
        let at = f64::from(tick) * step;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a column: not negative, small"
        )]
        let column = if tick == 0 {
            0
        } else {
            (at / total_s * columns as f64).round() as usize
        };
        let text = tick_text(at);

        if at > total_s * 1.000_001 || column + text.len() > columns + LAST_TICK {
            break;
        }
        // Rounding must not push two into one another.
        let used = axis.chars().count();
        if column > used || tick == 0 {
            axis.extend(std::iter::repeat_n(' ', column - used));
            axis.push_str(&text);
        }
    }

    axis
}

/// Returns the smallest of 1, 2 and 5 times a power of ten that gives at most `most` steps.
fn step(total_s: f64, most: usize) -> f64 {
    if total_s <= 0.0 || most == 0 {
        return 1.0;
    }
    let exact = total_s / most as f64;
    let power = 10_f64.powf(exact.log10().floor());

    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= exact * 0.999)
        .unwrap_or(power)
}

/// Returns a time like `0s`, `0.5s`, `20ms`, `300us`.
fn tick_text(seconds: f64) -> String {
    let short = |value: f64| {
        let text = format!("{value:.3}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    match seconds {
        0.0 => "0s".to_owned(),
        0.1.. => format!("{}s", short(seconds)),
        0.0001.. => format!("{}ms", short(seconds * 1e3)),
        _ => format!("{}us", short(seconds * 1e6)),
    }
}

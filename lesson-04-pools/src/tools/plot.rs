//! Bars and plots for a terminal: pure functions of numbers and of the characters to draw with.

use std::iter;

use common::Glyphs;

/// A bar as long as `value` is of `most`, at most `width` characters; what is more than nothing is seen.
pub fn bar(value: f64, most: f64, width: usize, glyphs: Glyphs) -> String {
    full(if most > 0.0 { value / most } else { 0.0 }, width, glyphs)
}

/// The same on a logarithmic scale from `least` (one character) to `most` (`width` characters): each step of the same
/// length is the same number of times more.
pub fn log_bar(value: f64, least: f64, most: f64, width: usize, glyphs: Glyphs) -> String {
    let (span, part) = ((most / least).ln(), (value / least).ln());
    let one = 1.0 / width.max(1) as f64;
    let share = if span > 0.0 {
        one + (1.0 - one) * (part / span)
    } else {
        1.0
    };
    full(
        if value > 0.0 { share.max(one) } else { 0.0 },
        width,
        glyphs,
    )
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is between 0 and the width"
)]
fn full(share: f64, width: usize, glyphs: Glyphs) -> String {
    let length = (share.clamp(0.0, 1.0) * width as f64).round() as usize;
    let length = if share > 0.0 { length.max(1) } else { 0 };
    iter::repeat_n(glyphs.computing(), length).collect()
}

/// One line of a plot: the character that marks it, and a value for each column.
#[derive(Clone, Debug)]
pub struct Series {
    /// The mark of its points.
    pub mark: char,
    /// A value for each label of the axis; `None` where there is none.
    pub values: Vec<Option<f64>>,
}

/// Points above an axis with a label for each column, `height` lines high. Of points in the same place the first
/// series' is drawn.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a line number is small and not negative"
)]
pub fn points(labels: &[String], series: &[Series], height: usize) -> String {
    let values = || {
        series
            .iter()
            .flat_map(|one| one.values.iter().flatten().copied())
    };
    let most = values()
        .filter(|value| value.is_finite())
        .fold(0.0, f64::max);
    if most <= 0.0 || height == 0 {
        return String::new();
    }
    let row_of = |value: f64| (value.clamp(0.0, most) / most * height as f64).round() as usize;
    let column = labels.iter().map(String::len).max().unwrap_or(0) + 3;
    let in_columns = |cells: Vec<String>| {
        cells
            .iter()
            .map(|cell| format!("{cell:>column$}"))
            .collect::<Vec<_>>()
    };
    let mut lines: Vec<String> = Vec::new();
    for row in (0..=height).rev() {
        let here = |one: &&Series, index: usize| {
            one.values
                .get(index)
                .copied()
                .flatten()
                .is_some_and(|value| row_of(value) == row)
        };
        let mark = |index| {
            series
                .iter()
                .find(|one| here(one, index))
                .map_or(' ', |one| one.mark)
                .to_string()
        };
        let marks = in_columns((0..labels.len()).map(mark).collect()).concat();
        let scale = format!("{:8.1}", most * row as f64 / height as f64);
        let scale = if row % 2 == 0 { scale } else { " ".repeat(8) };
        lines.push(format!("{scale} |{marks}").trim_end().to_owned());
    }
    lines.push(format!("{:8} +{}", "", "-".repeat(column * labels.len())));
    lines.push(format!(
        "{:8}  {}",
        "",
        in_columns(labels.to_vec()).concat()
    ));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASCII: Glyphs = Glyphs::Ascii;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!(
            [0.0, 0.001, 5.0, 10.0, 99.0].map(|value| bar(value, 10.0, 10, ASCII).len()),
            [0, 1, 5, 10, 10]
        );
        assert_eq!(bar(1.0, 0.0, 10, ASCII), "");
        assert_eq!(bar(f64::NAN, 1.0, 10, ASCII), "");
        assert_eq!(bar(1.0, 2.0, 4, Glyphs::Unicode), "██");
    }

    #[test]
    fn on_a_logarithmic_bar_ten_times_more_is_the_same_step() {
        let lengths =
            [1.0, 10.0, 100.0, 1000.0].map(|value| log_bar(value, 1.0, 1000.0, 31, ASCII).len());
        assert_eq!(lengths, [1, 11, 21, 31]);
        assert_eq!(
            [0.0, 0.1, 5000.0].map(|value| log_bar(value, 1.0, 1000.0, 31, ASCII).len()),
            [0, 1, 31]
        );
        assert_eq!(log_bar(3.0, 3.0, 3.0, 10, ASCII).len(), 10);
    }

    #[test]
    fn points_stand_above_their_labels() {
        let labels: Vec<String> = ["1", "2", "4"].map(str::to_owned).into();
        let measured = Series {
            mark: 'o',
            values: vec![Some(1.0), Some(2.0), Some(2.0)],
        };
        let ideal = Series {
            mark: '+',
            values: vec![Some(1.0), Some(2.0), Some(4.0)],
        };
        let plot = points(&labels, &[measured, ideal], 4);
        let wanted = [
            "     4.0 |           +",
            "         |",
            "     2.0 |       o   o",
            "         |   o",
            "     0.0 |",
            "         +------------",
            "             1   2   4",
        ];
        assert_eq!(plot.lines().collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn a_plot_of_nothing_is_nothing() {
        assert_eq!(points(&[], &[], 5), "");
        assert_eq!(
            points(
                &["1".to_owned()],
                &[Series {
                    mark: 'o',
                    values: vec![None]
                }],
                5
            ),
            ""
        );
    }
}

//! Bars and plots for a terminal: pure functions of numbers and of the characters to draw with.

use std::fmt::Display;
use std::iter;

use common::Glyphs;

/// Draws a bar as long as `value` is of `most`, at most `width` characters; whatever is more than
/// nothing is seen.
pub fn bar(value: f64, most: f64, width: usize, glyphs: Glyphs) -> String {
    let share = if most > 0.0 { value / most } else { 0.0 };
    full(share, width, glyphs)
}

/// Draws a bar on a logarithmic scale from `least` (one character) to `most` (`width` characters):
/// each step of the same length is the same number of times more.
pub fn log_bar(value: f64, least: f64, most: f64, width: usize, glyphs: Glyphs) -> String {
    if value <= 0.0 {
        return String::new();
    }

    let one = 1.0 / width.max(1) as f64;
    let span = (most / least).ln();
    let part = (value / least).ln();
    let share = if span > 0.0 {
        one + (1.0 - one) * (part / span)
    } else {
        1.0
    };
    full(share.max(one), width, glyphs)
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is between 0 and the width"
)]
fn full(share: f64, width: usize, glyphs: Glyphs) -> String {
    if share.is_nan() || share <= 0.0 {
        return String::new();
    }
    let length = (share.min(1.0) * width as f64).round() as usize;
    iter::repeat_n(glyphs.computing(), length.max(1)).collect()
}

/// One line of a plot: the character that marks it, and a value for each column.
#[derive(Clone, Debug)]
pub struct Series {
    pub mark: char,
    /// A value for each label of the axis; `None` where there is none.
    pub values: Vec<Option<f64>>,
}

/// Draws points above an axis with a label for each column, `height` lines high. Of points in the
/// same place the first series' is drawn.
pub fn points(labels: &[String], series: &[Series], height: usize) -> String {
    let values = series.iter().flat_map(|one| &one.values);
    let finite = values.flatten().filter(|value| value.is_finite());
    let most = finite.copied().fold(0.0, f64::max);
    if most <= 0.0 || height == 0 {
        return String::new();
    }

    let column = labels.iter().map(String::len).max().unwrap_or(0) + 3;
    let mut lines: Vec<String> = Vec::new();
    for row in (0..=height).rev() {
        let is_here = |value: &Option<f64>| value.is_some_and(|v| row_of(v, most, height) == row);
        let mark = |index| {
            let mut here = series
                .iter()
                .filter(|one| one.values.get(index).is_some_and(is_here));
            here.next().map_or(' ', |one| one.mark)
        };
        let marks = in_columns((0..labels.len()).map(mark), column);
        let scale = if row % 2 == 0 {
            format!("{:8.1}", most * row as f64 / height as f64)
        } else {
            " ".repeat(8)
        };
        lines.push(format!("{scale} |{marks}").trim_end().to_owned());
    }

    let axis = "-".repeat(column * labels.len());
    let names = in_columns(labels.iter(), column);
    lines.push(format!("{:8} +{axis}", ""));
    lines.push(format!("{:8}  {names}", ""));
    lines.join("\n")
}

fn in_columns(cells: impl Iterator<Item = impl Display>, width: usize) -> String {
    let cells = cells.map(|cell| format!("{cell:>width$}"));
    cells.collect::<Vec<_>>().concat()
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a line number is small and not negative"
)]
fn row_of(value: f64, most: f64, height: usize) -> usize {
    (value.clamp(0.0, most) / most * height as f64).round() as usize
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

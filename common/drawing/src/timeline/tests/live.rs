//! Drawings of made-up runs that go on.

use crate::timeline::{Glyphs, Style, draw, frame};
use recording::trace::fixtures::{MS, lane, slice, trace};
use recording::trace::{Kind, Lane, Trace};

/// A run of which this much has happened: the second lane began later, and none has ended.
fn so_far(now_ms: u64) -> Trace {
    let mut main = lane("main", Kind::Thread, &[(0, 0)]);
    let slices = (0..=now_ms / 250).map(|n| slice(n * 250, now_ms.min(n * 250 + 250), 0));
    main.slices = slices.collect();
    main.spans[0].end_ns = None;
    let mut late = Lane {
        slices: vec![slice(500, now_ms.max(500), 100)],
        ..lane("late", Kind::Thread, &[(500, 500)])
    };
    late.spans[0].end_ns = None;
    let mut lanes = vec![main];
    lanes.extend((now_ms > 500).then_some(late));
    trace(now_ms, lanes)
}

fn shown(now_ms: u64) -> Vec<String> {
    frame(so_far(now_ms), 62, 24, Glyphs::Unicode)
}

#[test]
fn it_has_the_signs_of_the_finished_drawing_and_an_axis_with_room() {
    insta::assert_snapshot!(shown(1240).join("\n"), @r"

          0s          0.5s        1s          1.5s        2s
    main  █░░░░░█░░░░░█░░░░░█░░░░░█░░░░░
    late              ██████████████████
          █ computing  ░ waiting
    ");
}

#[test]
fn what_is_drawn_stays_where_it_is_until_the_axis_is_full() {
    let mut before = shown(1010);
    for now_ms in (1020..=2000).step_by(10) {
        let now = shown(now_ms);
        assert_eq!(now[1], before[1], "the axis stays");
        // The newest column is not over, and the legend may have a sign more.
        for (row, old) in now[1..4].iter().zip(&before[1..4]) {
            let kept = old.chars().count().saturating_sub(1);
            let begins = |text: &str| text.chars().take(kept).collect::<String>();
            assert_eq!(begins(row), begins(old), "at {now_ms} ms");
        }
        before = now;
    }
    assert_ne!(shown(2010)[1], before[1], "and another one begins");
}

#[test]
fn in_the_end_the_rows_are_those_of_the_finished_drawing() {
    let style = Style {
        width: 61,
        glyphs: Glyphs::Unicode,
        log: false,
    };
    let finished = draw(&so_far(2000), style);
    let rows: Vec<&str> = finished.lines().take(4).collect();
    assert_eq!(shown(2000)[1..], rows);
}

#[test]
fn it_is_smaller_than_any_terminal() {
    let lanes = (0..60).map(|n| lane(&format!("{n} lane"), Kind::Thread, &[(0, 1000)]));
    let run = trace(1000, lanes.collect());
    let widths = [1, 2, 20, 39, 40, 41, 80, 120];
    let sizes = widths.map(|columns| (1..=50).map(move |rows| (columns, rows)));
    for (columns, rows) in sizes.into_iter().flatten() {
        let drawn = frame(run.clone(), columns, rows, Glyphs::Unicode);
        assert!(drawn.len() < rows.max(1), "{rows} rows: {drawn:#?}");
        let widest = drawn.iter().map(|line| line.chars().count()).max();
        assert!(
            widest < Some(columns.max(2)),
            "{columns} columns: {drawn:#?}"
        );
    }

    let drawn = frame(run, 80, 12, Glyphs::Ascii);
    assert!(
        drawn.iter().any(|line| line.ends_with("and 53 more lanes")),
        "{drawn:#?}"
    );
}

#[test]
fn nothing_at_all_is_drawn_too() {
    assert!(!frame(Trace::default(), 80, 24, Glyphs::Ascii).is_empty());
    let late = trace(u64::MAX / MS, vec![lane("main", Kind::Thread, &[(0, 10)])]);
    assert!(!frame(late, 80, 24, Glyphs::Ascii).is_empty());
}

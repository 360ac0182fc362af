//! The rows of the cores of made-up runs.

use crate::timeline::{Glyphs, Style, draw};
use recording::trace::fixtures::{MS, lane, trace};
use recording::trace::{Kind, Lane, Source, State, Stretch, Trace, Turn};

const STYLE: Style = Style {
    width: 60,
    glyphs: Glyphs::Unicode,
    log: false,
};

/// A thread that computes or is in line all the time.
fn thread(number: u64, name: &str) -> Lane {
    let stretch = Stretch {
        state: State::InLine,
        start_ns: 0,
        end_ns: 1000 * MS,
        core: None,
        reason: None,
    };
    Lane {
        tid: number,
        states: vec![stretch],
        ..lane(name, Kind::Thread, &[(0, 1000)])
    }
}

/// A run with these turns: core, lane, start and end in milliseconds.
fn run(names: &[&str], turns: &[(u32, Option<usize>, u64, u64)]) -> Trace {
    let numbered = (1..).zip(names);
    let lanes = numbered.map(|(number, name)| thread(number, name));
    let turn = |(core, lane, start, end): &(u32, Option<usize>, u64, u64)| Turn {
        core: *core,
        tid: lane.map_or(99, |lane| lane as u64 + 1),
        lane: *lane,
        start_ns: start * MS,
        end_ns: end * MS,
    };
    Trace {
        source: Source::Exact,
        turns: turns.iter().map(turn).collect(),
        ..trace(1000, lanes.collect())
    }
}

fn core_rows(run: &Trace) -> String {
    let drawing = draw(run, STYLE);
    let rows = drawing
        .lines()
        .skip_while(|line| !line.starts_with("  core"));
    let rows: Vec<&str> = rows.take_while(|line| line.starts_with("  ")).collect();
    rows.join("\n")
}

#[test]
fn turns_migrations_and_idle_cores_are_seen() {
    let mut turns = vec![(0, Some(0), 0, 300), (1, Some(1), 0, 500)];
    turns.extend([
        (1, Some(0), 500, 800),
        (0, Some(2), 400, 1000),
        (0, None, 300, 400),
    ]);
    let rows = core_rows(&run(&["main", "left", "right"], &turns));
    insta::assert_snapshot!(rows, @r"
    core 0  aaaaaaaaaaaaaa****ccccccccccccccccccccccccccc
    core 1  bbbbbbbbbbbbbbbbbbbbbbbaaaaaaaaaaaaa
            a main  b left  c right  * a thread without a lane
    ");
}

#[test]
fn short_turns_have_columns_by_their_share() {
    let turn = |n: u64| (0, Some(usize::from(n.is_multiple_of(4))), n * 4, n * 4 + 4);
    let turns: Vec<_> = (0..250).map(turn).collect();
    let rows = core_rows(&run(&["three quarters", "a quarter"], &turns));
    insta::assert_snapshot!(rows, @r"
    core 0          abaaabaaabaaabaaabaaabaaabaaabaaabaaa
                    a three quarters  b a quarter
    ");

    let row = rows.lines().next().expect("the core's");
    let cells = row.trim_start_matches("  core 0").trim();
    let of_b = cells.matches('b').count() * 4;
    assert!(of_b.abs_diff(cells.len()) <= 4, "{row}");
}

#[test]
fn the_cores_of_a_run_that_waits_or_was_not_seen_exactly_have_no_rows() {
    let turns = [(0, Some(0), 0, 500), (1, Some(1), 0, 500)];
    let wanted = run(&["one", "two"], &turns);
    assert!(draw(&wanted, STYLE).contains("  core 1"));

    let sampled = Trace {
        source: Source::Sampled,
        ..wanted.clone()
    };
    assert!(!draw(&sampled, STYLE).contains("  core"));

    let mut waits = wanted;
    waits.lanes[1].states[0].end_ns = 50 * MS;
    assert!(!draw(&waits, STYLE).contains("  core"));
}

#[test]
fn of_many_cores_the_last_are_counted() {
    let names: Vec<String> = (0..60).map(|n| format!("{n} thread")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let turns: Vec<_> = (0..60).map(|n| (n, Some(n as usize), 0, 1000)).collect();
    let drawing = draw(&run(&names[..20], &turns[..20]), STYLE);
    let rows = drawing
        .lines()
        .filter(|line| line.starts_with("  core ") && !line.contains('%'));
    assert_eq!(rows.count(), 8, "{drawing}");
    assert!(drawing.contains("and 12 more cores"), "{drawing}");

    // More threads than letters share the last sign.
    let turn = |n: u32| {
        (
            n % 8,
            Some(n as usize),
            u64::from(n) * 16,
            u64::from(n) * 16 + 16,
        )
    };
    let turns: Vec<_> = (0..60).map(turn).collect();
    let drawing = draw(&run(&names, &turns), STYLE);
    assert!(drawing.contains("+ the others"), "{drawing}");
}

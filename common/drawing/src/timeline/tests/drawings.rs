//! Drawings of made-up runs.

use crate::timeline::{Glyphs, Style, draw, draw_with};
use recording::process::Exit;
use recording::trace::fixtures::{MS, lane, slice, trace};
use recording::trace::{End, Kind, Lane, LogLine, Mark, Slice, Source, State, Stretch, Trace};

fn unicode(width: usize) -> Style {
    Style {
        width,
        glyphs: Glyphs::Unicode,
        log: false,
    }
}

/// The run of the design: two threads that pause half a second after each step.
fn spawn() -> Trace {
    let steps: Vec<Slice> = (0..5)
        .map(|step| slice(step * 500, step * 500 + 500, 0))
        .collect();
    let numbers = Lane {
        slices: steps.clone(),
        ..lane("numbers", Kind::Thread, &[(0, 2500)])
    };
    let letters = Lane {
        slices: steps,
        ..lane("letters", Kind::Thread, &[(0, 2500)])
    };

    trace(
        2500,
        vec![lane("main", Kind::Thread, &[(0, 2500)]), numbers, letters],
    )
}

#[test]
fn two_threads_that_wait() {
    insta::assert_snapshot!(draw(&spawn(), unicode(66)), @r"
               0s        0.5s      1s        1.5s      2s        2.5s
      main     ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
      numbers  █░░░░░░░░░█░░░░░░░░░█░░░░░░░░░█░░░░░░░░░█░░░░░░░░░
      letters  █░░░░░░░░░█░░░░░░░░░█░░░░░░░░░█░░░░░░░░░█░░░░░░░░░
               █ computing  ░ waiting
    in words: main from 0 µs to 2.50 s, computing 0 %; numbers from 0
      µs to 2.50 s, computing 0 %; letters from 0 µs to 2.50 s,
      computing 0 %.
    ");
}

#[test]
fn the_same_in_ascii_has_no_other_character() {
    let drawing = draw(
        &spawn(),
        Style {
            width: 66,
            glyphs: Glyphs::Ascii,
            log: false,
        },
    );
    assert!(drawing.is_ascii(), "{drawing}");
    assert!(
        drawing.contains("  numbers  #.........#.........#"),
        "{drawing}"
    );
}

#[test]
fn the_log_stands_beside_it_when_asked_for() {
    let mut run = spawn();
    let message = |t_ms: u64, lane, message: &str| LogLine {
        t_ns: t_ms * MS,
        lane,
        message: message.into(),
    };

    run.log = vec![
        message(0, 1, "Number: 0"),
        message(0, 2, "Letter: a"),
        message(500, 1, "a longer line \u{1b} than fits"),
    ];
    let drawing = draw(
        &run,
        Style {
            log: true,
            ..unicode(80)
        },
    );
    let rows: Vec<&str> = drawing.lines().take(5).collect();

    insta::assert_snapshot!(rows.join("\n"), @r"
               0s           1s           2s           0.000 s numbers: Number: 0
      main     ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░       0.000 s letters: Letter: a
      numbers  █░░░░░█░░░░░█░░░░░░█░░░░░█░░░░░░       0.500 s numbers: a longer lin~
      letters  █░░░░░█░░░░░█░░░░░░█░░░░░█░░░░░░
               █ computing  ░ waiting
    ");
    for width in 40..=200 {
        let drawing = draw(
            &run,
            Style {
                log: true,
                ..unicode(width)
            },
        );
        assert!(
            drawing.lines().all(|line| line.chars().count() <= width),
            "{width} columns: {drawing}"
        );
    }
}

#[test]
fn computing_is_what_the_cpu_clock_says() {
    let busy = Lane {
        slices: vec![
            slice(0, 300, 100),
            slice(300, 600, 10),
            slice(600, 1000, 80),
        ],
        ..lane("busy", Kind::Thread, &[(0, 1000)])
    };
    insta::assert_snapshot!(draw(&trace(1000, vec![busy]), unicode(53)), @r"
            0s      0.2s    0.4s    0.6s    0.8s    1s
      busy  █████████████░░░░░░░░░░░████████████████
            █ computing  ░ waiting
    in words: busy from 0 µs to 1.00 s, computing 65 %.
    ");
}

#[test]
fn nested_late_and_zero_length_spans() {
    let mut nested = lane("nested", Kind::Thread, &[(0, 1000), (200, 300)]);
    nested.spans[1].depth = 1;
    let late = lane("late", Kind::Task, &[(500, 1000)]);
    let instant = lane("instant", Kind::Thread, &[(500, 500)]);
    let mut killed = lane("worker 1", Kind::Process, &[(100, 400)]);

    killed.ended = End::Process(Exit::Killed(9));
    let silent = lane("silent", Kind::Process, &[]);
    insta::assert_snapshot!(draw(&trace(1000, vec![nested, late, instant, killed, silent]), unicode(57)), @r"
                0s      0.2s    0.4s    0.6s    0.8s    1s
      nested    ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
      late                          ░░░░░░░░░░░░░░░░░░░░
      instant                       ░
      worker 1      ░░░░░░░░░░░░
      silent
                █ computing  ░ waiting
    in words: nested from 0 µs to 1.00 s, computing 0 %; late
      (task) from 500.0 ms to 1.00 s, computing 0 %; instant
      from 500.0 ms to 500.0 ms, computing 0 %; worker 1
      (process 1) from 100.0 ms to 400.0 ms, computing 0 %,
      was killed by signal 9 (SIGKILL); silent (process 1)
      recorded no span.

    ");
}

#[test]
fn waiting_for_another_lane_looks_different() {
    let mut two = lane("two", Kind::Thread, &[(0, 1000), (200, 600)]);
    two.spans[1].mark = Some(Box::new(Mark::WaitsFor("the lock".into())));
    insta::assert_snapshot!(draw(&trace(1000, vec![two]), unicode(53)), @r"
           0s      0.2s    0.4s     0.6s    0.8s    1s
      two  ░░░░░░░░▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░░░░░░░░░░░░
           █ computing  ░ waiting  ▒ waiting for another lane
    in words: two from 0 µs to 1.00 s, computing 0 %.
    ");
}

/// A thread with these states, in milliseconds.
fn in_states(name: &str, states: &[(State, u64, u64)]) -> Lane {
    let stretch = |(state, start, end): &(State, u64, u64)| Stretch {
        state: *state,
        start_ns: start * MS,
        end_ns: end * MS,
        core: None,
        reason: None,
    };
    Lane {
        states: states.iter().map(stretch).collect(),
        ..lane(name, Kind::Thread, &[(0, 1000)])
    }
}

#[test]
fn in_line_for_a_core_has_a_sign_of_its_own() {
    let (computing, in_line) = (State::Computing, State::InLine);
    let long = [
        (computing, 0, 300),
        (in_line, 300, 700),
        (State::Waiting, 700, 1000),
    ];
    let turns: Vec<_> = (0..250)
        .map(|turn| {
            let state = if turn % 4 == 0 { computing } else { in_line };
            (state, turn * 4, turn * 4 + 4)
        })
        .collect();
    let mut run = trace(
        1000,
        vec![in_states("long", &long), in_states("turns", &turns)],
    );
    run.source = Source::Exact;
    insta::assert_snapshot!(draw(&run, unicode(63)), @r"
             0s        0.2s      0.4s     0.6s      0.8s      1s
      long   ███████████████▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄░░░░░░░░░░░░░░░
      turns  ▄█▄▄▄█▄▄▄█▄▄▄█▄▄▄█▄▄▄█▄▄▄█▄▄▄█▄▄▄█▄▄▄█▄▄▄█▄▄▄█▄▄▄
             █ computing  ░ waiting  ▄ in line for a core
    in words: long from 0 µs to 1.00 s, computing 30 %, in line for
      a core 40 %; turns from 0 µs to 1.00 s, computing 25 %, in
      line for a core 75 %.
    ");

    run.source = Source::Sampled;
    let ascii = Style {
        glyphs: Glyphs::Ascii,
        ..unicode(80)
    };
    let drawing = draw(&run, ascii);
    assert!(drawing.is_ascii(), "{drawing}");
    let legend = "# computing  . waiting  = in line for a core  (seen every 5 ms)";
    assert!(drawing.contains(legend), "{drawing}");
}

#[test]
fn a_row_full_of_short_bursts_is_not_drawn_as_computing() {
    let slices = (0..100)
        .map(|step| slice(step * 10, step * 10 + 10, 1))
        .collect();
    let restless = Lane {
        slices,
        ..lane("restless", Kind::Thread, &[(0, 1000)])
    };
    let drawing = draw(&trace(1000, vec![restless]), unicode(80));

    assert!(!drawing.lines().nth(1).unwrap().contains('█'), "{drawing}");
}

#[test]
fn every_width_is_kept() {
    let long = lane(
        "a name that is far too long for any row",
        Kind::Thread,
        &[(0, 2500)],
    );
    let mut run = spawn();

    run.lanes.push(long);
    for width in 40..=200 {
        let drawing = draw(&run, unicode(width));
        for line in drawing.lines() {
            assert!(line.chars().count() <= width, "{width} columns: {line}");
        }
        let rows: Vec<&str> = drawing.lines().skip(1).take(4).collect();
        let length = rows[0].chars().count();
        assert!(
            rows.iter().all(|row| row.chars().count() == length),
            "{drawing}"
        );
    }
}

#[test]
fn two_hundred_similar_lanes_share_a_row() {
    let mut lanes = vec![lane("main", Kind::Thread, &[(0, 1000)])];
    lanes.extend((1..=200).map(|n| lane(&format!("worker-{n}"), Kind::Thread, &[(500, 1000)])));
    lanes.extend((1..=3).map(|_| lane("tokio-rt", Kind::Thread, &[(0, 250)])));
    let drawing = draw(&trace(1000, lanes), unicode(61));
    let rows: Vec<&str> = drawing.lines().take(4).collect();

    insta::assert_snapshot!(rows.join("\n"), @r"
                     0s      0.2s    0.4s   0.6s    0.8s    1s
      main           ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
      worker-1..200                     ░░░░░░░░░░░░░░░░░░░░
      tokio-rt x3    ░░░░░░░░░░

    ");
}

#[test]
fn hundreds_of_different_lanes_are_counted_in_the_end() {
    let lanes = (1..=200)
        .map(|n| lane(&format!("{n} worker"), Kind::Thread, &[(n, 1000)]))
        .collect();
    let drawing = draw(&trace(1000, lanes), unicode(80));

    assert_eq!(drawing.matches(" worker  ").count(), 40, "{drawing}");
    assert!(
        drawing.contains("and 160 more lanes") && drawing.contains("and 192 more"),
        "{drawing}"
    );
}

#[test]
fn names_cannot_move_the_cursor() {
    let lane = lane("a\u{1b}[2Jb\nc\u{202e}d", Kind::Thread, &[(0, 10)]);
    assert!(draw(&trace(10, vec![lane]), unicode(60)).contains("  a?[2Jb?c?d  ░"));
}

#[test]
fn nothing_at_all_is_drawn_too() {
    assert!(draw(&Trace::default(), unicode(60)).contains("computing"));
    assert!(
        draw(
            &trace(0, vec![lane("main", Kind::Thread, &[(0, 0)])]),
            unicode(60)
        )
        .contains("main")
    );
}

#[test]
fn what_would_have_shortened_the_run_is_said_in_the_words() {
    let what_if = "what if: the server asked before the lock: 1.21 → 0.31 s".to_owned();
    let drawing = draw_with(&spawn(), unicode(200), &[what_if]);
    let words = drawing.lines().find(|line| line.starts_with("in words"));
    let end = "; what if: the server asked before the lock: 1.21 → 0.31 s.";
    assert!(words.is_some_and(|words| words.ends_with(end)), "{words:?}");
}

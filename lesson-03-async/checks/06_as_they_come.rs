//! Judges `06_as_they_come`: readers who see all, and readers who have seen enough.

use std::ops::ControlFlow;

use common::exercise;
use common::exercises::{Kind, Solved, expect};

use paused::{Service, on_one_thread};

mod paused;

crate::exercise!("../exercises/06_as_they_come.rs");

/// Each answer in the second in which it comes; nothing after a `Break`, and no call goes on then.
pub fn check() -> Solved {
    on_one_thread("as_they_come", async || {
        reader(&[("a", 4), ("b", 1), ("c", 3), ("d", 2)], 4).await;
        reader(&[("a", 2), ("b", 50), ("c", 5), ("d", 1)], 4).await;
        for enough in 1..4 {
            reader(&[("a", 4), ("b", 1), ("c", 60), ("d", 2)], enough).await;
        }
        reader(&[], 1).await;
    });
    Solved::new(
        "with readers of one to four answers: each as it came, and no call went on after the last",
    )
}

/// A reader who has seen enough after so many answers.
async fn reader(plan: &[(&'static str, u64)], enough: usize) {
    let service = Service::open();
    let calls = plan
        .iter()
        .map(|&(name, seconds)| service.call(name, seconds, name.to_owned()))
        .collect();
    let mut shown = Vec::new();
    let show = |answer| {
        shown.push((answer, service.second()));
        if shown.len() == enough {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    exercise::as_they_come(calls, show).await;
    if !plan.is_empty() {
        service.expect_overlap(plan.len());
    }
    let mut expected: Vec<_> = plan
        .iter()
        .map(|&(name, seconds)| (name.to_owned(), seconds))
        .collect();
    expected.sort_by_key(|(_, second)| *second);
    expected.truncate(enough);
    let last = expected.last().map_or(0, |(_, second)| *second);
    let what = format!("with calls (name, seconds) {plan:?} and a reader of {enough}");
    expect(
        Kind::WrongResult,
        &format!("{what}, what was shown, and in which second"),
        &shown,
        &expected,
    );
    expect(
        Kind::WrongResult,
        &format!("{what}, seconds until it ended"),
        &service.second(),
        &last,
    );
    service
        .expect_quiet("when the reader has seen enough")
        .await;
}

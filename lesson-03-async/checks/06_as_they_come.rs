//! Judges `06_as_they_come`: readers who see all, and readers who have seen enough; no answer, one,
//! and many.

use std::ops::ControlFlow;

use judge::exercise;
use judge::{Kind, Solved, expect, fail};

use paused::{Service, expect_millis, millis, on_one_thread, times, watched};
use tokio::time::timeout;

crate::exercise!("../exercises/06_as_they_come.rs");

/// Expects each answer when it comes; nothing after a `Break`, and no call goes on then.
pub fn check() -> Solved {
    on_one_thread("as_they_come", async || {
        let all = usize::MAX;
        reader(&[4_001, 1_013, 3_001, 2_003], all).await;
        reader(&[2_003, 50_021, 5_003, 1_013], all).await;
        for enough in 1..=4 {
            reader(&[4_001, 1_013, 60_013, 2_003], enough).await;
        }
        for many in [0, 1, 2, 26, 700] {
            reader(&times(many), all).await;
        }
        for enough in [1, 13, 25, 26] {
            reader(&times(26), enough).await;
        }
        at_the_same_time().await;
        the_caller_gives_up().await;
    });
    Solved::new(
        "with readers of up to 700 answers: each as it came, and no call went on after the last",
    )
}

/// Judges with a reader that has seen enough after this many answers.
async fn reader(plan: &[u64], enough: usize) {
    let service = Service::open();
    // Several answers are the same text.
    let text = |takes: u64| format!("answer {}", takes % 7);
    let calls = plan
        .iter()
        .map(|takes| service.call(&format!("of {takes} ms"), millis(*takes), text(*takes)))
        .collect();
    let mut shown = Vec::new();
    let show = |answer| {
        shown.push((answer, service.millis()));
        if shown.len() == enough {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let what = format!("{} calls", plan.len());
    watched(&what, plan.len(), exercise::as_they_come(calls, show)).await;
    let took = service.millis();

    if !plan.is_empty() {
        service.expect_overlap(plan.len());
    }
    let mut expected = plan.to_vec();
    expected.sort_unstable();
    expected.truncate(enough);
    let what = if enough > plan.len() {
        what
    } else {
        format!("{what}, and a reader that says `Break` at answer {enough}")
    };
    expect(
        Kind::WrongResult,
        &format!("{what}: how many were shown"),
        &shown.len(),
        &expected.len(),
    );
    for (number, ((answer, at), takes)) in shown.into_iter().zip(&expected).enumerate() {
        let what = format!("{what}: answer {}", number + 1);
        expect_millis(&what, at, *takes);
        expect(Kind::WrongResult, &what, &answer, &text(*takes));
    }
    let last = expected.last().copied().unwrap_or(0);
    expect_millis(&format!("{what}: its end"), took, last);
    service
        .expect_quiet(&format!("{what}: when it has ended"))
        .await;
}

/// Judges with answers that come together: they are shown one by one, and the reader may have seen
/// enough in between.
async fn at_the_same_time() {
    let service = Service::open();
    let calls = (0..6)
        .map(|call| service.call(&format!("{call}"), millis(709), format!("answer {call}")))
        .collect();
    let mut shown = 0;
    let show = |_| {
        shown += 1;
        if shown == 3 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    exercise::as_they_come(calls, show).await;
    if shown != 3 {
        let what = "six answers at the same time, and a reader that says `Break` at the third";
        fail(Kind::WrongResult, format!("{what}: {shown} were shown"));
    }
    service
        .expect_quiet("when the reader has seen enough")
        .await;
}

/// Expects no call under way when the caller has dropped the future.
async fn the_caller_gives_up() {
    let service = Service::open();
    let call = |takes: u64| service.call(&format!("of {takes} ms"), millis(takes), String::new());
    let calls = [50_021, 607, 60_013].map(call).into();
    let all = exercise::as_they_come(calls, |_| ControlFlow::Continue(()));
    let _ = timeout(millis(1_009), all).await;
    let when = "when the caller has dropped the future of `as_they_come` after 1009 ms";
    service.expect_quiet(when).await;
}

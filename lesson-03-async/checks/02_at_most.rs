//! Judges `02_at_most`: none to many calls of different length under limits from one to more than
//! there are calls.

use judge::chance::any;
use judge::exercise;
use judge::{Kind, Solved, expect, fail};

use paused::{Service, millis, on_one_thread, times, watched};

crate::exercise!("../exercises/02_at_most.rs");

/// Expects never more than the limit, and always as many as it allows; the answers in the order of
/// the calls.
pub fn check() -> Solved {
    on_one_thread("at_most", async || {
        for (at_once, many) in [
            (3, 8),
            (1, 8),
            (2, 8),
            (20, 8),
            (1, 0),
            (5, 0),
            (1, 1),
            (4, 1),
            (4, 4),
            (7, 33),
            (19, 60),
            (100, 350),
        ] {
            judge(at_once, &times(many)).await;
        }
        // One that is slow, and many that are quick or answered at once.
        let mut uneven = vec![47; 25];
        uneven[3] = 2_003;
        uneven[11] = 0;
        uneven[12] = 0;
        judge(4, &uneven).await;
        let at_once = usize::try_from(any(8..15)).unwrap_or(8);
        judge(at_once, &times(50)).await;
        judge(1_000, &times(1_100)).await;
    });
    Solved::new("with limits of 1 to 1,000: never more, and never fewer while calls were left")
}

async fn judge(at_once: usize, plan: &[u64]) {
    let service = Service::open();
    let page = |call: usize| match call % 4 {
        0 | 1 => "the same page".to_owned(),
        2 => String::new(),
        _ => format!("page {}", any(0..1_000_000)),
    };
    let wanted: Vec<String> = (0..plan.len()).map(page).collect();
    let calls = plan
        .iter()
        .zip(&wanted)
        .map(|(takes, page)| service.call(&format!("of {takes} ms"), millis(*takes), page.clone()))
        .collect();
    let what = format!("{} calls, at most {at_once} at once", plan.len());
    let pages = watched(&what, plan.len(), exercise::at_most(at_once, calls)).await;

    let most = service.most_at_once();
    if most > at_once {
        fail(
            Kind::TooManyAtOnce,
            format!("{what}: {most} were under way at the same time"),
        );
    }
    expect(
        Kind::WrongResult,
        &format!("{what}: how many were answered"),
        &service.answered(),
        &plan.len(),
    );
    expect(
        Kind::WrongResult,
        &format!("{what}: how many answers"),
        &pages.len(),
        &plan.len(),
    );
    for (call, (got, wanted)) in pages.iter().zip(&wanted).enumerate() {
        expect(
            Kind::WrongResult,
            &format!("{what}: the answer of call {}", call + 1),
            got,
            wanted,
        );
    }
    service.expect_full(&what, at_once);
    service.expect_quiet("when all are answered").await;
}

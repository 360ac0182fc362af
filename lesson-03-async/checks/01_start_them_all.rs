//! Judges `01_start_them_all`: no call, one, some and very many, of different length and in no
//! order.

use judge::chance::any;
use judge::exercise;
use judge::{Kind, Solved, expect};

use paused::{Service, expect_millis, millis, on_one_thread, times, watched};

crate::exercise!("../exercises/01_start_them_all.rs");

/// Expects all answers, in the order of the calls, as soon as the longest call is answered; all
/// calls under way at once.
pub fn check() -> Solved {
    on_one_thread("all_pages", async || {
        judge(&[3_000, 1_000, 2_000, 1_000, 2_000]).await;
        judge(&[1_013, 60_007, 2_003, 0, 1_009]).await;
        for many in [0, 1, 2, 7, 40, 1_500] {
            judge(&times(many)).await;
        }
    });
    Solved::new("with up to 1,500 calls, all under way at the same time")
}

/// Returns a page: some are equal, also neighbours, and they are in no order of the alphabet.
fn page(call: usize) -> String {
    match call % 7 {
        1 | 2 => "page seven".to_owned(),
        4 => String::new(),
        5 => "Page 2".to_owned(),
        _ => format!("a page {}", any(0..1_000_000)),
    }
}

async fn judge(plan: &[u64]) {
    let service = Service::open();
    let wanted: Vec<String> = (0..plan.len()).map(page).collect();
    let calls = plan
        .iter()
        .zip(&wanted)
        .map(|(takes, page)| service.call(&format!("of {takes} ms"), millis(*takes), page.clone()))
        .collect();
    let what = format!("{} calls", plan.len());
    let pages = watched(&what, plan.len(), exercise::all_pages(calls)).await;
    let took = service.millis();

    expect(
        Kind::WrongResult,
        &format!("{what}: how many answers"),
        &pages.len(),
        &wanted.len(),
    );
    // One that is answered at once may be so before the others have begun.
    service.expect_overlap(plan.iter().filter(|takes| **takes > 0).count());
    for (call, (got, wanted)) in pages.iter().zip(&wanted).enumerate() {
        let what = format!("{what}: the answer of call {}", call + 1);
        expect(Kind::WrongResult, &what, got, wanted);
    }
    let longest = plan.iter().copied().max().unwrap_or(0);
    expect_millis(&format!("{what}: all answers"), took, longest);
    service.expect_quiet("when all are answered").await;
}

//! Judges `01_start_them_all`: five calls of different length, and then one that takes a minute.

use common::exercise;
use common::exercises::{Kind, Solved, expect};

use paused::{Service, on_one_thread};

mod paused;

crate::exercise!("../exercises/01_start_them_all.rs");

/// All answers, in the order of the calls, as soon as the longest call is answered; all calls under way at once.
pub fn check() -> Solved {
    for plan in [
        [("a", 3), ("b", 1), ("c", 2), ("d", 1), ("e", 2)],
        [("a", 1), ("b", 60), ("c", 2), ("d", 5), ("e", 1)],
    ] {
        on_one_thread("all_pages", async move || {
            let service = Service::open();
            let calls =
                plan.map(|(name, seconds)| service.call(name, seconds, format!("page {name}")));
            let pages = exercise::all_pages(calls.into()).await;
            let all = plan.map(|(name, _)| format!("page {name}")).to_vec();
            expect(Kind::WrongResult, "the answers", &pages, &all);
            service.expect_overlap(plan.len());
            let longest = plan
                .into_iter()
                .map(|(_, seconds)| seconds)
                .max()
                .unwrap_or_default();
            expect(
                Kind::WrongResult,
                "seconds until all are answered",
                &service.second(),
                &longest,
            );
        });
    }
    Solved::new("with five calls, all under way at the same time")
}

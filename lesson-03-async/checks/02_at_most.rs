//! Judges `02_at_most`: eight calls of different length under several limits.

use common::exercise;
use common::exercises::{Kind, Solved, expect, fail};

use paused::{Service, on_one_thread};

mod paused;

crate::exercise!("../exercises/02_at_most.rs");

const PLAN: [(&str, u64); 8] = [
    ("a", 4),
    ("b", 1),
    ("c", 1),
    ("d", 2),
    ("e", 1),
    ("f", 3),
    ("g", 1),
    ("h", 2),
];

/// Never more than the limit, and always as many as it allows; the answers in the order of the calls.
pub fn check() -> Solved {
    for at_once in [3, 1, 2, 20] {
        on_one_thread("at_most", async move || {
            let service = Service::open();
            let calls =
                PLAN.map(|(name, seconds)| service.call(name, seconds, format!("page {name}")));
            let pages = exercise::at_most(at_once, calls.into()).await;
            let most = service.most_at_once();
            if most > at_once {
                fail(
                    Kind::TooManyAtOnce,
                    format!("{most} calls were under way where {at_once} are allowed"),
                );
            }
            let all = PLAN.map(|(name, _)| format!("page {name}")).to_vec();
            expect(Kind::WrongResult, "the answers", &pages, &all);
            for second in 0..service.second() {
                let (now, left) = (service.under_way_after(second), service.left_after(second));
                if now < at_once.min(left) {
                    let of =
                        format!("{left} calls were not answered yet, and {now} of them under way");
                    let what = format!("after {second} s {of}, where {at_once} are allowed");
                    fail(Kind::NeverOverlapped, what);
                }
            }
        });
    }
    Solved::new("with limits of 1, 2, 3 and 20: never more, and never fewer while calls were left")
}

//! Judges `07_uneven_chunks`: three items for two threads, in every order of their steps; then other numbers of both.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;

use common::exercise;
use common::exercises::interleave::{Overlap, every_schedule, sync};
use common::exercises::{Kind, Solved, expect};

use exercise::total;

crate::exercise!("../exercises/07_uneven_chunks.rs");

static UNDER_WAY: Overlap = Overlap::new();

/// No item is left out, two prices are worked out at the same time, and never more than two.
pub fn check() -> Solved {
    let solved = every_schedule(|| {
        UNDER_WAY.start();
        let asked = AtomicUsize::new(0);
        let price = |item| {
            asked.fetch_add(1, SeqCst);
            UNDER_WAY.job_of_at_most(2);
            u64::from(item) * 10
        };
        let sum = total(&[1, 2, 3], 2, &price);
        expect(
            Kind::WrongResult,
            "prices asked for, for three items",
            &asked.into_inner(),
            &3,
        );
        expect(
            Kind::LostUpdate,
            "the sum for the items 1, 2 and 3, at 10 each",
            &sum,
            &60,
        );
    });
    UNDER_WAY.expect(2);
    every_schedule(|| {
        for (items, threads) in [(7, 2), (2, 3), (0, 2)] {
            let items: Vec<u32> = (1..=items).collect();
            let got = total(&items, threads, &|item| u64::from(item) * 10);
            let what = format!(
                "the sum for {} items on at most {threads} threads",
                items.len()
            );
            expect(
                Kind::WrongResult,
                &what,
                &got,
                &items.iter().map(|item| u64::from(*item) * 10).sum(),
            );
        }
    });
    solved
}

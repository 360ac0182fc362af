//! `poison`: one visitor panics inside two locks, and others come later.

use std::sync::{Mutex, PoisonError};
use std::thread;

use common::{Demo, Difference, Failure, Outcome, Run, in_words};
use serde_json::json;
use tracing::{info, info_span};

use crate::pitfalls::poison::{self, Accounts, SUM};

pub fn demo() -> Demo {
    Demo::new("poison", "a panic inside a lock", run)
}

fn run(_run: &Run) -> Result<Outcome, Failure> {
    let accounts = Mutex::new(Accounts { a: SUM, b: 0 });
    let visits = Mutex::new(Vec::new());
    does_panic(|| {
        let _span = info_span!("clumsy").entered();
        poison::half_a_transfer(&accounts, &visits);
    });

    let mut taken_along = 0;
    for number in 1..=2 {
        taken_along += u32::from(does_panic(|| {
            let _span = info_span!("innocent", number).entered();
            poison::visit(&visits);
        }));
    }
    info!(
        "one thread panicked inside a lock; {taken_along} of 2 threads that then called expect() panicked too"
    );

    poison::visit_all_the_same(&visits);
    let visits = visits.into_inner().unwrap_or_else(PoisonError::into_inner);
    info!(
        "the list of visits is whole, so into_inner is right: {}",
        in_words(&json!(visits))
    );

    let sum = poison::add_up(&accounts);
    let before = accounts.is_poisoned();
    info!("the accounts hold {sum} of {SUM} cents; ignoring the poison hides that");

    let repaired = poison::check_and_add_up(&accounts);
    let after = accounts.is_poisoned();
    info!("repaired to {repaired} cents; poisoned before: {before}, after clear_poison: {after}");

    let results = json!({
        "taken_along": taken_along,
        "visits": visits,
        "sum": sum,
        "repaired": repaired,
    });
    let panics = Difference::new("later visitors that panicked", "innocent", "innocent")
        .way("expect()", taken_along)
        .way("into_inner", 0);
    Ok(Outcome::new(results).difference(panics))
}

/// Runs `work` on a thread of its own and says whether it panicked.
fn does_panic(work: impl FnOnce() + Send) -> bool {
    thread::scope(|scope| scope.spawn(work).join().is_err())
}

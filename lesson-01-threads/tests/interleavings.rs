//! The lesson's own locks and atomics, under shuttle: the same source files, compiled with a `sync` whose threads take
//! turns at every step. Depth-first search tries every order that there is; where there are too many, random ones.
//!
//! Running them natively would prove little: `cargo run -p lesson-01-threads -- race --times 1` needs thousands of runs
//! to lose one addition.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use common::Pace;
use common::deadline::within;
use shuttle::thread;

use sync::atomic::{AtomicU32, AtomicU64, Ordering};
use sync::{Arc, Condvar, Mutex};

/// Stands where the lesson files look for `crate::sync`.
mod sync {
    pub use shuttle::sync::*;
    pub use shuttle::thread;
}

#[path = "../src/atomics.rs"]
#[expect(dead_code, reason = "not all of it is run here")]
mod atomics;
#[path = "../src/blocks.rs"]
mod blocks;
#[path = "../src/pitfalls/deadlock.rs"]
mod deadlock;
#[path = "../src/hatch.rs"]
#[expect(dead_code, reason = "not all of it is run here")]
mod hatch;
#[path = "../src/mailbox.rs"]
mod mailbox;
#[path = "../src/mutex.rs"]
#[expect(dead_code, reason = "not all of it is run here")]
mod mutex;
#[path = "../src/pitfalls/race.rs"]
mod race;

/// Runs a check under a deadline; `Err` is what it panicked with.
fn outcome(check: impl FnOnce() + Send + 'static) -> Result<(), String> {
    let caught = within(Duration::from_secs(100), move || {
        catch_unwind(AssertUnwindSafe(check)).map_err(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            text.or(panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                .unwrap_or_default()
        })
    });
    caught.expect("the check ends")
}

/// Tries every order in which two threads can do the steps of `work` on the same `shared`; `holds` checks each end.
fn every_order<S: Send + Sync + 'static>(
    new: fn() -> S,
    work: fn(u32, &S),
    holds: fn(&S),
) -> Result<(), String> {
    outcome(move || {
        shuttle::check_dfs(
            move || {
                let shared = Arc::new(new());
                let other = Arc::clone(&shared);
                let thread = thread::spawn(move || work(1, &other));
                work(0, &shared);
                thread.join().expect("the other thread does not panic");
                holds(&shared);
            },
            None,
        );
    })
}

#[test]
fn load_then_store_loses_updates_and_fetch_add_does_not() {
    let holds =
        |counter: &AtomicU64| assert_eq!(counter.load(Ordering::SeqCst), 2, "an update is lost");
    let broken = every_order(
        || AtomicU64::new(0),
        |_, counter| race::load_then_store(counter),
        holds,
    );
    assert!(broken.unwrap_err().contains("an update is lost"));
    every_order(
        || AtomicU64::new(0),
        |_, counter| race::add_at_once(counter),
        holds,
    )
    .unwrap();
}

#[test]
fn two_critical_sections_lose_updates_and_one_does_not() {
    let holds = |counter: &Mutex<u64>| assert_eq!(*counter.lock().unwrap(), 2, "an update is lost");
    let broken = every_order(
        || Mutex::new(0),
        |_, counter| race::lock_twice(counter),
        holds,
    );
    assert!(broken.unwrap_err().contains("an update is lost"));
    every_order(
        || Mutex::new(0),
        |_, counter| race::lock_once(counter),
        holds,
    )
    .unwrap();
}

type Accounts = (deadlock::Account, deadlock::Account);

fn accounts() -> Accounts {
    let account = |name| deadlock::Account {
        name,
        cents: Mutex::new(100),
    };
    (account("account A"), account("account B"))
}

fn both_ways(transfer: deadlock::Transfer, direction: u32, (a, b): &Accounts) {
    if direction == 0 {
        transfer(a, b, 30, &|| ());
    } else {
        transfer(b, a, 10, &|| ());
    }
}

fn the_money_is_there((a, b): &Accounts) {
    assert_eq!((*a.lock(), *b.lock()), (80, 120));
}

#[test]
fn opposite_order_deadlocks_and_one_order_does_not() {
    let broken = every_order(
        accounts,
        |direction, accounts| both_ways(deadlock::from_then_to, direction, accounts),
        the_money_is_there,
    );
    assert!(broken.unwrap_err().contains("deadlock"));
    every_order(
        accounts,
        |direction, accounts| both_ways(deadlock::by_name, direction, accounts),
        the_money_is_there,
    )
    .unwrap();
}

#[test]
fn backing_off_ends() {
    // It may back off again and again, so there is no end of orders: random ones.
    outcome(|| {
        shuttle::check_random(
            || {
                let shared = Arc::new(accounts());
                let other = Arc::clone(&shared);
                let thread = thread::spawn(move || both_ways(deadlock::with_back_off, 1, &other));
                both_ways(deadlock::with_back_off, 0, &shared);
                thread.join().unwrap();
                the_money_is_there(&shared);
            },
            2000,
        );
    })
    .unwrap();
}

#[test]
fn a_till_adds_up_whatever_the_section_covers() {
    let fast = Pace::new(0.001).unwrap();
    for sell in [mutex::sell_long as fn(&_, _, _), mutex::sell_short] {
        outcome(move || {
            shuttle::check_dfs(
                move || {
                    let till = Arc::new(Mutex::new(mutex::Till::default()));
                    let other = Arc::clone(&till);
                    let thread = thread::spawn(move || sell(&other, 10, fast));
                    sell(&till, 20, fast);
                    thread.join().unwrap();
                    let till = till.lock().unwrap();
                    assert_eq!((till.cents, till.sales), (30, 2));
                },
                None,
            );
        })
        .unwrap();
    }
}

#[test]
fn no_ticket_is_sold_twice_and_none_is_left() {
    every_order(
        || (AtomicU32::new(3), AtomicU32::new(0)),
        |_, (tickets, sold)| {
            for _ in 0..2 {
                sold.fetch_add(u32::from(atomics::sell(tickets)), Ordering::SeqCst);
            }
        },
        |(tickets, sold)| {
            assert_eq!(
                (tickets.load(Ordering::SeqCst), sold.load(Ordering::SeqCst)),
                (0, 3)
            );
        },
    )
    .unwrap();
}

#[test]
fn counting_loses_nothing() {
    every_order(
        || AtomicU64::new(0),
        |_, hits| atomics::count(hits, 3),
        |hits| assert_eq!(hits.load(Ordering::SeqCst), 6),
    )
    .unwrap();
}

#[test]
fn a_letter_arrives_whole_or_not_yet() {
    every_order(
        mailbox::Mailbox::default,
        |number, mailbox| {
            if number == 0 {
                mailbox.put(1815);
            } else {
                assert!(matches!(mailbox.look(), None | Some(1815)));
            }
        },
        |mailbox| assert_eq!(mailbox.look(), Some(1815)),
    )
    .unwrap();
}

#[test]
fn every_block_is_handed_out_once() {
    every_order(
        || (blocks::Blocks::new(25), Mutex::new(Vec::new())),
        |_, (blocks, taken)| {
            while let Some(block) = blocks.take(10) {
                taken.lock().unwrap().push(block);
            }
        },
        |(_, taken)| {
            let mut taken = taken.lock().unwrap().clone();
            taken.sort_by_key(|block| block.start);
            assert_eq!(taken, [0..10, 10..20, 20..25]);
        },
    )
    .unwrap();
}

/// Lets two takers share two dishes until the hatch closes, and checks what they got together.
fn served<H: Send + Sync + 'static>(
    new: fn() -> H,
    put: fn(&H, u32),
    close: fn(&H),
    take: fn(&H) -> Option<u32>,
) -> Result<(), String> {
    outcome(move || {
        shuttle::check_random(
            move || {
                let hatch = Arc::new(new());
                let takers: Vec<_> = (0..2)
                    .map(|_| {
                        let hatch = Arc::clone(&hatch);
                        thread::spawn(move || {
                            std::iter::from_fn(|| take(&hatch)).collect::<Vec<_>>()
                        })
                    })
                    .collect();
                put(&hatch, 1);
                put(&hatch, 2);
                close(&hatch);
                let all: Vec<u32> = takers
                    .into_iter()
                    .flat_map(|taker| taker.join().expect("a taker does not panic"))
                    .collect();
                let different: BTreeSet<u32> = all.iter().copied().collect();
                assert_eq!(
                    (all.len(), different),
                    (2, BTreeSet::from([1, 2])),
                    "a dish is missing or doubled"
                );
            },
            3000,
        );
    })
}

#[test]
fn every_dish_is_served_once_and_all_go_home() {
    use hatch::Hatch;
    served(Hatch::default, Hatch::put, Hatch::close, Hatch::take).unwrap();
}

/// The hatch with `if` where `while` belongs.
#[derive(Default)]
struct Hasty {
    state: Mutex<(Vec<u32>, bool)>,
    changed: Condvar,
}

#[test]
fn with_if_instead_of_while_a_waiter_leaves_too_early() {
    let put = |hatch: &Hasty, dish| {
        hatch.state.lock().unwrap().0.push(dish);
        hatch.changed.notify_all();
    };
    let close = |hatch: &Hasty| {
        hatch.state.lock().unwrap().1 = true;
        hatch.changed.notify_all();
    };
    let take = |hatch: &Hasty| {
        let mut state = hatch.state.lock().unwrap();
        if state.0.is_empty() && !state.1 {
            state = hatch.changed.wait(state).unwrap();
        }
        assert!(
            state.1 || !state.0.is_empty(),
            "woken, and there is nothing"
        );
        state.0.pop()
    };
    let broken = served(Hasty::default, put, close, take);
    let why = broken.unwrap_err();
    assert!(why.contains("woken") || why.contains("missing"), "{why}");
}

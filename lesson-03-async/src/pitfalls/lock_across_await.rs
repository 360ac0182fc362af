//! `lock-across-await`: a lock of std that is held while its task waits. On one thread it can never be released.
//!
//! Each way makes two bookings of 10 at the same time, on one thread. A booking asks the bank, and that takes a while.

use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::{self, mpsc};
use tokio::time::sleep;
use tracing::{Instrument, info_span};

/// Broken: each booking asks the bank with the guard in hand. The second one blocks the thread while it waits for the
/// lock, and the first one needs this very thread to go on.
#[allow(clippy::await_holding_lock, reason = "it is the pitfall")]
pub async fn guard_across(wait: Duration) -> i64 {
    let account = Mutex::new(0);
    // An async closure: each call of `book` makes a future, as a call of an `async fn` does.
    let book = async || {
        let lock = || account.lock().expect("no panic");
        let mut balance = info_span!("lock", waits_for = "balance").in_scope(lock);
        let before = *balance;
        let ask = info_span!("ask the bank", holds = "balance");
        sleep(wait).instrument(ask).await;
        *balance = before + 10;
    };

    both(book(), book()).await;
    account.into_inner().expect("no panic")
}

/// Fixed: each asks first. The guard lives for one line, and no `await` is in it.
pub async fn guard_in_a_scope(wait: Duration) -> i64 {
    let account = Mutex::new(0);
    let book = async || {
        sleep(wait).instrument(info_span!("ask the bank")).await;
        *account.lock().expect("no panic") += 10;
    };

    both(book(), book()).await;
    account.into_inner().expect("no panic")
}

/// Fixed: tokio's own lock. Its `lock` is a future: a booking that waits for it leaves the thread to others.
pub async fn async_guard(wait: Duration) -> i64 {
    let account = sync::Mutex::new(0);
    let book = async || {
        let lock = info_span!("lock", waits_for = "balance");
        let mut balance = account.lock().instrument(lock).await;
        let before = *balance;
        let ask = info_span!("ask the bank", holds = "balance");
        sleep(wait).instrument(ask).await;
        *balance = before + 10;
    };

    both(book(), book()).await;
    account.into_inner()
}

/// Fixed: the balance belongs to one task, and the bookings send it their amount. No lock at all.
pub async fn through_a_channel() -> i64 {
    let (sender, mut amounts) = mpsc::channel(8);
    let owner = tokio::spawn(async move {
        let mut balance = 0;
        while let Some(amount) = amounts.recv().await {
            balance += amount;
        }
        balance
    });

    let (one, other) = tokio::join!(sender.send(10), sender.send(10));
    one.and(other).expect("the owner is there");
    drop(sender);
    owner.await.expect("the owner does not panic")
}

/// Runs two bookings at the same time, as one future.
async fn both(one: impl Future<Output = ()>, other: impl Future<Output = ()>) {
    let one = one.instrument(info_span!("booking", task = "one"));
    let other = other.instrument(info_span!("booking", task = "other"));
    tokio::join!(one, other);
}

#[cfg(test)]
mod tests {
    use common::deadline::within;
    use tokio::runtime::Builder;

    use super::*;

    const WAIT: Duration = Duration::from_millis(1);

    #[test]
    fn one_thread_cannot_wait_for_itself() {
        let booked = within(Duration::from_millis(200), || {
            let runtime = Builder::new_current_thread().enable_time().build();
            runtime.unwrap().block_on(guard_across(WAIT))
        });
        assert!(booked.is_err());
    }

    #[tokio::test]
    async fn without_a_guard_across_the_wait_both_are_booked() {
        assert_eq!(guard_in_a_scope(WAIT).await, 20);
        assert_eq!(async_guard(WAIT).await, 20);
        assert_eq!(through_a_channel().await, 20);
    }
}

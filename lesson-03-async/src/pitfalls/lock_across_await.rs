//! `lock-across-await`: a lock of std that is held while its task waits. On one thread nobody can ever release it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::deadline::{Stuck, within};
use common::{Failure, Outcome, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;
use tracing::{Instrument, info, info_span};

/// Broken: looks up the balance, asks somebody, and books, all with the guard in hand. The guard makes this future
/// impossible to send to another thread, so `tokio::spawn` refuses it; `join!` on one thread does not.
///
/// # Panics
/// When somebody panicked with the lock.
#[allow(
    clippy::await_holding_lock,
    reason = "this is what the pitfall is about"
)]
pub async fn guard_across(balance: &Mutex<i64>, wait: Duration) {
    // Blocks the thread while somebody else has the lock. That somebody may need this very thread to go on.
    let mut balance =
        info_span!("lock", waits_for = "balance").in_scope(|| balance.lock().expect("no panic"));
    let before = *balance;
    sleep(wait)
        .instrument(info_span!("ask the bank", holds = "balance"))
        .await;
    *balance = before + 10;
}

/// Fixed: ask first. The guard is gone before the next `await`, because its scope is.
///
/// # Panics
/// As [`guard_across`].
pub async fn guard_in_a_scope(balance: &Mutex<i64>, wait: Duration) {
    sleep(wait).instrument(info_span!("ask the bank")).await;
    *balance.lock().expect("no panic") += 10;
}

/// Fixed: tokio's own lock. Its `lock` is a future: who has to wait for it gives the thread away.
pub async fn async_guard(balance: &tokio::sync::Mutex<i64>, wait: Duration) {
    let mut balance = balance
        .lock()
        .instrument(info_span!("lock", waits_for = "balance"))
        .await;
    let before = *balance;
    sleep(wait)
        .instrument(info_span!("ask the bank", holds = "balance"))
        .await;
    *balance = before + 10;
}

/// Fixed: the balance belongs to one task, and the others send it messages. No lock at all.
///
/// # Panics
/// When the owner of the balance panicked.
pub async fn through_a_channel(balance: mpsc::Sender<oneshot::Sender<()>>) {
    let (booked, wait) = oneshot::channel();
    balance
        .send(booked)
        .await
        .expect("the owner lives as long as its senders");
    wait.await.expect("the owner books what it is sent");
}

/// Two futures on one thread, joined: what both of them left behind, or that they never came to an end.
fn two<T, F, G>(limit: Duration, balance: T, book: F) -> Result<T, Stuck>
where
    T: Send + Sync + 'static,
    F: Fn(Arc<T>) -> G + Send + 'static,
    G: Future<Output = ()>,
{
    within(limit, move || {
        let balance = Arc::new(balance);
        let runtime = Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        let one = book(Arc::clone(&balance)).instrument(info_span!("booking", task = "one"));
        let other = book(Arc::clone(&balance)).instrument(info_span!("booking", task = "other"));
        runtime.block_on(async { tokio::join!(one, other) });
        Arc::into_inner(balance).expect("both are done with it")
    })
}

/// The broken one, with a deadline.
///
/// # Errors
/// [`Stuck`], always.
///
/// # Panics
/// Never: nobody panics with the lock.
pub fn broken(limit: Duration, wait: Duration) -> Result<i64, Stuck> {
    let book = move |balance: Arc<Mutex<i64>>| async move { guard_across(&balance, wait).await };
    two(limit, Mutex::new(0), book).map(|balance| balance.into_inner().expect("no panic"))
}

/// The three that are fixed: what two bookings of 10 make.
///
/// # Errors
/// [`Stuck`], never.
///
/// # Panics
/// Never: nobody panics with the lock.
pub fn fixed(limit: Duration, wait: Duration) -> Result<[i64; 3], Stuck> {
    let book =
        move |balance: Arc<Mutex<i64>>| async move { guard_in_a_scope(&balance, wait).await };
    let scope = two(limit, Mutex::new(0), book)?
        .into_inner()
        .expect("no panic");
    let book = move |balance: Arc<tokio::sync::Mutex<i64>>| async move {
        async_guard(&balance, wait).await;
    };
    let lock = two(limit, tokio::sync::Mutex::new(0), book)?.into_inner();
    let channel = within(limit, || {
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let (sender, mut orders) = mpsc::channel::<oneshot::Sender<()>>(8);
            let owner = tokio::spawn(async move {
                let mut balance = 0;
                while let Some(booked) = orders.recv().await {
                    balance += 10;
                    let _ = booked.send(());
                }
                balance
            });
            tokio::join!(through_a_channel(sender.clone()), through_a_channel(sender));
            owner.await.expect("it does not panic")
        })
    })?;
    Ok([scope, lock, channel])
}

mod show;
pub use show::demo;

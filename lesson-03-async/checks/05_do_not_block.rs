//! Judges `05_do_not_block`: some who ask, beside a task that must be able to run at any time.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Mutex, OnceLock, mpsc};
use std::time::{Duration, Instant};

use common::deadline;
use common::exercise;
use common::exercises::{Kind, Solved, expect, fail, not_ended};
use exercise::Checksums;
use tokio::runtime::Builder;
use tokio::sync::mpsc as async_mpsc;

use paused::Service;

mod paused;

crate::exercise!("../exercises/05_do_not_block.rs");

const PAUSE: Duration = Duration::from_millis(300);

/// Whoever is sent here is answered by a task of the executor. No answer: its thread stands still.
static HEART: OnceLock<async_mpsc::UnboundedSender<mpsc::Sender<()>>> = OnceLock::new();
/// What was found while a checksum was computed.
static BLOCKED: Mutex<Option<&str>> = Mutex::new(None);

thread_local! {
    static IS_THE_EXECUTOR: Cell<bool> = const { Cell::new(false) };
}

/// All sums, each file loaded once, different files at the same time; and the thread is never kept.
///
/// # Panics
/// When the system has no room for a runtime.
pub fn check() -> Solved {
    let judged = deadline::within(Duration::from_millis(2500), || {
        IS_THE_EXECUTOR.set(true);
        let runtime = Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build();
        runtime
            .expect("the system has room for one more")
            .block_on(async {
                let (heart, mut asked) = async_mpsc::unbounded_channel::<mpsc::Sender<()>>();
                HEART.set(heart).expect("set once");
                tokio::spawn(async move {
                    while let Some(who) = asked.recv().await {
                        let _ = who.send(());
                    }
                });
                one_alone().await;
                three_at_once().await;
            });
    });
    if judged.is_err() {
        let why =
            "a task waits for a lock, the thread with it, and so does the task that has the lock";
        if beats(Duration::from_millis(300)) {
            fail(Kind::Stuck, not_ended("waiting for the sums", "2.5s"));
        }
        fail(Kind::BlockedExecutor, why);
    }
    Solved::new("with files that come at once, late, or after a pause: the thread was never kept")
}

/// The executor still runs its tasks, and does so within this real time.
fn beats(within: Duration) -> bool {
    let (who, answer) = mpsc::channel();
    let heart = HEART.get().expect("it was set before anything else");
    heart.send(who).is_ok() && answer.recv_timeout(within).is_ok()
}

/// The sum of the bytes; and looks where it is run, and whether the executor goes on in the meantime.
fn checksum(bytes: &[u8]) -> u64 {
    let blocked = if IS_THE_EXECUTOR.get() {
        Some("the checksum was computed by the executor's own thread")
    } else if beats(Duration::from_millis(1500)) {
        None
    } else {
        Some("the executor's thread stood still until the checksum was computed by another thread")
    };
    if blocked.is_some() {
        *BLOCKED.lock().expect("nobody panics with the lock") = blocked;
    }
    bytes.iter().copied().map(u64::from).sum()
}

fn expect_not_blocked() {
    if let Some(found) = *BLOCKED.lock().expect("nobody panics with the lock") {
        fail(Kind::BlockedExecutor, found);
    }
}

/// One file, from a machine that is busy at first.
async fn one_alone() {
    static RAN: AtomicBool = AtomicBool::new(false);
    let (checksums, refused) = (Checksums::default(), Cell::new(None));
    let load = async |_: &str| {
        let Some((then, really_then)) = refused.get() else {
            // Runs as soon as anybody lets it.
            tokio::spawn(async { RAN.store(true, SeqCst) });
            refused.set(Some((tokio::time::Instant::now(), Instant::now())));
            return None;
        };
        // A pause of the task takes time on the paused clock, a pause of a thread takes real time.
        let paused = then.elapsed().max(really_then.elapsed()) >= PAUSE;
        match (paused, RAN.load(SeqCst)) {
            (true, true) => Some(vec![3, 1, 4]),
            (true, false) => fail(
                Kind::BlockedExecutor,
                "no other task could run during the pause",
            ),
            (false, _) => fail(
                Kind::WrongResult,
                "the machine was busy, and was asked again without the pause",
            ),
        }
    };
    let sum = checksums.of("busy", load, checksum, PAUSE).await;
    expect_not_blocked();
    expect(
        Kind::WrongResult,
        "the checksum of 3, 1, 4 (their sum)",
        &sum,
        &8,
    );
}

/// Three files at once; then one of them again.
async fn three_at_once() {
    let (checksums, service) = (Checksums::default(), Service::open());
    let load = async |file: &str| match file {
        "a" => service.call("a", 3, Some(vec![1])).await,
        "b" => service.call("b", 1, Some(vec![2, 2])).await,
        _ => service.call("c", 2, Some(vec![3, 3, 3])).await,
    };
    let of = |file| checksums.of(file, &load, checksum, PAUSE);
    let sums = tokio::join!(of("a"), of("b"), of("c"));
    expect_not_blocked();
    expect(
        Kind::WrongResult,
        "the checksums of three files",
        &sums,
        &(1, 4, 9),
    );
    service.expect_overlap(3);
    let again = of("b").await;
    expect(
        Kind::WrongResult,
        "the checksum of the second file again",
        &again,
        &4,
    );
    expect(
        Kind::WrongResult,
        "files loaded by then",
        &service.begun(),
        &3,
    );
}

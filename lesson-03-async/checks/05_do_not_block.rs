//! Judges `05_do_not_block`: files that come at once, late or after pauses, beside a task that must
//! be able to run at any time; and a checksum that takes as long as another file is not done.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use exercise::Checksums;
use judge::exercise;
use judge::left::ended_within;
use judge::waits::cpu_of_thread;
use judge::{Kind, Solved, counted, expect, fail, not_ended};
use tokio::runtime::Builder;
use tokio::select;
use tokio::sync::{Notify, mpsc as async_mpsc};
use tokio::time::{Instant as PausedInstant, sleep};

use paused::{Service, expect_millis, millis, times};

crate::exercise!("../exercises/05_do_not_block.rs");

/// A way to a task of the executor that answers each message. No answer: its thread stands still.
static HEART: OnceLock<async_mpsc::UnboundedSender<Sender<()>>> = OnceLock::new();
/// The fault that was found while a checksum was computed.
static FOUND: Mutex<Option<(Kind, &str)>> = Mutex::new(None);
/// The number of checksums that were computed.
static COMPUTED: AtomicUsize = AtomicUsize::new(0);
/// When the first caller of the file that is waited for was dropped.
static DROPPED: Mutex<Option<String>> = Mutex::new(None);
/// Whether a file is loaded that comes only when another one is known.
static IS_LOADED: AtomicBool = AtomicBool::new(false);
/// The first byte of a file whose checksum waits at the gate.
const SLOW: u8 = 255;
static GATE: Mutex<Option<Receiver<()>>> = Mutex::new(None);
/// Tells that a checksum is at the gate.
static AT_THE_GATE: Notify = Notify::const_new();

thread_local! {
    static IS_THE_EXECUTOR: Cell<bool> = const { Cell::new(false) };
}

/// Expects all sums, each file loaded once, different files at the same time; and the thread is
/// never kept.
///
/// # Panics
/// When the system has no room for a runtime.
pub fn check() -> Solved {
    let limit = Duration::from_millis(2500);
    let judged = ended_within(limit, || {
        IS_THE_EXECUTOR.set(true);
        let runtime = Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build();
        runtime
            .expect("the system has room for one more")
            .block_on(async {
                let (heart, mut asked) = async_mpsc::unbounded_channel::<Sender<()>>();
                HEART.set(heart).expect("set once");
                tokio::spawn(async move {
                    while let Some(caller) = asked.recv().await {
                        let _ = caller.send(());
                    }
                });
                all_cases().await;
            });
    });
    if judged.is_err() {
        let why =
            "a task waits for a lock, the thread with it, and so does the task that has the lock";
        if !beats(250) {
            fail(Kind::BlockedExecutor, why);
        }
        expect_nothing_found();
        if IS_LOADED.load(SeqCst) {
            let why =
                "while one file was loaded, another task never got the checksum of another file";
            fail(Kind::NeverOverlapped, why);
        }
        if let Some(how) = &*DROPPED.lock().expect("no panic with the lock") {
            fail(Kind::Stuck, how);
        }
        fail(Kind::Stuck, not_ended("waiting for the sums", "2.5s"));
    }
    Solved::new("with files that come at once, late, or after pauses: the thread was never kept")
}

async fn all_cases() {
    busy_at_first(1, 300).await;
    several_at_once(3).await;
    for (times, pause) in [(0, 709), (2, 137), (5, 2_003)] {
        busy_at_first(times, pause).await;
    }
    for many in [1, 2, 12] {
        several_at_once(many).await;
    }
    the_same_at_once().await;
    for is_asked_before in [false, true] {
        gives_up_while_it_is_loaded(is_asked_before).await;
        gives_up_in_the_pause(is_asked_before).await;
        gives_up_while_it_is_computed(is_asked_before).await;
    }
    while_another_is_loaded().await;
    nothing_in_it().await;
    not_the_same_machine().await;
    while_another_is_computed().await;
}

/// Returns whether the executor still runs its tasks, within so many looks.
fn beats(looks: usize) -> bool {
    let (caller, answer) = mpsc::channel();
    let heart = HEART.get().expect("it was set before anything else");
    heart.send(caller).is_ok() && comes(&answer, looks)
}

/// Returns whether the message comes within so many looks, a millisecond apart: more where the machine has much else to do.
fn comes(message: &Receiver<()>, looks: usize) -> bool {
    (0..looks)
        .any(|_| message.recv_timeout(Duration::from_millis(1)) != Err(RecvTimeoutError::Timeout))
}

/// Adds up the bytes; and looks where it is run, and whether the executor goes on in the meantime.
fn checksum(bytes: &[u8]) -> u64 {
    COMPUTED.fetch_add(1, SeqCst);
    let mut found = None;
    if IS_THE_EXECUTOR.get() {
        let why = "the checksum was computed by the executor's own thread";
        found = Some((Kind::BlockedExecutor, why));
    } else if !beats(1_200) {
        let why =
            "the executor's thread stood still until the checksum was computed by another thread";
        found = Some((Kind::BlockedExecutor, why));
    } else if bytes.first() == Some(&SLOW) {
        let gate = GATE.lock().expect("no panic with the lock").take();
        AT_THE_GATE.notify_one();
        // The gate keeps the first one only: a file may be computed twice.
        if gate.is_some_and(|gate| !comes(&gate, 1_000)) {
            let why = "while the checksum of one file was computed, another file had to wait";
            found = Some((Kind::NeverOverlapped, why));
        }
    }
    if found.is_some() {
        *FOUND.lock().expect("no panic with the lock") = found;
    }
    bytes.iter().copied().map(u64::from).sum()
}

fn expect_nothing_found() {
    if let Some((kind, found)) = *FOUND.lock().expect("no panic with the lock") {
        fail(kind, found);
    }
}

/// Judges with one file, from a machine that is `busy` times busy.
async fn busy_at_first(busy: usize, pause: u64) {
    let ran = Arc::new(AtomicBool::new(true));
    let checksums = Checksums::default();
    let loads = Cell::new(0);
    let refused = Cell::new(None);
    let what = format!(
        "a machine that is busy {}, and a pause of {pause} ms",
        counted(busy, "time", "times")
    );
    let load = async |_: &str| {
        if let Some((then, really_then)) = refused.get() {
            expect_pause(&what, millis(pause), then, really_then);
        }
        if !ran.load(SeqCst) {
            fail(
                Kind::BlockedExecutor,
                format!("{what}: no other task could run during the pause"),
            );
        }
        loads.set(loads.get() + 1);
        if loads.get() > busy {
            return Some(vec![3, 1, 4]);
        }
        // Runs as soon as it may.
        ran.store(false, SeqCst);
        let runs = Arc::clone(&ran);
        tokio::spawn(async move { runs.store(true, SeqCst) });
        refused.set(Some((PausedInstant::now(), Instant::now())));
        None
    };
    let beside = Loop::start();
    let before = cpu_of_thread();
    let sum = checksums.of("busy", load, checksum, millis(pause)).await;
    let computed = cpu_of_thread().saturating_sub(before);
    let in_a_loop = beside.stop();
    expect_nothing_found();
    // A pause that is computed takes real time, and a core like an endless loop.
    if computed > millis(15) && computed > in_a_loop / 8 {
        let how = format!("the executor's thread computed for {computed:.0?} instead of waiting");
        fail(Kind::BlockedExecutor, format!("{what}: {how}"));
    }
    expect(
        Kind::WrongResult,
        "the checksum of 3, 1, 4 (their sum)",
        &sum,
        &8,
    );
    let what = format!("{what}: times that it was asked");
    expect(Kind::WrongResult, &what, &loads.get(), &(busy + 1));
}

/// A thread that computes, whatever else there is to do.
struct Loop {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Duration>,
}

impl Loop {
    fn start() -> Loop {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            while !stopped.load(SeqCst) {}
            cpu_of_thread()
        });
        Loop { stop, thread }
    }

    /// Stops it, and returns how much it has computed.
    fn stop(self) -> Duration {
        self.stop.store(true, SeqCst);
        self.thread.join().expect("a loop does not panic")
    }
}

/// Ends the check unless the pause is over: that of a task takes time on the paused clock, that of
/// a thread real time.
fn expect_pause(what: &str, pause: Duration, then: PausedInstant, really_then: Instant) {
    let paused = then.elapsed();
    if paused.max(really_then.elapsed()) < pause {
        fail(
            Kind::WrongResult,
            format!("{what}: it was asked again without the pause"),
        );
    }
    if paused > pause + millis(2) {
        fail(
            Kind::WrongResult,
            format!("{what}: it was asked again after {paused:.0?} only"),
        );
    }
}

fn name(file: usize) -> String {
    let names = ["", "notes.txt", "größe/é.bin", "b", "a", "A"];
    match names.get(file) {
        Some(name) => (*name).to_owned(),
        None => format!("file {}", file * 7 % 31),
    }
}

/// Judges with different files at once; then each of them again.
async fn several_at_once(many: usize) {
    let checksums = Checksums::default();
    let service = Service::open();
    let takes = times(many);
    let files: Vec<String> = (0..many).map(name).collect();
    let loads = RefCell::new(Vec::new());
    let load = async |file: &str| {
        loads.borrow_mut().push(file.to_owned());
        let index = files.iter().position(|name| name == file);
        let index = index.expect("only these are asked for");
        let bytes = vec![u8::try_from(index + 1).expect("not so many"); index + 1];
        service.call(file, millis(takes[index]), Some(bytes)).await
    };
    let of = |file: &String| {
        let (file, load) = (file.clone(), &load);
        let checksums = &checksums;
        async move { checksums.of(&file, load, checksum, millis(709)).await }
    };
    let what = format!("the checksums of {many} files");
    let wanted: Vec<u64> = (1..=many as u64).map(|file| file * file).collect();

    let sums = futures_util::future::join_all(files.iter().map(of)).await;
    let took = service.millis();
    expect_nothing_found();
    expect(Kind::WrongResult, &what, &sums, &wanted);
    service.expect_overlap(many);
    expect_millis(&what, took, takes.iter().copied().max().unwrap_or(0));
    let computed = COMPUTED.load(SeqCst);
    for (file, wanted) in files.iter().zip(&wanted).rev() {
        let again = of(file).await;
        let what = format!("{what}: that of file {file:?} again");
        expect(Kind::WrongResult, &what, &again, wanted);
    }
    expect_nothing_found();
    let mut loaded = loads.into_inner();
    let mut each = files;
    loaded.sort();
    each.sort();
    let what = format!("{what}, each asked for twice: files loaded");
    expect(Kind::WrongResult, &what, &loaded, &each);
    let more = COMPUTED.load(SeqCst) - computed;
    let what = "checksums that were computed again though they were known";
    expect(Kind::WrongResult, what, &more, &0);
    service.expect_quiet("when all sums are there").await;
}

/// Judges with one file asked for three times at once: it may be loaded three times, but not again
/// when it is known.
async fn the_same_at_once() {
    let (checksums, service) = (Checksums::default(), Service::open());
    let load = async |_: &str| service.call("same", millis(709), Some(vec![2, 3])).await;
    let of = || checksums.of("same", load, checksum, millis(709));
    let sums = tokio::join!(of(), of(), of());
    expect_nothing_found();
    let what = "three who ask for the same file at once";
    expect(Kind::WrongResult, what, &sums, &(5, 5, 5));
    let loaded = service.begun();
    if loaded > 3 {
        let what = format!("{what}: it was loaded {}", counted(loaded, "time", "times"));
        fail(Kind::WrongResult, what);
    }
    let again = of().await;
    expect(Kind::WrongResult, what, &again, &5);
    expect(
        Kind::WrongResult,
        "times that a known file was loaded again",
        &(service.begun() - loaded),
        &0,
    );
}

/// Judges with a task that is dropped before the file has come.
async fn gives_up_while_it_is_loaded(is_asked_before: bool) {
    let (checksums, service) = (Checksums::default(), Service::open());
    let load = async |_: &str| service.call("same", millis(709), Some(vec![2, 3])).await;
    let of = || checksums.of("same", load, checksum, millis(709));
    let gives_up = sleep(millis(101));
    first_gives_up("before the file came", is_asked_before, of, gives_up, 5).await;
}

/// Judges with a task that is dropped before it asks the other machine again.
async fn gives_up_in_the_pause(is_asked_before: bool) {
    let checksums = Checksums::default();
    let busy = Cell::new(true);
    let load = async |_: &str| (!busy.get()).then(|| vec![2, 3]);
    let of = || checksums.of("same", load, checksum, millis(709));
    let gives_up = async {
        sleep(millis(101)).await;
        busy.set(false);
    };
    let when = "while the other machine was busy";
    first_gives_up(when, is_asked_before, of, gives_up, 5).await;
}

/// Judges with a task that is dropped while the checksum is computed, which then goes on.
async fn gives_up_while_it_is_computed(is_asked_before: bool) {
    let (open, gate) = mpsc::channel();
    *GATE.lock().expect("no panic with the lock") = Some(gate);
    let checksums = Checksums::default();
    let load = async |_: &str| Some(vec![SLOW, 1]);
    let of = || checksums.of("same", load, checksum, millis(709));
    let gives_up = async {
        AT_THE_GATE.notified().await;
        let _ = open.send(());
    };
    let when = "while its checksum was computed";
    first_gives_up(when, is_asked_before, of, gives_up, 256).await;
}

/// Judges with a task that asks, and is dropped when `gives_up` is done; and with another one that asks for the same file
/// before or after that.
async fn first_gives_up<F: Future<Output = u64>>(
    when: &str,
    is_asked_before: bool,
    of: impl Fn() -> F,
    gives_up: impl Future<Output = ()>,
    wanted: u64,
) {
    let other = if is_asked_before {
        ", while another one waited that"
    } else {
        "; another one that asks later"
    };
    let of_other = of();
    let mut of_other = std::pin::pin!(of_other);
    let before = async {
        if is_asked_before {
            of_other.as_mut().await
        } else {
            std::future::pending().await
        }
    };
    let what = format!("a task asked for a file, and was dropped {when}");
    let how = format!("{what}{other} never gets its checksum");
    *DROPPED.lock().expect("no panic with the lock") = Some(how.clone());
    let sum = select! {
        biased;
        _ = of() => None,
        sum = before => Some(sum),
        () = gives_up => None,
    };
    // Without a timeout: its clock could jump while the checksum is computed.
    let sum = match sum {
        Some(sum) => sum,
        None => without_a_loop(&how, of_other).await,
    };
    *DROPPED.lock().expect("no panic with the lock") = None;
    expect_nothing_found();
    let what = format!("a file for which another task had asked that was dropped {when}");
    expect(Kind::WrongResult, &what, &sum, &wanted);
}

/// Awaits what has nothing to wait for but a thread. Some ask again and again until that is done, and the clock that is
/// stopped meanwhile jumps; but one that has computed for so long asks for ever.
async fn without_a_loop<T>(how: &str, future: impl Future<Output = T>) -> T {
    const MOST: Duration = Duration::from_millis(300);

    let mut future = std::pin::pin!(future);
    let before = cpu_of_thread();
    std::future::poll_fn(|context| {
        if cpu_of_thread().saturating_sub(before) > MOST {
            fail(Kind::Stuck, how);
        }
        future.as_mut().poll(context)
    })
    .await
}

/// Judges with a file that comes only when another one, which is asked for later, is known.
async fn while_another_is_loaded() {
    let (checksums, is_known) = (Checksums::default(), Notify::new());
    let load = async |file: &str| {
        if file == "slow" {
            is_known.notified().await;
        }
        Some(vec![4, 4])
    };
    let quick = async {
        // Behind the other one.
        tokio::task::yield_now().await;
        for _ in 0..2 {
            let sum = checksums.of("quick", load, checksum, millis(709)).await;
            expect(Kind::WrongResult, "the checksum of 4, 4", &sum, &8);
        }
        is_known.notify_one();
    };
    IS_LOADED.store(true, SeqCst);
    let slow = checksums.of("slow", load, checksum, millis(709));
    tokio::join!(slow, quick);
    IS_LOADED.store(false, SeqCst);
    expect_nothing_found();
}

/// Judges with an empty file, whose checksum is 0.
async fn nothing_in_it() {
    let (checksums, loads) = (Checksums::default(), Cell::new(0));
    let load = async |_: &str| {
        loads.set(loads.get() + 1);
        if loads.get() == 1 {
            Some(Vec::new())
        } else {
            Some(vec![1])
        }
    };
    for _ in 0..2 {
        let sum = checksums.of("empty", load, checksum, millis(709)).await;
        expect(Kind::WrongResult, "the checksum of an empty file", &sum, &0);
    }
    expect(
        Kind::WrongResult,
        "times that an empty file was loaded",
        &loads.get(),
        &1,
    );
}

/// Judges with two `Checksums`: one knows nothing of the other.
async fn not_the_same_machine() {
    for (bytes, wanted) in [(vec![9], 9), (vec![8, 8], 16)] {
        let checksums = Checksums::default();
        let load = async |_: &str| Some(bytes.clone());
        let sum = checksums.of("notes.txt", load, checksum, millis(709)).await;
        let what = "a file of the same name, asked for with `Checksums` of its own";
        expect(Kind::WrongResult, what, &sum, &wanted);
    }
}

/// Judges with a checksum that is done only when another file, which is asked for later, is known.
async fn while_another_is_computed() {
    let (open, gate) = mpsc::channel();
    *GATE.lock().expect("no panic with the lock") = Some(gate);
    let checksums = Checksums::default();
    let load = async |file: &str| match file {
        "slow" => Some(vec![SLOW, 1]),
        _ => Some(vec![4, 4]),
    };
    let quick = async {
        // Behind the other one.
        tokio::task::yield_now().await;
        for _ in 0..2 {
            let sum = checksums.of("quick", load, checksum, millis(709)).await;
            expect(Kind::WrongResult, "the checksum of 4, 4", &sum, &8);
        }
        let _ = open.send(());
    };
    let slow = checksums.of("slow", load, checksum, millis(709));
    let (sum, ()) = tokio::join!(slow, quick);
    expect_nothing_found();
    expect(Kind::WrongResult, "the checksum of 255, 1", &sum, &256);
}

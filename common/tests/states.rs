//! The states of threads against the truth: what each thread knows of itself from the kernel.
//!
//! This program is a lesson whose threads compute, sleep and queue in known shares, and the test
//! that runs it, pinned to one core, in every way of measuring.

use std::fs;
use std::process::{Command, ExitCode};
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use common::{Demo, Failure, Lesson, Outcome, Run, options};
use serde_json::{Value, json};
use testing::{Ran, assert_contract, run_command};
use tracing::info_span;

/// The threads that share the core.
const THREADS: usize = 3;
const COMPUTING_MS: u64 = 120;
const SLEEPING_MS: u64 = 60;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    if std::env::args().nth(1).as_deref() == Some("refused") {
        return refused::run();
    }
    if std::env::args().len() > 1 && std::env::args().any(|arg| arg == "shares") {
        let about = "threads that compute, sleep and queue";
        let lesson = Lesson::new("states", "the states of threads");
        let watched = options::flag("watched", "Wait until the threads are looked at");
        let shares = Demo::new("shares", about, shares).option(watched);
        return lesson.demo(shares).main();
    }

    exact_states_are_right_within_a_hundredth();
    sampled_states_are_right_within_a_step();
    #[cfg(target_os = "linux")]
    where_the_exact_way_is_refused_they_are_sampled();
    without_either_there_are_spans_as_ever();
    a_run_that_is_not_drawn_opens_no_file();
    ExitCode::SUCCESS
}

/// Returns the time on a core and the time in line of the calling thread so far, in ns.
fn counted() -> (u64, u64) {
    let Ok(text) = fs::read_to_string("/proc/thread-self/schedstat") else {
        return (0, 0);
    };
    let mut numbers = text.split_whitespace().map(str::parse);
    let mut next = || numbers.next().and_then(Result::ok).expect("a number");
    (next(), next())
}

/// Returns the number of files by which this process is watched.
fn watching(words: &[&str]) -> usize {
    let files = fs::read_dir("/proc/self/fd").into_iter().flatten();
    let names = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    names
        .filter(|name| words.iter().any(|word| name.contains(word)))
        .count()
}

/// Waits until the threads of this process are looked at, if they are going to be: on a busy machine it
/// takes a while to open the system's records, and what lies before is not measured.
fn wait_for_looks() {
    let is_over = Instant::now() + Duration::from_secs(5);
    let way = std::env::var("COURSE_STATES").unwrap_or_default();
    while way != "spans" && watching(&["/task/"]) == 0 && Instant::now() < is_over {
        thread::sleep(Duration::from_millis(1));
    }
}

fn shares(run: &Run) -> Result<Outcome, Failure> {
    if run.flag("watched") {
        wait_for_looks();
    }
    let meeting = Barrier::new(THREADS);
    let truth: Vec<Value> = thread::scope(|scope| {
        let share = |number: usize| {
            let meeting = &meeting;
            thread::Builder::new()
                .name(format!("share-{number}"))
                .spawn_scoped(scope, move || share(meeting))
        };
        let threads: Vec<_> = (1..=THREADS).map(share).collect::<Result<_, _>>()?;
        let join = |thread: thread::ScopedJoinHandle<'_, Value>| thread.join();
        let joined = threads.into_iter().map(join);
        Ok::<_, Failure>(
            joined
                .map(|truth| truth.expect("it does not panic"))
                .collect(),
        )
    })?;
    // The files that this process has open, to see that nothing is watched without being asked.
    let files = watching(&["perf_event", "/task/"]);
    Ok(Outcome::new(json!({"truth": truth, "files": files})))
}

fn share(meeting: &Barrier) -> Value {
    // Before its span it may have been in line for its first turn.
    let (cpu_before, in_line_before) = counted();
    let _span = info_span!("share").entered();
    meeting.wait();
    thread::sleep(Duration::from_millis(SLEEPING_MS));

    let (cpu_first, in_line_first) = counted();
    let computing = Instant::now();
    let mut x = 1_u64;
    while counted().0 < cpu_first + COMPUTING_MS * 1_000_000 {
        for _ in 0..10_000 {
            x = std::hint::black_box(x.wrapping_mul(3));
        }
    }
    let computing = computing.elapsed();
    let (_, in_line_last) = counted();

    // The time on a core is counted in full once the thread has left it.
    thread::sleep(Duration::from_millis(SLEEPING_MS));
    let (cpu, in_line) = counted();
    // It waited for nothing meanwhile. The rest had another virtual machine, while the thread was on its
    // core all the same.
    let stolen_s =
        computing.as_secs_f64() - seconds(cpu - cpu_first) - seconds(in_line_last - in_line_first);
    json!({
        "computing_s": seconds(cpu - cpu_before) + stolen_s.max(0.0),
        "in_line_s": seconds(in_line - in_line_before),
    })
}

fn seconds(ns: u64) -> f64 {
    Duration::from_nanos(ns).as_secs_f64()
}

/// Runs the lesson on one core; `None` on a system without such.
fn run(way: &str, args: &[&str]) -> Option<Ran> {
    let program = std::env::current_exe().expect("this program has a name");
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let cores = status
        .lines()
        .find(|line| line.starts_with("Cpus_allowed_list"))?;
    let core: String = cores
        .split_whitespace()
        .nth(1)?
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let mut command = Command::new("taskset");
    command.args(["-c", &core]).arg(program).args(args);
    let ran = run_command(command.env("COURSE_STATES", way));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    Some(ran)
}

/// Reads the run as JSON; `None` where there is no `taskset`.
fn recorded(way: &str, args: &[&str]) -> Option<Value> {
    if Command::new("taskset").arg("--version").output().is_err() {
        println!("skipped: there is no taskset");
        return None;
    }
    let ran = run(way, &[args, &["--watched"]].concat())?;
    let run = serde_json::from_str(&ran.stdout).ok()?;
    assert_contract(&run);
    Some(run)
}

/// Compares the states of each thread with what the kernel told it, in seconds.
fn compare(run: &Value, tolerance: impl Fn(f64) -> f64) {
    let lanes = run["lanes"].as_array().expect("a list");
    for number in 1..=THREADS {
        let name = format!("share-{number}");
        let lane = lanes.iter().find(|lane| lane["name"] == name.as_str());
        let lane = lane.expect("each thread has a lane");
        let length = |of: &Value| {
            of["end_s"].as_f64().expect("end_s") - of["start_s"].as_f64().expect("start_s")
        };
        let sum = |state: &str| -> f64 {
            let states = lane["states"].as_array().expect("a list").iter();
            states
                .filter(|stretch| stretch["state"] == state)
                .map(length)
                .sum()
        };
        let whole = length(&lane["spans"][0]);
        let truth = &run["results"]["truth"][number - 1];
        let [computing, in_line] =
            ["computing_s", "in_line_s"].map(|key| truth[key].as_f64().expect(key));

        let expected = [
            ("computing", computing),
            ("in line", in_line),
            ("waiting", whole - computing - in_line),
        ];
        for (state, expected) in expected {
            let seen = sum(state);
            assert!(
                (seen - expected).abs() <= tolerance(whole),
                "{name} was {state} for {seen} s, and for {expected} s by the kernel's count, of \
                 {whole} s: {}",
                lane["states"]
            );
        }
    }
}

fn exact_states_are_right_within_a_hundredth() {
    let Some(run) = recorded("", &["--json", "shares"]) else {
        return;
    };
    if run["source"] != "exact" {
        println!(
            "skipped: this system reports no switches, it is {}",
            run["source"]
        );
        return;
    }
    compare(&run, |whole| whole / 100.0);
    let cores = |lane: &Value| {
        let states = lane["states"].as_array().expect("a list").iter();
        let cores: Vec<Value> = states.map(|stretch| stretch["core"].clone()).collect();
        cores
    };
    let all = run["lanes"]
        .as_array()
        .expect("a list")
        .iter()
        .flat_map(cores);
    let mut cores: Vec<u64> = all.filter_map(|core| core.as_u64()).collect();
    cores.dedup();
    assert_eq!(cores.len(), 1, "all ran on the one core: {cores:?}");

    // The drawing has a row for it, since the threads wanted it at the same time.
    let ran = crate::run("", &["shares"]).expect("it ran before");
    let row = format!("\n  core {} ", cores[0]);
    assert_eq!(ran.stdout.matches(&row).count(), 1, "{ran:?}");
    assert_eq!(ran.stdout.matches("\n  core ").count(), 1, "{ran:?}");
}

fn sampled_states_are_right_within_a_step() {
    let Some(run) = recorded("sampled", &["--json", "shares"]) else {
        return;
    };
    if run["source"] != "sampled" {
        println!("skipped: this system shows no states of threads");
        return;
    }
    // A look is late where other threads have the one core: it is a thread as they are.
    compare(&run, |whole| 0.02 + whole / 20.0);
}

/// The way to be refused the records of switches: a filter of system calls, as containers have.
#[cfg(target_os = "linux")]
mod refused {
    use std::io;
    use std::os::unix::process::CommandExt;
    use std::process::{Command, ExitCode};

    /// Runs this program's words after `refused ERRNO` with `perf_event_open` refused.
    pub fn run() -> ExitCode {
        let args: Vec<String> = std::env::args().collect();
        let errno = args[2].parse().expect("the number of an error");
        if let Err(why) = refuse(errno) {
            println!("no filter: {why}");
            return ExitCode::FAILURE;
        }
        let why = Command::new(&args[0]).args(&args[3..]).exec();
        println!("no program: {why}");
        ExitCode::FAILURE
    }

    fn refuse(errno: u32) -> io::Result<()> {
        let instruction = |code: u32, k: u32, otherwise: u8| libc::sock_filter {
            code: u16::try_from(code).expect("codes have sixteen bits"),
            jt: 0,
            jf: otherwise,
            k,
        };
        let call = u32::try_from(libc::SYS_perf_event_open).expect("a small number");
        // The number of the call is the first field of what the filter reads.
        let mut filter = [
            instruction(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0),
            instruction(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, call, 1),
            instruction(libc::BPF_RET, libc::SECCOMP_RET_ERRNO | errno, 0),
            instruction(libc::BPF_RET, libc::SECCOMP_RET_ALLOW, 0),
        ];
        let program = libc::sock_fprog {
            len: 4,
            filter: filter.as_mut_ptr(),
        };

        // SAFETY: it takes numbers alone, and touches no memory.
        let promised = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
        if promised < 0 {
            return Err(io::Error::last_os_error());
        }
        let mode = libc::SECCOMP_MODE_FILTER;
        // SAFETY: the program points to the four instructions, which live until the call returns; the
        // kernel copies them.
        let filtered = unsafe { libc::prctl(libc::PR_SET_SECCOMP, mode, &raw const program) };
        if filtered < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn where_the_exact_way_is_refused_they_are_sampled() {
    for errno in [libc::EACCES, libc::EPERM, libc::ENOSYS] {
        let errno = errno.to_string();
        let Some(run) = recorded("", &["refused", &errno, "--json", "shares"]) else {
            return;
        };
        assert_eq!(run["source"], "sampled", "error {errno}");
        compare(&run, |whole| 0.02 + whole / 20.0);
    }

    let program = std::env::current_exe().expect("this program has a name");
    let errno = libc::EACCES.to_string();
    let ran = run_command(Command::new(program).args(["refused", &errno, "shares"]));
    assert!(ran.stdout.contains("(seen every 5 ms)"), "{ran:?}");
}

fn without_either_there_are_spans_as_ever() {
    let Some(run) = recorded("spans", &["--json", "shares"]) else {
        return;
    };
    assert_eq!(run["source"], "spans");
    let lanes = run["lanes"].as_array().expect("a list");
    assert!(
        lanes.iter().all(|lane| lane["states"] == json!([])),
        "{lanes:?}"
    );
}

fn a_run_that_is_not_drawn_opens_no_file() {
    if Command::new("taskset").arg("--version").output().is_err() {
        return;
    }
    let program = std::env::current_exe().expect("this program has a name");
    for (args, watched) in [
        (&["shares", "--timeline", "never"][..], false),
        (&["shares"][..], true),
    ] {
        let mut command = Command::new(&program);
        let ran = run_command(command.args(args));
        let quiet = ran.stdout.lines().any(|line| line == "  files  0");
        assert!(
            !(quiet && watched) || cfg!(not(target_os = "linux")),
            "{ran:?}"
        );
        assert!(quiet || watched, "{ran:?}");
    }
}

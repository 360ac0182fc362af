//! What the records say of a thread, against what the thread did and the kernel counted.
#![cfg(target_os = "linux")]

use std::fs;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};
use system::{How, Record, Switches};

/// Opens the events, or says why the test is skipped: not every machine allows it.
fn opened() -> Option<Switches> {
    match Switches::open() {
        Ok(switches) => Some(switches),
        Err(error) => {
            eprintln!("skipped: this system reports no switches: {error}");
            None
        }
    }
}

fn thread_id() -> u32 {
    let link = fs::read_link("/proc/thread-self").expect("Linux has it");
    link.file_name()
        .and_then(|name| name.to_str()?.parse().ok())
        .expect("a number")
}

fn now_ns() -> u64 {
    let now = clock_gettime(ClockId::CLOCK_MONOTONIC).expect("Linux has it");
    u64::try_from(Duration::from(now).as_nanos()).expect("less than 584 years")
}

fn counted(key: &str) -> u64 {
    let status = fs::read_to_string("/proc/thread-self/status").expect("Linux has it");
    let line = status
        .lines()
        .find(|line| line.starts_with(key))
        .expect("it is there");
    line.split_whitespace()
        .last()
        .and_then(|count| count.parse().ok())
        .expect("a number")
}

fn of(records: &[Record], wanted: u32) -> Vec<(u64, How)> {
    let switch = |record: &Record| match *record {
        Record::Switch { t_ns, tid, how, .. } if tid == wanted => Some((t_ns, how)),
        _ => None,
    };
    let mut switches: Vec<(u64, How)> = records.iter().filter_map(switch).collect();
    switches.sort_by_key(|(t_ns, _)| *t_ns);
    switches
}

#[test]
fn each_sleep_is_a_wait_and_the_kernel_counts_as_many() {
    let Some(mut switches) = opened() else { return };
    let (tid, waits, preempted) = thread::spawn(|| {
        for _ in 0..50 {
            thread::sleep(Duration::from_micros(200));
        }
        (
            thread_id(),
            counted("voluntary_ctxt_switches"),
            counted("nonvoluntary_ctxt_switches"),
        )
    })
    .join()
    .expect("it does not panic");
    let records = switches.take();
    let seen = of(&records, tid);
    let count = |wanted| seen.iter().filter(|(_, how)| *how == wanted).count() as u64;

    // The thread's end is one more wait, of a thread that was no more there to count it.
    assert!(
        (waits..=waits + 1).contains(&count(How::Waits)),
        "{waits}: {seen:?}"
    );
    assert!(count(How::Preempted) >= preempted && count(How::Preempted) <= preempted + 1);
    for pair in seen.windows(2) {
        let alternate = (pair[0].1 == How::On) != (pair[1].1 == How::On);
        assert!(alternate, "onto a core and off it, in turns: {seen:?}");
    }
}

#[test]
fn time_off_the_core_is_the_time_slept() {
    let Some(mut switches) = opened() else { return };
    let (tid, sleeps) = thread::spawn(|| {
        let sleep = |_| {
            let start_ns = now_ns();
            thread::sleep(Duration::from_millis(5));
            (start_ns, now_ns())
        };
        let sleeps: Vec<(u64, u64)> = (0..10).map(sleep).collect();
        (thread_id(), sleeps)
    })
    .join()
    .expect("it does not panic");
    let seen = of(&switches.take(), tid);

    // Outside of the sleeps the thread may wait as well: for memory, and for its end.
    let off_in = |(start_ns, end_ns): (u64, u64)| -> u64 {
        seen.windows(2)
            .filter(|pair| pair[0].1 != How::On && pair[1].1 == How::On)
            .filter(|pair| start_ns <= pair[0].0 && pair[1].0 <= end_ns)
            .map(|pair| pair[1].0 - pair[0].0)
            .sum()
    };
    let off: Vec<u64> = sleeps.into_iter().map(off_in).collect();
    assert!(
        off.iter().sum::<u64>() >= 50_000_000,
        "ten times five milliseconds: {off:?} ns of {seen:?}"
    );
}

#[test]
fn two_threads_on_one_core_are_preempted_in_turn() {
    let Some(mut switches) = opened() else { return };
    let (send, receive) = mpsc::channel();
    for _ in 0..2 {
        let send = send.clone();
        // A shell on the first core that the test may use, so that both share it.
        thread::spawn(move || {
            let core = fs::read_to_string("/proc/self/status").expect("Linux has it");
            let core = core
                .lines()
                .find(|line| line.starts_with("Cpus_allowed_list"))
                .expect("it has");
            let core: String = core
                .split_whitespace()
                .last()
                .unwrap_or("0")
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            let program = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";
            let ended = Command::new("taskset")
                .args(["-c", &core, "sh", "-c", program])
                .status();
            send.send(ended.is_ok_and(|ended| ended.success()))
                .expect("the test waits");
        });
    }
    if !receive.recv().expect("it says how it went") || !receive.recv().expect("and the other one")
    {
        eprintln!("skipped: there is no taskset");
        return;
    }
    let records = switches.take();
    let started = records
        .iter()
        .filter(|record| matches!(record, Record::Started { .. }))
        .count();
    let ended = records
        .iter()
        .filter(|record| matches!(record, Record::Ended { .. }))
        .count();
    let preempted = records
        .iter()
        .filter(|record| {
            matches!(
                record,
                Record::Switch {
                    how: How::Preempted,
                    ..
                }
            )
        })
        .count();
    assert!(started >= 4, "two threads and two processes: {started}");
    assert!(ended >= 4, "{ended}");
    assert!(
        preempted > 0,
        "two that compute on one core must take turns"
    );
}

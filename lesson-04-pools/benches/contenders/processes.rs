//! Worker processes: this program, started again.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

use ipc_channel::ipc::{self, IpcOneShotServer, IpcReceiver, IpcSender};
use lesson_04_pools::executor::{JobHandle, ProcessPool, worker};

use super::deed::{Bytes, Deed, sum};
use super::race::{Measure, Race, each, timed};

/// The environment variable that gives this program, started again, its role.
const ROLE: &str = "COURSE_BENCH_ROLE";
const MEBIBYTE: usize = 1 << 20;

type Ends = (IpcSender<u64>, IpcReceiver<u64>);

/// Works if this process was started as a worker. Returns whether it was.
pub fn serve() -> bool {
    // SAFETY: it asks for a promise that a function's address is the same in this program started
    // again; see its docs. No shared library with functions of ours is loaded.
    unsafe { procspawn::assert_spawn_is_safe() };
    procspawn::init();
    if std::env::args().nth(1).as_deref() == Some("worker") {
        worker::serve::<Deed>().expect("its pipes are fine");
        return true;
    }
    let Ok(role) = std::env::var(ROLE) else {
        return false;
    };
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    if let Some(name) = role.strip_prefix("ipc ") {
        let (to, tasks) = ipc::channel::<u64>().expect("a channel");
        let (answers, from) = ipc::channel::<u64>().expect("a channel");
        let parent = IpcSender::<Ends>::connect(name.to_owned()).expect("it waits");
        parent.send((to, from)).expect("it waits");
        while let Ok(number) = tasks.recv() {
            answers.send(number).expect("it is waited for");
        }
    } else if role == "echo" {
        let mut bytes = [0; 8];
        while input.read_exact(&mut bytes).is_ok() {
            output
                .write_all(&bytes)
                .and_then(|()| output.flush())
                .expect("it is waited for");
        }
    } else if role == "sum" {
        let mut bytes = vec![0; MEBIBYTE];
        while input.read_exact(&mut bytes).is_ok() {
            let sum = sum(&bytes).to_le_bytes();
            output
                .write_all(&sum)
                .and_then(|()| output.flush())
                .expect("it is waited for");
        }
    }
    true
}

fn again(role: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command
        .env(ROLE, role)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

fn pool(workers: usize) -> ProcessPool<Deed> {
    ProcessPool::builder()
        .workers(workers)
        .build()
        .expect("there is room")
}

fn procspawn_pool(workers: usize) -> procspawn::Pool {
    procspawn::Pool::new(workers).expect("there is room")
}

/// A child that ends with its owner.
struct Peer(Child);

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Measures a message to a child and its answer of eight bytes, over two pipes and nothing else.
fn bare(role: &str, message: Vec<u8>) -> Measure {
    let mut peer = Peer(again(role).spawn().expect("a process"));
    let (mut to, mut from) = peer
        .0
        .stdin
        .take()
        .zip(peer.0.stdout.take())
        .expect("piped");
    let mut answer = [0; 8];
    Box::new(move |times| {
        let _alive = &peer;
        each(times, |_| {
            to.write_all(&message).expect("it reads");
            from.read_exact(&mut answer).expect("it answers");
        })
    })
}

fn ipc_channel() -> Measure {
    let (server, name) = IpcOneShotServer::<Ends>::new().expect("a server");
    let peer = Peer(again(&format!("ipc {name}")).spawn().expect("a process"));
    let (_, (to, from)) = server.accept().expect("it connects");
    Box::new(move |times| {
        let _alive = &peer;
        each(times, |n| {
            to.send(n).expect("it reads");
            assert_eq!(from.recv().expect("it answers"), n);
        })
    })
}

fn done(pool: &ProcessPool<Deed>, deed: Deed) -> u64 {
    pool.submit(deed)
        .and_then(JobHandle::result)
        .expect("it is done")
}

pub fn there_and_back() -> Race {
    let ours = pool(1);
    let theirs = procspawn_pool(1);
    let ours: Measure =
        Box::new(move |times| each(times, |n| assert_eq!(done(&ours, Deed::Echo(n)), n)));
    let theirs: Measure = Box::new(move |times| {
        each(times, |n| {
            assert_eq!(
                procspawn::spawn!(in theirs, (n => n) || n).join().ok(),
                Some(n)
            );
        })
    });
    Race {
        work: "one small task to a worker process and back",
        unit: "µs",
        scale: 1e6,
        times: 1_000,
        contenders: vec![
            ("two pipes, nothing else", bare("echo", vec![1; 8])),
            ("our pool", ours),
            ("ipc-channel, no pool", ipc_channel()),
            ("procspawn", theirs),
        ],
    }
}

pub fn stream() -> Race {
    let ours = pool(2);
    let mapped = pool(2);
    let theirs = procspawn_pool(2);
    let ours: Measure = Box::new(move |times| {
        timed(|| {
            let jobs: Vec<_> = (0..times)
                .map(|n| ours.submit(Deed::Echo(n)).expect("open"))
                .collect();
            jobs.into_iter()
                .map(|job| job.result().expect("done"))
                .sum::<u64>()
        })
    });
    let chunks: Measure = Box::new(move |times| {
        timed(|| {
            mapped
                .map((0..times).map(Deed::Echo))
                .chunks(64)
                .map(|n| n.expect("done"))
                .sum::<u64>()
        })
    });
    let theirs: Measure = Box::new(move |times| {
        // A tenth is enough of what is so slow.
        let some = times / 10;
        10 * timed(|| {
            let jobs: Vec<_> = (0..some)
                .map(|n| procspawn::spawn!(in theirs, (n => n) || n))
                .collect();
            jobs.into_iter()
                .map(|job| job.join().expect("done"))
                .sum::<u64>()
        })
    });
    Race {
        work: "10,000 small tasks to two worker processes",
        unit: "µs a task",
        scale: 1e6,
        times: 10_000,
        contenders: vec![
            ("our pool, map with chunks(64)", chunks),
            ("our pool, submit", ours),
            ("procspawn", theirs),
        ],
    }
}

pub fn mebibyte() -> Race {
    let ours = pool(1);
    let bytes = vec![1; MEBIBYTE];
    let here = bytes.clone();
    let sent = bytes.clone();
    let ours: Measure = Box::new(move |times| {
        each(times, |_| {
            assert_eq!(done(&ours, Deed::Sum(Bytes(sent.clone()))), MEBIBYTE as u64);
        })
    });
    let here: Measure = Box::new(move |times| {
        timed(|| {
            (0..times)
                .map(|_| sum(std::hint::black_box(&here)))
                .sum::<u64>()
        })
    });
    Race {
        work: "1 MiB to a worker process, summed there",
        unit: "ms",
        scale: 1e3,
        times: 20,
        contenders: vec![
            ("summed where it is", here),
            ("our pool", ours),
            ("a pipe, nothing else", bare("sum", bytes)),
        ],
    }
}

/// Compares an empty program with a worker that has done one task; each is started and reaped.
fn starting(work: &'static str, ballast: Vec<u8>) -> Race {
    let empty: Measure = Box::new(|times| {
        each(times, |_| {
            assert!(again("none").status().is_ok_and(|status| status.success()));
        })
    });
    let worker: Measure = Box::new(move |times| {
        std::hint::black_box(&ballast);
        each(times, |n| assert_eq!(done(&pool(1), Deed::Echo(n)), n))
    });
    Race {
        work,
        unit: "ms",
        scale: 1e3,
        times: 10,
        contenders: vec![
            ("this program, which ends at once", empty),
            ("our pool of one, with a task", worker),
        ],
    }
}

pub fn start_and_reap() -> Race {
    starting("a worker process started, used once and reaped", Vec::new())
}

pub fn start_and_reap_from_a_large_parent() -> Race {
    starting(
        "the same while this program holds 512 MiB",
        vec![1; 512 << 20],
    )
}

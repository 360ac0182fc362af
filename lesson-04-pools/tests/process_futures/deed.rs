//! What a worker of these tests can be told to do, and what it sends back.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lesson_04_pools::executor::Task;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a worker can be told to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Deed {
    Power(u64, u32),
    Divide(i64, i64),
    Pid,
    /// Counts itself in and gives the count: what the worker's process remembers.
    Count,
    Panic,
    Print,
    Abort,
    KillItself,
    Exit(i32),
    Sleep(Duration),
    /// Reads its standard input to the end.
    Read,
    /// Its result panics when it is dropped.
    PanicLater,
    /// So many bytes.
    Length(Vec<u8>),
    Bytes(usize),
    /// The same bytes.
    Echo(Vec<u8>),
    /// From now on this process cannot open any file.
    OpenNothing,
    /// Dies the first time: then the file is there.
    DieOnce(std::path::PathBuf),
    /// Makes this file, and never ends.
    Begin(std::path::PathBuf),
    BadTask(OnRead),
    Unsendable(OnWrite),
    BadResult,
    AbortingResult,
    UnreadableResult,
}

/// What it gives back.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub enum Gain {
    Number(i64),
    Bytes(Vec<u8>),
    Bad(OnWrite),
    Fragile(Fragile),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Fragile;

impl Drop for Fragile {
    fn drop(&mut self) {
        std::panic::resume_unwind(Box::new("on purpose"));
    }
}

/// A task that cannot be read.
#[derive(Clone, Debug, Serialize)]
pub enum OnRead {
    Fails,
    Panics,
    Exits,
    Aborts,
}

impl<'de> Deserialize<'de> for OnRead {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<OnRead, D::Error> {
        match u32::deserialize(from)? {
            0 => Err(serde::de::Error::custom("cannot be read")),
            1 => panic!("no wish to be read"),
            2 => std::process::exit(1),
            _ => std::process::abort(),
        }
    }
}

/// A result that cannot be written, or not be read.
#[derive(Clone, Debug, PartialEq)]
pub enum OnWrite {
    Panics,
    Aborts,
    CannotBeRead,
}

impl Serialize for OnWrite {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            OnWrite::Panics => panic!("no wish to be written"),
            OnWrite::Aborts => std::process::abort(),
            OnWrite::CannotBeRead => to.serialize_u32(0),
        }
    }
}

impl<'de> Deserialize<'de> for OnWrite {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<OnWrite, D::Error> {
        panic!("no wish to be read")
    }
}

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Task for Deed {
    type Output = Gain;

    fn run(self) -> Gain {
        match self {
            Deed::Power(base, exponent) => {
                Gain::Number(base.pow(exponent).try_into().expect("it fits"))
            }
            Deed::Divide(a, b) => Gain::Number(a / b),
            Deed::Pid => Gain::Number(std::process::id().into()),
            Deed::Count => Gain::Number(COUNT.fetch_add(1, Ordering::SeqCst).into()),
            Deed::Panic => panic!("on purpose"),
            Deed::Print => {
                print!("a stray line\nand one without an end");
                Gain::Number(1)
            }
            Deed::Abort => std::process::abort(),
            Deed::KillItself => {
                let _ = kill(Pid::this(), Signal::SIGKILL);
                Gain::Number(0)
            }
            Deed::Exit(code) => std::process::exit(code),
            Deed::Sleep(pause) => {
                std::thread::sleep(pause);
                Gain::Number(0)
            }
            Deed::Read => Gain::Number(
                std::io::stdin()
                    .lines()
                    .count()
                    .try_into()
                    .expect("it fits"),
            ),
            Deed::PanicLater => Gain::Fragile(Fragile),
            Deed::Length(bytes) => Gain::Number(bytes.len().try_into().expect("it fits")),
            Deed::Bytes(length) => Gain::Bytes(vec![7; length]),
            Deed::Echo(bytes) => Gain::Bytes(bytes),
            Deed::OpenNothing => {
                let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).expect("there is one");
                // Not 0: `poll` must be allowed to wait for one.
                setrlimit(Resource::RLIMIT_NOFILE, 1, most).expect("less is allowed");
                Gain::Number(0)
            }
            Deed::DieOnce(file) => {
                if std::fs::File::create_new(file).is_ok() {
                    std::process::abort();
                }
                Gain::Number(1)
            }
            Deed::Begin(file) => {
                std::fs::File::create_new(file).expect("there is room");
                std::thread::sleep(Duration::from_hours(1));
                Gain::Number(0)
            }
            Deed::BadTask(_) | Deed::Unsendable(_) => Gain::Number(0),
            Deed::BadResult => Gain::Bad(OnWrite::Panics),
            Deed::AbortingResult => Gain::Bad(OnWrite::Aborts),
            Deed::UnreadableResult => Gain::Bad(OnWrite::CannotBeRead),
        }
    }
}

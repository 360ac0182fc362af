//! A NATS server for a test, and the lesson's programs as a test sees them.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use common::TempDir;
use lesson_04_pools::beyond::server::program;
use lesson_04_pools::beyond::{connection, stream};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use testing::{Ran, assert_contract, run_json};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_lesson-04-pools");

/// Only what hangs meets it.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// Whether the test can be done here. `.ci/run` sets `COURSE_NATS`: then it has to be.
pub fn possible() -> bool {
    let there = program().is_some();
    assert!(
        there || std::env::var_os("COURSE_NATS").is_none(),
        "nats-server is not installed"
    );
    if !there {
        eprintln!("skipped: there is no nats-server here; `apt-get install nats-server`");
    }
    there
}

/// A server on a port that stays the same when it is started again.
pub struct Nats {
    pub port: u16,
    store: TempDir,
    args: Vec<String>,
    child: Child,
}

impl Nats {
    pub fn start(args: &[&str]) -> Nats {
        // Free a moment ago: nobody else on this machine asks for this very one.
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let store = TempDir::new("course-nats-test").unwrap();
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        let child = serve(port, &store, &args);
        let nats = Nats {
            port,
            store,
            args,
            child,
        };
        nats.wait();
        nats
    }

    /// One that was not asked to keep messages.
    pub fn without_streams() -> Nats {
        Nats::start(&["--jetstream=false"])
    }

    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Ends it as a power cut would, and starts it again with what it had stored.
    pub fn restart(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.child = serve(self.port, &self.store, &self.args);
        self.wait();
    }

    fn wait(&self) {
        let start = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(start.elapsed() < PATIENCE, "nats-server does not start");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn serve(port: u16, store: &TempDir, args: &[String]) -> Child {
    let program = program().expect("it is installed");
    let mut command = if cfg!(target_os = "linux") {
        // It ends with the test's thread, however that ends.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command
        .args([
            "--jetstream",
            "--addr",
            "127.0.0.1",
            "--port",
            &port.to_string(),
        ])
        .args(args);
    command
        .arg("--store_dir")
        .arg(store.path())
        .arg("--log")
        .arg(store.path().join("log"));
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

impl Drop for Nats {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program of the lesson that runs, and what it has said so far. Dropping it kills it.
pub struct Going {
    pub child: Child,
    said: Arc<(Mutex<Vec<String>>, Condvar)>,
}

/// Starts `beyond` with these arguments.
pub fn start(args: &[&str]) -> Going {
    let mut command = Command::new(PROGRAM);
    command.arg("beyond").args(args);
    start_command(command)
}

pub fn start_command(mut command: Command) -> Going {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let mut child = command.spawn().unwrap();
    let said = Arc::new((Mutex::new(Vec::new()), Condvar::new()));
    let out: Box<dyn Read + Send> = Box::new(child.stdout.take().unwrap());
    let err: Box<dyn Read + Send> = Box::new(child.stderr.take().unwrap());
    for from in [out, err] {
        let said = Arc::clone(&said);
        std::thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                said.0.lock().unwrap().push(line);
                said.1.notify_all();
            }
        });
    }
    Going { child, said }
}

impl Going {
    /// Waits until it has said something with this text, and gives back the line.
    #[track_caller]
    pub fn wait_for(&self, text: &str) -> String {
        let (lines, more) = &*self.said;
        let lines = lines.lock().unwrap();
        let find = |lines: &[String]| lines.iter().find(|line| line.contains(text)).cloned();
        let (lines, _) = more
            .wait_timeout_while(lines, PATIENCE, |lines| find(lines).is_none())
            .unwrap();
        find(&lines).unwrap_or_else(|| panic!("it does not say {text:?}:\n{}", lines.join("\n")))
    }

    pub fn says(&self, text: &str) -> bool {
        self.said
            .0
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.contains(text))
    }

    /// Waits for its end. Gives back its exit code and all that it said.
    #[track_caller]
    pub fn end(mut self) -> (Option<i32>, String) {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            let said = || self.said.0.lock().unwrap().join("\n");
            assert!(start.elapsed() < PATIENCE, "it does not end:\n{}", said());
            std::thread::sleep(Duration::from_millis(5));
        };
        // Its pipes are empty when nobody else has the list of lines any more.
        while Arc::strong_count(&self.said) > 1 && start.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(5));
        }
        let said = self.said.0.lock().unwrap().join("\n");
        (status.code(), said)
    }

    /// The same of a program that was started with `--json`: its object.
    #[track_caller]
    pub fn json(self) -> Value {
        let (code, said) = self.end();
        let line = said.lines().find(|line| line.starts_with('{'));
        let line = line.unwrap_or_else(|| panic!("no JSON, exit code {code:?}:\n{said}"));
        serde_json::from_str(line).unwrap()
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().cast_signed()), signal).unwrap();
    }
}

impl Drop for Going {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The messages of a run's log.
pub fn log(run: &Value) -> Vec<&str> {
    run["log"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["message"].as_str().unwrap())
        .collect()
}

/// Runs `beyond` with `--json` and gives back its object.
pub fn beyond(args: &[&str]) -> (Value, Ran) {
    let (mut runs, ran) = run_json(PROGRAM, &[&["beyond"], args].concat());
    assert_eq!(runs.len(), 1, "{}", ran.stderr);
    assert_contract(&runs[0]);
    (runs.remove(0), ran)
}

/// Asks the server something.
pub fn ask<T>(nats: &Nats, question: impl AsyncFnOnce(stream::Streams) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let asked = async {
            let jetstream = connection::connect(&nats.url(), "test").await.unwrap();
            question(
                stream::open(&jetstream, Duration::from_secs(2))
                    .await
                    .unwrap(),
            )
            .await
        };
        tokio::time::timeout(PATIENCE, asked)
            .await
            .expect("the server answers")
    })
}

/// The name of the run that this submitter has begun.
pub fn run_of(submitter: &Going) -> String {
    submitter
        .wait_for("--resume ")
        .rsplit(' ')
        .next()
        .unwrap()
        .to_owned()
}

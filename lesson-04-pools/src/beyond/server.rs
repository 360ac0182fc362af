//! A NATS server of our own, for as long as the demo runs. In earnest you use one that is looked
//! after elsewhere.

use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use common::TempDir;
use common::process::{self, Child, Exit};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// More than a server needs to start, on a machine with other things to do as well.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that runs. Dropping it ends the server, and removes what it stored.
#[derive(Debug)]
pub struct Server {
    /// The address.
    pub url: String,
    child: Child,
    watchdog: std::process::Child,
    store: TempDir,
}

/// Finds the program, if it is installed. Debian puts it where only an administrator's shell looks.
pub fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let more = ["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from);
    let folders = std::env::split_paths(&path).chain(more);
    folders
        .map(|folder| folder.join("nats-server"))
        .find(|file| file.is_file())
}

impl Server {
    /// Starts a server that keeps streams, on a free port of this machine alone, with an empty
    /// store.
    pub fn start() -> io::Result<Server> {
        let program = program().ok_or_else(|| {
            io::Error::other(
                "there is no nats-server: `apt-get install nats-server` on Debian, https://nats.io/download elsewhere; \
                 or use one that runs, with --nats URL",
            )
        })?;

        let store = TempDir::new("course-nats")?;
        let mut command = Command::new(program);
        // Port -1 is any free one; the server writes into a file which one it took.
        command.args(["--jetstream", "--addr", "127.0.0.1", "--port", "-1"]);
        command
            .arg("--store_dir")
            .arg(store.path())
            .arg("--ports_file_dir")
            .arg(store.path());
        command.arg("--log").arg(store.path().join("log"));
        let child = process::spawn(
            command.stdin(Stdio::null()).stdout(Stdio::null()),
            "nats-server",
        )?;
        let watchdog = watchdog(&child, &store)?;

        let mut server = Server {
            url: String::new(),
            child,
            watchdog,
            store,
        };
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(url) = server.address()? {
                server.url = url;
                return Ok(server);
            }
            sleep(Duration::from_millis(5));
        }
        Err(io::Error::other(
            "nats-server does not say that it is ready",
        ))
    }

    /// Fails if it no longer runs: with how it ended, and what it said last.
    pub fn check(&mut self) -> io::Result<()> {
        let Some(status) = self.child.try_wait()? else {
            return Ok(());
        };
        let log = std::fs::read_to_string(self.store.path().join("log")).unwrap_or_default();
        let last = log.lines().last().unwrap_or_default();

        Err(io::Error::other(format!(
            "nats-server {}: {last}",
            Exit::from(status)
        )))
    }

    /// Reads the address that the server has written into a file, if it has.
    fn address(&mut self) -> io::Result<Option<String>> {
        self.check()?;
        let ports = self
            .store
            .path()
            .join(format!("nats-server_{}.ports", self.child.id()));
        // It may not be there yet, or be half written.
        let text = std::fs::read_to_string(ports).unwrap_or_default();
        let read = serde_json::from_str::<serde_json::Value>(&text).unwrap_or_default();

        Ok(read["nats"][0].as_str().map(str::to_owned))
    }
}

/// Starts a little process that ends the server with us.
///
/// A server does not read its standard input, so it would not notice that we are gone. The watchdog
/// does: it waits for the end of its own, which comes however we end, then ends the server and
/// removes what it stored.
fn watchdog(server: &Child, store: &TempDir) -> io::Result<std::process::Child> {
    let script = "read -r _; kill -9 \"$0\" 2>/dev/null; rm -rf \"$1\"";
    let mut command = Command::new("sh");
    command
        .args(["-c", script, &server.id().to_string()])
        .arg(store.path());

    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

impl Drop for Server {
    fn drop(&mut self) {
        // The watchdog first: the server's number may belong to another process once it has ended.
        let _ = self.watchdog.kill();
        let _ = self.watchdog.wait();
        let pid = Pid::from_raw(self.child.id().cast_signed());
        let _ = kill(pid, Signal::SIGTERM);

        let start = Instant::now();
        let a_while = Duration::from_secs(5);
        while matches!(self.child.try_wait(), Ok(None)) && start.elapsed() < a_while {
            sleep(Duration::from_millis(2));
        }
        // If it is still there, it is killed now: dropping a child does that.
    }
}

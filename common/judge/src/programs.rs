//! Programs for answers to start: shells that note that they ran, wait at a gate, and can make the
//! answer stand still.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use recording::TempDir;

use crate::left::Helper;
use crate::{Kind, fail};

/// The meeting place for the programs of one call. Its shells know these by their arguments: `$1`
/// is a file for notes, `$2` the gate, and `$3` the process of the check.
pub struct Programs {
    folder: TempDir,
    gate: File,
}

impl Programs {
    /// Makes a folder with a closed gate and no notes.
    ///
    /// # Panics
    /// When the system has no room for them.
    #[expect(
        clippy::new_without_default,
        reason = "it makes a folder: not a default"
    )]
    pub fn new() -> Programs {
        let folder = TempDir::new("programs").expect("there is a folder for temporary files");
        let gate = folder.path().join("gate");
        system::make_named_pipe(&gate).expect("the system has named pipes");
        // Open for both, so that opening it waits for nothing and a program that waits sees no end.
        let gate = OpenOptions::new().read(true).write(true).open(gate);
        let gate = gate.expect("it has just been made");
        fs::write(folder.path().join("notes"), "").expect("the folder is ours");
        Programs { folder, gate }
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The arguments with which `sh` does what `script` says, once it has noted `name`. A line
    /// `read x < "$2"` waits for the gate.
    pub fn arguments(&self, name: &str, script: &str) -> Vec<String> {
        let paths = ["notes", "gate"].map(|file| self.path().join(file).display().to_string());
        let [notes, gate] = paths;
        let script = format!("echo {name} >> \"$1\"; {script}");
        let judge = std::process::id().to_string();
        vec!["-c".to_owned(), script, "sh".to_owned(), notes, gate, judge]
    }

    /// A shell that notes `name`, and then does what `script` says. Its standard input is empty.
    pub fn shell(&self, name: &str, script: &str) -> Command {
        let mut command = Command::new("sh");
        command
            .args(self.arguments(name, script))
            .stdin(Stdio::null());
        command
    }

    /// Returns the notes so far, in their order.
    pub fn notes(&self) -> Vec<String> {
        let notes = fs::read_to_string(self.path().join("notes")).unwrap_or_default();
        notes.lines().map(str::to_owned).collect()
    }

    /// Returns the path of the notes, to be read elsewhere.
    pub fn notes_file(&self) -> PathBuf {
        self.path().join("notes")
    }

    /// Ends the check unless each of these names was noted once: each program ran, and none ran
    /// twice.
    ///
    /// # Panics
    /// With a [`crate::Fault`] when it was not so.
    pub fn expect_each_once(&self, what: &str, names: &[&str]) {
        let notes = self.notes();
        for name in names {
            match notes.iter().filter(|note| note == name).count() {
                1 => {}
                0 => fail(Kind::LostJob, format!("{what}: it never ran")),
                times => fail(
                    Kind::WrongResult,
                    format!("{what}: it ran {times} times, not once"),
                ),
            }
        }
    }

    /// Lets this many programs pass the gate, those that come later included.
    ///
    /// # Panics
    /// When the pipe is broken, which cannot be while this holds it.
    pub fn open_gate(&self, programs: usize) {
        let lines = "\n".repeat(programs);
        let mut gate = &self.gate;
        gate.write_all(lines.as_bytes())
            .expect("this holds both of its ends");
    }

    /// Opens the gate for a program that has noted `pid $$`, and writes `text` to one of its outputs
    /// a while after it has ended, as a process could that it has left its output to. Returns
    /// whether that was possible: only Linux lets another process open what a program has open.
    pub fn write_later(&self, output: u32, text: &str) -> bool {
        let patience = Instant::now() + SOON;
        let pid = loop {
            let noted = self.notes();
            let pid = noted.iter().find_map(|note| note.strip_prefix("pid "));
            match pid {
                Some(pid) => break pid.to_owned(),
                None if Instant::now() > patience => break String::new(),
                None => thread::sleep(Duration::from_millis(1)),
            }
        };
        let held = format!("/proc/{pid}/fd/{output}");
        let held = OpenOptions::new().write(true).open(held);
        self.open_gate(1);
        let Ok(mut held) = held else {
            return false;
        };

        let runs = || {
            fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z"))
        };
        while runs() && Instant::now() < patience {
            thread::sleep(Duration::from_millis(1));
        }
        // Longer than an answer may sleep in the hope that all has been read.
        thread::sleep(Duration::from_millis(600));
        // An answer that has given up has closed its end: that is seen in what it returns.
        let _ = held.write_all(text.as_bytes());
        true
    }

    /// Makes the answer stand still while a program runs on. The script says `kill -STOP $3` where
    /// that begins, and `echo $$ > "$1.go"` when it is done: a moment after the program has ended, the
    /// answer goes on. Until then keep what this returns.
    ///
    /// # Panics
    /// When the system has no room for one more process.
    pub fn thaw(&self) -> Thaw {
        self.thaw_after(Duration::from_millis(50))
    }

    /// Does what `thaw` does, with a moment of this length.
    ///
    /// # Panics
    /// When the system has no room for one more process.
    pub fn thaw_after(&self, moment: Duration) -> Thaw {
        // Only Linux tells it when that program has ended.
        let script = "n=0; until [ -s \"$1.go\" ] || [ $n -gt 400 ]; do n=$((n+1)); sleep 0.01; done; \
                      read pid < \"$1.go\"; \
                      until line=; read -r line 2> /dev/null < \"/proc/$pid/stat\"; \
                      case \"${line##*) }\" in \"\"|Z*|X*) true ;; *) [ $n -gt 400 ] ;; esac; \
                      do n=$((n+1)); sleep 0.01; done;";
        let script = format!("{script} sleep {}; kill -CONT $3", moment.as_secs_f64());
        let mut command = Command::new("sh");
        command
            .args(self.arguments("thaw", &script))
            .stdin(Stdio::null());

        let helper = Helper::start(&mut command).expect("there is room for one more process");
        let go = self.path().join("notes.go");

        Thaw {
            _helper: helper,
            go,
        }
    }
}

/// Makes the answer go on, at the latest when it is dropped.
pub struct Thaw {
    // Dropped, and so waited for, behind `drop` below.
    _helper: Helper,
    go: PathBuf,
}

impl Thaw {
    /// Returns whether a program has run to its end while the answer stood still.
    pub fn is_done(&self) -> bool {
        fs::read(&self.go).is_ok_and(|pid| !pid.is_empty())
    }
}

impl Drop for Thaw {
    fn drop(&mut self) {
        let _ = fs::write(&self.go, "none\n");
    }
}

/// Bytes in words: how many there are, and some of them.
pub fn described(bytes: &[u8]) -> String {
    const SHOWN: usize = 40;

    if bytes.len() <= 2 * SHOWN {
        return format!("\"{}\"", bytes.escape_ascii());
    }

    let (start, end) = (&bytes[..SHOWN], &bytes[bytes.len() - SHOWN..]);
    format!(
        "{} bytes, \"{} ... {}\"",
        bytes.len(),
        start.escape_ascii(),
        end.escape_ascii()
    )
}

/// The time for a call that has nothing to wait for, on a machine that has much else to do.
pub const SOON: Duration = Duration::from_secs(3);

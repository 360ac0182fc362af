//! A program at a terminal.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::pty::{Winsize, openpty};
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{LocalFlags, tcgetattr};
use nix::unistd::Pid;

/// The longest time that a program may take to show what is expected, far more than any needs.
const DEADLINE: Duration = Duration::from_secs(150);

/// A terminal of 100 columns with a program at it.
pub struct Terminal {
    child: Child,
    keyboard: File,
    /// The terminal as the program has it, kept open to read its settings.
    inside: OwnedFd,
    screen: Arc<Mutex<String>>,
    /// The part of the screen that was expected already.
    read: usize,
}

impl Terminal {
    /// Starts the program.
    ///
    /// # Panics
    /// Panics if there is no terminal to be had, or the program does not start.
    pub fn start(command: &mut Command) -> Terminal {
        let size = Winsize {
            ws_row: 40,
            ws_col: 100,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let ends = openpty(&size, None).expect("the system has terminals");
        let end = || Stdio::from(ends.slave.try_clone().expect("it can be shared"));
        let command = command.stdin(end()).stdout(end()).stderr(end());
        let child = command.spawn().expect("the program starts");

        let screen = Arc::new(Mutex::new(String::new()));
        let shown = Arc::clone(&screen);
        let mut from = File::from(ends.master.try_clone().expect("it can be shared"));
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = from.read(&mut bytes) {
                locked(&shown).push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });

        Terminal {
            child,
            keyboard: File::from(ends.master),
            inside: ends.slave,
            screen,
            read: 0,
        }
    }

    /// Waits until this text is on the screen, behind what was expected before.
    ///
    /// # Panics
    /// Panics if it does not come before the deadline.
    pub fn expect(&mut self, text: &str) {
        let deadline = Instant::now() + DEADLINE;

        loop {
            let screen = locked(&self.screen).clone();
            if let Some(at) = screen[self.read..].find(text) {
                self.read += at + text.len();
                return;
            }
            let rest = &screen[self.read..];
            assert!(Instant::now() < deadline, "no '{text}' in: {rest}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Presses keys.
    ///
    /// # Panics
    /// Panics if the terminal is gone.
    pub fn press(&mut self, keys: &str) {
        let pressed = self.keyboard.write_all(keys.as_bytes());
        pressed.expect("the terminal is there");
    }

    /// Keys are seen when they are pressed, and come line by line: as a shell wants it.
    ///
    /// # Panics
    /// Panics if the terminal has no settings.
    pub fn is_as_usual(&self) -> bool {
        let settings = tcgetattr(&self.inside).expect("a terminal has settings");
        settings
            .local_flags
            .contains(LocalFlags::ICANON | LocalFlags::ECHO)
    }

    /// Waits until the program has taken the terminal.
    ///
    /// # Panics
    /// Panics if it does not before the deadline.
    pub fn expect_taken(&self) {
        let deadline = Instant::now() + DEADLINE;

        while self.is_as_usual() {
            assert!(Instant::now() < deadline, "the terminal is as usual");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Sends the program a signal.
    ///
    /// # Panics
    /// Panics if it is gone.
    pub fn send(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).expect("process ids are positive i32");
        kill(Pid::from_raw(pid), signal).expect("it is there");
    }

    /// Waits for the program's end. Returns its exit code; `None` if a signal ended it.
    ///
    /// # Panics
    /// Panics if it does not end before the deadline.
    pub fn end(&mut self) -> Option<i32> {
        let deadline = Instant::now() + DEADLINE;

        loop {
            if let Some(status) = self.child.try_wait().expect("it can be waited for") {
                return status.code();
            }
            assert!(Instant::now() < deadline, "it does not end");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn locked(screen: &Mutex<String>) -> MutexGuard<'_, String> {
    screen.lock().unwrap_or_else(PoisonError::into_inner)
}

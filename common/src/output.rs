//! Everything that the runner says goes through here.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::ColorChoice;

use crate::cleanup::quit;

/// With `--json`, text for people is not said on stdout.
static QUIET: AtomicBool = AtomicBool::new(false);

pub(crate) fn set_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

pub(crate) fn set_color(choice: ColorChoice) {
    choice.write_global();
}

/// One or more lines for people.
pub(crate) fn say(text: &str) {
    if !QUIET.load(Ordering::Relaxed) {
        line(text);
    }
}

/// One line on stdout, whatever the mode. A reader that went away (`| head -1`) ends the program quietly.
pub(crate) fn line(text: &str) {
    let mut out = anstream::stdout().lock();
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    // Not under the lock: ending the program flushes stdout once more.
    drop(out);
    match written {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => quit(0),
        Err(error) => {
            complain(&format!("cannot write to standard output: {error}"));
            quit(1)
        }
    }
}

/// One line on stderr.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// One line on stderr that the next one overwrites; empty to wipe it out. For terminals.
pub(crate) fn progress(text: &str) {
    let short: String = text.chars().take(70).collect();
    let mut out = anstream::stderr();
    let _ = write!(out, "\r\x1b[K{short}").and_then(|()| out.flush());
}

//! Keys at a terminal, each as soon as it is pressed.

use std::io::{self, Read};

use nix::sys::termios::{
    LocalFlags, SetArg, SpecialCharacterIndices, Termios, tcgetattr, tcsetattr,
};
use recording::process::cleanup::registry;

/// A terminal that hands over keys as they are pressed, until this is dropped.
///
/// Its settings before that lie in the registry as well: they are put back however the program ends.
pub(super) struct Keys {
    before: Termios,
}

impl Keys {
    /// Takes the terminal.
    pub(super) fn take() -> nix::Result<Keys> {
        let before = tcgetattr(io::stdin())?;
        registry().terminal = Some(before.clone());
        let keys = Keys { before };

        keys.set()?;
        Ok(keys)
    }

    /// Has keys come one by one, unseen, and reading not wait for them. Ctrl-C stays what it is.
    fn set(&self) -> nix::Result<()> {
        // Held to the end: the program is not being ended meanwhile.
        let _registry = registry();
        let now = tcgetattr(io::stdin())?;

        // A shell that has stopped this program and let it go on may have set them otherwise.
        if !now.local_flags.contains(LocalFlags::ICANON) {
            return Ok(());
        }

        let mut settings = self.before.clone();
        settings
            .local_flags
            .remove(LocalFlags::ICANON | LocalFlags::ECHO);
        settings.control_chars[SpecialCharacterIndices::VMIN as usize] = 0;
        settings.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
        tcsetattr(io::stdin(), SetArg::TCSANOW, &settings)
    }

    /// Returns the next key that was pressed, if one was and it is a single character: Home or F2 are an Escape and more.
    pub(super) fn next(&self) -> Option<char> {
        self.set().ok()?;

        let mut key = [0];
        match io::stdin().read(&mut key) {
            Ok(1) if key == *b"\x1b" => {
                while let Ok(1..) = io::stdin().read(&mut key) {}
                None
            }
            Ok(1) => Some(char::from(key[0])),
            _ => None,
        }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        let mut registry = registry();
        let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &self.before);
        registry.terminal = None;
    }
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::process::{Command, Stdio};

    use nix::pty::openpty;

    use super::*;
    use recording::process::cleanup::quit;

    const END: &str = "COURSE_TEST_END";

    #[test]
    #[ignore = "the next test starts it at a terminal"]
    fn ends_while_it_has_the_terminal() {
        let keys = Keys::take().unwrap();
        let settings = tcgetattr(io::stdin()).unwrap();
        assert!(!settings.local_flags.contains(LocalFlags::ICANON));

        match env::var(END).as_deref() {
            Ok("panic") => panic!("on purpose"),
            Ok("quit") => quit(3),
            _ => drop(keys),
        }
    }

    #[test]
    fn the_terminal_is_as_before_however_the_program_ends() {
        let ends = openpty(None, None).unwrap();
        let before = tcgetattr(&ends.slave).unwrap().local_flags;
        let name = "front::keys::tests::ends_while_it_has_the_terminal";

        for (end, code) in [("panic", 101), ("quit", 3), ("drop", 0)] {
            let mut program = Command::new(env::current_exe().unwrap());
            let program = program.args([name, "--exact", "--ignored", "--nocapture"]);
            let status = program
                .env(END, end)
                .stdin(ends.slave.try_clone().unwrap())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            assert_eq!(status.unwrap().code(), Some(code), "{end}");
            assert_eq!(tcgetattr(&ends.slave).unwrap().local_flags, before, "{end}");
        }
    }
}

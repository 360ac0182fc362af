//! `check --watch`: an exercise, judged again whenever its file is saved; at a terminal with keys.

use std::fs;
use std::io::Write;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use common::exercises::asked::has_terminal;
use common::exercises::folder::{Exercise, Folder};
use common::exercises::hint::hint;
use common::exercises::list::listed;
use common::exercises::progress::{Progress, State};
use common::exercises::reset::reset_one;
use common::output::{complain, line, say};
use recording::process::interrupt;

use super::keys::Keys;
use super::session::Session;
use crate::verdict::Kind;

/// The time between two looks at the file and at the keys.
const GLANCE: Duration = Duration::from_millis(50);

/// Judges exercises again whenever one of their files is saved, until a key ends it. Returns the exit code.
pub(super) fn watch(session: Session<'_>, given: &[Exercise], editor: Option<&str>) -> u8 {
    if !has_terminal() || session.shown.json {
        endlessly(&session, given);
    }

    let all = session.folder.exercises();
    let named = given.len() < all.len();
    let first = given.first().filter(|_| named).cloned();
    let Some(exercise) = first.or_else(|| next(session.folder, None)) else {
        say("all are solved: reset one, or name it, to watch it");
        return 0;
    };

    let mut watch = Watch {
        session,
        exercise,
        editor,
    };
    if !watch.open() {
        return 0;
    }
    watch.run()
}

/// Judges up to the first that fails, and again whenever a file is saved: where no terminal has keys.
fn endlessly(session: &Session<'_>, exercises: &[Exercise]) -> ! {
    loop {
        let before = saved(session.folder, exercises);
        session.judge(exercises);
        say("\nwaiting for the file to be saved; Ctrl-C ends this");

        while saved(session.folder, exercises) == before {
            sleep(GLANCE);
        }
        say("");
    }
}

fn saved(folder: &Folder, exercises: &[Exercise]) -> Vec<Option<SystemTime>> {
    let saved = |exercise| {
        let about = fs::metadata(folder.file("exercises", exercise)).ok()?;
        about.modified().ok()
    };
    exercises.iter().map(saved).collect()
}

/// Returns the first exercise after this one, round to the start, that is not solved.
fn next(folder: &Folder, after: Option<&Exercise>) -> Option<Exercise> {
    let all = folder.exercises();
    let progress = Progress::read(folder);
    let at = all.iter().position(|exercise| Some(exercise) == after);
    let (before, behind) = all.split_at(at.map_or(0, |at| at + 1));

    let mut in_order = behind.iter().chain(before);
    let is_open = |exercise: &&Exercise| {
        Some(*exercise) != after && progress.state(folder, exercise) != State::Solved
    };
    in_order.find(is_open).cloned()
}

/// The end of a wait.
enum Event {
    Saved,
    Key(char),
}

/// The step after keys.
enum Next {
    Judge,
    Open,
    Quit,
}

struct Watch<'a> {
    session: Session<'a>,
    exercise: Exercise,
    /// The command that opens a file.
    editor: Option<&'a str>,
}

impl Watch<'_> {
    /// Judges and listens until it is over. Returns the exit code.
    fn run(&mut self) -> u8 {
        loop {
            let before = self.saved();
            self.judge();

            match self.listen(&before) {
                Next::Judge => {}
                Next::Open if self.open() => {}
                Next::Open | Next::Quit => return 0,
            }
        }
    }

    /// Does what keys say, until there is something to judge. `before` is when the file had been saved.
    fn listen(&mut self, before: &[Option<SystemTime>]) -> Next {
        let folder = self.session.folder;
        let keys = Keys::take().ok();
        self.show_keys();

        loop {
            match self.wait(keys.as_ref(), before) {
                Event::Saved | Event::Key('\r' | '\n' | ' ') => return Next::Judge,
                Event::Key('h') => {
                    hint(folder, &self.exercise);
                }
                Event::Key('r') => {
                    if self.reset(keys.as_ref()) {
                        return Next::Judge;
                    }
                }
                Event::Key('n') => {
                    if self.go_on() {
                        return Next::Open;
                    }
                }
                Event::Key('l') => {
                    clear();
                    line(&listed(folder).join("\n"));
                }
                Event::Key('e') if self.editor.is_some() => return Next::Open,
                Event::Key('q' | '\u{4}') => return Next::Quit,
                Event::Key(_) => continue,
            }

            self.show_keys();
        }
    }

    fn saved(&self) -> Vec<Option<SystemTime>> {
        saved(self.session.folder, std::slice::from_ref(&self.exercise))
    }

    fn judge(&self) {
        clear();
        let folder = self.session.folder;
        let grade = folder.grade(&self.exercise);
        let grade = grade.map_or_else(String::new, |grade| {
            format!(" (level {}, {} minutes)", grade.level, grade.minutes)
        });
        say(&format!(
            "{}/exercises/{}.rs{grade}\n",
            folder.package, self.exercise.file
        ));

        match self.session.verdict(&self.exercise) {
            Ok(judged) if self.session.was_driven(&judged) => {}
            Ok(judged) => {
                self.session.show(&self.exercise, &judged, true);
                if judged.verdict.kind == Kind::Solved {
                    let (package, file) = (folder.package, &self.exercise.file);
                    say(&format!("\nto compare: {package}/solutions/{file}.rs"));
                }
            }
            Err(why) => complain(&why),
        }
    }

    fn show_keys(&self) {
        let edit = if self.editor.is_some() {
            "e edit   "
        } else {
            ""
        };
        say(&format!(
            "\nsave the file to have it judged again\n{edit}h hint   r reset   n next   l list   q quit"
        ));
    }

    /// Waits until the file is saved or a key is pressed.
    fn wait(&self, keys: Option<&Keys>, before: &[Option<SystemTime>]) -> Event {
        loop {
            if let Some(key) = keys.and_then(Keys::next) {
                return Event::Key(key.to_ascii_lowercase());
            }

            let now = self.saved();
            // An editor may take the file away for a moment, to put a new one in its place.
            if now != before && now.iter().all(Option::is_some) {
                return Event::Saved;
            }
            sleep(GLANCE);
        }
    }

    /// Resets the exercise, if the next key says so. Returns whether it did.
    fn reset(&self, keys: Option<&Keys>) -> bool {
        line("reset? What you wrote stays beside it: y, or any other key");

        let before = self.saved();
        let is_wanted = match self.wait(keys, &before) {
            Event::Saved => false,
            Event::Key(key) => key == 'y',
        };
        if !is_wanted {
            line("nothing was reset");
        }

        is_wanted && reset_one(self.session.folder, &self.exercise) == 0
    }

    /// Turns to the next exercise that is not solved. Returns whether there is one.
    fn go_on(&mut self) -> bool {
        let Some(exercise) = next(self.session.folder, Some(&self.exercise)) else {
            line("no other exercise of this lesson is left");
            return false;
        };

        self.exercise = exercise;
        self.session.seed = None;
        true
    }

    /// Opens the file in the reader's editor, and waits until that command ends. Returns whether the terminal is still
    /// there.
    fn open(&self) -> bool {
        let Some(editor) = self.editor else {
            return true;
        };

        let file = self.session.folder.file("exercises", &self.exercise);
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{editor} \"$1\""), "sh"]);

        match interrupt::ignored(|| command.arg(file).status()) {
            Ok(status) if status.success() => {}
            Ok(status) => complain(&format!("{editor}: {status}")),
            Err(why) => complain(&format!("{editor}: {why}")),
        }

        has_terminal()
    }
}

/// Clears the screen, where the terminal can.
fn clear() {
    if std::env::var_os("TERM").is_some_and(|term| term != "dumb") {
        let mut out = std::io::stdout();
        let _ = out.write_all(b"\x1b[H\x1b[2J").and_then(|()| out.flush());
    }
}

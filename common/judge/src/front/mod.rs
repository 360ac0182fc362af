//! What a learner meets: the program to which a lesson hands its `check` over.

mod ask;
mod cargo;
mod keys;
mod page;
mod session;
mod watch;

use std::env;
use std::process::ExitCode;

use common::Lesson;
use common::exercises::asked::Asked;
use common::output::complain;
use recording::process::interrupt;

use crate::judge::keep_out;

use self::session::Session;
use self::watch::watch;

/// Does the whole of the program's `main`: its arguments are a lesson's package, and the lesson's own arguments.
pub fn main() -> ExitCode {
    let mut words = env::args_os().skip(1);
    let Some(package) = words.next().and_then(|word| word.into_string().ok()) else {
        complain("judge: a lesson starts it: cargo run -p lesson-01-threads -- check");
        return ExitCode::from(2);
    };

    // There is one, and it stays to the end.
    match Lesson::new(package.leak(), "").asked(words) {
        Ok(asked) => {
            interrupt::listen();
            keep_out();
            ExitCode::from(check(&asked))
        }
        Err(code) => ExitCode::from(code),
    }
}

/// Runs `check`. Returns the exit code.
fn check(asked: &Asked) -> u8 {
    let session = Session {
        folder: &asked.folder,
        seed: asked.seed.as_deref(),
        shown: &asked.shown,
        wish: asked.wish.as_ref(),
        is_solution: asked.is_solution,
    };

    if asked.is_all {
        session.judge_all(&asked.exercises)
    } else if asked.is_watched {
        watch(session, &asked.exercises, asked.editor.as_deref())
    } else {
        session.judge(&asked.exercises)
    }
}

//! What `check` is asked for.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::ArgMatches;

use super::folder::{Exercise, Folder};
use crate::output::complain;

const USAGE: u8 = 2;

/// The form in which verdicts are shown.
pub struct Shown {
    /// One JSON object for each.
    pub json: bool,
    /// The file for a page with the order of steps in which an answer failed.
    pub html: Option<PathBuf>,
}

/// A question about an exercise.
pub enum Wish {
    /// All outcomes of its orders, and how often each comes.
    Outcomes,
    /// The reader decides which thread makes the next step.
    Drive,
    /// The file for a page with all orders of its steps.
    Orders(PathBuf),
}

impl Wish {
    fn option(&self) -> &'static str {
        match self {
            Wish::Outcomes => "--outcomes",
            Wish::Drive => "--drive",
            Wish::Orders(_) => "--orders",
        }
    }
}

/// A `check` of the command line, which makes sense.
pub struct Asked {
    /// The lesson's exercises.
    pub folder: Folder,
    /// Those to judge.
    pub exercises: Vec<Exercise>,
    /// The one order of steps to follow.
    pub seed: Option<String>,
    /// The question besides the verdict.
    pub wish: Option<Wish>,
    /// The form of verdicts.
    pub shown: Shown,
    /// Each is judged, whatever comes of the others.
    pub is_all: bool,
    /// They are judged again whenever a file is saved.
    pub is_watched: bool,
    /// The command that opens a file.
    pub editor: Option<String>,
    /// The model answers are judged, not the learner's.
    pub is_solution: bool,
}

impl Asked {
    /// Reads what stands behind `check`, or says what is wrong with it and returns the exit code.
    pub(crate) fn of(
        package: &'static str,
        values: &ArgMatches,
        shown: Shown,
    ) -> Result<Asked, u8> {
        let folder = Folder::find(package);
        let wishes = [
            values.get_flag("outcomes").then_some(Wish::Outcomes),
            values
                .get_one::<PathBuf>("orders")
                .map(|file| Wish::Orders(file.clone())),
            values.get_flag("drive").then_some(Wish::Drive),
        ];
        let asked = Asked {
            exercises: exercises(&folder, values)?,
            folder,
            seed: values.get_one::<String>("seed").cloned(),
            wish: wishes.into_iter().flatten().next(),
            shown,
            is_all: values.get_flag("all"),
            is_watched: values.get_flag("watch"),
            editor: values.get_one::<String>("edit").cloned(),
            is_solution: values.get_flag("solution"),
        };

        match asked.contradiction() {
            None => Ok(asked),
            Some(why) => {
                complain(&format!("{package}: {why}"));
                Err(USAGE)
            }
        }
    }

    fn contradiction(&self) -> Option<String> {
        let is_one = self.exercises.len() == 1;
        if self.seed.is_some() && !is_one {
            return Some("--seed needs one exercise: check EXERCISE --seed N".to_owned());
        }
        let wish = self.wish.as_ref().map(Wish::option);
        if let (Some(option), false) = (wish, is_one) {
            return Some(format!(
                "{option} needs one exercise: check EXERCISE {option}"
            ));
        }

        let html = self.shown.html.as_ref().map(|_| "--html");
        let option = self.seed.as_ref().map(|_| "--seed").or(wish).or(html);
        if let (Some(option), [exercise]) = (option, self.exercises.as_slice())
            && !self.folder.has_orders(exercise)
        {
            return Some(format!(
                "{option} does nothing for {}: its check keeps no order of steps to draw or to follow again",
                exercise.file
            ));
        }
        if self.is_all && html.is_some() {
            let why = "--html is the page of one order of steps, and --all shows none";
            return Some(why.to_owned());
        }

        if !self.is_watched {
            return None;
        }
        let has_keys = has_terminal() && !self.shown.json;
        if !has_keys && self.editor.is_some() {
            return Some("--edit needs a terminal, and no --json".to_owned());
        }
        let is_named = self.exercises.len() < self.folder.exercises().len();
        if has_keys && is_named && !is_one {
            return Some("--watch takes one exercise at a terminal, or none".to_owned());
        }

        None
    }
}

/// Returns whether standard input and output are a terminal.
pub fn has_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Returns the exercises that are named, or all; the exit code where a name is that of none.
pub(crate) fn exercises(folder: &Folder, values: &ArgMatches) -> Result<Vec<Exercise>, u8> {
    let Some(names) = values.get_many::<String>("exercise") else {
        return Ok(folder.exercises());
    };

    let exercises = names.map(|name| folder.named(name));
    exercises.collect::<Result<_, _>>().map_err(|why| {
        complain(&format!("{}: {why}", folder.package));
        USAGE
    })
}

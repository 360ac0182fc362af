//! `check`, `hint`, and the exercises in `list`.

use std::fs;
use std::path::Path;
use std::process::Command as Process;
use std::time::{Duration, SystemTime};

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::json;

use super::ask::{self, About, Wish};
use super::cargo::{NotBuilt, THERE_AND_BACK, build};
use super::folder::{Exercise, Folder};
use super::judge::{SEED, supervise};
use super::page;
use super::progress::{Progress, State};
use super::schedule::deviations;
use super::verdict::{Kind, Verdict};
use crate::output::{complain, line, say};

const FAILED: u8 = 1;
const USAGE: u8 = 2;

/// The time between two looks of `--watch` at the files.
const GLANCE: Duration = Duration::from_millis(200);

/// The most lines of an answer's output that are shown. A check may run it thousands of times.
const PRINTED: usize = 12;

/// Returns the subcommands for exercises, for a lesson's command line.
pub(crate) fn commands() -> [Command; 2] {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help(help)
    };
    let digits = |text: &str| {
        deviations(text)
            .map(|_| text.to_owned())
            .ok_or("a seed is the number that a failing check names")
    };
    [
        Command::new("check")
            .about("Have exercises judged, one after the other, up to the first that fails")
            .args([
                Arg::new("exercise")
                    .value_name("EXERCISE")
                    .num_args(0..)
                    .help("03, lost_update or 03_lost_update [default: all]"),
                flag("watch", "Judge again whenever the file is saved"),
                flag("solution", "Judge the model answer instead"),
                flag(
                    "outcomes",
                    "Show all outcomes of its orders, and how often each comes",
                ),
                flag("drive", "Decide yourself which thread makes the next step"),
                Arg::new("orders")
                    .long("orders")
                    .value_name("FILE")
                    .value_parser(clap::value_parser!(std::path::PathBuf))
                    .help("Write all orders of its steps as a page to play with"),
                Arg::new("seed")
                    .long("seed")
                    .value_name("N")
                    .value_parser(digits)
                    .help("Follow the order of steps that a failing check named"),
            ]),
        Command::new("hint")
            .about("The next of an exercise's three hints")
            .arg(
                Arg::new("exercise")
                    .value_name("EXERCISE")
                    .required(true)
                    .help("03, lost_update or 03_lost_update"),
            ),
    ]
}

/// The form in which verdicts are shown.
pub(crate) struct Shown<'a> {
    /// One JSON object for each.
    pub(crate) json: bool,
    /// The file for a page with the order of steps in which an answer failed.
    pub(crate) html: Option<&'a Path>,
}

/// Runs `check`; the exit code.
pub(crate) fn check(package: &'static str, values: &ArgMatches, shown: &Shown<'_>) -> u8 {
    let folder = Folder::find(package);
    let given: Vec<&String> = values.get_many("exercise").into_iter().flatten().collect();
    let mut exercises = Vec::new();

    for name in &given {
        match folder.named(name) {
            Ok(exercise) => exercises.push(exercise),
            Err(why) => {
                complain(&format!("{package}: {why}"));
                return USAGE;
            }
        }
    }

    if given.is_empty() {
        exercises = folder.exercises();
    }

    let seed = values.get_one::<String>("seed").map(String::as_str);
    if seed.is_some() && exercises.len() != 1 {
        complain(&format!(
            "{package}: --seed needs one exercise: check EXERCISE --seed N"
        ));
        return USAGE;
    }

    let orders = values.get_one::<std::path::PathBuf>("orders");
    let wishes = [
        values
            .get_flag("outcomes")
            .then_some(("--outcomes", Wish::Outcomes)),
        orders.map(|file| ("--orders", Wish::Orders(file))),
        values.get_flag("drive").then_some(("--drive", Wish::Drive)),
    ];
    let wish = wishes.into_iter().flatten().next();
    if let Some((option, _)) = wish
        && exercises.len() != 1
    {
        complain(&format!(
            "{package}: {option} needs one exercise: check EXERCISE {option}"
        ));
        return USAGE;
    }

    let option = match (seed, wish) {
        (Some(_), _) => Some("--seed"),
        (None, Some((option, _))) => Some(option),
        (None, None) => shown.html.map(|_| "--html"),
    };

    if let (Some(option), [exercise]) = (option, exercises.as_slice())
        && !folder.has_orders(exercise)
    {
        let why = "its check keeps no order of steps to draw or to follow again";
        complain(&format!(
            "{package}: {option} does nothing for {}: {why}",
            exercise.file
        ));
        return USAGE;
    }

    let session = Session {
        folder: &folder,
        exercises: &exercises,
        seed,
        shown,
        wish: wish.map(|(_, wish)| wish),
    };
    if values.get_flag("solution") {
        return session.judge(true);
    }
    if !values.get_flag("watch") {
        return session.judge(false);
    }

    loop {
        let before = session.saved();
        session.judge(false);
        say("\nwaiting for the file to be saved; Ctrl-C ends this");
        while session.saved() == before {
            std::thread::sleep(GLANCE);
        }
        say("");
    }
}

struct Session<'a> {
    folder: &'a Folder,
    exercises: &'a [Exercise],
    seed: Option<&'a str>,
    shown: &'a Shown<'a>,
    wish: Option<Wish<'a>>,
}

impl Session<'_> {
    fn saved(&self) -> Vec<Option<SystemTime>> {
        let saved = |exercise| {
            fs::metadata(self.folder.file("exercises", exercise))
                .ok()?
                .modified()
                .ok()
        };
        self.exercises.iter().map(saved).collect()
    }

    /// One after the other, up to the first that fails.
    fn judge(&self, solution: bool) -> u8 {
        for (index, exercise) in self.exercises.iter().enumerate() {
            let (verdict, printed) = match self.verdict(exercise, solution) {
                Ok(judged) => judged,
                Err(why) => {
                    complain(&why);
                    return FAILED;
                }
            };
            if matches!(self.wish, Some(Wish::Drive)) && ask::has_orders(&verdict) {
                return 0;
            }
            self.show(exercise, &verdict, &printed);
            let solved = verdict.kind == Kind::Solved;
            // One order alone proves nothing.
            if solved && !solution && self.seed.is_none() {
                self.note(exercise);
            }
            if !solved {
                if !solution {
                    self.say_how_to_go_on(exercise, &verdict);
                }
                if self.exercises.len() > 1 {
                    say(&format!("{index} of {} solved", self.exercises.len()));
                }
                return FAILED;
            }
        }

        if self.exercises.len() > 1 {
            say(&format!("{0} of {0} solved", self.exercises.len()));
        }

        if let ([exercise], false, None) = (self.exercises, solution, self.seed) {
            self.say_what_is_next(exercise);
        }

        0
    }

    fn verdict(&self, exercise: &Exercise, solution: bool) -> Result<(Verdict, String), String> {
        let target = if solution {
            self.folder.test_of_answers(exercise)
        } else {
            Some(self.folder.check(exercise))
        };
        let target = target
            .ok_or_else(|| format!("no test has the model answer of {} judged", exercise.file))?;
        let program = match build(self.folder, &target) {
            Ok(program) => program,
            Err(NotBuilt::DoesNotCompile(messages)) => {
                return Ok((Verdict::new(Kind::DoesNotCompile, messages), String::new()));
            }
            Err(NotBuilt::Impossible(why)) => return Err(why),
        };
        let command = || {
            let mut command = Process::new(&program);
            command.current_dir(self.folder.lesson());
            if solution {
                let test = format!("{}::solution::is_judged", exercise.name());
                command.args([test.as_str(), "--exact", "--nocapture", "--test-threads=1"]);
            }
            command
        };

        let mut judging = command();
        if let Some(seed) = self.seed {
            judging.env(SEED, seed);
        }

        let before = self.folder.state();
        let (mut verdict, printed) = supervise(&mut judging);
        if let Some(changed) = self.folder.changed_since(&before) {
            let what = format!("while it was judged, {changed} was changed");
            verdict = Verdict::new(Kind::WentRound, what);
        }

        if let Some(wish) = self.wish.filter(|_| ask::has_orders(&verdict)) {
            let answers = if solution { "solutions" } else { "exercises" };
            let about = About {
                package: self.folder.package,
                exercise: &exercise.file,
                source: fs::read_to_string(self.folder.file(answers, exercise)).unwrap_or_default(),
                command: &command,
                verdict: &verdict,
            };
            if !about.grant(wish) {
                return Err(format!("{}: nothing was shown", exercise.file));
            }
            line("");
        }

        if !solution
            && self.seed.is_none()
            && verdict.kind != Kind::Solved
            && self.folder.is_as_given(exercise)
        {
            verdict.what = format!(
                "the file is as it was given, and fails: {}: {}",
                verdict.kind, verdict.what
            );
            verdict.kind = Kind::StillToDo;
        }

        let printed = printed.replace(THERE_AND_BACK, "");
        Ok((verdict, if solution { String::new() } else { printed }))
    }

    fn show(&self, exercise: &Exercise, verdict: &Verdict, printed: &str) {
        if self.shown.json {
            let mut object = verdict.to_json();
            object["exercise"] = json!(exercise.file);
            line(&object.to_string());
        }

        say(&verdict.shown(&exercise.file, crate::timeline::width()));
        if !printed.is_empty() {
            let lines: Vec<&str> = printed.lines().collect();
            let more = if lines.len() > PRINTED { "\n  ..." } else { "" };
            let shown = lines[..lines.len().min(PRINTED)].join("\n  ");
            say(&format!("\nit printed:\n  {shown}{more}"));
        }

        let Some(file) = self.shown.html else { return };

        let Some(schedule) = &verdict.schedule else {
            // Of several, another one may still have it.
            if self.exercises.len() == 1 || verdict.kind != Kind::Solved {
                let (package, file) = (self.folder.package, file.display());
                complain(&format!(
                    "{package}: no order of steps failed: {file} is not written"
                ));
            }
            return;
        };

        match fs::write(
            file,
            page::page(self.folder.package, &exercise.file, verdict, schedule),
        ) {
            Ok(()) => say(&format!("\nwritten: {}", file.display())),
            Err(why) => complain(&format!(
                "{}: cannot write {}: {why}",
                self.folder.package,
                file.display()
            )),
        }
    }

    fn note(&self, exercise: &Exercise) {
        if let Err(why) = Progress::read(self.folder).solved(self.folder, exercise) {
            complain(&format!("progress is not kept: {why}"));
        }
    }

    fn say_what_is_next(&self, exercise: &Exercise) {
        let (package, all) = (self.folder.package, self.folder.exercises());
        say(&format!(
            "\nto compare: {package}/solutions/{}.rs",
            exercise.file
        ));
        if let Some(next) = all.iter().skip_while(|other| *other != exercise).nth(1) {
            say(&format!(
                "next:       cargo run -p {package} -- check {}",
                next.file
            ));
        }
    }

    fn say_how_to_go_on(&self, exercise: &Exercise, verdict: &Verdict) {
        let (package, file) = (self.folder.package, &exercise.file);
        say("");
        if let Some(schedule) = verdict
            .schedule
            .as_ref()
            .filter(|told| !told.seed.is_empty())
        {
            say(&format!(
                "the same again: cargo run -p {package} -- check {file} --seed {}",
                schedule.seed
            ));
        }

        say(&format!("your file: {package}/exercises/{file}.rs"));
        say(&format!("a hint:    cargo run -p {package} -- hint {file}"));
    }
}

/// Runs `hint`; the exit code.
pub(crate) fn hint(package: &'static str, values: &ArgMatches) -> u8 {
    let folder = Folder::find(package);
    let given = values
        .get_one::<String>("exercise")
        .map_or("", String::as_str);
    let exercise = match folder.named(given) {
        Ok(exercise) => exercise,
        Err(why) => {
            complain(&format!("{package}: {why}"));
            return USAGE;
        }
    };
    let hints = folder.hints(&exercise);
    let next = match Progress::read(&folder).next_hint(&exercise, hints.len()) {
        Ok(next) => next,
        Err(why) => {
            complain(&format!("which hint comes next is not kept: {why}"));
            0
        }
    };
    let again = next > 0 && next == hints.len();

    if again {
        line(&format!(
            "{}: these were all {next} hints; the last one again:",
            exercise.file
        ));
    }

    let next = next - usize::from(again);
    let Some(hint) = hints.get(next) else {
        complain(&format!("{package}: {} has no hints", exercise.file));
        return FAILED;
    };

    line(&format!(
        "{}, hint {} of {}: {hint}",
        exercise.file,
        next + 1,
        hints.len()
    ));
    if next + 1 == hints.len() {
        line(&format!(
            "the model answer: {package}/solutions/{}.rs",
            exercise.file
        ));
    }

    0
}

/// The lines of `list`: each exercise, what it is about, and whether it is solved.
pub(crate) fn listed(package: &'static str) -> Vec<String> {
    let folder = Folder::find(package);
    let exercises = folder.exercises();
    let progress = Progress::read(&folder);
    let states: Vec<State> = exercises
        .iter()
        .map(|exercise| progress.state(&folder, exercise))
        .collect();
    let longest = exercises
        .iter()
        .map(|exercise| exercise.file.len())
        .max()
        .unwrap_or(0);
    let mut lines = Vec::new();

    if !exercises.is_empty() {
        let solved = states
            .iter()
            .filter(|state| **state == State::Solved)
            .count();
        lines.push(format!(
            "\nexercises: {solved} of {} solved",
            exercises.len()
        ));
    }

    for (exercise, state) in exercises.iter().zip(states) {
        let state = match state {
            State::ToDo => "to do",
            State::Solved => "solved",
            State::ChangedSince => "changed since it was solved",
        };
        lines.push(format!(
            "  {:<longest$}  {} ({state})",
            exercise.file,
            folder.title(exercise)
        ));
    }

    if !exercises.is_empty() {
        lines.push(format!(
            "\nhave them judged with: cargo run -p {package} -- check"
        ));
    }

    lines
}

//! Having exercises judged, and showing what was found.

use std::fs;
use std::process::Command as Process;
use std::time::Instant;

use common::exercises::asked::{Shown, Wish};
use common::exercises::folder::{Exercise, Folder};
use common::exercises::progress::{Progress, print_of};
use common::output::{complain, line, say};
use serde_json::{Value, json};

use super::ask::{self, About};
use super::cargo::{NotBuilt, THERE_AND_BACK, build};
use super::page;
use crate::judge::{NO_SUCH_ORDER, SEED, supervise};
use crate::verdict::{Kind, Verdict};

const FAILED: u8 = 1;

/// The most lines of an answer's output that are shown. A check may run it thousands of times.
const PRINTED: usize = 12;

/// What `check` was asked to do with each exercise.
pub(super) struct Session<'a> {
    pub(super) folder: &'a Folder,
    pub(super) seed: Option<&'a str>,
    pub(super) shown: &'a Shown,
    pub(super) wish: Option<&'a Wish>,
    /// The model answers are judged, not the learner's.
    pub(super) is_solution: bool,
}

/// A verdict, and what comes with it.
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    /// The output of the answer.
    printed: String,
    /// The wall time of the check, without its build.
    seconds: f64,
    /// The learner's code before it was built, see [`print_of`].
    code: Option<u64>,
}

impl Session<'_> {
    /// Judges one after the other, up to the first that fails. Returns the exit code.
    pub(super) fn judge(&self, exercises: &[Exercise]) -> u8 {
        let all = exercises.len();

        for (index, exercise) in exercises.iter().enumerate() {
            let judged = match self.verdict(exercise) {
                Ok(judged) => judged,
                Err(why) => {
                    complain(&why);
                    return FAILED;
                }
            };
            if self.was_driven(&judged) {
                return 0;
            }
            self.show(exercise, &judged, all == 1);

            if judged.verdict.kind != Kind::Solved {
                if !self.is_solution {
                    self.say_how_to_go_on(exercise, &judged.verdict);
                }
                if all > 1 {
                    let solved = if self.is_solution {
                        index
                    } else {
                        Progress::read(self.folder).solved_of(self.folder, exercises)
                    };
                    say(&format!("{solved} of {all} solved"));
                }
                return FAILED;
            }
        }

        if all > 1 {
            say(&format!("{all} of {all} solved"));
        }
        if let ([exercise], false, None) = (exercises, self.is_solution, self.seed) {
            self.say_what_is_next(exercise);
        }

        0
    }

    /// Judges all, whatever comes of each, with a line for each. The exit code is that of a failure when one was changed
    /// and is wrong.
    pub(super) fn judge_all(&self, exercises: &[Exercise]) -> u8 {
        let longest = exercises.iter().map(|exercise| exercise.file.len()).max();
        let longest = longest.unwrap_or(0);
        let mut kinds = Vec::new();
        let mut not_judged = 0;

        for exercise in exercises {
            let level = self.folder.grade(exercise).map_or(0, |grade| grade.level);
            let judged = match self.verdict(exercise) {
                Ok(judged) => judged,
                Err(why) => {
                    complain(&why);
                    say(&format!(
                        "{:<longest$}  level {level}    -   s  not judged",
                        exercise.file
                    ));
                    not_judged += 1;
                    continue;
                }
            };
            let kind = judged.verdict.kind;

            self.note(exercise, &judged);
            kinds.push(kind);
            if self.shown.json {
                line(&self.object(exercise, &judged).to_string());
            }
            say(&format!(
                "{:<longest$}  level {level}  {:5.1} s  {kind}",
                exercise.file, judged.seconds
            ));
        }

        let of = |wanted: Kind| kinds.iter().filter(|kind| **kind == wanted).count();
        let (solved, to_do) = (of(Kind::Solved), of(Kind::StillToDo));
        let wrong = kinds.len() - solved - to_do;

        let rest = match not_judged {
            0 => String::new(),
            _ => format!(", {not_judged} not judged"),
        };
        say(&format!(
            "{solved} solved, {to_do} to do, {wrong} wrong{rest}"
        ));
        if wrong + not_judged == 0 { 0 } else { FAILED }
    }

    /// The reader has been the scheduler, and has seen what came of it.
    pub(super) fn was_driven(&self, judged: &Judged) -> bool {
        matches!(self.wish, Some(Wish::Drive)) && ask::has_orders(&judged.verdict)
    }

    /// Has one exercise judged.
    pub(super) fn verdict(&self, exercise: &Exercise) -> Result<Judged, String> {
        let target = if self.is_solution {
            self.folder.test_of_answers(exercise)
        } else {
            Some(self.folder.check(exercise))
        };
        let target = target
            .ok_or_else(|| format!("no test has the model answer of {} judged", exercise.file))?;
        let code = print_of(self.folder, exercise);
        let program = match build(self.folder, &target) {
            Ok(program) => program,
            Err(NotBuilt::DoesNotCompile(messages)) => {
                return Ok(Judged {
                    verdict: Verdict::new(Kind::DoesNotCompile, messages),
                    printed: String::new(),
                    seconds: 0.0,
                    code,
                });
            }
            Err(NotBuilt::Impossible(why)) => return Err(why),
        };
        let command = || {
            let mut command = Process::new(&program);
            command.current_dir(self.folder.lesson());
            if self.is_solution {
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
        let start = Instant::now();
        let (mut verdict, printed) = supervise(&mut judging);
        let seconds = start.elapsed().as_secs_f64();

        if let Some(seed) = self.seed.filter(|_| verdict.what == NO_SUCH_ORDER) {
            return Err(format!(
                "{}: its check has no order with the seed {seed}",
                exercise.file
            ));
        }

        if let Some(changed) = self.folder.changed_since(&before) {
            let what = format!("while it was judged, {changed} was changed");
            verdict = Verdict::new(Kind::WentRound, what);
        }

        if let Some(wish) = self.wish.filter(|_| ask::has_orders(&verdict)) {
            let answers = if self.is_solution {
                "solutions"
            } else {
                "exercises"
            };
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

        if !self.is_solution
            && self.seed.is_none()
            && ![Kind::Solved, Kind::StillToDo].contains(&verdict.kind)
            && self.folder.is_as_given(exercise)
        {
            verdict.what = format!(
                "the file is as it was given, and fails: {}: {}",
                verdict.kind, verdict.what
            );
            verdict.kind = Kind::StillToDo;
        }

        let printed = if self.is_solution {
            String::new()
        } else {
            printed.replace(THERE_AND_BACK, "")
        };
        Ok(Judged {
            verdict,
            printed,
            seconds,
            code,
        })
    }

    /// Describes a verdict for `--json`.
    fn object(&self, exercise: &Exercise, judged: &Judged) -> Value {
        let grade = self.folder.grade(exercise);
        let mut object = judged.verdict.to_json();

        object["lesson"] = json!(self.folder.package);
        object["exercise"] = json!(exercise.file);
        object["level"] = json!(grade.map(|grade| grade.level));
        object["minutes"] = json!(grade.map(|grade| grade.minutes));
        object["seconds"] = json!((judged.seconds * 1000.0).round() / 1000.0);
        object
    }

    /// Shows a verdict, and keeps what is solved. `is_only` is whether no other exercise is judged.
    pub(super) fn show(&self, exercise: &Exercise, judged: &Judged, is_only: bool) {
        let verdict = &judged.verdict;
        if self.shown.json {
            line(&self.object(exercise, judged).to_string());
        }

        say(&verdict.shown(&exercise.file, drawing::timeline::width()));
        if !judged.printed.is_empty() {
            let lines: Vec<&str> = judged.printed.lines().collect();
            let more = if lines.len() > PRINTED { "\n  ..." } else { "" };
            let shown = lines[..lines.len().min(PRINTED)].join("\n  ");
            say(&format!("\nit printed:\n  {shown}{more}"));
        }

        self.note(exercise, judged);
        let Some(file) = &self.shown.html else {
            return;
        };

        let Some(schedule) = &verdict.schedule else {
            // Of several, another one may still have it.
            if is_only || verdict.kind != Kind::Solved {
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

    /// Keeps that an exercise is solved. One order alone proves nothing.
    fn note(&self, exercise: &Exercise, judged: &Judged) {
        if judged.verdict.kind != Kind::Solved || self.is_solution || self.seed.is_some() {
            return;
        }

        let now = print_of(self.folder, exercise);
        let Some(code) = judged.code.filter(|code| now == Some(*code)) else {
            complain(&format!(
                "{} was saved while it was judged: progress is not kept",
                exercise.file
            ));
            return;
        };

        if let Err(why) = Progress::read(self.folder).solved(exercise, code) {
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
